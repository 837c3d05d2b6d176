package brio

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"

	"github.com/brio-go/brio/dependencies"
	"github.com/brio-go/brio/routing"
)

// instance is a compiled app with what it has built: the app itself, or one with other providers for a test.
type instance struct {
	table   *routing.Table
	handler http.Handler
	scope   dependencies.Scope // the app's own level, for Resolve

	mu    sync.Mutex
	stops []func(context.Context) error
}

// instantiate compiles the app and starts what lives as long as it does. When something fails to start, what has
// started is ended again.
func (a *App) instantiate(ctx context.Context, overrides *dependencies.Overrides) (*instance, error) {
	in, err := a.compile(nil, overrides)
	if err != nil {
		return nil, err
	}
	values := map[*dependencies.Provider]any{}
	var stops []func(context.Context) error
	fail := func(err error) (*instance, error) {
		in.stops = stops
		return nil, errors.Join(err, in.stop(context.WithoutCancel(ctx)))
	}
	for _, p := range in.table.AppScoped {
		if overrides.Replaces(p) {
			continue
		}
		v, stop, err := p.Start(ctx)
		if err != nil {
			return fail(fmt.Errorf("brio: %s (%s): %w", p.Name, p.Place, err))
		}
		values[p] = v
		if stop != nil {
			stops = append(stops, stop)
		}
	}
	for _, f := range in.table.Lifespans {
		stop, err := f(ctx)
		if err != nil {
			return fail(fmt.Errorf("brio: lifespan: %w", err))
		}
		if stop != nil {
			stops = append(stops, stop)
		}
	}
	if len(values) > 0 {
		if in, err = a.compile(values, overrides); err != nil {
			return fail(err)
		}
	}
	in.stops = stops
	return in, nil
}

// stop ends what has started, in reverse order, once.
func (in *instance) stop(ctx context.Context) error {
	in.mu.Lock()
	stops := in.stops
	in.stops = nil
	in.mu.Unlock()
	var err error
	for _, stop := range slices.Backward(stops) {
		err = errors.Join(err, stop(ctx))
	}
	return err
}

// Resolve calls fn outside of any request, for jobs, command lines and start-up code. Its parameters have the app's own
// providers, a context and a logger for origins; what would need a request cannot be asked for. fn returns nothing or
// an error; clean-ups run after it, and the result is the error of fn, or what they made of it.
func (a *App) Resolve(ctx context.Context, fn any) error {
	if err := a.Start(ctx); err != nil {
		return err
	}
	scope := a.running.Load().scope
	scope.Outside = true
	for i := range scope.Levels {
		scope.Levels = slices.Clone(scope.Levels)
		scope.Levels[i].Guards = nil // guards are for requests
	}
	plan, problems := dependencies.Compile(scope, fn)
	if len(problems) == 0 && plan.Result != nil {
		problems = append(problems, dependencies.Problem{Found: fmt.Sprintf("it returns a %s", plan.Result), Legal: "nothing or an error"})
	}
	if len(problems) > 0 {
		var report routing.Report
		for _, p := range problems {
			report = append(report, routing.Mistake{Func: p.Func, Place: routing.Caller(1), Found: p.Found, Legal: p.Legal})
		}
		return report
	}
	return plan.RunOutside(ctx)
}

// WithOverrides compiles the app anew with other providers in the place of declared ones, for tests; the app itself is
// not changed. Values of SupplyFunc are built for the result alone, those that are replaced are not. stop ends them.
// The package briotest has this in a more pleasant form.
func (a *App) WithOverrides(ctx context.Context, overrides *dependencies.Overrides) (h http.Handler, stop func(context.Context) error, err error) {
	in, err := a.instantiate(ctx, overrides)
	if err != nil {
		return nil, nil, err
	}
	return in.handler, in.stop, nil
}
