package route

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/finite"
	"github.com/brio-go/brio/internal/invoke"
	"github.com/brio-go/brio/internal/panics"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/routing"
)

// serve runs a request through its steps, whatever its answer is: begin, solve, call, encode, merge, commit, write, close. match has
// found the endpoint. fail stands in for encode where a step ends in an error. A panic of a step before write goes to fail too, by close.
func (e *endpoint) serve(w http.ResponseWriter, r *http.Request, q *request, values []string) {
	e.begin(q, w, r, values)
	defer e.close(q)
	var err error
	if len(e.around) == 0 {
		err = e.produce(q)
	} else {
		err = e.withAround(q, (*endpoint).produce)
	}
	if err == nil {
		err = e.commit(q)
	}
	if err != nil {
		e.fail(q, err)
	}
	e.write(q)
	q.stage = finished
}

// afterMiddleware is the innermost handler of the route's middleware. It reads the path values of the request that it gets:
// middleware may have replaced the request.
func (e *endpoint) afterMiddleware(w http.ResponseWriter, r *http.Request) {
	e.serve(w, r, requests.Get().(*request), exchange.PathValuesOf(r, e.path.Names))
}

// begin opens the exchange. It prepares the *http.Request where a function of the plan takes it.
func (e *endpoint) begin(q *request, w http.ResponseWriter, r *http.Request, values []string) {
	if e.usesRequest && e.table.introduce != nil {
		r = e.table.introduce(r)
	}
	if e.endsWithApp {
		r = e.withEndingContext(q, r)
	}
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
	if e.chain == nil {
		if e.isMount() {
			values = values[:len(values)-1] // the rest is the path of the mounted handler
		}
		exchange.SetPathValues(r, e.path.Names, values)
	}
}

// produce runs the steps from solve to merge, which Around wraps. It negotiates the media type first, so a request that ends in 406
// has no effects.
func (e *endpoint) produce(q *request) error {
	if e.negotiates {
		if err := e.negotiate(q); err != nil {
			return err
		}
	}
	if err := e.solve(q); err != nil {
		return err
	}
	result, err := e.call(q)
	if err != nil && e.kind == connection {
		err = e.connectionError(q, err)
	}
	if err != nil {
		e.dropReturned(q, result)
		return err
	}
	if err := e.encode(q, result); err != nil {
		return err
	}
	return e.merge(q)
}

// solve binds and validates parameters and runs dependencies.
func (e *endpoint) solve(q *request) error { return e.plan.Solve(&q.Frame) }

// call calls the handler.
func (e *endpoint) call(q *request) (*invoke.Value, error) { return e.plan.Call(&q.Frame) }

// dropReturned records a Response that the handler returned beside an error: its tasks do not run, and its stream is ended.
func (e *endpoint) dropReturned(q *request, result *invoke.Value) {
	if result != nil && (e.kind == direct || e.kind == dynamic) {
		if r, ok := result.Reflect(e.plan.Result).Interface().(*response.Response); ok {
			q.replace(response.AnswerOf(r))
		}
	}
}

// commit makes the answer final. First it asks everything that can refuse the answer: status, headers and media type, the file,
// whether a stream was sent before, the shutdown. Then it runs the clean-ups of BeforeResponse and gives the jobs to the queue.
// After commit only the connection and the later items of a stream can fail.
func (e *endpoint) commit(q *request) error {
	if ctx := q.Context(); ctx.Err() != nil {
		if err := q.goneError(ctx); err != nil {
			return err
		}
	}
	if q.isPlain = q.answer.IsPlain() && q.Tasks() == nil && !q.Unclosed() && !q.hasRare; q.isPlain {
		return nil
	}
	return e.commitAll(q)
}

// commitAll is commit for an answer that may be refused, and for requests with clean-ups or jobs.
func (e *endpoint) commitAll(q *request) error {
	if q.origin == taken && e.kind != connection {
		return nil
	}
	if err := e.ready(q); err != nil {
		return err
	}
	jobs := q.Tasks() != nil
	if jobs {
		if err := e.encodeJobs(q); err != nil {
			return err
		}
	}
	if err := q.BeforeResponse(); err != nil {
		return err
	}
	if jobs {
		if err := e.enqueueJobs(q); err != nil {
			return err
		}
	}
	if q.answer.IsStream() {
		return e.open(q)
	}
	return nil
}

// goneError returns the error of a request whose context has ended because the client has gone, with its cause if it has one. It is
// nil if the context has ended for another reason, or if a handler of net/http has answered already.
func (q *request) goneError(ctx context.Context) error {
	err := ctx.Err()
	if !errors.Is(err, context.Canceled) || q.isEndedByApp() || q.origin == taken {
		return nil
	}
	if cause := context.Cause(ctx); cause != nil && !errorIs(cause, context.Canceled) {
		err = fmt.Errorf("%w: %w", err, cause)
	}
	return err
}

// ready returns an error if the answer cannot be sent. It opens the file or the stream.
func (e *endpoint) ready(q *request) (err error) {
	out := &q.answer
	switch err = out.Check(); {
	case err != nil:
	case out.IsServed():
		q.writeRare().file, err = q.openServed()
	case out.IsStream():
		rare := q.writeRare()
		if rare.flow, err = out.OpenStream(&q.exchange); err == nil && !rare.flow.Events() && !isBodiless(out.Status()) && e.table.lifecycle.draining.Err() != nil {
			return routing.ErrShutdown
		}
	}
	if err != nil {
		return e.named(err)
	}
	return nil
}

// write sends status, headers and body.
func (e *endpoint) write(q *request) {
	if e.table.lifecycle.closing.Load() {
		q.exchange.SetConnectionClose()
	}
	q.stage = sending
	var err error
	switch {
	case !q.isPlain:
		err = e.sendAny(q)
	case q.origin != taken:
		err = q.answer.SendPlain(&q.exchange)
	}
	if err != nil {
		e.unsent(q, err)
	}
	q.stage = delivering
}

