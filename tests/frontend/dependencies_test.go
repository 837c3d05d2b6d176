package frontend_test

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

// Guards and dependencies of app, router and Include run before the file is looked for.
func TestFrontendRunsDependencies(t *testing.T) {
	t.Parallel()
	var trace testkit.Trace
	router := brio.NewRouter(brio.Depends(trace.Guard("router")))
	router.Frontend("/", testkit.Files("index.html", "app", "404.html", "none"))
	app := brio.New(testkit.Quiet(), brio.Depends(trace.Guard("app")))
	app.Include(router, brio.Prefix("/ui"), brio.Depends(trace.Guard("include")))
	for _, tc := range []struct {
		method, path string
		status       int
		trace        string
	}{
		{"GET", "/ui/", 200, "app, include, router"},
		{"HEAD", "/ui/", 200, "app, include, router"},
		{"GET", "/ui", 307, "app, include, router"},
		{"GET", "/ui/none", 404, "app, include, router"},
		{"POST", "/ui/", 405, ""},
		{"POST", "/ui/none", 404, ""},
		{"GET", "/elsewhere", 404, ""},
	} {
		testkit.WantStatus(t, testkit.Do(app, tc.method, tc.path, ""), tc.status)
		trace.Want(t, tc.trace)
	}
}

func TestFrontendBehindGuard(t *testing.T) {
	t.Parallel()
	guard := func(in *struct {
		Session string `cookie:"session,omitempty"`
	}) error {
		if in.Session != "secret" {
			return brio.Error(401, "log in")
		}
		return nil
	}
	app := brio.New(testkit.Quiet(), brio.Depends(guard))
	app.Frontend("/", testkit.Files("index.html", "app", "a.txt", "abc"))
	for _, path := range []string{"/", "/a.txt", "/none"} {
		testkit.WantStatus(t, testkit.Get(app, path, html...), 401)
	}
	testkit.WantBody(t, testkit.Get(app, "/a.txt", "Cookie", "session=secret"), "abc")
}

// Headers, cookies and tasks of the temporal Response count. Its status does not, and what describes the file is the file's.
func TestFrontendAddsTemporalResponse(t *testing.T) {
	t.Parallel()
	tasks := make(chan string, 8)
	guard := func(r *brio.Response, b *brio.BackgroundTasks, in *http.Request) {
		r.Status(201).SetHeader("X-Guard", "1").SetHeader("Content-Type", "text/csv").SetHeader("Cache-Control", "no-store")
		r.SetCookie(&http.Cookie{Name: "seen", Value: "1"})
		b.Add(func(context.Context) error {
			tasks <- in.URL.Path
			return nil
		})
	}
	app := brio.New(testkit.Quiet(), brio.Depends(guard))
	app.Frontend("/", testkit.Files("index.html", "app", "404.html", "none", "a.txt", "abc", "about/index.html", "about"))
	tag := testkit.Get(appOf(testkit.Files("a.txt", "abc")), "/a.txt").Header().Get("ETag")
	for _, tc := range []struct {
		path   string
		match  string
		status int
		body   string
		typ    []string
	}{
		{"/a.txt", "", 200, "abc", []string{"text/plain; charset=utf-8"}},
		{"/a.txt", tag, 304, "", nil},
		{"/about", "", 307, "", nil},
		{"/none", "", 404, "none", []string{"text/html; charset=utf-8"}},
	} {
		w := testkit.Get(app, tc.path, "If-None-Match", tc.match)
		testkit.WantStatus(t, w, tc.status)
		testkit.WantBody(t, w, tc.body)
		testkit.WantHeader(t, w, "X-Guard", "1")
		testkit.WantHeader(t, w, "Set-Cookie", "seen=1")
		testkit.WantHeader(t, w, "Cache-Control", "no-store")
		testkit.WantHeader(t, w, "Content-Type", tc.typ...)
		if got := testkit.Receive(t, tasks, "a task"); got != tc.path {
			t.Errorf("the task of %s ran, want that of %s", got, tc.path)
		}
	}
}

