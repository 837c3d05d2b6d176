package order_test

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
)

// The dependencies of newApp.
type (
	session struct{}
	tx      struct{}
	repo    struct{}
)

// newApp returns an app that runs code at every place: middleware on app, include and router, guards on app, include and router,
// a dependency of each lifetime, where one needs the other, and a background task of a dependency. Each adds a step to the trace.
// The test declares its route on the router.
func newApp(tr *testkit.Trace) (app *brio.App, router *brio.Router) {
	mw := func(name string) brio.Middleware {
		return func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				tr.Add("%s in", name)
				defer tr.Add("%s out", name)
				next.ServeHTTP(w, r)
			})
		}
	}
	openSession := func(tasks *brio.BackgroundTasks) (*session, func(error)) {
		tr.Add("session")
		tasks.Add(func(context.Context) error { tr.Add("task of session"); return nil })
		return &session{}, func(err error) { tr.Add("session ends: %s", testkit.ErrorText(err)) }
	}
	begin := func(*session) (*tx, func(error) error) {
		tr.Add("tx")
		return &tx{}, func(err error) error { tr.Add("tx ends: %s", testkit.ErrorText(err)); return err }
	}
	newRepo := func(*tx) *repo { tr.Add("repo"); return &repo{} }
	app = brio.New(testkit.Quiet(), brio.Use(mw("app")), brio.Depends(tr.Guard("app guard")),
		brio.Provide(openSession, newRepo, brio.BeforeResponse(begin)))
	router = brio.NewRouter(brio.Use(mw("router")), brio.Depends(tr.Guard("router guard")))
	app.Include(router, brio.Use(mw("include")), brio.Depends(tr.Guard("include guard")))
	return app, router
}

const (
	stepsIn      = "app in, include in, router in, app guard, include guard, router guard, route guard, session, tx, repo, "
	stepsOut     = ", router out, include out, app out"
	stepsOfTasks = "task of session, task of handler, "
)

// The complete order of a request, for every way in which one can end: docs/dependencies.md.
func TestRequestOrder(t *testing.T) {
	gone, leave := context.WithCancel(context.Background())
	failsLater := func(yield func(int, error) bool) {
		if yield(1, nil) {
			yield(0, errors.New("broken"))
		}
	}
	for _, c := range []struct {
		name    string
		handler func(tr *testkit.Trace) any
		want    string
		ctx     context.Context
	}{
		{"value", func(tr *testkit.Trace) any {
			return func(_ *repo, tasks *brio.BackgroundTasks) string {
				tr.Add("handler")
				tasks.Add(func(context.Context) error { tr.Add("task of handler"); return nil })
				return "fine"
			}
		}, `handler, tx ends: nil, headers 200, body "fine", ` + stepsOfTasks + "session ends: nil", nil},
		{"no value", func(tr *testkit.Trace) any {
			return func(_ *repo) { tr.Add("handler") }
		}, "handler, tx ends: nil, headers 204, task of session, session ends: nil", nil},
		{"HTTP error", func(tr *testkit.Trace) any {
			return func(_ *repo) error { tr.Add("handler"); return brio.Error(404, "none") }
		}, `handler, tx ends: 404 none, session ends: 404 none, headers 404, body {"detail":"none"}`, nil},
		{"validation error", func(tr *testkit.Trace) any {
			return func(_ *repo, in *struct {
				Page int `query:"page"`
			}) {
				tr.Add("handler")
			}
		}, `tx ends: invalid, session ends: invalid, headers 422, body ` + testkit.Detail(testkit.Missing("query", "page")), nil},
		{"panic", func(tr *testkit.Trace) any {
			return func(_ *repo) string { tr.Add("handler"); panic("canary") }
		}, `handler, tx ends: panic: canary, session ends: panic: canary, headers 500, body {"detail":"Internal Server Error"}`, nil},
		{"unencodable value", func(tr *testkit.Trace) any {
			return func(_ *repo) any { tr.Add("handler"); return func() {} }
		}, `handler, tx ends: unencodable, session ends: unencodable, headers 500, body {"detail":"Internal Server Error"}`, nil},
		{"returned Response", func(tr *testkit.Trace) any {
			return func(_ *repo, tasks *brio.BackgroundTasks) *brio.Response {
				tr.Add("handler")
				tasks.Add(func(context.Context) error { tr.Add("task of handler"); return nil })
				return response.Text("plain").Background(func(context.Context) error { tr.Add("task of response"); return nil })
			}
		}, "handler, tx ends: nil, headers 200, body plain, task of session, task of handler, task of response, session ends: nil", nil},
		{"stream", func(tr *testkit.Trace) any {
			return func(_ *repo, tasks *brio.BackgroundTasks) iter.Seq[int] {
				tr.Add("handler")
				tasks.Add(func(context.Context) error { tr.Add("task of handler"); return nil })
				return func(yield func(int) bool) {
					defer tr.Add("iterator ends")
					for i := range 2 {
						tr.Add("item %d", i)
						if !yield(i) {
							return
						}
					}
				}
			}
		}, "handler, tx ends: nil, item 0, headers 200, body 0, item 1, body 1, iterator ends, " + stepsOfTasks + "session ends: nil", nil},
		{"first item fails", func(tr *testkit.Trace) any {
			return func(_ *repo) iter.Seq2[int, error] {
				tr.Add("handler")
				return func(yield func(int, error) bool) { yield(0, brio.Error(503, "later")) }
			}
		}, `handler, tx ends: nil, session ends: 503 later, headers 503, body {"detail":"later"}`, nil},
		{"later item fails", func(tr *testkit.Trace) any {
			return func(_ *repo) iter.Seq2[int, error] { tr.Add("handler"); return failsLater }
		}, "handler, tx ends: nil, headers 200, body 1, session ends: broken, ABORTED", nil},
		{"client goes", func(tr *testkit.Trace) any {
			return func(_ *repo) string { tr.Add("handler"); leave(); return "lost" }
		}, `handler, tx ends: the client has gone: context canceled, session ends: the client has gone: context canceled, ` +
			`headers 499, body {"detail":"Client Closed Request"}`, gone},
	} {
		t.Run(c.name, func(t *testing.T) {
			var tr testkit.Trace
			app, router := newApp(&tr)
			router.Get("/", c.handler(&tr), brio.Depends(tr.Guard("route guard")))
			r := httptest.NewRequest("GET", "/", nil)
			if c.ctx != nil {
				r = r.WithContext(c.ctx)
			}
			want := stepsIn + c.want + stepsOut
			if before, ok := strings.CutSuffix(c.want, ", ABORTED"); ok {
				want = stepsIn + before + stepsOut
				defer func() {
					if v := recover(); v != http.ErrAbortHandler {
						t.Errorf("recovered %v, want http.ErrAbortHandler", v)
					}
					tr.Want(t, want)
				}()
			}
			app.ServeHTTP(testkit.NewTraceWriter(&tr), r)
			tr.Rewrite(func(step string) string {
				if name, err, ok := strings.Cut(step, " ends: "); ok && strings.Contains(err, "has no JSON form") {
					return name + " ends: unencodable"
				}
				return step
			})
			tr.Want(t, want)
		})
	}
}
