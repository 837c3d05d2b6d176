package mounts

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/routing"
)

func message(text string) func() map[string]string {
	return func() map[string]string { return map[string]string{"message": text} }
}

// newSubApplication is the program of FastAPI's chapter "Sub Applications - Mounts".
func newSubApplication() (app, sub *brio.App) {
	app, sub = brio.New(testkit.Quiet()), brio.New(testkit.Quiet())
	app.Get("/app", message("Hello World from main app"), brio.Name("readMain"))
	sub.Get("/sub", message("Hello World from sub API"), brio.Name("readSub"))
	app.Mount("/subapi", sub)
	return app, sub
}

// TestSubApplication: the tests of FastAPI's chapter. Each app has its own document, and that of the mounted app says where it is.
func TestSubApplication(t *testing.T) {
	app, _ := newSubApplication()
	testkit.WantBody(t, testkit.Get(app, "/app"), `{"message":"Hello World from main app"}`)
	testkit.WantBody(t, testkit.Get(app, "/subapi/sub"), `{"message":"Hello World from sub API"}`)
	for path, want := range map[string]struct {
		paths   []string
		servers string
	}{
		"/openapi.json":        {[]string{"/app"}, ""},
		"/subapi/openapi.json": {[]string{"/sub"}, "/subapi"},
	} {
		w := testkit.Get(app, path)
		testkit.WantStatus(t, w, 200)
		var doc struct {
			Paths   map[string]any
			Servers []struct{ URL string }
		}
		if err := json.Unmarshal(w.Body.Bytes(), &doc); err != nil {
			t.Fatal(err)
		}
		servers := ""
		for _, s := range doc.Servers {
			servers += s.URL
		}
		if len(doc.Paths) != 1 || doc.Paths[want.paths[0]] == nil || servers != want.servers {
			t.Errorf("%s: %s", path, w.Body)
		}
	}
	w := testkit.Get(app, "/subapi/docs")
	testkit.WantStatus(t, w, 200)
	testkit.WantContains(t, w.Body.String(), `href="openapi.json"`)
}

// TestMountRedirectsPrefix: the prefix alone is redirected to the subtree, with the query. Other paths that begin with its text are not
// below it. 404 and 405 are those of the mounted app.
func TestMountRedirectsPrefix(t *testing.T) {
	app, sub := newSubApplication()
	sub.Get("/", message("root"), brio.Name("root"))
	w := testkit.Do(app, "POST", "/subapi?a=b", "")
	testkit.WantStatus(t, w, 307)
	testkit.WantHeader(t, w, "Location", "subapi/?a=b")
	testkit.WantBody(t, testkit.Get(app, "/subapi/"), `{"message":"root"}`)
	testkit.WantStatus(t, testkit.Get(app, "/subapix/sub"), 404)
	testkit.WantStatus(t, testkit.Get(app, "/subapi/none"), 404)
	w = testkit.Do(app, "PUT", "/subapi/sub", "")
	testkit.WantStatus(t, w, 405)
	testkit.WantHeader(t, w, "Allow", "GET, HEAD, OPTIONS")
	w = testkit.Do(app, "OPTIONS", "/subapi/sub", "")
	testkit.WantStatus(t, w, 204)
	testkit.WantHeader(t, w, "Allow", "GET, HEAD, OPTIONS")
	testkit.WantStatus(t, testkit.Do(app, "HEAD", "/subapi/sub", ""), 200)
	w = testkit.Get(app, "/subapi/sub/")
	testkit.WantStatus(t, w, 307)
	testkit.WantHeader(t, w, "Location", "../sub")
}

type report struct {
	Method, Path, RawPath, Query, Body, Pattern string
}

// see reports the request as the mounted handler sees it.
func see(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(report{r.Method, r.URL.Path, r.URL.RawPath, r.URL.RawQuery, string(body), r.Pattern})
}

