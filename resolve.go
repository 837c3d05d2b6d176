package brio

import (
	"context"
)

// Resolve calls fn outside of any request, for jobs, command lines and start-up code. Its parameters have the app's own
// providers, a context and a logger for origins; what would need a request cannot be asked for, and guards do not run,
// unless for a result that is asked for. fn returns nothing or an error; clean-ups run after it, and the result is the
// error of fn, or what they made of it. A panic is an error here.
func (a *App) Resolve(ctx context.Context, fn any) error {
	if err := a.Start(ctx); err != nil {
		return err
	}
	return a.lifetime.Running.Load().Resolve(ctx, fn)
}
