package ends_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/background"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/middleware"
	"github.com/brio-go/brio/response"
)

// commits is a transaction that notes in what it was given to see.
func commits(saw *error, ran *bool) brio.Option {
	return brio.Depends(brio.BeforeResponse(func() func(error) error {
		return func(err error) error { *saw, *ran = err, true; return err }
	}))
}

// Over HTTP/2 runtime.Goexit resets the stream, and the connection serves on.
func TestGoexitResetsStreamOfHTTP2(t *testing.T) {
	var log testkit.Log
	app := brio.New(brio.Logger(log.Logger()))
	app.Get("/exit", func() string { runtime.Goexit(); return "" })
	app.Get("/ok", func() string { return "ok" }, brio.ResponseClass(response.TextClass))
	server := httptest.NewUnstartedServer(app)
	server.EnableHTTP2 = true
	server.StartTLS()
	defer server.Close()
	client := server.Client()
	client.Transport.(*http.Transport).TLSClientConfig.MinVersion = tls.VersionTLS12
	if res, err := client.Get(server.URL + "/exit"); err == nil {
		t.Errorf("status %d", res.StatusCode)
	}
	res, err := client.Get(server.URL + "/ok")
	if err != nil || res.ProtoMajor != 2 || res.StatusCode != 200 {
		t.Errorf("%v %v", res, err)
	}
	if n := log.Lines("Goexit"); n != 1 {
		t.Errorf("%d lines\n%s", n, &log)
	}
}

// The end of a goroutine is logged once, whatever middleware is around, Timeout included, whose handler has a goroutine of
// its own.
func TestGoexitIsLoggedOnce(t *testing.T) {
	plain := func(next http.Handler) http.Handler { return http.HandlerFunc(next.ServeHTTP) }
	exits := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { runtime.Goexit() })
	}
	for name, opts := range map[string][]brio.Option{
		"in a handler":                {brio.Use(plain)},
		"under Timeout":               {brio.Use(middleware.Timeout(time.Minute))},
		"under Compress and Timeout":  {brio.Use(middleware.Compress(), middleware.Timeout(time.Minute))},
		"in middleware":               {brio.Use(plain, exits)},
		"in middleware under Timeout": {brio.Use(middleware.Timeout(time.Minute), exits)},
	} {
		t.Run(name, func(t *testing.T) {
			var log testkit.Log
			app := brio.New(brio.Logger(log.Logger()), opts[0].(brio.AppOption))
			app.Get("/", func() string { runtime.Goexit(); return "" }, brio.Use(plain))
			url := testkit.Serve(t, app)
			if res, err := http.Get(url); err == nil {
				t.Errorf("status %d", res.StatusCode)
			}
			if n := log.Lines("Goexit"); n != 1 {
				t.Errorf("%d lines\n%s", n, &log)
			}
		})
	}
}

// A function of Around may call next in another goroutine. When that one is ended the request is a failure all the same.
func TestGoexitBehindAroundIsFailure(t *testing.T) {
	var saw error
	var ran bool
	app := brio.New(brio.Logger((&testkit.Log{}).Logger()), commits(&saw, &ran).(brio.AppOption),
		brio.Around(func(_ *http.Request, next func() (*brio.Response, error)) (*brio.Response, error) {
			done := make(chan bool)
			go func() {
				defer close(done)
				_, _ = next()
			}()
			<-done
			return response.Text("fallback"), nil
		}))
	app.Get("/", func() string { runtime.Goexit(); return "" })
	testkit.WantStatus(t, testkit.Get(app, "/"), 500)
	if !ran || saw == nil {
		t.Errorf("the transaction saw %v, ran %t", saw, ran)
	}
}

// outside runs f in a goroutine that f may end.
func outside(t *testing.T, f func()) {
	t.Helper()
	done := make(chan bool)
	go func() {
		defer close(done)
		f()
	}()
	testkit.Receive(t, done, "the end of the goroutine")
}

