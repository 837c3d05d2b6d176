package versions_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
	"github.com/brio-go/brio/internal/testkit"
)

type item struct {
	ID int `json:"id"`
}

// declareShop declares a route of all versions, one that changes, one that ends, one that begins, and one without version.
func declareShop(app *brio.App, first, second string) {
	items := brio.NewRouter(brio.Prefix("/items"))
	items.Get("/{id}", func(in *struct {
		ID int `path:"id"`
	}, info *brio.RouteInfo, urls *brio.URLs) (map[string]string, error) {
		link, err := urls.For("readItem", "id", in.ID)
		return map[string]string{"version": info.Version, "link": link}, err
	}, brio.Name("readItem"))
	items.Post("", func(in *brio.Body[item]) *item { return &in.Value })
	app.Include(items)
	app.Get("/price", func() string { return "old price" }, brio.UntilVersion(first))
	app.Get("/price", func() string { return "new price" }, brio.SinceVersion(second))
	app.Get("/old", func() string { return "old" }, brio.UntilVersion(first))
	app.Delete("/new", func() string { return "new" }, brio.SinceVersion(second))
	app.Post("/hook", func() string { return "hook" }, brio.Unversioned())
	app.Mount("/files", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "file "+r.URL.Path) }))
	api := brio.NewRouter()
	api.Get("/hosted", func(info *brio.RouteInfo) string { return info.Version })
	app.Host("api.example.com", api)
}

type want struct {
	method, path string
	headers      []string
	status       int
	body         string
	header       []string // name, value pairs; a name alone at the end is absent
}

func check(t *testing.T, app *brio.App, cases []want) {
	t.Helper()
	for _, c := range cases {
		w := testkit.Do(app, c.method, c.path, "", c.headers...)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.body) {
			t.Errorf("%s %s %q: got %d %s, want %d %s", c.method, c.path, c.headers, w.Code, w.Body, c.status, c.body)
		}
		for i := 0; i < len(c.header); i += 2 {
			if i+1 == len(c.header) {
				testkit.WantHeader(t, w, c.header[i])
			} else if got := strings.Join(w.Header().Values(c.header[i]), ", "); got != c.header[i+1] {
				t.Errorf("%s %s %q: %s is %q, want %q", c.method, c.path, c.headers, c.header[i], got, c.header[i+1])
			}
		}
	}
}

func TestVersionPrefix(t *testing.T) {
	app := brio.New(testkit.Quiet(), brio.Versions(brio.VersionPrefix(), "v1", "v2"))
	declareShop(app, "v1", "v2")
	check(t, app, []want{
		{"GET", "/v1/items/3", nil, 200, `{"link":"http://example.com/v1/items/3","version":"v1"}`, []string{"Vary"}},
		{"GET", "/v2/items/3", nil, 200, `{"link":"http://example.com/v2/items/3","version":"v2"}`, nil},
		{"GET", "/items/3", nil, 404, "", nil},
		{"GET", "/v3/items/3", nil, 404, "", nil},
		{"GET", "/v1/price", nil, 200, "old price", nil},
		{"GET", "/v2/price", nil, 200, "new price", nil},
		{"GET", "/v2/old", nil, 404, "", nil},
		{"GET", "/v2/new", nil, 405, "", []string{"Allow", "DELETE, OPTIONS"}},
		{"OPTIONS", "/v1/new", nil, 404, "", nil},
		{"OPTIONS", "/v2/new", nil, 204, "", []string{"Allow", "DELETE, OPTIONS"}},
		{"POST", "/hook", nil, 200, "hook", nil},
		{"POST", "/v1/hook", nil, 404, "", nil},
		{"GET", "/v2/files/a", nil, 200, "file /a", nil},
		{"GET", "http://api.example.com/v1/hosted", nil, 200, "v1", nil},
	})
	if url, err := app.URL("readItem", "id", 1); url != "/v2/items/1" || err != nil {
		t.Errorf("URL: %q, %v", url, err)
	}
}

