package briotest_test

import (
	"encoding/json"
	"iter"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
	"github.com/brio-go/brio/openapi/spec"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/security"
)

type (
	hat struct {
		ID     int    `json:"id,omitempty" readonly:"true"`
		Name   string `json:"name" validate:"min=2"`
		PIN    int    `json:"pin,omitempty" secret:"true"`
		Secret string `json:"secret,omitempty" secret:"true" validate:"omitempty,min=12"`
	}
	hatQuery struct {
		Shop  string   `path:"shop"`
		Limit int      `query:"limit,omitempty"`
		Sizes []int    `query:"size,omitempty"`
		Draft bool     `query:"draft,omitempty"`
		Trace string   `header:"X-Trace,omitempty"`
		Token string   `query:"token,omitempty" secret:"true"`
		Theme string   `cookie:"theme,omitempty"`
		Words []string `query:"words,omitempty" style:"comma"`
	}
)

// newHats is an app with examples of folder, which has the file examples.json.
func newHats(folder string, opts ...brio.AppOption) *brio.App {
	app := brio.New(append(opts, brio.ExamplesFile(os.DirFS(folder), "examples.json"))...)
	key := brio.Security(security.APIKeyHeader("X-Key"))
	var last atomic.Int64
	app.Post("/hats", func(in *brio.Body[hat]) *hat {
		id := int(last.Add(1))
		return &hat{ID: id, Name: in.Value.Name}
	}, brio.Status(201))
	app.Post("/leak", func(in *brio.Body[hat]) string { return in.Value.Secret })
	app.Get("/shops/{shop}/hats", func(in *hatQuery) []hat { return []hat{{ID: 1, Name: in.Shop}} }, key)
	app.Post("/form", func(in struct {
		Name  string `form:"name"`
		Count int    `form:"count"`
		Code  string `form:"code" secret:"true"`
	}) string {
		return in.Name
	})
	app.Delete("/hats/{id}", func(struct {
		ID int `path:"id"`
	}) {
	}, brio.Status(204))
	app.Get("/hidden", func() string { return "" }, brio.Hidden())
	return app
}

