package inject_test

import (
	"context"
	"reflect"
	"strings"
	"testing"

	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/inject"
)

func openA() *depA { return &depA{"openA"} }

type service struct{ name string }

func (s *service) A() *depA { return &depA{s.name} }

// scheme is a Source, as security schemes are.
type scheme struct{ mistake string }

func (s *scheme) ProviderFunc() any {
	return func(scopes) *depA { return &depA{"scheme"} }
}
func (s *scheme) ProviderName() string { return "scheme" }
func (s *scheme) ProviderMistake() (found, legal string) {
	return s.mistake, "a scheme without mistakes"
}

// sourceByValue is a Source that Go cannot compare.
type sourceByValue struct{ functions []any }

func (s sourceByValue) ProviderFunc() any    { return s.functions[0] }
func (s sourceByValue) ProviderName() string { return "sourceByValue" }

// A provider has no result, error, T or (T, error), each also with a clean-up before the error. Other results are mistakes.
func TestFuncReadsResults(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		provider any
		result   reflect.Type
		mistake  string
	}{
		"no result":               {func() {}, nil, ""},
		"error":                   {func() error { return nil }, nil, ""},
		"value":                   {func() int { return 1 }, reflect.TypeFor[int](), ""},
		"value and error":         {func() (*depA, error) { return nil, nil }, reflect.TypeFor[*depA](), ""},
		"clean-up":                {func() func() { return nil }, nil, ""},
		"clean-up with error":     {func() (func(error) error, error) { return nil, nil }, nil, ""},
		"value and clean-up":      {func() (*depA, func() error) { return nil, nil }, reflect.TypeFor[*depA](), ""},
		"value, clean-up, error":  {func() (*depA, func(error), error) { return nil, nil, nil }, reflect.TypeFor[*depA](), ""},
		"two values":              {func() (int, string) { return 1, "" }, nil, "its results are (int, string)"},
		"clean-up before a value": {func() (func(), int) { return nil, 1 }, nil, "its results are (func(), int)"},
		//lint:ignore ST1008 it is the mistake
		"error before a value": {func() (error, int) { return nil, 1 }, nil, "its results are (error, int)"},
		"nil":                  {nil, nil, "the provider is nil"},
		"nil function":         {(func())(nil), nil, "the provider is nil"},
		"a value":              {&depA{}, nil, "the provider is a *inject_test.depA"},
		"source by value":      {sourceByValue{[]any{openA}}, nil, "the provider is a inject_test.sourceByValue, which cannot be compared"},
		"source with mistake":  {&scheme{"its URL is empty"}, reflect.TypeFor[*depA](), "its URL is empty"},
	} {
		p := inject.Func(c.provider, "place")
		if !strings.HasPrefix(p.Mistake(), c.mistake) || c.mistake == "" && p.Mistake() != "" {
			t.Errorf("%s: mistake: got %q, want %q", name, p.Mistake(), c.mistake)
		}
		if (c.mistake == "" || c.result != nil) && p.Type() != c.result {
			t.Errorf("%s: type: got %v, want %v", name, p.Type(), c.result)
		}
	}
}

// Reports and explanations name a function as its source does, a Source by its own name, and a value by its type.
func TestProviderHasName(t *testing.T) {
	t.Parallel()
	build := func(context.Context) (any, func(context.Context) error, error) { return nil, nil, nil }
	for _, c := range []struct {
		provider *inject.Provider
		want     string
	}{
		{inject.Func(openA, ""), "openA"},
		{inject.Func((&service{}).A, ""), "A"},
		{inject.Func(inject.NoCache(openA), ""), "openA"},
		{inject.Func(func() {}, ""), "a function literal"},
		{inject.Func(&scheme{}, ""), "scheme"},
		{inject.Value(&depA{}, ""), "Supply(*inject_test.depA)"},
		{inject.Built(reflect.TypeFor[*depA](), build, ""), "*inject_test.depA"},
	} {
		if got := c.provider.Name; !strings.HasSuffix(got, c.want) {
			t.Errorf("name: got %q, want %q", got, c.want)
		}
	}
}

// Two declarations of one function are one provider, also when one of them is wrapped. Closures of one function literal, and values,
// are providers of their own.
func TestProviderIdentity(t *testing.T) {
	t.Parallel()
	closure := func(by string) func() *depA { return func() *depA { return &depA{by} } }
	one := closure("a")
	s := &scheme{}
	for name, c := range map[string]struct {
		a, b any
		same bool
	}{
		"one function":   {openA, openA, true},
		"wrapped":        {openA, inject.Scoped(inject.NoCache(openA), "me"), true},
		"one closure":    {one, one, true},
		"two closures":   {closure("a"), closure("a"), false},
		"one source":     {s, s, true},
		"two sources":    {&scheme{}, &scheme{}, false},
		"two functions":  {openA, func() *depA { return nil }, false},
		"two signatures": {openA, func() *depB { return nil }, false},
	} {
		a, b := inject.Func(c.a, ""), inject.Func(c.b, "")
		if got := a.Identity() == b.Identity(); got != c.same {
			t.Errorf("%s: got same %v, want %v", name, got, c.same)
		}
	}
	v := &depA{}
	if inject.Value(v, "").Identity() == inject.Value(v, "").Identity() {
		t.Error("two declarations of one value are one provider")
	}
}

