package inject_test

import (
	"errors"
	"fmt"
	"net/http"
	"runtime"
	"testing"

	"github.com/brio-go/brio/internal/inject"
	"github.com/brio-go/brio/internal/testkit"
)

var errRequest = errors.New("request")

// cleanUp is a guard with a clean-up.
func cleanUp(f func(error) error) any { return func() func(error) error { return f } }

// openFrame returns a frame in which the guards of a plan have run.
func openFrame(t *testing.T, guards ...any) *inject.Frame {
	t.Helper()
	f := newFrame(t, "/")
	if err := newPlan(t, newScope(depend(guards...)), func() {}).Solve(f); err != nil {
		t.Fatal(err)
	}
	return f
}

// Each form of clean-up runs once, last in first out, and those with a parameter get the error of the request.
func TestCloseRunsEveryForm(t *testing.T) {
	t.Parallel()
	for caseName, err := range map[string]error{"success": nil, "failure": errRequest} {
		t.Run(caseName, func(t *testing.T) {
			var tr testkit.Trace
			f := openFrame(t,
				func() func() { return func() { tr.Add("1") } },
				func() func() error { return func() error { tr.Add("2"); return nil } },
				func() func(error) { return func(err error) { tr.Add("3 %v", err) } },
				func() func(error) error { return func(err error) error { tr.Add("4 %v", err); return err } },
				func() func() { return nil })
			if !f.Unclosed() {
				t.Error("Unclosed: got false")
			}
			for range 2 {
				if got, unseen := f.Close(err); got != err || unseen != nil {
					t.Errorf("Close: got %v, %v; want %v, nil", got, unseen, err)
				}
			}
			if f.Unclosed() {
				t.Error("Unclosed after Close: got true")
			}
			tr.Want(t, fmt.Sprintf("4 %v, 3 %v, 2, 1", err, err))
		})
	}
}

// Clean-ups of BeforeResponse run before the others. BeforeResponse runs them alone, and Close runs what is left.
func TestBeforeResponseRunsFirst(t *testing.T) {
	t.Parallel()
	var tr testkit.Trace
	step := func(name string) any { return func() func() { return func() { tr.Add("%s", name) } } }
	guards := []any{inject.BeforeResponse(step("before 1")), step("after 1"), inject.BeforeResponse(step("before 2")), step("after 2")}

	f := openFrame(t, guards...)
	if !f.PendingBefore() {
		t.Error("PendingBefore: got false")
	}
	if err := f.BeforeResponse(); err != nil || f.PendingBefore() || !f.Unclosed() {
		t.Errorf("BeforeResponse: got %v, pending %v, unclosed %v; want nil, false, true", err, f.PendingBefore(), f.Unclosed())
	}
	tr.Want(t, "before 2, before 1")
	_, _ = f.Close(nil)
	tr.Want(t, "after 2, after 1")

	_, _ = openFrame(t, guards...).Close(errRequest)
	tr.Want(t, "before 2, before 1, after 2, after 1")
}

// The outcome of Close is what the clean-ups make of the error of the request. An error that it does not carry is in unseen, for the
// log.
func TestCloseOutcome(t *testing.T) {
	t.Parallel()
	replaced, failed := errors.New("replaced"), errors.New("failed")
	for caseName, c := range map[string]struct {
		guard           any
		err             error
		outcome, unseen string
	}{
		"passed on":             {cleanUp(func(err error) error { return err }), errRequest, "request", ""},
		"replaced":              {cleanUp(func(error) error { return replaced }), errRequest, "replaced", ""},
		"swallowed":             {cleanUp(func(error) error { return nil }), errRequest, "clean-up of a function literal swallowed the error of the request (request): return it, or another one", ""},
		"nil stays nil":         {cleanUp(func(error) error { return nil }), nil, "", ""},
		"fails on success":      {cleanUp(func(error) error { return failed }), nil, "clean-up of a function literal: failed", ""},
		"own error on success":  {func() func() error { return func() error { return failed } }, nil, "clean-up of a function literal: failed", ""},
		"own error on failure":  {func() func() error { return func() error { return failed } }, errRequest, "request", "clean-up of a function literal: failed"},
		"panic on success":      {func() func() { return func() { panic("canary") } }, nil, "clean-up of a function literal: panic: canary", ""},
		"panic on failure":      {func() func() { return func() { panic("canary") } }, errRequest, "request", "clean-up of a function literal: panic: canary"},
		"panic with the error":  {cleanUp(func(error) error { panic("canary") }), errRequest, "request", "clean-up of a function literal: panic: canary"},
		"abort wins":            {func() func() { return func() { panic(http.ErrAbortHandler) } }, errRequest, "clean-up of a function literal: panic: net/http: abort Handler", ""},
		"abort is not replaced": {cleanUp(func(error) error { return replaced }), http.ErrAbortHandler, "net/http: abort Handler", ""},
	} {
		t.Run(caseName, func(t *testing.T) {
			outer := "not called"
			f := openFrame(t, func() func(error) { return func(err error) { outer = testkit.ErrorText(err) } }, c.guard)
			outcome, unseen := f.Close(c.err)
			wantError(t, "outcome", outcome, c.outcome)
			wantError(t, "unseen", unseen, c.unseen)
			if want := testkit.ErrorText(outcome); outer != want {
				t.Errorf("the outer clean-up: got %s, want %s", outer, want)
			}
		})
	}
}

// An error of a clean-up of BeforeResponse takes the place of the answer.
func TestBeforeResponseError(t *testing.T) {
	t.Parallel()
	conflict := errors.New("conflict")
	f := openFrame(t, inject.BeforeResponse(func() func() error { return func() error { return conflict } }))
	if err := f.BeforeResponse(); !errors.Is(err, conflict) {
		t.Errorf("BeforeResponse: got %v, want the conflict", err)
	}
}

// The error of a clean-up that swallows another does not wrap it. Otherwise the client would get the status of the swallowed error.
func TestSwallowedErrorIsNotWrapped(t *testing.T) {
	t.Parallel()
	f := openFrame(t, cleanUp(func(error) error { return nil }))
	if outcome, _ := f.Close(errRequest); outcome == nil || errors.Is(outcome, errRequest) {
		t.Errorf("got %v, want an error that does not wrap that of the request", outcome)
	}
}

// All clean-ups run when one of them panics or ends the goroutine with runtime.Goexit.
func TestCloseRunsAllCleanUps(t *testing.T) {
	t.Parallel()
	var tr testkit.Trace
	step := func(name string) any {
		return func() func(error) { return func(err error) { tr.Add("%s %v", name, err) } }
	}
	f := openFrame(t, step("first"), func() func() { return func() { panic("canary") } }, step("last"))
	_, _ = f.Close(nil)
	tr.Want(t, "last <nil>, first clean-up of a function literal: panic: canary")

	f = openFrame(t, step("first"), func() func() { return runtime.Goexit }, step("last"))
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = f.Close(nil)
	}()
	testkit.Receive(t, done, "the end of the goroutine")
	tr.Want(t, "last <nil>, first runtime.Goexit was called")
}
