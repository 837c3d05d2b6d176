package mounts

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/openapi/spec"
	"github.com/brio-go/brio/response"
)

// getHost sends GET to a host.
func getHost(h http.Handler, host, path string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", path, nil)
	r.Host = host
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

type tenant struct {
	Tenant string `path:"tenant"`
	ID     int    `path:"id"`
}

func newHosts() *brio.App {
	api := brio.NewRouter(brio.Prefix("/v1"))
	api.Get("/x", func() string { return "api" })
	api.Post("/x", func() string { return "posted" })
	tenants := brio.NewRouter(brio.Depends(func(in *struct {
		Tenant string `path:"tenant"`
	}) error {
		if in.Tenant == "bad" {
			return brio.Error(403, nil)
		}
		return nil
	}))
	tenants.Get("/items/{id}", func(in *tenant, r *http.Request) any {
		return []any{in.Tenant, in.ID, r.PathValue("tenant"), r.Pattern}
	})
	tenants.Mount("/files", http.HandlerFunc(see))
	blog := brio.New(testkit.Quiet())
	blog.Get("/", func(r *http.Request) string { return "blog" })
	app := brio.New(testkit.Quiet())
	app.Get("/v1/x", func() string { return "own" })
	app.Host("API.example.com", api)
	app.Host("{tenant}.example.com", tenants)
	app.Host("blog.example.org", blog)
	app.Host("{sub}.example.org", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte(r.PathValue("sub"))) }))
	return app
}

// TestHostChoosesRoutes: by the most specific pattern, without case, port and dot at the end. What a host lacks is a 404 there; other
// hosts have the app's own routes.
func TestHostChoosesRoutes(t *testing.T) {
	app := newHosts()
	for _, c := range []struct {
		host, path string
		status     int
		want       string
	}{
		{"api.example.com", "/v1/x", 200, `"api"`},
		{"Api.Example.Com:8080", "/v1/x", 200, `"api"`},
		{"api.example.com.", "/v1/x", 200, `"api"`},
		{"api.example.com.:80", "/v1/x", 200, `"api"`},
		{"api.example.com", "/docs", 404, `{"detail":"Not Found"}`},
		{"acme.example.com", "/items/3", 200, `["acme",3,"acme","/items/{id}"]`},
		{"ACME.example.com", "/items/3", 200, `["acme",3,"acme","/items/{id}"]`},
		{"bad.example.com", "/items/3", 403, `{"detail":"Forbidden"}`},
		{"acme.example.com", "/files/a/b", 200, ""},
		{"blog.example.org", "/", 200, `"blog"`},
		{"shop.example.org", "/any/path", 200, "shop"},
		{"a.b.example.com", "/v1/x", 200, `"own"`},
		{"example.com", "/v1/x", 200, `"own"`},
		{"127.0.0.1:8000", "/v1/x", 200, `"own"`},
		{"[::1]:8000", "/v1/x", 200, `"own"`},
		{"", "/v1/x", 200, `"own"`},
		{"..", "/v1/x", 200, `"own"`},
		{"x/y.example.com", "/v1/x", 200, `"own"`},
		{".example.com", "/v1/x", 200, `"own"`},
	} {
		w := getHost(app, c.host, c.path)
		if w.Code != c.status || c.want != "" && w.Body.String() != c.want {
			t.Errorf("%q %s: %d %s, want %d %s", c.host, c.path, w.Code, w.Body, c.status, c.want)
		}
	}
	testkit.WantContains(t, getHost(app, "acme.example.com", "/files/a/b").Body.String(), `"Path":"/a/b"`)
	testkit.WantContains(t, getHost(app, "blog.example.org", "/openapi.json").Body.String(), `"paths":{"/":`)
	r := httptest.NewRequest("PUT", "/v1/x", nil)
	r.Host = "api.example.com"
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	testkit.WantHeader(t, w, "Allow", "GET, HEAD, OPTIONS, POST")
}

// TestRoutesListsHosts: each route of a host has its pattern. The app's document does not describe them.
func TestRoutesListsHosts(t *testing.T) {
	app := newHosts()
	var got []string
	for _, r := range app.Routes() {
		got = append(got, r.Host+" "+r.Method+" "+r.Path)
	}
	want := []string{
		" GET /v1/x", "API.example.com GET /v1/x", "API.example.com POST /v1/x", "{tenant}.example.com GET /items/{id}", "{tenant}.example.com  /files/{path...}",
		"blog.example.org  /{path...}", "blog.example.org GET /", "{sub}.example.org  /{path...}",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q\nwant %q", got, want)
	}
	if doc := app.OpenAPI(); len(doc.Paths) != 1 || len(doc.Paths["/v1/x"].Operations) != 1 {
		t.Errorf("paths: %v", doc.Paths)
	}
	testkit.WantContains(t, app.Explain("GET", "{tenant}.example.com/items/{id}"), "guards, which always run")
}