// A supplied value is injected as it is. A nil without a type is a mistake; a typed nil is legal, and IsNil reports it.
func TestValue(t *testing.T) {
	t.Parallel()
	a := inject.Value(&depA{"supplied"}, "place")
	if a.Type() != reflect.TypeFor[*depA]() || !a.IsSupplied() || a.IsAppScoped() || a.IsNil() {
		t.Errorf("got type %v, supplied %v, app-scoped %v, nil %v", a.Type(), a.IsSupplied(), a.IsAppScoped(), a.IsNil())
	}
	p := newPlan(t, newScope(inject.Level{Provided: []*inject.Provider{a}}), func(a *depA) string { return a.by })
	wantResult(t, p, "supplied")
	if got := inject.Value(nil, "").Mistake(); !strings.Contains(got, "the value is nil") {
		t.Errorf("nil: got mistake %q", got)
	}
	if typed := inject.Value((*depA)(nil), ""); typed.Mistake() != "" || !typed.IsNil() {
		t.Errorf("typed nil: got mistake %q, nil %v; want none, true", typed.Mistake(), typed.IsNil())
	}
}

// A value that is built when the app starts reaches functions of plans that were compiled before. Until then, and when it is
// built as nil, functions get the zero value of its type.
func TestBuilt(t *testing.T) {
	t.Parallel()
	built := inject.Built(reflect.TypeFor[*depA](), func(context.Context) (any, func(context.Context) error, error) {
		return &depA{"built"}, nil, nil
	}, "place")
	if !built.IsAppScoped() || built.IsSupplied() {
		t.Errorf("got app-scoped %v, supplied %v; want true, false", built.IsAppScoped(), built.IsSupplied())
	}
	v, stop, err := built.Start(t.Context())
	if err != nil || stop != nil {
		t.Fatalf("Start: got stop %v, error %v; want nil", stop != nil, err)
	}
	s := newScope(inject.Level{Provided: []*inject.Provider{built}})
	s.Values = new(inject.Values)
	plan := newPlan(t, s, func(a *depA) string {
		if a == nil {
			return "nil"
		}
		return a.by
	})
	wantResult(t, plan, "nil")
	s.Values.Set(built, v)
	wantResult(t, plan, "built")
	s.Values.Set(built, nil)
	wantResult(t, plan, "nil")
}

// A wrapper returns a copy: what it wraps can be declared with other wrappers elsewhere.
func TestWrappersCopy(t *testing.T) {
	t.Parallel()
	base := inject.Scoped(func(s scopes) *depA { return &depA{s.String()} }, "a")
	first, second := inject.Scoped(base, "b"), inject.Scoped(base, "c")
	for want, provider := range map[string]any{"a": base, "a b": first, "a c": second} {
		wantResult(t, newPlan(t, newScope(provide(provider)), func(a *depA) string { return a.by }), want)
	}
}

// Providers gives one provider for each declaration, so that two routers with one option share its value, and apps do not.
func TestProvidersLevel(t *testing.T) {
	t.Parallel()
	var build declare.Build = func(context.Context) (any, func(context.Context) error, error) { return nil, nil, nil }
	guard := &declare.Dependency{Kind: declare.Guard, Given: func() {}, Place: "main.go:1"}
	list := []*declare.Dependency{
		{Kind: declare.Provided, Given: openA, Place: "main.go:2"},
		guard,
		{Kind: declare.SuppliedValue, Given: &depB{}, Place: "main.go:3"},
		{Kind: declare.BuiltValue, Given: build, Type: reflect.TypeFor[*depC](), Place: "main.go:4"},
	}
	var ps, others inject.Providers
	l := ps.Level(list)
	if len(l.Provided) != 3 || len(l.Guards) != 1 {
		t.Fatalf("got %d providers and %d guards, want 3 and 1", len(l.Provided), len(l.Guards))
	}
	function, supplied, built := l.Provided[0], l.Provided[1], l.Provided[2]
	if function.Name != "openA" || function.Place != "main.go:2" || !supplied.IsSupplied() || !built.IsAppScoped() || built.Type() != list[3].Type {
		t.Errorf("got %+v, %+v, %+v", function, supplied, built)
	}
	if again := ps.Level([]*declare.Dependency{guard}); again.Guards[0] != l.Guards[0] {
		t.Error("a second level has another provider of the same declaration")
	}
	if other := others.Level(list); other.Provided[2] == built {
		t.Error("another app has the same provider")
	}
}
