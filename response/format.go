package response

import (
	"fmt"
	"net/http"
	"reflect"
)

// ErrorFormat writes all errors of an app: those of handlers, of the router and of middleware. An app has one. Its methods
// must be safe for concurrent use.
type ErrorFormat interface {
	// MediaType is the Content-Type of error bodies, which are JSON.
	MediaType() string
	// Body returns the JSON value to send for an error.
	Body(e *ErrorInfo) any
	// Model is the type that Body returns for a status. The document describes the errors with it.
	Model(status int) reflect.Type
}

// ErrorInfo is the public part of an error, which an ErrorFormat writes. The Cause of the error is in the log only.
type ErrorInfo struct {
	Status    int           // 400 to 599
	Title     string        // of the kind of error; the status phrase unless the error sets one
	Detail    any           // any JSON value; Title if the error has none
	Errors    []ErrorDetail // the entries of a 422, or of an exceeded limit
	Type      string        // a URI that identifies the kind of error, "" for none
	Instance  string        // a URI that identifies this occurrence, "" for none
	RequestID string        // "" without middleware.RequestID
	Language  string        // of the texts, if the app has Messages; else ""
}

// FastAPIErrors is the default ErrorFormat: {"detail": …}. detail is the list of entries of a validation error, or the Detail
// of another error. The request's identifier is in the header X-Request-Id only.
func FastAPIErrors() ErrorFormat { return fastAPIErrors{} }

// fastAPIErrors implements FastAPIErrors.
type fastAPIErrors struct{}

// HTTPValidationError is the body of a 422 in FastAPI's format.
type HTTPValidationError struct {
	Detail []ErrorDetail `json:"detail"` // one entry for each mistake
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

// ProblemDetails is the ErrorFormat of RFC 9457, application/problem+json. A Detail that is no string is the member details.
// The entries of a validation error are the member errors, in FastAPI's format.
func ProblemDetails() ErrorFormat { return problemDetails{} }

// problemDetails implements ProblemDetails.
type problemDetails struct{}

// Problem is the body of an error in the format of RFC 9457. Error types of the program may embed it.
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

// Body returns a Problem. A detail that only repeats the title is left out.
func (problemDetails) Body(e *ErrorInfo) any {
	p := Problem{Type: e.Type, Title: e.Title, Status: e.Status, Instance: e.Instance, Errors: e.Errors, RequestID: e.RequestID}
	if p.Type == "" {
		p.Type = "about:blank" // RFC 9457, 4.2.1: no meaning beyond the status
	}
	switch d := e.Detail.(type) {
	case string:
		if d != e.Title {
			p.Detail = d
		}
	case fmt.Stringer: // its JSON may be of any type
		p.Details = d
	default:
		p.Details = d
	}
	return p
}

func (problemDetails) Model(int) reflect.Type { return reflect.TypeFor[Problem]() }