// TestMistakesOfHosts: each has its place and a cure.
func TestMistakesOfHosts(t *testing.T) {
	router := func(path string) *brio.Router {
		r := brio.NewRouter()
		r.Get(path, func() string { return "" }, brio.Name("x"))
		return r
	}
	nested := brio.NewRouter()
	nested.Host("b.example.com", router("/x"))
	for name, c := range map[string]struct {
		declare func(*brio.App)
		want    []string
	}{
		"nil":              {func(a *brio.App) { a.Host("a.example.com", nil) }, []string{`Host("a.example.com") with a <nil>`, "*brio.Router"}},
		"nil router":       {func(a *brio.App) { a.Host("a.example.com", (*brio.Router)(nil)) }, []string{`Host("a.example.com")`}},
		"no handler":       {func(a *brio.App) { a.Host("a.example.com", 3) }, []string{"with a int"}},
		"port":             {func(a *brio.App) { a.Host("a.example.com:80", router("/x")) }, []string{`Host("a.example.com:80")`, "without port"}},
		"path":             {func(a *brio.App) { a.Host("a.example.com/x", router("/x")) }, []string{`Host("a.example.com/x")`}},
		"URL":              {func(a *brio.App) { a.Host("http://a.example.com", router("/x")) }, []string{`Host("http://a.example.com")`}},
		"empty":            {func(a *brio.App) { a.Host("", router("/x")) }, []string{`Host("")`}},
		"star":             {func(a *brio.App) { a.Host("*.example.com", router("/x")) }, []string{`Host("*.example.com")`, "{tenant}.example.com"}},
		"part of a label":  {func(a *brio.App) { a.Host("a-{x}.example.com", router("/x")) }, []string{"a whole label"}},
		"several labels":   {func(a *brio.App) { a.Host("{x...}.example.com", router("/x")) }, []string{"a whole label"}},
		"not ASCII":        {func(a *brio.App) { a.Host("bücher.example", router("/x")) }, []string{"in ASCII"}},
		"twice":            {func(a *brio.App) { a.Host("a.example.com", router("/x")); a.Host("A.example.com.", router("/y")) }, []string{"one Host for each pattern", "hosts_test.go"}},
		"ambiguous":        {func(a *brio.App) { a.Host("{x}.b.com", router("/x")); a.Host("a.{y}.com", router("/x")) }, []string{"match common hosts and neither is more specific"}},
		"nested":           {func(a *brio.App) { a.Host("a.example.com", nested) }, []string{"inside of another host"}},
		"name of the path": {func(a *brio.App) { a.Host("{id}.example.com", router("/{id}")) }, []string{"both have a wildcard {id}"}},
		"webhook":          {func(a *brio.App) { a.Webhooks().Host("a.example.com", router("/x")) }, []string{"webhooks"}},
	} {
		t.Run(name, func(t *testing.T) {
			app := brio.New(testkit.Quiet())
			c.declare(app)
			err := app.Check()
			if err == nil {
				t.Fatal("no mistake is reported")
			}
			testkit.WantContains(t, err.Error(), append(c.want, "hosts_test.go:")...)
		})
	}
}

// TestDocumentOfHost: a Document with OfHost has the routes of that host, and no other document has them. A wildcard of the host is a
// variable of the server, and no parameter.
func TestDocumentOfHost(t *testing.T) {
	tenants := brio.NewRouter()
	tenants.Get("/items/{id}", func(in *tenant) string { return in.Tenant }, brio.Name("readItem"))
	tenants.Get("/secret", func() string { return "" }, brio.Hidden())
	app := brio.New(testkit.Quiet(),
		brio.Document("/tenants.json", brio.OfHost("{tenant}.example.com")),
		brio.Document("/own.json", brio.OfHost("{tenant}.example.com"), brio.Servers(spec.Server{URL: "https://acme.example.com"}), brio.WithHidden()))
	app.Get("/items/{id}", func(in *struct {
		ID int `path:"id"`
	}) int {
		return in.ID
	}, brio.Name("readOwn"))
	app.Webhooks().Post("event", func() {})
	app.Host("{tenant}.example.com", tenants)
	var doc struct {
		Servers []struct {
			URL       string
			Variables map[string]struct{ Default string }
		}
		Webhooks map[string]any
		Paths    map[string]map[string]struct {
			OperationID string
			Parameters  []struct{ Name string }
		}
	}
	read := func(path string) {
		t.Helper()
		doc.Servers, doc.Webhooks, doc.Paths = nil, nil, nil
		w := testkit.Get(app, path)
		testkit.WantStatus(t, w, 200)
		if err := json.Unmarshal(w.Body.Bytes(), &doc); err != nil {
			t.Fatal(err)
		}
	}
	read("/tenants.json")
	if op := doc.Paths["/items/{id}"]["get"]; op.OperationID != "readItem" || len(op.Parameters) != 1 || op.Parameters[0].Name != "id" {
		t.Errorf("the operation is %+v", op)
	}
	if s := doc.Servers; len(s) != 1 || s[0].URL != "//{tenant}.example.com" || s[0].Variables["tenant"].Default != "tenant" {
		t.Errorf("the servers are %+v", s)
	}
	if len(doc.Paths) != 1 || doc.Webhooks != nil {
		t.Errorf("the paths are %v, the webhooks %v", doc.Paths, doc.Webhooks)
	}
	read("/own.json")
	if len(doc.Paths) != 2 || len(doc.Servers) != 1 || doc.Servers[0].URL != "https://acme.example.com" {
		t.Errorf("with options of the program: %+v", doc)
	}
	read("/openapi.json")
	if op := doc.Paths["/items/{id}"]["get"]; op.OperationID != "readOwn" || len(doc.Paths) != 1 || len(doc.Webhooks) != 1 {
		t.Errorf("the app's own document: %+v", doc)
	}

	wrong := brio.New(testkit.Quiet(), brio.Document("/x.json", brio.OfHost("api.example.com")))
	wrong.Host("{tenant}.example.com", tenants)
	if err := wrong.Check(); err == nil {
		t.Error("a host that does not exist is no mistake")
	} else {
		testkit.WantContains(t, err.Error(), `OfHost("api.example.com"): no Host has this pattern`, "{tenant}.example.com", "hosts_test.go:")
	}
}

