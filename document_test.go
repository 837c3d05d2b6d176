package brio_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
	"github.com/brio-go/brio/internal/oastest"
	"github.com/brio-go/brio/openapi/spec"
)

// hatShop answers with a hat. It is a shop for hats.
//
// Deprecated: heads are out of fashion.
func hatShop() *hat { return nil }

func TestCommentsOfHandlers(t *testing.T) {
	for _, c := range []struct {
		name                 string
		opts                 []brio.AppOption
		route                []brio.RouteOption
		summary, description string
		deprecated           bool
	}{
		{"sentence and rest", nil, nil, "Answers with a hat", "It is a shop for hats.\n\nDeprecated: heads are out of fashion.", true},
		{"options win", nil, []brio.RouteOption{brio.Summary("S"), brio.Description("D")}, "S", "D", false},
		{"none are wanted", []brio.AppOption{brio.DocComments(nil)}, nil, "Hat Shop", "", false},
		{"as FastAPI has docstrings", []brio.AppOption{brio.FastAPICompat()}, nil, "Hat Shop", "hatShop answers with a hat. It is a shop for hats.\n\nDeprecated: heads are out of fashion.", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			app := brio.New(c.opts...)
			app.Get("/", hatShop, c.route...)
			op := app.OpenAPI().Paths["/"].Operations["get"]
			if op.Summary != c.summary || op.Description != c.description || op.Deprecated != c.deprecated {
				t.Errorf("got %q, %q, %v", op.Summary, op.Description, op.Deprecated)
			}
		})
	}
}

func serverURLs(t *testing.T, w string) (urls []string) {
	t.Helper()
	var doc struct{ Servers []spec.Server }
	if err := json.Unmarshal([]byte(w), &doc); err != nil {
		t.Fatalf("%v in %s", err, w)
	}
	for _, s := range doc.Servers {
		urls = append(urls, s.URL)
	}
	return urls
}

func TestRootPath(t *testing.T) {
	prod := brio.Servers(spec.Server{URL: "https://prod.example.com"})
	for _, c := range []struct {
		name string
		opts []brio.AppOption
		want []string
	}{
		{"without one", []brio.AppOption{prod}, []string{"https://prod.example.com"}},
		{"alone", []brio.AppOption{brio.RootPath("/api/v1")}, []string{"/api/v1"}},
		{"before the servers", []brio.AppOption{brio.RootPath("/api/v1/"), prod}, []string{"/api/v1", "https://prod.example.com"}},
		{"that is listed already", []brio.AppOption{brio.RootPath("/api/v1"), brio.Servers(spec.Server{URL: "/api/v1"})}, []string{"/api/v1"}},
		{"that is not to be listed", []brio.AppOption{brio.RootPath("/api/v1"), brio.RootPathInServers(false)}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			app := brio.New(c.opts...)
			app.Get("/items", func(r *http.Request, info *brio.RouteInfo, urls *brio.URLs) string {
				link, _ := urls.For("items")
				return r.URL.Path + " " + info.RootPath + " " + link
			}, brio.Name("items"))
			for _, path := range []string{"/openapi.json", "/api/v1/openapi.json"} {
				w := send(app, "GET", path, "")
				if path != "/openapi.json" && len(c.opts) == 1 && w.Code == 404 {
					continue // there is no root path
				}
				if got := serverURLs(t, w.Body.String()); !slices.Equal(got, c.want) {
					t.Errorf("%s: %q, want %q", path, got, c.want)
				}
				oastest.Check(t, w.Body.Bytes())
			}
			yaml := send(app, "GET", "/openapi.yaml", "").Body.String()
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
		wantBody(t, send(app, "GET", path, ""), `"/items /api http://example.com/api/items"`)
	}
	wantStatus(t, send(app, "GET", "/apiitems", ""), 404)
}

func TestSeveralDocuments(t *testing.T) {
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
		w := send(app, "GET", c.path, "")
		doc := decodeDocument(t, w.Body.String())
		if doc.Info.Title != c.title || doc.Info.Version != c.version || len(doc.Paths) != c.paths || len(doc.Tags) != c.tags {
			t.Errorf("%s: %s", c.path, w.Body)
		}
		if (doc.Extra["x-audience"] == "us") != (c.path == "/internal.json") {
			t.Errorf("%s: %v", c.path, doc.Extra)
		}
		oastest.Check(t, w.Body.Bytes())
	}
	wantStatus(t, send(app, "GET", "/v1.yaml", ""), 200)
}