func TestVersionHeader(t *testing.T) {
	app := brio.New(testkit.Quiet(), brio.Versions(brio.VersionHeader("api-version"), "2025-06-01", "2026-01-01"))
	declareShop(app, "2025-06-01", "2026-01-01")
	v := func(name string) []string { return []string{"API-Version", name} }
	answers := func(name string) []string { return []string{"Api-Version", name, "Vary", "Api-Version"} }
	check(t, app, []want{
		{"GET", "/items/3", v("2025-06-01"), 200, `{"link":"http://example.com/items/3","version":"2025-06-01"}`, answers("2025-06-01")},
		{"GET", "/items/3", v("2026-01-01"), 200, `"version":"2026-01-01"`, answers("2026-01-01")},
		{"GET", "/price", v("2025-12-31"), 200, "old price", answers("2025-06-01")},
		{"GET", "/price", v("2030-01-01"), 200, "new price", answers("2026-01-01")},
		{"GET", "/price", v("2025-05-31"), 400, `"type":"version_unknown","loc":["header","api-version"],"msg":"The API has no such version; it has: 2025-06-01, 2026-01-01"`, []string{"Vary", "Api-Version", "Api-Version"}},
		{"GET", "/price", v("2025-13-01"), 400, `version_unknown`, nil},
		{"GET", "/price", v("latest"), 400, `version_unknown`, nil},
		{"GET", "/price", nil, 400, `"type":"version_missing"`, nil},
		{"GET", "/old", v("2026-01-01"), 404, "", answers("2026-01-01")},
		{"GET", "/new", v("2026-01-01"), 405, "", []string{"Allow", "DELETE, OPTIONS", "Api-Version", "2026-01-01"}},
		{"OPTIONS", "/new", v("2026-01-01"), 204, "", []string{"Allow", "DELETE, OPTIONS"}},
		{"OPTIONS", "/new", v("2025-06-01"), 404, "", nil},
		{"POST", "/hook", nil, 200, "hook", []string{"Vary"}},
		{"GET", "/hook", nil, 405, "", nil},
		{"GET", "/openapi.json", nil, 200, `"version":"2026-01-01"`, nil},
		{"GET", "/openapi-2025-06-01.json", nil, 200, `"version":"2025-06-01"`, nil},
		{"GET", "/docs/config.json", nil, 200, `openapi-2025-06-01.json`, nil},
		{"GET", "/files/a", v("2026-01-01"), 200, "file /a", answers("2026-01-01")},
		{"GET", "http://api.example.com/hosted", v("2026-01-01"), 200, "2026-01-01", answers("2026-01-01")},
		{"GET", "http://api.example.com/hosted", nil, 400, "version_missing", nil},
	})
	twice := testkit.Do(app, "GET", "/price", "", "Api-Version", "2025-06-01", "Api-Version", "2026-01-01")
	if twice.Code == 200 && testkit.Do(app, "GET", "/price", "", "Api-Version", "2025-06-01,2026-01-01").Code == 200 {
		t.Errorf("two versions: got %d %s", twice.Code, twice.Body)
	}
}

