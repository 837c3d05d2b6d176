package mounts

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/middleware"
	"github.com/brio-go/brio/response"
)

type countingHandler struct{}

func (*countingHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, _ = io.WriteString(w, r.Method+" "+r.URL.Path+" "+r.Pattern+" "+r.PathValue("id"))
}

func plainFunction(w http.ResponseWriter, r *http.Request) { (*countingHandler)(nil).ServeHTTP(w, r) }

type namedFunction func(http.ResponseWriter, *http.Request)

// TestRouteTakesNetHTTPHandlers: each form of a handler of net/http answers a route by itself, and sees the path values and the pattern.
func TestRouteTakesNetHTTPHandlers(t *testing.T) {
	for name, h := range map[string]any{
		"http.Handler":     &countingHandler{},
		"http.HandlerFunc": http.HandlerFunc(plainFunction),
		"function":         plainFunction,
		"named type":       namedFunction(plainFunction),
	} {
		app := brio.New(testkit.Quiet())
		app.Get("/items/{id}", h)
		w := testkit.Get(app, "/items/3")
		testkit.WantStatus(t, w, 200)
		testkit.WantBody(t, w, "GET /items/3 /items/{id} 3")
		if w := testkit.Do(app, "POST", "/items/3", ""); w.Code != 405 {
			t.Errorf("%s: POST: %d, want 405", name, w.Code)
		}
	}
}

type query struct {
	Key string `query:"key"`
}

// TestGuardsRunBeforeNetHTTPHandler: guards refuse the request, their headers and cookies reach the answer, their status does not, and
// their tasks and clean-ups run after it.
func TestGuardsRunBeforeNetHTTPHandler(t *testing.T) {
	var order []string
	app := brio.New(testkit.Quiet())
	app.Get("/metrics", func(w http.ResponseWriter, r *http.Request) {
		order = append(order, "handler")
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Add("X-Seen", w.Header().Get("X-Guard"))
		_, _ = io.WriteString(w, "metrics")
	}, brio.Depends(func(q *query, out *brio.Response, tasks *brio.BackgroundTasks) (func(), error) {
		if q.Key != "k" {
			return nil, brio.Error(401, "key")
		}
		out.Status(201).SetHeader("X-Guard", "yes").SetHeader("Cache-Control", "public").SetCookie(cookies.New("seen", "1"))
		tasks.Add(func(context.Context) error { order = append(order, "task"); return nil })
		return func() { order = append(order, "clean-up") }, nil
	}))
	testkit.WantStatus(t, testkit.Get(app, "/metrics"), 422)
	w := testkit.Get(app, "/metrics?key=x")
	testkit.WantStatus(t, w, 401)
	testkit.WantBody(t, w, `{"detail":"key"}`)
	w = testkit.Get(app, "/metrics?key=k")
	testkit.WantStatus(t, w, 200)
	testkit.WantBody(t, w, "metrics")
	testkit.WantHeader(t, w, "X-Guard", "yes")
	testkit.WantHeader(t, w, "X-Seen", "yes")
	testkit.WantHeader(t, w, "Cache-Control", "no-store")
	if c := w.Header().Get("Set-Cookie"); !strings.HasPrefix(c, "seen=1") {
		t.Errorf("Set-Cookie: %q", c)
	}
	if got := strings.Join(order, " "); got != "handler task clean-up" {
		t.Errorf("order: %s", got)
	}
}

