package route

import (
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"sync"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/encode"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/internal/panics"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/routing"
)

// protect answers a panic of middleware as an error, if the response has not begun. Otherwise it cuts the connection, so that the
// client does not take the answer for complete. WriteError finds the app through it. It costs one allocation for each request, so
// only middleware has it: endpoints recover their own panics.
func (e *endpoint) protect(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		x := exchange.Acquire(w, r)
		defer x.Release()
		returns := false
		defer func() {
			v := recover()
			if v == nil && returns {
				return
			}
			err := panics.Recovered(v)
			switch {
			case v == nil: // runtime.Goexit
				e.logExit(x, fmt.Errorf("in middleware: %w", err))
				return
			case panics.Aborts(err):
				panic(http.ErrAbortHandler)
			case x.Written():
				e.log(x, slog.LevelError, "middleware panicked after the response had begun", err)
				panic(http.ErrAbortHandler)
			}
			e.refuse(w, r, fmt.Errorf("in middleware: %w", err))
		}()
		h.ServeHTTP(x.WriterWithOwner(e), r)
		returns = true
	})
}

// Wrap puts middleware around a handler, the first outermost.
func Wrap(h http.Handler, mw []routing.Middleware) http.Handler {
	for _, m := range slices.Backward(mw) {
		h = m(h)
	}
	return h
}

var errNone = errors.New("brio: WriteError was called without an error")

// WriteError answers with an error of middleware. The answer is the one that the app, router or route of the middleware gives to that
// error, with its error handlers. WriteError finds them through w, also if other middleware has wrapped it: by the method Unwrap, or by
// an embedded http.ResponseWriter. Outside of an app the answer has FastAPI's form. After the response has begun it only logs.
func WriteError(w http.ResponseWriter, r *http.Request, err error) {
	if err == nil {
		err = errNone
	}
	owner, begun := exchange.OwnerOf(w)
	e, ok := owner.(*endpoint)
	if !ok {
		e = defaultErrors()
	}
	switch {
	case panics.Aborts(err):
		panic(http.ErrAbortHandler)
	case begun:
		x := exchange.Acquire(w, r)
		defer x.Release()
		e.log(x, slog.LevelError, "an error after the response had begun", err)
		return
	}
	e.refuse(w, r, err)
}

// Refuse answers with an error of package middleware, which does not know HTTPError.
func (e *endpoint) Refuse(w http.ResponseWriter, r *http.Request, status int, detail string) {
	WriteError(w, r, response.NewError(status, detail))
}

// RefuseError answers with an error of the exchange, which package middleware has met.
func (e *endpoint) RefuseError(w http.ResponseWriter, r *http.Request, err error) {
	WriteError(w, r, err)
}

// RequestLimits returns the limits of the level, for middleware that reads the body.
func (e *endpoint) RequestLimits() *exchange.Limits { return &e.plan.Settings.Limits }

// defaultErrors writes errors outside of an app, in FastAPI's format.
var defaultErrors = sync.OnceValue(func() *endpoint {
	t := newTable(Config{Models: encode.NewCompiler(model.NewReader(constraint.New())), Logger: slog.Default})
	t.internal, _, _ = t.encodeInternal(nil)
	return t.outside
})
