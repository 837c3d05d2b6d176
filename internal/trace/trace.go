package trace

import (
	"context"
	"sync"
	"time"
)

// Outside is the name of the step that a Trace begins with and ends with: the middleware of the app, and what is around it.
const Outside = "middleware"

// State says how a function of the step solve has ended.
type State uint8

const (
	NotRun  State = iota // it was not reached
	Open                 // it was called, and has not returned a value: an error, a panic, or it runs
	Done                 // it has returned a value
	Skipped              // it was not called, because a value that it needs is missing; or its parameters are not valid
)

// Step is one step of the pipeline, in the order in which they began.
type Step struct {
	Name  string
	Begin time.Duration // after the beginning of the trace
	Took  time.Duration
}

// Call is one function of the plan that solve runs.
type Call struct {
	State State
	Took  time.Duration // of an Open one: until the step solve has ended
	begin time.Duration
}

// Trace records one request. Its methods are safe for concurrent use, and do nothing on nil: a function of Around may run the handler in
// a goroutine of its own.
type Trace struct {
	mu      sync.Mutex
	began   time.Time
	isTaken bool
	steps   []Step
	calls   []Call
	names   func(i int) string
}

// New begins a Trace with the step Outside.
func New() *Trace {
	return &Trace{began: time.Now(), steps: []Step{{Name: Outside}}}
}

// key is the key of the Trace in a context.
type key struct{}

// With returns a context with a Trace.
func With(ctx context.Context, t *Trace) context.Context { return context.WithValue(ctx, key{}, t) }

// Of returns the Trace of a context, nil if there is none.
func Of(ctx context.Context) *Trace {
	t, _ := ctx.Value(key{}).(*Trace)
	return t
}

// Take reports true at its first call. The outermost app of a request takes the Trace; an app that is mounted in it records its own.
func (t *Trace) Take() bool {
	if t == nil {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	isFirst := !t.isTaken
	t.isTaken = true
	return isFirst
}

// Enter ends the current step and begins another one.
func (t *Trace) Enter(name string) {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	now := time.Since(t.began)
	t.end(now)
	t.steps = append(t.steps, Step{Name: name, Begin: now})
}

// end ends the current step, and the call that is open in it.
func (t *Trace) end(now time.Duration) {
	last := &t.steps[len(t.steps)-1]
	if last.Took == 0 {
		last.Took = now - last.Begin
	}
	for i := range t.calls {
		if c := &t.calls[i]; c.State == Open && c.Took == 0 {
			c.Took = now - c.begin
		}
	}
}

// Unwind begins the step fail, unless the request has come to its last step. It is deferred: a panic of an earlier step ends here.
func (t *Trace) Unwind(last string) {
	if t == nil {
		return
	}
	t.mu.Lock()
	isOver := t.steps[len(t.steps)-1].Name == last
	t.mu.Unlock()
	if !isOver {
		t.Enter("fail")
	}
}

// Solve prepares for the n functions of a plan. names gives the name of each; "" for one that is not shown.
func (t *Trace) Solve(n int, names func(i int) string) {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.calls, t.names = make([]Call, n), names
}

// Call begins function i of the plan.
func (t *Trace) Call(i int) {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.calls[i] = Call{State: Open, begin: time.Since(t.began)}
}

// Return ends function i. isFilled is false if it was skipped, or if its parameters are not valid.
func (t *Trace) Return(i int, isFilled bool) {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	c := &t.calls[i]
	c.State, c.Took = Skipped, time.Since(t.began)-c.begin
	if isFilled {
		c.State = Done
	}
}

// End ends the Trace.
func (t *Trace) End() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.end(time.Since(t.began))
}

// Steps returns the steps so far. The last one may be still running: its Took is zero then.
func (t *Trace) Steps() []Step {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]Step(nil), t.steps...)
}

// Calls returns the functions of the plan in the order of their calls, with their names. Both are nil if solve was not reached.
func (t *Trace) Calls() (calls []Call, names []string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i := range t.calls {
		calls, names = append(calls, t.calls[i]), append(names, t.names(i))
	}
	return calls, names
}

// HasEntered reports whether a step of a name has begun.
func (t *Trace) HasEntered(name string) (took time.Duration, ok bool) {
	if t == nil {
		return 0, false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, s := range t.steps {
		if s.Name == name {
			return s.Took, true
		}
	}
	return 0, false
}
