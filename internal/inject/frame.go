package inject

import (
	"context"

	"github.com/brio-go/brio/internal/bind"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/invoke"
)

// Frame is the state of one request: the slots that steps fill, the validation errors, and the clean-ups. One goroutine
// uses it. After Reset it can serve another request.
type Frame struct {
	Exchange *exchange.Exchange
	Owner    any // what the functions of the request share, for the rows that make arguments of it

	context       context.Context // nil: the context of the request
	slots         []slot
	results       invoke.Results
	errs          bind.Errors
	cleanups      []cleanup
	cleanupErrors error // errors of clean-ups that ran after the request had failed; they are logged
}

// Reset makes the frame ready for another request with the same Exchange. It drops all values that functions received.
func (f *Frame) Reset() {
	if len(f.slots) > 0 {
		for i := range f.slots { // a loop: there are few, and clear would call the runtime
			s := &f.slots[i]
			s.value.Clear()
			s.filled = false
		}
		f.slots = f.slots[:0]
	}
	f.results.Clear()
	if f.context != nil || cap(f.cleanups) > 0 || f.cleanupErrors != nil || !f.errs.Empty() {
		f.resetUsed()
	}
}

// resetUsed is the part of Reset that few requests need, apart so that Reset stays short.
func (f *Frame) resetUsed() {
	clear(f.cleanups[:cap(f.cleanups)])
	f.cleanups = f.cleanups[:0]
	f.cleanupErrors, f.context = nil, nil
	f.errs.Reset()
}

// Context is the context that functions receive: the request's, or the one of SetContext.
func (f *Frame) Context() context.Context {
	if f.context != nil {
		return f.context
	}
	return f.Exchange.Context()
}

// SetContext replaces the request's context until Reset.
func (f *Frame) SetContext(ctx context.Context) { f.context = ctx }