// TestMountStripsPath: the handler sees every method, and the path below the prefix as the client spelled it, also through prefixes of
// Include, with wildcards, and inside of another mount. The client's request is not changed.
func TestMountStripsPath(t *testing.T) {
	inner := brio.New(testkit.Quiet())
	inner.Mount("/deep", http.HandlerFunc(see))
	tenants := brio.NewRouter(brio.Prefix("/tenants/{tenant}"))
	tenants.Mount("/files", http.HandlerFunc(see))
	app := brio.New(testkit.Quiet())
	app.Mount("/legacy/", http.HandlerFunc(see))
	app.Mount("/app", inner)
	app.Include(tenants, brio.Prefix("/v1"))
	for _, c := range []struct{ method, target, path, raw, pattern string }{
		{"GET", "/legacy/", "/", "", "/legacy/{path...}"},
		{"PROPFIND", "/legacy/a/b?x=1", "/a/b", "", "/legacy/{path...}"},
		{"CUSTOM", "/legacy/a%20b/", "/a b/", "", "/legacy/{path...}"},
		{"GET", "/le%67acy/a%5Fb%21", "/a_b!", "/a%5Fb%21", "/legacy/{path...}"},
		{"DELETE", "/v1/tenants/ac%6De/files/x", "/x", "/x", "/v1/tenants/{tenant}/files/{path...}"},
		{"POST", "/app/deep/x/y", "/x/y", "", "/deep/{path...}"},
	} {
		r := httptest.NewRequest(c.method, c.target, strings.NewReader("body"))
		before := *r.URL
		w := httptest.NewRecorder()
		app.ServeHTTP(w, r)
		var got report
		if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil {
			t.Errorf("%s %s: %d %s", c.method, c.target, w.Code, w.Body)
			continue
		}
		if got.Method != c.method || got.Path != c.path || got.RawPath != c.raw || got.Body != "body" || got.Pattern != c.pattern || got.Query != before.RawQuery {
			t.Errorf("%s %s: %+v", c.method, c.target, got)
		}
		if *r.URL != before {
			t.Errorf("%s: the URL of the request is now %v", c.target, r.URL)
		}
	}
}

// TestEncodedSlashPassesNoDeeperGuard: a path of which the plain spelling belongs to another place is a 404, whether escaped slashes are
// allowed or not. Where they are allowed, the handler receives them in RawPath.
func TestEncodedSlashPassesNoDeeperGuard(t *testing.T) {
	for _, allowed := range []bool{false, true} {
		app := brio.New(testkit.Quiet(), brio.EncodedSlashes(allowed))
		admin := brio.NewRouter(brio.Prefix("/admin"), brio.Depends(func() error { return brio.Error(401, nil) }))
		admin.Mount("/tools", http.HandlerFunc(see))
		app.Include(admin)
		app.Get("/private/{name}", func() string { return "guarded" }, brio.Depends(func() error { return brio.Error(401, nil) }))
		app.Mount("/legacy", http.HandlerFunc(see))
		app.Mount("/", http.HandlerFunc(see))
		for _, target := range []string{
			"/admin%2Ftools/x", "/admin/tools%2Fx", "/admin%2ftools%2fx", "/private%2Fa", "/legacy%2Fx", "//private/a", "/private//a", "/x/../private/a",
			"/x%2F..%2Fprivate%2Fa", "/legacy/%2e%2e/private/a", `/legacy/..%5Cprivate/a`, `/private%5Ca`, "/./private/a", "/legacy/..", "/legacy/a%5Cb",
		} {
			if w := testkit.Get(app, target); w.Code != 404 && w.Code != 401 {
				t.Errorf("allowed %t: %s: %d %s", allowed, target, w.Code, w.Body)
			}
		}
		w := testkit.Get(app, "/legacy/a%2Fb")
		if !allowed {
			testkit.WantStatus(t, w, 404)
			continue
		}
		testkit.WantStatus(t, w, 200)
		testkit.WantContains(t, w.Body.String(), `"Path":"/a/b"`, `"RawPath":"/a%2Fb"`)
	}
}

// TestDecodedPathsReachMountDecoded: under FastAPICompat an escaped slash divides the path before it is matched, and the handler sees the
// same segments as the router.
func TestDecodedPathsReachMountDecoded(t *testing.T) {
	app := brio.New(testkit.Quiet(), brio.FastAPICompat())
	app.Mount("/legacy", http.HandlerFunc(see))
	for _, target := range []string{"/legacy/a%2Fb", "/legacy%2Fa/b"} {
		testkit.WantContains(t, testkit.Get(app, target).Body.String(), `"Path":"/a/b","RawPath":""`)
	}
}

