package isolation

import (
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"net/http/httptest"
	"reflect"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

// gift is one kind of value that a function of an app receives. The function calls see with the value, after it has made its
// answer.
type gift struct {
	name    string
	app     func(see func(given any)) http.Handler
	request func(token string) *http.Request
	// want is part of the text of what the request with that token is given. The text of another request's has another
	// token in it.
	want func(token string) string
	// text is the content of what was given; by default everything that can be reached.
	text func(given any) string
	// change changes in place what can be changed; by default everything that can be reached.
	change func(given any)
	// answer is part of the body that the request with that token gets.
	answer func(token string) string
	// changesAnswer says that changing what is given is the way to change the answer.
	changesAnswer bool
}

// tokenOf returns the token of a client. Tokens have one length, so that a shared array shows.
func tokenOf(i int) string { return fmt.Sprintf("token%04d", i) }

const spoilt = "SPOILT!!!"

// TestValuesBelongToFunction: a function may keep the values that it receives and change them in place, and no other request
// notices (docs/responses.md, docs/middleware.md). With -race, values shared by two requests are a data race.
func TestValuesBelongToFunction(t *testing.T) {
	if testing.Short() {
		rounds = 8
	}
	old := debug.SetGCPercent(10) // memory that is used again is so soon
	t.Cleanup(func() { debug.SetGCPercent(old) })
	for _, g := range gifts() {
		if g.text == nil {
			g.text = testkit.TextOf
		}
		if g.change == nil {
			g.change = changeAll
		}
		t.Run(g.name, func(t *testing.T) {
			t.Run("kept", func(t *testing.T) { g.kept(t) })
			t.Run("changed", func(t *testing.T) { g.changed(t) })
			t.Run("FastAPICompat", func(t *testing.T) {
				if testing.Short() {
					t.Skip("the default mode has the same code but for the reading of values")
				}
				compat = true
				defer func() { compat = false }()
				g.kept(t)
				g.changed(t)
			})
		})
	}
}

const clients = 4

// compat adds FastAPICompat to the apps.
var compat bool

// rounds is how many requests each client sends.
var rounds = 12

// ask sends the requests of all clients at once.
func (g gift) ask(t *testing.T, h http.Handler, check func(token string, w *httptest.ResponseRecorder)) {
	if app, ok := h.(*brio.App); ok {
		if err := app.Check(); err != nil {
			t.Fatal(err)
		}
	}
	var all sync.WaitGroup
	for c := range clients {
		all.Go(func() {
			for n := range rounds {
				token := tokenOf(c*rounds + n)
				check(token, record(h, g.request(token)))
			}
		})
	}
	all.Wait()
}

// record returns the answer to a request. A changed header may announce another length than that of the body, so the answer may be
// cut off.
func record(h http.Handler, r *http.Request) (w *httptest.ResponseRecorder) {
	w = httptest.NewRecorder()
	defer func() {
		if v := recover(); v != nil && v != http.ErrAbortHandler {
			panic(v)
		}
	}()
	h.ServeHTTP(w, r)
	return w
}

func (g gift) checkAnswer(t *testing.T, token string, w *httptest.ResponseRecorder) {
	if g.answer == nil {
		return
	}
	if want := g.answer(token); !strings.Contains(w.Body.String(), want) {
		t.Errorf("the answer to %s: got %d %.300s, want %q in it", token, w.Code, w.Body, want)
	}
}

// kept keeps the values of all requests and compares them when the requests are over.
func (g gift) kept(t *testing.T) {
	type kept struct {
		given any
		text  string
	}
	var mu sync.Mutex
	var all []kept
	h := g.app(func(given any) {
		text := g.text(given)
		mu.Lock()
		defer mu.Unlock()
		all = append(all, kept{given, text})
	})
	g.ask(t, h, func(token string, w *httptest.ResponseRecorder) { g.checkAnswer(t, token, w) })
	if len(all) < clients*rounds {
		t.Fatalf("%d of %d requests gave something", len(all), clients*rounds)
	}
	found := map[string]int{}
	for _, k := range all {
		if got := g.text(k.given); got != k.text {
			t.Fatalf("what was kept has changed: got %.500s, was %.500s", got, k.text)
		}
		found[k.text]++
	}
	for i := range clients * rounds {
		want, n := g.want(tokenOf(i)), 0
		for text, times := range found {
			if strings.Contains(text, want) {
				n += times
			}
		}
		if n == 0 {
			t.Fatalf("no request was given %q; there is %.500v", want, found)
		}
	}
}

// changed changes the values of all requests in place and compares those of the others.
func (g gift) changed(t *testing.T) {
	var mu sync.Mutex
	texts := map[string]bool{}
	h := g.app(func(given any) {
		text := g.text(given)
		g.change(given)
		mu.Lock()
		defer mu.Unlock()
		texts[text] = true
	})
	check := func(token string, w *httptest.ResponseRecorder) {
		if !g.changesAnswer {
			g.checkAnswer(t, token, w)
		}
	}
	g.ask(t, h, check)
	g.ask(t, h, check)
	for text := range texts {
		if strings.Contains(text, spoilt) {
			t.Fatalf("a request was given what another one had changed: %.500s", text)
		}
	}
	for i := range clients * rounds {
		if want := g.want(tokenOf(i)); !slices.ContainsFunc(sortedKeys(texts), func(s string) bool { return strings.Contains(s, want) }) {
			t.Fatalf("no request was given %q; there is %.500v", want, texts)
		}
	}
}

func sortedKeys(m map[string]bool) (keys []string) {
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// changeAll changes everything that v leads to, in place, and the elements of slices beyond their length.
func changeAll(v any) { change(reflect.ValueOf(v), map[reflect.Value]bool{}) }

func change(v reflect.Value, done map[reflect.Value]bool) {
	if !v.IsValid() {
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() && !done[v] {
			done[v] = true
			change(v.Elem(), done)
		}
	case reflect.Interface:
		if v.IsNil() {
			return
		}
		change(v.Elem(), done)
		if v.CanSet() && v.Elem().Kind() == reflect.String && v.NumMethod() == 0 {
			v.Set(reflect.ValueOf(spoilt))
		}
	case reflect.Struct:
		if v.CanAddr() && v.CanInterface() && v.Type() == reflect.TypeFor[big.Int]() {
			words := v.Addr().Interface().(*big.Int).Bits()
			for i := range words {
				words[i] = 113
			}
			return
		}
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				change(v.Field(i), done)
			}
		}
	case reflect.Array:
		for i := range v.Len() {
			change(v.Index(i), done)
		}
	case reflect.Slice:
		if v.CanInterface() || v.CanSet() {
			v = v.Slice(0, v.Cap())
		}
		for i := range v.Len() {
			change(v.Index(i), done)
		}
	case reflect.Map:
		if v.IsNil() || !v.CanInterface() {
			return
		}
		for _, key := range v.MapKeys() {
			value := reflect.New(v.Type().Elem()).Elem()
			value.Set(v.MapIndex(key))
			change(value, done)
			v.SetMapIndex(key, value)
			if key.Kind() == reflect.String {
				v.SetMapIndex(reflect.ValueOf(spoilt).Convert(key.Type()), value)
			}
		}
	case reflect.String:
		if v.CanSet() {
			v.SetString(spoilt)
		}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		if v.CanSet() {
			v.SetInt(113)
		}
	case reflect.Uint8:
		if v.CanSet() {
			v.SetUint('!')
		}
	case reflect.Float64:
		if v.CanSet() {
			v.SetFloat(113)
		}
	case reflect.Bool:
		if v.CanSet() {
			v.SetBool(!v.Bool())
		}
	}
}

