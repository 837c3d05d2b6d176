package route

import (
	"fmt"
	"net/http"
	"reflect"

	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/routing"
)

var handlerFuncType = reflect.TypeFor[http.HandlerFunc]()

// handlerOf returns v as a handler of net/http: an http.Handler, or a function with the signature of ServeHTTP. It returns nil for all
// others, and for nil.
func handlerOf(v any) http.Handler {
	switch rv := reflect.ValueOf(v); rv.Kind() {
	case reflect.Pointer, reflect.Map:
		if rv.IsNil() {
			return nil
		}
	case reflect.Func:
		if rv.IsNil() {
			return nil
		}
		if _, ok := v.(http.Handler); !ok && rv.Type().ConvertibleTo(handlerFuncType) {
			return rv.Convert(handlerFuncType).Interface().(http.Handler)
		}
	}
	h, _ := v.(http.Handler)
	return h
}

// takesRequest stands for a handler of net/http in a Plan: the plan prepares the *http.Request, and serveMounted calls the handler.
func takesRequest(*http.Request) {}

// netHTTP returns the handler of a route if it is one of net/http, and the function to make the plan of.
func (c *compiler) netHTTP(r *declare.Route, at *routing.Mistake, fail func(found, legal string)) (h http.Handler, fn any) {
	handler := r.Handler
	if h = handlerOf(handler); h == nil {
		if handler == nil && r.Subtree {
			fail(fmt.Sprintf("Mount(%q, nil)", r.Path), "an http.Handler, or another App")
			return nil, takesRequest
		}
		if _, ok := handler.(http.Handler); ok && reflect.ValueOf(handler).Kind() != reflect.Func {
			fail(fmt.Sprintf("the handler is a nil %T", handler), "a handler that answers")
			return nil, takesRequest
		}
		return nil, handler
	}
	if at.Func == "" {
		at.Func = fmt.Sprintf("%T", handler)
	}
	if !r.Subtree && c.appOf(h) != nil {
		fail("an App is the handler of a route", "Mount(prefix, app): a mounted app starts and stops with this one, and sees the path below the prefix")
	}
	return h, takesRequest
}

// answerBy makes e the endpoint of a handler of net/http.
func (e *endpoint) answerBy(h http.Handler, own *declare.RouteSettings, fail func(found, legal string)) {
	e.kind = mounted
	e.plan.CallsNothing()
	e.writeRare().handler = h
	if own.Filter.Says() {
		fail("filters (ResponseInclude, ResponseExclude, ExcludeUnset, …) on a handler of net/http", "filters are for values that go through a response model")
	}
}
