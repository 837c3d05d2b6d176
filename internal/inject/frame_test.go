package inject_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/brio-go/brio/background"
	"github.com/brio-go/brio/internal/inject"
	"github.com/brio-go/brio/internal/injectables"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/params"
	"github.com/brio-go/brio/response"
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

// The guards run in order, then what the handler needs, each after what it needs itself. A function runs once, and NoCache lets it run
// for each use.
func TestSolveOrder(t *testing.T) {
	t.Parallel()
	var tr testkit.Trace
	a := func() *depA { tr.Add("a"); return &depA{"a"} }
	b := func(*depA) *depB { tr.Add("b"); return &depB{} }
	c := func(*depA) *depC { tr.Add("c"); return &depC{} }
	handler := func(*depC, *depB, *depA) { tr.Add("handler") }
	for caseName, test := range map[string]struct {
		a    any
		want string
	}{
		"once":    {a, "guard 1, a, b, guard 2, c, handler"},
		"NoCache": {inject.NoCache(a), "guard 1, a, b, guard 2, a, c, a, handler"},
	} {
		t.Run(caseName, func(t *testing.T) {
			p := newPlan(t, newScope(provide(test.a, b, c), depend(tr.Guard("guard 1"), func(*depB) { tr.Add("guard 2") })), handler)
			for range 2 {
				if _, err := solveAndCall(p, newFrame(t, "/")); err != nil {
					t.Error(err)
				}
				tr.Want(t, test.want)
			}
		})
	}
}

// A function with Scopes runs once for each set of scopes, and gets those of all functions that need it, outermost first.
func TestSolveScopes(t *testing.T) {
	t.Parallel()
	var tr testkit.Trace
	user := func(s scopes) *depA { tr.Add("user with %s", s); return &depA{s.String()} }
	active := func(a *depA) *depB { return &depB{a.by} }
	p := newPlan(t, newScope(provide(inject.Scoped(user, "me"), inject.Scoped(active, "active"))),
		func(a *depA, b *depB, again *depA) string { return a.by + ", " + b.by + ", " + again.by })
	wantResult(t, p, "me, active me, me")
	tr.Want(t, "user with me, user with active me")
}

// Functions get the framework's values. The Response and the tasks are made when the first function asks, and all share them.
func TestSolveFrameworkValues(t *testing.T) {
	t.Parallel()
	var res *response.Response
	var tasks *background.Tasks
	guard := func(r *response.Response, bg *background.Tasks) { res, tasks = r, bg }
	p := newPlan(t, newScope(depend(guard)), func(ctx context.Context, r *http.Request, again *response.Response, bg *background.Tasks) string {
		return fmt.Sprint(ctx == r.Context(), r.URL.Path, again == res, bg == tasks)
	})
	f := newFrame(t, "/items")
	shared := f.Owner.(*injectables.State)
	if !shared.Untouched() {
		t.Error("Untouched before Solve: got false")
	}
	got, err := solveAndCall(p, f)
	if want := "true/itemstruetrue"; err != nil || strings.ReplaceAll(got.(string), " ", "") != want {
		t.Errorf("got %v, %v; want %s", got, err, want)
	}
	if shared.Untouched() || shared.Temporal() != res || shared.Tasks() != tasks || res == nil || tasks == nil {
		t.Errorf("got Untouched %v, Response %v, tasks %v; want false and the values of the functions", shared.Untouched(), shared.Temporal(), shared.Tasks())
	}
}