// publishing returns a folder with a file of examples, in which update has published.
func publishing(t *testing.T, update func(t testing.TB, c *briotest.Client)) (folder, file string) {
	t.Helper()
	folder = t.TempDir()
	file = filepath.Join(folder, "examples.json")
	if err := os.WriteFile(file, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv(briotest.UpdateEnv, "1")
	update(t, briotest.New(t, newHats(folder), briotest.ExamplesFile(file)))
	t.Setenv(briotest.UpdateEnv, "")
	return folder, file
}

// TestPublishShowsExchange: parameters, body and answer of an exchange are examples of their operation, with the types of the
// document. Credentials and secrets are not among them.
func TestPublishShowsExchange(t *testing.T) {
	folder, file := publishing(t, func(t testing.TB, c *briotest.Client) {
		c.Post("/hats", map[string]any{"name": "cap", "pin": 918273, "secret": "sesame opens it"}).Status(201).Publish("created")
		c.Post("/hats", hat{Name: "x"}).Status(422).Publish("too short")
		c.Get("/shops/a%20b/hats").Query("limit", 5).Query("size", 1, 2).Query("draft", true).Query("token", "secret-token").Query("words", "a,b").
			Header("X-Trace", "t1").Header("X-Key", "credential").Cookie("theme", "dark").Status(200).Publish("of a shop")
		c.Post("/form", nil).Form("name", "ann").Form("count", 3).Form("code", "form-secret").Status(200).Publish("sent")
		c.Delete("/hats/7").Status(204).Publish("removed")
	})
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for _, secret := range []string{"918273", "sesame", "secret-token", "credential", "dark", "form-secret", "theme", "X-Key"} {
		if strings.Contains(string(text), secret) {
			t.Errorf("the file has %s:\n%s", secret, text)
		}
	}

	doc := newHats(folder).OpenAPI()
	if doc == nil {
		t.Fatal(newHats(folder).Check())
	}
	created := doc.Paths["/hats"].Operations["post"]
	wantExample(t, created.RequestBody.Content["application/json"].Examples, "created", `{"name":"cap","pin":0,"secret":"************"}`)
	wantExample(t, created.Responses["201"].Content["application/json"].(*spec.MediaType).Examples, "created", `{"id":1,"name":"cap"}`)
	wantExample(t, created.RequestBody.Content["application/json"].Examples, "too short", `{"name":"x"}`)
	list := doc.Paths["/shops/{shop}/hats"].Operations["get"]
	want := map[string]string{"shop": `"a b"`, "limit": "5", "size": "[1,2]", "draft": "true", "X-Trace": `"t1"`, "token": `"**********"`, "words": `["a","b"]`}
	for _, p := range list.Parameters {
		if want[p.Name] != "" {
			wantExample(t, p.Examples, "of a shop", want[p.Name])
			delete(want, p.Name)
		} else if len(p.Examples) > 0 {
			t.Errorf("the parameter %s has the examples %v", p.Name, p.Examples)
		}
	}
	if len(want) > 0 {
		t.Errorf("without an example: %v", want)
	}
	form := doc.Paths["/form"].Operations["post"].RequestBody.Content["application/x-www-form-urlencoded"]
	wantExample(t, form.Examples, "sent", `{"code":"**********","count":3,"name":"ann"}`)
	if marked, _ := json.Marshal(doc); strings.Contains(string(marked), "x-secret") {
		t.Error("the served document marks secret fields")
	}
}

func wantExample(t *testing.T, all []spec.Example, name, want string) {
	t.Helper()
	for _, x := range all {
		if got, _ := json.Marshal(x.Value); x.Name == name {
			if string(got) != want {
				t.Errorf("the example %s: got %s, want %s", name, got, want)
			}
			return
		}
	}
	t.Errorf("there is no example %s in %v", name, all)
}

// TestPublishFails for an exchange that is not the published one, and for what cannot be published.
func TestPublishFails(t *testing.T) {
	folder, file := publishing(t, func(t testing.TB, c *briotest.Client) {
		c.Post("/hats", hat{Name: "cap"}).Status(201).Publish("created")
	})
	other := filepath.Join(t.TempDir(), "other.json")
	for _, c := range []struct {
		name, file string
		send       func(c *briotest.Client)
		want       string // "": the test passes
	}{
		{"the same", file, func(c *briotest.Client) { c.Post("/hats", hat{Name: "cap"}).Send().Publish("created") }, ""},
		{"another request", file, func(c *briotest.Client) { c.Post("/hats", hat{Name: "hat"}).Send().Publish("created") }, `request.body.name: "hat", want "cap"`},
		{"another answer", file, func(c *briotest.Client) {
			c.Post("/hats", hat{Name: "cap"}).Send()
			c.Post("/hats", hat{Name: "cap"}).Send().Publish("created")
		}, "response.body.id: 2, want 1"},
		{"another status", file, func(c *briotest.Client) { c.Post("/hats", `{}`).Send().Publish("created") }, "response.status: 422, want 201"},
		{"volatile", file, func(c *briotest.Client) {
			c.Post("/hats", hat{Name: "cap"}).Send()
			c.Post("/hats", hat{Name: "cap"}).Send().Publish("created", briotest.Volatile("response.body.id"))
		}, ""},
		{"volatile of another type", file, func(c *briotest.Client) {
			c.Post("/hats", `{"name":1}`).Send().Publish("created", briotest.Volatile("response.status", "response.body", "request.body.name"))
		}, `request.body.name: 1, want "cap"`},
		{"another name", file, func(c *briotest.Client) { c.Post("/hats", hat{Name: "cap"}).Send().Publish("made") }, `has no example "made" of POST /hats; BRIOTEST_UPDATE=1 writes it`},
		{"no file", other, func(c *briotest.Client) { c.Post("/hats", hat{Name: "cap"}).Send().Publish("created") }, `has no example "created"`},
		{"a hidden operation", file, func(c *briotest.Client) { c.Get("/hidden").Send().Publish("a") }, "legal is an answer of an operation in the app's document"},
		{"no route", file, func(c *briotest.Client) { c.Get("/none").Send().Publish("a") }, "legal is an answer of an operation"},
		{"no name", file, func(c *briotest.Client) { c.Post("/hats", hat{Name: "cap"}).Send().Publish("") }, "and a name"},
		{"a secret in the answer", file, func(c *briotest.Client) {
			c.Post("/leak", map[string]string{"name": "cap", "secret": "sesame opens it"}).Send().Publish("a")
		}, "repeats a credential, or the value of a secret member"},
		{"a token in the body", file, func(c *briotest.Client) {
			c.Post("/hats", hat{Name: "token-1"}).Bearer("token-1").Send().Publish("a")
		}, "repeats a credential"},
	} {
		r := record(func(t testing.TB) { c.send(briotest.New(t, newHats(folder), briotest.ExamplesFile(c.file))) })
		if all := r.fatal + strings.Join(r.errors, "\n"); (c.want == "") != (all == "") || !strings.Contains(all, c.want) {
			t.Errorf("%s: got %q, want %q", c.name, all, c.want)
		}
	}
	unread := record(func(t testing.TB) {
		app := brio.New()
		app.Post("/hats", func(in *brio.Body[hat]) *hat { return &hat{ID: 1, Name: in.Value.Name} }, brio.Status(201))
		briotest.New(t, app, briotest.ExamplesFile(file)).Post("/hats", hat{Name: "cap"}).Send().Publish("created")
	})
	if all := strings.Join(unread.errors, "\n"); !strings.Contains(all, "the app reads the file with brio.ExamplesFile") {
		t.Errorf("an app that does not read the file: %q", all)
	}
}

// TestPublishKeepsVolatileValues: a further update changes only what is not volatile, and a test that has failed writes nothing.
func TestPublishKeepsVolatileValues(t *testing.T) {
	_, file := publishing(t, func(t testing.TB, c *briotest.Client) {
		for range 3 {
			c.Post("/hats", hat{Name: "cap"}).Send().Publish("created", briotest.Volatile("response.body.id"))
		}
	})
	first, err := os.ReadFile(file)
	if err != nil || !strings.Contains(string(first), `"id": 1`) {
		t.Errorf("got %s and the error %v, want the id of the first request", first, err)
	}
	t.Setenv(briotest.UpdateEnv, "1")
	r := record(func(t testing.TB) {
		c := briotest.New(t, newHats(filepath.Dir(file)), briotest.ExamplesFile(file))
		c.Post("/hats", hat{Name: "hat"}).Status(200).Publish("created")
	})
	if third, _ := os.ReadFile(file); len(r.errors) != 1 || string(third) != string(first) {
		t.Errorf("a test that fails has written %s and reported %q", third, r.errors)
	}
}

// TestPublishTogether: clients of several goroutines write one file, and none of their examples is lost.
func TestPublishTogether(t *testing.T) {
	names := strings.Fields("a b c d e f g h")
	_, file := publishing(t, func(t testing.TB, c *briotest.Client) {
		var all sync.WaitGroup
		for _, name := range names {
			all.Go(func() { c.Post("/hats", hat{Name: "cap"}).Send().Publish(name) })
		}
		all.Wait()
	})
	var got map[string]map[string]any
	text, _ := os.ReadFile(file)
	if err := json.Unmarshal(text, &got); err != nil || len(got["POST /hats"]) != len(names) {
		t.Errorf("got %s and the error %v, want examples with the names %q", text, err, names)
	}
	if _, err := os.Stat(file + ".lock"); err == nil {
		t.Error("the lock is still there")
	}
}

// TestPublishOfHandMadeRequest: a request of net/http is published as one of the client.
func TestPublishOfHandMadeRequest(t *testing.T) {
	_, file := publishing(t, func(t testing.TB, c *briotest.Client) {
		r, err := http.NewRequest(http.MethodPost, "/hats", strings.NewReader(`{"name":"cap"}`))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		c.Do(r).Publish("by hand")
	})
	if text, _ := os.ReadFile(file); !strings.Contains(string(text), `"by hand"`) || !strings.Contains(string(text), `"name": "cap"`) {
		t.Errorf("got %s", text)
	}
}

// TestPublishVolatileInLists: a volatile place may be in each element of a list or in one. The other members, and how many elements there are,
// are held to the example.
func TestPublishVolatileInLists(t *testing.T) {
	folder, file := t.TempDir(), ""
	file = filepath.Join(folder, "examples.json")
	elements, stamp, name := 2, 0, "cap"
	client := func(t testing.TB) *briotest.Client {
		app := brio.New(brio.ExamplesFile(os.DirFS(folder), "examples.json"))
		app.Get("/hats", func() []hat {
			out := make([]hat, elements)
			for i := range out {
				stamp++
				out[i] = hat{ID: stamp, Name: name}
			}
			return out
		})
		return briotest.New(t, app, briotest.ExamplesFile(file))
	}
	if err := os.WriteFile(file, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv(briotest.UpdateEnv, "1")
	client(t).Get("/hats").Send().Publish("all")
	t.Setenv(briotest.UpdateEnv, "")
	for _, c := range []struct {
		test, name string
		elements   int
		volatile   string
		want       string // "": the test passes
	}{
		{"each element", "cap", 2, "response.body[*].id", ""},
		{"one element", "cap", 2, "response.body[0].id", "response.body[1].id: "},
		{"another member", "hat", 2, "response.body[*].id", `response.body[0].name: "hat", want "cap"`},
		{"more elements", "cap", 3, "response.body[*].id", "response.body: 3 elements, want 2"},
		{"the list", "hat", 3, "response.body", ""},
	} {
		elements, name = c.elements, c.name
		r := record(func(t testing.TB) { client(t).Get("/hats").Send().Publish("all", briotest.Volatile(c.volatile)) })
		if all := r.fatal + strings.Join(r.errors, "\n"); (c.want == "") != (all == "") || !strings.Contains(all, c.want) {
			t.Errorf("%s: got %q, want %q", c.test, all, c.want)
		}
	}
}

// TestPublishTakesTexts: texts are published. Bytes, streams and bodies that their media type contradicts are not, and neither are keys in
// the query and in cookies.
func TestPublishTakesTexts(t *testing.T) {
	newApp := func() *brio.App {
		app := brio.New()
		answer := func(mediaType, body string) func() *brio.Response {
			return func() *brio.Response { return response.Bytes(mediaType, []byte(body)) }
		}
		app.Get("/text", answer("text/plain", "a text"))
		app.Get("/xml", answer("application/atom+xml", "<a/>"))
		app.Get("/bytes", answer("application/octet-stream", "bytes"))
		app.Get("/latin", answer("text/plain", "caf\xe9"))
		app.Get("/broken", answer("application/json", "{"))
		app.Get("/events", answer("text/event-stream", "data: a\n\n"))
		app.Post("/form", func(in struct {
			Name string `form:"name"`
		}) string {
			return in.Name
		})
		app.Get("/query", func(k *security.APIKey) string { return "of the query" }, brio.Provide(security.APIKeyQuery("key")))
		app.Get("/cookie", func(k *security.APIKey) string { return "of the cookie" }, brio.Provide(security.APIKeyCookie("key")))
		app.Get("/leak", func(k *security.APIKey) string { return k.Value }, brio.Provide(security.APIKeyCookie("key")))
		return app
	}
	file := filepath.Join(t.TempDir(), "examples.json")
	if err := os.WriteFile(file, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv(briotest.UpdateEnv, "1")
	options := []briotest.Option{briotest.ExamplesFile(file), briotest.AllowUndeclared()}
	c := briotest.New(t, newApp(), options...)
	for _, path := range []string{"/text", "/xml", "/bytes", "/latin", "/broken", "/events"} {
		c.Get(path).Send().Publish("shown")
	}
	c.Request("POST", "/form", "name=%zz").Header("Content-Type", "application/x-www-form-urlencoded").Send().Publish("broken")
	c.Get("/query").Query("key", "sesame-1").Send().Publish("shown")
	c.Get("/cookie").Cookie("key", "sesame-2").Send().Publish("shown")
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for part, want := range map[string]bool{
		`"a text"`: true, "<a/>": true, `"bytes"`: false, "caf": false, `"{"`: false, "data: a": false, "x-www-form-urlencoded": false, "sesame": false,
		"of the query": true, "of the cookie": true,
	} {
		if got := strings.Contains(strings.ReplaceAll(string(text), `\u003c`, "<"), part); got != want {
			t.Errorf("%s in the file: %v, want %v", part, got, want)
		}
	}
	r := record(func(t testing.TB) {
		briotest.New(t, newApp(), options...).Get("/leak").Cookie("key", "sesame-3").Send().Publish("leaked")
	})
	if all := strings.Join(r.errors, "\n"); !strings.Contains(all, "repeats a credential") {
		t.Errorf("a key in the answer: got %q", all)
	}
}

// TestPublishNeedsFile: a file that is no JSON fails the test that reads it and the one that writes it. The answer of a stream is no example.
func TestPublishNeedsFile(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "broken.json")
	if err := os.WriteFile(file, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, update := range []string{"", "1"} {
		t.Setenv(briotest.UpdateEnv, update)
		r := record(func(t testing.TB) {
			app := brio.New()
			app.Post("/hats", func(in *brio.Body[hat]) hat { return in.Value })
			briotest.New(t, app, briotest.ExamplesFile(file)).Post("/hats", hat{Name: "cap"}).Send().Publish("created")
		})
		if all := r.fatal + strings.Join(r.errors, "\n"); !strings.Contains(all, `briotest: Publish("created"): `) || !strings.Contains(all, "broken.json") {
			t.Errorf("update %q: got %q", update, all)
		}
	}
	if text, _ := os.ReadFile(file); string(text) != "{" {
		t.Errorf("the file is now %q", text)
	}
	t.Setenv(briotest.UpdateEnv, "")
	r := record(func(t testing.TB) {
		app := brio.New()
		app.Get("/events", func() iter.Seq[int] { return slices.Values([]int{1}) }, brio.EventStream())
		briotest.New(t, app).Get("/events").Events().Response().Publish("a")
	})
	if all := r.fatal + strings.Join(r.errors, "\n"); !strings.Contains(all, `Publish("a"): the answer of a stream is no example`) {
		t.Errorf("a stream: got %q", all)
	}
}
