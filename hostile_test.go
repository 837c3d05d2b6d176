package brio_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/brio-go/brio"
)

// Nothing that a client sends makes the app panic or answer 500. What is wrong is answered with JSON that has a
// "detail", and with a location where there is one.

type hostileItem struct {
	Name  string         `json:"name" validate:"max=2000000"`
	Price float64        `json:"price,omitempty"`
	Count int64          `json:"count,omitempty"`
	Tags  []string       `json:"tags,omitempty"`
	Next  *hostileItem   `json:"next,omitempty"`
	Extra map[string]any `json:"extra,omitempty"`
	Any   any            `json:"any,omitempty"`
}

type hostileParams struct {
	ID     int                `path:"id"`
	Q      int                `query:"q,omitempty"`
	Tags   []string           `query:"tags,omitempty"`
	Flag   bool               `query:"flag" default:"false"`
	Token  string             `header:"X-Token" default:"" validate:"max=10"`
	Cookie string             `cookie:"c" default:""`
	Number brio.Optional[int] `cookie:"n"`
}

func hostileApp() *brio.App {
	app := brio.New(quiet())
	app.Post("/items", func(in *brio.Body[hostileItem]) hostileItem { return in.Value })
	app.Post("/any", func(in *brio.Body[any]) any { return in.Value })
	app.Post("/list", func(in *brio.Body[[]int]) int { return len(in.Value) })
	app.Post("/keyed", func(in *struct {
		A hostileItem `body:"a"`
		B int         `body:"b"`
	}) int {
		return in.B
	})
	app.Get("/params/{id}", func(in *hostileParams) hostileParams { return *in })
	app.Get("/files/{rest...}", func(in *struct {
		Rest string `path:"rest"`
	}) string {
		return in.Rest
	})
	return app
}

// answer is what an answer has to be, whatever was sent: a status of a client's mistake, or success, and JSON.
type answer struct {
	Detail json.RawMessage `json:"detail"`
	first  struct {
		Type string `json:"type"`
		Loc  []any  `json:"loc"`
	}
}

var clientMistakes = []int{400, 404, 405, 413, 415, 422, 414, 431}

// wantClientError checks the one format of all errors and returns the first entry of a 422.
func wantClientError(t *testing.T, w *httptest.ResponseRecorder) (a answer) {
	t.Helper()
	if !slices.Contains(clientMistakes, w.Code) {
		t.Errorf("status %d: %.200s", w.Code, w.Body)
		return a
	}
	if got := w.Header().Get("Content-Type"); got != "application/json" {
		t.Errorf("Content-Type %q", got)
	}
	if w.Body.Len() > 1<<20 {
		t.Errorf("the answer has %d bytes", w.Body.Len())
	}
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil || len(a.Detail) == 0 || string(a.Detail) == "null" {
		t.Errorf("not JSON with a detail (%v): %.200s", err, w.Body)
	}
	if w.Code != 422 && w.Code != 414 && w.Code != 431 {
		return a
	}
	var list []json.RawMessage
	if err := json.Unmarshal(a.Detail, &list); err != nil || len(list) == 0 {
		t.Fatalf("a 422 without a list: %.200s", w.Body)
	}
	if err := json.Unmarshal(list[0], &a.first); err != nil || len(a.first.Loc) == 0 || a.first.Type == "" {
		t.Errorf("an entry without type and loc: %.200s", list[0])
	}
	return a
}

func post(app http.Handler, path, body string) *httptest.ResponseRecorder {
	return send(app, "POST", path, body, "Content-Type", "application/json")
}

