package inject

import (
	"context"

	"github.com/brio-go/brio/background"
	"github.com/brio-go/brio/internal/bind"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/invoke"
	"github.com/brio-go/brio/response"
)

// Frame is the state of one request: the slots that steps fill, the validation errors, and the clean-ups. One goroutine
// uses it. After Reset it can serve another request.
type Frame struct {
	Exchange     *exchange.Exchange
	SharesErrors bool // only the framework reads this request's errors, so they are not copied

	context       context.Context // nil: the context of the request
	temporal      *response.Response
	tasks         *background.Tasks
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
	if !f.Untouched() || f.context != nil || cap(f.cleanups) > 0 || f.cleanupErrors != nil || !f.errs.Empty() {
		f.resetUsed()
	}
}

// resetUsed is the part of Reset that few requests need, apart so that Reset stays short.
func (f *Frame) resetUsed() {
	if f.temporal != nil {
		response.AnswerOf(f.temporal).Detach()
	}
	clear(f.cleanups[:cap(f.cleanups)])
	f.cleanups = f.cleanups[:0]
	f.temporal, f.tasks, f.cleanupErrors, f.context = nil, nil, nil, nil
	f.errs.Reset()
}

// Context is the context that functions receive: the request's, or the one of SetContext.
func (f *Frame) Context() context.Context {
	if f.context != nil {
		return f.context
	}
	return f.Exchange.Request().Context()
}

// SetContext replaces the request's context until Reset.
func (f *Frame) SetContext(ctx context.Context) { f.context = ctx }

// Untouched reports whether no function has taken the Response or the background tasks.
func (f *Frame) Untouched() bool { return f.temporal == nil && f.tasks == nil }

// Temporal is the Response that the functions of this request share. It is nil until the first function takes it.
func (f *Frame) Temporal() *response.Response { return f.temporal }

// Tasks are the background tasks of this request, nil if no function took them.
func (f *Frame) Tasks() *background.Tasks { return f.tasks }
