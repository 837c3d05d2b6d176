package paths

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/middleware"
)

// behind is a server or handler between client and app that removes a prefix of the path.
type behind struct {
	name   string
	prefix string // that the client sees
	opts   []brio.AppOption
	wrap   func(h http.Handler) http.Handler
}

// proxy is a server before the app that requests the path without the prefix.
func proxy(prefix string, h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		target, ok := strings.CutPrefix(r.RequestURI, prefix)
		if !ok {
			http.NotFound(w, r)
			return
		}
		inner := httptest.NewRequest(r.Method, target, r.Body)
		inner.Header, inner.Host = r.Header, r.Host
		h.ServeHTTP(w, inner)
	})
}

func arrangements() []behind {
	same := func(h http.Handler) http.Handler { return h }
	root := []brio.AppOption{brio.RootPath("/api")}
	return []behind{
		{"nothing", "", nil, same},
		{"a proxy and RootPath", "/api", root, func(h http.Handler) http.Handler { return proxy("/api", h) }},
		{"RootPath, and a proxy that leaves it", "/api", root, same},
		{"StripPrefix", "/api", nil, func(h http.Handler) http.Handler { return http.StripPrefix("/api", h) }},
		{"StripPrefix and RootPath", "/api", root, func(h http.Handler) http.Handler { return http.StripPrefix("/api", h) }},
		{"StripPrefix behind a proxy", "/api/v1", root, func(h http.Handler) http.Handler { return proxy("/api", http.StripPrefix("/v1", h)) }},
	}
}

// follow returns the URL to which a Location leads, as a client resolves it.
func follow(t *testing.T, asked string, w *httptest.ResponseRecorder) string {
	t.Helper()
	base, err := url.Parse(asked)
	if err != nil {
		t.Fatal(err)
	}
	to, err := base.Parse(w.Header().Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	return to.String()
}

// TestRedirectsKeepPrefix: a redirect leads below the prefix that a proxy or http.StripPrefix has removed. That holds for the
// router, for routes and pages, for HTTPSRedirect and for TrustedHost.
func TestRedirectsKeepPrefix(t *testing.T) {
	for _, b := range arrangements() {
		for _, mode := range []struct {
			name string
			opts []brio.AppOption
		}{{"relative", nil}, {"absolute", []brio.AppOption{brio.AbsoluteRedirects(true)}}} {
			app := brio.New(append(append([]brio.AppOption{}, b.opts...), mode.opts...)...)
			app.Get("/hello", func() string { return "x" })
			app.Get("/a/b/{x}/", func(in *struct {
				X string `path:"x"`
			}) string {
				return in.X
			})
			app.Get("/c:d/", func() string { return "x" })
			h := b.wrap(app)
			for path, want := range map[string]string{
				"/hello/": "/hello", "/hello/?q=%2F&r": "/hello?q=%2F&r", "/a/b/1": "/a/b/1/", "/a/b/%C3%A9": "/a/b/%C3%A9/", "/c:d": "/c:d/",
				"/docs/": "/docs", "/redoc/": "/redoc", "/openapi.json/": "/openapi.json", "/a/b/x%20y": "/a/b/x%20y/", "/a/b/k:v": "/a/b/k:v/",
			} {
				asked := "http://example.com" + b.prefix + path
				r := httptest.NewRequest("GET", b.prefix+path, nil)
				w := httptest.NewRecorder()
				h.ServeHTTP(w, r)
				if got := follow(t, asked, w); w.Code != 307 || got != "http://example.com"+b.prefix+want {
					t.Errorf("%s, %s: %s: %d %s (%s)", b.name, mode.name, path, w.Code, got, w.Header().Get("Location"))
				}
			}
		}
		app := brio.New(append(b.opts, brio.Use(middleware.TrustedHost("www.example.com"), middleware.HTTPSRedirect()))...)
		h := b.wrap(app)
		for _, c := range []struct{ host, path, want string }{
			{"example.com", "/a%20b?q=1", "http://www.example.com" + b.prefix + "/a%20b?q=1"},
			{"www.example.com", "/a%2Fb?q=1", "https://www.example.com" + b.prefix + "/a%2Fb?q=1"},
			{"www.example.com", "/", "https://www.example.com" + b.prefix + "/"},
		} {
			r := httptest.NewRequest("POST", b.prefix+c.path, nil)
			r.Host = c.host
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if got := w.Header().Get("Location"); w.Code != 307 || got != c.want {
				t.Errorf("%s: %s%s: %d %s", b.name, c.host, c.path, w.Code, got)
			}
		}
	}
}

// TestRedirectKeepsOnlyPrefix: http.StripPrefix leaves an empty path for a request of the prefix itself.
func TestRedirectKeepsOnlyPrefix(t *testing.T) {
	for _, opts := range [][]brio.AppOption{nil, {brio.AbsoluteRedirects(true)}} {
		app := brio.New(opts...)
		app.Get("/", func() string { return "x" })
		w := httptest.NewRecorder()
		http.StripPrefix("/v1/api", app).ServeHTTP(w, httptest.NewRequest("GET", "/v1/api", nil))
		if got := follow(t, "http://example.com/v1/api", w); w.Code != 307 || got != "http://example.com/v1/api/" {
			t.Errorf("%d %s", w.Code, got)
		}
	}
}

// TestConnectIsRefused: CONNECT requests a tunnel to a host (RFC 9110, 9.3.6), which an app has not. The answer is 405; neither a
// redirect, nor a route, nor middleware answers.
func TestConnectIsRefused(t *testing.T) {
	plain := brio.New(brio.ProblemDetails())
	plain.Get("/", func() string { return "x" })
	plain.Get("/x", func() string { return "x" })
	redirecting := brio.New(brio.Use(middleware.HTTPSRedirect()))
	redirecting.Get("/", func() string { return "x" })
	for _, app := range []*brio.App{plain, redirecting} {
		address := strings.TrimPrefix(testkit.Serve(t, app), "http://")
		for _, target := range []string{"example.com:80", "/x", "/x/", "/nothing"} {
			c, err := net.DialTimeout("tcp", address, testkit.Patience)
			if err != nil {
				t.Fatal(err)
			}
			_ = c.SetDeadline(time.Now().Add(testkit.Patience))
			_, _ = io.WriteString(c, "CONNECT "+target+" HTTP/1.1\r\nHost: example.com:80\r\nConnection: close\r\n\r\n")
			answer, err := io.ReadAll(c)
			_ = c.Close()
			if err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 405 ") || !strings.Contains(string(answer), "\r\nAllow:") || strings.Contains(string(answer), "\r\nLocation:") {
				t.Errorf("CONNECT %s: %q, %v", target, answer, err)
			}
		}
	}
	app := brio.New()
	app.Handle([]string{"connect"}, "/x", func() string { return "x" })
	if err := app.Check(); err == nil || !strings.Contains(err.Error(), "tunnel") {
		t.Error(err)
	}
}

