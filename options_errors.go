package brio

import (
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
