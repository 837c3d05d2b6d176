package route

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"slices"

	"github.com/brio-go/brio/internal/answer"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/finite"
	"github.com/brio-go/brio/internal/injectables"
	"github.com/brio-go/brio/internal/invoke"
	"github.com/brio-go/brio/internal/origin"
	"github.com/brio-go/brio/internal/panics"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/routing"
)

// afterMiddleware is the innermost handler of the route's middleware. It reads the path values of the request that it gets:
// middleware may have replaced the request.
func (e *endpoint) afterMiddleware(w http.ResponseWriter, r *http.Request) {
	values := make([]string, len(e.path.Names))
	for i, name := range e.path.Names {
		values[i] = r.PathValue(name)
	}
	e.serve(w, r, requests.Get().(*request), values)
}

// serve runs one request through its steps. One deferred function recovers for all of them.
func (e *endpoint) serve(w http.ResponseWriter, r *http.Request, q *request, values []string) {
	e.begin(q, w, r, values)
	defer e.recoverAndClose(q)
	out, err := e.respond(q)
	if e.table.lifecycle.closing.Load() {
		q.exchange.SetConnectionClose()
	}
	if out != nil || err != nil {
		q.stage = delivering
		e.deliver(q, out, err)
		q.stage = finished
		return
	}
	q.stage = sending // the buffer has the body; the answer has no headers, and nothing runs after it
	if err = q.exchange.Send(int(e.success), nil, e.contentType, q.buf); err != nil {
		q.stage = delivering
		e.abort(q, nil, err)
	}
	q.stage = finished
}

// begin opens the exchange and prepares the request for the functions of the plan.
func (e *endpoint) begin(q *request, w http.ResponseWriter, r *http.Request, values []string) {
	if e.usesRequest && e.table.introduce != nil {
		r = e.table.introduce(r)
	}
	if e.endsWithApp {
		r = e.withEndingContext(q, r)
	}
	q.SharesErrors = e.sharesErrors
	q.exchange.Open(w, r)
	q.exchange.SetPath(values)
	q.exchange.SetLimits(&e.plan.Settings.Limits)
	if e.usesRequest {
		e.prepareRequest(r, q, values)
	}
}

// prepareRequest sets the path values and the limit of the body on the *http.Request, for functions that take it.
func (e *endpoint) prepareRequest(r *http.Request, q *request, values []string) {
	q.exchange.LimitBody(e.plan.MaxBody)
	if !e.hasChain {
		for i, name := range e.path.Names {
			r.SetPathValue(name, values[i])
		}
	}
}

// respond does everything that happens before the answer is sent. The functions of Around wrap the endpoint. Then the clean-ups of
// BeforeResponse run, and the jobs go to the queue.
func (e *endpoint) respond(q *request) (out *answer.Answer, err error) {
	if !e.hasAround {
		out, err = e.answer(q)
	} else {
		out, err = e.withAround(q)
	}
	if err != nil {
		return nil, err
	}
	if gone := q.Context().Err(); gone != nil && errors.Is(gone, context.Canceled) && !q.isEndedByApp() {
		return nil, canceled(q.Context()) // no client waits; clean-ups learn of it
	}
	if out == nil && q.Tasks() == nil {
		return nil, q.BeforeResponse()
	}
	if out != nil {
		if err := e.ready(q, out); err != nil {
			return nil, err
		}
	}
	if q.Tasks() != nil {
		if err := e.encodeJobs(q); err != nil {
			return nil, err
		}
	}
	if err := q.BeforeResponse(); err != nil {
		return nil, err
	}
	if q.Tasks() != nil {
		if err := e.enqueueJobs(q); err != nil {
			return nil, err
		}
	}
	if out != nil && out.IsStream() {
		return out, e.open(q, out)
	}
	return out, nil
}

// answer solves, calls and encodes. It negotiates the media type first, so a request that ends in 406 has no effects.
func (e *endpoint) answer(q *request) (*answer.Answer, error) {
	if e.negotiates {
		if err := e.negotiate(q); err != nil {
			return nil, err
		}
	}
	if err := e.solve(q); err != nil {
		return nil, err
	}
	result, err := e.call(q)
	if err != nil {
		if result != nil && (e.kind == direct || e.kind == dynamic) {
			e.dropReturned(q, result)
		}
		return nil, err
	}
	out, err := e.encode(q, result)
	if out != nil {
		q.produced = out
	}
	return out, err
}

// solve binds and validates parameters and runs dependencies.
func (e *endpoint) solve(q *request) error { return e.plan.Solve(&q.Frame) }

// call calls the handler.
func (e *endpoint) call(q *request) (*invoke.Value, error) { return e.plan.Call(&q.Frame) }