// A function with invalid parameters is skipped, with the functions that need its result. All others run, and one ValidationError has
// every error once, in the order of the functions.
func TestSolveCollectsValidationErrors(t *testing.T) {
	t.Parallel()
	var tr testkit.Trace
	a := func(paging) *depA { tr.Add("a"); return &depA{} }
	b := func(*depA) *depB { tr.Add("b"); return &depB{} }
	guards := depend(func(token) { tr.Add("token") }, tr.Guard("sibling"), func(*depB) { tr.Add("needs b") })
	p := newPlan(t, newScope(provide(a, b), guards), func(*paging) { tr.Add("handler") })

	err := p.Solve(newFrame(t, "/"))
	var invalid *params.ValidationError
	if !errors.As(err, &invalid) || len(invalid.Errors) != 2 {
		t.Fatalf("got %v, want two errors", err)
	}
	if got := fmt.Sprint(invalid.Errors[0].Loc, invalid.Errors[1].Loc); got != "[header x-token] [query page]" {
		t.Errorf("locations: got %s", got)
	}
	tr.Want(t, "sibling")

	if _, err := solveAndCall(p, newFrame(t, "/?page=1", "X-Token", "t")); err != nil {
		t.Error(err)
	}
	tr.Want(t, "token, sibling, a, b, needs b, handler")
}

// An error of a function ends Solve at once, even after errors of parameters.
func TestSolveStopsAtError(t *testing.T) {
	t.Parallel()
	refused := errors.New("refused")
	for caseName, guard := range map[string]any{
		"error":                 func() error { return refused },
		"value and error":       func() (*depA, error) { return &depA{}, refused },
		"with parameter":        func(*http.Request) (*depA, error) { return nil, refused },
		"with clean-up":         func() (*depA, func(), error) { return nil, func() { t.Error("the clean-up ran") }, refused },
		"after invalid, struct": func(*http.Request) (depA, error) { return depA{}, refused },
	} {
		var tr testkit.Trace
		p := newPlan(t, newScope(depend(func(token) {}, guard, tr.Guard("after"))), func() {})
		f := newFrame(t, "/")
		if err := p.Solve(f); err != refused {
			t.Errorf("%s: got %v, want the guard's error", caseName, err)
		}
		tr.Want(t, "")
		if err, unseen := f.Close(refused); err != refused || unseen != nil {
			t.Errorf("%s: Close: got %v, %v", caseName, err, unseen)
		}
	}
}

// Results and arguments of every shape reach the functions that need them: pointers, words, structs, interfaces, and nil.
func TestSolvePassesEveryShape(t *testing.T) {
	t.Parallel()
	type large struct{ a, b, c int }
	p := newPlan(t, newScope(provide(
		func() int { return 1 },
		func() (string, error) { return "two", nil },
		func() (large, func()) { return large{1, 2, 3}, nil },
		func() []byte { return []byte("four") },
		func() *depA { return nil },
		func() (named, error) { return &depA{"six"}, nil },
		func(n named) *depB { return &depB{n.By()} },
		func() float64 { return 8.5 },
	)), func(i int, s string, l large, b []byte, a *depA, n named, d *depB, f float64) string {
		return fmt.Sprint(i, s, l, string(b), a == nil, n.By(), d.by, f)
	})
	wantResult(t, p, fmt.Sprint(1, "two", large{1, 2, 3}, "four", true, "six", "six", 8.5))
}

// Call returns the handler's value and its error, also both.
func TestCallResults(t *testing.T) {
	t.Parallel()
	failed := errors.New("failed")
	a := &depA{}
	for caseName, c := range map[string]struct {
		handler any
		result  any
		err     error
	}{
		"nothing":           {func() {}, nil, nil},
		"value":             {func() int { return 7 }, 7, nil},
		"text":              {func() string { return "text" }, "text", nil},
		"text of a pointer": {func(a *depB) string { return a.by }, "b", nil},
		"pointer":           {func(*depB) *depA { return a }, a, nil},
		"error":             {func() error { return failed }, nil, failed},
		"nil error":         {func() error { return nil }, nil, nil},
		"value and nil":     {func() (int, error) { return 7, nil }, 7, nil},
		"value and error":   {func() (int, error) { return 7, failed }, 7, failed},
		"text and error":    {func() (string, error) { return "text", failed }, "text", failed},
		"pointer and error": {func(*depB) (*depA, error) { return a, failed }, a, failed},
	} {
		p := newPlan(t, newScope(provide(func() *depB { return &depB{"b"} })), c.handler)
		if got, err := solveAndCall(p, newFrame(t, "/")); got != c.result || err != c.err {
			t.Errorf("%s: got %v, %v; want %v, %v", caseName, got, err, c.result, c.err)
		}
	}
}
