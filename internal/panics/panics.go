package panics

import (
	"net/http"
	"runtime/debug"

	"github.com/brio-go/brio/internal/finite"
)

// PanicError is a panic of a handler, provider or clean-up as an error. Its text is for logs only.
type PanicError struct {
	Value any    // of the panic; nil: the function called runtime.Goexit, which ends the request's goroutine
	Stack []byte // of the goroutine, as debug.Stack writes it
}

// Error returns the text of the panic's value.
func (e *PanicError) Error() string {
	switch {
	case e.Value == nil:
		return "runtime.Goexit was called"
	case finite.IsRecursive(): // the value is the error itself
		return "panic: …"
	}
	return "panic: " + finite.Text(e.Value)
}

// Unwrap returns the panic's value if it is an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// PanicOf returns the first panic in the chain of an error, nil for none. Methods of the error may panic, as with Aborts.
func PanicOf(err error) *PanicError {
	defer func() { _ = recover() }()
	p, _ := finite.As[*PanicError](err)
	return p
}

// Recovered returns the error of a panic, with the stack of the goroutine. v is the result of recover, which is nil if runtime.Goexit
// runs the deferred functions. errors.Is finds http.ErrAbortHandler in the error.
func Recovered(v any) *PanicError { return &PanicError{v, debug.Stack()} }

// Aborts reports whether err is http.ErrAbortHandler, the panic by which a handler closes the connection. The methods Unwrap and Is of err
// may panic, as the methods of a nil pointer do.
func Aborts(err error) bool { return finite.Is(err, http.ErrAbortHandler) }
