package params

import (
	"errors"
	"fmt"
	"strings"

	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/finite"
	"github.com/brio-go/brio/response"
)

// ErrorDetail is one entry of a 422, in FastAPI's shape.
type ErrorDetail = response.ErrorDetail

// ValidationError carries every error of a request, and the JSON body as received.
type ValidationError struct {
	Errors []ErrorDetail
	Body   []byte
}

// Error names the first errors, for logs.
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

// Errors of a body that is not read any further. The router gives them their status.
var (
	ErrMediaType  = errors.New("the body is not declared as what is read here") // 415
	ErrEncoding   = exchange.ErrEncoding                                        // 415
	ErrTooComplex = errors.New("the JSON has too many elements")                // 413
	ErrTooDeep    = errors.New("the JSON is nested too deeply to be processed") // 400
)

// Errors that reading a body may end with; test with errors.Is. Returned by a handler they are a 413 and a 400.
var (
	ErrTooLarge = exchange.ErrTooLarge
	ErrBroken   = exchange.ErrRead
)