func TestVersionMediaType(t *testing.T) {
	app := brio.New(testkit.Quiet(), brio.Versions(brio.VersionMediaType("application/vnd.shop.v*+json"), "1", "2"), brio.DefaultVersion("1"))
	declareShop(app, "1", "2")
	accept := func(value string) []string { return []string{"Accept", value} }
	answers := func(version string) []string {
		return []string{"Content-Type", "application/vnd.shop.v" + version + "+json", "Vary", "Accept"}
	}
	check(t, app, []want{
		{"GET", "/price", nil, 200, "old price", answers("1")},
		{"GET", "/price", accept("*/*"), 200, "old price", answers("1")},
		{"GET", "/price", accept("application/json"), 200, "old price", answers("1")},
		{"GET", "/price", accept("application/vnd.shop.v2+json"), 200, "new price", answers("2")},
		{"GET", "/price", accept("application/vnd.shop.v1+json;q=0.5, Application/vnd.shop.v2+json"), 200, "new price", answers("2")},
		{"GET", "/price", accept("application/vnd.shop.v1+json, application/vnd.shop.v2+json;q=0"), 200, "old price", answers("1")},
		{"GET", "/price", accept("application/vnd.shop.v3+json, application/vnd.shop.v2+json;q=0.1"), 200, "new price", answers("2")},
		{"GET", "/price", accept("application/vnd.shop.v3+json, */*;q=0.1"), 200, "old price", answers("1")},
		{"GET", "/price", accept("application/vnd.shop.v3+json"), 406, "it has: 1, 2", []string{"Content-Type", "application/json", "Vary", "Accept"}},
		{"GET", "/old", accept("application/vnd.shop.v2+json"), 404, "", []string{"Content-Type", "application/json", "Vary", "Accept"}},
	})
	for _, c := range []struct {
		contentType, accept, answer string
		status                      int
	}{
		{"application/json", "", "1", 200},
		{"application/vnd.shop.v1+json", "", "1", 200},
		{"application/vnd.shop.v2+json; charset=utf-8", "", "2", 200},
		{"application/vnd.shop.v2+json", "application/vnd.shop.v2+json", "2", 200},
		{"application/json", "application/vnd.shop.v2+json", "2", 200},
		{"application/vnd.shop.v1+json", "application/vnd.shop.v2+json", "", 415},
		{"application/vnd.shop.v3+json", "", "", 415},
	} {
		w := testkit.Do(app, "POST", "/items", `{"id":3}`, "Content-Type", c.contentType, "Accept", c.accept)
		if w.Code != c.status || c.answer != "" && w.Header().Get("Content-Type") != "application/vnd.shop.v"+c.answer+"+json" {
			t.Errorf("%s, Accept %q: got %d %s %s", c.contentType, c.accept, w.Code, w.Header(), w.Body)
		}
	}
	required := brio.New(testkit.Quiet(), brio.Versions(brio.VersionMediaType("application/vnd.shop.v*+json"), "1", "2"))
	declareShop(required, "1", "2")
	check(t, required, []want{{"GET", "/price", accept("*/*"), 406, "A version of the API is required: 1, 2", nil}})
}

// TestVersionDocuments: a document has the routes of its version and those without version, and says how the version is chosen.
func TestVersionDocuments(t *testing.T) {
	app := brio.New(testkit.Quiet(), brio.Title("Shop"), brio.Versions(brio.VersionHeader("API-Version"), "1", "2"), brio.DefaultVersion("1"),
		brio.Document("/next.json", brio.OfVersion("2")),
		brio.VersionOptions("1", brio.DeprecatedSince(time.Unix(0, 0), time.Unix(1<<33, 0), "")))
	declareShop(app, "1", "2")
	paths := func(path string) (version string, out []string, parameter string) {
		var doc struct {
			Info  struct{ Version string }
			Paths map[string]map[string]json.RawMessage
		}
		if err := json.Unmarshal(testkit.Do(app, "GET", path, "").Body.Bytes(), &doc); err != nil {
			t.Fatal(err)
		}
		for path := range doc.Paths {
			out = append(out, path)
		}
		slices.Sort(out)
		return doc.Info.Version, out, string(doc.Paths["/price"]["get"])
	}
	if version, got, price := paths("/openapi.json"); version != "1" || !slices.Equal(got, []string{"/hook", "/items", "/items/{id}", "/old", "/price"}) ||
		!strings.Contains(price, `"deprecated":true`) || !strings.Contains(price, `"enum":["1"]`) || strings.Contains(price, `"required":true`) {
		t.Errorf("got %s %v %s", version, got, price)
	}
	if version, got, price := paths("/next.json"); version != "2" || !slices.Equal(got, []string{"/hook", "/items", "/items/{id}", "/new", "/price"}) ||
		strings.Contains(price, `"deprecated":true`) || !strings.Contains(price, `"required":true`) || !strings.Contains(price, `"400"`) {
		t.Errorf("got %s %v %s", version, got, price)
	}
	if w := testkit.Do(app, "GET", "/openapi-2.json", ""); w.Code == 200 {
		t.Error("the version has two documents")
	}
	w := testkit.Do(app, "GET", "/price", "")
	testkit.WantHeader(t, w, "Deprecation", "@0")
	w = testkit.Do(app, "GET", "/price", "", "API-Version", "2")
	testkit.WantHeader(t, w, "Deprecation")
	for _, r := range app.Routes() {
		if r.Path == "/hook" != (r.Version == "") {
			t.Errorf("route %+v", r)
		}
	}
}

