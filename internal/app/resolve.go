package app

import (
	"context"

	"github.com/brio-go/brio/internal/funcname"
	"github.com/brio-go/brio/internal/inject"
	"github.com/brio-go/brio/internal/panics"
	"github.com/brio-go/brio/routing"
)

// Resolve calls fn with the app's own providers, outside of any request. It returns the error of fn, of a clean-up, or a report of the
// parameters that it cannot resolve; the place of these mistakes is the caller's caller.
func (in *Instance) Resolve(ctx context.Context, fn any) error {
	plan, problems := in.plans.Of(fn, func() inject.Scope { return in.scope })
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
	err := plan.RunOutside(ctx, nil)
	returns = true
	return err
}
