package pages

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

// TestPagesHaveConfiguredPaths: DocsURL, RedocURL, RoutesURL and OpenAPIURL move pages and turn them off. Without a document
// there are none. Debug adds the page of the routes.
func TestPagesHaveConfiguredPaths(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		opts        []brio.AppOption
		there, gone []string
	}{
		"default":           {nil, []string{"/docs", "/redoc", "/openapi.json", "/docs/oauth2-redirect"}, []string{"/docs/routes"}},
		"debug":             {[]brio.AppOption{brio.Debug(true)}, []string{"/docs", "/docs/routes"}, nil},
		"moved":             {[]brio.AppOption{brio.DocsURL("/a/b"), brio.RedocURL("/c"), brio.Debug(true)}, []string{"/a/b", "/a/b/start.js", "/a/b/routes", "/c", "/c/reference.css"}, []string{"/docs", "/redoc", "/docs/start.js"}},
		"no swagger ui":     {[]brio.AppOption{brio.DocsURL(""), brio.Debug(true)}, []string{"/redoc"}, []string{"/docs", "/docs/start.js", "/docs/routes"}},
		"no reference":      {[]brio.AppOption{brio.RedocURL("")}, []string{"/docs"}, []string{"/redoc"}},
		"routes only":       {[]brio.AppOption{brio.DocsURL(""), brio.RedocURL(""), brio.RoutesURL("/r")}, []string{"/r", "/openapi.json"}, []string{"/docs", "/redoc"}},
		"no document":       {[]brio.AppOption{brio.OpenAPIURL(""), brio.Debug(true)}, nil, []string{"/docs", "/redoc", "/docs/routes", "/docs/start.js", "/openapi.json"}},
		"several documents": {[]brio.AppOption{brio.Document("/v1.json", brio.Version("1"))}, []string{"/docs", "/v1.json"}, nil},
	} {
		app := newPagesApp(tt.opts...)
		if err := app.Check(); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, path := range tt.there {
			if w := testkit.Get(app, path); w.Code != 200 {
				t.Errorf("%s: %s: got %d, want 200", name, path, w.Code)
			}
		}
		for _, path := range tt.gone {
			if w := testkit.Get(app, path); w.Code != 404 {
				t.Errorf("%s: %s: got %d, want 404", name, path, w.Code)
			}
		}
	}
}

// TestOAuth2RedirectPageHasConfiguredPath: the page is below the path of Swagger UI, or where OAuth2RedirectURL puts it.
// Swagger UI's configuration has its relative path.
func TestOAuth2RedirectPageHasConfiguredPath(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		opts  []brio.AppOption
		there string
		url   any // in Swagger UI's parameters, relative to the page; nil: not there
		gone  []string
	}{
		{nil, "/docs/oauth2-redirect", "docs/oauth2-redirect", nil},
		{[]brio.AppOption{brio.DocsURL("/a/b")}, "/a/b/oauth2-redirect", "b/oauth2-redirect", []string{"/docs/oauth2-redirect"}},
		{[]brio.AppOption{brio.OAuth2RedirectURL("/back")}, "/back", "back", []string{"/docs/oauth2-redirect"}},
		{[]brio.AppOption{brio.DocsURL("/a/b"), brio.OAuth2RedirectURL("/c/back")}, "/c/back", "../c/back", []string{"/a/b/oauth2-redirect"}},
		{[]brio.AppOption{brio.OAuth2RedirectURL("")}, "", nil, []string{"/docs/oauth2-redirect", "/docs/oauth2-redirect.js"}},
		{[]brio.AppOption{brio.DocsURL(""), brio.OAuth2RedirectURL("/back")}, "", nil, []string{"/back", "/docs/oauth2-redirect"}},
		{[]brio.AppOption{brio.FastAPICompat()}, "/docs/oauth2-redirect", "docs/oauth2-redirect", nil},
	} {
		app := brio.New(c.opts...)
		app.Get("/x", func() string { return "x" })
		if c.there != "" {
			w := testkit.Get(app, c.there)
			testkit.WantStatus(t, w, 200)
			testkit.WantContains(t, w.Body.String(), "oauth2-redirect.js")
		}
		for _, path := range c.gone {
			testkit.WantStatus(t, testkit.Get(app, path), 404)
		}
		docs := "/docs"
		if strings.HasPrefix(c.there, "/a") || strings.HasPrefix(c.there, "/c") {
			docs = "/a/b"
		}
		w := testkit.Get(app, docs+"/config.json")
		if w.Code != 200 {
			continue // without Swagger UI
		}
		var config struct{ Parameters map[string]any }
		if err := json.Unmarshal(w.Body.Bytes(), &config); err != nil {
			t.Fatal(err)
		}
		if got := config.Parameters["oauth2RedirectUrl"]; fmt.Sprint(got) != fmt.Sprint(c.url) {
			t.Errorf("%s: oauth2RedirectUrl is %v, want %v", docs, got, c.url)
		}
	}
	app := brio.New(brio.OAuth2RedirectURL("back"))
	if err := app.Check(); err == nil || !strings.Contains(err.Error(), `OAuth2RedirectURL("back")`) {
		t.Error(err)
	}
	app = brio.New(brio.OAuth2RedirectURL("/x"))
	app.Get("/x", func() string { return "x" })
	if err := app.Check(); err == nil || !strings.Contains(err.Error(), "OAuth2RedirectURL") {
		t.Error(err)
	}
}

