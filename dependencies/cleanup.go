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
	// before says that it runs before the response leaves.
	before bool
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

// BeforeResponse runs the clean-ups that belong before the response, last in first out, when the answer is ready to be
// sent. It returns the error that takes its place, nil for none.
func (f *Frame) BeforeResponse() error {
	var err error
	for i := len(f.cleanups) - 1; i >= 0; i-- {
		if c := f.cleanups[i]; c.before {
			f.cleanups = append(f.cleanups[:i], f.cleanups[i+1:]...)
			var failed error
			if err, failed = c.apply(err); err == nil {
				err = failed
			}
		}
	}
	return err
}

// Close runs the clean-ups of the request that have not run yet, each exactly once and all of them whatever happens:
// those that belong before the response first, each kind last in first out. err is the error that ends the request, nil
// for none. A func(error) error passes on what it returns: the same error, another one, or, having swallowed it, none,
// which is an error of its own since there is nothing left to answer with. Errors of clean-ups that ran when nobody was
// left to see them come back as the second result, for the log.
func (f *Frame) Close(err error) (outcome, unseen error) {
	for _, before := range []bool{true, false} {
		for i := len(f.cleanups) - 1; i >= 0; i-- {
			c := f.cleanups[i]
			if c.before != before {
				continue
			}
			f.cleanups = append(f.cleanups[:i], f.cleanups[i+1:]...)
			var failed error
			err, failed = c.apply(err)
			unseen = errors.Join(unseen, failed)
		}
	}
	return err, unseen
}

// apply runs one clean-up on the error so far. failed is what the clean-up itself did wrong when there was no error to
// pass on.
func (c cleanup) apply(err error) (outcome, failed error) {
	after, failed := c.run(err)
	switch {
	case failed != nil && err == nil:
		return nil, fmt.Errorf("clean-up of %s: %w", c.name, failed)
	case failed != nil:
		return errors.Join(err, fmt.Errorf("clean-up of %s: %w", c.name, failed)), nil
	case err != nil && after == nil:
		return &swallowed{c.name, err}, nil
	}
	return after, nil
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