// Each clean-up runs, and the app ends what it has started, whatever function of them calls runtime.Goexit.
func TestGoexitOutsideOfRequests(t *testing.T) {
	var order []string
	note := func(s string) { order = append(order, s) }
	lifespan := func(name string, begin, end func()) brio.AppOption {
		return brio.Lifespan(func(context.Context) (func(context.Context) error, error) {
			begin()
			note(name + " begins")
			return func(context.Context) error { note(name + " ends"); end(); return nil }, nil
		}).(brio.AppOption)
	}
	var log testkit.Log
	app := brio.New(brio.Logger(log.Logger()), lifespan("a", func() {}, func() {}), lifespan("b", runtime.Goexit, func() {}))
	outside(t, func() { _ = app.Start(t.Context()) })
	if err := app.Start(t.Context()); err == nil || !strings.Contains(err.Error(), "Goexit") {
		t.Errorf("Start after a lifespan that called Goexit: %v", err)
	}
	app = brio.New(brio.Logger(log.Logger()), lifespan("c", func() {}, func() {}), lifespan("d", func() {}, runtime.Goexit))
	if err := app.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	outside(t, func() { _ = app.Shutdown(t.Context()) })
	var saw []error
	app = brio.New(brio.Logger(log.Logger()), brio.Provide(func() (*tx, func(error)) { return &tx{}, func(err error) { saw = append(saw, err) } },
		func(*tx) (*session, func(error)) {
			return &session{}, func(err error) { saw = append(saw, err); runtime.Goexit() }
		}))
	outside(t, func() { _ = app.Resolve(t.Context(), func(*session) { runtime.Goexit() }) })
	if got := strings.Join(order, ", "); got != "a begins, a ends, c begins, d begins, d ends, c ends" {
		t.Error(got)
	}
	if len(saw) != 2 || saw[0] == nil || saw[1] == nil {
		t.Errorf("the clean-ups saw %v", saw)
	}
}

// A task that calls runtime.Goexit is not waited for: the shutdown is over before the grace period is.
func TestGoexitInTaskDoesNotHoldShutdown(t *testing.T) {
	var log testkit.Log
	app := brio.New(brio.Logger(log.Logger()))
	app.Get("/", func(tasks *brio.BackgroundTasks) string {
		tasks.Add(func(context.Context) error { runtime.Goexit(); return nil })
		tasks.Add(func(context.Context) error { t.Error("the second task ran"); return nil })
		return "x"
	})
	outside(t, func() { testkit.Get(app, "/") })
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	done := make(chan error, 1)
	go func() { done <- app.Shutdown(ctx) }()
	if err := testkit.Receive(t, done, "Shutdown"); err != nil {
		t.Error(err)
	}
	if n := log.Lines("tasks=2 begun=1 not_run=1"); n != 1 || log.Lines("Goexit") != 1 {
		t.Errorf("%d lines\n%s", n, &log)
	}
}

// refused are answers that cannot be sent.
func refused(t *testing.T) map[string]func() *brio.Response {
	gone := filepath.Join(t.TempDir(), "a.txt")
	reader := response.Reader("a/b", strings.NewReader("x"))
	testkit.Get(func() *brio.App {
		app := brio.New()
		app.Get("/", func() *brio.Response { return reader })
		return app
	}(), "/")
	return map[string]func() *brio.Response{
		"a line break in a header":        func() *brio.Response { return response.Text("x").SetHeader("X-A", "a\nb") },
		"a control character in a header": func() *brio.Response { return response.Text("x").SetHeader("X-A", "a\x1bb") },
		"DEL in a header":                 func() *brio.Response { return response.Text("x").AddHeader("X-A", "1").AddHeader("X-A", "\x7f") },
		"a name that is no token":         func() *brio.Response { return response.Text("x").SetHeader("X A", "1") },
		"a raw cookie":                    func() *brio.Response { return response.Text("x").AddHeader("Set-Cookie", "a=\x01") },
		"a cookie": func() *brio.Response {
			return response.Text("x").SetCookie(&http.Cookie{Name: "a", Value: "\x01"})
		},
		"a media type":         func() *brio.Response { return response.Bytes("text/\x01", []byte("x")) },
		"status 101":           func() *brio.Response { return response.Text("x").Status(101) },
		"status 199":           func() *brio.Response { return response.Text("x").Status(199) },
		"status 600":           func() *brio.Response { return response.Text("x").Status(600) },
		"status 999":           func() *brio.Response { return response.Text("x").Status(999) },
		"status -1":            func() *brio.Response { return response.Text("x").Status(-1) },
		"no JSON":              func() *brio.Response { return response.JSON(func() {}) },
		"no file":              func() *brio.Response { return response.File(gone) },
		"a file that vanishes": func() *brio.Response { return response.FileIn(vanishing{}, "a.txt") },
		"a stream's header": func() *brio.Response {
			return response.Stream("a/b", func(func([]byte) bool) { t.Error("the stream ran") }).SetHeader("X-A", "\x00")
		},
		"a stream that was sent":   func() *brio.Response { return reader },
		"an error with status 200": func() *brio.Response { return brio.Error(200, "x").Response() },
		"an error with status 101": func() *brio.Response { return brio.Error(101, "x").Response() },
		"an error with status 600": func() *brio.Response { return brio.Error(600, "x").Response() },
	}
}