// Middleware of the router and Around run; an error handler of the router answers for missing files.
func TestFrontendInRouter(t *testing.T) {
	t.Parallel()
	var trace testkit.Trace
	router := brio.NewRouter(
		brio.Prefix("/ui"),
		brio.Use(func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				trace.Add("middleware %s %s", r.Pattern, r.PathValue("path"))
				next.ServeHTTP(w, r)
			})
		}),
		brio.Around(func(r *http.Request, next func() (*brio.Response, error)) (*brio.Response, error) {
			out, err := next()
			trace.Add("around %v", err)
			if out != nil {
				out.SetHeader("X-Around", "1")
			}
			return out, err
		}),
		brio.OnStatus(404, func(*http.Request, error) *brio.Response {
			return (&brio.Response{}).Status(404).SetHeader("X-Router", "1")
		}),
	)
	router.Frontend("/", testkit.Files("a.txt", "abc"))
	app := brio.New(testkit.Quiet())
	app.Include(router)
	w := testkit.Get(app, "/ui/a.txt")
	testkit.WantBody(t, w, "abc")
	testkit.WantHeader(t, w, "X-Around", "1")
	trace.Want(t, "middleware /ui/{path...} a.txt, around <nil>")
	w = testkit.Get(app, "/ui/none")
	testkit.WantStatus(t, w, 404)
	testkit.WantHeader(t, w, "X-Router", "1")
	trace.Want(t, "middleware /ui/{path...} none, around 404 Not Found")
	testkit.WantStatus(t, testkit.Get(app, "/ui"), 404)
	trace.Want(t, "middleware /ui/{path...} , around 404 Not Found")
}

// A Response that Around has kept sends the file again, also after the first request has ended.
func TestFrontendAroundKeepsResponse(t *testing.T) {
	t.Parallel()
	var kept *brio.Response
	app := brio.New(testkit.Quiet(), brio.Around(func(r *http.Request, next func() (*brio.Response, error)) (*brio.Response, error) {
		if kept != nil {
			return kept, nil
		}
		out, err := next()
		kept = out
		return out, err
	}))
	app.Frontend("/", testkit.Files("a.txt", "abc"))
	for range 3 {
		testkit.WantBody(t, testkit.Get(app, "/a.txt"), "abc")
	}
}

// counting counts the files that are open.
type counting struct {
	fs.FS
	open int
}

type countedFile struct {
	fs.File
	of *counting
}

func (c *counting) Open(name string) (fs.File, error) {
	f, err := c.FS.Open(name)
	if err == nil {
		c.open++
		f = &countedFile{f, c}
	}
	return f, err
}

func (f *countedFile) Close() error {
	f.of.open--
	return f.File.Close()
}

func (f *countedFile) Read(p []byte) (int, error) { return f.File.Read(p) }

func (f *countedFile) Seek(offset int64, whence int) (int64, error) {
	return f.File.(interface {
		Seek(int64, int) (int64, error)
	}).Seek(offset, whence)
}

// A clean-up that refuses the answer gets its error sent, not the file, and the file is closed.
func TestFrontendFailingCleanUp(t *testing.T) {
	t.Parallel()
	files := &counting{FS: testkit.Files("a.txt", "secret")}
	app := brio.New(testkit.Quiet(), brio.Depends(brio.BeforeResponse(func() func() error { return func() error { return errors.New("no commit") } })))
	app.Frontend("/", files)
	w := testkit.Get(app, "/a.txt")
	testkit.WantStatus(t, w, 500)
	testkit.WantBody(t, w, `{"detail":"Internal Server Error"}`)
	testkit.WantHeader(t, w, "Last-Modified")
	for _, header := range []string{"If-None-Match", "If-Match"} {
		testkit.Get(app, "/a.txt", header, "*")
	}
	testkit.Get(app, "/a.txt", "Range", "bytes=99-")
	if files.open != 0 {
		t.Errorf("%d files are open", files.open)
	}
}

// The path values of the prefix are those of guards.
func TestFrontendPathValues(t *testing.T) {
	t.Parallel()
	got := make(chan string, 1)
	tenants := brio.NewRouter(brio.Prefix("/{tenant}"), brio.Depends(func(in *struct {
		Tenant string `path:"tenant"`
		Path   string `path:"path"`
	}) {
		got <- in.Tenant + " " + in.Path
	}))
	tenants.Frontend("/ui", testkit.Files("a/b.txt", "abc"))
	app := brio.New(testkit.Quiet())
	app.Include(tenants)
	testkit.WantBody(t, testkit.Get(app, "/one/ui/a/b.txt"), "abc")
	if v := testkit.Receive(t, got, "the values"); v != "one a/b.txt" {
		t.Errorf("the values are %q", v)
	}
}
