package route

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/brio-go/brio/routing"
)

// lifecycle is the state of an app's shutdown. All requests share it; it is safe for concurrent use.
type lifecycle struct {
	draining context.Context // its end ends all streams
	working  context.Context // its end ends the contexts of all background tasks
	drain    context.CancelCauseFunc
	stopWork context.CancelCauseFunc
	closing  atomic.Bool  // true: the app is about to stop, and each answer closes its connection
	streams  atomic.Int64 // streams and WebSockets that drain has ended

	mu       sync.Mutex
	lists    int           // lists of tasks that run
	waiting  int           // tasks that have not begun
	running  int           // tasks that have begun and not returned
	whenIdle chan struct{} // closed when no list runs; nil unless FinishTasks waits
}

func newLifecycle() *lifecycle {
	l := &lifecycle{}
	l.draining, l.drain = context.WithCancelCause(context.Background())
	l.working, l.stopWork = context.WithCancelCause(context.Background())
	return l
}

// taskList is one list of tasks that runs.
type taskList struct {
	life    *lifecycle
	cancel  context.CancelCauseFunc // of the tasks' context
	unbind  func() bool             // from lifecycle.working
	waiting int                     // tasks that have not begun
	begun   int
}

// beginTasks counts a list of tasks and makes their context, which has the values of parent and ends at the shutdown.
func (l *lifecycle) beginTasks(parent context.Context, waiting int) (context.Context, *taskList) {
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(parent))
	list := &taskList{life: l, cancel: cancel, waiting: waiting}
	list.unbind = context.AfterFunc(l.working, func() { cancel(routing.ErrShutdown) })
	if l.working.Err() != nil {
		cancel(routing.ErrShutdown)
	}
	l.change(1, waiting, 0)
	return ctx, list
}

// begin is called before each task, with the number of tasks after it.
func (t *taskList) begin(waiting int) {
	t.life.change(0, waiting-t.waiting, 1-min(t.begun, 1)) // the task before has returned
	t.waiting = waiting
	t.begun++
}

// end is called after the last task.
func (t *taskList) end() {
	t.unbind()
	t.cancel(nil)
	t.life.change(-1, -t.waiting, -min(t.begun, 1))
}

// change adds to the counts, and wakes FinishTasks when no list runs.
func (l *lifecycle) change(lists, waiting, running int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lists += lists
	l.waiting += waiting
	l.running += running
	if l.lists == 0 && l.whenIdle != nil {
		close(l.whenIdle)
		l.whenIdle = nil
	}
}

// idle returns a channel that is closed when no list of tasks runs.
func (l *lifecycle) idle() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.whenIdle == nil {
		l.whenIdle = make(chan struct{})
	}
	c := l.whenIdle
	if l.lists == 0 {
		close(c)
		l.whenIdle = nil
	}
	return c
}

// Drain ends the app's streams: the cause of their contexts is ErrShutdown. Other requests go on.
func (t *Table) Drain() { t.lifecycle.drain(routing.ErrShutdown) }

// CloseConnections makes each answer from now on the last one of its connection, also the answers of requests that run. The server
// stops soon, and a request that the client sends on an idle connection at that moment would be lost.
func (t *Table) CloseConnections() { t.lifecycle.closing.Store(true) }

// Draining reports whether the shutdown has begun: CloseConnections or Drain was called.
func (t *Table) Draining() bool {
	return t.lifecycle.closing.Load() || t.lifecycle.draining.Err() != nil
}

// Counts returns how many streams Drain has ended, and how many background tasks wait or run.
func (t *Table) Counts() (streams, tasks int) {
	t.lifecycle.mu.Lock()
	defer t.lifecycle.mu.Unlock()
	return int(t.lifecycle.streams.Load()), t.lifecycle.waiting + t.lifecycle.running
}

// taskExitWait is how long FinishTasks waits for tasks to return after it has ended their contexts.
const taskExitWait = time.Second

// FinishTasks waits for the background tasks until ctx ends. Then it ends their contexts and waits for taskExitWait. It logs how many
// tasks have not begun and how many have not returned, and returns the sum. A later call returns at once.
func (t *Table) FinishTasks(ctx context.Context) (left int) {
	idle := t.lifecycle.idle()
	select {
	case <-idle:
		return 0
	default:
	}
	if t.lifecycle.working.Err() != nil { // an earlier call has waited and logged
		_, left := t.Counts()
		return left
	}
	select {
	case <-idle:
		return 0
	case <-ctx.Done():
	}
	t.lifecycle.stopWork(routing.ErrShutdown)
	timer := time.NewTimer(taskExitWait)
	defer timer.Stop()
	select {
	case <-idle:
		return 0
	case <-timer.C:
		t.lifecycle.mu.Lock()
		waiting, running := t.lifecycle.waiting, t.lifecycle.running
		t.lifecycle.mu.Unlock()
		t.logger.LogAttrs(context.WithoutCancel(ctx), slog.LevelError, "background tasks are left behind by the shutdown",
			slog.Int("not_returned", running), slog.Int("not_run", waiting))
		return waiting + running
	}
}
