package brio_test

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/brio-go/brio"
)

func pagesApp(opts ...brio.AppOption) *brio.App {
	app := brio.New(append([]brio.AppOption{brio.Title("Shop <b>&"), brio.Provide(openTx), brio.Supply(&DB{})}, opts...)...)
	app.Post("/shops/{shop}/items", createItem, brio.Depends(verifyToken))
	app.Get("/secret", func() int { return 1 }, brio.Hidden(), brio.Name("keepOut"))
	return app
}

// TestPagesArePlain: what a page loads is there, from the page's own server, under a link that is relative, and what it
// loads may be kept for ever; there is no script or style in it, and its policy says so.
func TestPagesArePlain(t *testing.T) {
	app := pagesApp(brio.RoutesURL("/docs/routes"))
	links := regexp.MustCompile(`(?:src|href|data-config)="([^"#]*)"`)
	for _, path := range []string{"/docs", "/docs/oauth2-redirect", "/redoc", "/docs/routes"} {
		w := send(app, "GET", path, "")
		wantStatus(t, w, 200)
		wantHeader(t, w, "Content-Type", "text/html; charset=utf-8")
		wantHeader(t, w, "X-Content-Type-Options", "nosniff")
		wantHeader(t, w, "Cache-Control", "no-cache")
		policy := w.Header().Get("Content-Security-Policy")
		if !strings.HasPrefix(policy, "default-src 'none'; ") || !strings.Contains(policy, "frame-ancestors 'none'") || strings.Contains(policy, "unsafe") || strings.Contains(policy, "http") {
			t.Errorf("%s: the policy is %s", path, policy)
		}
		if path != "/docs" && path != "/docs/oauth2-redirect" && strings.Contains(policy, "script-src") {
			t.Errorf("%s allows scripts: %s", path, policy)
		}
		html := w.Body.String()
		if regexp.MustCompile(`<style|<script>| style=| on[a-z]+=|//`).MatchString(strings.ReplaceAll(html, "http://www.w3.org", "")) {
			t.Errorf("%s has a style, a script or a link elsewhere:\n%s", path, html)
		}
		if strings.Contains(html, "<b>") {
			t.Errorf("%s does not escape the title:\n%s", path, html)
		}
		found := links.FindAllStringSubmatch(html, -1)
		if len(found) == 0 {
			t.Errorf("%s loads nothing", path)
		}
		for _, link := range found {
			target, err := httptest.NewRequest("GET", "http://example.com"+path, nil).URL.Parse(link[1])
			if err != nil || strings.HasPrefix(link[1], "/") {
				t.Fatalf("%s: the link %q: %v", path, link[1], err)
			}
			w := send(app, "GET", target.RequestURI(), "")
			wantStatus(t, w, 200)
			if strings.Contains(target.RawQuery, "v=") {
				wantHeader(t, w, "Cache-Control", "public, max-age=31536000, immutable")
			}
		}
	}
}

func TestPagesAnswerAsFilesDo(t *testing.T) {
	app := pagesApp()
	for _, path := range []string{"/docs", "/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js", "/docs/config.json", "/redoc"} {
		plain := send(app, "GET", path, "")
		zipped := send(app, "GET", path, "", "Accept-Encoding", "br, gzip")
		refused := send(app, "GET", path, "", "Accept-Encoding", "gzip;q=0")
		wantHeader(t, plain, "Content-Encoding")
		wantHeader(t, refused, "Content-Encoding")
		wantHeader(t, zipped, "Content-Encoding", "gzip")
		wantHeader(t, plain, "Vary", "Accept-Encoding")
		if zipped.Body.Len() >= plain.Body.Len() && plain.Body.Len() > 500 {
			t.Errorf("%s: %d bytes, compressed %d", path, plain.Body.Len(), zipped.Body.Len())
		}
		if plain.Header().Get("ETag") == zipped.Header().Get("ETag") {
			t.Errorf("%s: one ETag for both encodings", path)
		}
		again := send(app, "GET", path, "", "Accept-Encoding", "gzip", "If-None-Match", `"x", `+zipped.Header().Get("ETag"))
		wantStatus(t, again, http.StatusNotModified)
		if again.Body.Len() > 0 {
			t.Errorf("%s: 304 with a body", path)
		}
		wantStatus(t, send(app, "GET", path, "", "If-None-Match", zipped.Header().Get("ETag")), 200)
		head := send(app, "HEAD", path, "")
		wantStatus(t, head, 200)
		wantHeader(t, head, "Content-Length", plain.Header().Get("Content-Length"))
		if head.Body.Len() > 0 {
			t.Errorf("%s: HEAD with a body", path)
		}
	}
}

