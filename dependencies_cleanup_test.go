package brio_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/params"
	"github.com/brio-go/brio/response"
)

// short is an error in one word.
func short(err error) string {
	var invalid *params.ValidationError
	switch {
	case err == nil:
		return "nil"
	case errors.As(err, &invalid):
		return "invalid"
	}
	return err.Error()
}

// opens are dependencies with each of the four forms of clean-up.
func opens(tr *tracer) brio.Option {
	return brio.Depends(
		func() func() { tr.add("open 1"); return func() { tr.add("close 1") } },
		func() (func() error, error) {
			tr.add("open 2")
			return func() error { tr.add("close 2"); return nil }, nil
		},
		func() (*depA, func(error)) {
			tr.add("open 3")
			return nil, func(err error) { tr.add("close 3 %s", short(err)) }
		},
		func(*depA) (depB, func(error) error, error) {
			tr.add("open 4")
			return depB{}, func(err error) error { tr.add("close 4 %s", short(err)); return err }, nil
		},
		func() (depC, func(), error) { tr.add("open 5"); return depC{}, nil, nil }, // none this time
	)
}

// noteWriter notes when the answer is written.
type noteWriter struct {
	*httptest.ResponseRecorder
	tr *tracer
}

func (w noteWriter) WriteHeader(status int) {
	w.tr.add("write %d", status)
	w.ResponseRecorder.WriteHeader(status)
}

const opened = "open 1, open 2, open 3, open 4, open 5, "

// TestCleanUps: in reverse order, each once, whatever happens; after the answer when all went well, before it when not.
func TestCleanUps(t *testing.T) {
	failing := errors.New("plain")
	for _, c := range []struct {
		name    string
		handler any
		opts    []brio.RouteOption
		status  int
		want    string // after opened; $ is the order of closing
		err     string
	}{
		{name: "success", handler: func() int { return 1 }, status: 200, err: "nil"},
		{name: "nothing", handler: func() {}, status: 204, err: "nil"},
		{name: "HTTP error", handler: func() error { return brio.Error(409, "x") }, status: 409, err: "409 x"},
		{name: "plain error", handler: func() error { return failing }, status: 500, err: "plain"},
		{name: "panic", handler: func() { panic("oh") }, status: 500, err: "panic: oh"},
		{name: "validation error", handler: func(*paging) {}, status: 422, err: "invalid"},
		{name: "later dependency", handler: func() {}, status: 403, err: "403 no",
			opts: []brio.RouteOption{brio.Depends(func() (func(), error) { return func() { panic("never opened") }, brio.Error(403, "no") })}},
		{name: "encoding", handler: func() *Item { return nil }, status: 500, err: "*"},
		{name: "direct", handler: func() *brio.Response { return response.Text("x") }, status: 200, err: "nil"},
		{name: "direct nil", handler: func() *brio.Response { return nil }, status: 500, err: "*"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var tr tracer
			app := brio.New(quiet(), opens(&tr))
			app.Get("/", c.handler, c.opts...)
			w := noteWriter{httptest.NewRecorder(), &tr}
			app.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
			wantStatus(t, w.ResponseRecorder, c.status)
			if c.err == "*" {
				for i, s := range tr.steps {
					if f := strings.SplitN(s, " ", 3); len(f) == 3 && f[0] == "close" && f[2] != "nil" {
						tr.steps[i] = f[0] + " " + f[1] + " *"
					}
				}
			}
			closed := fmt.Sprintf("close 4 %s, close 3 %s, close 2, close 1", c.err, c.err)
			write := fmt.Sprintf("write %d", c.status)
			if c.err == "nil" {
				tr.want(t, opened+write+", "+closed)
			} else {
				tr.want(t, opened+closed+", "+write)
			}
		})
	}
}