// TestMountHasRootPath: links, redirects and the injected values of a mounted app have the prefix. Links that a plain handler makes are
// those of the app around it.
func TestMountHasRootPath(t *testing.T) {
	app, sub := newSubApplication()
	sub.Get("/where", func(r *http.Request, urls *brio.URLs, info *brio.RouteInfo) []string {
		byRequest, err := brio.URLFor(r, "readSub")
		if err != nil {
			byRequest = err.Error()
		}
		byURLs, _ := urls.For("readSub")
		byApp, _ := app.URLFor(r, "readMain")
		return []string{byRequest, byURLs, info.RootPath, info.Path, byApp}
	})
	app.Mount("/plain", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		link, err := brio.URLFor(r, "readMain")
		if err != nil {
			link = err.Error()
		}
		_, _ = io.WriteString(w, link)
	}))
	testkit.WantBody(t, testkit.Get(app, "/plain/x"), "http://example.com/app")
	testkit.WantContains(t, testkit.Get(app, "/subapi/where").Body.String(), `["http://example.com/subapi/sub","http://example.com/subapi/sub","/subapi","/where",`)

	server := httptest.NewServer(app)
	defer server.Close()
	_, _, body := testkit.Fetch(t, server.URL+"/plain/x")
	if want := server.URL + "/app"; body != want {
		t.Errorf("got %s, want %s", body, want)
	}
	_, _, body = testkit.Fetch(t, server.URL+"/subapi/where")
	if want := `["` + server.URL + `/subapi/sub","` + server.URL + `/subapi/sub","/subapi","/where","` + server.URL + `/app"]`; body != want {
		t.Errorf("got %s, want %s", body, want)
	}
}

// TestMountBehindRootPath: a proxy's prefix and that of the mount add up.
func TestMountBehindRootPath(t *testing.T) {
	app, sub := brio.New(testkit.Quiet(), brio.RootPath("/api")), brio.New(testkit.Quiet())
	sub.Get("/x", func(info *brio.RouteInfo) string { return info.RootPath })
	app.Mount("/sub", sub)
	for _, target := range []string{"/sub/x", "/api/sub/x"} {
		testkit.WantBody(t, testkit.Get(app, target), `"/api/sub"`)
	}
	testkit.WantContains(t, testkit.Get(app, "/api/sub/openapi.json").Body.String(), `{"url":"/api/sub"}`)
}

// TestMountHasGuardsAndMiddlewareAround: what the levels around a mount declare runs for it, and reads the path values of the prefix.
// Error handlers of the mounted app answer its own errors; those around answer the guards'.
func TestMountHasGuardsAndMiddlewareAround(t *testing.T) {
	sub := brio.New(testkit.Quiet(), brio.OnStatus(404, func(*http.Request, error) *brio.Response { return response.Text("sub 404").Status(404) }))
	sub.Get("/ok", message("ok"))
	sub.Get("/fails", func() error { panic("sub") })
	tenants := brio.NewRouter(brio.Prefix("/t/{tenant}"), brio.Depends(func(in *struct {
		Tenant string `path:"tenant"`
	}) error {
		if in.Tenant != "acme" {
			return brio.Error(403, "not "+in.Tenant)
		}
		return nil
	}), brio.Use(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Router", r.PathValue("tenant"))
			next.ServeHTTP(w, r)
		})
	}))
	tenants.Mount("/", sub)
	app := brio.New(testkit.Quiet(), brio.ProblemDetails(), brio.Use(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-App", "1")
			next.ServeHTTP(w, r)
		})
	}))
	app.Include(tenants)
	w := testkit.Get(app, "/t/acme/ok")
	testkit.WantBody(t, w, `{"message":"ok"}`)
	testkit.WantHeader(t, w, "X-Router", "acme")
	testkit.WantHeader(t, w, "X-App", "1")
	w = testkit.Get(app, "/t/other/ok")
	testkit.WantStatus(t, w, 403)
	testkit.WantHeader(t, w, "Content-Type", "application/problem+json")
	testkit.WantBody(t, testkit.Get(app, "/t/acme/none"), "sub 404")
	w = testkit.Get(app, "/t/acme/fails")
	testkit.WantStatus(t, w, 500)
	testkit.WantHeader(t, w, "Content-Type", "application/json")
}

// TestPanicOfMountIs500OfApp: in the error format of the app around.
func TestPanicOfMountIs500OfApp(t *testing.T) {
	log := &testkit.Log{}
	app := brio.New(brio.Logger(log.Logger()), brio.ProblemDetails())
	app.Mount("/old", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "br")
		panic("secret")
	}))
	w := testkit.Get(app, "/old/x")
	testkit.WantStatus(t, w, 500)
	testkit.WantHeader(t, w, "Content-Type", "application/problem+json")
	if strings.Contains(w.Body.String(), "secret") || w.Header().Get("Content-Encoding") != "" {
		t.Errorf("%v %s", w.Header(), w.Body)
	}
	testkit.WantContains(t, log.String(), "secret", "/old/{path...}")
}

