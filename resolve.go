package brio

import (
	"context"
)

// Resolve calls fn outside of requests, for jobs, command lines and start-up code. The parameters of fn are a context, a *slog.Logger,
// and results of the app's own providers; a function that needs a request is an error. Guards run only if fn or a provider needs their
// result. Clean-ups run after fn.
//
// fn returns nothing or an error. Resolve returns the error of fn, or the error that a clean-up has made of it. A panic of fn becomes an
// error. Resolve starts the app if it has not started.
func (a *App) Resolve(ctx context.Context, fn any) error {
	if err := a.Start(ctx); err != nil {
		return err
	}
	return coreOf(a).lifetime.Running.Load().Resolve(ctx, fn)
}
