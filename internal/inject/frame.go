package inject

import (
	"context"
	"reflect"

	"github.com/brio-go/brio/internal/bind"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/invoke"
	"github.com/brio-go/brio/internal/memory"
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

// Unclosed reports whether Close has clean-ups to run or errors to return.
func (f *Frame) Unclosed() bool { return len(f.cleanups) > 0 || f.cleanupErrors != nil }

// slot holds the result of a step. It is not filled if the step failed or was skipped.
type slot struct {
	value  invoke.Value
	filled bool
}

// set fills the slot with the pointer to a value.
func (s *slot) set(p invoke.Value) {
	s.value.SetPointer(p)
	s.filled = true
}

// Solve runs the guards and the providers that the handler needs, and binds the parameter structs. It skips the steps whose
// inputs failed and runs all others, so that one ValidationError lists all invalid parameters. An error that a provider
// returns ends it at once.
func (p *Plan) Solve(f *Frame) error {
	if len(p.steps) == 0 {
		return nil
	}
	return p.solve(f)
}

// solve is Solve for a plan with steps. It is apart so that Solve inlines.
func (p *Plan) solve(f *Frame) error {
	if cap(f.slots) < len(p.steps) {
		f.slots = make([]slot, len(p.steps))
	}
	f.slots = f.slots[:len(p.steps)]
	var ownErrors int // index of the first error of the function that is being bound
	for i := range p.steps {
		s := &p.steps[i]
		if s.bind == nil {
			if err := s.provide(f, &f.slots[i]); err != nil {
				return err
			}
			ownErrors = f.errs.Len()
			continue
		}
		v := memory.New(s.typ)
		before := f.errs.Len()
		if err := s.bind.Bind(f.Context(), f.Exchange, p.Settings, v, &f.errs); err != nil {
			return err
		}
		if f.errs.Len() == before {
			f.slots[i].set(invoke.PointerAt(v))
		}
		if s.sortEnd && f.errs.Len() > ownErrors {
			f.errs.Sort(ownErrors)
			ownErrors = f.errs.Len()
		}
	}
	if p.SharesErrors && len(f.cleanups) == 0 { // clean-ups would receive the errors
		return f.errs.Internal()
	}
	return f.errs.Err()
}

// provide calls the provider of a step and fills its slot. It does nothing if an argument is missing.
func (s *step) provide(f *Frame, made *slot) error {
	c := &s.call
	if c.fn == nil {
		*made = slot{*s.value, true}
		return nil
	}
	if c.pointerResult {
		v, ok, err := c.runPointer(f)
		if ok && err == nil {
			made.set(v)
		}
		return err
	}
	if !c.run(f) {
		return nil
	}
	if at := int(c.err); at >= 0 && !f.results.IsNil(at) {
		return f.results.At(at).Error()
	}
	if at := int(c.cleanup); at >= 0 && !f.results.IsNil(at) {
		p := s.provider
		f.cleanups = append(f.cleanups, cleanup{p.Name, f.results.At(at).Reflect(p.result.closer).Interface(), p.beforeResponse})
	}
	made.filled = true
	if at := int(c.value); at >= 0 {
		made.value = f.results.Keep(at)
	}
	return nil
}

// Call runs the handler. The value is nil if the handler has no result; it is valid until the next call or Reset. Value and
// error are both set if the handler returned both.
func (p *Plan) Call(f *Frame) (*invoke.Value, error) {
	c := &p.handler
	if c.pointerResult {
		v, _, err := c.runPointer(f)
		return f.results.Put(v), err
	}
	if c.textResult {
		var p invoke.Value
		if c.onePointer {
			p, _ = c.pointerArg(f)
		}
		return c.fn.CallText(p, &f.results)
	}
	if c.fn == nil {
		return nil, nil
	}
	c.run(f)
	var value *invoke.Value
	if at := int(c.value); at >= 0 {
		value = f.results.At(at)
	}
	if at := int(c.err); at >= 0 && !f.results.IsNil(at) {
		return value, f.results.At(at).Error()
	}
	return value, nil
}

// CallsNothing makes Call return nil at once, for a plan that prepares a request for a handler of another form.
func (p *Plan) CallsNothing() { p.handler = call{} }

// pointerArg is the argument of a function that takes one pointer. It is false if the step of that slot failed or was skipped.
func (c *call) pointerArg(f *Frame) (invoke.Value, bool) {
	if c.slot >= 0 {
		s := &f.slots[c.slot]
		return s.value, s.filled
	}
	return invoke.PointerTo(f.Exchange), true
}

// runPointer is run for a call with pointerResult. It leaves nothing in the frame.
func (c *call) runPointer(f *Frame) (v invoke.Value, ok bool, err error) {
	p, ok := c.pointerArg(f)
	if ok {
		v, err = c.fn.CallPointer(p)
	}
	return v, ok, err
}

// run calls the function with its arguments and leaves the results in the frame. It is false if an argument is missing.
func (c *call) run(f *Frame) bool {
	if c.onePointer {
		p, ok := c.pointerArg(f)
		if ok {
			c.fn.Call1(p, &f.results)
		}
		return ok
	}
	var args invoke.Args
	for i := range c.args {
		a := &c.args[i]
		switch a.kind {
		case fromSlot:
			s := &f.slots[a.slot]
			if !s.filled {
				return false
			}
			args.Add(c.fn, i, s.value)
		case fromExchange:
			args.Add(c.fn, i, invoke.PointerTo(f.Exchange))
		case fromConverted:
			if !f.slots[a.slot].filled {
				return false
			}
			fallthrough
		default:
			args.Add(c.fn, i, a.from(f))
		}
	}
	c.fn.Call(&args, &f.results)
	return true
}

// convertSlot returns a function that converts the value of a slot, of type typ, to the interface type as.
func convertSlot(slot int, typ, as reflect.Type) func(*Frame) invoke.Value {
	return func(f *Frame) invoke.Value { return invoke.Of(f.slots[slot].value.Reflect(typ).Convert(as)) }
}