// vanishing is a file system whose files are there until they are opened.
type vanishing struct{ fstest.MapFS }

func (vanishing) Open(string) (fs.File, error) { return nil, errors.New("permission denied") }

func (vanishing) Stat(name string) (fs.FileInfo, error) {
	return fstest.MapFS{name: {Data: []byte("x")}}.Stat(name)
}

// What cannot be sent is found before clean-ups of BeforeResponse commit, in whatever way the Response comes to be the answer.
func TestRefusedAnswersCommitNothing(t *testing.T) {
	next := func(_ *http.Request, next func() (*brio.Response, error)) (*brio.Response, error) { return next() }
	for name, make := range refused(t) {
		for way, route := range map[string]func(app *brio.App, o brio.RouteOption){
			"returned": func(app *brio.App, o brio.RouteOption) { app.Get("/", make, o) },
			"as any":   func(app *brio.App, o brio.RouteOption) { app.Get("/", func() any { return make() }, o) },
			"with MergeAlways": func(app *brio.App, o brio.RouteOption) {
				app.Get("/", func(*brio.Response) *brio.Response { return make() }, o, brio.MergeAlways())
			},
			"through Around": func(app *brio.App, o brio.RouteOption) { app.Get("/", make, o, brio.Around(next)) },
			"of Around": func(app *brio.App, o brio.RouteOption) {
				app.Get("/", func() string { return "x" }, o, brio.Around(func(_ *http.Request, next func() (*brio.Response, error)) (*brio.Response, error) {
					_, _ = next()
					return make(), nil
				}))
			},
			"of Around alone": func(app *brio.App, o brio.RouteOption) {
				app.Get("/", func() string { return "x" }, o, brio.Around(func(*http.Request, func() (*brio.Response, error)) (*brio.Response, error) { return make(), nil }))
			},
		} {
			var saw error
			var ran bool
			var log testkit.Log
			app := brio.New(brio.Logger(log.Logger()))
			route(app, commits(&saw, &ran))
			w := testkit.Get(app, "/")
			if w.Code != 500 || ran && saw == nil || !ran && way != "of Around alone" || !strings.Contains(log.String(), "level=ERROR") {
				t.Errorf("%s, %s: status %d, the transaction ran %t and saw %v\n%s", name, way, w.Code, ran, saw, &log)
			}
		}
	}
}

// What functions set on the temporal Response is asked before the commit, too.
func TestRefusedTemporalResponsesCommitNothing(t *testing.T) {
	for name, set := range map[string]func(*brio.Response){
		"header":     func(res *brio.Response) { res.SetHeader("X-A", "\x02") },
		"map":        func(res *brio.Response) { res.Header()["X-A"] = []string{"1", "\x7f"} },
		"cookie":     func(res *brio.Response) { res.SetCookie(&http.Cookie{Name: "a", Value: "\n"}) },
		"media type": func(res *brio.Response) { res.MediaType("a/\x1f") },
		"status":     func(res *brio.Response) { res.Status(600) },
		"interim":    func(res *brio.Response) { res.Status(103) },
		"hints":      func(res *brio.Response) { res.EarlyHints("</a\r\nX-A: b>") },
	} {
		for kind, handler := range map[string]any{
			"value":   func(res *brio.Response) int { set(res); return 1 },
			"nothing": func(res *brio.Response) { set(res) },
			"itself":  func(res *brio.Response) *brio.Response { set(res); return res },
			"stream": func(res *brio.Response) iter.Seq[int] {
				set(res)
				return func(func(int) bool) { t.Error("the stream ran") }
			},
		} {
			var saw error
			var ran bool
			app := brio.New(brio.Logger((&testkit.Log{}).Logger()))
			app.Get("/", handler, commits(&saw, &ran))
			if w := testkit.Get(app, "/"); w.Code != 500 || !ran || saw == nil {
				t.Errorf("%s, %s: status %d, the transaction ran %t and saw %v", name, kind, w.Code, ran, saw)
			}
		}
	}
}