func TestMalformedJSONIsALocated422(t *testing.T) {
	app := hostileApp()
	for _, body := range []string{
		" ", "\n", "{", "}", "[", "]", `"`, `"a`, `{"name"`, `{"name":`, `{"name":"a"`, `{"name":"a",}`, `{,}`, `{"name" "a"}`, `{name:"a"}`,
		`{'name':'a'}`, `{"name":"a"}}`, `{"name":"a"} x`, `{"name":"a"}{"name":"b"}`, `nul`, `nulll`, `True`, `undefined`, `NaN`, `Infinity`, `-`, `-Infinity`,
		`+1`, `01`, `-01`, `1.`, `.5`, `1e`, `1e+`, `0x10`, `1_000`, `"\x"`, `"\u12"`, `"\uZZZZ"`, "\"\n\"", "\"\x00\"", "\x00", "\ufeff{}", `[1,]`, `[,1]`, `[1 2]`, `[1;2]`,
		`/* c */ {}`, `// c`, `{"name":"a" /* c */}`, `<xml/>`, "\xff\xfe", "\"\xff\"", "\"\xed\xa0\x80\"", "\"\xc0\xaf\"", "{\"\xff\":1}", "\x1f\x8b\x08\x00",
	} {
		for _, path := range []string{"/items", "/any", "/list", "/keyed"} {
			t.Run(fmt.Sprintf("%s/%q", path, body), func(t *testing.T) {
				w := post(app, path, body)
				a := wantClientError(t, w)
				wantStatus(t, w, 422)
				if len(a.first.Loc) == 0 || a.first.Loc[0] != "body" {
					t.Errorf("loc %v", a.first.Loc)
				}
				if a.first.Type != "json_invalid" {
					t.Errorf("type %s: %s", a.first.Type, w.Body)
				}
			})
		}
	}
}

func TestHugeAndDeepDocuments(t *testing.T) {
	app := hostileApp()
	mega := strings.Repeat("1", 1_000_000)
	for _, c := range []struct {
		name, path, body string
		status           []int
	}{
		{"3 MiB over the limit", "/items", `{"name":"` + strings.Repeat("x", 3<<20) + `"}`, []int{413}},
		{"1e6 opening brackets", "/any", strings.Repeat("[", 1_000_000), []int{400}},
		{"5e5 nested lists", "/any", strings.Repeat("[", 500_000) + strings.Repeat("]", 500_000), []int{400}},
		{"1e5 nested objects", "/any", strings.Repeat(`{"a":`, 100_000) + "1" + strings.Repeat("}", 100_000), []int{400}},
		{"nested recursive models", "/items", strings.Repeat(`{"name":"a","next":`, 40_000) + "null" + strings.Repeat("}", 40_000), []int{400}},
		{"depth below an unknown key", "/items", `{"name":"a","unknown":` + strings.Repeat("[", 400_000) + strings.Repeat("]", 400_000) + "}", []int{400}},
		{"200k elements", "/list", "[" + strings.Repeat("1,", 199_999) + "1]", []int{413, 200}},
		{"200k members", "/any", manyMembers(60_000), []int{413, 200}},
		{"200k wrong elements", "/list", "[" + strings.Repeat(`"",`, 199_999) + `""]`, []int{413, 422}},
		{"1 MB number", "/any", mega, []int{422, 200}},
		{"1 MB number for a float", "/items", `{"name":"a","price":` + mega + `}`, []int{422}},
		{"1 MB number for an integer", "/items", `{"name":"a","count":` + mega + `}`, []int{422}},
		{"1 MB fraction", "/items", `{"name":"a","price":0.` + mega + `}`, []int{422, 200}},
		{"1 MB exponent", "/items", `{"name":"a","price":1e` + mega + `}`, []int{422}},
		{"1 MB string", "/items", `{"name":"` + mega + `"}`, []int{200}},
		{"1 MB string for a number", "/items", `{"name":"a","count":"` + mega + `"}`, []int{422}},
		{"1 MB unknown key", "/items", `{"name":"a","` + mega + `":1}`, []int{200, 422}},
		{"1 MB of escapes", "/items", `{"name":"` + strings.Repeat(`\u0000`, 170_000) + `"}`, []int{200, 422}},
		{"1 MB of white space", "/items", strings.Repeat(" ", 1_000_000), []int{422}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := post(app, c.path, c.body)
			if !slices.Contains(c.status, w.Code) {
				t.Errorf("status %d, want one of %v: %.300s", w.Code, c.status, w.Body)
			}
			if w.Code != 200 {
				wantClientError(t, w)
			}
		})
	}
}

