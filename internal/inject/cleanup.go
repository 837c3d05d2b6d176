package inject

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"github.com/brio-go/brio/internal/panics"
)

// cleanup is the clean-up function that a provider returned.
type cleanup struct {
	name string // of the provider
	fn   any    // of one of the four types in closers
	// beforeResponse means that it runs before the response is sent.
	beforeResponse bool
}

// PendingBefore reports whether clean-ups are left that run before the response.
func (f *Frame) PendingBefore() bool {
	return slices.ContainsFunc(f.cleanups, func(c cleanup) bool { return c.beforeResponse })
}

// BeforeResponse runs the clean-ups of providers declared with BeforeResponse, last in first out. The answer is complete and
// not yet sent. The error, if there is one, replaces the answer.
func (f *Frame) BeforeResponse() error {
	if len(f.cleanups) == 0 {
		return nil
	}
	return f.unwind(true, nil)
}

// Close runs each clean-up that has not run yet, exactly once, also after an error or a panic of another one: first the ones
// that run before the response, then the others, each kind last in first out.
//
// err is the error that ends the request, nil for none. outcome is the error after the clean-ups:
//   - a func(error) error replaces the error by its result. If it returns nil for an error, the outcome is an error that
//     says so, because the request has no other answer;
//   - a clean-up that fails makes the outcome an error if there was none. The outer clean-ups receive it;
//   - otherwise the first error stays, and the failures of clean-ups are joined in failed, for the log.
func (f *Frame) Close(err error) (outcome, failed error) {
	if len(f.cleanups) == 0 && f.cleanupErrors == nil {
		return err, nil
	}
	returns := false
	defer func() {
		if !returns { // a clean-up called runtime.Goexit: the others still run
			_, f.cleanupErrors = f.Close(cmp.Or[error](err, panics.Recovered(nil)))
		}
	}()
	err = f.unwind(false, f.unwind(true, err))
	failed, f.cleanupErrors = f.cleanupErrors, nil
	returns = true
	return err, failed
}

// unwind runs the clean-ups of one kind, each with the error so far. It removes each from the list before the call, so that
// none runs twice.
func (f *Frame) unwind(before bool, err error) error {
	for i := len(f.cleanups) - 1; i >= 0; i-- {
		c := f.cleanups[i]
		if c.beforeResponse != before {
			continue
		}
		f.cleanups = append(f.cleanups[:i], f.cleanups[i+1:]...)
		after, failed := c.run(err)
		if failed != nil {
			failed = fmt.Errorf("clean-up of %s: %w", c.name, failed)
		}
		switch {
		case panics.Aborts(failed):
			err = failed
		case failed != nil && err == nil:
			err = failed
		case failed != nil:
			f.cleanupErrors = errors.Join(f.cleanupErrors, failed)
		case panics.Aborts(err):
			// The abort stays: a clean-up cannot replace it.
		case err != nil && after == nil:
			err = &swallowed{c.name, err}
		default:
			err = after
		}
	}
	return err
}

// run calls one clean-up. after is the request's error after it; failed is an error or a panic of the clean-up itself.
func (c cleanup) run(err error) (after, failed error) {
	defer func() {
		if v := recover(); v != nil {
			after, failed = err, panics.Recovered(v)
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

// swallowed is the error of a request whose error a clean-up did not return. It is a 500, whatever the error was.
type swallowed struct {
	name string
	err  error
}

func (e *swallowed) Error() string {
	return fmt.Sprintf("clean-up of %s swallowed the error of the request (%v): return it, or another one", e.name, e.err)
}
