package panics

import (
	"net/http"
	"runtime/debug"

	"github.com/brio-go/brio/internal/finite"
)

// PanicError is a panic of a handler, provider or clean-up as an error. Its text is for logs only.
type PanicError struct {
	Value any // nil: the function called runtime.Goexit, which ends the request's goroutine
	Stack []byte
}

// Error is the panic's value.
func (e *PanicError) Error() string {
	switch {
	case e.Value == nil:
		return "runtime.Goexit was called"
	case finite.IsRecursive(): // the value is the error itself
		return "panic: …"
	}
	return "panic: " + finite.Text(e.Value)
}

// Unwrap is the panic's value when it is an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// PanicOf returns the panic in the chain of an error, nil for none. Like Aborts it accepts errors of any type.
func PanicOf(err error) *PanicError {
	defer func() { _ = recover() }()
	p, _ := finite.As[*PanicError](err)
	return p
}

// Recovered makes an error of the result of recover. That is nil when runtime.Goexit runs the deferred functions.
// errors.Is still finds http.ErrAbortHandler in it.
func Recovered(v any) *PanicError { return &PanicError{v, debug.Stack()} }

// Aborts reports whether err is http.ErrAbortHandler, the panic by which a handler closes the connection. err may be of any
// type: its methods Unwrap and Is may panic, as those of a nil pointer do.
func Aborts(err error) bool { return finite.Is(err, http.ErrAbortHandler) }