func manyMembers(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `,"%d":%d`, i, i)
	}
	return "{" + b.String()[1:] + "}"
}

func TestValuesThatDoNotFit(t *testing.T) {
	app := hostileApp()
	for _, c := range []struct{ body, loc string }{
		{`null`, "[body]"}, {`1`, "[body]"}, {`"a"`, "[body]"}, {`[]`, "[body]"}, {`true`, "[body]"}, {`{}`, "[body name]"},
		{`{"name":null}`, "[body name]"}, {`{"name":1}`, "[body name]"}, {`{"name":"a","price":"1"}`, "[body price]"},
		{`{"name":"a","price":1e999}`, "[body price]"}, {`{"name":"a","count":1.5}`, "[body count]"}, {`{"name":"a","count":true}`, "[body count]"},
		{`{"name":"a","count":9223372036854775808}`, "[body count]"}, {`{"name":"a","count":-9223372036854775809}`, "[body count]"},
		{`{"name":"a","tags":{}}`, "[body tags]"}, {`{"name":"a","tags":[1]}`, "[body tags 0]"}, {`{"name":"a","tags":[null]}`, "[body tags 0]"},
		{`{"name":"a","next":{"name":"b","next":{}}}`, "[body next next name]"}, {`{"name":"a","extra":[]}`, "[body extra]"},
		{`{"name":"a","name":"b"}`, "[body name]"}, {`{"Name":"a"}`, "[body name]"}, {`{"name":"a","NAME":"b"}`, "[body NAME]"},
		{`{"name":"a","\u006eame":"b"}`, "[body name]"}, {`{"name":"a","extra":{"k":1,"k":2}}`, "[body extra k]"}, {`{"name":"a","any":{"k":1,"k":2}}`, "[body any k]"},
	} {
		t.Run(c.body, func(t *testing.T) {
			w := post(app, "/items", c.body)
			a := wantClientError(t, w)
			wantStatus(t, w, 422)
			if got := fmt.Sprint(a.first.Loc); got != c.loc {
				t.Errorf("loc %s, want %s: %s", got, c.loc, w.Body)
			}
		})
	}
}

func TestContentTypeOfABody(t *testing.T) {
	app := hostileApp()
	for _, c := range []struct {
		types  []string
		status int
	}{
		{[]string{"application/json"}, 200},
		{[]string{"application/json; charset=utf-8"}, 200},
		{[]string{"application/json;charset=\"utf-8\"; x=y"}, 200},
		{[]string{"Application/JSON"}, 200},
		{[]string{"  application/json  ;;; garbage"}, 200},
		{[]string{"application/merge-patch+json"}, 200},
		{[]string{"application/json;"}, 200},
		{nil, 415},
		{[]string{""}, 415},
		{[]string{"json"}, 415},
		{[]string{"text/json"}, 415},
		{[]string{"application/jsonx"}, 415},
		{[]string{"application/+json"}, 415},
		{[]string{"application/"}, 415},
		{[]string{"/json"}, 415},
		{[]string{"application/json, text/plain"}, 415},
		{[]string{"application/x-www-form-urlencoded"}, 415},
		{[]string{"multipart/form-data; boundary=x"}, 415},
		{[]string{strings.Repeat("a", 1<<16)}, 415},
		{[]string{"\xff/\xfe"}, 415},
		{[]string{"text/plain", "application/json"}, 415},
	} {
		var headers []string
		for _, v := range c.types {
			headers = append(headers, "Content-Type", v)
		}
		w := send(app, "POST", "/items", `{"name":"a"}`, headers...)
		if w.Code != c.status {
			t.Errorf("%.60q: status %d, want %d: %s", c.types, w.Code, c.status, w.Body)
		}
		if w.Code != 200 {
			wantClientError(t, w)
		}
	}
	wantClientError(t, send(app, "POST", "/items", "")) // no body needs no type: it is the body that is missing
}

