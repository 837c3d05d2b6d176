package inject_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/brio-go/brio/internal/inject"
)

// newOverrides returns Overrides by type, and of openA for those in replace.
func newOverrides(byType []any, replace ...any) *inject.Overrides {
	o := &inject.Overrides{}
	for _, f := range byType {
		o.ByType(inject.Func(f, "override"))
	}
	for _, f := range replace {
		o.Replace(openA, inject.Func(f, "override"))
	}
	return o
}

// An override takes the place of a provider by its result type or by its function. One that takes what it replaces gets it.
func TestOverrides(t *testing.T) {
	t.Parallel()
	fake := func() *depA { return &depA{"fake"} }
	spy := func(a *depA) *depA { return &depA{"spied " + a.by} }
	b := func(a *depA) *depB { return &depB{a.by} }
	ofB := func(b *depB) string { return b.by }
	ofNamed := func(n named) string { return n.By() }
	for caseName, c := range map[string]struct {
		levels    []inject.Level
		overrides *inject.Overrides
		handler   any
		want      string
	}{
		"none":               {[]inject.Level{provide(openA)}, nil, name, "openA"},
		"empty":              {[]inject.Level{provide(openA)}, newOverrides(nil), name, "openA"},
		"type":               {[]inject.Level{provide(openA)}, newOverrides([]any{fake}), name, "fake"},
		"function":           {[]inject.Level{provide(openA)}, newOverrides(nil, fake), name, "fake"},
		"guard":              {[]inject.Level{depend(openA)}, newOverrides(nil, fake), name, "fake"},
		"every level":        {[]inject.Level{provide(openA), provide(func() *depA { return nil })}, newOverrides([]any{fake}), name, "fake"},
		"need of a provider": {[]inject.Level{provide(openA, b)}, newOverrides([]any{fake}), ofB, "fake"},
		"spy":                {[]inject.Level{provide(openA)}, newOverrides([]any{spy}), name, "spied openA"},
		"interface":          {[]inject.Level{provide(openA)}, newOverrides([]any{func() named { return &depA{"named"} }}), ofNamed, "named"},
		"implementation":     {[]inject.Level{provide(openA)}, newOverrides([]any{fake}), ofNamed, "fake"},
	} {
		t.Run(caseName, func(t *testing.T) {
			s := newScope(c.levels...)
			s.Overrides = c.overrides
			wantResult(t, newPlan(t, s, c.handler), c.want)
		})
	}
}

// An override has the scopes and the lifetime of what it replaces beside its own, as FastAPI's dependency_overrides.
func TestOverrideKeepsWrappers(t *testing.T) {
	t.Parallel()
	user := func(s scopes) (*depA, func()) { return &depA{"real " + s.String()}, func() {} }
	s := newScope(provide(inject.BeforeResponse(inject.Scoped(user, "me"))))
	s.Overrides = newOverrides([]any{func(s scopes) (*depA, func()) { return &depA{"fake " + s.String()}, func() {} }})
	f := newFrame(t, "/")
	if got, err := solveAndCall(newPlan(t, s, name), f); got != "fake me" || err != nil {
		t.Errorf("got %v, %v; want fake me", got, err)
	}
	if !f.PendingBefore() {
		t.Error("the clean-up of the override is not one of BeforeResponse")
	}
}

// A replacement has the result that is needed in its place. Otherwise the test would not compile what it declares.
func TestOverrideOfAnotherResultIsProblem(t *testing.T) {
	t.Parallel()
	s := newScope(provide(openA))
	s.Overrides = newOverrides(nil, func() int { return 1 })
	_, problems := inject.Compile(s, name)
	if len(problems) != 1 || !strings.Contains(problems[0].Found, "stands in for openA, whose *inject_test.depA is needed here, but its results are (int)") {
		t.Errorf("got %+v, want that the results are (int)", problems)
	}
}

// Unmet reports the overrides whose provider the app does not declare. A provider that no route needs counts as declared.
func TestOverridesUnmet(t *testing.T) {
	t.Parallel()
	fake := func() *depA { return &depA{} }
	var none *inject.Overrides
	if got := none.Unmet(); got != nil {
		t.Errorf("nil Overrides: got %v", got)
	}
	o := newOverrides([]any{fake}, fake)
	got := fmt.Sprint(o.Unmet())
	for _, want := range []string{"overrides nothing: there is no provider of *inject_test.depA", "replaces nothing: openA is declared nowhere"} {
		if !strings.Contains(got, want) {
			t.Errorf("got %s, want %q in it", got, want)
		}
	}
	o = newOverrides([]any{fake})
	o.MarkDeclared(inject.Func(openA, "app"))
	if got := o.Unmet(); len(got) > 0 {
		t.Errorf("after Declared: got %v, want none", got)
	}
}

// Replaces reports whether a provider is not called at all, so that the app need not build its value.
func TestOverridesReplaces(t *testing.T) {
	t.Parallel()
	a := inject.Func(openA, "app")
	for caseName, c := range map[string]struct {
		override any
		want     bool
	}{
		"other function": {func() *depA { return nil }, true},
		"spy":            {func(*depA) *depA { return nil }, false},
		"another type":   {func() *depB { return nil }, false},
	} {
		if got := newOverrides([]any{c.override}).Replaces(a); got != c.want {
			t.Errorf("%s: got %v, want %v", caseName, got, c.want)
		}
	}
}
