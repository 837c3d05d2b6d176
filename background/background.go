package background

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"

	"github.com/brio-go/brio/internal/finite"
)

// Task is work that runs after the response. Its context has the values of the request's context and outlives the request. It ends
// when the app shuts down and brio.ShutdownTimeout has passed.
type Task = func(ctx context.Context) error

// Tasks is the task list of one request. Handlers and dependencies take a *Tasks. It is safe for concurrent use.
type Tasks struct {
	mu    sync.Mutex
	list  []Task
	begun int // how many tasks of list have begun or were dropped
	jobs  []pending
	owner Owner // nil while the request runs
}

// Owner logs tasks and jobs that are added after the end of their request. It must be safe for concurrent use.
type Owner interface {
	// TaskAfterEnd logs a task that does not run.
	TaskAfterEnd()
	// JobAfterEnd logs a job that is not enqueued.
	JobAfterEnd(name string)
}

// Add appends a task. The task runs once, after the response has been sent and after all earlier tasks. It does not run if the
// request ends in an error, an earlier task fails or panics, or the app shuts down before; the log then has the number of such
// tasks. A running task may add tasks. A task that is added after the tasks have run, for example by a clean-up, does not run, and
// the log says so. Errors and panics of tasks are logged.
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

// Len returns the number of tasks that were added.
func (t *Tasks) Len() int {
	if t == nil {
		return 0
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.list)
}

// Clone returns a separate list with the same tasks; nil for a nil list.
func (t *Tasks) Clone() *Tasks { return t.since(0) }

// since returns a separate list without the first n tasks; nil for a nil list.
func (t *Tasks) since(n int) *Tasks {
	if t == nil {
		return nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return &Tasks{list: slices.Clone(t.list[min(n, len(t.list)):]), jobs: slices.Clone(t.jobs)}
}

// Since returns a separate list with the tasks of t after the first n; nil when there are none.
func Since(t *Tasks, n int) *Tasks {
	if t.Len() <= n {
		return nil
	}
	return t.since(n)
}

// Waiting returns the number of tasks in the lists that have not begun.
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

// Drop removes the tasks that have not begun, and the jobs. It returns the number of removed tasks.
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

// End marks the end of a list's request. From now on owner logs each task and job that is added. It returns the number of tasks
// that are dropped. A nil list has none.
func End(owner Owner, t *Tasks) (dropped int) {
	if t == nil {
		return 0
	}
	return t.end(owner)
}

// end is End for a list that is not nil.
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

// next removes and returns the next task of the lists, nil when there is none.
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

// Run runs the tasks of several lists in order, also tasks that a running task adds. It calls begin before each, with the number of
// tasks that wait behind it. It stops at the first error or panic, and at the end of ctx, whose cause is then the error. begun is
// the number of tasks that were called.
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

// run calls a task and returns a panic as an error. It does not stop runtime.Goexit.
func run(ctx context.Context, f Task) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %s\n%s", finite.Text(v), debug.Stack())
		}
	}()
	return f(ctx)
}