// A tab and the bytes of other alphabets are legal in a header value (RFC 9110, 5.5).
func TestLegalHeaderValuesLeave(t *testing.T) {
	app := brio.New()
	app.Get("/", func(res *brio.Response) { res.SetHeader("X-A", "a\tb é\xff longer than a word") })
	w := testkit.Get(app, "/")
	testkit.WantStatus(t, w, 204)
	testkit.WantHeader(t, w, "X-A", "a\tb é\xff longer than a word")
}

// The conditions and the range of a request for a file are asked before the commit; the refusal has its headers.
func TestFileConditionsCommitNothing(t *testing.T) {
	files := fstest.MapFS{"a.txt": {Data: []byte("abc"), ModTime: time.Unix(1e9, 0)}}
	for name, c := range map[string]struct {
		key, value string
		status     int
		commits    bool
	}{
		"a range that is not there":   {"Range", "bytes=9-", 416, false},
		"a tag that is another":       {"If-Match", `"x"`, 412, false},
		"changed since":               {"If-Unmodified-Since", "Sat, 01 Jan 2000 00:00:00 GMT", 412, false},
		"what the client has":         {"If-Modified-Since", "Sun, 09 Sep 2001 01:46:40 GMT", 304, true},
		"a range that is there":       {"Range", "bytes=1-", 206, true},
		"a range that cannot be read": {"Range", "lines=1-", 200, true},
	} {
		var saw error
		var ran bool
		app := brio.New(brio.Logger((&testkit.Log{}).Logger()))
		app.Get("/", func() *brio.Response { return response.FileIn(files, "a.txt") }, commits(&saw, &ran))
		w := testkit.Get(app, "/", c.key, c.value)
		if w.Code != c.status || !ran || (saw == nil) != c.commits {
			t.Errorf("%s: status %d, the transaction ran %t and saw %v", name, w.Code, ran, saw)
		}
		if c.status == 416 {
			testkit.WantHeader(t, w, "Content-Range", "bytes */3")
		}
	}
}

// Jobs that cannot be handed over are found before the commit.
func TestRefusedJobsCommitNothing(t *testing.T) {
	queue := background.QueueFunc(func(context.Context, background.Job) error { return nil })
	for name, c := range map[string]struct {
		payload any
		opts    []brio.RouteOption
	}{
		"a payload without a JSON form": {func() {}, []brio.RouteOption{brio.TaskQueue(queue)}},
		"no queue":                      {1, nil},
	} {
		var saw error
		var ran bool
		app := brio.New(brio.Logger((&testkit.Log{}).Logger()))
		app.Get("/", func(tasks *brio.BackgroundTasks) { tasks.Enqueue("job", c.payload) }, append(c.opts, commits(&saw, &ran))...)
		if w := testkit.Get(app, "/"); w.Code != 500 || !ran || saw == nil {
			t.Errorf("%s: status %d, the transaction ran %t and saw %v", name, w.Code, ran, saw)
		}
	}
}

// closer is a reader that notes its end.
type closer struct {
	io.Reader
	closed int
}

func (c *closer) Close() error { c.closed++; return nil }

