package dependencies

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"slices"

	"github.com/brio-go/brio/internal/finite"
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
	Value any // nil: no panic, but a call of runtime.Goexit, which ends the goroutine of the request
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

// PanicOf is the panic behind an error, nil for none. Like Aborts it takes errors of any type.
func PanicOf(err error) *PanicError {
	defer func() { _ = recover() }()
	p, _ := finite.As[*PanicError](err)
	return p
}

// Recovered makes an error of what recover returned, nil included where runtime.Goexit runs the deferred functions.
// http.ErrAbortHandler stays recognisable through errors.Is.
func Recovered(v any) *PanicError { return &PanicError{v, debug.Stack()} }

// PendingBefore reports whether clean-ups are left that belong before the response.
func (f *Frame) PendingBefore() bool {
	return slices.ContainsFunc(f.cleanups, func(c cleanup) bool { return c.before })
}

// Unclosed reports whether Close has something to do or to say.
func (f *Frame) Unclosed() bool { return len(f.cleanups) > 0 || f.unseen != nil }

// BeforeResponse runs the clean-ups that belong before the response, last in first out, when the answer is ready to be
// sent. It returns the error that takes its place, nil for none.
func (f *Frame) BeforeResponse() error {
	if len(f.cleanups) == 0 {
		return nil
	}
	return f.unwind(true, nil)
}

// Close runs the clean-ups of the request that have not run yet, each exactly once and all of them whatever happens:
// those that belong before the response first, each kind last in first out. err is the error that ends the request, nil
// for none; outcome is what they made of it. A func(error) error passes on what it returns: the same error, another
// one, or, having swallowed it, none, which is an error of its own since there is nothing left to answer with. A
// clean-up that fails when there was no error makes one, which those further out see. Where there was one already it
// stays, and the failures come back as unseen, for the log.
func (f *Frame) Close(err error) (outcome, unseen error) {
	if len(f.cleanups) == 0 && f.unseen == nil {
		return err, nil
	}
	returns := false
	defer func() {
		if !returns { // a clean-up has called runtime.Goexit: the others run all the same
			_, f.unseen = f.Close(cmp.Or[error](err, Recovered(nil)))
		}
	}()
	err = f.unwind(false, f.unwind(true, err))
	unseen, f.unseen = f.unseen, nil
	returns = true
	return err, unseen
}

// unwind runs the clean-ups of one kind on the error so far. Each is taken off the list before it is called.
func (f *Frame) unwind(before bool, err error) error {
	for i := len(f.cleanups) - 1; i >= 0; i-- {
		c := f.cleanups[i]
		if c.before != before {
			continue
		}
		f.cleanups = append(f.cleanups[:i], f.cleanups[i+1:]...)
		after, failed := c.run(err)
		if failed != nil {
			failed = fmt.Errorf("clean-up of %s: %w", c.name, failed)
		}
		switch {
		case Aborts(failed):
			err = failed
		case failed != nil && err == nil:
			err = failed
		case failed != nil:
			f.unseen = errors.Join(f.unseen, failed)
		case Aborts(err):
			// It wins, whatever a clean-up makes of it.
		case err != nil && after == nil:
			err = &swallowed{c.name, err}
		default:
			err = after
		}
	}
	return err
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
func Aborts(err error) bool { return finite.Is(err, http.ErrAbortHandler) }
