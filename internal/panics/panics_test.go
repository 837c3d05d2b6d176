package panics_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/brio-go/brio/internal/panics"
)

// A recovered panic is an error with the panic's value as text, and with its stack. It wraps a value that is an error, so
// http.ErrAbortHandler is recognised.
func TestRecovered(t *testing.T) {
	t.Parallel()
	failed := errors.New("failed")
	for caseName, c := range map[string]struct {
		value any
		text  string
		wraps error
	}{
		"text":   {"canary", "panic: canary", nil},
		"error":  {failed, "panic: failed", failed},
		"abort":  {http.ErrAbortHandler, "panic: net/http: abort Handler", http.ErrAbortHandler},
		"number": {7, "panic: 7", nil},
		"Goexit": {nil, "runtime.Goexit was called", nil},
	} {
		p := panics.Recovered(c.value)
		if p.Error() != c.text || p.Value != c.value || p.Unwrap() != c.wraps {
			t.Errorf("%s: got %q, value %v, wraps %v; want %q", caseName, p.Error(), p.Value, p.Unwrap(), c.text)
		}
		if !strings.Contains(string(p.Stack), "TestRecovered") {
			t.Errorf("%s: the stack has no TestRecovered", caseName)
		}
	}
}

// badError is an error of user code whose methods panic, as those of a nil pointer do.
type badError struct{}

func (badError) Error() string { panic("Error") }
func (badError) Unwrap() error { panic("Unwrap") }
func (badError) Is(error) bool { panic("Is") }
func (badError) As(any) bool   { panic("As") }
func wrap(err error) error     { return fmt.Errorf("wrapped: %w", err) }

// PanicOf and Aborts find a panic behind an error of any type. Methods of the error that panic are no panic of theirs.
func TestPanicOfAndAborts(t *testing.T) {
	t.Parallel()
	p := panics.Recovered("canary")
	abort := panics.Recovered(http.ErrAbortHandler)
	for caseName, c := range map[string]struct {
		err    error
		panics *panics.PanicError
		aborts bool
	}{
		"nil":           {nil, nil, false},
		"other error":   {errors.New("other"), nil, false},
		"panic":         {p, p, false},
		"wrapped panic": {wrap(p), p, false},
		"joined panic":  {errors.Join(errors.New("other"), p), p, false},
		"abort":         {wrap(abort), abort, true},
		"plain abort":   {wrap(http.ErrAbortHandler), nil, true},
		"bad error":     {wrap(badError{}), nil, false},
	} {
		if got := panics.PanicOf(c.err); got != c.panics {
			t.Errorf("%s: PanicOf: got %v, want %v", caseName, got, c.panics)
		}
		if got := panics.Aborts(c.err); got != c.aborts {
			t.Errorf("%s: Aborts: got %v, want %v", caseName, got, c.aborts)
		}
	}
}
