package params

import (
	"errors"
	"fmt"
	"strings"

	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/finite"
	"github.com/brio-go/brio/response"
)

// ErrorDetail is one entry of a 422: the kind of the error, its location, a text, and what the client sent, as in FastAPI.
type ErrorDetail = response.ErrorDetail

// ValidationError has the errors of a request. A client can cause at most 100 entries.
type ValidationError struct {
	Errors []ErrorDetail // one for each mistake of the request
	Body   []byte        // the body as received; nil when it was not read as JSON
}

// Error returns the number of errors, and the location and text of the first three, for logs. It leaves out the inputs.
func (e *ValidationError) Error() string {
	var b strings.Builder
	if len(e.Errors) == 1 {
		b.WriteString("1 validation error")
	} else {
		fmt.Fprintf(&b, "%d validation errors", len(e.Errors))
	}
	for i, d := range e.Errors {
		if i == 3 {
			b.WriteString("; …")
			break
		}
		fmt.Fprintf(&b, "; %s: %s", finite.Text(d.Loc), d.Msg)
	}
	return b.String()
}

// ConflictError says why a JSON Patch does not fit the value that it is applied to: a test has failed, or a place does not exist. A
// handler that returns it, wrapped or not, answers 409 (RFC 5789, 2.2).
type ConflictError struct {
	Errors []ErrorDetail // located at the operation: ["body", 2, "path"]
}

// Error returns the location and text of the first entry.
func (e *ConflictError) Error() string {
	if len(e.Errors) == 0 {
		return "the patch does not fit the value"
	}
	return fmt.Sprintf("the patch does not fit the value; %s: %s", finite.Text(e.Errors[0].Loc), e.Errors[0].Msg)
}

// Errors of a request body that the framework does not read to its end. The client gets the status.
var (
	ErrMediaType  = exchange.ErrMediaType                                       // 415
	ErrEncoding   = exchange.ErrEncoding                                        // 415
	ErrTooComplex = errors.New("the JSON has too many elements")                // 413
	ErrTooDeep    = errors.New("the JSON is nested too deeply to be processed") // 400
)

// Errors of readers of the body: [Parts.All], [Part], and fields of type io.Reader. Test with errors.Is. A handler that returns
// one, wrapped or not, answers with the status.
var (
	ErrTooLarge = exchange.ErrTooLarge // 413: a limit is exceeded
	ErrBroken   = exchange.ErrRead     // 400: the body is malformed, or the client has closed the connection; 408: it has stalled
)
