// Package background has the work that is done after a response has been sent: tasks that dependencies and the handler
// of one request add to one list, run in order.
package background

import (
	"context"
	"fmt"
	"runtime/debug"
)

// Tasks is the list of one request; handlers and dependencies ask for *Tasks. It is not safe for concurrent use.
type Tasks struct{ list []func(context.Context) error }

// Add appends a task. It runs after the response has been sent, after all tasks added before it, unless the request
// ends in an error or one of those fails. Its context carries the values of the request's and outlives its end. An
// error is logged.
func (t *Tasks) Add(f func(ctx context.Context) error) { t.list = append(t.list, f) }

// Len is the number of tasks added so far.
func (t *Tasks) Len() int {
	if t == nil {
		return 0
	}
	return len(t.list)
}

// Run runs the tasks in order. The first error or panic ends it and says how many were not run.
func (t *Tasks) Run(ctx context.Context) error {
	if t == nil {
		return nil
	}
	for i, f := range t.list {
		if err := run(ctx, f); err != nil {
			return fmt.Errorf("background task %d of %d: %w", i+1, len(t.list), err)
		}
	}
	return nil
}

func run(ctx context.Context, f func(context.Context) error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	return f(ctx)
}
