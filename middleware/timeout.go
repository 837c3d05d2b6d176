package middleware

import (
	"context"
	"fmt"
	"log"
	"maps"
	"net/http"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"github.com/brio-go/brio/internal/argument"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/finite"
	"github.com/brio-go/brio/internal/httpwriter"
)

// ErrTimeout is the context.Cause of a request's context that Timeout has ended. It wraps context.DeadlineExceeded. A write to
// the response after that returns http.ErrHandlerTimeout.
var ErrTimeout = fmt.Errorf("brio/middleware: the answer took too long: %w", context.DeadlineExceeded)

// Timeout answers 503 "The server took too long to respond", in the app's error format, if an answer has not begun after d, and ends the context of the
// request. d limits the time to the first byte only: an answer that has begun, such as a stream or a large file, is not
// limited. Nothing is buffered. d is positive; brio.NoLimit (-1) makes Timeout do nothing. Another value is a start-up mistake.
//
// The handler runs in a separate goroutine. After the 503 it runs on until it checks its context; its writes and its reads of
// the body fail. Put ConcurrencyLimit inside of Timeout, so that it counts these handlers too. It costs twelve allocations
// (1 KB) and the goroutine.
func Timeout(d time.Duration) Func {
	var c checks
	required(&c, "the duration", d)
	switch refused := c.refused(); {
	case refused != nil:
		return refused
	case d == argument.NoLimit:
		return unlimited
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ctx, cancel := context.WithCancelCause(r.Context())
			defer cancel(nil)
			inside := r.WithContext(ctx)
			g := &gate{w: w, early: w.Header().Clone(), began: make(chan struct{})}
			g.writer.Wrap(w, g)
			g.header = g.early
			g.owner, _ = exchange.OwnerOf(w)
			done := make(chan outcome, 1) // buffered: after the timeout no goroutine receives from it
			go g.run(next, inside, done)
			timer := time.NewTimer(d)
			defer timer.Stop()
			var out outcome
			select {
			case out = <-done:
			case <-g.began:
				out = <-done
			case <-timer.C:
				if g.shut() {
					cancel(ErrTimeout)
					g.answer(r)
					return
				}
				out = <-done
			}
			r.Pattern = inside.Pattern
			switch {
			case out.exited:
				if g.exited {
					exchange.MarkExitOf(w)
				}
				runtime.Goexit()
			case out.panicked:
				panic(out.value)
			}
			g.finish()
		})
	}
}

// outcome is how a handler has ended.
type outcome struct {
	panicked bool
	value    any
	exited   bool // it called runtime.Goexit
}

// gate is the ResponseWriter of a handler that Timeout may interrupt. Either the handler opens it, when it begins its answer,
// or Timeout shuts it before that; both are final. Until then the handler has a header map that no other goroutine uses. After
// the gate is open only the handler uses the response, so writes need no lock.
type gate struct {
	httpwriter.Pass
	writer httpwriter.Closed // no Unwrap: it would bypass the gate
	w      http.ResponseWriter
	header http.Header   // the map that Header returns
	early  http.Header   // the handler's map until the answer begins
	owner  any           // the app around it, for its ErrorFormat
	began  chan struct{} // closed when it opens

	mu         sync.Mutex // guards state, and interim answers
	open, late bool
	exited     bool // the app has logged the call of runtime.Goexit
}

// run calls the handler in its own goroutine and reports its end to done. It logs a panic after Timeout has answered.
func (g *gate) run(next http.Handler, r *http.Request, done chan<- outcome) {
	out := outcome{panicked: true}
	defer func() {
		if out.panicked {
			out.value = recover()
			out.exited = out.value == nil
			g.mu.Lock()
			late, known := g.late, out.value == http.ErrAbortHandler || g.exited
			g.mu.Unlock()
			if late && !known { // Timeout has returned and does not report it
				logEnd(r, out)
			}
		}
		done <- out
	}()
	next.ServeHTTP(g.writer.Variant(), r)
	out.panicked = false
}

