package inject_test

import (
	"context"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/brio-go/brio/background"
	"github.com/brio-go/brio/internal/bind"
	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/inject"
	"github.com/brio-go/brio/internal/injectables"
	"github.com/brio-go/brio/internal/invoke"
	"github.com/brio-go/brio/response"
)

func name(a *depA) string { return a.by }

// The plan says what routing must prepare for a request: the result's type, and whether a function can fail or takes the request or
// the context.
func TestCompileReportsFacts(t *testing.T) {
	t.Parallel()
	type facts struct {
		result                  reflect.Type
		fails, request, context bool
	}
	text := reflect.TypeFor[string]()
	for caseName, c := range map[string]struct {
		level   inject.Level
		handler any
		want    facts
	}{
		"nothing":            {inject.Level{}, func() {}, facts{}},
		"result":             {inject.Level{}, func() string { return "" }, facts{result: text}},
		"error":              {inject.Level{}, func() error { return nil }, facts{fails: true}},
		"result and error":   {inject.Level{}, func() (string, error) { return "", nil }, facts{result: text, fails: true}},
		"request":            {inject.Level{}, func(*http.Request) {}, facts{request: true}},
		"context":            {inject.Level{}, func(context.Context) {}, facts{context: true}},
		"error of a guard":   {depend(func() error { return nil }), func() {}, facts{fails: true}},
		"request of a guard": {depend(func(*http.Request) {}), func() {}, facts{request: true}},
		"unused provider":    {provide(func(*http.Request) (*depA, error) { return nil, nil }), func() {}, facts{}},
	} {
		p := newPlan(t, newScope(c.level), c.handler)
		if got := (facts{p.Result, p.ReturnsError, p.Marks.Has(injectables.UsesRequest), p.Marks.Has(injectables.UsesContext)}); got != c.want {
			t.Errorf("%s: got %+v, want %+v", caseName, got, c.want)
		}
	}
}

// A handler returns nothing, error, T or (T, error), and each parameter has one origin. Each mistake is a startup.Mistake that says what was
// found, and in which function.
func TestCompileReportsProblems(t *testing.T) {
	t.Parallel()
	type nowhere struct{ X int }
	needB := func(*depB) *depA { return nil }
	needA := func(*depA) *depB { return nil }
	tx := inject.BeforeResponse(func() (*depA, func()) { return nil, nil })
	for caseName, c := range map[string]struct {
		levels  []inject.Level
		handler any
		place   string // "" for the handler
		found   string
	}{
		"nil handler":         {nil, nil, "", "the handler is nil"},
		"handler is a value":  {nil, 1, "", "the handler is a int"},
		"three results":       {nil, func() (int, int, error) { return 0, 0, nil }, "", "its results are (int, int, error)"},
		"variadic":            {nil, func(...string) {}, "", "it is variadic"},
		"no origin":           {nil, func(*nowhere) {}, "", "parameter 1 (*inject_test.nowhere) has no origin"},
		"pointer for value":   {[]inject.Level{provide(openA)}, func(depA) {}, "", "openA (place-1) provides *inject_test.depA"},
		"response writer":     {nil, func(http.ResponseWriter) {}, "", "set cookies, headers and the status on a *brio.Response instead"},
		"cycle":               {[]inject.Level{provide(needB, needA)}, func(*depA) {}, "place-1", "a cycle"},
		"two of one type":     {[]inject.Level{provide(openA, func() *depA { return nil })}, func() {}, "place-2", "a second provider of *inject_test.depA on this level; the first is openA (place-1)"},
		"no result":           {[]inject.Level{provide(func() {})}, func() {}, "place-1", "it is provided but has no result"},
		"framework type":      {[]inject.Level{provide(func() context.Context { return nil })}, func() {}, "place-1", "is the framework's own"},
		"parameter struct":    {[]inject.Level{provide(func() *paging { return nil })}, func() {}, "place-1", "is read from the request"},
		"mistake of provider": {[]inject.Level{depend(func() (int, int) { return 0, 0 })}, func() {}, "place-1", "its results are (int, int)"},
		"two implementations": {[]inject.Level{provide(openA, func() *loud { return nil })}, func(named) {}, "", "the interface inject_test.named is implemented by the results of openA (place-1)"},
		"lifetimes":           {[]inject.Level{provide(tx, func(*depA) (*depB, func()) { return nil, nil })}, func(*depB) {}, "place-2", "its clean-up runs after the response, but it needs"},
		"unchecked scopes":    {[]inject.Level{provide(inject.Scoped(openA, "me"))}, name, "place-1", "the scopes me are asked for"},
		"unknown path value": {nil, func(struct {
			ID int `path:"id"`
		}) {
		}, "", "id"},
		"two bodies": {nil, func(struct {
			In int `body:""`
		}, struct {
			Form string `form:"f"`
		}) {
		}, "", "reads the body as"},
	} {
		p, problems := inject.Compile(newScope(c.levels...), c.handler)
		if len(problems) != 1 || p == nil {
			t.Errorf("%s: got %d problems, want 1: %+v", caseName, len(problems), problems)
			continue
		}
		if got := problems[0]; got.Place != c.place || !strings.Contains(got.Found, c.found) || got.Legal == "" {
			t.Errorf("%s: got %+v, want %q at place %q, and what is legal", caseName, got, c.found, c.place)
		}
	}
}