func TestPagesAreWhereTheyAreSaid(t *testing.T) {
	for name, tt := range map[string]struct {
		opts        []brio.AppOption
		there, gone []string
	}{
		"by default":         {nil, []string{"/docs", "/redoc", "/openapi.json", "/docs/oauth2-redirect"}, []string{"/docs/routes"}},
		"to debug":           {[]brio.AppOption{brio.Debug(true)}, []string{"/docs", "/docs/routes"}, nil},
		"moved":              {[]brio.AppOption{brio.DocsURL("/a/b"), brio.RedocURL("/c"), brio.Debug(true)}, []string{"/a/b", "/a/b/start.js", "/a/b/routes", "/c", "/c/reference.css"}, []string{"/docs", "/redoc", "/docs/start.js"}},
		"without Swagger UI": {[]brio.AppOption{brio.DocsURL(""), brio.Debug(true)}, []string{"/redoc"}, []string{"/docs", "/docs/start.js", "/docs/routes"}},
		"without reference":  {[]brio.AppOption{brio.RedocURL("")}, []string{"/docs"}, []string{"/redoc"}},
		"only the routes":    {[]brio.AppOption{brio.DocsURL(""), brio.RedocURL(""), brio.RoutesURL("/r")}, []string{"/r", "/openapi.json"}, []string{"/docs", "/redoc"}},
		"without a document": {[]brio.AppOption{brio.OpenAPIURL(""), brio.Debug(true)}, nil, []string{"/docs", "/redoc", "/docs/routes", "/docs/start.js", "/openapi.json"}},
		"several documents":  {[]brio.AppOption{brio.Document("/v1.json", brio.Version("1"))}, []string{"/docs", "/v1.json"}, nil},
	} {
		app := pagesApp(tt.opts...)
		if err := app.Check(); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, path := range tt.there {
			if w := send(app, "GET", path, ""); w.Code != 200 {
				t.Errorf("%s: %s is %d", name, path, w.Code)
			}
		}
		for _, path := range tt.gone {
			if w := send(app, "GET", path, ""); w.Code != 404 {
				t.Errorf("%s: %s is %d", name, path, w.Code)
			}
		}
	}
}

func TestSwaggerUIParameters(t *testing.T) {
	t.Parallel()
	app := pagesApp(
		brio.DocsURL("/api/docs"), brio.SwaggerUI(map[string]any{"docExpansion": "none", "deepLinking": false}), brio.SwaggerUI(map[string]any{"filter": true}),
		brio.SwaggerUIOAuth(map[string]any{"clientId": "</script>"}),
	)
	w := send(app, "GET", "/api/docs/config.json", "")
	wantHeader(t, w, "Content-Type", "application/json")
	wantBody(t, w, `{"documents":[{"name":"Shop \u003cb\u003e\u0026 0.1.0","url":"../openapi.json"}],"oauth":{"clientId":"\u003c/script\u003e"},"parameters":{"deepLinking":false,"docExpansion":"none","dom_id":"#swagger-ui","filter":true,"layout":"BaseLayout","oauth2RedirectUrl":"docs/oauth2-redirect","persistAuthorization":true,"showCommonExtensions":true,"showExtensions":true,"url":"../openapi.json","validatorUrl":null}}`)

	app = pagesApp(brio.SwaggerUI(map[string]any{"layout": "StandaloneLayout"}))
	if err := app.Check(); err == nil || !strings.Contains(err.Error(), "SwaggerUI: the layout StandaloneLayout needs") {
		t.Errorf("another layout: %v", err)
	}
	app = pagesApp(brio.SwaggerUI(map[string]any{"requestInterceptor": func() {}}))
	if err := app.Check(); err == nil || !strings.Contains(err.Error(), "SwaggerUI and SwaggerUIOAuth: json: unsupported type: func()") {
		t.Errorf("a function: %v", err)
	}
}

func TestPagesWithAssetsFromElsewhere(t *testing.T) {
	app := pagesApp(brio.PageAssets(brio.DocsAssets{
		SwaggerUIScript: brio.DocsAsset{URL: "https://cdn.example/ui.js", Integrity: "sha384-abc"},
		SwaggerUIStyle:  brio.DocsAsset{URL: "https://styles.example/ui.css"},
		ReferenceScript: brio.DocsAsset{URL: "https://cdn.example/redoc.js", Integrity: "sha384-def"},
	}))
	w := send(app, "GET", "/docs", "")
	for _, want := range []string{`<script src="https://cdn.example/ui.js" integrity="sha384-abc" crossorigin="anonymous">`, `<link rel="stylesheet" href="https://styles.example/ui.css">`} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("no %s in\n%s", want, w.Body)
		}
	}
	wantHeader(t, w, "Content-Security-Policy", "default-src 'none'; style-src 'self' https://styles.example; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; script-src 'self' https://cdn.example; connect-src 'self'")
	wantStatus(t, send(app, "GET", "/docs/swagger-ui-bundle.js", ""), 404)
	w = send(app, "GET", "/redoc", "")
	if want := `<redoc spec-url="openapi.json"></redoc>`; !strings.Contains(w.Body.String(), want) {
		t.Errorf("no %s in\n%s", want, w.Body)
	}
	wantHeader(t, w, "Content-Security-Policy", "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; script-src https://cdn.example; worker-src blob:; connect-src 'self'")
}

// TestRoutesPageTellsNoMore: it is not there unless somebody asks, and without Debug it names no places and no hidden
// routes.
func TestRoutesPageTellsNoMore(t *testing.T) {
	public := send(pagesApp(brio.RoutesURL("/routes")), "GET", "/routes", "").Body.String()
	debug := send(pagesApp(brio.RoutesURL("/routes"), brio.Debug(true)), "GET", "/routes", "").Body.String()
	for _, want := range []string{"verifyToken", "openTx", "gives <code>*brio_test.Tx</code>", "cleaned up after the response", "reads <code>header X-Token</code>", "createItem"} {
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