// TestPanicOfNetHTTPHandler: before the answer has begun it is a 500 in the app's format without headers of the handler, or the answer of
// an error handler; afterwards the connection is cut. Clean-ups see the error.
func TestPanicOfNetHTTPHandler(t *testing.T) {
	ends := make(chan error, 3)
	log := &testkit.Log{}
	app := brio.New(brio.Logger(log.Logger()))
	guard := brio.Depends(func(out *brio.Response) (func(error), error) {
		out.SetHeader("X-Guard", "yes")
		return func(err error) { ends <- err }, nil
	})
	panicking := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Set("Content-Length", "3")
		if r.URL.Query().Has("late") {
			_, _ = io.WriteString(w, "abc")
		}
		panic("secret")
	}
	app.Get("/", panicking, guard)
	app.Get("/handled", panicking, brio.OnError(func(*http.Request, error) *brio.Response { return response.Text("sorry").Status(503) }))

	w := testkit.Get(app, "/")
	testkit.WantInternalError(t, w, log, "secret")
	for _, name := range []string{"Content-Encoding", "X-Guard"} {
		if v := w.Header().Get(name); v != "" {
			t.Errorf("%s: %q is a header of the 500", name, v)
		}
	}
	if seen := testkit.Receive(t, ends, "the clean-up"); seen == nil || !strings.Contains(seen.Error(), "secret") {
		t.Errorf("the clean-up saw %v", seen)
	}
	w = testkit.Get(app, "/handled")
	testkit.WantStatus(t, w, 503)
	testkit.WantBody(t, w, "sorry")

	resp, err := http.Get(testkit.Serve(t, app) + "/?late")
	if err == nil {
		_, err = io.ReadAll(resp.Body)
		_ = resp.Body.Close()
	}
	if seen := testkit.Receive(t, ends, "the clean-up"); err == nil || seen == nil {
		t.Errorf("an answer that a panic has cut: error %v, the clean-up saw %v", err, seen)
	}
}

// TestStatusThatIsNoneIs500: net/http panics with a status of less or more than three digits before the answer begins. So it is a panic like
// any other, also behind middleware that wraps the writer.
func TestStatusThatIsNoneIs500(t *testing.T) {
	log := &testkit.Log{}
	app := brio.New(brio.Logger(log.Logger()), brio.Use(middleware.AccessLog(log.Logger())), brio.Use(middleware.GZip(500, 6)))
	app.Mount("/mounted", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Handler", "1")
		status, _ := strconv.Atoi(r.URL.Query().Get("status"))
		w.WriteHeader(status)
	}))
	url := testkit.Serve(t, app)
	for _, status := range []string{"-1", "0", "99", "1000"} {
		code, header, body := testkit.Fetch(t, url+"/mounted/?status="+status)
		if code != 500 || body != `{"detail":"Internal Server Error"}` || header.Get("X-Handler") != "" {
			t.Errorf("%s: %d %s %v", status, code, body, header)
		}
		testkit.WantContains(t, log.String(), "invalid WriteHeader code "+status)
	}
	outside := brio.New(brio.Logger(log.Logger()), brio.Use(middleware.AccessLog(log.Logger())), brio.Use(func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(7) })
	}))
	outside.Get("/", func() {})
	if code, _, body := testkit.Fetch(t, testkit.Serve(t, outside)+"/"); code != 500 || body != `{"detail":"Internal Server Error"}` {
		t.Errorf("in middleware: %d %s", code, body)
	}
	if code, _, _ := testkit.Fetch(t, url+"/mounted/?status=999"); code != 999 {
		t.Errorf("999: %d", code)
	}
}

// TestMisusedResponseStopsNetHTTPHandler: what a guard sets illegally is a 500 before the handler runs.
func TestMisusedResponseStopsNetHTTPHandler(t *testing.T) {
	app := brio.New(testkit.Quiet())
	called := false
	app.Get("/", func(http.ResponseWriter, *http.Request) { called = true }, brio.Depends(func(out *brio.Response) { out.SetHeader("X", "a\nb") }))
	testkit.WantStatus(t, testkit.Get(app, "/"), 500)
	if called {
		t.Error("the handler ran")
	}
}

// TestAroundNetHTTPHandler: functions of Around run outside of the handler. What they return does not answer a second time.
func TestAroundNetHTTPHandler(t *testing.T) {
	var order []string
	app := brio.New(testkit.Quiet())
	app.Get("/", func(w http.ResponseWriter, _ *http.Request) {
		order = append(order, "handler")
		w.WriteHeader(http.StatusTeapot)
	}, brio.Around(func(_ *http.Request, next func() (*brio.Response, error)) (*brio.Response, error) {
		order = append(order, "before")
		out, err := next()
		order = append(order, "after")
		if out == nil || err != nil {
			return nil, errors.Join(err, errors.New("no Response"))
		}
		return response.Text("another"), nil
	}))
	w := testkit.Get(app, "/")
	testkit.WantStatus(t, w, http.StatusTeapot)
	testkit.WantBody(t, w, "")
	if got := strings.Join(order, " "); got != "before handler after" {
		t.Errorf("order: %s", got)
	}
}

