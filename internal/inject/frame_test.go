package inject_test

import (
	"context"
	"testing"

	"github.com/brio-go/brio/internal/testkit"
)

// SetContext replaces the request's context until Reset.
func TestFrameSetContext(t *testing.T) {
	t.Parallel()
	type key struct{}
	p := newPlan(t, newScope(), func(ctx context.Context) any { return ctx.Value(key{}) })
	f := newFrame(t, "/")
	f.SetContext(context.WithValue(t.Context(), key{}, "replaced"))
	if got, err := solveAndCall(p, f); err != nil || got != "replaced" {
		t.Errorf("got %v, %v; want replaced", got, err)
	}
	f.Reset()
	if f.Context() != f.Exchange.Request().Context() {
		t.Error("after Reset: the context is not that of the request")
	}
}

// After Reset a frame has nothing of the request before: no value, no error, no clean-up.
func TestFrameReset(t *testing.T) {
	t.Parallel()
	var tr testkit.Trace
	guard := func() (*depA, func()) {
		return &depA{}, func() { tr.Add("clean-up") }
	}
	first := newPlan(t, newScope(depend(guard)), func(*depA, token) {})
	f := newFrame(t, "/")
	if err := first.Solve(f); err == nil || !f.Unclosed() {
		t.Fatalf("got %v, unclosed %v; want an error of the token and a clean-up", err, f.Unclosed())
	}
	f.Reset()
	if f.Unclosed() || f.PendingBefore() {
		t.Error("after Reset the frame has values of the request before")
	}
	second := newPlan(t, newScope(provide(openA)), name)
	if got, err := solveAndCall(second, f); got != "openA" || err != nil {
		t.Errorf("the next request: got %v, %v; want openA", got, err)
	}
	if err, unseen := f.Close(nil); err != nil || unseen != nil {
		t.Errorf("Close: got %v, %v; want nil", err, unseen)
	}
	tr.Want(t, "")
}

// A frame that serves plans of different size gives none a value of another.
func TestFrameIsReusedByOtherPlans(t *testing.T) {
	t.Parallel()
	long := newPlan(t, newScope(provide(openA, func(*depA) *depB { return &depB{"b"} }, func(*depB) *depC { return &depC{"c"} })),
		func(a *depA, b *depB, c *depC) string { return a.by + b.by + c.by })
	short := newPlan(t, newScope(provide(func(token) *depC { return &depC{"never"} })), func(*depC) string { t.Error("called"); return "" })
	f := newFrame(t, "/")
	for range 3 {
		if got, err := solveAndCall(long, f); got != "openAbc" || err != nil {
			t.Errorf("long: got %v, %v", got, err)
		}
		f.Reset()
		if err := short.Solve(f); err == nil {
			t.Error("short: got no error of the token")
		}
		f.Reset()
	}
}