// The reader of a Response that is not sent is closed, once.
func TestReadersOfUnsentResponsesAreClosed(t *testing.T) {
	fails := errors.New("canary")
	for name, opts := range map[string][]brio.RouteOption{
		"sent":    nil,
		"refused": {brio.Depends(brio.BeforeResponse(func() func() error { return func() error { return fails } }))},
		"replaced": {brio.Around(func(_ *http.Request, next func() (*brio.Response, error)) (*brio.Response, error) {
			_, _ = next()
			return response.Text("x"), nil
		})},
		"an error after": {brio.Around(func(_ *http.Request, next func() (*brio.Response, error)) (*brio.Response, error) {
			_, _ = next()
			return nil, fails
		})},
	} {
		c := &closer{Reader: strings.NewReader("x")}
		app := brio.New(brio.Logger((&testkit.Log{}).Logger()))
		app.Get("/", func() *brio.Response { return response.Reader("a/b", c) }, opts...)
		testkit.Get(app, "/")
		if c.closed != 1 {
			t.Errorf("%s: closed %d times", name, c.closed)
		}
	}
	c := &closer{Reader: strings.NewReader("x")}
	app := brio.New(brio.Logger((&testkit.Log{}).Logger()))
	app.Get("/", func() (*brio.Response, error) { return response.Reader("a/b", c), fails })
	if testkit.Get(app, "/"); c.closed != 1 {
		t.Errorf("beside an error: closed %d times", c.closed)
	}
}

// An error has a status of 400 to 599 wherever it comes from: after a rollback no client reads success.
func TestErrorsHaveStatusesOfErrors(t *testing.T) {
	for _, status := range []int{-1, 1, 101, 103, 200, 204, 302, 399, 600, 999} {
		app := brio.New(brio.Logger((&testkit.Log{}).Logger()), brio.Use(func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path == "/middleware" {
					brio.WriteError(w, r, brio.Error(status, "x"))
					return
				}
				next.ServeHTTP(w, r)
			})
		}))
		app.Get("/error", func() error { return brio.Error(status, "x") })
		app.Get("/wrapped", func() error { return fmt.Errorf("a: %w", brio.Error(status, "x")) })
		app.Get("/response", func() *brio.Response { return brio.Error(status, "x").Response() })
		app.Get("/handler", func() error { return errors.New("x") }, brio.OnError(func(*http.Request, error) *brio.Response { return brio.Error(status, "x").Response() }))
		app.Get("/middleware", func() {})
		for _, path := range []string{"/error", "/wrapped", "/response", "/handler", "/middleware"} {
			if w := testkit.Get(app, path); w.Code != 500 {
				t.Errorf("%s with status %d: %d", path, status, w.Code)
			}
		}
		bad := brio.New()
		bad.Get("/", func() {}, brio.Status(status))
		if err := bad.Check(); status/100 != 2 && status/100 != 3 && err == nil {
			t.Errorf("Status(%d) is legal", status)
		}
	}
}

// What an iterator sets before its first item is sent, after the commit; functions of Around keep what they have set.
func TestFirstItemSetsHeadersAfterCommit(t *testing.T) {
	for _, around := range []bool{false, true} {
		var saw error
		var ran bool
		opts := []brio.RouteOption{commits(&saw, &ran)}
		if around {
			opts = append(opts, brio.Around(func(_ *http.Request, next func() (*brio.Response, error)) (*brio.Response, error) {
				out, err := next()
				return out.SetHeader("X-Around", "1"), err
			}))
		}
		app := brio.New()
		app.Get("/", func(res *brio.Response) iter.Seq[bool] {
			res.SetHeader("X-A", "handler").AddHeader("Vary", "A").SetHeader("X-B", "handler")
			return func(yield func(bool) bool) {
				res.SetHeader("X-A", "item").AddHeader("Vary", "B").Status(203).Header().Del("X-B")
				res.SetCookie(&http.Cookie{Name: "c", Value: "1"})
				if yield(ran) {
					yield(ran)
				}
			}
		}, opts...)
		w := testkit.Get(app, "/")
		testkit.WantStatus(t, w, 203)
		testkit.WantBody(t, w, "true\ntrue\n")
		testkit.WantHeader(t, w, "X-A", "item")
		testkit.WantHeader(t, w, "X-B")
		testkit.WantHeader(t, w, "Vary", "A", "B")
		testkit.WantHeader(t, w, "Set-Cookie", "c=1")
		if around {
			testkit.WantHeader(t, w, "X-Around", "1")
		}
	}
}