// TestNetHTTPHandlerHasLimitOfBody: MaxBody of the route counts, as for functions that take the request. A mount has a limit only if one
// is declared around it.
func TestNetHTTPHandlerHasLimitOfBody(t *testing.T) {
	read := func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.ReadAll(r.Body); err != nil {
			brio.WriteError(w, r, err)
		}
	}
	app := brio.New(testkit.Quiet())
	app.Post("/default", read)
	app.Post("/small", read, brio.MaxBody(3))
	app.Mount("/mounted", http.HandlerFunc(read))
	limited := brio.NewRouter(brio.MaxBody(3))
	limited.Mount("/limited", http.HandlerFunc(read))
	app.Include(limited)
	large := strings.Repeat("x", 1<<20+1)
	for _, c := range []struct {
		path, body string
		want       int
	}{
		{"/default", "abcd", 200}, {"/default", large, 413}, {"/small", "abc", 200}, {"/small", "abcd", 413},
		{"/mounted/", large, 200}, {"/limited/", "abc", 200}, {"/limited/", "abcd", 413},
	} {
		if w := testkit.Do(app, "POST", c.path, c.body); w.Code != c.want {
			t.Errorf("%s with %d bytes: %d, want %d", c.path, len(c.body), w.Code, c.want)
		}
	}
}

// TestDocumentOfNetHTTPHandler: the document has what guards read, what they may answer, and what Responds says; nothing else.
func TestDocumentOfNetHTTPHandler(t *testing.T) {
	app := brio.New(testkit.Quiet())
	guard := brio.Depends(func(q *query) error { return nil })
	app.Get("/silent", plainFunction, guard, brio.Tags("ops"))
	app.Get("/told", plainFunction, brio.Responds[brio.NoContent](204, "nothing"))
	app.Get("/model", &countingHandler{}, brio.ResponseModel[query]())
	app.Mount("/mounted", &countingHandler{})
	doc := app.OpenAPI()
	if doc == nil {
		t.Fatal(app.Check())
	}
	if len(doc.Paths) != 3 {
		t.Errorf("%d paths, want 3", len(doc.Paths))
	}
	silent := doc.Paths["/silent"].Operations["get"]
	if r := silent.Responses["200"]; r == nil || len(r.Content) > 0 || len(silent.Parameters) != 1 || silent.Responses["422"] == nil {
		t.Errorf("silent: %+v", silent)
	}
	if r := doc.Paths["/told"].Operations["get"].Responses; r["204"] == nil || r["200"] != nil {
		t.Errorf("told: %v", r)
	}
	if r := doc.Paths["/model"].Operations["get"].Responses["200"]; r == nil || r.Content["application/json"] == nil {
		t.Errorf("model: %+v", r)
	}
	if s := app.Explain("GET", "/silent"); !strings.Contains(s, "what the handler of net/http writes") {
		t.Errorf("Explain: %s", s)
	}
}

// TestMistakesOfNetHTTPHandlers: each declaration that cannot work is reported with the place of the route.
func TestMistakesOfNetHTTPHandlers(t *testing.T) {
	for name, c := range map[string]struct {
		declare func(*brio.App)
		want    []string
	}{
		"nil pointer":  {func(a *brio.App) { a.Get("/x", (*http.ServeMux)(nil)) }, []string{"GET /x", "the handler is a nil *http.ServeMux"}},
		"nil function": {func(a *brio.App) { a.Get("/x", http.HandlerFunc(nil)) }, []string{"the handler is nil"}},
		"no handler":   {func(a *brio.App) { a.Get("/x", 3) }, []string{"the handler is a int", "http.Handler"}},
		"filters":      {func(a *brio.App) { a.Get("/x", plainFunction, brio.ExcludeUnset()) }, []string{"filters"}},
		"an App":       {func(a *brio.App) { a.Get("/x", brio.New()) }, []string{"an App is the handler of a route", "Mount"}},
		"two bodies": {func(a *brio.App) {
			a.Get("/x", func(w http.ResponseWriter, r *http.Request) error { return nil })
		}, []string{"http.ResponseWriter"}},
	} {
		t.Run(name, func(t *testing.T) {
			app := brio.New(testkit.Quiet())
			c.declare(app)
			err := app.Check()
			if err == nil {
				t.Fatal("no mistake is reported")
			}
			testkit.WantContains(t, err.Error(), append(c.want, "handlers_test.go:")...)
		})
	}
}
