// Package background has the work that is done after a response has been sent: tasks that dependencies and the handler
// of one request add to one list, run in order, in this process; and jobs, which are handed to a queue that outlives it.
//
// Tasks enter through Add and are run by the framework, once the answer is out. Jobs enter through Enqueue and leave
// through the app's Queue before the answer does.
package background

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
)

// Task is work for after the response. Its context has the values of the request's, does not end with the request and
// ends when the app shuts down and cannot wait any longer.
type Task = func(ctx context.Context) error

// Tasks is the list of one request; handlers and dependencies ask for *Tasks. It is not safe for concurrent use.
type Tasks struct {
	list []Task
	jobs []pending
}

// Add appends a task. It runs once, after the response has been sent and after all tasks added before it, unless the
// request ends in an error, one of those fails or the app cannot wait for it any longer; then the log says how many were
// not run. An error or panic is logged.
func (t *Tasks) Add(f Task) { t.list = append(t.list, f) }

// Len is the number of tasks added so far.
func (t *Tasks) Len() int {
	if t == nil {
		return 0
	}
	return len(t.list)
}

// Clone is a list of its own with the same tasks; that of nil is nil.
func (t *Tasks) Clone() *Tasks {
	if t == nil {
		return nil
	}
	return &Tasks{list: slices.Clip(t.list), jobs: slices.Clip(t.jobs)}
}

// After is a list with the tasks of another before those of t. Both may be nil.
func (t *Tasks) After(other *Tasks) *Tasks {
	if other.Len() == 0 {
		return t
	}
	out := other.Clone()
	if t != nil {
		out.list = append(out.list, t.list...)
		out.jobs = append(out.jobs, t.jobs...)
	}
	return out
}

// Run runs the tasks of several lists in order, calling begin before each. The first error or panic ends it, and so does
// the end of ctx, which is its error then. begun is how many have been called.
func Run(ctx context.Context, begin func(), lists ...*Tasks) (begun int, err error) {
	all := 0
	for _, t := range lists {
		all += t.Len()
	}
	for _, t := range lists {
		if t == nil {
			continue
		}
		for _, f := range t.list {
			if ctx.Err() != nil {
				return begun, context.Cause(ctx)
			}
			begin()
			begun++
			if err := run(ctx, f); err != nil {
				return begun, fmt.Errorf("background task %d of %d: %w", begun, all, err)
			}
		}
	}
	return begun, nil
}

func run(ctx context.Context, f Task) (err error) {
	done := false
	defer func() {
		if v := recover(); v != nil || !done {
			err = fmt.Errorf("panic: %v\n%s", v, debug.Stack())
		}
	}()
	err = f(ctx)
	done = true
	return err
}
