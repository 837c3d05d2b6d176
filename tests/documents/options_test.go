package documents_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/openapi/spec"
	"github.com/brio-go/brio/tests/internal/oastest"
)

// serverURLs returns the URLs of the servers of a document.
func serverURLs(t *testing.T, text string) (urls []string) {
	t.Helper()
	var doc struct{ Servers []spec.Server }
	if err := json.Unmarshal([]byte(text), &doc); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	for _, s := range doc.Servers {
		urls = append(urls, s.URL)
	}
	return urls
}

// TestRootPathIsFirstServer: the prefix that a proxy takes off is the first server of the document, as in FastAPI, and part
// of links. Requests are routed with and without it.
func TestRootPathIsFirstServer(t *testing.T) {
	t.Parallel()
	prod := brio.Servers(spec.Server{URL: "https://prod.example.com"})
	for _, c := range []struct {
		name string
		opts []brio.AppOption
		want []string
	}{
		{"none", []brio.AppOption{prod}, []string{"https://prod.example.com"}},
		{"root path", []brio.AppOption{brio.RootPath("/api/v1")}, []string{"/api/v1"}},
		{"root path and servers", []brio.AppOption{brio.RootPath("/api/v1/"), prod}, []string{"/api/v1", "https://prod.example.com"}},
		{"listed server", []brio.AppOption{brio.RootPath("/api/v1"), brio.Servers(spec.Server{URL: "/api/v1"})}, []string{"/api/v1"}},
		{"not in servers", []brio.AppOption{brio.RootPath("/api/v1"), brio.RootPathInServers(false)}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			app := brio.New(c.opts...)
			app.Get("/items", func(r *http.Request, info *brio.RouteInfo, urls *brio.URLs) string {
				link, _ := urls.For("items")
				return r.URL.Path + " " + info.RootPath + " " + link
			}, brio.Name("items"))
			for _, path := range []string{"/openapi.json", "/api/v1/openapi.json"} {
				w := testkit.Get(app, path)
				if path != "/openapi.json" && len(c.opts) == 1 && w.Code == 404 {
					continue // there is no root path
				}
				if got := serverURLs(t, w.Body.String()); !slices.Equal(got, c.want) {
					t.Errorf("%s: %q, want %q", path, got, c.want)
				}
				oastest.Check(t, w.Body.Bytes())
			}
			yaml := testkit.Get(app, "/openapi.yaml").Body.String()
			for _, url := range c.want {
				if !strings.Contains(yaml, "- url: "+url+"\n") && !strings.Contains(yaml, `- url: "`+url+`"`) {
					t.Errorf("no %s in\n%s", url, yaml)
				}
			}
			if strings.Contains(yaml, "root-path") {
				t.Error(yaml)
			}
		})
	}
	app := brio.New(brio.RootPath("/api"))
	app.Get("/items", func(r *http.Request, info *brio.RouteInfo, urls *brio.URLs) string {
		link, _ := urls.For("items")
		return r.URL.Path + " " + info.RootPath + " " + link
	}, brio.Name("items"))
	for _, path := range []string{"/items", "/api/items"} {
		testkit.WantBody(t, testkit.Get(app, path), `"/items /api http://example.com/api/items"`)
	}
	testkit.WantStatus(t, testkit.Get(app, "/apiitems"), 404)
}

// TestDocumentSelectsAndChangesRoutes: each Document has its own path, metadata, routes and transformation, and the tags of
// the app beside its own.
func TestDocumentSelectsAndChangesRoutes(t *testing.T) {
	t.Parallel()
	v1 := func(r brio.RouteInfo) bool { return strings.HasPrefix(r.Path, "/v1/") }
	app := brio.New(brio.Title("All"), brio.TagInfo(spec.Tag{Name: "a"}),
		brio.Document("/v1.json", brio.Version("1.9"), brio.Only(v1), brio.TagInfo(spec.Tag{Name: "b"})),
		brio.Document("/internal.json", brio.Title("Internal"), brio.WithHidden(), brio.TransformOpenAPI(func(d *spec.Document) { d.Extra = map[string]any{"x-audience": "us"} })),
	)
	app.Get("/v1/a", getStrID)
	app.Get("/v2/a", getStrID, brio.Name("a2"))
	app.Get("/secret", getStrID, brio.Name("secret"), brio.Hidden())
	for _, c := range []struct {
		path, title, version string
		paths, tags          int
	}{
		{"/openapi.json", "All", "0.1.0", 2, 1},
		{"/v1.json", "All", "1.9", 1, 2},
		{"/internal.json", "Internal", "0.1.0", 3, 1},
	} {
		w := testkit.Get(app, c.path)
		doc := decodeDocument(t, w.Body.String())
		if doc.Info.Title != c.title || doc.Info.Version != c.version || len(doc.Paths) != c.paths || len(doc.Tags) != c.tags {
			t.Errorf("%s: %s", c.path, w.Body)
		}
		if (doc.Extra["x-audience"] == "us") != (c.path == "/internal.json") {
			t.Errorf("%s: %v", c.path, doc.Extra)
		}
		oastest.Check(t, w.Body.Bytes())
	}
	testkit.WantStatus(t, testkit.Get(app, "/v1.yaml"), 200)
}

