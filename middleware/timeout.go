package middleware

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log"
	"maps"
	"net"
	"net/http"
	"runtime"
	"runtime/debug"
	"sync"
	"time"

	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/finite"
)

// ErrTimeout is why the context of a request has ended when Timeout does it (context.Cause). It is a
// context.DeadlineExceeded. Who writes to the response after that gets http.ErrHandlerTimeout.
var ErrTimeout = fmt.Errorf("brio/middleware: the answer took too long: %w", context.DeadlineExceeded)

// Timeout answers 503 "The server took too long to respond" when an answer has not begun after d, and ends the context of
// the request. It is the time to the first byte: an answer that has begun, a stream or a large file, takes as long as it
// likes, and nothing is buffered. It panics when d is not positive.
//
// What is inside runs in a goroutine of its own, and goes on after the 503 until it notices its context. It cannot reach
// the response any more, and reading the body is an error. A limit of what runs at once belongs inside of Timeout
// (ConcurrencyLimit), so that it counts that too. It costs twelve allocations (1 KB) and the goroutine.
func Timeout(d time.Duration) Func {
	mustBe(d > 0, "Timeout", "%v; legal is more than 0", d)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			ctx, cancel := context.WithCancelCause(r.Context())
			defer cancel(nil)
			inside := r.WithContext(ctx)
			g := &gate{w: w, own: w.Header().Clone(), began: make(chan struct{})}
			g.header = g.own
			g.owner, _ = exchange.OwnerOf(w)
			done := make(chan outcome, 1) // room for one: nobody may be there to take it
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
					exchange.ExitOf(w)
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
	exited   bool // by runtime.Goexit
}

// gate is the ResponseWriter of a handler that may be late. Until the answer begins, its headers are the handler's alone;
// then it is open, for good, or it is shut before that, for good. Who is inside of an open gate has the response for
// itself, as without one: only the beginning is a matter of two goroutines.
type gate struct {
	w      http.ResponseWriter
	header http.Header   // as the handler sees it
	own    http.Header   // the handler's alone, until the answer begins
	owner  any           // the app around
	began  chan struct{} // closed when it opens

	mu         sync.Mutex // guards state, and interim answers
	open, late bool
	exited     bool // the log has the call of runtime.Goexit
}

func (g *gate) run(next http.Handler, r *http.Request, done chan<- outcome) {
	out := outcome{panicked: true}
	defer func() {
		if out.panicked {
			out.value = recover()
			out.exited = out.value == nil
			g.mu.Lock()
			late, known := g.late, out.value == http.ErrAbortHandler || g.exited
			g.mu.Unlock()
			if late && !known { // Timeout does not wait for it any more
				logEnd(r, out)
			}
		}
		done <- out
	}()
	next.ServeHTTP(g.writer(), r)
	out.panicked = false
}

// logEnd logs how a handler has ended after the timeout, as net/http does with a panic.
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

// answer is the 503. A handler that waits for the body holds it, and net/http wants to see its end before it answers: a
// read deadline ends the wait, and with it the use of an HTTP/1 connection.
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
		endWait() // again: an answer gives a body that is on its way some time
	}
}

// shut keeps the answer from beginning; false when it has.
func (g *gate) shut() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.late = !g.open
	return g.late
}

// pass opens the gate with the handler's headers; false when it is late.
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
	maps.Copy(h, g.own)
	g.header = h
}

// finish is called when the handler has returned. One that has sent nothing has set the headers of the empty 200; and
// trailers may have been set on the map that it had at first.
func (g *gate) finish() {
	g.pass()
	h := g.w.Header()
	for key, values := range g.own {
		if _, ok := h[key]; !ok {
			h[key] = values
		}
	}
}

// ResponseOwner is the app around. Nothing can be sent when it is late.
func (g *gate) ResponseOwner() (owner any, begun bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.owner, g.open || g.late
}

// ResponseExit implements exchange.Exiting.
func (g *gate) ResponseExit() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.exited = true
}

// Header is the response's, once it has begun: trailers are set after that.
func (g *gate) Header() http.Header { return g.header }

func (g *gate) WriteHeader(status int) {
	if status >= 100 && status < 200 && status != http.StatusSwitchingProtocols {
		g.interim(status)
		return
	}
	if g.pass() {
		g.w.WriteHeader(status)
	}
}

// interim sends an interim answer, which does not open the gate.
func (g *gate) interim(status int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.late {
		return
	}
	if !g.open {
		h := g.w.Header()
		before := maps.Clone(h)
		maps.Copy(h, g.own)
		defer func() {
			clear(h)
			maps.Copy(h, before)
		}()
	}
	g.w.WriteHeader(status)
}

func (g *gate) Write(p []byte) (int, error) {
	if !g.pass() {
		return 0, http.ErrHandlerTimeout
	}
	return g.w.Write(p)
}

func (g *gate) WriteString(s string) (int, error) {
	if !g.pass() {
		return 0, http.ErrHandlerTimeout
	}
	return io.WriteString(g.w, s)
}

// ReadFrom keeps sendfile.
func (g *gate) ReadFrom(r io.Reader) (int64, error) {
	if !g.pass() {
		return 0, http.ErrHandlerTimeout
	}
	return io.Copy(g.w, r)
}

// What http.ResponseController does is guarded, too; there is no Unwrap, which would lead around the gate.

func (g *gate) FlushError() error {
	if !flushable(g.w) {
		return http.ErrNotSupported
	}
	if !g.pass() {
		return http.ErrHandlerTimeout
	}
	return http.NewResponseController(g.w).Flush()
}

func (g *gate) hijack() (net.Conn, *bufio.ReadWriter, error) {
	if !g.pass() {
		return nil, nil, http.ErrHandlerTimeout
	}
	return http.NewResponseController(g.w).Hijack()
}

func (g *gate) SetReadDeadline(t time.Time) error {
	return g.control(func(c *http.ResponseController) error { return c.SetReadDeadline(t) })
}

func (g *gate) SetWriteDeadline(t time.Time) error {
	return g.control(func(c *http.ResponseController) error { return c.SetWriteDeadline(t) })
}

func (g *gate) EnableFullDuplex() error {
	return g.control(func(c *http.ResponseController) error { return c.EnableFullDuplex() })
}

func (g *gate) control(do func(*http.ResponseController) error) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.late {
		return http.ErrHandlerTimeout
	}
	return do(http.NewResponseController(g.w))
}

// writer has the interfaces that the inner writer has.
func (g *gate) writer() http.ResponseWriter {
	_, flushes := g.w.(http.Flusher)
	_, hijacks := g.w.(http.Hijacker)
	switch {
	case flushes && hijacks:
		return flushHijackGate{g}
	case flushes:
		return flushGate{g}
	case hijacks:
		return hijackGate{g}
	}
	return g
}

type flushGate struct{ *gate }

func (g flushGate) Flush() { _ = g.FlushError() }

type hijackGate struct{ *gate }

func (g hijackGate) Hijack() (net.Conn, *bufio.ReadWriter, error) { return g.hijack() }

type flushHijackGate struct{ *gate }

func (g flushHijackGate) Flush()                                       { _ = g.FlushError() }
func (g flushHijackGate) Hijack() (net.Conn, *bufio.ReadWriter, error) { return g.hijack() }
