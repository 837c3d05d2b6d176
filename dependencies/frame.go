package dependencies

import (
	"context"
	"errors"
	"reflect"
	"unsafe"

	"github.com/brio-go/brio/background"
	"github.com/brio-go/brio/internal/bind"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/invoke"
	"github.com/brio-go/brio/response"
)

// Frame is the state of one request: the slots that steps fill, what is wrong, what is to be cleaned up. It is used by
// one goroutine and may be used again after Reset.
type Frame struct {
	Exchange *exchange.Exchange
	Internal bool // nobody but the framework sees the errors of this request

	context  context.Context // nil: that of the request
	temporal *response.Response
	tasks    *background.Tasks
	slots    []slot
	results  invoke.Results
	errs     bind.Errors
	cleanups []cleanup
	unseen   error // of clean-ups that failed when there was an error already
}

// slot holds what a step made; it is not filled when the step failed or was skipped.
type slot struct {
	value  invoke.Value
	filled bool
}

func (s *slot) set(p unsafe.Pointer) {
	s.value.SetPointer(p)
	s.filled = true
}

// Reset makes the frame ready for another request with the same Exchange. Values that functions were given are not used
// again.
func (f *Frame) Reset() {
	if len(f.slots) > 0 {
		for i := range f.slots { // few, and not all at once, which would call the runtime
			s := &f.slots[i]
			s.value.Clear()
			s.filled = false
		}
		f.slots = f.slots[:0]
	}
	f.results.Clear()
	if !f.Silent() || f.context != nil || cap(f.cleanups) > 0 || f.unseen != nil || !f.errs.Empty() {
		f.resetRest()
	}
}

func (f *Frame) resetRest() {
	if f.temporal != nil {
		f.temporal.Detach()
	}
	clear(f.cleanups[:cap(f.cleanups)])
	f.cleanups = f.cleanups[:0]
	f.temporal, f.tasks, f.unseen, f.context = nil, nil, nil, nil
	f.errs.Reset()
}

// Context is what functions are given for the context: that of the request, unless SetContext was called.
func (f *Frame) Context() context.Context {
	if f.context != nil {
		return f.context
	}
	return f.Exchange.Request().Context()
}

// SetContext puts ctx in the place of the request's context, until Reset.
func (f *Frame) SetContext(ctx context.Context) { f.context = ctx }

// Silent reports whether no function has asked for the Response or the background tasks.
func (f *Frame) Silent() bool { return f.temporal == nil && f.tasks == nil }

// Temporal is the Response that functions of this request share, made when the first of them asks; nil when none did.
func (f *Frame) Temporal() *response.Response { return f.temporal }

// Tasks are the background tasks of this request, nil when nobody asked for them.
func (f *Frame) Tasks() *background.Tasks { return f.tasks }

// Solve runs the guards and everything the handler needs. Steps whose own needs failed are skipped, all others run, so
// that one ValidationError names everything that is wrong; an error that a dependency returns ends it at once.
func (p *Plan) Solve(f *Frame) error {
	if len(p.steps) == 0 {
		return nil
	}
	return p.solve(f)
}

func (p *Plan) solve(f *Frame) error {
	if cap(f.slots) < len(p.steps) {
		f.slots = make([]slot, len(p.steps))
	}
	f.slots = f.slots[:len(p.steps)]
	var ownErrors int // where the errors of the function now binding begin
	for i := range p.steps {
		s := &p.steps[i]
		if s.bind == nil {
			if err := s.provide(f, &f.slots[i]); err != nil {
				return err
			}
			ownErrors = f.errs.Len()
			continue
		}
		v := invoke.Make(s.typ)
		before := f.errs.Len()
		if err := s.bind.Bind(f.Context(), f.Exchange, p.Settings, v, &f.errs); err != nil {
			return err
		}
		if f.errs.Len() == before {
			f.slots[i].set(v)
		}
		if s.sortEnd && f.errs.Len() > ownErrors {
			f.errs.Sort(ownErrors)
			ownErrors = f.errs.Len()
		}
	}
	if f.Internal && len(f.cleanups) == 0 { // clean-ups see them
		return f.errs.Internal()
	}
	return f.errs.Err()
}