// TestCheckReportsDocumentMistakes: Check names the option, the value and the legal ones. An app with mistakes has no
// document.
func TestCheckReportsDocumentMistakes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		declare func(*brio.App)
		want    string
	}{
		{"examples of an unknown parameter", func(a *brio.App) {
			a.Get("/", createHatOf, brio.Examples("query.qq", spec.Example{Name: "x"}))
		}, "Examples of query.qq\n\tlegal: a parameter of the route: query.q"},
		{"unknown range", func(a *brio.App) { a.Get("/", getStrID, brio.RespondsRange[hat]("6XX", "")) }, `RespondsRange("6XX")`},
		{"status 7", func(a *brio.App) { a.Get("/", getStrID, brio.Responds[hat](7, "")) }, "Responds with the status 7"},
		{"callbacks nil", func(a *brio.App) { a.Get("/", getStrID, brio.Callbacks("x", nil)) }, "Callbacks(…, nil)"},
		{"parameter of two types", func(a *brio.App) {
			a.Get("/", createHatOf, brio.Depends(func(*struct {
				Q *int `query:"q"`
			}) {
			}))
		}, `the query parameter "q" is read as int and as string`},
		{"function in raw members", func(a *brio.App) {
			a.Get("/", getStrID, brio.OpenAPIExtra(map[string]any{"x-f": func() {}}))
		}, "OpenAPIExtra: it has no JSON form"},
		{"raw members of a wrong type", func(a *brio.App) {
			a.Get("/", getStrID, brio.OpenAPIExtra(map[string]any{"parameters": "none"}))
		}, "OpenAPIExtra: it is no part of an operation"},
		{"callback with a mistake", func(a *brio.App) {
			r := brio.NewRouter()
			r.Post("{$url}", func(int) {})
			a.Get("/", getStrID, brio.Callbacks("x", r))
		}, "parameter 1 (int) has no origin"},
	} {
		t.Run(c.name, func(t *testing.T) {
			app := brio.New()
			c.declare(app)
			if err := app.Check(); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("Check: got %v, want %s", err, c.want)
			}
			if doc := app.OpenAPI(); doc != nil {
				t.Errorf("got a document, want nil: %v", doc)
			}
		})
	}
}

func createHatOf(*struct {
	Q string `query:"q"`
}) string {
	return ""
}

// TestWebhooksAreNotServed: a webhook is in the document only. No request calls its handler.
func TestWebhooksAreNotServed(t *testing.T) {
	t.Parallel()
	app := brio.New()
	app.Webhooks().Post("new-sub", newSub)
	testkit.WantStatus(t, testkit.Do(app, "POST", "/new-sub", `{}`), 404)
	if app.OpenAPI().Webhooks["new-sub"] == nil || len(app.Routes()) != 0 {
		t.Error(app.OpenAPI().Webhooks, app.Routes())
	}
}

// TestDocumentIgnoresOverrides: a test's override may read other parameters than the dependency. The document has those of
// the dependency.
func TestDocumentIgnoresOverrides(t *testing.T) {
	t.Parallel()
	app := brio.New()
	app.Get("/shops/{shop}", func(*paged) string { return "" }, brio.Name("shop"), brio.Provide(readPaging))
	c := briotest.New(t, app, briotest.Override(briotest.Replace(readPaging, func(*struct {
		Fake string `query:"fake" default:""`
	}) *paged {
		return nil
	})))
	want := testkit.Get(app, "/openapi.json").Body.String()
	if got := string(c.Get("/openapi.json").Status(200).Bytes()); got != want || !strings.Contains(got, "X-Trace") {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// TestFormsInPartsRefuseOtherMediaTypes: a route that reads the parts of a form as they arrive documents the 415 for what is no form.
func TestFormsInPartsRefuseOtherMediaTypes(t *testing.T) {
	t.Parallel()
	app := brio.New(testkit.Quiet(), brio.ContentTypeErrors(false))
	app.Post("/parts", func(*brio.Parts) {})
	app.Post("/json", func(brio.Body[int]) {})
	for path, want := range map[string]bool{"/parts": true, "/json": false} {
		responses := app.OpenAPI().Paths[path].Operations["post"].Responses
		if (responses["415"] != nil) != want {
			t.Errorf("%s: the document has 415: %t", path, !want)
		}
	}
}
