package inject_test

import (
	"context"
	"errors"
	"runtime"
	"strings"
	"testing"
	"weak"

	"github.com/brio-go/brio/internal/inject"
	"github.com/brio-go/brio/internal/testkit"
)

// RunOutside calls a function with its dependencies and ends them. A panic and an error of a clean-up are errors.
func TestRunOutside(t *testing.T) {
	t.Parallel()
	failed := errors.New("failed")
	for caseName, c := range map[string]struct {
		handler any
		want    string
		saw     string
	}{
		"success": {func(*depA) {}, "", "nil"},
		"error":   {func(*depA) error { return failed }, "failed", "failed"},
		"panic":   {func(*depA) { panic("canary") }, "panic: canary", "panic: canary"},
	} {
		var tr testkit.Trace
		s := newScope(provide(func(ctx context.Context) (*depA, func(error)) {
			return &depA{}, func(err error) { tr.Add("%s", testkit.ErrorText(err)) }
		}))
		s.Has = inject.App
		wantError(t, caseName, newPlan(t, s, c.handler).RunOutside(t.Context(), nil), c.want)
		tr.Want(t, c.saw)
	}
}

// An error of the function and one of a clean-up after it are both in the result.
func TestRunOutsideJoinsErrors(t *testing.T) {
	t.Parallel()
	failed, closing := errors.New("failed"), errors.New("not closed")
	s := newScope(provide(func() (*depA, func() error) { return &depA{}, func() error { return closing } }))
	s.Has = inject.App
	err := newPlan(t, s, func(*depA) error { return failed }).RunOutside(t.Context(), nil)
	if !errors.Is(err, failed) || !errors.Is(err, closing) {
		t.Errorf("got %v, want %v and %v", err, failed, closing)
	}
}

// Functions of one type share a plan, which is compiled once and keeps none of them.
func TestPlansCompileEachTypeOnce(t *testing.T) {
	t.Parallel()
	var plans inject.Plans
	compiled := 0
	scope := func() inject.Scope {
		compiled++
		s := newScope(provide(openA))
		s.Has = inject.Nothing
		return s
	}
	call := func(text string) weak.Pointer[string] {
		got := &text
		plan, problems := plans.Of(func(a *depA) { *got += " " + a.by }, scope)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		want := text + " openA"
		if err := plan.RunOutside(t.Context(), nil); err != nil || *got != want {
			t.Errorf("got %q, %v; want %q", *got, err, want)
		}
		return weak.Make(got)
	}
	first := call("first")
	call("second")
	if compiled != 1 {
		t.Errorf("compiled %d times, want once", compiled)
	}
	runtime.GC()
	if first.Value() != nil {
		t.Error("the plan keeps the function that it was compiled for")
	}
	plans.Clear()
	call("third")
	if compiled != 2 {
		t.Errorf("after Clear: compiled %d times, want twice", compiled)
	}
	for caseName, fn := range map[string]any{"nil of a known type": (func(*depA))(nil), "no function": 7, "nil": nil, "variadic": func(...int) {}} {
		for range 2 {
			if _, problems := plans.Of(fn, scope); len(problems) != 1 || !strings.Contains(problems[0].Found, "the handler is") && caseName != "variadic" {
				t.Errorf("%s: got %+v, want one problem", caseName, problems)
			}
		}
	}
}
