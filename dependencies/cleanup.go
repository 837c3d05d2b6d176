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

// Recovered makes an error of what recover returned. http.ErrAbortHandler stays recognisable through errors.Is.
func Recovered(v any) *PanicError { return &PanicError{v, debug.Stack()} }

// Close runs the clean-ups of the request, last in first out, each exactly once and all of them whatever happens. err
// is the error that ends the request, nil for none. A func(error) error passes on what it returns: the same error,
// another one, or, having swallowed it, none, which is an error of its own since there is nothing left to answer with.
// Errors of clean-ups that ran for nobody to see are joined and come back as the second result, for the log.
func (f *Frame) Close(err error) (outcome, unseen error) {
	for len(f.cleanups) > 0 {
		last := len(f.cleanups) - 1
		c := f.cleanups[last]
		f.cleanups = f.cleanups[:last]
		after, failed := c.run(err)
		switch {
		case failed != nil && err == nil:
			unseen = errors.Join(unseen, fmt.Errorf("clean-up of %s: %w", c.name, failed))
		case failed != nil:
			err = errors.Join(err, fmt.Errorf("clean-up of %s: %w", c.name, failed))
		case err != nil && after == nil:
			err = &swallowed{c.name, err}
		default:
			err = after
		}
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

// Aborts reports whether err is the panic by which a handler gives up the connection.
func Aborts(err error) bool { return errors.Is(err, http.ErrAbortHandler) }
