package frontend_test

import (
	"net/http"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

// Each case is one rule of app.frontend: the files, the options, the request, the answer.
func TestFrontendFollowsFastAPI(t *testing.T) {
	t.Parallel()
	index, page := brio.Fallback("index.html"), brio.Fallback("404.html")
	for _, tc := range []struct {
		name         string
		files        []string
		options      []brio.StaticOption
		method, path string
		accept       string
		status       int
		body         string // "": JSON of the app, or none
	}{
		{"a file", []string{"assets/app.js", "js"}, nil, "GET", "/assets/app.js", "", 200, "js"},
		{"the index of the root", []string{"index.html", "home"}, nil, "GET", "/", "", 200, "home"},
		{"the index of a folder", []string{"about/index.html", "about"}, nil, "GET", "/about/", "", 200, "about"},
		{"a folder without a slash", []string{"about/index.html", "about"}, nil, "GET", "/about", "text/html", 307, ""},
		{"a folder without an index", []string{"assets/app.js", "js"}, nil, "GET", "/assets/", "*/*", 404, ""},
		{"a folder without an index, without a slash", []string{"assets/app.js", "js"}, nil, "GET", "/assets", "*/*", 404, ""},
		{"a folder without an index is a path of the app", []string{"assets/app.js", "js", "index.html", "app"}, nil, "GET", "/assets", "text/html", 200, "app"},

		{"auto prefers 404.html", []string{"index.html", "app", "404.html", "none"}, nil, "GET", "/x", "text/html", 404, "none"},
		{"auto takes index.html", []string{"index.html", "app"}, nil, "GET", "/x", "text/html", 200, "app"},
		{"auto without pages", []string{"a", ""}, nil, "GET", "/x", "text/html", 404, ""},
		{"index although there is 404.html", []string{"index.html", "app", "404.html", "none"}, []brio.StaticOption{index}, "GET", "/x", "text/html", 200, "app"},
		{"404.html for every Accept", []string{"404.html", "none"}, []brio.StaticOption{page}, "GET", "/assets/x.js", "", 404, "none"},
		{"404.html for HEAD", []string{"404.html", "none"}, []brio.StaticOption{page}, "HEAD", "/x", "", 404, ""},
		{"no fallback", []string{"index.html", "app", "404.html", "none"}, []brio.StaticOption{brio.NoFallback()}, "GET", "/x", "text/html", 404, ""},
		{"the last of two options counts", []string{"index.html", "app"}, []brio.StaticOption{brio.NoFallback(), index}, "GET", "/x", "text/html", 200, "app"},

		{"index for HTML with a weight", []string{"index.html", "app"}, nil, "GET", "/x", "text/html; q=0.8", 200, "app"},
		{"index for XHTML", []string{"index.html", "app"}, nil, "GET", "/x", "application/xhtml+xml", 200, "app"},
		{"index for HTML among others", []string{"index.html", "app"}, nil, "GET", "/x", "image/png, */*;q=0, TEXT/HTML;q=0.001", 200, "app"},
		{"index for HEAD", []string{"index.html", "app"}, nil, "HEAD", "/x", "text/html", 200, ""},
		{"index for a path with a dot", []string{"index.html", "app"}, nil, "GET", "/users/jane.doe", "text/html", 200, "app"},
		{"index for a path with a slash", []string{"index.html", "app"}, nil, "GET", "/a/b/", "text/html", 200, "app"},
		{"no index for q=0", []string{"index.html", "app"}, nil, "GET", "/x", "text/html; q=0.0", 404, ""},
		{"no index for q=0 and any", []string{"index.html", "app"}, nil, "GET", "/x", "text/html;q=0, */*;q=1", 404, ""},
		{"no index for XHTML q=0 and any", []string{"index.html", "app"}, nil, "GET", "/x", "application/xhtml+xml;q=0, */*", 404, ""},
		{"no index for any", []string{"index.html", "app"}, nil, "GET", "/x", "*/*", 404, ""},
		{"no index for text/*", []string{"index.html", "app"}, nil, "GET", "/x", "text/*", 404, ""},
		{"no index for CSS", []string{"index.html", "app"}, nil, "GET", "/x.css", "text/css", 404, ""},
		{"no index for JSON", []string{"index.html", "app"}, nil, "GET", "/api/x", "application/json", 404, ""},
		{"no index without Accept", []string{"index.html", "app"}, nil, "GET", "/x", "", 404, ""},

		{"POST of a file", []string{"a.txt", "a", "index.html", "app"}, nil, "POST", "/a.txt", "text/html", 405, ""},
		{"DELETE of an index", []string{"about/index.html", "a"}, nil, "DELETE", "/about/", "", 405, ""},
		{"PUT of a folder without a slash", []string{"about/index.html", "a"}, nil, "PUT", "/about", "", 405, ""},
		{"POST of no file", []string{"index.html", "app"}, nil, "POST", "/x", "text/html", 404, ""},
		{"POST of no file with 404.html", []string{"404.html", "none"}, nil, "POST", "/x", "text/html", 404, ""},
		{"POST of a folder", []string{"assets/a", "a"}, nil, "POST", "/assets/", "", 404, ""},
		{"OPTIONS of a file", []string{"a.txt", "a"}, nil, "OPTIONS", "/a.txt", "", 204, ""},
		{"OPTIONS of no file", []string{"a.txt", "a"}, nil, "OPTIONS", "/x", "", 404, ""},
		{"HEAD of a file", []string{"a.txt", "abc"}, nil, "HEAD", "/a.txt", "", 200, ""},
	} {
		app := appOf(testkit.Files(tc.files...), tc.options...)
		var headers []string
		if tc.accept != "" {
			headers = []string{"Accept", tc.accept}
		}
		w := testkit.Do(app, tc.method, tc.path, "", headers...)
		if w.Code != tc.status {
			t.Errorf("%s: %d %s, want %d", tc.name, w.Code, w.Body, tc.status)
		}
		switch {
		case tc.body != "" && w.Body.String() != tc.body:
			t.Errorf("%s: the body is %q, want %q", tc.name, w.Body, tc.body)
		case tc.body == "" && tc.method != "HEAD" && tc.status >= 400:
			testkit.WantBody(t, w, `{"detail":"`+http.StatusText(tc.status)+`"}`)
		case tc.body == "" && w.Body.Len() > 0 && tc.status < 400:
			t.Errorf("%s: there is a body, %q", tc.name, w.Body)
		}
		if tc.status == 405 || tc.status == 204 {
			testkit.WantHeader(t, w, "Allow", "GET, HEAD, OPTIONS")
		}
		if tc.status == 307 {
			testkit.WantHeader(t, w, "Location", "about/")
		}
	}
}

func TestFrontendHeaders(t *testing.T) {
	t.Parallel()
	app := appOf(testkit.Files("index.html", "app", "a.txt", "abc"))
	w := testkit.Get(app, "/a.txt")
	testkit.WantHeader(t, w, "Last-Modified", "Wed, 04 Mar 2026 05:06:07 GMT")
	testkit.WantHeader(t, w, "Content-Type", "text/plain; charset=utf-8")
	testkit.WantHeader(t, w, "X-Content-Type-Options", "nosniff")
	testkit.WantHeader(t, w, "Vary")
	tag := w.Header().Get("ETag")
	if tag == "" {
		t.Error("there is no ETag")
	}
	w = testkit.Get(app, "/a.txt", "If-None-Match", tag)
	testkit.WantStatus(t, w, 304)
	w = testkit.Do(app, "HEAD", "/a.txt", "")
	testkit.WantHeader(t, w, "Content-Length", "3")
	// The answer depends on Accept: a cache must not send one client's to the other.
	testkit.WantHeader(t, testkit.Get(app, "/x", html...), "Vary", "Accept")
	testkit.WantHeader(t, testkit.Get(app, "/x"), "Vary", "Accept")
	testkit.WantHeader(t, testkit.Get(app, "/x", html...), "Content-Type", "text/html; charset=utf-8")
}

func TestFrontendComesAfterRoutes(t *testing.T) {
	t.Parallel()
	app := brio.New(testkit.Quiet())
	app.Frontend("/", testkit.Files("index.html", "app", "api/users", "file", "api/slash/index.html", "file", "only-post", "file", "docs", "file"))
	app.Get("/api/users", func() string { return "route" })
	app.Get("/api/missing", func() error { return brio.Error(404, "none") })
	app.Get("/api/slash/", func() string { return "route" })
	app.Get("/api/bare", func() string { return "route" })
	app.Post("/only-post", func() string { return "route" })
	app.Get("/items/{id}", func(in *struct {
		ID int `path:"id"`
	}) string {
		return "item"
	})
	for _, tc := range []struct {
		method, path string
		status       int
		body         string
	}{
		{"GET", "/api/users", 200, `"route"`},
		{"HEAD", "/api/users", 200, ""},
		{"DELETE", "/api/users", 405, `{"detail":"Method Not Allowed"}`},
		{"GET", "/api/missing", 404, `{"detail":"none"}`},
		{"GET", "/api/slash", 307, ""}, // of the route, before the folder's
		{"GET", "/api/bare/", 307, ""}, // before the fallback
		{"GET", "/only-post", 405, `{"detail":"Method Not Allowed"}`},
		{"GET", "/only-post/", 307, ""},
		{"GET", "/items/x", 422, ""},
		{"GET", "/openapi.json", 200, ""},
		{"GET", "/dashboard", 200, "app"},
	} {
		w := testkit.Do(app, tc.method, tc.path, "", html...)
		testkit.WantStatus(t, w, tc.status)
		if tc.body != "" {
			testkit.WantBody(t, w, tc.body)
		}
	}
	testkit.WantContains(t, testkit.Get(app, "/docs", html...).Body.String(), "<!doctype html>")
	testkit.WantHeader(t, testkit.Get(app, "/only-post"), "Allow", "OPTIONS, POST")
}

// Without slash redirects the frontend has those paths.
func TestFrontendWithoutSlashRedirects(t *testing.T) {
	t.Parallel()
	app := brio.New(testkit.Quiet(), brio.RedirectSlashes(false))
	app.Frontend("/", testkit.Files("api/index.html", "folder"))
	app.Get("/api", func() string { return "route" })
	testkit.WantBody(t, testkit.Get(app, "/api/"), "folder")
}

func TestFrontendPrefixes(t *testing.T) {
	t.Parallel()
	child := brio.NewRouter(brio.Prefix("/child"))
	child.Frontend("/", testkit.Files("index.html", "child"))
	parent := brio.NewRouter()
	parent.Include(child)
	tenants := brio.NewRouter(brio.Prefix("/tenants/{tenant}"))
	tenants.Frontend("/ui", testkit.Files("index.html", "tenant"))
	app := brio.New(testkit.Quiet())
	app.Frontend("/admin/reports", testkit.Files("index.html", "reports"))
	app.Frontend("/admin", testkit.Files("index.html", "admin"))
	app.Include(parent, brio.Prefix("/parent"))
	app.Include(tenants)
	for path, want := range map[string]string{
		"/admin/": "admin", "/admin/settings": "admin", "/admin/reports/": "reports", "/admin/reports/1": "reports", "/admin/reportsx": "admin",
		"/parent/child/": "child", "/parent/child/x/y": "child", "/tenants/1/ui/": "tenant", "/tenants/1/ui/x": "tenant",
	} {
		w := testkit.Get(app, path, html...)
		testkit.WantStatus(t, w, 200)
		testkit.WantBody(t, w, want)
	}
	for path, location := range map[string]string{"/admin": "admin/", "/admin/reports?a=1": "reports/?a=1", "/parent/child": "child/", "/tenants/1/ui": "ui/"} {
		w := testkit.Get(app, path, html...)
		testkit.WantStatus(t, w, 307)
		testkit.WantHeader(t, w, "Location", location)
	}
	for _, path := range []string{"/", "/adminx", "/administration/x", "/parent", "/parent/childx", "/tenants/1", "/tenants//ui/", "/x"} {
		testkit.WantStatus(t, testkit.Get(app, path, html...), 404)
	}
}

func TestFrontendBelowPrefixOfProxy(t *testing.T) {
	t.Parallel()
	app := brio.New(testkit.Quiet(), brio.RootPath("/proxy"))
	app.Frontend("/app", testkit.Files("index.html", "app", "a/index.html", "a"))
	testkit.WantBody(t, testkit.Get(app, "/app/"), "app")
	testkit.WantHeader(t, testkit.Get(app, "/app/a"), "Location", "a/")
	h := http.StripPrefix("/outer/app", appOf(testkit.Files("index.html", "app", "a/index.html", "a")))
	testkit.WantHeader(t, testkit.Get(h, "/outer/app/a"), "Location", "a/")
	compat := brio.New(testkit.Quiet(), brio.FastAPICompat())
	compat.Frontend("/", testkit.Files("about/index.html", "about"))
	testkit.WantHeader(t, testkit.Get(compat, "/about?x=1"), "Location", "http://example.com/about/?x=1")
}

func TestFrontendIsInNoDocument(t *testing.T) {
	t.Parallel()
	app := appOf(testkit.Files("index.html", "app"), brio.StaticName("ui"))
	app.Get("/api", func() string { return "" })
	if paths := app.OpenAPI().Paths; len(paths) != 1 {
		t.Errorf("the document has the paths %v", paths)
	}
	if url, err := app.URL("ui", "path", "a b/c"); url != "/a%20b/c" || err != nil {
		t.Errorf("the URL is %q, %v", url, err)
	}
}
