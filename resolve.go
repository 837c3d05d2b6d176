package brio

import (
	"context"
	"fmt"
	"reflect"
	"slices"

	"github.com/brio-go/brio/dependencies"
	"github.com/brio-go/brio/internal/funcname"
	"github.com/brio-go/brio/routing"
)

// Resolve calls fn outside of any request, for jobs, command lines and start-up code. Its parameters have the app's own
// providers, a context and a logger for origins; what would need a request cannot be asked for, and guards do not run,
// unless for a result that is asked for. fn returns nothing or an error; clean-ups run after it, and the result is the
// error of fn, or what they made of it. A panic is an error here.
func (a *App) Resolve(ctx context.Context, fn any) error {
	if err := a.Start(ctx); err != nil {
		return err
	}
	scope := a.running.Load().scope
	scope.Outside = true
	scope.OfRequests = map[reflect.Type]bool{reflect.TypeFor[*routing.RouteInfo](): true}
	scope.Levels = slices.Clone(scope.Levels)
	for i, l := range scope.Levels {
		wanted := slices.Clip(l.Provided)
		for _, g := range l.Guards {
			if g.Type() != nil {
				wanted = append(wanted, g)
			}
		}
		scope.Levels[i] = dependencies.Level{Provided: wanted}
	}
	plan, problems := dependencies.Compile(scope, fn)
	if len(problems) == 0 && plan.Result != nil {
		problems = append(problems, dependencies.Problem{Found: fmt.Sprintf("it returns a %s", plan.Result), Legal: "nothing or an error"})
	}
	if len(problems) > 0 {
		var report routing.Report
		for _, p := range problems {
			m := routing.Mistake{Func: dependencies.FuncName(fn), Place: funcname.Caller(1), Found: p.Found, Legal: p.Legal}
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
			a.logger().Error("Resolve: the goroutine was ended", "error", dependencies.Recovered(nil), "func", dependencies.FuncName(fn))
		}
	}()
	err := plan.RunOutside(ctx)
	returns = true
	return err
}
