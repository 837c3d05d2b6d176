package inject

import (
	"reflect"

	"github.com/brio-go/brio/internal/invoke"
	"github.com/brio-go/brio/internal/memory"
)

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
