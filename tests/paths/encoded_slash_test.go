package paths

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path"
	"strings"
	"sync"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
)

type name struct {
	Name string `path:"name"`
}

// careless returns the file that a careless handler would open for a value: it divides at both slashes, and drops dot and empty
// segments. A slash at the end stays, because no file is opened with one.
func careless(folder, value string) string {
	value = strings.ReplaceAll(value, `\`, "/")
	file := path.Join(folder, value)
	if strings.HasSuffix(value, "/") {
		file += "/"
	}
	return file
}

// guarded has open routes, and deeper routes with a guard that refuses every request.
func guarded(opts ...brio.AppOption) *brio.App {
	app := brio.New(opts...)
	refuse := brio.Depends(func() error { return brio.Error(401, nil) })
	open := func(in *name) *brio.Response {
		if file := careless("/uploads", in.Name); file == "/uploads/secret" || file == "/uploads/private" || strings.HasPrefix(file, "/uploads/a/b/") || strings.HasPrefix(file, "/uploads/private/") {
			return response.Text("SECRET")
		}
		return response.Text("open " + in.Name)
	}
	app.Get("/uploads/{name...}", open)
	app.Get("/uploads/{name}", open)
	app.Post("/uploads/{name}", open)
	app.Get("/uploads/private/{name...}", open, refuse)
	app.Get("/uploads/a/b/{name...}", open, refuse)
	app.Get("/uploads/private", func() string { return "SECRET" }, refuse)
	app.Get("/uploads/secret", func() string { return "SECRET" }, refuse)
	return app
}

// TestRouterSpellingsShareGuard: no spelling of a path passes the guard of a deeper path, with any option and any method.
func TestRouterSpellingsShareGuard(t *testing.T) {
	spellings := []string{
		"private/s", "private%2Fs", "private%2fs", "private%5Cs", "private%5cs", `private\s`, "private%2F", "private%5C", "private%2F%2Fs", "/private/s", "//private/s",
		"./private/s", "%2e/private/s", "x/../private/s", "x/%2e%2e/private/s", "x%2F..%2Fprivate%2Fs", "x%2f%2e%2e%2fprivate/s", `x\..\private\s`, "x%5C..%5Cprivate%5Cs", "..%2Fuploads%2Fprivate%2Fs",
		"x/.%2e/private/s", "private%2F.%2Fs", "%2Fprivate%2Fs", "%2F%2Fprivate", "private%2Fs^", "private/s%2F", "private//s", "x//..//private/s", "%70rivate%2Fs", "private%2F%5Cs",
		"secret%2F", "secret%2F.", "%2Fsecret", "%5Csecret", ".%2Fsecret", "/secret", "//secret", "x/../secret", "secret/.", "secret%5C", "%2e%2Fsecret", "private", "secret", "%73ecret",
		"a/b/s", "a//b/s", "a/b//s", "a///b/s", "a/./b/s", "x/../a/b/s",
	}
	plain := map[string]bool{"private": true, "secret": true, "%73ecret": true}
	for _, mode := range []struct {
		name string
		opts []brio.AppOption
	}{
		{"by default", nil},
		{"admitted", []brio.AppOption{brio.EncodedSlashes()}},
		{"compat", []brio.AppOption{brio.FastAPICompat()}},
		{"compat and admitted", []brio.AppOption{brio.FastAPICompat(), brio.EncodedSlashes()}},
		{"without redirects", []brio.AppOption{brio.RedirectSlashes(false), brio.EncodedSlashes()}},
	} {
		app := guarded(mode.opts...)
		for _, method := range []string{"GET", "POST"} {
			for _, s := range spellings {
				w := testkit.Do(app, method, "/uploads/"+s, "")
				if method == "POST" && plain[s] { // these are paths of the open route for POST
					continue
				}
				if strings.Contains(w.Body.String(), "SECRET") {
					t.Errorf("%s: %s %s: %d %s", mode.name, method, s, w.Code, w.Body)
				}
			}
		}
	}
}

// TestRouterRefusesEncodedSlash: by default a path with an escaped slash, a backslash or a dot segment matches nothing. The 404 has
// the app's format; there is no Allow and no redirect.
func TestRouterRefusesEncodedSlash(t *testing.T) {
	app := brio.New(brio.ProblemDetails())
	open := func(in *name) string { return in.Name }
	app.Get("/one/{name}", open)
	app.Get("/rest/{name...}", open)
	app.Get("/dir/{name}/", open)
	app.Get("/a/b", func() string { return "b" })
	for _, target := range []string{
		"/one/a%2Fb", "/one/a%2fb", "/one/%2F", "/one/a%5Cb", "/one/a%5cb", `/one/a\b`, "/one/..", "/one/.", "/one/%2e%2E", "/one/%2e",
		"/rest/a%2Fb", "/rest/a/b%2Fc", "/rest/a%5Cb", `/rest/a\b/c`, "/rest/a/../b", "/rest/..", "/rest/a/.", "/rest/./a", "/rest/%2F", "/rest/a%2F^b", "/rest/a%2Fb\xff",
		"/a%2Fb", `/a\b`, "/a%5Cb", "/one%2Fa", "/%2Fone/a", "/dir/x%2F", "/dir/x%2Fy", "/a/b%2F", "/dir/x%5C", "/a%2Fb/",
	} {
		for _, method := range []string{"GET", "HEAD", "POST", "OPTIONS", "QUERY"} {
			w := testkit.Do(app, method, target, "")
			if w.Code != 404 || w.Header().Get("Allow") != "" || w.Header().Get("Location") != "" || w.Header().Get("Content-Type") != "application/problem+json" {
				t.Errorf("%s %s: %d %v", method, target, w.Code, w.Header())
			}
		}
	}
	// What only looks like one.
	for target, want := range map[string]string{
		"/one/a%252Fb": "a%2Fb", "/one/a%255Cb": "a%5Cb", "/one/%252e%252e": "%2e%2e", "/one/...": "...", "/one/.a": ".a", "/one/a.": "a.", "/one/..a": "..a", "/one/a%2fb%": "",
		"/rest/.well-known/x": ".well-known/x", "/rest/a/.b": "a/.b", "/rest/a//b": "a//b", "/rest//a": "/a", "/rest/https://x.example/y": "https://x.example/y", "/rest/a/": "a/", "/rest/": "",
		"/one/%61%C3%A9": "aé", "/one/%c3%a9": "é", "/one/a%20b^": "a b^", "/one/％2F": "％2F", "/one/∕": "∕",
	} {
		r := httptest.NewRequest("GET", "/", nil)
		u, err := url.Parse("http://example.com" + target)
		if err != nil {
			continue // net/http refuses the request
		}
		r.URL = u
		w := httptest.NewRecorder()
		app.ServeHTTP(w, r)
		if w.Code != 200 || w.Body.String() != fmt.Sprintf("%q", want) && w.Body.String() != `"`+want+`"` {
			t.Errorf("%s: %d %s", target, w.Code, w.Body)
		}
	}
}

// TestEncodedSlashesAllowsThemInName: EncodedSlashes on app, router, include and route; the innermost decides. The parameter
// struct, net/http's PathValue and the router have the same value. A {name...} accepts slashes without the option.
func TestEncodedSlashesAllowsThemInName(t *testing.T) {
	show := func(in *name, r *http.Request) *brio.Response {
		return response.Text(in.Name + " " + r.PathValue("name") + " " + r.Pattern)
	}
	show0 := func() string { return "deep" }
	inMiddleware := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Value", r.PathValue("name"))
			next.ServeHTTP(w, r)
		})
	}
	app := brio.New(brio.ProblemDetails())
	app.Get("/route/{name}", show, brio.EncodedSlashes(), brio.Use(inMiddleware))
	app.Get("/route/{name}/issues/{n}", func(in *struct {
		Name string `path:"name"`
		N    int    `path:"n"`
	}) *brio.Response {
		return response.Text(fmt.Sprint("issue ", in.N, " of ", in.Name))
	}, brio.EncodedSlashes())
	app.Get("/route/deep/x", show0)
	app.Get("/strict/{name}", show)
	app.Put("/strict/{name}", show, brio.EncodedSlashes())
	app.Get("/rest/{name...}", show, brio.EncodedSlashes())
	app.Get("/slash/{name}/", show, brio.EncodedSlashes())
	router := brio.NewRouter(brio.Prefix("/router"), brio.EncodedSlashes())
	router.Get("/{name}", show)
	router.Get("/off/{name}", show, brio.EncodedSlashes(false))
	app.Include(router)
	included := brio.NewRouter(brio.Prefix("/included"))
	included.Get("/{name}", show)
	app.Include(included, brio.EncodedSlashes(true))
	app.Get("/{name...}", show) // a page for everything else takes no option from others

	for _, c := range []struct{ request, want string }{
		{"GET /route/group%2Fproject", "group/project group/project /route/{name}"},
		{"GET /route/group%2fproject", "group/project group/project /route/{name}"},
		{"GET /route/a%2Fb%2Fc", "a/b/c a/b/c /route/{name}"},
		{"GET /route/a%5Cb", `a\b a\b /route/{name}`},
		{"GET /route/%2F", "/ / /route/{name}"},
		{"GET /route/group%252Fproject", "group%2Fproject group%2Fproject /route/{name}"},
		{"GET /route/group%2Fproject/issues/7", "issue 7 of group/project"},
		{"GET /router/a%2Fb", "a/b a/b /router/{name}"},
		{"GET /included/a%2Fb", "a/b a/b /included/{name}"},
		{"PUT /strict/a%2Fb", "a/b a/b /strict/{name}"},
		{"GET /slash/a%2Fb/", "a/b a/b /slash/{name}/"},
		{"GET /rest/a/b", "a/b a/b /rest/{name...}"},
		{"GET /router/off/a%2Fb", ""},
		{"GET /rest/a%2Fb", ""},
		{"GET /rest/a%5Cb", ""},
		{"GET /route/..%2Fx", ""},
		{"GET /route/x%2F.%2Fy", ""},
		{"GET /route/a%2Fissues%2F7", ""}, // the plain spelling is another route's
		{"GET /route/a%2Fissues/7", ""},
		{"GET /route/deep%2Fx", ""},
		{"GET /route/deep%2Fx%2F", ""}, // a slash more is the same file to some
		{"GET /route/deep%5Cx", ""},
		{"GET /route%2Fa", ""},
		{"GET /nothing%2Fhere", ""},
	} {
		method, target, _ := strings.Cut(c.request, " ")
		w := testkit.Do(app, method, target, "")
		if c.want == "" {
			testkit.WantStatus(t, w, 404)
			testkit.WantHeader(t, w, "Content-Type", "application/problem+json")
			continue
		}
		if w.Code != 200 || w.Body.String() != c.want {
			t.Errorf("%s: %d %s, want %s", c.request, w.Code, w.Body, c.want)
		}
	}
	testkit.WantHeader(t, testkit.Get(app, "/route/a%2Fb"), "X-Value", "a/b")

	// The methods of a path, and the slash redirect, are those of the routes that admit it.
	w := testkit.Do(app, "GET", "/strict/a%2Fb", "")
	testkit.WantStatus(t, w, 405)
	testkit.WantHeader(t, w, "Allow", "OPTIONS, PUT")
	w = testkit.Do(app, "OPTIONS", "/route/a%2Fb", "")
	testkit.WantStatus(t, w, 204)
	testkit.WantHeader(t, w, "Allow", "GET, HEAD, OPTIONS")
	w = testkit.Do(app, "GET", "/slash/a%2Fb?q=1", "")
	testkit.WantStatus(t, w, 307)
	testkit.WantHeader(t, w, "Location", "a%2Fb/?q=1")
}

// TestDecodedPathsDivideAtEncodedSlashes: with FastAPICompat a path is unescaped before it is matched, as uvicorn does, so the
// guard of the unescaped path runs. A backslash is text.
func TestDecodedPathsDivideAtEncodedSlashes(t *testing.T) {
	app := brio.New(brio.FastAPICompat())
	show := func(in *name, r *http.Request) string { return r.Pattern + " " + in.Name + " " + r.PathValue("name") }
	app.Get("/one/{name}", show)
	app.Get("/rest/{name...}", show)
	app.Get("/a/b", func() string { return "b" })
	app.Get("/admitted/{name}", show, brio.EncodedSlashes())
	app.Get("/admitted/deep/{name}", show)
	for target, want := range map[string]string{
		"/one/a%2Fb":         "404",
		"/one%2Fa":           `200 "/one/{name} a a"`,
		"/rest/a%2Fb":        `200 "/rest/{name...} a/b a/b"`,
		"/a%2Fb":             `200 "b"`,
		"/one/a%5Cb":         `200 "/one/{name} a\\b a\\b"`,
		"/one/a%252Fb":       `200 "/one/{name} a%2Fb a%2Fb"`,
		"/rest/a%2F..%2Fb":   "404",
		"/admitted/a%2Fb":    `200 "/admitted/{name} a/b a/b"`,
		"/admitted/deep%2Fb": `200 "/admitted/deep/{name} b b"`,
	} {
		w := testkit.Get(app, target)
		got := fmt.Sprint(w.Code)
		if w.Code == 200 {
			got += " " + w.Body.String()
		}
		if got != want {
			t.Errorf("%s: %s, want %s", target, got, want)
		}
	}
	w := testkit.Get(app, "/a/b%2F")
	testkit.WantStatus(t, w, 307)
	testkit.WantHeader(t, w, "Location", "http://example.com/a/b")
}

// TestRouterFollowsRewrittenPath: when middleware changes the path of a request, the new path is matched. A RawPath that does not
// encode Path is ignored, as in net/url. http.StripPrefix keeps both.
func TestRouterFollowsRewrittenPath(t *testing.T) {
	rewritten := func(change func(u *url.URL)) brio.AppOption {
		return brio.Use(func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				u := *r.URL
				change(&u)
				r = r.Clone(r.Context())
				r.URL = &u
				next.ServeHTTP(w, r)
			})
		})
	}
	for _, c := range []struct {
		name, target string
		change       func(u *url.URL)
		want         string // a status, or a status and text
	}{
		{"RawPath is taken away", "/uploads/private%2Fs", func(u *url.URL) { u.RawPath = "" }, "401"},
		{"Path is replaced", "/other%2Fx", func(u *url.URL) { u.Path = "/uploads/a" }, "200 open a"},
		{"Path is replaced by a guarded one", "/other%2Fx", func(u *url.URL) { u.Path = "/uploads/private/x" }, "401"},
		{"RawPath is not well-formed", "/uploads/private%2Fs", func(u *url.URL) { u.RawPath = "/uploads/private%2Fs%" }, "401"},
		{"both are replaced", "/x", func(u *url.URL) { u.Path, u.RawPath = "/uploads/private/s", "/uploads/private%2Fs" }, "404"},
		{"a folder before both", "/private%2Fs", func(u *url.URL) { u.Path, u.RawPath = "/uploads"+u.Path, "/uploads"+u.RawPath }, "404"},
		{"a folder before Path alone", "/private%2Fs", func(u *url.URL) { u.Path = "/uploads" + u.Path }, "401"},
	} {
		w := testkit.Get(guarded(rewritten(c.change)), c.target)
		if got := fmt.Sprint(w.Code, " ", w.Body); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	for target, status := range map[string]int{"/api/uploads/a": 200, "/api/uploads/private/s": 401, "/api/uploads/private%2Fs": 404, "/api%2Fuploads%2Fprivate/s": 404, "/%61pi/uploads/private/s": 404, "/%61pi/uploads/private%2Fs": 404} {
		testkit.WantStatus(t, testkit.Get(http.StripPrefix("/api", guarded()), target), status)
		testkit.WantStatus(t, testkit.Get(guarded(brio.RootPath("/api")), target), status)
	}
}

// TestURLRefusesUnmatchedPaths: app.URL returns an error for a path that no request could match.
func TestURLRefusesUnmatchedPaths(t *testing.T) {
	declare := func(opts ...brio.AppOption) *brio.App {
		app := brio.New(opts...)
		app.Get("/one/{name}", func(in *name) string { return in.Name }, brio.Name("one"))
		app.Get("/admitted/{name}", func(in *name) string { return in.Name }, brio.Name("admitted"), brio.EncodedSlashes())
		app.Get("/rest/{name...}", func(in *name) string { return in.Name }, brio.Name("rest"))
		return app
	}
	for _, app := range []*brio.App{declare(), declare(brio.FastAPICompat())} {
		for _, route := range []string{"one", "admitted", "rest"} {
			for _, value := range []string{"a", "a/b", `a\b`, "a%2Fb", "/", `\`, ".a", "a b^"} {
				link, err := app.URL(route, "name", value)
				if err != nil {
					continue
				}
				w := testkit.Get(app, link)
				if w.Code != 200 || !strings.Contains(w.Body.String(), strings.ReplaceAll(value, `\`, `\\`)) {
					t.Errorf("%s of %q: %s: %d %s", route, value, link, w.Code, w.Body)
				}
			}
		}
	}
	for _, c := range []struct{ route, value string }{{"one", "a/b"}, {"one", `a\b`}, {"rest", `a\b`}} {
		if link, err := declare().URL(c.route, "name", c.value); err == nil {
			t.Errorf("%s with %q: %s", c.route, c.value, link)
		}
	}
	if link, err := declare().URL("admitted", "name", `a/b\c`); err != nil || link != "/admitted/a%2Fb%5Cc" {
		t.Error(link, err)
	}
}

// TestPatternsHaveNoBackslash: a pattern with a backslash is a mistake, because no request could match it.
func TestPatternsHaveNoBackslash(t *testing.T) {
	app := brio.New()
	app.Get(`/a\b`, func() string { return "" })
	if err := app.Check(); err == nil || !strings.Contains(err.Error(), "backslash") {
		t.Error(err)
	}
}

// TestRouterAndHandlerAgreeOnRandomPaths checks the rule of FuzzRouterAndHandlerAgree on paths of random segments.
func TestRouterAndHandlerAgreeOnRandomPaths(t *testing.T) {
	parts := []string{"private", "secret", "s", "/", "%2F", "%2f", "%5C", `\`, ".", "..", "%2e", "%2E%2e", "%252F", "^", "%70rivate", "uploads", "x"}
	random := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		var b strings.Builder
		for range 1 + random.IntN(8) {
			b.WriteString(parts[random.IntN(len(parts))])
		}
		checkAgreement(t, b.String())
	}
}

// FuzzRouterAndHandlerAgree: for no path does a careless handler open a file that a guard protects.
func FuzzRouterAndHandlerAgree(f *testing.F) {
	for _, s := range []string{"private%2Fs", `x\..\private`, "%2e%2e%2Fuploads/private", "secret%2f.", "//secret", "%252F", "private%5c%2F", "a/b"} {
		f.Add(s)
	}
	f.Fuzz(checkAgreement)
}

var agreeing = sync.OnceValue(func() []*brio.App {
	return []*brio.App{guarded(), guarded(brio.EncodedSlashes()), guarded(brio.FastAPICompat()), guarded(brio.FastAPICompat(), brio.EncodedSlashes())}
})

func checkAgreement(t *testing.T, s string) {
	u, err := url.ParseRequestURI("/uploads/" + s)
	if err != nil {
		return
	}
	for i, app := range agreeing() {
		r := httptest.NewRequest("GET", "/", nil)
		r.URL, r.RequestURI = u, "/uploads/"+s
		w := httptest.NewRecorder()
		app.ServeHTTP(w, r)
		if strings.Contains(w.Body.String(), "SECRET") {
			t.Errorf("app %d: %q: %d %s", i, s, w.Code, w.Body)
		}
	}
}
