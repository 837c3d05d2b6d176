package background

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"

	"github.com/brio-go/brio/internal/finite"
)

// Task is work for after the response. Its context has the values of the request's, does not end with the request and
// ends when the app shuts down and cannot wait any longer.
type Task = func(ctx context.Context) error

// Tasks is the list of one request; handlers and dependencies ask for *Tasks. It is safe for concurrent use.
type Tasks struct {
	mu    sync.Mutex
	list  []Task
	begun int // tasks of list that have begun, or were dropped
	jobs  []pending
	owner Owner // nil until the request has ended
}

// Owner is told of what is added to a list when its request has ended. It is used by many requests at once.
type Owner interface {
	// TaskAfterEnd logs a task that does not run.
	TaskAfterEnd()
	// JobAfterEnd logs a job that is not enqueued.
	JobAfterEnd(name string)
}

// Add appends a task. It runs once, after the response has been sent and after all tasks added before it, unless the
// request ends in an error, one of those fails or the app cannot wait for it any longer; then the log says how many were
// not run. A task that a running task adds runs, too. One that is added when the tasks have run, by a clean-up for example,
// or when the request has ended, does not run, and the log says so. An error or panic is logged.
func (t *Tasks) Add(f Task) {
	t.mu.Lock()
	owner := t.owner
	if owner == nil {
		t.list = append(t.list, f)
	}
	t.mu.Unlock()
	if owner != nil {
		owner.TaskAfterEnd()
	}
}

// Len is the number of tasks added so far.
func (t *Tasks) Len() int {
	if t == nil {
		return 0
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.list)
}

// Clone is a list of its own with the same tasks; that of nil is nil.
func (t *Tasks) Clone() *Tasks { return t.since(0) }

// since is a list of its own with the tasks but the first n; that of nil is nil.
func (t *Tasks) since(n int) *Tasks {
	if t == nil {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return &Tasks{list: slices.Clone(t.list[min(n, len(t.list)):]), jobs: slices.Clone(t.jobs)}
}

// Since is a list of its own with what was added to t behind its first n tasks; nil where there is nothing.
func Since(t *Tasks, n int) *Tasks {
	if t.Len() <= n {
		return nil
	}
	return t.since(n)
}

// Waiting is the number of tasks in the lists that have not begun.
func Waiting(lists ...*Tasks) (n int) {
	for _, t := range lists {
		if t != nil {
			t.mu.Lock()
			n += len(t.list) - t.begun
			t.mu.Unlock()
		}
	}
	return n
}

// Drop says that what waits in the lists will not run. It returns how many tasks these are; the jobs are dropped with them.
func Drop(lists ...*Tasks) (n int) {
	for _, t := range lists {
		if t != nil {
			t.mu.Lock()
			n += len(t.list) - t.begun
			t.begun, t.jobs = len(t.list), nil
			t.mu.Unlock()
		}
	}
	return n
}

// End says that the request of a list has ended: owner is told of what is added from now on, and of jobs that nothing will
// enqueue. It returns how many tasks are dropped. A nil list has none.
func End(owner Owner, t *Tasks) (dropped int) {
	if t == nil {
		return 0
	}
	return t.end(owner)
}

func (t *Tasks) end(owner Owner) (dropped int) {
	t.mu.Lock()
	dropped = len(t.list) - t.begun
	jobs := t.jobs
	clear(t.list)
	t.begun, t.jobs, t.owner = len(t.list), nil, owner
	t.mu.Unlock()
	for _, j := range jobs {
		owner.JobAfterEnd(j.name)
	}
	return dropped
}

// next takes the next task of the lists, nil when none waits.
func next(lists []*Tasks) Task {
	for _, t := range lists {
		if t == nil {
			continue
		}
		t.mu.Lock()
		if t.begun < len(t.list) {
			f := t.list[t.begun]
			t.begun++
			t.mu.Unlock()
			return f
		}
		t.mu.Unlock()
	}
	return nil
}

// Run runs the tasks of several lists in order, also tasks that a running task adds, calling begin before each with the
// number of tasks that wait behind it. The first error or panic ends it, and so does the end of ctx, which is its error
// then. begun is how many have been called.
func Run(ctx context.Context, begin func(waiting int), lists ...*Tasks) (begun int, err error) {
	for Waiting(lists...) > 0 {
		if ctx.Err() != nil {
			return begun, context.Cause(ctx)
		}
		f := next(lists)
		begin(Waiting(lists...))
		begun++
		if err := run(ctx, f); err != nil {
			return begun, fmt.Errorf("background task %d of %d: %w", begun, begun+Waiting(lists...), err)
		}
	}
	return begun, nil
}

// run calls a task, with a panic as an error. runtime.Goexit goes on.
func run(ctx context.Context, f Task) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %s\n%s", finite.Text(v), debug.Stack())
		}
	}()
	return f(ctx)
}