// logEnd logs a panic or runtime.Goexit of a handler after the timeout, to the log that net/http uses for panics.
func logEnd(r *http.Request, out outcome) {
	printf := log.Printf
	if s, ok := r.Context().Value(http.ServerContextKey).(*http.Server); ok && s.ErrorLog != nil {
		printf = s.ErrorLog.Printf
	}
	what := "panic"
	if out.exited {
		what = "runtime.Goexit"
	}
	printf("brio/middleware: %s after the timeout of %s %s: %s\n%s", what, r.Method, r.Pattern, finite.Text(out.value), debug.Stack())
}

// answer sends the 503. A handler that reads the body locks it, and net/http waits for that lock before it answers. A read
// deadline in the past ends the read. An HTTP/1 connection cannot be used again after that.
func (g *gate) answer(r *http.Request) {
	hasBody := r.Body != nil && r.Body != http.NoBody
	endWait := func() { _ = http.NewResponseController(g.w).SetReadDeadline(time.Unix(1, 0)) }
	if hasBody {
		endWait()
		if r.ProtoMajor == 1 {
			g.w.Header().Set("Connection", "close")
		}
	}
	refuse(g.w, r, http.StatusServiceUnavailable, "The server took too long to respond")
	if hasBody {
		endWait() // again: the answer has set a new deadline for the rest of the body
	}
}

// shut shuts the gate. It is false if the answer has already begun.
func (g *gate) shut() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.late = !g.open
	return g.late
}

// pass opens the gate with the handler's headers. It is false if Timeout has shut the gate.
func (g *gate) pass() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.open || g.late {
		return g.open
	}
	g.copyHeader()
	g.open = true
	close(g.began)
	return true
}

func (g *gate) copyHeader() {
	h := g.w.Header()
	clear(h)
	maps.Copy(h, g.early)
	g.header = h
}

// finish is called when the handler has returned. If the handler has sent nothing, its headers are those of the empty 200.
// Trailers may be in the map that the handler had before the answer began.
func (g *gate) finish() {
	g.pass()
	h := g.w.Header()
	for key, values := range g.early {
		if _, ok := h[key]; !ok {
			h[key] = values
		}
	}
}

// ResponseOwner returns the app around the gate. begun is true if the handler cannot begin an answer any more.
func (g *gate) ResponseOwner() (owner any, begun bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.owner, g.open || g.late
}

// ResponseExit implements exchange.ExitMarker.
func (g *gate) ResponseExit() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.exited = true
}

// HandlerHeader returns the handler's map until the answer begins, then the response's, for trailers.
func (g *gate) HandlerHeader() http.Header { return g.header }

// Interim sends an interim answer (1xx). It does not open the gate.
func (g *gate) Interim(status int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.late {
		return
	}
	if !g.open {
		h := g.w.Header()
		before := maps.Clone(h)
		maps.Copy(h, g.early)
		defer func() {
			clear(h)
			maps.Copy(h, before)
		}()
	}
	g.w.WriteHeader(status)
}

// Begin implements httpwriter.Hooks.
func (g *gate) Begin(int) error {
	if !g.pass() {
		return http.ErrHandlerTimeout
	}
	return nil
}

// BeginFlush implements httpwriter.Hooks.
func (g *gate) BeginFlush() error {
	if !httpwriter.CanFlush(g.w) {
		return http.ErrNotSupported
	}
	return g.Begin(http.StatusOK)
}

// BeginHijack implements httpwriter.Hooks.
func (g *gate) BeginHijack() error { return g.Begin(http.StatusSwitchingProtocols) }

// Control implements httpwriter.ClosedHooks. It does not open the gate.
func (g *gate) Control(do func(*http.ResponseController) error) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.late {
		return http.ErrHandlerTimeout
	}
	return do(http.NewResponseController(g.w))
}
