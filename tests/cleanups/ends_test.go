package cleanups_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
)

// The results of the dependencies of opens, and parameters of handlers.
type (
	depA struct{}
	depB struct{}
	depC struct{}

	item struct {
		Name string `json:"name"`
	}
	paging struct {
		Page int `query:"page"`
	}
)

// opens declares dependencies with each of the four forms of clean-up, and one whose clean-up is nil.
func opens(tr *testkit.Trace) brio.Option {
	return brio.Depends(
		func() func() { tr.Add("open 1"); return func() { tr.Add("close 1") } },
		func() (func() error, error) {
			tr.Add("open 2")
			return func() error { tr.Add("close 2"); return nil }, nil
		},
		func() (*depA, func(error)) {
			tr.Add("open 3")
			return nil, func(err error) { tr.Add("close 3 %s", testkit.ErrorText(err)) }
		},
		func(*depA) (depB, func(error) error, error) {
			tr.Add("open 4")
			return depB{}, func(err error) error { tr.Add("close 4 %s", testkit.ErrorText(err)); return err }, nil
		},
		func() (depC, func(), error) { tr.Add("open 5"); return depC{}, nil, nil },
	)
}

// headerWriter is a TraceWriter without steps for the body.
type headerWriter struct{ testkit.TraceWriter }

func (w headerWriter) Write(b []byte) (int, error) { return w.ResponseRecorder.Write(b) }

// opened are the first steps of a request to an app with opens.
const opened = "open 1, open 2, open 3, open 4, open 5, "

// Clean-ups run in reverse order, each once, whichever way the request ends: after the answer when the request succeeded,
// before it when it failed.
func TestCleanUpsRunInReverse(t *testing.T) {
	t.Parallel()
	failing := errors.New("plain")
	for _, c := range []struct {
		name    string
		handler any
		opts    []brio.RouteOption
		status  int
		err     string // the error that the clean-ups see, * for any
	}{
		{name: "success", handler: func() int { return 1 }, status: 200, err: "nil"},
		{name: "nothing", handler: func() {}, status: 204, err: "nil"},
		{name: "HTTP error", handler: func() error { return brio.Error(409, "x") }, status: 409, err: "409 x"},
		{name: "plain error", handler: func() error { return failing }, status: 500, err: "plain"},
		{name: "panic", handler: func() { panic("oh") }, status: 500, err: "panic: oh"},
		{name: "validation error", handler: func(*paging) {}, status: 422, err: "invalid"},
		{name: "later dependency", handler: func() {}, status: 403, err: "403 no",
			opts: []brio.RouteOption{brio.Depends(func() (func(), error) { return func() { panic("never opened") }, brio.Error(403, "no") })}},
		{name: "encoding", handler: func() *item { return nil }, status: 500, err: "*"},
		{name: "direct", handler: func() *brio.Response { return response.Text("x") }, status: 200, err: "nil"},
		{name: "direct nil", handler: func() *brio.Response { return nil }, status: 500, err: "*"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var tr testkit.Trace
			app := brio.New(testkit.Quiet(), opens(&tr))
			app.Get("/", c.handler, c.opts...)
			w := headerWriter{testkit.NewTraceWriter(&tr)}
			app.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
			testkit.WantStatus(t, w.ResponseRecorder, c.status)
			if c.err == "*" {
				tr.Rewrite(func(step string) string {
					if f := strings.SplitN(step, " ", 3); len(f) == 3 && f[0] == "close" && f[2] != "nil" {
						return f[0] + " " + f[1] + " *"
					}
					return step
				})
			}
			closed := fmt.Sprintf("close 4 %s, close 3 %s, close 2, close 1", c.err, c.err)
			write := fmt.Sprintf("headers %d", c.status)
			if c.err == "nil" {
				tr.Want(t, opened+write+", "+closed)
			} else {
				tr.Want(t, opened+closed+", "+write)
			}
		})
	}
}

// The clean-ups of a request whose client has gone run and see context.Canceled.
func TestCleanUpsSeeCancelledContext(t *testing.T) {
	t.Parallel()
	var tr testkit.Trace
	app := brio.New(testkit.Quiet(), opens(&tr))
	app.Get("/", func(ctx context.Context) error { return ctx.Err() })
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	app.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, "GET", "/", nil))
	tr.Want(t, opened+"close 4 the client has gone: context canceled, close 3 the client has gone: context canceled, close 2, close 1")
}

