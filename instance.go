package brio

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"sync"

	"github.com/brio-go/brio/dependencies"
	"github.com/brio-go/brio/internal/funcname"
	"github.com/brio-go/brio/internal/route"
	"github.com/brio-go/brio/routing"
)

// instance is a compiled app with what it has built: the app itself, or one with other providers for a test.
type instance struct {
	table   *route.Table
	handler http.Handler
	scope   dependencies.Scope // the app's own level, for Resolve
	values  *dependencies.Values

	documents []appDocument // the app's own first

	mu    sync.Mutex
	stops []func(context.Context) error
}

// begin starts what lives as long as the app: it builds the values of SupplyFunc and runs the Lifespans. When one of them
// fails, begin ends the ones that have started.
func (a *App) begin(ctx context.Context, in *instance, overrides *dependencies.Overrides) error {
	var stops []func(context.Context) error
	returns := false
	defer func() {
		if !returns { // runtime.Goexit: what has started is ended
			in.stops = stops
			if err := in.stop(context.WithoutCancel(ctx)); err != nil {
				a.logger().Error("what had started could not be ended", "error", err)
			}
		}
	}()
	fail := func(err error) error {
		returns = true
		in.stops = stops
		return errors.Join(err, in.stop(context.WithoutCancel(ctx)))
	}
	for _, p := range in.table.AppScoped {
		if overrides.Replaces(p) {
			continue
		}
		var v any
		stop, err := recovering(func() (stop func(context.Context) error, err error) {
			v, stop, err = p.Start(ctx)
			return stop, err
		})
		if err != nil {
			return fail(fmt.Errorf("brio: %s (%s): %w", p.Name, p.Place, err))
		}
		in.values.Set(p, v)
		if stop != nil {
			stops = append(stops, stop)
		}
	}
	for _, f := range in.table.Lifespans {
		stop, err := recovering(func() (func(context.Context) error, error) { return f(ctx) })
		if err != nil {
			return fail(fmt.Errorf("brio: lifespan: %w", err))
		}
		if stop != nil {
			stops = append(stops, stop)
		}
	}
	in.table.Ready()
	in.handler, in.stops = stripRootPath(a.settings.rootPath, in.table.Handler()), stops
	returns = true
	return nil
}

// recovering makes a panic of start an error.
func recovering(start func() (func(context.Context) error, error)) (stop func(context.Context) error, err error) {
	defer recovered(&err)
	return start()
}

// recovered is deferred: a panic becomes the error.
func recovered(err *error) {
	if v := recover(); v != nil {
		p := dependencies.Recovered(v)
		*err = fmt.Errorf("%w\n%s", p, p.Stack)
	}
}

// stop ends what has started, in reverse order, once.
func (in *instance) stop(ctx context.Context) error {
	in.mu.Lock()
	stops := in.stops
	in.stops = nil
	in.mu.Unlock()
	in.table.Drain()
	in.table.FinishTasks(ctx)
	return endAll(ctx, stops)
}

// endAll calls the functions in reverse order: all of them, also when one calls runtime.Goexit.
func endAll(ctx context.Context, stops []func(context.Context) error) (err error) {
	defer func() {
		if len(stops) > 0 {
			_ = endAll(ctx, stops)
		}
	}()
	for len(stops) > 0 {
		last := len(stops) - 1
		stop := stops[last]
		stops = stops[:last]
		err = errors.Join(err, end(ctx, stop))
	}
	return err
}

func end(ctx context.Context, stop func(context.Context) error) (err error) {
	defer recovered(&err)
	return stop(ctx)
}

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

// WithOverrides compiles the app anew with other providers in the place of declared ones, for tests; the app itself is
// not changed. Values of SupplyFunc are built for the result alone, except the replaced ones. stop ends them.
// The package briotest has this in a more pleasant form.
func (a *App) WithOverrides(ctx context.Context, overrides *dependencies.Overrides) (h http.Handler, stop func(context.Context) error, err error) {
	in, err := a.compile(overrides)
	if err != nil {
		return nil, nil, err
	}
	if unmet := overrides.Unmet(); len(unmet) > 0 {
		return nil, nil, errors.Join(unmet...)
	}
	if err := a.begin(ctx, in, overrides); err != nil {
		return nil, nil, err
	}
	return in.handler, in.stop, nil
}
