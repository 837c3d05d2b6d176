package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"
	"sync/atomic"

	"github.com/brio-go/brio/internal/funcname"
	"github.com/brio-go/brio/internal/panics"
	"github.com/brio-go/brio/routing"
)

// Lifetime starts an app once and stops it. The zero value has not started. It is safe for concurrent use.
type Lifetime struct {
	Running atomic.Pointer[Instance] // nil until Start succeeds

	start   sync.Once
	failed  error
	stopped atomic.Bool
}

var errNotStarted = errors.New("brio: the app has not started: a lifespan, or what builds a value, called runtime.Goexit")

var errShutDown = errors.New("brio: the app was shut down before it had started")

var errStopped = errors.New("brio: the app was shut down, and its values have ended: make another App to serve again")

// Start compiles and starts an app. Later calls return the error of the first, and after Stop an error.
func (l *Lifetime) Start(ctx context.Context, compile func() (*Instance, error)) error {
	l.start.Do(func() {
		l.failed = errNotStarted // remains if a function of the app calls runtime.Goexit
		in, err := compile()
		if err == nil {
			err = in.Start(ctx)
		}
		if err != nil {
			l.failed = err
			return
		}
		in.Seal()
		in.warn()
		l.failed = nil
		l.Running.Store(in)
	})
	if l.failed == nil && l.stopped.Load() {
		return errStopped
	}
	return l.failed
}

// Stop stops the app, and returns how many values and Lifespans it has ended. An app that has not started does not start any more.
func (l *Lifetime) Stop(ctx context.Context) (ended int, err error) {
	l.start.Do(func() { l.failed = errShutDown })
	if l.failed != nil {
		return 0, nil
	}
	l.stopped.Store(true)
	return l.Running.Load().Stop(ctx)
}

// ending is what ends a value or a Lifespan that has started.
type ending struct {
	name string // of the function that has started it, with its place
	stop func(context.Context) error
}

// Start builds the values of SupplyFunc, in the order of declaration, and then runs the Lifespans. If one fails, Start stops the ones
// that have started, and joins the errors. It is called once.
func (in *Instance) Start(ctx context.Context) error {
	var stops []ending
	returns := false
	defer func() {
		if !returns { // runtime.Goexit
			in.stops = stops
			if _, err := in.Stop(context.WithoutCancel(ctx)); err != nil {
				in.config.LoggerOrDefault().Error("what had started could not be ended", "error", err)
			}
		}
	}()
	fail := func(err error) error {
		returns = true
		in.stops = stops
		_, stopErr := in.Stop(context.WithoutCancel(ctx))
		return errors.Join(err, stopErr)
	}
	outer := Starting(ctx) // of an app whose start has started this one
	ctx = context.WithValue(ctx, startKey{}, in)
	for _, p := range in.table.AppScoped {
		if in.scope.Overrides.Replaces(p) {
			continue
		}
		var v any
		stop, err := recovering(func() (stop func(context.Context) error, err error) {
			v, stop, err = p.Start(ctx)
			return stop, err
		})
		name := fmt.Sprintf("%s (%s)", p.Name, p.Place)
		if err != nil {
			return fail(fmt.Errorf("brio: %s: %w", name, err))
		}
		in.values.Set(p, v)
		in.built.Store(p, true)
		if stop != nil {
			stops = append(stops, ending{name, stop})
		}
	}
	for _, f := range in.table.Lifespans {
		name := "lifespan " + funcname.Short(f)
		stop, err := recovering(func() (func(context.Context) error, error) { return f(ctx) })
		if err != nil {
			return fail(fmt.Errorf("brio: %s: %w", name, err))
		}
		if stop != nil {
			stops = append(stops, ending{name, stop})
		}
	}
	if err := in.startChildren(ctx, func(e ending) { stops = append(stops, e) }); err != nil {
		return fail(err)
	}
	in.health.Seal()
	if mistakes := in.health.Mistakes(); len(mistakes) > 0 {
		return fail(routing.ReportOf(mistakes))
	}
	if outer != nil {
		outer.health.Include(in.health, cmp.Or(in.config.Document.Info.Title, "API")+": ")
	}
	// Middleware of the program is called here, once for each handler that it wraps.
	if _, err := recovering(func() (func(context.Context) error, error) {
		in.table.Ready()
		in.Handler = stripRootPath(in.config.RootPath, in.table.Handler())
		return nil, nil
	}); err != nil {
		return fail(fmt.Errorf("brio: middleware: %w", err))
	}
	if stop, err := in.work.start(ctx); err != nil {
		return fail(fmt.Errorf("brio: the engine of jobs: %w", err))
	} else if stop != nil {
		stops = append(stops, ending{"the engine of jobs", stop})
	}
	in.stops = stops
	returns = true
	return nil
}

// startKey is the key of the context value with the *Instance that starts.
type startKey struct{}

// Starting returns the Instance whose start has made ctx, or nil. Functions of SupplyFunc and Lifespan have such a context.
func Starting(ctx context.Context) *Instance {
	in, _ := ctx.Value(startKey{}).(*Instance)
	return in
}

// CheckBuilt returns an error if the app will build its value of a type later. It is called while the app starts.
func (in *Instance) CheckBuilt(t reflect.Type) error {
	for _, p := range in.table.AppScoped {
		if _, built := in.built.Load(p); p.Type() == t && !built && !in.scope.Overrides.Replaces(p) {
			return fmt.Errorf("brio: %s: the value of type %v is not built yet; declare it before the function that takes it", p.Place, t)
		}
	}
	return nil
}

// recovering calls start. A panic of start becomes the error.
func recovering(start func() (func(context.Context) error, error)) (stop func(context.Context) error, err error) {
	defer recovered(&err)
	return start()
}

// recovered, when deferred, makes a panic the error, with its stack.
func recovered(err *error) {
	if v := recover(); v != nil {
		p := panics.Recovered(v)
		*err = fmt.Errorf("%w\n%s", p, p.Stack)
	}
}

// Stop ends streams, waits for background tasks until ctx ends, and then calls the stop functions of Lifespans and values in reverse
// order. It returns how many it has called. A second call calls none.
func (in *Instance) Stop(ctx context.Context) (ended int, err error) {
	in.mu.Lock()
	stops := in.stops
	in.stops = nil
	in.mu.Unlock()
	in.Drain()
	in.FinishTasks(ctx)
	return len(stops), endAll(ctx, stops)
}

// endAll calls all functions in reverse order and joins their errors. It calls the others even if one calls runtime.Goexit.
func endAll(ctx context.Context, stops []ending) (err error) {
	defer func() {
		if len(stops) > 0 {
			_ = endAll(ctx, stops)
		}
	}()
	for len(stops) > 0 {
		last := len(stops) - 1
		e := stops[last]
		stops = stops[:last]
		err = errors.Join(err, e.end(ctx))
	}
	return err
}

// end calls the stop function. Its error names the function that has started what it ends.
func (e ending) end(ctx context.Context) (err error) {
	defer func() {
		if err != nil {
			err = fmt.Errorf("brio: the end of %s: %w", e.name, err)
		}
	}()
	defer recovered(&err)
	return e.stop(ctx)
}
