package route

import (
	"errors"
	"log/slog"
	"net/http"
	"reflect"
	"slices"
	"time"

	"github.com/brio-go/brio/background"
	"github.com/brio-go/brio/internal/answer"
	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/encode"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/finite"
	"github.com/brio-go/brio/internal/inject"
	"github.com/brio-go/brio/internal/invoke"
	"github.com/brio-go/brio/internal/origin"
	"github.com/brio-go/brio/internal/panics"
	"github.com/brio-go/brio/internal/pathtree"
	"github.com/brio-go/brio/routing"
)

// endpoint is one compiled route. It does not change after Compile. The fields that every request reads come first, in 64 bytes: with
// many routes, each line of the processor's cache that a request reads is a miss. An endpoint is allocated as 192 bytes, three lines.
type endpoint struct {
	plan *inject.Plan
	*group
	contentType    *exchange.ContentType
	success        int16 // the status if no function sets another: the route's or the class's
	kind           resultKind
	hasChain       bool // chain is not nil
	hasAround      bool // Around has functions for the route
	negotiates     bool // clients may ask for other media types than JSON
	bare           bool // the answer is status, media type and body, without headers, unless a function sets some
	usesRequest    bool // a function of the plan, or Around, takes the *http.Request
	sharesErrors   bool // no error handler, Around or custom format reads the errors, so their ctx maps are not copied
	endsWithApp    bool // the app ends the context of requests at its shutdown: the result is a stream, or may be one
	inlineResult   bool // the result fits the words of an invoke.Value
	mergeAlways    bool
	nullResult     bool // a handler without a result answers null
	autoETag       bool
	encodedSlashes bool // Settings.EncodedSlashes
	events         bool // an iterator becomes server-sent events
	items          itemKind
	status         int16             // of the option Status; 0: none
	path           pathtree.Template // Text first

	encoder *encode.Encoder // of kind modelled; of dynamic where a model was declared
	chain   http.Handler    // the middleware and the endpoint in it; nil without middleware
	route   *declare.Route
	name    string
	model   reflect.Type // the response model, which the encoder is compiled for
	class   *answer.Class
	policy  errorPolicy
	rare    *rareEndpoint // nil for most routes
}

// itemKind says what the iterator of a stream yields. Both bits may be set.
type itemKind uint8

const (
	eventItems     itemKind = 1 << iota // response.Event[T]
	interfaceItems                      // the items, or the Data of events, are interfaces: each has its own type
)

// group is what the routes of a router share. A route that sets one of these itself has a group of its own.
type group struct {
	table        *Table
	within       *declare.Settings      // of the routers around
	handlers     []declare.ErrorHandler // in the order in which they are asked
	middleware   []routing.Middleware
	around       []routing.Around
	queue        background.Queue
	ping         time.Duration // of streams
	writeTimeout time.Duration // likewise
}

// rareEndpoint holds what few routes have.
type rareEndpoint struct {
	offers    []declare.Encoder    // nil: JSON alone; else JSON first
	responses []declare.Documented // of the settings, and of the errors that the route raises
	callbacks []Callback
}

// readRare returns the rare fields. Callers do not write to them: for most routes they are a zero value.
func (e *endpoint) readRare() *rareEndpoint {
	if e.rare == nil {
		return &rareEndpoint{}
	}
	return e.rare
}

// writeRare returns the rare fields for writing, and makes them if the route has none.
func (e *endpoint) writeRare() *rareEndpoint {
	if e.rare == nil {
		e.rare = &rareEndpoint{}
	}
	return e.rare
}

func (e *endpoint) offers() []declare.Encoder { return e.readRare().offers }

// settings merges the settings of the route with those of the routers around it. It is for the document and Explain: requests use
// what compile made of them.
func (e *endpoint) settings() *declare.RouteSettings {
	s := e.route.Settings()
	s.Inherit(e.within)
	return s
}

// resultKind says how the handler's result becomes an answer.
type resultKind uint8

const (
	modelled resultKind = iota // the response model encodes a value
	dynamic                    // an interface: the dynamic type of each value decides
	classed                    // a response class that is not JSON renders a value
	texts                      // a string or []byte is the body as it is
	direct                     // a *Response
	stream                     // an iterator: JSON Lines or events
	nothing
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

// begin opens the exchange and prepares the request for the functions of the plan.
func (e *endpoint) begin(q *request, w http.ResponseWriter, r *http.Request, values []string) {
	if e.usesRequest && e.table.introduce != nil {
		r = e.table.introduce(r)
	}
	if e.endsWithApp {
		r = e.withEndingContext(q, r)
	}
	q.Internal = e.sharesErrors
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

// solve binds and validates parameters and runs dependencies.
func (e *endpoint) solve(q *request) error { return e.plan.Solve(&q.Frame) }

// call calls the handler.
func (e *endpoint) call(q *request) (*invoke.Value, error) { return e.plan.Call(&q.Frame) }

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

// routeInfo returns the function that makes the *RouteInfo of a request.
func (e *endpoint) routeInfo(tags []string) func(*inject.Frame) invoke.Value {
	return func(f *inject.Frame) invoke.Value {
		info := e.info(tags)
		info.RootPath = origin.RootPath(f.Exchange.Request())
		if info.Method = f.Exchange.Request().Method; !slices.Contains(e.route.Methods, info.Method) {
			info.Method = http.MethodGet // GET answers HEAD
		}
		return invoke.PointerTo(&info)
	}
}