// provide calls the provider of a step, unless something it needs is missing, and fills its slot.
func (s *step) provide(f *Frame, made *slot) error {
	c := &s.call
	if c.fn == nil {
		*made = slot{*s.value, true}
		return nil
	}
	if c.short {
		v, ok, err := c.pointer(f)
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
		f.cleanups = append(f.cleanups, cleanup{p.Name, f.results.At(at).Reflect(p.result.closer).Interface(), p.before})
	}
	made.filled = true
	if at := int(c.value); at >= 0 {
		made.value = f.results.Keep(at)
	}
	return nil
}

// Call runs the handler. The value is nil when it has none; it is valid until the next call or Reset. It comes with an error
// too, where the handler returned both.
func (p *Plan) Call(f *Frame) (*invoke.Value, error) {
	c := &p.handler
	if c.short {
		v, _, err := c.pointer(f)
		return f.results.Put(v), err
	}
	if c.text {
		var p invoke.Value
		if c.one {
			p, _ = c.only(f)
		}
		return c.fn.CallText(p, &f.results)
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

// only is the argument of a function that takes one pointer; false when it is missing.
func (c *call) only(f *Frame) (invoke.Value, bool) {
	if c.slot >= 0 {
		s := &f.slots[c.slot]
		return s.value, s.filled
	}
	return invoke.PointerTo(f.Exchange), true
}

// pointer is run for a short call; it leaves nothing in the frame.
func (c *call) pointer(f *Frame) (v unsafe.Pointer, ok bool, err error) {
	p, ok := c.only(f)
	if ok {
		v, err = c.fn.CallPointer(p)
	}
	return v, ok, err
}

// run calls the function with its arguments and leaves the results in the frame; false when an argument is missing.
func (c *call) run(f *Frame) bool {
	if c.one {
		p, ok := c.only(f)
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
		default:
			v, ok := a.value(f)
			if !ok {
				return false
			}
			args.Add(c.fn, i, v)
		}
	}
	c.fn.Call(&args, &f.results)
	return true
}

// value is what an argument that run does not know itself is for this request.
func (a *arg) value(f *Frame) (invoke.Value, bool) {
	switch a.kind {
	case fromContext:
		return invoke.Interface(f.Context()), true
	case fromRequest:
		return invoke.PointerTo(f.Exchange.Request()), true
	case fromResponse:
		if f.temporal == nil {
			f.temporal = response.NewTemporal(f.Exchange)
		}
		return invoke.PointerTo(f.temporal), true
	case fromTasks:
		if f.tasks == nil {
			f.tasks = &background.Tasks{}
		}
		return invoke.PointerTo(f.tasks), true
	case fromConverted:
		if !f.slots[a.slot].filled {
			return invoke.Value{}, false
		}
	}
	return a.from(f), true
}

// converting makes a value of the type as, an interface, of what a slot holds of the type typ.
func converting(slot int, typ, as reflect.Type) func(*Frame) invoke.Value {
	return func(f *Frame) invoke.Value { return invoke.Of(f.slots[slot].value.Reflect(typ).Convert(as)) }
}

// RunOutside runs a plan that needs no request: fn with its dependencies, then the clean-ups.
func (p *Plan) RunOutside(ctx context.Context) error {
	f := &Frame{context: ctx}
	returns := false
	defer func() {
		if !returns { // runtime.Goexit: the clean-ups run all the same
			_, _ = f.Close(Recovered(nil))
		}
	}()
	outcome, unseen := f.Close(p.protected(f))
	returns = true
	if unseen != nil {
		return errors.Join(outcome, unseen)
	}
	return outcome
}

func (p *Plan) protected(f *Frame) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = Recovered(v)
		}
	}()
	if err := p.Solve(f); err != nil {
		return err
	}
	if _, err := p.Call(f); err != nil {
		return err
	}
	return f.BeforeResponse()
}