// loud implements named, as *depA does.
type loud struct{ named }

// A function that is called outside of requests, as by App.Resolve, must not need one. Rows say what their types need.
func TestCompileOutsideOfRequests(t *testing.T) {
	t.Parallel()
	for caseName, handler := range map[string]any{
		"request": func(*http.Request) {}, "response": func(*response.Response) {}, "tasks": func(*background.Tasks) {},
		"scopes": func(scopes) {}, "parameters": func(paging) {}, "exchange": func(*exchange.Exchange) {},
	} {
		s := newScope()
		s.Has = inject.App
		_, problems := inject.Compile(s, handler)
		if len(problems) != 1 || !strings.Contains(problems[0].Found, "needs a request, and there is none") {
			t.Errorf("%s: got %+v, want that it needs a request", caseName, problems)
		}
	}
}

// The levels are searched from that of the function outwards. Only a type that no outer level provides is taken from an inner one.
func TestCompileFindsNearestProvider(t *testing.T) {
	t.Parallel()
	a := func(by string) func() *depA { return func() *depA { return &depA{by} } }
	b := func(a *depA) *depB { return &depB{"b of " + a.by} }
	wrap := func(a *depA) *depA { return &depA{"wrapped " + a.by} }
	of := func(b *depB) string { return b.by }
	for caseName, c := range map[string]struct {
		levels  []inject.Level
		handler any
		want    string
	}{
		"innermost":           {[]inject.Level{provide(a("app")), provide(a("route"))}, name, "route"},
		"level of a provider": {[]inject.Level{provide(a("app"), b), provide(a("route"))}, of, "b of app"},
		"further in":          {[]inject.Level{provide(b), provide(a("route"))}, of, "b of route"},
		"guard's result":      {[]inject.Level{provide(a("app")), depend(a("guard"))}, name, "guard"},
		"own type":            {[]inject.Level{provide(a("app")), provide(wrap)}, name, "wrapped app"},
		"interface":           {[]inject.Level{provide(a("app"))}, func(n named) string { return n.By() }, "app"},
		"exact interface": {[]inject.Level{provide(a("app"), func() named { return &depA{"named"} })},
			func(n named) string { return n.By() }, "named"},
	} {
		t.Run(caseName, func(t *testing.T) { wantResult(t, newPlan(t, newScope(c.levels...), c.handler), c.want) })
	}
}

