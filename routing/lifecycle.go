package routing

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"
)

// ErrShutdown is why the context of a stream or background task has ended when the app does (context.Cause).
var ErrShutdown = errors.New("brio: the app is shutting down")

// lifecycle is what the requests of one app share about its end.
type lifecycle struct {
	draining context.Context // ends when streams must
	working  context.Context // ends when background tasks must
	drain    context.CancelCauseFunc
	stopWork context.CancelCauseFunc

	mu      sync.Mutex
	lists   int           // of tasks being worked on
	waiting int           // tasks that have not begun
	running int           // tasks that have
	idle    chan struct{} // closed when there are no lists; nil when nobody waits
}

func newLifecycle() *lifecycle {
	l := &lifecycle{}
	l.draining, l.drain = context.WithCancelCause(context.Background())
	l.working, l.stopWork = context.WithCancelCause(context.Background())
	return l
}

// work is one list of tasks: its context, what to call before each task, and what to call in the end.
func (l *lifecycle) work(parent context.Context, tasks int) (ctx context.Context, begin func(), end func()) {
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(parent))
	unbind := context.AfterFunc(l.working, func() { cancel(ErrShutdown) })
	if l.working.Err() != nil {
		cancel(ErrShutdown)
	}
	begun := 0
	l.change(1, tasks, 0)
	begin = func() {
		l.change(0, -1, 1-min(begun, 1)) // the one before has ended
		begun++
	}
	end = func() {
		unbind()
		cancel(nil)
		l.change(-1, begun-tasks, -min(begun, 1))
	}
	return ctx, begin, end
}

func (l *lifecycle) change(lists, waiting, running int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lists += lists
	l.waiting += waiting
	l.running += running
	if l.lists == 0 && l.idle != nil {
		close(l.idle)
		l.idle = nil
	}
}

// quiet is closed when no list of tasks is being worked on.
func (l *lifecycle) quiet() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.idle == nil {
		l.idle = make(chan struct{})
	}
	c := l.idle
	if l.lists == 0 {
		close(c)
		l.idle = nil
	}
	return c
}

// Drain ends the app's streams: their contexts end with ErrShutdown for a cause. Other requests go on.
func (t *Table) Drain() { t.life.drain(ErrShutdown) }

// lastWords is how long tasks whose context has ended get to return, and to be counted.
const lastWords = time.Second

// FinishTasks waits for the background tasks until ctx ends. Then their contexts end, and those that are left after
// another moment are reported as what has not begun and what has not returned.
func (t *Table) FinishTasks(ctx context.Context) {
	quiet := t.life.quiet()
	select {
	case <-quiet:
		return
	default:
	}
	if t.life.working.Err() != nil {
		return // it has waited and reported
	}
	select {
	case <-quiet:
		return
	case <-ctx.Done():
	}
	t.life.stopWork(ErrShutdown)
	timer := time.NewTimer(lastWords)
	defer timer.Stop()
	select {
	case <-quiet:
	case <-timer.C:
		t.life.mu.Lock()
		waiting, running := t.life.waiting, t.life.running
		t.life.mu.Unlock()
		t.logger.LogAttrs(context.WithoutCancel(ctx), slog.LevelError, "background tasks are left behind by the shutdown",
			slog.Int("not_returned", running), slog.Int("not_run", waiting))
	}
}
