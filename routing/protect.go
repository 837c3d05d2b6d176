package routing

import (
	"context"
	"log/slog"
	"net/http"
	"slices"

	"github.com/brio-go/brio/dependencies"
	"github.com/brio-go/brio/internal/exchange"
)

// Protect makes a panic of middleware a clean 500, as one of a handler is, as long as nothing has been sent; else the
// connection is cut, so that a broken answer is not taken for a whole one. It costs one allocation for each request,
// and is put only around middleware: endpoints recover for themselves.
func (t *Table) Protect(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := exchange.Acquire(w, r)
		defer x.Release()
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			err := dependencies.Recovered(v)
			if !dependencies.Aborts(err) {
				t.logger.LogAttrs(context.WithoutCancel(r.Context()), slog.LevelError, "middleware panicked",
					slog.String("method", r.Method), slog.String("route", r.Pattern), slog.String("error", err.Error()), slog.String("stack", string(err.Stack)))
				if !x.Written() && t.internalError(x).Send(x) == nil {
					return
				}
			}
			panic(http.ErrAbortHandler)
		}()
		h.ServeHTTP(x.Writer(), r)
	})
}

// Wrap puts middleware around a handler, the first outermost.
func Wrap(h http.Handler, mw []Middleware) http.Handler {
	for _, m := range slices.Backward(mw) {
		h = m(h)
	}
	return h
}