// A row makes the argument for each call, and marks the plan. Without an app a type that needs one is a provider's.
func TestCompileRows(t *testing.T) {
	t.Parallel()
	of := func(row inject.Row) inject.Scope {
		s := newScope(provide(func() *depB { return &depB{"provided"} }))
		row.Make = func(*inject.Frame) invoke.Value { return invoke.PointerTo(&depA{"made"}) }
		row.Type, row.Marks = reflect.TypeFor[*depA](), 8
		s.Rows = []inject.Row{row}
		return s
	}
	p := newPlan(t, of(inject.Row{}), name)
	wantResult(t, p, "made")
	if p.Marks != 8 {
		t.Errorf("marks: got %v, want 8", p.Marks)
	}
	for caseName, c := range map[string]struct {
		needs, has inject.Need
		found      string // "" for none
	}{
		"request inside":  {inject.Request, inject.Request, ""},
		"request in app":  {inject.Request, inject.App, "needs a request, and there is none"},
		"request without": {inject.Request, inject.Nothing, "needs a request, and there is none"},
		"app inside":      {inject.App, inject.Request, ""},
		"app in app":      {inject.App, inject.App, ""},
		"app without":     {inject.App, inject.Nothing, "has no origin"},
		"nothing without": {inject.Nothing, inject.Nothing, ""},
	} {
		s := of(inject.Row{Needs: c.needs})
		s.Has = c.has
		_, problems := inject.Compile(s, name)
		if got := len(problems) > 0; got != (c.found != "") || got && !strings.Contains(problems[0].Found, c.found) {
			t.Errorf("%s: got %+v, want %q", caseName, problems, c.found)
		}
	}
}

// A missing provider that another router has is named in the report.
func TestCompileNamesProviderOfOtherRouter(t *testing.T) {
	t.Parallel()
	s := newScope()
	s.Elsewhere = map[reflect.Type]*inject.Provider{reflect.TypeFor[*depA](): inject.Func(openA, "elsewhere")}
	_, problems := inject.Compile(s, name)
	if len(problems) != 1 || !strings.Contains(problems[0].Found, "openA (elsewhere) provides it, on a router that this route is not in") {
		t.Errorf("got %+v, want openA in it", problems)
	}
}

// Sources are listed with the scopes of each way that leads to them, once for each set. The document reads them.
func TestPlanListsSources(t *testing.T) {
	t.Parallel()
	s := &scheme{}
	user := func(*depA) *depB { return &depB{} }
	p := newPlan(t, newScope(provide(s, inject.Scoped(user, "me")), depend(inject.Scoped(s, "items"))), func(*depB, *depA) {})
	var got []string
	for _, use := range p.Sources() {
		if use.Source != inject.Source(s) {
			t.Errorf("source: got %v, want the scheme", use.Source)
		}
		got = append(got, strings.Join(use.Scopes, " "))
	}
	if want := "items,me"; strings.Join(got, ",") != want {
		t.Errorf("scopes: got %q, want %q", strings.Join(got, ","), want)
	}
}

// The plan knows the errors that its providers declare, once each.
func TestPlanListsRaisedErrors(t *testing.T) {
	t.Parallel()
	conflict := declare.Raised{Type: reflect.TypeFor[*http.MaxBytesError](), Statuses: []int{409}, Place: "first"}
	again := conflict
	again.Place = "second"
	gone := declare.Raised{Type: conflict.Type, Statuses: []int{410}}
	raises := func(f any, rs ...declare.Raised) any {
		for _, r := range rs {
			f = inject.Raises(f, r)
		}
		return f
	}
	p := newPlan(t, newScope(depend(raises(func() {}, conflict), raises(func() {}, again, gone))), func() {})
	got := p.Raised()
	if len(got) != 2 || got[0].Place != "first" || got[1].Statuses[0] != 410 {
		t.Errorf("got %+v, want the first of each", got)
	}
}

// The parameter structs of a plan are bound once for each type.
func TestPlanBindsStructsOnce(t *testing.T) {
	t.Parallel()
	p := newPlan(t, newScope(depend(func(paging) {}, func(*paging, token) {})), func(*paging) {})
	var binders []*bind.Binder
	for b := range p.Params() {
		binders = append(binders, b)
	}
	if len(binders) != 2 {
		t.Errorf("binders: got %d, want 2", len(binders))
	}
}

// Guards that take the exchange get that of the request, without an *http.Request being made ready.
func TestPlanPassesExchange(t *testing.T) {
	t.Parallel()
	var seen *exchange.Exchange
	p := newPlan(t, newScope(depend(func(x *exchange.Exchange) { seen = x })), func() {})
	f := newFrame(t, "/")
	if _, err := solveAndCall(p, f); err != nil || seen != f.Exchange || p.Marks.Has(injectables.UsesRequest) {
		t.Errorf("got %p, error %v, marks %v; want %p", seen, err, p.Marks, f.Exchange)
	}
}