// TestLinksHaveHostOfRoute: a link to a route of a host has that host and the port of the request, also from requests to another one. A
// wildcard has the value that the call gives, or that of the request.
func TestLinksHaveHostOfRoute(t *testing.T) {
	api, tenants, blog := brio.NewRouter(), brio.NewRouter(), brio.New(testkit.Quiet())
	link := func(in *struct {
		Name   string  `query:"name"`
		Tenant *string `query:"to"`
	}, urls *brio.URLs, r *http.Request) (*brio.Response, error) {
		var params []any
		if in.Tenant != nil {
			params = []any{"tenant", *in.Tenant}
		}
		got, err := urls.For(in.Name, params...)
		if again, other := brio.URLFor(r, in.Name, params...); again != got || testkit.ErrorText(other) != testkit.ErrorText(err) {
			t.Errorf("URLFor: %q, %v; URLs.For: %q, %v", again, other, got, err)
		}
		if err != nil {
			got = err.Error()
		}
		return response.Text(got), nil
	}
	api.Get("/items", link, brio.Name("items"))
	tenants.Get("/home", link, brio.Name("home"))
	blog.Get("/posts", link, brio.Name("posts"))
	app := brio.New(testkit.Quiet(), brio.RootPath("/p"))
	app.Get("/own", link, brio.Name("own"))
	app.Host("API.example.com.", api)
	app.Host("{tenant}.example.com", tenants)
	app.Host("{tenant}.blogs.example", blog)
	for _, c := range []struct{ host, path, want string }{
		{"example.com", "/own?name=items", "http://api.example.com/p/items"},
		{"localhost:8000", "/own?name=items", "http://api.example.com:8000/p/items"},
		{"example.com", "/own?name=own", "http://example.com/p/own"},
		{"example.com", "/own?name=home&to=ACME", "http://acme.example.com/p/home"},
		{"example.com", "/own?name=home", `brio: host "{tenant}.example.com": no value for {tenant}, and the host of the request, "example.com", is another one`},
		{"example.com", "/own?name=home&to=evil.com/", `brio: host "{tenant}.example.com": the value "evil.com/" of {tenant} is no label of a host: letters, digits, - and _`},
		{"example.com", "/own?name=home&to=a.b", `brio: host "{tenant}.example.com": the value "a.b" of {tenant} is no label of a host: letters, digits, - and _`},
		{"example.com", "/own?name=posts&to=ann", "http://ann.blogs.example/p/posts"},
		{"Acme.Example.com:81", "/home?name=home", "http://acme.example.com:81/p/home"},
		{"acme.example.com", "/home?name=home&to=other", "http://other.example.com/p/home"},
		{"acme.example.com", "/home?name=items", "http://api.example.com/p/items"},
		{"acme.example.com", "/home?name=own", "http://acme.example.com/p/own"},
		{"api.example.com", "/items?name=items", "http://api.example.com/p/items"},
		{"ann.blogs.example", "/posts?name=posts", "http://ann.blogs.example/p/posts"},
	} {
		if got := getHost(app, c.host, c.path).Body.String(); got != c.want {
			t.Errorf("%s%s: got %s, want %s", c.host, c.path, got, c.want)
		}
	}
	if got, err := app.URL("home"); got != "/home" || err != nil {
		t.Errorf("the path: got %q, %v", got, err)
	}
}