// cycles are values that contain themselves.
func cycles() map[string]any {
	m := map[string]any{}
	m["m"] = m
	s := []any{nil, nil}
	s[0], s[1] = s, s
	type named []any
	n := named{nil}
	n[0] = n
	type node struct{ Next any }
	p := &node{}
	p.Next = map[string]any{"p": p, "self": []any{p}}
	inside := struct{ M map[string]any }{m}
	e := brio.Error(400, nil)
	e.Detail = map[string]any{"e": e}
	caused := brio.Error(400, "x")
	caused.Cause = caused
	looped := &loop{}
	deep := any("x")
	for range 200_000 {
		deep = []any{deep}
	}
	return map[string]any{"map": m, "slice": s, "named": n, "pointer": p, "inside": inside, "error": e, "cause": caused, "loop": looped, "deep": deep,
		"key": map[any]any{node{m}.Next.(map[string]any)["x"]: m}}
}

// loop is an error that wraps itself.
type loop struct{}

func (*loop) Error() string   { return "loop" }
func (e *loop) Unwrap() error { return e }

// A value that contains itself is a clean 500 wherever it stands, and an error that wraps itself ends: no request may end
// the process.
func TestCyclesDoNotEndProcess(t *testing.T) {
	if os.Getenv("BRIO_CYCLES") == "" {
		ctx, cancel := context.WithTimeout(t.Context(), 10*testkit.Patience) // against a hang: the race detector beside other load is slow
		defer cancel()
		c := exec.CommandContext(ctx, os.Args[0], "-test.run=^TestCyclesDoNotEndProcess$")
		c.Env = append(os.Environ(), "BRIO_CYCLES=1")
		if out, err := c.CombinedOutput(); err != nil {
			t.Errorf("%v\n%.3000s", err, out)
		}
		return
	}
	debug.SetMaxStack(64 << 20)
	for name, v := range cycles() {
		for format, opts := range map[string][]brio.AppOption{
			"default": nil, "problems": {brio.ProblemDetails()}, "compat": {brio.FastAPICompat()}, "debug": {brio.Debug(true)},
			"messages": {brio.Messages(brio.Catalogue{Language: "de", Kinds: map[string]string{"x": "{c}"}}), brio.ErrorKind("x", "c")},
		} {
			app := brio.New(append(opts, brio.Logger((&testkit.Log{}).Logger()), brio.Use(func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					switch r.URL.Path {
					case "/write":
						brio.WriteError(w, r, brio.Error(400, v))
					case "/throw":
						panic(v)
					default:
						next.ServeHTTP(w, r)
					}
				})
			}))...)
			asError := func() error {
				if err, ok := v.(error); ok {
					return err
				}
				return brio.Error(400, v)
			}
			app.Get("/detail", func() error { return brio.Error(400, v) })
			app.Get("/error", asError)
			app.Get("/wrapped", func() error { return fmt.Errorf("a: %w", errors.Join(asError(), asError())) })
			app.Get("/response", func() *brio.Response { return brio.Error(400, v).Response() })
			app.Get("/cause", func() error { return brio.Error(400, "x").WithCause(asError()) })
			app.Get("/panic", func() int { panic(v) })
			app.Get("/ctx", func() error {
				return &brio.ValidationError{Errors: []brio.ErrorDetail{{Type: "x", Loc: []any{"a"}, Msg: "m", Input: v, Ctx: map[string]any{"c": v}}}}
			})
			app.Get("/loc", func() error { return &brio.ValidationError{Errors: []brio.ErrorDetail{{Type: "x", Loc: []any{v}}}} })
			app.Get("/value", func() any { return v })
			app.Get("/struct", func() error { return brio.Error(400, response.Detail{Detail: v}) })
			app.Get("/task", func(tasks *brio.BackgroundTasks) { tasks.Add(func(context.Context) error { panic(v) }) })
			app.Get("/cleanup", func() {}, brio.Depends(func() func() { return func() { panic(v) } }))
			app.Get("/stream", func() iter.Seq[any] { return func(yield func(any) bool) { yield(v) } })
			app.Get("/write", func() {})
			app.Get("/throw", func() {})
			for _, r := range app.Routes() {
				w := httptest.NewRecorder()
				app.ServeHTTP(w, httptest.NewRequest("GET", r.Path, nil))
				if w.Code < 200 {
					t.Errorf("%s, %s, %s: %d %.200s", name, format, r.Path, w.Code, w.Body)
				}
			}
		}
	}
}

