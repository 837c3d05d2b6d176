package brio_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/openapi/spec"
)

func documented(opts ...brio.AppOption) *brio.App {
	app := brio.New(opts...)
	app.Put("/shops/{shop}/items", createItem, brio.Supply(&DB{}), brio.Provide(openTx))
	return app
}

func TestDocumentIsServed(t *testing.T) {
	app := documented(brio.Title("Shop"))
	whole := send(app, "GET", "/openapi.json", "")
	wantStatus(t, whole, 200)
	wantHeader(t, whole, "Content-Type", "application/json")
	doc := decodeDocument(t, whole.Body.String())
	if doc.OpenAPI != "3.1.0" || doc.Info.Title != "Shop" || doc.Paths["/shops/{shop}/items"].Operations["put"] == nil {
		t.Errorf("got %s", whole.Body)
	}
	etag := whole.Header().Get("ETag")
	for _, c := range []struct {
		name, method, path string
		headers            []string
		status, length     int
	}{
		{"as it is", "GET", "/openapi.json", nil, 200, whole.Body.Len()},
		{"without a body", "HEAD", "/openapi.json", nil, 200, 0},
		{"that the client has", "GET", "/openapi.json", []string{"If-None-Match", etag}, 304, 0},
		{"that the client has among others", "GET", "/openapi.json", []string{"If-None-Match", `"x", W/` + etag}, 304, 0},
		{"that has changed", "GET", "/openapi.json", []string{"If-None-Match", `"x"`}, 200, whole.Body.Len()},
		{"of a version that there is not", "GET", "/openapi.json?version=2.0", nil, 400, -1},
		{"that is only read", "POST", "/openapi.json", nil, 405, -1},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := send(app, c.method, c.path, "", c.headers...)
			wantStatus(t, w, c.status)
			if c.length >= 0 && w.Body.Len() != c.length {
				t.Errorf("%d bytes, want %d", w.Body.Len(), c.length)
			}
			if c.status < 400 && w.Header().Get("ETag") != etag {
				t.Errorf("ETag %s, want %s", w.Header().Get("ETag"), etag)
			}
		})
	}
}

func decodeDocument(t *testing.T, text string) *spec.Document {
	t.Helper()
	doc := &spec.Document{}
	if err := json.Unmarshal([]byte(text), doc); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return doc
}

// TestDocumentIsTheSameEachTime: two starts of a program give the same bytes, whatever order maps have.
func TestDocumentIsTheSameEachTime(t *testing.T) {
	t.Parallel()
	first := map[string]string{}
	for range 20 {
		app := documented()
		for _, path := range []string{"/openapi.json", "/openapi.yaml", "/openapi.json?version=3.0.3", "/openapi.yaml?version=3.0"} {
			got := send(app, "GET", path, "").Body.String()
			if first[path] == "" {
				first[path] = got
			} else if got != first[path] {
				t.Fatalf("%s differs:\n%s\n%s", path, got, first[path])
			}
		}
	}
}

func TestDocumentIsAskedForAtOnce(t *testing.T) {
	app := documented(brio.RootPath("/api"))
	answers := make(chan string)
	const n = 16
	for i := range n {
		go func() {
			path := []string{"/openapi.json", "/openapi.yaml", "/openapi.json?version=3.0"}[i%3]
			answers <- path + send(app, "GET", path, "").Body.String()
		}()
	}
	seen := map[string]bool{}
	for range n {
		seen[testkit.Receive(t, answers, "an answer")] = true
	}
	if len(seen) != 3 {
		t.Errorf("%d different answers", len(seen))
	}
}

func TestOpenAPIURL(t *testing.T) {
	mine := func() string { return "mine" }
	for _, c := range []struct {
		name    string
		opts    []brio.AppOption
		declare func(*brio.App)
		served  []string
		not     []string
		mistake string
	}{
		{"default", nil, nil, []string{"/openapi.json", "/openapi.yaml"}, nil, ""},
		{"moved", []brio.AppOption{brio.OpenAPIURL("/v1/api.json")}, nil, []string{"/v1/api.json", "/v1/api.yaml"}, []string{"/openapi.json"}, ""},
		{"off", []brio.AppOption{brio.OpenAPIURL("")}, nil, nil, []string{"/openapi.json", "/openapi.yaml"}, ""},
		{"a route on the default path wins", nil, func(a *brio.App) { a.Get("/openapi.json", mine) }, []string{"/openapi.yaml"}, []string{"/openapi.json"}, ""},
		{"a route on a chosen path", []brio.AppOption{brio.OpenAPIURL("/api.json")}, func(a *brio.App) { a.Get("/api.json", mine) }, nil, nil, `the path is that of OpenAPIURL("/api.json") too`},
		{"no path", []brio.AppOption{brio.OpenAPIURL("api.json")}, nil, nil, nil, `OpenAPIURL("api.json")`},
	} {
		t.Run(c.name, func(t *testing.T) {
			app := brio.New(c.opts...)
			if c.declare != nil {
				c.declare(app)
			}
			if err := app.Check(); c.mistake == "" && err != nil || c.mistake != "" && (err == nil || !strings.Contains(err.Error(), c.mistake)) {
				t.Fatalf("Check: %v", err)
			}
			if c.mistake != "" {
				return
			}
			for _, path := range c.served {
				if w := send(app, "GET", path, ""); w.Code != 200 || !strings.Contains(w.Body.String(), "3.1.0") {
					t.Errorf("%s: %d %s", path, w.Code, w.Body)
				}
			}
			for _, path := range c.not {
				if w := send(app, "GET", path, ""); strings.Contains(w.Body.String(), "3.1.0") {
					t.Errorf("%s: %d %s", path, w.Code, w.Body)
				}
			}
		})
	}
}
