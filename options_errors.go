package brio

import (
	"net/http"
	"reflect"

	"github.com/brio-go/brio/dependencies"
	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/funcname"
	"github.com/brio-go/brio/internal/inject"
	"github.com/brio-go/brio/internal/route"
	"github.com/brio-go/brio/response"
)

type (
	// ErrorFormat is how an app writes its errors.
	ErrorFormat = response.ErrorFormat
	// ErrorInfo is what an ErrorFormat writes.
	ErrorInfo = response.ErrorInfo
	// Problem is the body of an error under ProblemDetails.
	Problem = response.Problem
	// Catalogue has the words of errors in one language.
	Catalogue = response.Catalogue
	// PanicError is a panic as functions of OnError see it.
	PanicError = dependencies.PanicError
)

// FormatErrors says how all errors of the app are written: those of handlers and dependencies, 404, 405 and 422, those of
// middleware, and panics. Without it they have FastAPI's form, {"detail": …}.
func FormatErrors(f ErrorFormat) AppOption {
	place := funcname.Caller(1)
	return appOption(func(a *appSettings) { a.Route.ErrorFormat, a.Route.ErrorFormatPlace = f, place })
}

// ProblemDetails writes errors as RFC 9457 has them, application/problem+json: the members type, title, status, detail
// and instance, errors with the entries of a validation error, and request_id where there is one.
// ProblemDetails(false) takes it, and a FormatErrors before it, back: errors have FastAPI's form.
func ProblemDetails(on ...bool) AppOption {
	place := funcname.Caller(1)
	return switchedApp("ProblemDetails", on, func(a *appSettings, on bool) {
		if a.Route.ErrorFormat, a.Route.ErrorFormatPlace = nil, ""; on {
			a.Route.ErrorFormat, a.Route.ErrorFormatPlace = response.ProblemDetails(), place
		}
	})
}

// Raises declares that routes may end in errors of type E: their JSON is the body, and the document has its schema. E, or
// *E, has a method StatusCode() int, or one status is given here; where what StatusCode says depends on the value, all its
// statuses are given here. A type without exported fields is written in the app's format. Where E has a method Headers()
// http.Header, the answer has those too.
//
// An error with the method StatusCode whose type no OnError declares is answered with its status and nothing else of it.
func Raises[E error](statuses ...int) Option {
	r := inject.Raised{Type: reflect.TypeFor[E](), Statuses: statuses, Place: funcname.Caller(1)}
	return option(func(s *declare.Settings) { s.Raises = append(s.Raises, r) })
}

// Failing is Raises for a provider given to Provide or Depends: the document has the errors for every route that uses it,
// directly or through another.
func Failing[E error](provider any, statuses ...int) any {
	return inject.Raises(provider, inject.Raised{Type: reflect.TypeFor[E](), Statuses: statuses, Place: funcname.Caller(1)})
}

// OnError answers errors of type E, found as errors.As does, in the place of the app's format: errors that handlers and
// dependencies return, panics (*PanicError, or what was panicked with), what is wrong with a request (*ValidationError),
// the 404 and 405 of paths that have no route (*HTTPError), and those of middleware. The nearest function is asked first:
// that of the route, then of its routers, then of the app; nil passes on to the next, and at last to the format. On one
// level, one for a type of errors comes before OnStatus, that before OnError[*HTTPError], and OnError[error] is last.
//
// E and *E are found alike; what an HTTPError has for a Cause is not looked at. A Response without a status gets the
// error's. One made by (*HTTPError).Response has the app's format:
//
//	brio.OnError(func(r *http.Request, err *store.NotFound) *brio.Response {
//		return brio.Error(404, "There is no "+err.What).Response()
//	})
//
// f runs in the goroutine of the request, after its clean-ups. When it panics, or its Response cannot be sent, the answer
// is a 500. Of a path without a route the functions of the app are asked, and of a router those with a prefix around it.
func OnError[E error](f func(r *http.Request, err E) *Response) Option {
	h := declare.OnError(f, funcname.Caller(1))
	return option(func(s *declare.Settings) { s.ErrorHandlers.Add(h) })
}

// OnStatus answers errors that would be answered with a status, 400 to 599, whatever their type: 404 for a page of one's
// own, 500 for all errors that are not meant for clients. It works as OnError does.
func OnStatus(status int, f func(r *http.Request, err error) *Response) Option {
	h := declare.ErrorHandler{Status: status, Func: f, Place: funcname.Caller(1), Handle: f}
	return option(func(s *declare.Settings) { s.ErrorHandlers.Add(h) })
}

// WriteError answers with an error from middleware: as the app, router or route that the middleware is used on would
// answer it, OnError and OnStatus included. It finds them through w, which may be wrapped: by the method Unwrap, or by an
// embedded http.ResponseWriter. Where there is no app around, the answer has FastAPI's form. After the response has begun
// it only logs.
func WriteError(w http.ResponseWriter, r *http.Request, err error) { route.WriteError(w, r, err) }

// Debug answers unhandled errors and panics with all that is known of them: the texts of the
// error and of what it wraps, and the stack of a panic. That shows clients what they must not see, so it is for
// development alone; the app logs a warning when it starts.
func Debug(on ...bool) AppOption {
	return switchedApp("Debug", on, func(a *appSettings, on bool) { a.Route.Debug = on })
}

// Messages lets errors speak the language of the client: that of its Accept-Language which fits best among the
// Catalogues and the English that is built in. Answers have Content-Language and Vary. Error types, ctx and loc stay as
// they are, so programs go by those.
func Messages(catalogues ...Catalogue) AppOption {
	place := funcname.Caller(1)
	return appOption(func(a *appSettings) {
		a.Route.Catalogues, a.Route.CataloguesPlace = append(a.Route.Catalogues, catalogues...), place
	})
}

// ErrorKind makes a type of error known that Validate methods of the program give (*ErrorDetail), with the names that its
// ctx has, so that Catalogues can have messages for it.
func ErrorKind(kind string, ctx ...string) AppOption {
	return appOption(func(a *appSettings) {
		if a.Route.ErrorKinds == nil {
			a.Route.ErrorKinds = map[string][]string{}
		}
		a.Route.ErrorKinds[kind] = ctx
	})
}