// get returns a GET request with the token in the query and a header.
func get(target string) func(token string) *http.Request {
	return func(token string) *http.Request {
		r := httptest.NewRequest("GET", strings.ReplaceAll(target, "TOKEN", token), nil)
		r.Header.Set("X-Token", token)
		return r
	}
}

// post returns a POST request with a body of a media type.
func post(target, mediaType, body string) func(token string) *http.Request {
	return func(token string) *http.Request {
		r := httptest.NewRequest("POST", strings.ReplaceAll(target, "TOKEN", token), strings.NewReader(strings.ReplaceAll(body, "TOKEN", token)))
		r.Header.Set("Content-Type", mediaType)
		r.Header.Set("X-Token", token)
		return r
	}
}

func same(token string) string { return token }

// always returns s for every token.
func always(s string) func(string) string { return func(string) string { return s } }

func quoted(token string) string {
	b, _ := json.Marshal(token)
	return string(b)
}

// parameters returns the gift of a parameter struct.
func parameters[In any](name string, request func(string) *http.Request, want func(string) string, opts ...brio.Option) gift {
	return gift{
		name: "parameters: " + name, want: want,
		request: func(token string) *http.Request {
			r := request(token)
			r.URL.Path = "/" + token
			return r
		},
		app: func(see func(any)) http.Handler {
			app := newApp(opts...)
			handler := func(r *http.Request, in *In) string {
				see(in)
				return r.Header.Get("X-Token")
			}
			app.Get("/{id}", handler)
			app.Post("/{id}", handler)
			return app
		},
		answer: quoted,
	}
}
