package dependencies

import (
	"context"
	"reflect"

	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/params"
	"github.com/brio-go/brio/response"
)

// Frame is the state of one request: the slots that steps fill, what is wrong, what is to be cleaned up. It is used by
// one goroutine and may be used again after Reset.
type Frame struct {
	Exchange *exchange.Exchange
	Context  context.Context

	temporal *response.Response
	slots    []reflect.Value // invalid: the step failed or was skipped
	args     []reflect.Value
	errs     params.Errors
	cleanups []cleanup
}

// Reset makes the frame ready for another request. Values that functions were given are not used again.
func (f *Frame) Reset() {
	clear(f.slots)
	clear(f.args[:cap(f.args)])
	clear(f.cleanups[:cap(f.cleanups)])
	*f = Frame{slots: f.slots[:0], args: f.args[:0], cleanups: f.cleanups[:0]}
}

// Temporal is the Response that functions of this request share, made when the first of them asks; nil when none did.
func (f *Frame) Temporal() *response.Response { return f.temporal }

func (f *Frame) response() *response.Response {
	if f.temporal == nil {
		f.temporal = &response.Response{}
	}
	return f.temporal
}

// Solve runs the guards and everything the handler needs. Steps whose own needs failed are skipped, all others run, so
// that one ValidationError names everything that is wrong; an error that a dependency returns ends it at once.
func (p *Plan) Solve(f *Frame) error {
	if cap(f.slots) < p.slots {
		f.slots = make([]reflect.Value, p.slots)
	}
	f.slots = f.slots[:p.slots]
	var ownErrors int // where the errors of the function now binding begin
	for i := range p.steps {
		s := &p.steps[i]
		if s.bind == nil {
			if err := s.provide(f); err != nil {
				return err
			}
			ownErrors = f.errs.Len()
			continue
		}
		v := reflect.New(s.typ)
		before := f.errs.Len()
		if err := s.bind.Bind(f.Context, f.Exchange, p.Settings, v.Elem(), &f.errs); err != nil {
			return err
		}
		if f.errs.Len() == before {
			f.slots[s.slot] = v
		}
		if s.sortEnd && f.errs.Len() > ownErrors {
			f.errs.Sort(ownErrors)
			ownErrors = f.errs.Len()
		}
	}
	return f.errs.Err()
}

// provide calls the provider of a step, unless something it needs is missing.
func (s *step) provide(f *Frame) error {
	if s.call.value.IsValid() {
		f.slots[s.slot] = s.call.value
		return nil
	}
	out, ok := s.call.run(f)
	if !ok {
		return nil
	}
	r := &s.call.result
	if r.err >= 0 {
		if err, _ := out[r.err].Interface().(error); err != nil {
			return err
		}
	}
	if r.cleanup >= 0 && !out[r.cleanup].IsNil() {
		f.cleanups = append(f.cleanups, cleanup{s.call.name, out[r.cleanup].Interface()})
	}
	f.slots[s.slot] = done
	if r.value >= 0 {
		f.slots[s.slot] = out[r.value]
	}
	return nil
}

// done fills the slot of a step that has no value.
var done = reflect.ValueOf(struct{}{})

// Call runs the handler. The value is invalid when it has none.
func (p *Plan) Call(f *Frame) (reflect.Value, error) {
	out, _ := p.handler.run(f)
	r := &p.handler.result
	if r.err >= 0 {
		if err, _ := out[r.err].Interface().(error); err != nil {
			return reflect.Value{}, err
		}
	}
	if r.value >= 0 {
		return out[r.value], nil
	}
	return reflect.Value{}, nil
}

// run calls the function with its arguments; false when one of them is missing.
func (c *call) run(f *Frame) ([]reflect.Value, bool) {
	f.args = f.args[:0]
	for i := range c.args {
		v, ok := c.args[i].value(f)
		if !ok {
			return nil, false
		}
		f.args = append(f.args, v)
	}
	return c.fn.Call(f.args), true
}

// value is what an argument is for this request.
func (a *arg) value(f *Frame) (reflect.Value, bool) {
	switch a.kind {
	case fromContext:
		return reflect.ValueOf(f.Context), true
	case fromRequest:
		return reflect.ValueOf(f.Exchange.Request()), true
	case fromResponse:
		return reflect.ValueOf(f.response()), true
	case fromSpecial:
		return a.from(f), true
	}
	v := f.slots[a.slot]
	if a.kind == fromParam && v.IsValid() {
		v = v.Elem()
	}
	return v, v.IsValid()
}
