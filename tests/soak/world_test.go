package soak_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/brio-go/brio/internal/testkit"
)

// maxClients is how many clients commit.
const maxClients = 64

// world is what the process of the server knows. It outlives each app, and its size does not grow.
type world struct {
	committed [maxClients]atomic.Int64 // by client: the newest number whose transaction has been committed
	ran       atomic.Int64             // tasks
	requests  atomic.Int64             // that run now
	last      atomic.Bool              // the app that serves is the last one

	mu         sync.Mutex
	violations []string
	lives      []life
	kept       [256]kept
	next       int // in kept

	notRun atomic.Int64 // tasks that the log counts as lost
}

// kept is a value that a handler keeps, with its text of then.
type kept struct {
	value any
	text  string
}

// life is what the process has after an app has ended, when nothing is served.
type life struct {
	Memory     uint64 `json:"memory"` // bytes of the heap, after a garbage collection
	Goroutines int    `json:"goroutines"`
	Files      int    `json:"files"` // open descriptors
}

// violate notes what must not be.
func (w *world) violate(format string, args ...any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.violations) < 20 {
		w.violations = append(w.violations, fmt.Sprintf(format, args...))
	}
}

// keep keeps values of a request until many other requests have kept theirs. They must not change.
func (w *world) keep(values ...any) {
	var changed []string
	w.mu.Lock()
	for _, v := range values {
		k := &w.kept[w.next%len(w.kept)]
		w.next++
		if text := testkit.TextOf(k.value); k.value != nil && text != k.text {
			changed = append(changed, fmt.Sprintf("a kept %T was %q and is %q", k.value, k.text, text))
		}
		*k = kept{v, testkit.TextOf(v)}
	}
	w.mu.Unlock()
	for _, c := range changed {
		w.violate("%s", c)
	}
}

// forget lets go of the kept values, so that they do not count as memory of the app that has ended.
func (w *world) forget() {
	w.keep(make([]any, len(w.kept))...)
}

// now is what the process has at the moment.
func now() (l life) {
	runtime.GC()
	runtime.GC() // the second one empties what the pools have kept over the first
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return life{m.HeapAlloc, runtime.NumGoroutine(), openFiles()}
}

// openFiles counts the descriptors of the process. It is 0 where the system does not list them.
func openFiles() int {
	entries, _ := os.ReadDir("/dev/fd")
	return len(entries)
}

// settle waits until the process has the goroutines and descriptors of base, and notes what it has.
func (w *world) settle(base life) {
	w.forget()
	l := now()
	for deadline := time.Now().Add(testkit.Patience); l.Goroutines > base.Goroutines || l.Files > base.Files; l = now() {
		if time.Now().After(deadline) {
			stacks := make([]byte, 1<<20)
			w.violate("after an app: %+v, before all: %+v\n%s", l, base, stacks[:runtime.Stack(stacks, true)])
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lives = append(w.lives, l)
}

// visitKey is the key of the visit in the context of a request.
type visitKey struct{}

// visit is one request. What it opens ends once.
type visit struct {
	world        *world
	canary       string
	place, end   string // which function ends how
	cancel       context.CancelFunc
	client, sent int64 // of a commit

	opened, ended, sessions, endedSessions atomic.Int32
}

func visitOf(ctx context.Context) *visit { return ctx.Value(visitKey{}).(*visit) }

// at ends the function at a place, if it is the one.
func (v *visit) at(place string) error {
	if place != v.place {
		return nil
	}
	return testkit.End(v.end, v.cancel)
}

// endTx is the clean-up of the transaction.
func (v *visit) endTx(err error) error {
	v.ended.Add(1)
	if err == nil && v.sent > 0 {
		slot := &v.world.committed[v.client]
		for old := slot.Load(); old < v.sent && !slot.CompareAndSwap(old, v.sent); old = slot.Load() {
		}
	}
	return err
}

// done is called when the request has left the app.
func (v *visit) done() {
	v.world.requests.Add(-1)
	if v.opened.Load() != v.ended.Load() || v.sessions.Load() != v.endedSessions.Load() {
		v.world.violate("%s, %s %s: %d transactions opened and %d ended, %d sessions opened and %d ended",
			v.canary, v.place, v.end, v.opened.Load(), v.ended.Load(), v.sessions.Load(), v.endedSessions.Load())
	}
}

// handler is the log of the app: it passes on what belongs to the life of the server, and counts lost tasks.
type handler struct {
	slog.Handler
	world *world
}

// Enabled implements slog.Handler.
func (h handler) Enabled(context.Context, slog.Level) bool { return true }

// lifeLines are the messages that are passed on.
var lifeLines = []string{"serving", "shutting down", "requests finished", "background tasks finished", "stopped"}

// Handle implements slog.Handler.
func (h handler) Handle(ctx context.Context, r slog.Record) error {
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == "not_run" || a.Key == "not_returned" {
			h.world.notRun.Add(a.Value.Int64())
		}
		return true
	})
	if slices.Contains(lifeLines, r.Message) {
		return h.Handler.Handle(ctx, r)
	}
	return nil
}
