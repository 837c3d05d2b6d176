package dependencies

import (
	"context"
	"log/slog"
	"reflect"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/funcname"
	"github.com/brio-go/brio/internal/inject"
	"github.com/brio-go/brio/internal/injectables"
	"github.com/brio-go/brio/internal/startup"
)

// Resolver calls functions with their dependencies without an app: in jobs, command lines and tests. Declare the providers first,
// from one goroutine. Then any number of goroutines may use [Resolver.Call].
//
// The functions are the ones that an app takes, with the same wrappers and clean-ups. They receive no *http.Request, parameter struct
// or other thing that needs a request.
type Resolver struct {
	level inject.Level
	plans inject.Plans // of the functions that were called since the last declaration
}

// New returns a Resolver without providers.
func New() *Resolver { return &Resolver{} }

// Supply adds values, which functions receive by their types. A value exists as long as the Resolver; the Resolver does not close it.
func (r *Resolver) Supply(values ...any) {
	place := funcname.Caller(1)
	for _, v := range values {
		r.level.Provided = append(r.level.Provided, inject.Value(v, place))
	}
	r.plans.Clear()
}

// Provide adds providers, which run when a function needs their result, once per [Resolver.Call]. A provider has the results T or
// (T, error), each also with a clean-up function before the error.
func (r *Resolver) Provide(providers ...any) {
	place := funcname.Caller(1)
	for _, p := range providers {
		r.level.Provided = append(r.level.Provided, inject.Func(p, place))
	}
	r.plans.Clear()
}

// Call calls fn, which returns nothing or an error, and then the clean-ups of the providers that have run, last in first out. The
// parameters of fn are a context.Context, which is ctx, a *slog.Logger, which is slog.Default unless another one is supplied, and
// results of providers.
//
// Call returns the error of fn or of a provider, or the error that a clean-up has made of it. A panic becomes a *[PanicError]. If a
// parameter has no origin, or a declaration has a mistake, nothing is called, and the error lists all mistakes with file and line.
//
// The first Call of a function resolves its parameters, which takes 10 to 30 microseconds for a few dependencies. Later Calls of functions
// of the same type do not.
func (r *Resolver) Call(ctx context.Context, fn any) error {
	plan, problems := r.plans.Of(fn, r.scope)
	if len(problems) > 0 {
		for i := range problems {
			if p := &problems[i]; p.Place == "" {
				p.Func, p.Place = inject.FuncName(fn), funcname.Caller(1)
			}
		}
		return mistakes(problems)
	}
	return plan.RunOutside(ctx, nil)
}

// scope returns what functions may take: the declared level, and what needs neither a request nor an app.
func (r *Resolver) scope() inject.Scope {
	logger := inject.Level{Provided: []*inject.Provider{inject.Func(slog.Default, "")}}
	return inject.Scope{
		Levels: []inject.Level{logger, r.level}, Rows: injectables.Rows(injectables.Source{Scopes: reflect.TypeFor[Scopes]()}), Has: inject.Nothing,
	}
}

// mistakes is the error of a Call whose declarations have mistakes.
type mistakes []startup.Mistake

func (m mistakes) Error() string {
	lines := []string{"dependencies: mistakes in the declarations"}
	for _, p := range slices.Compact(m) {
		lines = append(lines, p.String())
	}
	return strings.Join(lines, "\n")
}