func TestDocumentMistakes(t *testing.T) {
	for _, c := range []struct {
		name    string
		declare func(*brio.App)
		want    string
	}{
		{"examples of what is not read", func(a *brio.App) {
			a.Get("/", createHatOf, brio.Examples("query.qq", spec.Example{Name: "x"}))
		}, "Examples of query.qq\n\tlegal: a parameter of the route: query.q"},
		{"a range of no statuses", func(a *brio.App) { a.Get("/", getStrID, brio.RespondsRange[hat]("6XX", "")) }, `RespondsRange("6XX")`},
		{"a status that there is not", func(a *brio.App) { a.Get("/", getStrID, brio.Responds[hat](7, "")) }, "Responds with the status 7"},
		{"callbacks without a router", func(a *brio.App) { a.Get("/", getStrID, brio.Callbacks("x", nil)) }, "Callbacks(…, nil)"},
		{"a parameter of two types", func(a *brio.App) {
			a.Get("/", createHatOf, brio.Depends(func(*struct {
				Q *int `query:"q"`
			}) {
			}))
		}, `the query parameter "q" is read as int and as string`},
		{"raw members without a JSON form", func(a *brio.App) {
			a.Get("/", getStrID, brio.OpenAPIExtra(map[string]any{"x-f": func() {}}))
		}, "OpenAPIExtra: it has no JSON form"},
		{"raw members that are none", func(a *brio.App) {
			a.Get("/", getStrID, brio.OpenAPIExtra(map[string]any{"parameters": "none"}))
		}, "OpenAPIExtra: it is no part of an operation"},
		{"a callback that cannot be", func(a *brio.App) {
			r := brio.NewRouter()
			r.Post("{$url}", func(int) {})
			a.Get("/", getStrID, brio.Callbacks("x", r))
		}, "parameter 1 (int) has no origin"},
	} {
		t.Run(c.name, func(t *testing.T) {
			app := brio.New()
			c.declare(app)
			if err := app.Check(); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("Check: %v, want %s", err, c.want)
			}
			if doc := app.OpenAPI(); doc != nil {
				t.Errorf("there is a document: %v", doc)
			}
		})
	}
}

func createHatOf(*struct {
	Q string `query:"q"`
}) string {
	return ""
}

// TestWebhooksAreNotServed: they are described, and their handlers never called.
func TestWebhooksAreNotServed(t *testing.T) {
	app := brio.New()
	app.Webhooks().Post("new-sub", newSub)
	wantStatus(t, send(app, "POST", "/new-sub", `{}`), 404)
	if app.OpenAPI().Webhooks["new-sub"] == nil || len(app.Routes()) != 0 {
		t.Error(app.OpenAPI().Webhooks, app.Routes())
	}
}

// TestDocumentOfOverrides: what stands in for a dependency in a test reads other parameters, of which clients know nothing.
func TestDocumentOfOverrides(t *testing.T) {
	app := brio.New()
	app.Get("/shops/{shop}", func(*paged) string { return "" }, brio.Name("shop"), brio.Provide(readPaging))
	c := briotest.New(t, app, briotest.Override(briotest.Replace(readPaging, func(*struct {
		Fake string `query:"fake" default:""`
	}) *paged {
		return nil
	})))
	want := send(app, "GET", "/openapi.json", "").Body.String()
	if got := string(c.Get("/openapi.json").Status(200).Bytes()); got != want || !strings.Contains(got, "X-Trace") {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
