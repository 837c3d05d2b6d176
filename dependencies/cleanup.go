package dependencies

import (
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
)

// cleanup is what a dependency left to be done.
type cleanup struct {
	name string
	fn   any // one of the four forms of closers
}

// PanicError is a panic of user code, as an error. Its text is for logs only.
type PanicError struct {
	Value any
	Stack []byte
}

// Error is the panic's value.
func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

// Unwrap is the panic's value when it is an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}

// PanicOf is the panic behind an error, nil for none. Like Aborts it takes errors of any type.
func PanicOf(err error) *PanicError {
	defer func() { _ = recover() }()
	p, _ := errors.AsType[*PanicError](err)
	return p
}

// Recovered makes an error of what recover returned. http.ErrAbortHandler stays recognisable through errors.Is.
func Recovered(v any) *PanicError { return &PanicError{v, debug.Stack()} }

// Close runs the clean-ups of the request, last in first out, each exactly once and all of them whatever happens. err
// is the error that ends the request, nil for none. A func(error) error passes on what it returns: the same error,
// another one, or, having swallowed it, none, which is an error of its own since there is nothing left to answer with.
// http.ErrAbortHandler, raised before or by a clean-up, is the outcome whatever the others say. Errors and panics of the
// clean-ups themselves change nothing of the answer; they are joined and come back as the second result, for the log.
func (f *Frame) Close(err error) (outcome, unseen error) {
	aborts := Aborts(err)
	for len(f.cleanups) > 0 {
		last := len(f.cleanups) - 1
		c := f.cleanups[last]
		f.cleanups = f.cleanups[:last]
		after, failed := c.run(err)
		switch {
		case Aborts(failed):
			aborts = true
		case failed != nil:
			unseen = errors.Join(unseen, fmt.Errorf("clean-up of %s: %w", c.name, failed))
		case err != nil && after == nil:
			err = &swallowed{c.name, err}
		default:
			err = after
		}
	}
	if aborts {
		err = http.ErrAbortHandler
	}
	return err, unseen
}

// run calls one clean-up. after is the error to go on with; failed is an error of the clean-up itself.
func (c cleanup) run(err error) (after, failed error) {
	defer func() {
		if v := recover(); v != nil {
			after, failed = err, Recovered(v)
		}
	}()
	switch fn := c.fn.(type) {
	case func():
		fn()
	case func() error:
		return err, fn()
	case func(error):
		fn(err)
	case func(error) error:
		after = fn(err)
		if err == nil {
			return nil, after
		}
		return after, nil
	}
	return err, nil
}

// swallowed is the error of a request whose real error a clean-up did not pass on. It is a 500, whatever it was.
type swallowed struct {
	name string
	err  error
}

func (e *swallowed) Error() string {
	return fmt.Sprintf("clean-up of %s swallowed the error of the request (%v): return it, or another one", e.name, e.err)
}

// Aborts reports whether err is the panic by which a handler gives up the connection. err may be of any type that
// user code has, and its Unwrap and Is may panic, as those of a nil pointer do.
func Aborts(err error) (aborts bool) {
	defer func() { _ = recover() }()
	return errors.Is(err, http.ErrAbortHandler)
}
