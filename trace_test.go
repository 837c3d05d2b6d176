package brio_test

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/response"
)

// traceWriter notes what leaves, in the trace of what runs.
type traceWriter struct {
	*httptest.ResponseRecorder
	tr *tracer
}

func (w traceWriter) WriteHeader(status int) {
	w.tr.add("headers %d", status)
	w.ResponseRecorder.WriteHeader(status)
}

func (w traceWriter) Write(b []byte) (int, error) {
	w.tr.add("body %s", strings.TrimSpace(string(b)))
	return w.ResponseRecorder.Write(b)
}

// The types by which the traced dependencies are asked for.
type (
	traceSession struct{}
	traceTx      struct{}
	traceRepo    struct{}
)

// traceApp has something at every place where code may run: middleware on app, router and route, guards on app, include,
// router and route, a dependency of each lifetime, one of them needed by another, and background tasks of a dependency
// and of the handler. routes are declared on the inner router.
func traceApp(tr *tracer, opts ...brio.AppOption) (app *brio.App, router *brio.Router) {
	mw := func(name string) brio.Middleware {
		return func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				tr.add("%s in", name)
				defer tr.add("%s out", name)
				next.ServeHTTP(w, r)
			})
		}
	}
	session := func(tasks *brio.BackgroundTasks) (*traceSession, func(error)) {
		tr.add("session")
		tasks.Add(func(context.Context) error { tr.add("task of session"); return nil })
		return &traceSession{}, func(err error) { tr.add("session ends: %s", short(err)) }
	}
	tx := func(*traceSession) (*traceTx, func(error) error) {
		tr.add("tx")
		return &traceTx{}, func(err error) error { tr.add("tx ends: %s", short(err)); return err }
	}
	repo := func(*traceTx) *traceRepo { tr.add("repo"); return &traceRepo{} }
	app = brio.New(append(opts, quiet(), brio.Use(mw("app")), brio.Depends(tr.guard("app guard")),
		brio.Provide(session, repo, brio.BeforeResponse(tx)))...)
	router = brio.NewRouter(brio.Use(mw("router")), brio.Depends(tr.guard("router guard")))
	app.Include(router, brio.Use(mw("include")), brio.Depends(tr.guard("include guard")))
	return app, router
}

const (
	traceIn    = "app in, include in, router in, app guard, include guard, router guard, route guard, session, tx, repo, "
	traceOut   = ", router out, include out, app out"
	traceTasks = "task of session, task of handler, "
)

// TestTrace pins the complete order of a request, and of every way in which one can end.
func TestTrace(t *testing.T) {
	gone, goneNow := context.WithCancel(context.Background())
	failsLater := func(yield func(int, error) bool) {
		if yield(1, nil) {
			yield(0, errors.New("broken"))
		}
	}
	for _, c := range []struct {
		name    string
		handler func(tr *tracer) any
		want    string
		ctx     context.Context
	}{
		{"a value", func(tr *tracer) any {
			return func(_ *traceRepo, tasks *brio.BackgroundTasks) string {
				tr.add("handler")
				tasks.Add(func(context.Context) error { tr.add("task of handler"); return nil })
				return "fine"
			}
		}, `handler, tx ends: nil, headers 200, body "fine", ` + traceTasks + "session ends: nil", nil},
		{"no value", func(tr *tracer) any {
			return func(_ *traceRepo) { tr.add("handler") }
		}, "handler, tx ends: nil, headers 204, task of session, session ends: nil", nil},
		{"an HTTP error", func(tr *tracer) any {
			return func(_ *traceRepo) error { tr.add("handler"); return brio.Error(404, "none") }
		}, `handler, tx ends: 404 none, session ends: 404 none, headers 404, body {"detail":"none"}`, nil},
		{"a validation error", func(tr *tracer) any {
			return func(_ *traceRepo, in *struct {
				Page int `query:"page"`
			}) {
				tr.add("handler")
			}
		}, `tx ends: invalid, session ends: invalid, headers 422, body ` + detail(missing("query", "page")), nil},
		{"a panic", func(tr *tracer) any {
			return func(_ *traceRepo) string { tr.add("handler"); panic("canary") }
		}, `handler, tx ends: panic: canary, session ends: panic: canary, headers 500, body {"detail":"Internal Server Error"}`, nil},
		{"a value that cannot be encoded", func(tr *tracer) any {
			return func(_ *traceRepo) any { tr.add("handler"); return func() {} }
		}, `handler, tx ends: unencodable, session ends: unencodable, headers 500, body {"detail":"Internal Server Error"}`, nil},
		{"a returned Response", func(tr *tracer) any {
			return func(_ *traceRepo, tasks *brio.BackgroundTasks) *brio.Response {
				tr.add("handler")
				tasks.Add(func(context.Context) error { tr.add("task of handler"); return nil })
				return response.Text("plain").Background(func(context.Context) error { tr.add("task of response"); return nil })
			}
		}, "handler, tx ends: nil, headers 200, body plain, task of session, task of handler, task of response, session ends: nil", nil},
		{"a stream", func(tr *tracer) any {
			return func(_ *traceRepo, tasks *brio.BackgroundTasks) iter.Seq[int] {
				tr.add("handler")
				tasks.Add(func(context.Context) error { tr.add("task of handler"); return nil })
				return func(yield func(int) bool) {
					defer tr.add("iterator ends")
					for i := range 2 {
						tr.add("item %d", i)
						if !yield(i) {
							return
						}
					}
				}
			}
		}, "handler, tx ends: nil, item 0, headers 200, body 0, item 1, body 1, iterator ends, " + traceTasks + "session ends: nil", nil},
		{"a stream whose first item fails", func(tr *tracer) any {
			return func(_ *traceRepo) iter.Seq2[int, error] {
				tr.add("handler")
				return func(yield func(int, error) bool) { yield(0, brio.Error(503, "later")) }
			}
		}, `handler, tx ends: nil, session ends: 503 later, headers 503, body {"detail":"later"}`, nil},
		{"a stream that fails", func(tr *tracer) any {
			return func(_ *traceRepo) iter.Seq2[int, error] { tr.add("handler"); return failsLater }
		}, "handler, tx ends: nil, headers 200, body 1, session ends: broken, ABORTED", nil},
		{"a client that goes while the handler runs", func(tr *tracer) any {
			return func(_ *traceRepo) string { tr.add("handler"); goneNow(); return "lost" }
		}, `handler, tx ends: the client has gone: context canceled, session ends: the client has gone: context canceled, ` +
			`headers 499, body {"detail":"Client Closed Request"}`, gone},
	} {
		t.Run(c.name, func(t *testing.T) {
			var tr tracer
			app, router := traceApp(&tr)
			router.Get("/", c.handler(&tr), brio.Depends(tr.guard("route guard")))
			r := httptest.NewRequest("GET", "/", nil)
			if c.ctx != nil {
				r = r.WithContext(c.ctx)
			}
			want := traceIn + c.want + traceOut
			if before, ok := strings.CutSuffix(c.want, ", ABORTED"); ok {
				want = traceIn + before + traceOut
				defer func() {
					if v := recover(); v != http.ErrAbortHandler {
						t.Errorf("recovered %v, want http.ErrAbortHandler", v)
					}
					tr.want(t, want)
				}()
			}
			app.ServeHTTP(traceWriter{httptest.NewRecorder(), &tr}, r)
			for i, s := range tr.steps {
				if who, what, _ := strings.Cut(s, " ends: "); strings.Contains(what, "has no JSON form") {
					tr.steps[i] = who + " ends: unencodable"
				}
			}
			tr.want(t, want)
		})
	}
}
