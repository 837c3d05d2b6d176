package exchange

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/brio-go/brio/internal/finite"
)

// Source is where the chunks of a body come from.
type Source struct {
	Next   func() ([]byte, error) // a chunk, valid until the next call; io.EOF after the last
	Stop   func() error           // ends it, early or late; called once; nil: nothing to do
	Events bool                   // server-sent events: the silence between them is filled with pings
}

// errOpened means that a stream was sent before, or is being sent.
var errOpened = errors.New("a stream can be sent once: make a new Response for each request")

// Flow is a body on its way from its source to the client. The source runs in the goroutine of the request; only pings
// come from a timer's, and never while the source's chunks are written.
//
// A Response that a program keeps holds its Flow, so it may be opened again, by several requests at once. Open lets the
// first one in alone: what a source refers to, such as memory of its request, is out of reach for all others.
type Flow struct {
	WriteTimeout time.Duration   // for each chunk; 0: none
	Ping         time.Duration   // silence before a ping; 0: none
	Context      context.Context // the request's: the body ends with it
	Interrupt    func(error)     // told that a ping could not be written, so that the source may be waiting in vain
	Early        BeginFor        // nil where headers must wait for the first chunk however long it takes

	opened atomic.Bool
	open   func() Source // nil once it has been called
	bound  *Exchange     // of the one request that may open it; nil: of any

	x       *Exchange
	source  Source
	chunk   []byte
	err     error // why there is no further chunk
	stopped bool

	mu      sync.Mutex
	timer   *time.Timer
	waiting bool // for the source
	begun   bool
	body    bool
	failed  error // of a ping
}

// BeginFor writes status and headers, as Begin does.
type BeginFor func() (body bool, err error)

// Events reports whether the body is an event stream.
func (f *Flow) Events() bool { return f.source.Events }

// NewFlow returns the Flow of a source that open makes. Open comes next.
func NewFlow(open func() Source) *Flow { return &Flow{open: open} }

// Open makes the source, for one request. Stop must be called in the end, whatever happens. A second call, by whichever
// request, is an error and does nothing. It is safe for concurrent use, all other methods are for the goroutine whose
// call has succeeded.
func (f *Flow) Open(x *Exchange) error {
	if f.bound != nil && f.bound != x || !f.opened.CompareAndSwap(false, true) {
		return errOpened
	}
	open := f.open
	f.Context, f.x, f.open = x.r.Context(), x, nil
	f.source = open()
	return nil
}

// Bind lets only the request of x open the flow, which must open or drop it.
func (f *Flow) Bind(x *Exchange) { f.bound = x }

// Drop ends a flow that is not sent: the source is made and stopped. It does nothing to one that was opened.
func (f *Flow) Drop() error {
	if !f.opened.CompareAndSwap(false, true) {
		return nil
	}
	open := f.open
	f.open = nil
	f.source = open()
	return f.Stop()
}

// Stop ends the source, once, and forgets it: a Response that is kept does not hold what belongs to its request.
func (f *Flow) Stop() error {
	if f.stopped {
		return nil
	}
	f.stopped = true
	stop := f.source.Stop
	f.source.Next, f.source.Stop, f.chunk = nil, nil, nil
	if stop == nil {
		return nil
	}
	return stop()
}

// First waits for the first chunk, before anything has left, so that its error can be the answer. A source of events
// that is silent for longer than Ping is not waited for: the headers leave with a ping.
func (f *Flow) First() error {
	f.x.ClearWriteDeadline()
	f.next()
	if f.failed != nil {
		return f.failed
	}
	if f.err == io.EOF {
		return nil
	}
	return f.err
}

// Run writes the headers, unless they had to leave early, and then chunk after chunk until the source or the context ends.
// Run returns an error when the context has ended, even if the source ended too: the body may be incomplete.
func (f *Flow) Run(begin BeginFor) error {
	ctx := f.Context
	if !f.begun {
		var err error
		if f.body, err = begin(); err != nil {
			return err
		}
		f.begun = true
	}
	if !f.body {
		return nil
	}
	for f.err == nil {
		if err := f.x.Chunk(f.chunk, f.WriteTimeout); err != nil {
			return err
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		f.next()
		if f.failed != nil {
			return f.failed
		}
	}
	if ctx.Err() != nil && (f.err == io.EOF || errors.Is(f.err, context.Canceled)) {
		return context.Cause(ctx)
	}
	if f.err == io.EOF {
		return nil
	}
	return f.err
}

// next waits for the source, while the timer sends pings.
func (f *Flow) next() {
	if f.source.Events && f.Ping > 0 {
		f.mu.Lock()
		f.waiting = true
		if f.timer == nil {
			f.timer = time.AfterFunc(f.Ping, f.ping)
		} else {
			f.timer.Reset(f.Ping)
		}
		f.mu.Unlock()
		defer f.quiet()
	}
	f.chunk, f.err = f.source.Next()
}

// quiet returns when no ping is being written and none will be.
func (f *Flow) quiet() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.waiting = false
	f.timer.Stop()
}

var pingComment = []byte(": ping\n\n")

// ping is what the timer calls.
func (f *Flow) ping() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.waiting || f.failed != nil {
		return
	}
	defer func() {
		if v := recover(); v != nil { // of a writer of some middleware
			f.fail(fmt.Errorf("%w: panic: %s", ErrConnection, finite.Text(v)))
		}
	}()
	if !f.begun {
		if f.Early == nil {
			return
		}
		body, err := f.Early()
		f.begun, f.body = true, body
		if err != nil {
			f.fail(err)
			return
		}
	}
	if !f.body {
		f.fail(io.EOF)
		return
	}
	if err := f.x.Chunk(pingComment, f.WriteTimeout); err != nil {
		f.fail(err)
		return
	}
	f.timer.Reset(f.Ping)
}

func (f *Flow) fail(err error) {
	f.failed = err
	if f.Interrupt != nil {
		f.Interrupt(err)
	}
}
