package brio

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"github.com/brio-go/brio/dependencies"
	"github.com/brio-go/brio/internal/route"
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
