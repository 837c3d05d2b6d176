package documents_test

import (
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

// newDocumented returns an app with one operation that has parameters, a body and a dependency.
func newDocumented(opts ...brio.AppOption) *brio.App {
	app := brio.New(opts...)
	app.Put("/shops/{shop}/items", createItem, brio.Supply(&DB{}), brio.Provide(openTx))
	return app
}

// TestDocumentServesConditionalRequests: the document has an ETag, and HEAD, If-None-Match and versions are answered as by
// RFC 9110, 13.1.2.
func TestDocumentServesConditionalRequests(t *testing.T) {
	t.Parallel()
	app := newDocumented(brio.Title("Shop"))
	whole := testkit.Get(app, "/openapi.json")
	testkit.WantStatus(t, whole, 200)
	testkit.WantHeader(t, whole, "Content-Type", "application/json")
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
		{"get", "GET", "/openapi.json", nil, 200, whole.Body.Len()},
		{"head", "HEAD", "/openapi.json", nil, 200, 0},
		{"current etag", "GET", "/openapi.json", []string{"If-None-Match", etag}, 304, 0},
		{"current etag in a list", "GET", "/openapi.json", []string{"If-None-Match", `"x", W/` + etag}, 304, 0},
		{"other etag", "GET", "/openapi.json", []string{"If-None-Match", `"x"`}, 200, whole.Body.Len()},
		{"unknown version", "GET", "/openapi.json?version=2.0", nil, 400, -1},
		{"post", "POST", "/openapi.json", nil, 405, -1},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := testkit.Do(app, c.method, c.path, "", c.headers...)
			testkit.WantStatus(t, w, c.status)
			if c.length >= 0 && w.Body.Len() != c.length {
				t.Errorf("body: got %d bytes, want %d", w.Body.Len(), c.length)
			}
			if c.status < 400 && w.Header().Get("ETag") != etag {
				t.Errorf("ETag: got %s, want %s", w.Header().Get("ETag"), etag)
			}
		})
	}
}

// TestDocumentIsDeterministic: two starts of a program give the same bytes. The order of maps does not show.
func TestDocumentIsDeterministic(t *testing.T) {
	t.Parallel()
	first := map[string]string{}
	for range 20 {
		app := newDocumented()
		for _, path := range []string{"/openapi.json", "/openapi.yaml", "/openapi.json?version=3.0.3", "/openapi.yaml?version=3.0"} {
			got := testkit.Get(app, path).Body.String()
			if first[path] == "" {
				first[path] = got
			} else if got != first[path] {
				t.Fatalf("%s differs:\n%s\n%s", path, got, first[path])
			}
		}
	}
}

// TestDocumentServesConcurrentFirstRequests: the first requests may come at once. All requests of one form have the same
// bytes.
func TestDocumentServesConcurrentFirstRequests(t *testing.T) {
	app := newDocumented(brio.RootPath("/api"))
	answers := make(chan string)
	const n = 16
	for i := range n {
		go func() {
			path := []string{"/openapi.json", "/openapi.yaml", "/openapi.json?version=3.0"}[i%3]
			answers <- path + testkit.Get(app, path).Body.String()
		}()
	}
	seen := map[string]bool{}
	for range n {
		seen[testkit.Receive(t, answers, "an answer")] = true
	}
	if len(seen) != 3 {
		t.Errorf("got %d different answers, want 3", len(seen))
	}
}

// TestOpenAPIURLMovesDocument: the option moves both forms of the document or turns them off. A route of the program wins
// over the default path; with a chosen path it is a mistake.
func TestOpenAPIURLMovesDocument(t *testing.T) {
	t.Parallel()
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
		{"route on the default path", nil, func(a *brio.App) { a.Get("/openapi.json", mine) }, []string{"/openapi.yaml"}, []string{"/openapi.json"}, ""},
		{"route on a chosen path", []brio.AppOption{brio.OpenAPIURL("/api.json")}, func(a *brio.App) { a.Get("/api.json", mine) }, nil, nil, `the path is that of OpenAPIURL("/api.json") too`},
		{"no slash", []brio.AppOption{brio.OpenAPIURL("api.json")}, nil, nil, nil, `OpenAPIURL("api.json")`},
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
				if w := testkit.Get(app, path); w.Code != 200 || !strings.Contains(w.Body.String(), "3.1.0") {
					t.Errorf("%s: %d %s", path, w.Code, w.Body)
				}
			}
			for _, path := range c.not {
				if w := testkit.Get(app, path); strings.Contains(w.Body.String(), "3.1.0") {
					t.Errorf("%s: %d %s", path, w.Code, w.Body)
				}
			}
		})
	}
}