// sendAny sends an answer that may be a file or a stream, or have tasks.
func (e *endpoint) sendAny(q *request) error {
	if q.origin == taken {
		if e.kind == connection {
			q.finishConnection()
		}
		return nil
	}
	if q.hasLists() && q.hasTasks() {
		q.exchange.CloseConnection() // the next request of the connection would wait for them
	}
	if f := q.rare.file; f != nil {
		q.rare.file = nil
		return f.Send(&q.answer, &q.exchange)
	}
	return q.answer.Send(&q.exchange)
}

// unsent ends a write that failed with err. A file answers with an error of its own while nothing was sent.
func (e *endpoint) unsent(q *request, err error) {
	if _, refused := finite.As[*response.HTTPError](err); refused && !q.exchange.Written() {
		e.answerError(q, err)
		if err = q.answer.Send(&q.exchange); err == nil {
			return
		}
	}
	if q.rare.flow != nil && q.rare.flow.Events() && errorIs(err, routing.ErrShutdown) {
		return // the client connects again by itself
	}
	q.stage = delivering
	e.abort(q, err)
}

// abort ends an answer that was not sent completely: clean-ups see the error. If the answer has begun, the connection is cut, so
// that the client does not take the answer for complete.
func (e *endpoint) abort(q *request, err error) {
	q.isPlain = false
	begun := q.exchange.Written()
	gone, err := asClientGone(q, errors.Join(err, q.endStream()))
	switch {
	case gone || panics.Aborts(err):
	case errorIs(err, routing.ErrShutdown):
		e.log(&q.exchange, slog.LevelWarn, "a stream was cut off by the shutdown", err)
	default:
		e.log(&q.exchange, slog.LevelError, "the response could not be sent", err)
	}
	e.reportTasks(q, err)
	e.closeAfterWrite(q, err)
	if begun {
		panic(http.ErrAbortHandler)
	}
	q.setAside()
	q.origin = failed
	e.table.setInternalError(&q.exchange, &q.answer)
	_ = q.answer.Send(&q.exchange)
}

// closeAfterWrite runs the clean-ups of a request that failed with err after its answer had begun. err is logged already. An error
// that the clean-ups return is logged here, because no answer can show it.
func (e *endpoint) closeAfterWrite(q *request, err error) {
	outcome, unseen := q.Close(err)
	if !errorIs(outcome, err) {
		unseen = errors.Join(outcome, unseen)
	}
	if unseen != nil {
		e.log(&q.exchange, slog.LevelError, "a clean-up failed", unseen)
	}
}

// close ends a request: background tasks, clean-ups, stream. Then the request goes back to the pool. serve defers close, so it also
// ends requests whose steps panic or call runtime.Goexit.
func (e *endpoint) close(q *request) {
	v := recover()
	if v != nil || q.stage != finished {
		e.closeEarly(q, v)
		return
	}
	if q.isPlain {
		q.recycle()
		return
	}
	e.end(q)
}

// end is close without the recovery of panics.
func (e *endpoint) end(q *request) {
	aborts := false
	if q.holdsResources() {
		aborts = e.finish(q)
	} else if q.temporal() != nil {
		q.EndTemporal(e)
	}
	q.recycle()
	if aborts {
		panic(http.ErrAbortHandler)
	}
}

// finish runs the tasks and the clean-ups that are left, and ends the stream. It reports whether a clean-up asks to abort the
// connection.
func (e *endpoint) finish(q *request) (aborts bool) {
	sent := q.stage == finished
	q.stage = delivering
	defer e.close(q)
	if sent {
		e.runTasks(q)
	}
	outcome, unseen := q.Close(q.endStream())
	aborts = outcome != nil && panics.Aborts(outcome)
	if unseen != nil || outcome != nil && !aborts {
		e.log(&q.exchange, slog.LevelError, "a clean-up failed after the response was sent", errors.Join(outcome, unseen))
	}
	q.release()
	if n := e.endTasks(q); n > 0 {
		e.logTasks(q, n, errTasksEnded)
	}
	q.stage = closed
	return aborts
}

// closeEarly ends a request whose steps did not return. v is the panic, nil for runtime.Goexit. A panic before the first byte is
// answered as an error. A panic while the answer is sent aborts the answer. A later panic goes on to net/http.
func (e *endpoint) closeEarly(q *request, v any) {
	stage := q.stage
	if v == nil && stage == closed { // finish returns
		return
	}
	q.stage, q.isPlain = delivering, false
	switch {
	case v == nil:
		e.exit(q)
		return
	case stage == delivering || stage == working:
		defer e.end(q)
		panic(printable(v))
	}
	defer e.close(q)
	if err := panics.Recovered(v); stage == answering {
		e.fail(q, err)
		e.write(q)
	} else {
		e.abort(q, err)
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
	e.reportTasks(q, err)
	e.logExit(&q.exchange, err)
}

// discard releases what a request holds, and leaves the request to the garbage collector.
func (e *endpoint) discard(q *request) {
	q.release()
	if n := e.endTasks(q); n > 0 {
		e.logTasks(q, n, errTasksEnded)
	}
	q.exchange.Close()
}

// refuse answers a request with an error of middleware, in the steps from fail on.
func (e *endpoint) refuse(w http.ResponseWriter, r *http.Request, err error) {
	q := requests.Get().(*request)
	q.exchange.Open(w, r)
	q.exchange.SetLimits(&e.plan.Settings.Limits)
	defer e.close(q)
	e.fail(q, err)
	e.write(q)
	q.stage = finished
}
