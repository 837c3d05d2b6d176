package trace

import (
	"context"
	"testing"
)

// A Trace has the steps in order, the calls of solve with their states, and belongs to the app that takes it first.
func TestTrace(t *testing.T) {
	steps := New()
	ctx := With(context.Background(), steps)
	if Of(ctx) != steps || Of(context.Background()) != nil || !steps.Take() || steps.Take() {
		t.Error("the context has the trace, which one app takes")
	}
	steps.Enter("solve")
	steps.Solve(4, func(i int) string { return string(rune('a' + i)) })
	for i, isFilled := range []bool{true, false} {
		steps.Call(i)
		steps.Return(i, isFilled)
	}
	steps.Call(2)
	steps.Unwind("close")
	steps.Enter("close")
	steps.Unwind("close")
	steps.End()
	var names string
	for _, s := range steps.Steps() {
		names += s.Name + " "
		if s.Took < 0 || s.Begin < 0 {
			t.Errorf("%s took %v from %v", s.Name, s.Took, s.Begin)
		}
	}
	if want := Outside + " solve fail close "; names != want {
		t.Errorf("got the steps %q, want %q", names, want)
	}
	calls, called := steps.Calls()
	for i, want := range []State{Done, Skipped, Open, NotRun} {
		if calls[i].State != want || called[i] != string(rune('a'+i)) {
			t.Errorf("call %d: got %v %s, want state %d", i, calls[i], called[i], want)
		}
	}
	if took, ok := steps.HasEntered("solve"); !ok || calls[2].Took > took {
		t.Errorf("a call that is open ends with its step: %v of %v", calls[2].Took, took)
	}
	if _, ok := steps.HasEntered("call"); ok {
		t.Error("a step that has not begun was entered")
	}
}

// No Trace is none: the methods that twins call do nothing.
func TestNoTrace(t *testing.T) {
	var none *Trace
	none.Enter("solve")
	none.Solve(1, nil)
	none.Call(0)
	none.Return(0, true)
	none.Unwind("close")
	if _, ok := none.HasEntered("solve"); ok || none.Take() {
		t.Error("no trace has a step")
	}
}