// Tasks that running tasks add run, whichever list they add to; all others are logged, once.
func TestNoTaskVanishes(t *testing.T) {
	type world struct {
		ran  []string
		kept *brio.BackgroundTasks
		res  *brio.Response
	}
	fails := errors.New("canary")
	for name, c := range map[string]struct {
		handler func(w *world) any
		opts    func(w *world) []brio.RouteOption
		ran     string
		log     int // tasks that were logged as not run
	}{
		"a task of a task": {handler: func(w *world) any {
			return func(tasks *brio.BackgroundTasks) {
				tasks.Add(func(context.Context) error {
					tasks.Add(func(context.Context) error {
						tasks.Add(func(context.Context) error { w.ran = append(w.ran, "3"); return nil })
						w.ran = append(w.ran, "2")
						return nil
					})
					w.ran = append(w.ran, "1")
					return nil
				})
			}
		}, ran: "1 2 3"},
		"a task of another list": {handler: func(w *world) any {
			return func(res *brio.Response, tasks *brio.BackgroundTasks) {
				tasks.Add(func(context.Context) error {
					res.Background(func(context.Context) error {
						tasks.Add(func(context.Context) error { w.ran = append(w.ran, "3"); return nil })
						w.ran = append(w.ran, "2")
						return nil
					})
					w.ran = append(w.ran, "1")
					return nil
				})
			}
		}, ran: "1 2 3"},
		"a task of the returned Response": {handler: func(w *world) any {
			return func(tasks *brio.BackgroundTasks) *brio.Response {
				out := response.Text("x")
				tasks.Add(func(context.Context) error {
					out.Background(func(context.Context) error {
						out.Background(func(context.Context) error { w.ran = append(w.ran, "3"); return nil })
						w.ran = append(w.ran, "2")
						return nil
					})
					w.ran = append(w.ran, "1")
					return nil
				})
				return out
			}
		}, ran: "1 2 3"},
		"a late clean-up": {handler: func(*world) any { return func() {} }, opts: func(w *world) []brio.RouteOption {
			return []brio.RouteOption{brio.Depends(func(tasks *brio.BackgroundTasks, res *brio.Response) func() {
				return func() {
					tasks.Add(func(context.Context) error { w.ran = append(w.ran, "1"); return nil })
					res.Background(func(context.Context) error { w.ran = append(w.ran, "1"); return nil })
				}
			})}
		}, log: 2},
		"beside an error": {handler: func(w *world) any {
			return func() (*brio.Response, error) {
				return response.Text("x").Background(func(context.Context) error { w.ran = append(w.ran, "1"); return nil }), fails
			}
		}, log: 1},
		"refused": {handler: func(w *world) any {
			return func() *brio.Response {
				return response.JSON(func() {}).Background(func(context.Context) error { w.ran = append(w.ran, "1"); return nil })
			}
		}, log: 1},
		"a commit that fails": {handler: func(w *world) any {
			return func() *brio.Response {
				return response.Text("x").Background(func(context.Context) error { w.ran = append(w.ran, "1"); return nil })
			}
		}, opts: func(*world) []brio.RouteOption {
			return []brio.RouteOption{brio.Depends(brio.BeforeResponse(func() func() error { return func() error { return fails } }))}
		}, log: 1},
		"replaced by Around": {handler: func(w *world) any {
			return func() *brio.Response {
				return response.Text("x").Background(func(context.Context) error { w.ran = append(w.ran, "1"); return nil })
			}
		}, opts: func(w *world) []brio.RouteOption {
			replace := func(name string) brio.RouteOption {
				return brio.Around(func(_ *http.Request, next func() (*brio.Response, error)) (*brio.Response, error) {
					_, _ = next()
					return response.Text("y").Background(func(context.Context) error { w.ran = append(w.ran, name); return nil }), nil
				})
			}
			return []brio.RouteOption{replace("3"), replace("2")}
		}, ran: "1 2 3"},
		"an error of Around": {handler: func(w *world) any {
			return func(tasks *brio.BackgroundTasks) *brio.Response {
				tasks.Add(func(context.Context) error { w.ran = append(w.ran, "1"); return nil })
				return response.Text("x").Background(func(context.Context) error { w.ran = append(w.ran, "2"); return nil })
			}
		}, opts: func(w *world) []brio.RouteOption {
			return []brio.RouteOption{brio.Around(func(_ *http.Request, next func() (*brio.Response, error)) (*brio.Response, error) {
				out, _ := next()
				out.Background(func(context.Context) error { w.ran = append(w.ran, "3"); return nil })
				return out, fails
			})}
		}, log: 3},
		"of an error handler that cannot be sent": {handler: func(*world) any { return func() error { return fails } }, opts: func(w *world) []brio.RouteOption {
			return []brio.RouteOption{brio.OnError(func(*http.Request, error) *brio.Response {
				return response.Text("x").Status(600).Background(func(context.Context) error { w.ran = append(w.ran, "1"); return nil })
			})}
		}, log: 1},
		"of an error handler": {handler: func(*world) any { return func() error { return fails } }, opts: func(w *world) []brio.RouteOption {
			return []brio.RouteOption{brio.OnError(func(*http.Request, error) *brio.Response {
				return response.Text("x").Status(500).Background(func(context.Context) error { w.ran = append(w.ran, "1"); return nil })
			})}
		}, ran: "1"},
		"behind one that fails": {handler: func(w *world) any {
			return func(tasks *brio.BackgroundTasks, res *brio.Response) {
				tasks.Add(func(context.Context) error {
					tasks.Add(func(context.Context) error { w.ran = append(w.ran, "2"); return nil })
					return fails
				})
				res.Background(func(context.Context) error { w.ran = append(w.ran, "3"); return nil })
			}
		}, log: 2},
		"after the end": {handler: func(w *world) any {
			return func(tasks *brio.BackgroundTasks, res *brio.Response) { w.kept, w.res = tasks, res }
		}, log: 2},
	} {
		t.Run(name, func(t *testing.T) {
			var log testkit.Log
			w := &world{}
			var opts []brio.RouteOption
			if c.opts != nil {
				opts = c.opts(w)
			}
			app := brio.New(brio.Logger(log.Logger()))
			app.Get("/", c.handler(w), opts...)
			testkit.Get(app, "/")
			if w.kept != nil {
				w.kept.Add(func(context.Context) error { w.ran = append(w.ran, "1"); return nil })
				w.res.Background(func(context.Context) error { w.ran = append(w.ran, "2"); return nil })
			}
			lost := 0
			for n := 1; n < 4; n++ {
				lost += n * log.Lines(fmt.Sprintf("not_run=%d", n))
			}
			if got := strings.Join(w.ran, " "); got != c.ran || lost != c.log {
				t.Errorf("ran %q, want %q; %d were logged, want %d\n%s", got, c.ran, lost, c.log, &log)
			}
		})
	}
}

