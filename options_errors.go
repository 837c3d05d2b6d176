package brio

import (
	"reflect"

	"github.com/brio-go/brio/dependencies"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/routing"
)

type (
	// ErrorFormat is how an app writes its errors.
	ErrorFormat = response.ErrorFormat
	// ErrorInfo is what an ErrorFormat writes.
	ErrorInfo = response.ErrorInfo
	// Problem is the body of an error under ProblemDetails.
	Problem = response.Problem
)

// FormatErrors says how all errors of the app are written: those of handlers and dependencies, 404, 405 and 422, those of
// middleware, and panics. Without it they have FastAPI's form, {"detail": …}.
func FormatErrors(f ErrorFormat) AppOption {
	place := routing.Caller(1)
	return appOption(func(a *appSettings) { a.errorFormat, a.errorFormatPlace = f, place })
}

// ProblemDetails writes errors as RFC 9457 has them, application/problem+json: the members type, title, status, detail
// and instance, errors with the entries of a validation error, and request_id where there is one.
func ProblemDetails() AppOption {
	place := routing.Caller(1)
	return appOption(func(a *appSettings) { a.errorFormat, a.errorFormatPlace = response.ProblemDetails(), place })
}

// Raises declares that routes may end in errors of type E: their JSON is the body, and the document has its schema. E, or
// *E, has a method StatusCode() int, or one status is given here; where what StatusCode says depends on the value, all its
// statuses are given here. A type without exported fields is written in the app's format. Where E has a method Headers()
// http.Header, the answer has those too.
//
// An error with the method StatusCode whose type nobody has declared is answered with its status and nothing else of it.
func Raises[E error](statuses ...int) Option {
	r := dependencies.Raised{Type: reflect.TypeFor[E](), Statuses: statuses, Place: routing.Caller(1)}
	return option(func(s *routing.Settings) { s.Raises = append(s.Raises, r) })
}

// Failing is Raises for a provider given to Provide or Depends: the document has the errors for every route that uses it,
// directly or through another.
func Failing[E error](provider any, statuses ...int) any {
	return dependencies.Raises(provider, dependencies.Raised{Type: reflect.TypeFor[E](), Statuses: statuses, Place: routing.Caller(1)})
}