// dropReturned records a Response that the handler returned beside an error: its tasks do not run, and its stream is ended.
func (e *endpoint) dropReturned(q *request, result *invoke.Value) {
	if r, ok := result.Reflect(e.plan.Result).Interface().(*response.Response); ok {
		q.replace(response.AnswerOf(r))
	}
}

// canceled returns the error of a cancelled context, with the cause if the context has one of its own.
func canceled(ctx context.Context) error {
	err := ctx.Err()
	if cause := context.Cause(ctx); cause != nil && !errorIs(cause, context.Canceled) {
		err = fmt.Errorf("%w: %w", err, cause)
	}
	return err
}

// ready checks everything that can refuse an answer, before clean-ups of BeforeResponse commit: status, headers and media type,
// the file, whether a stream was sent before, the shutdown. After it only the connection and the first item of a stream can fail.
func (e *endpoint) ready(q *request, out *answer.Answer) (err error) {
	switch {
	case out.Check() != nil:
		err = out.Check()
	case out.IsServed():
		q.file, err = out.OpenServed(q.Exchange.Request())
	case out.IsStream():
		if q.flow, err = out.OpenStream(q.Exchange); err == nil && !q.flow.Events() && !isBodiless(out.Status()) && e.table.lifecycle.draining.Err() != nil {
			return routing.ErrShutdown
		}
	}
	if err != nil {
		return fmt.Errorf("%s: %w", e.name, err)
	}
	return nil
}

// deliver sends the answer, or that of an error, and runs the tasks that wait for it.
func (e *endpoint) deliver(q *request, out *answer.Answer, err error) {
	switch {
	case err != nil && q.Exchange.Written(): // a stream whose first event was awaited behind a ping
		e.abort(q, nil, err)
		return
	case err != nil:
		e.reportTasks(q, nil, err)
		if out := e.fail(q, err); e.write(q, out) {
			q.stage = working
			_ = e.policy.runTasks(q.Exchange, q.Context(), out.Tasks()) // of a function of OnError
			q.stage = delivering
		}
		return
	}
	lists := q.hasLists(out)
	if lists && q.hasTasks(out) {
		q.Exchange.CloseConnection() // the next request of the connection would wait for them
	}
	if e.write(q, out) && (lists || out.IsStream()) { // a stream may have added some
		e.runTasks(q, out)
	}
}

// write sends status, headers and body. It reports whether all of it was sent.
func (e *endpoint) write(q *request, out *answer.Answer) bool {
	q.stage, q.sent = sending, out
	var err error
	if f := q.file; f != nil {
		q.file = nil
		err = f.Send(out, q.Exchange)
	} else {
		err = out.Send(q.Exchange)
	}
	if err != nil && !q.Exchange.Written() {
		if _, refused := finite.As[*response.HTTPError](err); refused {
			err = e.policy.answer(q.Exchange, err, &q.buf, q.temporal()).Send(q.Exchange)
		}
	}
	q.stage = delivering
	if err == nil || q.flow != nil && q.flow.Events() && errorIs(err, routing.ErrShutdown) { // the client connects again by itself
		return true
	}
	e.abort(q, out, err)
	return false
}

// abort ends an answer that was not sent completely: clean-ups see the error. If the answer has begun, the connection is cut, so
// that the client does not take the answer for complete.
func (e *endpoint) abort(q *request, out *answer.Answer, err error) {
	begun := q.Exchange.Written()
	gone, err := asClientGone(q, errors.Join(err, q.endStream()))
	switch {
	case gone || panics.Aborts(err):
	case errorIs(err, routing.ErrShutdown):
		e.log(q.Exchange, slog.LevelWarn, "a stream was cut off by the shutdown", err)
	default:
		e.log(q.Exchange, slog.LevelError, "the response could not be sent", err)
	}
	e.reportTasks(q, out, err)
	e.closeAfterWrite(q, err)
	if begun {
		panic(http.ErrAbortHandler)
	}
	_ = e.table.internalError(q.Exchange).Send(q.Exchange)
}

// closeAfterWrite runs the clean-ups of a request that failed with err after its answer had begun. err is logged already. An error
// that the clean-ups return is logged here, because no answer can show it.
func (e *endpoint) closeAfterWrite(q *request, err error) {
	outcome, unseen := q.Close(err)
	if !errorIs(outcome, err) {
		unseen = errors.Join(outcome, unseen)
	}
	if unseen != nil {
		e.log(q.Exchange, slog.LevelError, "a clean-up failed", unseen)
	}
}

// recoverAndClose is deferred by serve. It ends a request after a return, a panic and runtime.Goexit.
func (e *endpoint) recoverAndClose(q *request) {
	v := recover()
	switch {
	case v == nil && q.stage == finished:
		e.cleanUp(q)
	case v == nil && q.stage == closed: // finish returns
	default:
		e.interrupted(q, v)
	}
}