// TestRootMountTakesTheRest: Mount("/") answers what the app has no route for, also another method of a route's path. Pages of the app
// and mounts with a prefix come before it.
func TestRootMountTakesTheRest(t *testing.T) {
	app := brio.New(testkit.Quiet())
	app.Mount("/", http.HandlerFunc(see))
	app.Get("/new", func() string { return "new" })
	app.Get("/all/{rest...}", func() string { return "all" })
	app.Head("/head", func() {})
	app.Mount("/legacy", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "legacy") }))
	for _, c := range []struct{ method, target, want string }{
		{"GET", "/new", `"new"`}, {"GET", "/all/x", `"all"`}, {"GET", "/legacy/x", "legacy"},
		{"POST", "/new", `"Path":"/new"`}, {"GET", "/new/", `"Path":"/new/"`}, {"GET", "/", `"Path":"/"`}, {"OPTIONS", "/x", `"Method":"OPTIONS"`}, {"GET", "/openapi.json", `"openapi"`},
	} {
		w := testkit.Do(app, c.method, c.target, "")
		if !strings.Contains(w.Body.String(), c.want) {
			t.Errorf("%s %s: %d %s, want %s", c.method, c.target, w.Code, w.Body, c.want)
		}
	}
	testkit.WantHeader(t, testkit.Do(app, "HEAD", "/new", ""), "Content-Length", "5")
	testkit.WantStatus(t, testkit.Do(app, "CONNECT", "/x", ""), 405)
}

// newLife returns a Lifespan that records its start and its stop.
func newLife(name string, order *[]string) brio.AppOption {
	return brio.Lifespan(func(context.Context) (func(context.Context) error, error) {
		*order = append(*order, "start "+name)
		return func(context.Context) error { *order = append(*order, "stop "+name); return nil }, nil
	})
}

// TestMountedAppLivesWithApp: the lifespans of mounted apps run with the parent's (FastAPI runs none of them): the parent's first, each
// once, and they end in reverse.
func TestMountedAppLivesWithApp(t *testing.T) {
	var order []string
	deepest := brio.New(testkit.Quiet(), newLife("deepest", &order))
	sub := brio.New(testkit.Quiet(), newLife("sub", &order), brio.SupplyFunc(func(context.Context) (int, func(context.Context) error, error) { return 7, nil, nil }))
	sub.Get("/value", func(n int) int { return n })
	sub.Mount("/deepest", deepest)
	app := brio.New(testkit.Quiet(), newLife("app", &order))
	app.Mount("/a", sub)
	app.Mount("/b", sub)
	if err := app.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/a/value", "/b/value"} {
		testkit.WantBody(t, testkit.Get(app, path), "7")
	}
	if err := app.Shutdown(t.Context()); err != nil {
		t.Fatal(err)
	}
	if want := []string{"start app", "start sub", "start deepest", "stop deepest", "stop sub", "stop app"}; !slices.Equal(order, want) {
		t.Errorf("got %v, want %v", order, want)
	}
	func() {
		defer func() {
			if v := recover(); v == nil || !strings.Contains(v.(string), "after the app began to serve") {
				t.Errorf("a late route of the mounted app: %v", v)
			}
		}()
		sub.Get("/late", message("late"))
	}()
}

// TestMountedAppFailsStart: what had started is stopped, and the error names the mounted app.
func TestMountedAppFailsStart(t *testing.T) {
	var order []string
	sub := brio.New(testkit.Quiet(), brio.Title("Billing"), brio.Lifespan(func(context.Context) (func(context.Context) error, error) { return nil, io.ErrUnexpectedEOF }))
	app := brio.New(testkit.Quiet(), newLife("app", &order))
	app.Mount("/billing", sub)
	err := app.Start(t.Context())
	if err == nil {
		t.Fatal("it starts")
	}
	testkit.WantContains(t, err.Error(), "Billing", "unexpected EOF")
	if want := []string{"start app", "stop app"}; !slices.Equal(order, want) {
		t.Errorf("got %v, want %v", order, want)
	}
}

