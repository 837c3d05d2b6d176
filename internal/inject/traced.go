package inject

import (
	"strings"

	"github.com/brio-go/brio/internal/invoke"
	"github.com/brio-go/brio/internal/memory"
	"github.com/brio-go/brio/internal/trace"
)

// SolveTraced is Solve with the time of each function in a Trace. TestTracedTwins in package route holds it to solve.
func (p *Plan) SolveTraced(f *Frame, steps *trace.Trace) error {
	if len(p.steps) == 0 {
		return nil
	}
	return p.solveTraced(f, steps)
}

// solveTraced is solve with the calls of a Trace in between.
func (p *Plan) solveTraced(f *Frame, steps *trace.Trace) error {
	steps.Solve(len(p.steps), p.stepName)
	if cap(f.slots) < len(p.steps) {
		f.slots = make([]slot, len(p.steps))
	}
	f.slots = f.slots[:len(p.steps)]
	var ownErrors int // index of the first error of the function that is being bound
	for i := range p.steps {
		steps.Call(i)
		s := &p.steps[i]
		if s.bind == nil {
			if err := s.provide(f, &f.slots[i]); err != nil {
				return err
			}
			steps.Return(i, f.slots[i].filled)
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
		steps.Return(i, f.slots[i].filled)
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

// stepName returns what a step does, for people: the name of the function that it calls, or the parameters that it reads. It is "" for a
// value, which is not called.
func (p *Plan) stepName(i int) string {
	s := &p.steps[i]
	switch {
	case s.bind != nil:
		n := Node{Params: []Param{{Binder: s.bind}}}
		return "read " + strings.Join(n.Inputs(), ", ")
	case s.call.fn == nil:
		return ""
	}
	return s.provider.Name
}

// Traced returns the call of the function with a CallOrder, of the calls of SolveTraced. It is zero for the handler, which solve does not
// call.
func (p *Plan) Traced(callOrder int32, calls []trace.Call) trace.Call {
	for i := range p.steps {
		if s := &p.steps[i]; s.bind == nil && s.call.fn != nil {
			if callOrder--; callOrder == 0 && i < len(calls) {
				return calls[i]
			}
		}
	}
	return trace.Call{}
}
