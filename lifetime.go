package brio

import (
	"context"
	"errors"
)

// startAs is Start with what Check has compiled; nil: the app is compiled first.
func (a *App) startAs(ctx context.Context, compiled *instance) error {
	a.start.Do(func() {
		a.failed = errNotStarted // stands when what is started calls runtime.Goexit
		in := compiled
		if in == nil {
			var err error
			if in, err = a.compile(nil); err != nil {
				a.failed = err
				return
			}
		}
		if err := a.begin(ctx, in, nil); err != nil {
			a.failed = err
			return
		}
		in.table.Seal()
		if a.settings.debug {
			a.logger().Warn("Debug(true): clients see the texts of internal errors and stacks; this is for development alone")
		}
		for _, text := range in.table.Warnings {
			a.logger().Warn(text)
		}
		for _, p := range in.table.Nil {
			a.logger().Warn("a supplied value is nil", "provider", p.Name, "place", p.Place)
		}
		if a.settings.trustAll != "" {
			a.logger().Warn(`TrustProxies("*"): a client that reaches the app directly can claim any address, scheme and host; list the addresses of the proxies`, "place", a.settings.trustAll)
		}
		for _, p := range in.table.Unused {
			a.logger().Warn("no route needs a provider", "provider", p.Name, "place", p.Place)
		}
		a.failed = nil
		a.running.Store(in)
	})
	return a.failed
}

var errNotStarted = errors.New("brio: the app has not started: a lifespan, or what builds a value, called runtime.Goexit")

var errShutDown = errors.New("brio: the app was shut down before it had started")