// Jobs of a background task are handed over when the tasks have run; those that come later are logged.
func TestNoJobVanishes(t *testing.T) {
	var log testkit.Log
	var jobs bytes.Buffer
	var kept *brio.BackgroundTasks
	app := brio.New(brio.Logger(log.Logger()), brio.TaskQueue(background.QueueFunc(func(_ context.Context, j background.Job) error {
		fmt.Fprintf(&jobs, "%s %s ", j.Name, j.Payload)
		return nil
	})))
	app.Get("/", func(tasks *brio.BackgroundTasks) iter.Seq[int] {
		kept = tasks
		tasks.Enqueue("handler", 1)
		tasks.Add(func(context.Context) error { tasks.Enqueue("task", 3); return nil })
		return func(yield func(int) bool) {
			_ = yield(1)
			tasks.Enqueue("item", 2)
		}
	}, brio.Depends(func(tasks *brio.BackgroundTasks) func() { return func() { tasks.Enqueue("clean-up", 4) } }))
	testkit.Get(app, "/")
	kept.Enqueue("late", 5)
	if got := jobs.String(); got != "handler 1 item 2 task 3 " {
		t.Error(got)
	}
	if log.Lines("job=clean-up") != 1 || log.Lines("job=late") != 1 {
		t.Error(log.String())
	}
}
