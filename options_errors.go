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
	// ErrorFormat writes the errors of an app.
	ErrorFormat = response.ErrorFormat
	// ErrorInfo is an error as an ErrorFormat receives it.
	ErrorInfo = response.ErrorInfo
	// Problem is the body of an error with [ProblemDetails].
	Problem = response.Problem
	// Catalogue has the messages of errors in one language.
	Catalogue = response.Catalogue
	// PanicError is a panic, as the functions of OnError receive it.
	PanicError = dependencies.PanicError
)

// FormatErrors sets the format of all errors of the app: those of handlers, dependencies and middleware, 404, 405 and 422, and panics.
// Without it they have FastAPI's form, {"detail": …}.
//
//go:noinline
func FormatErrors(f ErrorFormat) AppOption {
	place := funcname.Caller(1)
	return appOption(func(a *appSettings) { a.Route.ErrorFormat, a.Route.ErrorFormatPlace = f, place })
}

// ProblemDetails writes errors as application/problem+json (RFC 9457), with the members type, title, status, detail and instance, with
// errors for the entries of a validation error, and with request_id if there is one. ProblemDetails(false) takes it back, and an earlier
// FormatErrors too.
//
//go:noinline
func ProblemDetails(on ...bool) AppOption {
	place := funcname.Caller(1)
	return switchedApp("ProblemDetails", on, func(a *appSettings, on bool) {
		if a.Route.ErrorFormat, a.Route.ErrorFormatPlace = nil, ""; on {
			a.Route.ErrorFormat, a.Route.ErrorFormatPlace = response.ProblemDetails(), place
		}
	})
}

// Raises declares that routes may end in errors of type E. The JSON of the error is then the body, and the document has its schema.
// Levels add up.
//
// The status is that of the method StatusCode() int of E or *E, or the one in statuses. If the result of StatusCode depends on the
// value, statuses lists all of them. If E has a method Headers() http.Header, the answer has those headers. A type without exported
// fields is written in the app's format.
//
// An error with the method StatusCode that is not declared is answered with its status, and its text is not sent.
func Raises[E error](statuses ...int) Option {
	return raises(declare.Raised{Type: reflect.TypeFor[E](), Statuses: statuses, Place: funcname.Caller(1)})
}

// raises is Raises for a type.
//
//go:noinline
func raises(r declare.Raised) Option {
	return option(func(s *declare.Settings) { s.Raises = append(s.Raises, r) })
}

// Failing is [Raises] for a provider: the document has the error for each route that uses the provider, also through another one. The
// result is an argument of [Provide], [Depends] or [Security].
func Failing[E error](provider any, statuses ...int) any {
	return inject.Raises(provider, declare.Raised{Type: reflect.TypeFor[E](), Statuses: statuses, Place: funcname.Caller(1)})
}

// OnError answers errors of type E in place of the app's format: errors that handlers, dependencies and middleware return, panics
// (*PanicError, or the value of panic if it is an error), *ValidationError, and the *HTTPError of 404 and 405. E is found as by
// errors.As; E and *E are found alike. The Cause of an HTTPError is not searched.
//
// The nearest function is asked first: the route's, then those of its routers, then the app's. If f returns nil, the next one is asked,
// and at last the format. At one level the order is: a type of errors, OnStatus, OnError[*HTTPError], OnError[error]. For a path without
// a route the functions of the app are asked, and those of routers with a prefix of the path.
//
// A Response without a status gets that of the error. One made by (*HTTPError).Response has the app's format:
//
//	brio.OnError(func(r *http.Request, err *store.NotFound) *brio.Response {
//		return brio.Error(404, "There is no "+err.What).Response()
//	})
//
// f runs in the goroutine of the request, after the clean-ups. If it panics, or its Response cannot be sent, the answer is a 500.
func OnError[E error](f func(r *http.Request, err E) *Response) Option {
	return onError(declare.OnError(f, funcname.Caller(1)))
}

// onError is OnError for a type.
//
//go:noinline
func onError(h declare.ErrorHandler) Option {
	return option(func(s *declare.Settings) { s.ErrorHandlers.Add(h) })
}

// OnStatus answers errors that would have a status, 400 to 599, whatever their type: 404 for a page of your own, 500 for all errors
// without a status. It works as [OnError] does.
//
//go:noinline
func OnStatus(status int, f func(r *http.Request, err error) *Response) Option {
	h := declare.ErrorHandler{Status: status, Func: f, Place: funcname.Caller(1), Handle: f}
	return option(func(s *declare.Settings) { s.ErrorHandlers.Add(h) })
}

// WriteError lets middleware answer with an error as the app, router or route that uses the middleware answers it, with OnError and
// OnStatus. It finds them through w, which may be wrapped: by a method Unwrap, or by an embedded http.ResponseWriter. Outside of an app
// the answer has FastAPI's form. If the answer has begun, WriteError only logs.
func WriteError(w http.ResponseWriter, r *http.Request, err error) { route.WriteError(w, r, err) }

// Debug answers unhandled errors and panics with their full text, the errors that they wrap, the stack with its source lines, the request,
// and what the route runs, with what had run and for how long: the steps of each request are timed. A client that accepts HTML gets a page,
// others get plain text. The values of headers and parameters with names of secrets, such as Authorization and api_key, are masked; the body
// is not shown. Clients must not see these, so it is for development
// only; the app logs a warning when it starts. It is off by default.
//
//go:noinline
func Debug(on ...bool) AppOption {
	return switchedApp("Debug", on, func(a *appSettings, on bool) { a.Route.Debug = on })
}

// Messages writes errors in the client's language: the best match of its Accept-Language among the catalogues and the built-in English.
// Answers then have Content-Language and Vary. Types, ctx and loc of errors stay as they are, so programs should use those. Several of
// these options add up.
//
//go:noinline
func Messages(catalogues ...Catalogue) AppOption {
	place := funcname.Caller(1)
	return appOption(func(a *appSettings) {
		a.Route.Catalogues, a.Route.CataloguesPlace = append(a.Route.Catalogues, catalogues...), place
	})
}

// ErrorKind declares an error type of the program's own, which Validate methods return (*ErrorDetail), and the names in its ctx.
// Catalogues can then have a message for it.
//
//go:noinline
func ErrorKind(kind string, ctx ...string) AppOption {
	return appOption(func(a *appSettings) {
		if a.Route.ErrorKinds == nil {
			a.Route.ErrorKinds = map[string][]string{}
		}
		a.Route.ErrorKinds[kind] = ctx
	})
}
