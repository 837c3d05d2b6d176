package exchange

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"github.com/brio-go/brio/internal/finite"
)

// Source produces the chunks of a body.
type Source struct {
	Next   func() ([]byte, error) // a chunk, valid until the next call; io.EOF after the last
	Stop   func() error           // ends the source, before or after its end; called once; nil: nothing to do
	Events bool                   // server-sent events: pings fill the silence between them
}

// errOpened means that a stream is, or was, sent by another request.
var errOpened = errors.New("a stream can be sent once: make a new Response for each request")

// Flow sends a body from its source to the client. The source runs in the goroutine of the request. Only pings run in the
// goroutine of a Heartbeat, and never while chunks are written.
//
// A program that keeps a Response keeps its Flow, so several requests may call Open at once. Open succeeds for the first only:
// the others cannot reach what the source refers to, such as memory of its request.
type Flow struct {
	WriteTimeout time.Duration   // for each chunk; 0: none
	Ping         time.Duration   // silence before a ping; 0: none
	Context      context.Context // the request's: the body ends with it
	Interrupt    func(error)     // called after a failed ping: the client has gone while the source waits
	Early        BeginFor        // sends the headers before the first chunk; nil: headers wait for the first chunk

	opened atomic.Bool
	open   func() Source // nil once it has been called
	bound  *Exchange     // the only request that may open it; nil: any

	x      *Exchange
	source Source
	chunk  []byte
	err    error // why there is no further chunk

	silence *Heartbeat // runs while the source is waited for; pings write what follows
	begun   bool
	body    bool
	failed  error // of a ping
}

// BeginFor writes status and headers, as Begin does.
type BeginFor func() (body bool, err error)

// Events reports whether the body is an event stream.
func (f *Flow) Events() bool { return f.source.Events }

// NewFlow returns the Flow of the source that open makes. The next call is Open.
func NewFlow(open func() Source) *Flow { return &Flow{open: open} }

// Open makes the source, for one request. Stop must follow in any case. A second call, by any request, does nothing and returns
// an error. Open is safe for concurrent use; the other methods belong to the goroutine whose Open has succeeded.
func (f *Flow) Open(x *Exchange) error {
	if f.bound != nil && f.bound != x || !f.opened.CompareAndSwap(false, true) {
		return errOpened
	}
	open := f.open
	f.Context, f.x, f.open = x.Context(), x, nil
	f.source = open()
	return nil
}

// Bind lets only the request of x open the flow. That request must call Open or Drop.
func (f *Flow) Bind(x *Exchange) { f.bound = x }

// Drop ends a flow that is not sent: it makes the source and stops it. After Open it does nothing.
func (f *Flow) Drop() error {
	if !f.opened.CompareAndSwap(false, true) {
		return nil
	}
	open := f.open
	f.open = nil
	f.source = open()
	return f.Stop()
}

// Stop ends the source, once, and forgets it: a Response that is kept does not hold values of its request.
func (f *Flow) Stop() error {
	stop := f.source.Stop
	f.source.Next, f.source.Stop, f.chunk = nil, nil, nil
	if stop == nil {
		return nil
	}
	return stop()
}

// First waits for the first chunk before the headers leave, so that its error can be the answer. If a source of events is
// silent for longer than Ping, the headers leave with a ping.
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

// Run writes the headers, unless First has, and then each chunk until the source or the context ends. It returns an error when
// the context has ended, even if the source ended too: the body may be incomplete.
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

// next waits for the source; the timer sends pings meanwhile.
func (f *Flow) next() {
	if f.source.Events && f.Ping > 0 {
		if f.silence == nil {
			f.silence = NewHeartbeat(f.ping)
		}
		f.silence.Start(f.Ping)
		defer f.silence.Stop()
	}
	f.chunk, f.err = f.source.Next()
}

var pingComment = []byte(": ping\n\n")

// ping sends the headers, if they have not left, and one comment. It is the beat of the silence.
func (f *Flow) ping() (again bool) {
	if f.failed != nil {
		return false
	}
	defer func() {
		if v := recover(); v != nil { // of a writer of some middleware
			again = f.fail(fmt.Errorf("%w: panic: %s", ErrConnection, finite.Text(v)))
		}
	}()
	if !f.begun {
		if f.Early == nil {
			return false
		}
		body, err := f.Early()
		f.begun, f.body = true, body
		if err != nil {
			return f.fail(err)
		}
	}
	if !f.body {
		return f.fail(io.EOF)
	}
	if err := f.x.Chunk(pingComment, f.WriteTimeout); err != nil {
		return f.fail(err)
	}
	return true
}

// fail stores the error of a ping and interrupts the source. There is no further ping.
func (f *Flow) fail(err error) (again bool) {
	f.failed = err
	if f.Interrupt != nil {
		f.Interrupt(err)
	}
	return false
}
