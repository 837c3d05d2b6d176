package route

import (
	"fmt"
	"net/http"
	"time"

	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/inject"
	"github.com/brio-go/brio/internal/trace"
)

// The functions of this file whose names end in Traced are those of the same names without it, with the calls of a Trace in between. An app
// runs them in place of the others if Config.Debug or Config.Trace is on. TestTracedTwins holds them to the others.

// withTrace gives each request a Trace, unless the command brio call has given it one. It is outside of the app's middleware.
func (t *Table) withTrace(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if ctx := r.Context(); !trace.Of(ctx).Take() {
			steps := trace.New()
			steps.Take()
			inner := r.WithContext(trace.With(ctx, steps))
			defer func(outer *http.Request) { outer.Pattern = inner.Pattern }(r) // the access log reads it
			r = inner
		}
		h.ServeHTTP(w, r)
	})
}

// serveChosenTraced is serveChosen with a Trace.
func (t *Table) serveChosenTraced(w http.ResponseWriter, r *http.Request) {
	if chosen := t.chosen(w, r); chosen != nil {
		chosen.serveHTTPTraced(w, r)
	}
}

// serveHTTPTraced is ServeHTTP with the time of match in the Trace of the request.
func (t *Table) serveHTTPTraced(w http.ResponseWriter, r *http.Request) {
	steps := trace.Of(r.Context())
	steps.Enter("match")
	q := requests.Get().(*request)
	method, target := exchange.TargetOf(r)
	var e *endpoint
	var values []string
	if t.sockets != nil && exchange.AsksForWebSocket(r) {
		e, values = t.endpoint(t.sockets, readPath(target), q.exchange.PathBuffer())
	}
	if e == nil {
		e, values = t.match(method, target, q.exchange.PathBuffer())
	}
	if e == nil {
		q.exchange.ClearPath()
		t.unmatched(target).serveTraced(w, r, q, nil)
		return
	}
	r.Pattern = e.path.Text
	if e.chain == nil {
		e.serveTraced(w, r, q, values)
		return
	}
	exchange.SetPathValues(r, e.path.Names, values) // middleware may replace the request; the values go with it
	q.exchange.ClearPath()
	requests.Put(q)
	steps.Enter("middleware of the route")
	e.chain.ServeHTTP(w, r)
}

// afterMiddlewareTraced is afterMiddleware with a Trace.
func (e *endpoint) afterMiddlewareTraced(w http.ResponseWriter, r *http.Request) {
	e.serveTraced(w, r, requests.Get().(*request), exchange.PathValuesOf(r, e.path.Names))
}

// serveTraced is serve with the times of the steps. A panic begins the step fail, which then has write and close in it.
func (e *endpoint) serveTraced(w http.ResponseWriter, r *http.Request, q *request, values []string) {
	steps := trace.Of(r.Context())
	defer steps.Enter(trace.Outside)
	steps.Enter("begin")
	e.begin(q, w, r, values)
	defer e.close(q)
	defer steps.Unwind("close")
	var err error
	if len(e.around) == 0 {
		err = e.produceTraced(q)
	} else {
		steps.Enter("around")
		err = e.withAround(q, (*endpoint).produceTraced)
	}
	if err == nil {
		steps.Enter("commit")
		err = e.commit(q)
	}
	if err != nil {
		steps.Enter("fail")
		e.fail(q, err)
	}
	steps.Enter("write")
	e.write(q)
	steps.Enter("close")
	q.stage = finished
}

// produceTraced is produce with the times of the steps from solve to merge.
func (e *endpoint) produceTraced(q *request) error {
	steps := trace.Of(q.exchange.Context())
	steps.Enter("solve")
	if e.negotiates {
		if err := e.negotiate(q); err != nil {
			return err
		}
	}
	if err := e.solveTraced(q); err != nil {
		return err
	}
	steps.Enter("call")
	result, err := e.call(q)
	if err != nil && e.kind == connection {
		err = e.connectionError(q, err)
	}
	if err != nil {
		e.dropReturned(q, result)
		return err
	}
	steps.Enter("encode")
	if err := e.encode(q, result); err != nil {
		return err
	}
	steps.Enter("merge")
	return e.merge(q)
}

// solveTraced is solve with the time of each function.
func (e *endpoint) solveTraced(q *request) error {
	return e.plan.SolveTraced(&q.Frame, trace.Of(q.exchange.Context()))
}

// whatRan returns for each function of a tree what it did in a request before an error, as in "ran in 12µs".
func (e *endpoint) whatRan(steps *trace.Trace, tree []*inject.Node) func(n *inject.Node) string {
	if steps == nil {
		return nil
	}
	handler := tree[len(tree)-1]
	calls, _ := steps.Calls()
	return func(n *inject.Node) string {
		call := e.plan.Traced(n.CallOrder, calls)
		if n == handler {
			call = trace.Call{}
			if took, isCalled := steps.HasEntered("call"); isCalled {
				call = trace.Call{State: trace.Done, Took: took}
				if _, isEncoded := steps.HasEntered("encode"); !isEncoded {
					call.State = trace.Open
				}
			}
		}
		switch call.State {
		case trace.Done:
			return fmt.Sprintf("ran in %v", shortTime(call.Took))
		case trace.Open:
			return fmt.Sprintf("failed after %v", shortTime(call.Took))
		case trace.Skipped:
			return "skipped: a value that it needs is missing"
		}
		return "did not run"
	}
}

// shortTime rounds a time to about three digits.
func shortTime(d time.Duration) time.Duration {
	for unit := time.Nanosecond; ; unit *= 10 {
		if d < 1000*unit {
			return d.Round(unit)
		}
	}
}
