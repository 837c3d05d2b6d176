package inject_test

import (
	"net/http"
	"net/http/httptest"
	"reflect"
	"strings"
	"testing"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/inject"
	"github.com/brio-go/brio/internal/injectables"
	"github.com/brio-go/brio/internal/invoke"
	"github.com/brio-go/brio/internal/model"
)

// The results of providers, each with the name of the provider that made it.
type (
	depA  struct{ by string }
	depB  struct{ by string }
	depC  struct{ by string }
	named interface{ By() string }
)

func (a *depA) By() string { return a.by }

// paging and token are parameter structs.
type (
	paging struct {
		Page int `query:"page"`
	}
	token struct {
		Token string `header:"X-Token"`
	}
)

// scopes is the type by which functions of these tests receive scopes.
type scopes []string

func (s scopes) String() string { return strings.Join(s, " ") }

// providers declares functions at place-1, place-2 and so on.
func providers(functions ...any) []*inject.Provider {
	out := make([]*inject.Provider, len(functions))
	for i, f := range functions {
		out[i] = inject.Func(f, "place-"+string(rune('1'+i)))
	}
	return out
}

// provide is a level that provides functions.
func provide(functions ...any) inject.Level {
	return inject.Level{Provided: providers(functions...)}
}

// depend is a level with guards.
func depend(functions ...any) inject.Level {
	return inject.Level{Guards: providers(functions...)}
}

// newScope returns a scope of levels, from the app inwards.
func newScope(levels ...inject.Level) inject.Scope {
	return inject.Scope{Rows: injectables.Rows(injectables.Source{Scopes: reflect.TypeFor[scopes]()}), Reader: model.NewReader(constraint.New()), Levels: levels}
}

// newPlan compiles a handler and ends the test when the scope or the handler has mistakes.
func newPlan(t *testing.T, s inject.Scope, handler any) *inject.Plan {
	t.Helper()
	p, problems := inject.Compile(s, handler)
	for _, m := range problems {
		t.Errorf("%s (%s): %s", m.Func, m.Place, m.Found)
	}
	if t.Failed() {
		t.FailNow()
	}
	return p
}

// newFrame returns the frame of a GET request, whose exchange is released when the test ends. Headers are key, value pairs.
func newFrame(t *testing.T, target string, headers ...string) *inject.Frame {
	t.Helper()
	r := httptest.NewRequest(http.MethodGet, target, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	x := exchange.Acquire(httptest.NewRecorder(), r)
	t.Cleanup(x.Release)
	return &inject.Frame{Exchange: x, Owner: &injectables.State{}}
}

// solveAndCall runs a plan as routing does, up to the handler's result: nil when the handler has none, or when a function returned
// an error.
func solveAndCall(p *inject.Plan, f *inject.Frame) (result any, err error) {
	if err := p.Solve(f); err != nil {
		return nil, err
	}
	v, err := p.Call(f)
	return valueOf(p, v), err
}

func valueOf(p *inject.Plan, v *invoke.Value) any {
	if v == nil || p.Result == nil {
		return nil
	}
	return v.Reflect(p.Result).Interface()
}

// wantResult fails the test when a request to / has another result or an error.
func wantResult(t *testing.T, p *inject.Plan, want any) {
	t.Helper()
	got, err := solveAndCall(p, newFrame(t, "/"))
	if err != nil || got != want {
		t.Errorf("result: got %v, %v; want %v", got, err, want)
	}
}

// wantError fails the test when the text of err is another than want. An empty want is for no error.
func wantError(t *testing.T, what string, err error, want string) {
	t.Helper()
	got := ""
	if err != nil {
		got, _, _ = strings.Cut(err.Error(), "\n")
	}
	if got != want {
		t.Errorf("%s: got %q, want %q", what, got, want)
	}
}
