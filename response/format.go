package response

import (
	"fmt"
	"net/http"
	"reflect"
)

// ErrorFormat is how an app writes its errors: all of them, whoever found them. An app has one. It is used by many
// requests at once.
type ErrorFormat interface {
	// MediaType is the Content-Type of error bodies, which are JSON.
	MediaType() string
	// Body is the JSON value that is sent for an error.
	Body(e *ErrorInfo) any
	// Model is the type that the document describes the bodies of a status with: that of what Body returns.
	Model(status int) reflect.Type
}

// ErrorInfo is what an ErrorFormat writes. All of it is meant for clients: what an error keeps to itself is in the log.
type ErrorInfo struct {
	Status    int
	Title     string        // of the kind of error: the phrase of the status, unless the error has its own
	Detail    any           // any JSON value; the title where nobody gave one
	Errors    []ErrorDetail // what is wrong with the request: of a 422, and of an error of a limit
	Type      string        // a URI that identifies the kind of error, "" for none
	Instance  string        // a URI that identifies this occurrence, "" for none
	RequestID string        // "" where there is none
	Language  string        // of the texts, where an app has Messages; else ""
}

// FastAPIErrors is the default ErrorFormat: {"detail": …}, where detail is the list of a validation error's entries or
// what the error has for a detail. The request's identifier is in the header X-Request-Id alone.
func FastAPIErrors() ErrorFormat { return fastAPIErrors{} }

// IsOwnFormat reports whether a format is one of this package, which changes nothing of an error.
func IsOwnFormat(f ErrorFormat) bool {
	switch f.(type) {
	case fastAPIErrors, problemDetails:
		return true
	}
	return false
}

type fastAPIErrors struct{}

// HTTPValidationError is the body of a 422 in FastAPI's format.
type HTTPValidationError struct {
	Detail []ErrorDetail `json:"detail"`
}

func (fastAPIErrors) MediaType() string { return mediaJSON }

func (fastAPIErrors) Body(e *ErrorInfo) any {
	if e.Errors != nil {
		return HTTPValidationError{e.Errors}
	}
	return Detail{e.Detail}
}

func (fastAPIErrors) Model(status int) reflect.Type {
	if status == http.StatusUnprocessableEntity {
		return reflect.TypeFor[HTTPValidationError]()
	}
	return reflect.TypeFor[Detail]()
}

// ProblemDetails is the ErrorFormat of RFC 9457, application/problem+json. A detail that is no text is the member
// details, the entries of a validation error are errors, as they are in FastAPI's format.
func ProblemDetails() ErrorFormat { return problemDetails{} }

type problemDetails struct{}

// Problem is the body of an error as RFC 9457 has it. Error types of a program's own may embed it.
type Problem struct {
	_         struct{}      `doc:"An error, as RFC 9457 has it"`
	Type      string        `json:"type" doc:"A URI that identifies the kind of problem" format:"uri-reference"`
	Title     string        `json:"title" doc:"What the kind of problem is"`
	Status    int           `json:"status" doc:"The status code"`
	Detail    string        `json:"detail,omitempty" doc:"What is wrong with this request"`
	Instance  string        `json:"instance,omitempty" doc:"A URI that identifies this occurrence" format:"uri-reference"`
	Details   any           `json:"details,omitempty" doc:"More of what is wrong with this request"`
	Errors    []ErrorDetail `json:"errors,omitempty" doc:"Everything that is not valid in this request"`
	RequestID string        `json:"request_id,omitempty" doc:"Identifies the request in the server's log"`
}

func (problemDetails) MediaType() string { return "application/problem+json" }

func (problemDetails) Body(e *ErrorInfo) any {
	p := Problem{Type: e.Type, Title: e.Title, Status: e.Status, Instance: e.Instance, Errors: e.Errors, RequestID: e.RequestID}
	if p.Type == "" {
		p.Type = "about:blank" // RFC 9457, 4.2.1: nothing beyond the status
	}
	switch d := e.Detail.(type) {
	case string:
		if d != e.Title {
			p.Detail = d
		}
	case fmt.Stringer: // of a type whose JSON may be anything
		p.Details = d
	default:
		p.Details = d
	}
	return p
}

func (problemDetails) Model(int) reflect.Type { return reflect.TypeFor[Problem]() }