// TestMountedAppDrainsWithApp: the shutdown of the app ends the streams of a mounted one, and waits for its background tasks.
func TestMountedAppDrainsWithApp(t *testing.T) {
	started, done := make(chan struct{}), make(chan struct{})
	cause, release := make(chan error, 1), make(chan struct{})
	sub := brio.New(testkit.Quiet())
	sub.Get("/stream", func(ctx context.Context) iter.Seq[int] {
		return func(yield func(int) bool) {
			yield(1)
			close(started)
			<-ctx.Done()
			cause <- context.Cause(ctx)
		}
	})
	sub.Get("/task", func(tasks *brio.BackgroundTasks) {
		tasks.Add(func(context.Context) error { <-release; close(done); return nil })
	})
	stage := testkit.NewStage(t, func(app *brio.App) { app.Mount("/sub", sub) })
	if status, _, _ := testkit.Fetch(t, stage.URL+"/sub/task"); status != 204 {
		t.Errorf("task: %d", status)
	}
	go func() {
		if resp, err := http.Get(stage.URL + "/sub/stream"); err == nil {
			_, _ = io.Copy(io.Discard, resp.Body)
			_ = resp.Body.Close()
		}
	}()
	testkit.Receive(t, started, "the stream")
	stopped := make(chan error, 1)
	go func() { stopped <- stage.Stop() }()
	if err := testkit.Receive(t, cause, "the end of the stream"); !errors.Is(err, routing.ErrShutdown) {
		t.Errorf("the cause is %v, want %v", err, routing.ErrShutdown)
	}
	select {
	case err := <-stopped:
		t.Errorf("the app has stopped with %v before the task of the mounted app", err)
	case <-time.After(20 * time.Millisecond):
	}
	close(release)
	testkit.Receive(t, done, "the task")
	if err := testkit.Receive(t, stopped, "the stop"); err != nil {
		t.Error(err)
	}
}

// TestOverridesReachMountedApp: a test replaces the dependencies of mounted apps too, in a copy that starts and stops by itself.
func TestOverridesReachMountedApp(t *testing.T) {
	var order []string
	sub := brio.New(testkit.Quiet(), newLife("sub", &order), brio.Provide(func() string { return "real" }))
	sub.Get("/", func(s string) map[string]string { return map[string]string{"s": s} })
	app := brio.New(testkit.Quiet())
	app.Mount("/sub", sub)
	for range 2 {
		t.Run("", func(t *testing.T) {
			client := briotest.New(t, app, briotest.Override(func() string { return "fake" }))
			client.Get("/sub/").Send().Body(`{"s":"fake"}`)
		})
	}
	testkit.WantBody(t, testkit.Get(app, "/sub/"), `{"s":"real"}`)
	if want := []string{"start sub", "stop sub", "start sub", "stop sub", "start sub"}; !slices.Equal(order, want) {
		t.Errorf("got %v, want %v", order, want)
	}
}

// TestRoutesListsMounts: the list has mounts, and the routes of mounted apps with their full paths, also those declared after Mount.
func TestRoutesListsMounts(t *testing.T) {
	app, sub := newSubApplication()
	list := func() (out []string) {
		for _, r := range app.Routes() {
			out = append(out, r.Method+" "+r.Path)
		}
		return out
	}
	if got, want := list(), []string{"GET /app", " /subapi/{path...}", "GET /subapi/sub"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	sub.Post("/late", message("late"), brio.Name("late"))
	app.Get("/later", message("later"), brio.Name("later"))
	if got, want := list(), []string{"GET /app", " /subapi/{path...}", "GET /subapi/sub", "POST /subapi/late", "GET /later"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestURLsReachMountedApps: a name that the app does not have is that of a mounted App, with the prefix of the mount, as in Starlette. Inside
// of the mounted App its own names count.
func TestURLsReachMountedApps(t *testing.T) {
	t.Parallel()
	inner := brio.New(testkit.Quiet())
	inner.Get("/users/{id}", func(r *http.Request) (string, error) { return brio.URLFor(r, "readUser", "id", 7) }, brio.Name("readUser"))
	inner.Get("/", func() string { return "" }, brio.Name("home"))
	tenants := brio.NewRouter(brio.Prefix("/tenants/{tenant}"))
	tenants.Mount("/admin", inner)
	app := brio.New(testkit.Quiet())
	app.Get("/home", func() string { return "" }, brio.Name("home"))
	app.Include(tenants)
	if got, err := app.URL("readUser", "tenant", "a b", "id", 3); got != "/tenants/a%20b/admin/users/3" || err != nil {
		t.Errorf("a name of the mounted App: got %q, %v", got, err)
	}
	if got, err := app.URL("home"); got != "/home" || err != nil {
		t.Errorf("a name of both: got %q, %v", got, err)
	}
	if got, err := app.URL("readUser", "id", 3); err == nil {
		t.Errorf("without a value for the prefix: got %q", got)
	}
	if _, err := app.URL("none"); err == nil || err.Error() != `brio: no route is called "none"` {
		t.Errorf("an unknown name: %v", err)
	}
	testkit.WantBody(t, testkit.Get(app, "/tenants/x/admin/users/1"), `"http://example.com/tenants/x/admin/users/7"`)
}