// An error that a clean-up returns is what the next clean-ups see and the client gets. An error must not be swallowed: a nil
// for one is a 500. A panic, or an error of a clean-up that takes none, is logged and changes nothing.
func TestCleanUpReplacesError(t *testing.T) {
	t.Parallel()
	fails := func() error { return errors.New("database is gone") }
	const canary = "canary"
	for _, c := range []struct {
		name    string
		cleanUp any // the result of a guard
		seen    string
		status  int
		body    string
		log     string
	}{
		{"replaced", func(error) error { return brio.Error(503, "later") }, "503 later", 503, `{"detail":"later"}`, ""},
		{"wrapped", func(err error) error { return fmt.Errorf("wrapped: %w", err) }, "wrapped: database is gone", 500, "", "wrapped: database is gone"},
		{"swallowed", func(error) error { return nil }, "clean-up of open swallowed the error of the request (database is gone): return it, or another one", 500, "", "swallowed"},
		{"panic", func(error) error { panic(canary) }, "database is gone", 500, "", canary},
		{"panic without error parameter", func() { panic(canary) }, "database is gone", 500, "", canary},
		{"own error", func() error { return brio.Error(418, canary) }, "database is gone", 500, "", canary},
	} {
		t.Run(c.name, func(t *testing.T) {
			var tr testkit.Trace
			log := &testkit.Log{}
			app := brio.New(brio.Logger(log.Logger()), brio.Depends(func() func(error) {
				return func(err error) { tr.Add("%s", testkit.ErrorText(err)) }
			}))
			app.Get("/", fails, brio.Depends(&namedGuard{guardOf(c.cleanUp)}))
			w := testkit.Get(app, "/")
			if c.body == "" {
				testkit.WantInternalError(t, w, log, c.log)
			} else {
				testkit.WantStatus(t, w, c.status)
				testkit.WantBody(t, w, c.body)
			}
			tr.Want(t, c.seen)
		})
	}
}

// guardOf returns a guard whose result is cleanUp, of any form.
func guardOf(cleanUp any) any {
	switch f := cleanUp.(type) {
	case func():
		return func() func() { return f }
	case func() error:
		return func() (func() error, error) { return f, nil }
	case func(error):
		return func() (func(error), error) { return f, nil }
	case func(error) error:
		return func() func(error) error { return f }
	}
	panic(cleanUp)
}

// namedGuard is a provider with a name, like a security scheme.
type namedGuard struct{ f any }

func (g *namedGuard) ProviderFunc() any    { return g.f }
func (g *namedGuard) ProviderName() string { return "open" }

// A clean-up that fails after the response changes nothing for the client. The outer clean-ups and the log have its error.
func TestCleanUpFailureAfterResponseIsLogged(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		cleanUp any
		seen    string
	}{
		"error":         {func() error { return errors.New("canary") }, "canary"},
		"error for nil": {func(err error) error { return errors.New("canary") }, "canary"},
		"panic":         {func() { panic("canary") }, "panic: canary"},
		"HTTP error":    {func() error { return brio.Error(418, "canary") }, "418 canary"},
	} {
		t.Run(name, func(t *testing.T) {
			var tr testkit.Trace
			log := &testkit.Log{}
			app := brio.New(brio.Logger(log.Logger()), brio.Depends(func() func(error) {
				return func(err error) { tr.Add("%s", testkit.ErrorText(err)) }
			}))
			guard := guardOf(c.cleanUp)
			app.Get("/", func() string { return "fine" }, brio.Depends(&namedGuard{guard}, func() func() { return func() { tr.Add("inner") } }))
			w := testkit.Get(app, "/")
			testkit.WantStatus(t, w, 200)
			testkit.WantBody(t, w, `"fine"`)
			tr.Want(t, "inner, clean-up of open: "+c.seen)
			testkit.WantContains(t, log.String(), "canary", "clean-up of open")
		})
	}
}

// A panic with http.ErrAbortHandler reaches the server after the clean-ups, whatever they return, and is not logged.
// net/http then cuts the connection.
func TestAbortHandlerReachesServer(t *testing.T) {
	t.Parallel()
	abort := func() { panic(http.ErrAbortHandler) }
	for _, c := range []struct {
		name    string
		handler any
		cleanUp any
	}{
		{"handler", abort, func() {}},
		{"wrapped", func() { panic(fmt.Errorf("gone: %w", http.ErrAbortHandler)) }, func() {}},
		{"swallowed", abort, func(error) error { return nil }},
		{"replaced", abort, func(error) error { return brio.Error(418, nil) }},
		{"clean-up on success", func() {}, abort},
		{"clean-up on failure", func() error { return brio.Error(409, nil) }, abort},
	} {
		t.Run(c.name, func(t *testing.T) {
			var tr testkit.Trace
			log := &testkit.Log{}
			app := brio.New(brio.Logger(log.Logger()), brio.Depends(func() func() { return func() { tr.Add("outer") } }))
			app.Get("/", c.handler, brio.Depends(guardOf(c.cleanUp)))
			app.Get("/next", func() {})
			func() {
				defer func() {
					if v := recover(); v != http.ErrAbortHandler {
						t.Errorf("panic: got %v, want http.ErrAbortHandler", v)
					}
				}()
				testkit.Get(app, "/")
			}()
			tr.Want(t, "outer")
			if log.String() != "" {
				t.Errorf("the log has %s", log)
			}
			testkit.WantStatus(t, testkit.Get(app, "/next"), 204)
			tr.Want(t, "outer")
		})
	}
}
