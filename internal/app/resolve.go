package app

import (
	"context"
	"slices"

	"github.com/brio-go/brio/internal/funcname"
	"github.com/brio-go/brio/internal/inject"
	"github.com/brio-go/brio/internal/panics"
	"github.com/brio-go/brio/routing"
)

// Resolve calls fn with the app's own providers, outside of any request. It returns the error of fn, of a clean-up, or a report of the
// parameters that it cannot resolve; the place of these mistakes is the caller's caller. Guards with a result are providers here, and do
// not run unless fn or a provider needs the result.
func (in *Instance) Resolve(ctx context.Context, fn any) error {
	scope := in.scope
	scope.Levels = slices.Clone(scope.Levels)
	for i, l := range scope.Levels {
		wanted := slices.Clip(l.Provided)
		for _, g := range l.Guards {
			if g.Type() != nil {
				wanted = append(wanted, g)
			}
		}
		scope.Levels[i] = inject.Level{Provided: wanted}
	}
	plan, problems := inject.CompileOutside(scope, fn)
	if len(problems) > 0 {
		var report routing.Report
		for _, p := range problems {
			m := routing.Mistake{Func: inject.FuncName(fn), Place: funcname.Caller(2), Found: p.Found, Legal: p.Legal}
			if p.Place != "" {
				m.Func, m.Place, m.Registered = p.Func, p.Place, m.Place
			}
			report = append(report, m)
		}
		return report
	}
	returns := false
	defer func() {
		if !returns {
			in.config.LoggerOrDefault().Error("Resolve: the goroutine was ended", "error", panics.Recovered(nil), "func", inject.FuncName(fn))
		}
	}()
	err := plan.RunOutside(ctx)
	returns = true
	return err
}