// TestCleanUpsOfAClientThatHasGone see its context end, and run.
func TestCleanUpsOfAClientThatHasGone(t *testing.T) {
	var tr tracer
	app := brio.New(quiet(), opens(&tr))
	app.Get("/", func(ctx context.Context) error { return ctx.Err() })
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	app.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, "GET", "/", nil))
	tr.want(t, opened+"close 4 the client has gone: context canceled, close 3 the client has gone: context canceled, close 2, close 1")
}

// TestCleanUpThatChangesTheError: what one returns is what the next ones see and the client gets.
func TestCleanUpThatChangesTheError(t *testing.T) {
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
		{"panic of the plainest", func() { panic(canary) }, "database is gone", 500, "", canary},
		{"own error is only logged", func() error { return brio.Error(418, canary) }, "database is gone", 500, "", canary},
	} {
		t.Run(c.name, func(t *testing.T) {
			var tr tracer
			opt, log := logged()
			app := brio.New(opt, brio.Depends(func() func(error) {
				return func(err error) { tr.add("%s", short(err)) }
			}))
			app.Get("/", fails, brio.Depends(&namedGuard{guardOf(c.cleanUp)}))
			w := send(app, "GET", "/", "")
			if c.body == "" {
				wantInternalError(t, w, log, c.log)
			} else {
				wantStatus(t, w, c.status)
				wantBody(t, w, c.body)
			}
			tr.want(t, c.seen)
		})
	}
}

// guardOf is a guard that leaves a clean-up of any form.
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

// namedGuard is a provider with a name, as security schemes are.
type namedGuard struct{ f any }

func (g *namedGuard) ProviderFunc() any    { return g.f }
func (g *namedGuard) ProviderName() string { return "open" }

// TestCleanUpThatFailsAfterTheResponse changes nothing for the client; those further out see it, and so does the log.
func TestCleanUpThatFailsAfterTheResponse(t *testing.T) {
	for name, c := range map[string]struct {
		cleanUp any
		seen    string
	}{
		"error":           {func() error { return errors.New("canary") }, "canary"},
		"changed nothing": {func(err error) error { return errors.New("canary") }, "canary"},
		"panic":           {func() { panic("canary") }, "panic: canary"},
		"HTTP error":      {func() error { return brio.Error(418, "canary") }, "418 canary"},
	} {
		t.Run(name, func(t *testing.T) {
			var tr tracer
			opt, log := logged()
			app := brio.New(opt, brio.Depends(func() func(error) {
				return func(err error) { tr.add("%s", short(err)) }
			}))
			guard := guardOf(c.cleanUp)
			app.Get("/", func() string { return "fine" }, brio.Depends(&namedGuard{guard}, func() func() { return func() { tr.add("inner") } }))
			w := send(app, "GET", "/", "")
			wantStatus(t, w, 200)
			wantBody(t, w, `"fine"`)
			tr.want(t, "inner, clean-up of open: "+c.seen)
			if !strings.Contains(log.String(), "canary") || !strings.Contains(log.String(), "clean-up of open") {
				t.Errorf("the log has %s", log)
			}
		})
	}
}

// TestAbortHandler: the panic by which a handler gives up the connection reaches the server, after the clean-ups and
// whatever they say, and is not logged.
func TestAbortHandler(t *testing.T) {
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
			var tr tracer
			opt, log := logged()
			app := brio.New(opt, brio.Depends(func() func() { return func() { tr.add("outer") } }))
			app.Get("/", c.handler, brio.Depends(guardOf(c.cleanUp)))
			app.Get("/next", func() {})
			func() {
				defer func() {
					if v := recover(); v != http.ErrAbortHandler {
						t.Errorf("panic %v", v)
					}
				}()
				send(app, "GET", "/", "")
			}()
			tr.want(t, "outer")
			if log.Len() > 0 {
				t.Errorf("the log has %s", log)
			}
			wantStatus(t, send(app, "GET", "/next", ""), 204)
			tr.want(t, "outer")
		})
	}
}
