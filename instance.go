package brio

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"

	"github.com/brio-go/brio/dependencies"
	"github.com/brio-go/brio/internal/route"
	"github.com/brio-go/brio/openapi/spec"
	"github.com/brio-go/brio/routing"
)

// instance is a compiled app with the values that it has built: the app itself, or a copy with other providers for a test.
type instance struct {
	Handler http.Handler // answers requests; nil until Start

	config *config
	table  *route.Table
	scope  dependencies.Scope // the app's own level, for Resolve
	values *dependencies.Values

	documents []appDocument // the app's own first

	mu    sync.Mutex
	stops []func(context.Context) error
}

// Routes lists the routes, one entry for each method.
func (in *instance) Routes() []routing.RouteInfo { return in.table.Routes() }

// URL builds the path of a named route. params are name, value pairs for its wildcards.
func (in *instance) URL(name string, params ...any) (string, error) {
	return in.table.URL(name, params...)
}

// Explain describes what runs for a request, "" if no route has the path.
func (in *instance) Explain(method, path string) string { return in.table.Explain(method, path) }

// OpenAPI makes the app's own document. The caller may change it.
func (in *instance) OpenAPI() *spec.Document { return in.documents[0].build() }

// Seal makes later declarations panic.
func (in *instance) Seal() { in.table.Seal() }

// CloseConnections makes each later answer close its connection.
func (in *instance) CloseConnections() { in.table.CloseConnections() }

// Drain ends streams.
func (in *instance) Drain() { in.table.Drain() }

// FinishTasks waits for background tasks until ctx ends.
func (in *instance) FinishTasks(ctx context.Context) { in.table.FinishTasks(ctx) }

// warn logs what the developer should know of a declaration that is legal.
func (in *instance) warn() {
	log := in.config.logger()
	for _, w := range in.config.Warnings {
		log.Warn(w.Text, w.Args...)
	}
	for _, text := range in.table.Warnings {
		log.Warn(text)
	}
	for _, p := range in.table.Nil {
		log.Warn("a supplied value is nil", "provider", p.Name, "place", p.Place)
	}
	for _, p := range in.table.Unused {
		log.Warn("no route needs a provider", "provider", p.Name, "place", p.Place)
	}
}

// Start builds the values of SupplyFunc, in the order of declaration, and then runs the Lifespans. After an error it stops
// what has started.
func (in *instance) Start(ctx context.Context) error {
	var stops []func(context.Context) error
	returns := false
	defer func() {
		if !returns { // runtime.Goexit: what has started is ended
			in.stops = stops
			if err := in.Stop(context.WithoutCancel(ctx)); err != nil {
				in.config.logger().Error("what had started could not be ended", "error", err)
			}
		}
	}()
	fail := func(err error) error {
		returns = true
		in.stops = stops
		return errors.Join(err, in.Stop(context.WithoutCancel(ctx)))
	}
	for _, p := range in.table.AppScoped {
		if in.scope.Overrides.Replaces(p) {
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
	in.Handler, in.stops = stripRootPath(in.config.RootPath, in.table.Handler()), stops
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

// Stop ends streams, waits for background tasks until ctx ends, and ends what Start began, in reverse order. A second call does
// nothing.
func (in *instance) Stop(ctx context.Context) error {
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