// TestMethodsAreTokens: a method is a case-sensitive token (RFC 9110, 9.1), so any token can be routed.
func TestMethodsAreTokens(t *testing.T) {
	app := brio.New()
	says := func(text string) func() string { return func() string { return text } }
	app.Handle([]string{"QUERY", "purge"}, "/x/{id}", says("query or purge"))
	app.Handle([]string{"PROPFIND"}, "/x/y", says("propfind"))
	app.Handle([]string{"M-SEARCH"}, "/x/y", says("search"))
	app.Get("/x/{rest...}", says("get"))
	for _, c := range []struct{ request, want, allow string }{
		{"QUERY /x/1", `200 "query or purge"`, ""},
		{"PURGE /x/1", `200 "query or purge"`, ""},
		{"PROPFIND /x/y", `200 "propfind"`, ""},
		{"M-SEARCH /x/y", `200 "search"`, ""},
		{"QUERY /x/y", `200 "query or purge"`, ""},
		{"GET /x/y", `200 "get"`, ""},
		{"query /x/1", "405", "GET, HEAD, OPTIONS, PURGE, QUERY"},
		{"PROPFIND /x/1", "405", "GET, HEAD, OPTIONS, PURGE, QUERY"},
		{"POST /x/y", "405", "GET, HEAD, M-SEARCH, OPTIONS, PROPFIND, PURGE, QUERY"},
		{"OPTIONS /x/y", "204", "GET, HEAD, M-SEARCH, OPTIONS, PROPFIND, PURGE, QUERY"},
		{"QUERY /x/1/2", "405", "GET, HEAD, OPTIONS"},
		{"QUERY /y", "404", ""},
	} {
		method, target, _ := strings.Cut(c.request, " ")
		w := testkit.Do(app, method, target, "")
		got := w.Result().Status[:3]
		if w.Code == 200 {
			got += " " + w.Body.String()
		}
		if got != c.want || w.Header().Get("Allow") != c.allow {
			t.Errorf("%s: %s, Allow %q", c.request, got, w.Header().Get("Allow"))
		}
	}
}
