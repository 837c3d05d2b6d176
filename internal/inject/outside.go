package inject

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"sync"

	"github.com/brio-go/brio/internal/invoke"
	"github.com/brio-go/brio/internal/panics"
	"github.com/brio-go/brio/internal/startup"
)

// Plans are the plans of functions that are called outside of requests. Functions of one type share one. The zero Plans has none. It is
// safe for concurrent use.
type Plans struct {
	mu     sync.Mutex
	byType map[reflect.Type]*Plan // the handler of each has no function, which may be a closure: nothing keeps it
}

// Of returns the plan that calls fn, for RunOutside. The first function of a type is compiled in the scope that scope returns. A function
// with a result other than an error is a problem.
func (ps *Plans) Of(fn any, scope func() Scope) (*Plan, []startup.Mistake) {
	v := reflect.ValueOf(fn)
	if p := ps.known(v); p != nil {
		return p, nil
	}
	ps.mu.Lock()
	defer ps.mu.Unlock()
	plan, problems := Compile(scope(), fn)
	if len(problems) == 0 && plan.Result != nil {
		problems = append(problems, startup.Mistake{Found: fmt.Sprintf("it returns a %s", plan.Result), Legal: "nothing or an error"})
	}
	if len(problems) > 0 {
		return nil, problems
	}
	kept := *plan
	kept.handler.fn, kept.explanation = nil, nil
	if ps.byType == nil {
		ps.byType = map[reflect.Type]*Plan{}
	}
	ps.byType[v.Type()] = &kept
	return plan, nil
}

// known returns the plan of an earlier function of fn's type, with fn as its handler. It returns nil if there was none, or fn is no
// function.
func (ps *Plans) known(fn reflect.Value) *Plan {
	if fn.Kind() != reflect.Func || fn.IsNil() {
		return nil
	}
	ps.mu.Lock()
	kept := ps.byType[fn.Type()]
	ps.mu.Unlock()
	if kept == nil {
		return nil
	}
	p := *kept
	p.handler.fn = invoke.New(fn)
	return &p
}

// Clear forgets the plans: the scope has changed.
func (ps *Plans) Clear() {
	ps.mu.Lock()
	ps.byType = nil
	ps.mu.Unlock()
}

// RunOutside runs a plan of Plans: the function with its dependencies, then the clean-ups. owner is the Owner of the Frame.
func (p *Plan) RunOutside(ctx context.Context, owner any) error {
	f := &Frame{context: ctx, Owner: owner}
	returns := false
	defer func() {
		if !returns { // a function called runtime.Goexit: the clean-ups still run
			_, _ = f.Close(panics.Recovered(nil))
		}
	}()
	outcome, failed := f.Close(p.runRecovered(f))
	returns = true
	if failed != nil {
		return errors.Join(outcome, failed)
	}
	return outcome
}

// runRecovered runs the plan up to the clean-ups that decide about its outcome. A panic is an error.
func (p *Plan) runRecovered(f *Frame) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = panics.Recovered(v)
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
