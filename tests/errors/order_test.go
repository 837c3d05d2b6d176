package errors_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
)

// The order of a request that fails is that of docs/dependencies.md and docs/errors.md: Around ends, clean-ups run with the
// error, innermost first, then error handlers are asked from the route outwards, then the answer is written.
func TestErrorsRunInDocumentedOrder(t *testing.T) {
	t.Parallel()
	type (
		tx      struct{}
		session struct{}
	)
	var tr testkit.Trace
	mw := func(name string) brio.Option {
		return brio.Use(func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				tr.Add("%s middleware in", name)
				next.ServeHTTP(w, r)
				tr.Add("%s middleware out", name)
			})
		})
	}
	around := func(name string) brio.Option {
		return brio.Around(func(_ *http.Request, next func() (*brio.Response, error)) (*brio.Response, error) {
			tr.Add("%s around in", name)
			defer tr.Add("%s around out", name)
			return next()
		})
	}
	handlers := func(name string, last bool) brio.Option {
		return brio.Options(
			brio.OnError(func(*http.Request, error) *brio.Response {
				tr.Add("%s any error", name)
				if last {
					return response.Text("answer")
				}
				return nil
			}),
			brio.OnStatus(500, func(*http.Request, error) *brio.Response { tr.Add("%s status", name); return nil }),
			brio.OnError(func(*http.Request, *NoSuch) *brio.Response { tr.Add("%s error type", name); return nil }),
		)
	}
	app := brio.New(testkit.Quiet(), mw("app"), around("app"), handlers("app", true))
	router := brio.NewRouter(mw("router"), around("router"), handlers("router", false))
	openTx := func() (*tx, func(error) error) {
		return &tx{}, func(err error) error { tr.Add("clean-up before the response: %v", err); return err }
	}
	openSession := func() (*session, func(error)) {
		return &session{}, func(err error) { tr.Add("clean-up: %v", err) }
	}
	router.Get("/", func(*session, *tx) error { tr.Add("handler"); return &NoSuch{"x"} },
		mw("route"), around("route"), handlers("route", false), brio.Depends(func() { tr.Add("guard") }), brio.Provide(brio.BeforeResponse(openTx), openSession))
	app.Include(router)
	app.ServeHTTP(testkit.NewTraceWriter(&tr), httptest.NewRequest("GET", "/", nil))
	want := []string{"app middleware in", "router middleware in", "route middleware in", "app around in", "router around in", "route around in", "guard", "handler",
		"route around out", "router around out", "app around out", "clean-up before the response: no such x", "clean-up: no such x"}
	for _, level := range []string{"route", "router", "app"} {
		want = append(want, level+" error type", level+" status", level+" any error")
	}
	want = append(want, "headers 500", "body answer", "route middleware out", "router middleware out", "app middleware out")
	tr.Want(t, strings.Join(want, ", "))
}
