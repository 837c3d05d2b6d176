package route

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/brio-go/brio/routing"
)

// lifecycle is the state of an app's shutdown, which its requests share.
type lifecycle struct {
	draining context.Context // ends when streams must
	working  context.Context // ends when background tasks must
	drain    context.CancelCauseFunc
	stopWork context.CancelCauseFunc
	closing  atomic.Bool // each answer closes its connection

	mu       sync.Mutex
	lists    int           // of tasks being worked on
	waiting  int           // tasks that have not begun
	running  int           // tasks that have begun and not returned
	whenIdle chan struct{} // closed when there are no lists; nil unless FinishTasks waits
}

func newLifecycle() *lifecycle {
	l := &lifecycle{}
	l.draining, l.drain = context.WithCancelCause(context.Background())
	l.working, l.stopWork = context.WithCancelCause(context.Background())
	return l
}

// taskList is one list of tasks that is being worked on.
type taskList struct {
	life    *lifecycle
	cancel  context.CancelCauseFunc // of the tasks' context
	unbind  func() bool             // from the end of the app
	waiting int                     // tasks that have not begun
	begun   int
}

// beginTasks begins a list of tasks, and makes their context.
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

// begin is called before each task, with the number of those behind it.
func (t *taskList) begin(waiting int) {
	t.life.change(0, waiting-t.waiting, 1-min(t.begun, 1)) // the one before has ended
	t.waiting = waiting
	t.begun++
}

// end is called when no further task will begin.
func (t *taskList) end() {
	t.unbind()
	t.cancel(nil)
	t.life.change(-1, -t.waiting, -min(t.begun, 1))
}

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

// idle is closed when no list of tasks is being worked on.
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

// Drain ends the app's streams: their contexts end with ErrShutdown for a cause. Other requests go on.
func (t *Table) Drain() { t.lifecycle.drain(routing.ErrShutdown) }

// CloseConnections makes each answer from now on the last one of its connection, also that of a request in flight. The
// server stops soon, and a request that comes on an idle connection at that moment would be lost.
func (t *Table) CloseConnections() { t.lifecycle.closing.Store(true) }

// lastWords is how long tasks whose context has ended get to return, and to be counted.
const taskExitWait = time.Second

// FinishTasks waits for the background tasks until ctx ends. Then their contexts end, and tasks that are left after
// another moment are reported as what has not begun and what has not returned.
func (t *Table) FinishTasks(ctx context.Context) {
	quiet := t.lifecycle.idle()
	select {
	case <-quiet:
		return
	default:
	}
	if t.lifecycle.working.Err() != nil {
		return // it has waited and reported
	}
	select {
	case <-quiet:
		return
	case <-ctx.Done():
	}
	t.lifecycle.stopWork(routing.ErrShutdown)
	timer := time.NewTimer(taskExitWait)
	defer timer.Stop()
	select {
	case <-quiet:
	case <-timer.C:
		t.lifecycle.mu.Lock()
		waiting, running := t.lifecycle.waiting, t.lifecycle.running
		t.lifecycle.mu.Unlock()
		t.logger.LogAttrs(context.WithoutCancel(ctx), slog.LevelError, "background tasks are left behind by the shutdown",
			slog.Int("not_returned", running), slog.Int("not_run", waiting))
	}
}