func TestGarbageInPathQueryHeadersAndCookies(t *testing.T) {
	app := hostileApp()
	long := strings.Repeat("9", 1<<16)
	for _, c := range []struct {
		target  string
		headers []string
		loc     string // "" is success
	}{
		{"/params/x", nil, "[path id]"},
		{"/params/1%00", nil, "[path id]"},
		{"/params/%FF", nil, "[path id]"},
		{"/params/9223372036854775808", nil, "[path id]"},
		{"/params/" + long, nil, "[path id]"},
		{"/params/1%2F2", nil, ""},
		{"/params/1?q=x", nil, "[query q]"},
		{"/params/1?q=", nil, "[query q]"},
		{"/params/1?q=%FF", nil, "[query q]"},
		{"/params/1?q=1&q=x", nil, "[query q]"},
		{"/params/1?q=" + long, nil, "[query q]"},
		{"/params/1?flag=maybe", nil, "[query flag]"},
		{"/params/1?%zz=1&&;=&=&%", nil, ""},
		{"/params/1?" + strings.Repeat("a&", 1<<16), nil, "[query]"},
		{"/params/1?" + strings.Repeat("tags=a&", 1<<12), nil, "[query]"},
		{"/params/1", []string{"X-Token", long}, "[header x-token]"},
		{"/params/1", []string{"X-Token", "\xff\xfe\x01"}, ""},
		{"/params/1", []string{"Cookie", "n=x"}, "[cookie n]"},
		{"/params/1", []string{"Cookie", `;;=;c;c=;="";n="1`}, ""},
		{"/params/1", []string{"Cookie", `c="` + long + `"`}, ""},
		{"/params/1", []string{"Cookie", "\xff=\xfe; c=\x00"}, ""},
		{"/params/1", []string{"Cookie", strings.Repeat("a=b;", 1<<14)}, "[cookie]"},
		{"/files/..%2f..%2fetc%2fpasswd%00", nil, ""},
		{"/files/%FF%FE", nil, ""},
	} {
		t.Run(fmt.Sprintf("%.40s %.40q", c.target, c.headers), func(t *testing.T) {
			w := send(app, "GET", c.target, "", c.headers...)
			if w.Code == 200 {
				if c.loc != "" || !json.Valid(w.Body.Bytes()) {
					t.Errorf("200: %.200s", w.Body)
				}
				return
			}
			a := wantClientError(t, w)
			if got := fmt.Sprint(a.first.Loc); c.loc != "" && got != c.loc {
				t.Errorf("loc %s, want %s", got, c.loc)
			}
			if c.loc == "" && w.Code >= 400 {
				t.Logf("refused with %d: %.100s", w.Code, w.Body)
			}
		})
	}
}

func TestBadPercentEscapesInAQueryValue(t *testing.T) {
	app := hostileApp()
	for _, query := range []string{"q=%", "q=%4", "q=%zz", "q=1%", "tags=%&tags=%zz", "flag=%ff%"} {
		w := send(app, "GET", "/params/1?"+query, "")
		if w.Code != 200 {
			wantClientError(t, w)
		}
	}
}

func TestUnknownPathsAndMethods(t *testing.T) {
	app := hostileApp()
	for _, c := range []struct {
		method, target string
		status         int
	}{
		{"GET", "/", 404}, {"GET", "/nothing", 404}, {"GET", "//items", 404}, {"GET", "/params/1/2", 404}, {"GET", "/../x", 404}, {"GET", "/%2e%2e/x", 404},
		{"GET", "/\xff", 404}, {"GET", "/items", 405}, {"DELETE", "/params/1", 405}, {"BREW", "/items", 405}, {"post", "/items", 405}, {"POST", "/" + strings.Repeat("a/", 1<<14), 404},
	} {
		w := send(app, c.method, c.target, "")
		wantStatus(t, w, c.status)
		wantClientError(t, w)
		if (w.Header().Get("Allow") != "") != (c.status == 405) {
			t.Errorf("%s %.30s: Allow %q", c.method, c.target, w.Header().Get("Allow"))
		}
	}
}