// interrupted ends a request whose serve did not return. v is the panic, nil for runtime.Goexit. A panic before the first byte is
// answered as an error. A panic while the answer is sent aborts the answer. A later panic goes on to net/http.
func (e *endpoint) interrupted(q *request, v any) {
	stage := q.stage
	q.stage = delivering
	switch {
	case v == nil:
		e.exit(q)
		return
	case stage == delivering || stage == working:
		defer e.cleanUp(q)
		panic(printable(v))
	}
	defer e.recoverAndClose(q)
	if err := panics.Recovered(v); stage == answering {
		e.deliver(q, nil, err)
	} else {
		e.abort(q, q.sent, err)
	}
	q.stage = finished
}

// printable returns the value to panic with again. net/http prints it, and a value that contains itself would overflow the stack.
func printable(v any) any {
	if err, ok := v.(error); ok {
		return err
	}
	return finite.Text(v)
}

// exit ends a request whose goroutine ends because user code has called runtime.Goexit. It cannot be stopped, so there is
// no answer: net/http closes the connection, or resets the stream of HTTP/2. Clean-ups see an error, and the request does
// not go back to the pool. Each step is deferred, because user code in it may call runtime.Goexit again.
func (e *endpoint) exit(q *request) {
	err := error(panics.Recovered(nil))
	defer e.discard(q)
	defer func() { e.closeAfterWrite(q, err) }()
	defer func() { err = errors.Join(err, q.endStream()) }()
	e.reportTasks(q, q.sent, err)
	e.policy.logExit(q.Exchange, err)
}

// discard releases what a request holds, and leaves the request to the garbage collector.
func (e *endpoint) discard(q *request) {
	e.release(q)
	if n := e.endTasks(q); n > 0 {
		e.logTasks(q, n, errTasksEnded)
	}
	q.exchange.Close()
	if t := q.temporal(); t != nil {
		t.Detach()
	}
}

// cleanUp runs the clean-ups that are left and returns the request to the pool.
func (e *endpoint) cleanUp(q *request) {
	aborts := false
	if q.produced != nil || q.sent != nil || q.replaced != nil || q.flow != nil || q.cancel != nil || q.Unclosed() {
		if q.holdsResources() {
			aborts = e.finish(q)
		} else if t := q.temporal(); t != nil {
			t.End(&e.policy)
		}
		q.progress = progress{}
	}
	q.stage, q.offer = answering, 0
	q.exchange.Close()
	q.Reset()
	if !q.Untouched() {
		q.Forget()
	}
	if q.hasAnswer {
		q.answer, q.hasAnswer = answer.Answer{}, false
	}
	if cap(q.buf) > maxPooledBuffer {
		q.buf = nil
	}
	requests.Put(q)
	if aborts {
		panic(http.ErrAbortHandler)
	}
}

// finish runs the clean-ups that are left and ends the stream. It reports whether a clean-up asks to abort the connection.
func (e *endpoint) finish(q *request) (aborts bool) {
	q.stage = delivering
	defer e.recoverAndClose(q)
	outcome, unseen := q.Close(q.endStream())
	aborts = outcome != nil && panics.Aborts(outcome)
	if unseen != nil || outcome != nil && !aborts {
		e.log(q.Exchange, slog.LevelError, "a clean-up failed after the response was sent", errors.Join(outcome, unseen))
	}
	e.release(q)
	if n := e.endTasks(q); n > 0 {
		e.logTasks(q, n, errTasksEnded)
	}
	q.stage = closed
	return aborts
}

// release closes the file of the answer and ends the context of a stream.
func (e *endpoint) release(q *request) {
	if q.file != nil {
		_ = q.file.Close() // opened for reading: no data can be lost
		q.file = nil
	}
	if q.unbind != nil {
		q.unbind()
		q.Exchange.SetFinalWriteTimeout(q.flow.WriteTimeout)
	}
	if q.cancel != nil {
		q.cancel(nil)
	}
}

// info describes the route; tags are those of its settings. The result shares nothing with the endpoint, so functions may keep it.
func (e *endpoint) info(tags []string) routing.RouteInfo {
	return routing.RouteInfo{Path: e.path.Text, Name: e.name, Function: e.route.Function, Tags: slices.Clone(tags)}
}

// routeInfo returns the function that describes the route for a request.
func (e *endpoint) routeInfo(tags []string) injectables.Route {
	return func(x *exchange.Exchange) *routing.RouteInfo {
		info := e.info(tags)
		info.RootPath = origin.RootPath(x.Request())
		if info.Method = x.Request().Method; !slices.Contains(e.route.Methods, info.Method) {
			info.Method = http.MethodGet // GET answers HEAD
		}
		return &info
	}
}