// TestVersionMistakes: each is found at start-up, at its place.
func TestVersionMistakes(t *testing.T) {
	versions := brio.Versions(brio.VersionHeader("API-Version"), "1", "2")
	get := func(app *brio.App, opts ...brio.RouteOption) { app.Get("/", func() {}, opts...) }
	for name, c := range map[string]struct {
		opts    []brio.AppOption
		declare func(app *brio.App)
		want    string
	}{
		"two routes of one version": {[]brio.AppOption{versions}, func(app *brio.App) { get(app); get(app, brio.SinceVersion("2")) }, "GET / is registered twice"},
		"unknown since":             {[]brio.AppOption{versions}, func(app *brio.App) { get(app, brio.SinceVersion("3")) }, `SinceVersion("3"): no version has this name`},
		"unknown until":             {[]brio.AppOption{versions}, func(app *brio.App) { get(app, brio.UntilVersion("x")) }, `UntilVersion("x"): no version has this name`},
		"no versions":               {nil, func(app *brio.App) { get(app, brio.SinceVersion("2")) }, `SinceVersion("2"), and the app has no versions`},
		"no version left":           {[]brio.AppOption{versions}, func(app *brio.App) { get(app, brio.SinceVersion("2"), brio.UntilVersion("1")) }, "no version has the route"},
		"unknown default":           {[]brio.AppOption{versions, brio.DefaultVersion("3")}, nil, `DefaultVersion("3"): no version has this name`},
		"default without versions":  {[]brio.AppOption{brio.DefaultVersion("3")}, nil, `DefaultVersion("3"), and the app has no versions`},
		"default of prefixes":       {[]brio.AppOption{brio.Versions(brio.VersionPrefix(), "v1"), brio.DefaultVersion("v1")}, nil, "with VersionPrefix"},
		"unknown options":           {[]brio.AppOption{brio.VersionOptions("3"), versions}, nil, `VersionOptions("3"): no version has this name`},
		"unknown document":          {[]brio.AppOption{versions, brio.Document("/d.json", brio.OfVersion("3"))}, nil, `OfVersion("3"): no version has this name`},
		"no names":                  {[]brio.AppOption{brio.Versions(brio.VersionPrefix())}, nil, "Versions without names"},
		"illegal name":              {[]brio.AppOption{brio.Versions(brio.VersionPrefix(), "v 1")}, nil, `the name "v 1"`},
		"repeated name":             {[]brio.AppOption{brio.Versions(brio.VersionPrefix(), "v1", "v1")}, nil, `two versions are called "v1"`},
		"dates out of order":        {[]brio.AppOption{brio.Versions(brio.VersionPrefix(), "2026-01-01", "2025-01-01")}, nil, "2025-01-01 stands behind 2026-01-01"},
		"two Versions":              {[]brio.AppOption{versions, versions}, nil, "a second Versions"},
		"illegal header":            {[]brio.AppOption{brio.Versions(brio.VersionHeader("a b"), "1")}, nil, `VersionHeader("a b")`},
		"illegal media type":        {[]brio.AppOption{brio.Versions(brio.VersionMediaType("application/vnd.shop+json"), "1")}, nil, `VersionMediaType("application/vnd.shop+json")`},
		"illegal option":            {[]brio.AppOption{versions, brio.VersionOptions("1", brio.MaxBody(-7))}, nil, "MaxBody"},
	} {
		app := brio.New(append(c.opts, testkit.Quiet())...)
		if c.declare != nil {
			c.declare(app)
		}
		err := app.Check()
		if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), "versions_test.go:") {
			t.Errorf("%s: got %v", name, err)
			continue
		}
		if n := strings.Count(err.Error(), c.want); n != 1 {
			t.Errorf("%s: the mistake is reported %d times: %v", name, n, err)
		}
	}
}

// TestVersionExplore: a versioned app is explored through its own document.
func TestVersionExplore(t *testing.T) {
	for _, by := range []brio.VersionSource{brio.VersionPrefix(), brio.VersionHeader("API-Version")} {
		app := brio.New(testkit.Quiet(), brio.Versions(by, "v1", "v2"))
		app.Post("/items", func(in *brio.Body[item]) *item { return &in.Value })
		app.Get("/price", func() int { return 1 }, brio.UntilVersion("v1"))
		app.Get("/price", func() string { return "new price" }, brio.SinceVersion("v2"))
		briotest.Explore(t, app)
	}
}
