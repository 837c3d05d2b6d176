package declare

import (
	"fmt"
	"net/http"
	"reflect"

	"github.com/brio-go/brio/internal/finite"
	"github.com/brio-go/brio/internal/funcname"
	"github.com/brio-go/brio/response"
)

// ErrorHandler answers errors of one kind, in the place of the format. Of an app, a router, an include or a route.
type ErrorHandler struct {
	Type   reflect.Type // of the errors, of OnError
	Status int          // of the answer that there would be, of OnStatus
	Func   any          // the user's function, for Explain
	Place  string       // of the declaration

	// Handle answers an error, or passes on with nil. The error has the status already, but need not have the type.
	Handle func(r *http.Request, err error) *response.Response
}

// OnError makes an ErrorHandler for errors of type E.
func OnError[E error](f func(r *http.Request, err E) *response.Response, place string) ErrorHandler {
	t := reflect.TypeFor[E]()
	return ErrorHandler{Type: t, Func: f, Place: place, Handle: func(r *http.Request, err error) *response.Response {
		if e, ok := as[E](err, t); ok {
			return f(r, e)
		}
		return nil
	}}
}

// as finds the first error of type E as errors.As does, but not behind the Cause of an HTTPError. Whether an error type is
// returned as a value or as a pointer is easily forgotten: each is found for the other.
func as[E error](err error, t reflect.Type) (found E, ok bool) {
	EachError(err, func(err error) bool {
		if found, ok = err.(E); ok {
			return true
		}
		if x, has := err.(interface{ As(any) bool }); has && x.As(&found) {
			ok = true
			return true
		}
		v := reflect.ValueOf(err)
		switch {
		case t.Kind() == reflect.Pointer && v.Type() == t.Elem():
			p := reflect.New(v.Type())
			p.Elem().Set(v)
			found, ok = p.Interface().(E)
		case t.Kind() != reflect.Interface && v.Kind() == reflect.Pointer && v.Type().Elem() == t && !v.IsNil():
			found, ok = v.Elem().Interface().(E)
		}
		return ok
	})
	return found, ok
}

// String is the handler as Explain prints it.
func (h ErrorHandler) String() string {
	if h.Type != nil {
		return fmt.Sprintf("OnError[%s] %s", h.Type, funcname.Short(h.Func))
	}
	return fmt.Sprintf("OnStatus(%d) %s", h.Status, funcname.Short(h.Func))
}

// EachError visits err and the errors that it wraps, depth first, until visit returns true. It does not visit the Cause of an
// HTTPError, which is for the log.
func EachError(err error, visit func(error) bool) bool {
	return finite.Walk(err, visit, func(err error) bool {
		_, isHTTP := err.(*response.HTTPError)
		return !isHTTP
	})
}