// TestPageTitlesFollowFastAPI: the titles are those of fastapi/openapi/docs.py.
func TestPageTitlesFollowFastAPI(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		opts []brio.AppOption
		name string
	}{
		{[]brio.AppOption{brio.Title("Shop")}, "Shop"}, {nil, "API"}, {[]brio.AppOption{brio.FastAPICompat()}, "FastAPI"},
		{[]brio.AppOption{brio.Title("S"), brio.PageAssets(brio.DocsAssets{ReferenceScript: brio.DocsAsset{URL: "https://cdn.example/redoc.js"}})}, "S"},
	} {
		app := brio.New(c.opts...)
		app.Get("/x", func() string { return "x" })
		testkit.WantContains(t, testkit.Get(app, "/docs").Body.String(), "<title>"+c.name+" - Swagger UI</title>")
		testkit.WantContains(t, testkit.Get(app, "/redoc").Body.String(), "<title>"+c.name+" - ReDoc</title>")
	}
}

// TestSwaggerUIMergesParameters: parameters of several SwaggerUI options are merged over the defaults, which are FastAPI's.
// One that has no JSON form, and a layout that the page cannot show, are mistakes.
func TestSwaggerUIMergesParameters(t *testing.T) {
	t.Parallel()
	app := newPagesApp(
		brio.DocsURL("/api/docs"), brio.SwaggerUI(map[string]any{"docExpansion": "none", "deepLinking": false}), brio.SwaggerUI(map[string]any{"filter": true}),
		brio.SwaggerUIOAuth(map[string]any{"clientId": "</script>"}),
	)
	w := testkit.Get(app, "/api/docs/config.json")
	testkit.WantHeader(t, w, "Content-Type", "application/json")
	testkit.WantBody(t, w, `{"documents":[{"name":"Shop \u003cb\u003e\u0026 0.1.0","url":"../openapi.json"}],"oauth":{"clientId":"\u003c/script\u003e"},"parameters":{"deepLinking":false,"docExpansion":"none","dom_id":"#swagger-ui","filter":true,"layout":"BaseLayout","oauth2RedirectUrl":"docs/oauth2-redirect","persistAuthorization":true,"showCommonExtensions":true,"showExtensions":true,"url":"../openapi.json","validatorUrl":null}}`)

	app = newPagesApp(brio.SwaggerUI(map[string]any{"layout": "StandaloneLayout"}))
	if err := app.Check(); err == nil || !strings.Contains(err.Error(), "SwaggerUI: the layout StandaloneLayout needs") {
		t.Errorf("another layout: %v", err)
	}
	app = newPagesApp(brio.SwaggerUI(map[string]any{"requestInterceptor": func() {}}))
	if err := app.Check(); err == nil || !strings.Contains(err.Error(), "SwaggerUI and SwaggerUIOAuth: json: unsupported type: func()") {
		t.Errorf("a function: %v", err)
	}
}

// TestPageAssetsLoadFromOtherHosts: with PageAssets a page loads scripts and styles of another host, with their integrity.
// The Content-Security-Policy allows these hosts and no others.
func TestPageAssetsLoadFromOtherHosts(t *testing.T) {
	t.Parallel()
	app := newPagesApp(brio.PageAssets(brio.DocsAssets{
		SwaggerUIScript: brio.DocsAsset{URL: "https://cdn.example/ui.js", Integrity: "sha384-abc"},
		SwaggerUIStyle:  brio.DocsAsset{URL: "https://styles.example/ui.css"},
		ReferenceScript: brio.DocsAsset{URL: "https://cdn.example/redoc.js", Integrity: "sha384-def"},
	}))
	w := testkit.Get(app, "/docs")
	for _, want := range []string{`<script src="https://cdn.example/ui.js" integrity="sha384-abc" crossorigin="anonymous">`, `<link rel="stylesheet" href="https://styles.example/ui.css">`} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("no %s in\n%s", want, w.Body)
		}
	}
	testkit.WantHeader(t, w, "Content-Security-Policy", "default-src 'none'; style-src 'self' https://styles.example; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; script-src 'self' https://cdn.example; connect-src 'self'")
	testkit.WantStatus(t, testkit.Get(app, "/docs/swagger-ui-bundle.js"), 404)
	w = testkit.Get(app, "/redoc")
	if want := `<redoc spec-url="openapi.json"></redoc>`; !strings.Contains(w.Body.String(), want) {
		t.Errorf("no %s in\n%s", want, w.Body)
	}
	testkit.WantHeader(t, w, "Content-Security-Policy", "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; script-src https://cdn.example; worker-src blob:; connect-src 'self'")
}

// TestRoutesPageHidesPlacesWithoutDebug: the page of the routes shows the dependencies of each route. Only with Debug does
// it show hidden routes and the source lines of functions.
func TestRoutesPageHidesPlacesWithoutDebug(t *testing.T) {
	t.Parallel()
	public := testkit.Get(newPagesApp(brio.RoutesURL("/routes")), "/routes").Body.String()
	debug := testkit.Get(newPagesApp(brio.RoutesURL("/routes"), brio.Debug(true)), "/routes").Body.String()
	for _, want := range []string{"verifyToken", "openTx", "gives <code>*pages.Tx</code>", "cleaned up after the response", "reads <code>header X-Token</code>", "createItem"} {
		if !strings.Contains(public, want) || !strings.Contains(debug, want) {
			t.Errorf("no %s in\n%s", want, public)
		}
	}
	for _, secret := range []string{"_test.go:", "keepOut"} {
		if strings.Contains(public, secret) || !strings.Contains(debug, secret) {
			t.Errorf("%s: public %v, debug %v", secret, strings.Contains(public, secret), strings.Contains(debug, secret))
		}
	}
}
