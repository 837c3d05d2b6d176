package route

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"reflect"
	"slices"
	"sync"
	"time"

	"github.com/brio-go/brio/background"
	"github.com/brio-go/brio/dependencies"
	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/encode"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/finite"
	"github.com/brio-go/brio/internal/invoke"
	"github.com/brio-go/brio/internal/pathtree"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/routing"
)

// endpoint is one route, compiled: everything a request needs, and nothing that changes. What every request looks at comes
// first, close together: an app has many endpoints, and a processor's cache is small.
type endpoint struct {
	plan           *dependencies.Plan
	chain          http.Handler    // the middleware and the endpoint in it; nil without middleware
	encoder        *encode.Encoder // of kind modelled; of dynamic where a model was declared
	contentType    *exchange.ContentType
	limits         *exchange.Limits
	success        int16 // the status where nobody sets another: the route's or the class's
	kind           resultKind
	wrapped        bool // there are functions of Around
	negotiates     bool // there are offers
	bare           bool // the result's text is all there is to say, unless a function says more
	seen           bool // somebody is given the *http.Request
	internal       bool // errors become answers without anybody's seeing them
	ends           bool // the context of requests can end with the app: the route is a stream, or may turn out to be one
	inWords        bool // the result stands in an invoke.Value's own words
	mergeAlways    bool
	nulls          bool // no result is null
	autoETag       bool
	encodedSlashes bool  // Settings.EncodedSlashes
	events         bool  // an iterator becomes server-sent events
	isEvent        bool  // its items are Event[T]
	anyItems       bool  // they, or the data of events, are interfaces
	status         int16 // the route's own; 0: none
	path           pathtree.Template
	*group

	route   *declare.Route
	name    string
	model   reflect.Type // what the encoder is for
	class   response.Class
	failing failing
	more    *more // nil: nothing
}

// group is what the routes of a router have in common, but for those that say of it something of their own.
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

// more is what few routes have.
type more struct {
	offers    []declare.Encoder    // nil: JSON alone; else JSON first
	responses []declare.Documented // what the settings document, and the errors that are raised
	callbacks []Callback
}

// further is what the route has of more, to be read only.
func (e *endpoint) further() *more {
	if e.more == nil {
		return &more{}
	}
	return e.more
}

// extend is more, to be written.
func (e *endpoint) extend() *more {
	if e.more == nil {
		e.more = &more{}
	}
	return e.more
}

func (e *endpoint) offers() []declare.Encoder { return e.further().offers }

// settings are those of the route with those of the routers around it, for the document.
func (e *endpoint) settings() *declare.RouteSettings {
	s := e.route.Settings()
	s.Inherit(e.within)
	return s
}

// resultKind says what becomes of the handler's result.
type resultKind uint8

const (
	modelled resultKind = iota // a value, through the response model
	dynamic                    // an interface: decided by each value
	classed                    // a value, through a class that is not JSON
	texts                      // a string or []byte, through a class that takes it as it is
	direct                     // a *Response
	stream                     // an iterator: JSON Lines or events
	nothing
)

// request is what an endpoint holds for one request. Requests are pooled; nothing that user code is given is.
type request struct {
	dependencies.Frame
	exchange exchange.Exchange
	buf      []byte // where JSON is encoded
	progress

	answer response.Response // written through out, so that cleanUp knows of it
	full   bool              // answer has something
}

// keep is q.buf = buf. Most often that is where it was, and then no pointer is written, of which the collector would be told.
func (q *request) keep(buf []byte) {
	if cap(buf) > 0 && cap(buf) == cap(q.buf) && &buf[:1][0] == &q.buf[:1][0] {
		q.buf = q.buf[:len(buf)]
	} else {
		q.buf = buf
	}
}

// progress is how far a request has come.
type progress struct {
	stage stage
	offer int // of the endpoint's offers, the one that the client wants

	made     *response.Response   // what the endpoint has made, for its tasks
	sent     *response.Response   // what is being sent
	file     *response.OpenedFile // of made; nil: none, or it is sent
	replaced []replaced           // other Responses that user code has made
	kept     *response.Response   // the handler's own, of which made is a copy
	tasks    int                  // how many tasks kept had then
	before   *response.Response   // the temporal Response when a stream was merged from it
	exited   error                // of runtime.Goexit in another goroutine than the request's

	// Of streams.
	flow    *exchange.Flow
	dropped bool                    // a stream that was not opened has been ended
	cancel  context.CancelCauseFunc // ends Context
	unbind  func() bool             // from the end of the app
}

// out is what goes out when the handler did not build a Response itself.
func (q *request) out() *response.Response {
	q.full = true
	return &q.answer
}

// stage is how far a request has come: what a panic means depends on it, and whether there was an end at all. The deferred
// function cannot tell a return from runtime.Goexit otherwise.
type stage uint8

const (
	answering  stage = iota // user code runs
	delivering              // the framework's own doing
	sending                 // the answer is written; a stream's iterator runs
	working                 // background tasks run
	finished                // serve returns
	closed                  // the clean-ups have run
)

var requests = sync.Pool{New: func() any {
	q := new(request)
	q.Exchange = &q.exchange
	return q
}}

// maxKeptBuffer is the largest buffer that goes back to the pool, in bytes.
const maxKeptBuffer = 64 << 10

// afterMiddleware is the inner end of the route's middleware, which may have replaced the request.
func (e *endpoint) afterMiddleware(w http.ResponseWriter, r *http.Request) {
	values := make([]string, len(e.path.Names))
	for i, name := range e.path.Names {
		values[i] = r.PathValue(name)
	}
	e.serve(w, r, requests.Get().(*request), values)
}

// serve runs one request through its steps. What is deferred is one function for all of them.
func (e *endpoint) serve(w http.ResponseWriter, r *http.Request, q *request, values []string) {
	e.begin(q, w, r, values)
	defer e.end(q)
	out, err := e.respond(q)
	if e.table.life.closing.Load() {
		q.exchange.CloseConnection()
	}
	if out != nil || err != nil {
		q.stage = delivering
		e.deliver(q, out, err)
		q.stage = finished
		return
	}
	q.stage = sending // what is encoded: there is nothing else to say, and nothing to do after it
	if err = q.exchange.Send(int(e.success), nil, e.contentType, q.buf); err != nil {
		q.stage = delivering
		e.broken(q, nil, err)
	}
	q.stage = finished
}

// deliver sends the answer, or that of an error, and runs what was left for after it.
func (e *endpoint) deliver(q *request, out *response.Response, err error) {
	switch {
	case err != nil && q.Exchange.Written(): // a stream whose first event was awaited behind a ping
		e.broken(q, nil, err)
		return
	case err != nil:
		e.notRun(q, nil, err)
		if out := e.fail(q, err); e.write(q, out) {
			q.stage = working
			_ = e.failing.work(q.Exchange, q.Context(), out.Tasks()) // of a function of OnError
			q.stage = delivering
		}
		return
	}
	lists := q.hasLists(out)
	if lists && q.hasTasks(out) {
		q.Exchange.NotAgain() // the next request of the connection would wait for them
	}
	if e.write(q, out) && (lists || out.Streams()) { // a stream may have added some
		e.background(q, out)
	}
}

// end is deferred by serve, and ends a request on every way out.
func (e *endpoint) end(q *request) {
	v := recover()
	switch {
	case v == nil && q.stage == finished:
		e.cleanUp(q)
	case v == nil && q.stage == closed: // last returns
	default:
		e.interrupted(q, v)
	}
}

// interrupted ends a request that did not return. A panic of what user code does before anything is sent is an error like
// others; one while the answer is sent breaks it. What panics later, or on purpose, goes on to do so. Without a panic user
// code has called runtime.Goexit.
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
	defer e.end(q)
	if err := dependencies.Recovered(v); stage == answering {
		e.deliver(q, nil, err)
	} else {
		e.broken(q, q.sent, err)
	}
	q.stage = finished
}

// printable is what a panic goes on with: net/http prints it. A value that contains itself would overflow the stack.
func printable(v any) any {
	if err, ok := v.(error); ok {
		return err
	}
	return finite.Text(v)
}

// exit ends a request whose goroutine ends, because user code has called runtime.Goexit. Nothing can stop that, so there is
// no answer: net/http closes the connection, or resets the stream of HTTP/2. Clean-ups see an error, and the request does
// not go back to the pool. Each step is deferred, because what it calls may call runtime.Goexit again.
func (e *endpoint) exit(q *request) {
	err := error(dependencies.Recovered(nil))
	defer e.discard(q)
	defer func() { e.settle(q, err) }()
	defer func() { err = errors.Join(err, q.endStream()) }()
	e.notRun(q, q.sent, err)
	e.failing.exited(q.Exchange, err)
}

// discard gives back everything that a request holds but the request itself.
func (e *endpoint) discard(q *request) {
	e.release(q)
	if n := e.endTasks(q); n > 0 {
		e.logNotRun(q, n, errTasksEnded)
	}
	q.exchange.Close()
	if t := q.Temporal(); t != nil {
		t.Detach()
	}
}

// begin makes the request ready for its functions.
func (e *endpoint) begin(q *request, w http.ResponseWriter, r *http.Request, values []string) {
	if e.seen && e.table.introduce != nil {
		r = e.table.introduce(r)
	}
	if e.ends {
		r = e.ending(q, r)
	}
	q.Internal = e.internal
	q.exchange.Open(w, r)
	q.exchange.SetPath(values)
	q.exchange.SetLimits(e.limits)
	if e.seen {
		e.show(r, q, values)
	}
}

// show makes the *http.Request ready to be given to functions.
func (e *endpoint) show(r *http.Request, q *request, values []string) {
	q.exchange.LimitBody(e.plan.MaxBody)
	if e.chain == nil {
		for i, name := range e.path.Names {
			r.SetPathValue(name, values[i])
		}
	}
}

// solve binds and validates parameters and runs dependencies.
func (e *endpoint) solve(q *request) error { return e.plan.Solve(&q.Frame) }

// call calls the handler.
func (e *endpoint) call(q *request) (*invoke.Value, error) { return e.plan.Call(&q.Frame) }

// cleanUp runs what dependencies have left to be done, and gives back the request.
func (e *endpoint) cleanUp(q *request) {
	aborts := false
	if q.made != nil || q.sent != nil || q.replaced != nil || q.flow != nil || q.cancel != nil || q.Unclosed() {
		if q.holds() {
			aborts = e.last(q)
		} else if t := q.Temporal(); t != nil {
			t.End(&e.failing)
		}
		q.progress = progress{}
	}
	q.stage, q.offer = answering, 0
	q.exchange.Close()
	q.Reset()
	if q.full {
		q.answer, q.full = response.Response{}, false
	}
	if cap(q.buf) > maxKeptBuffer {
		q.buf = nil
	}
	requests.Put(q)
	if aborts {
		panic(http.ErrAbortHandler)
	}
}

// holds reports whether the request has something left whose end may call functions of the program.
func (q *request) holds() bool {
	return q.Unclosed() || q.flow != nil || q.file != nil || q.cancel != nil || q.made != nil && q.made.Streams() ||
		q.hasLists(q.made) || q.sent != q.made && q.hasLists(q.sent)
}

// last runs the clean-ups that are left and ends the stream. It reports whether the connection is given up.
func (e *endpoint) last(q *request) (aborts bool) {
	q.stage = delivering
	defer e.end(q)
	outcome, unseen := q.Close(q.endStream())
	aborts = outcome != nil && dependencies.Aborts(outcome)
	if unseen != nil || outcome != nil && !aborts {
		e.log(q.Exchange, slog.LevelError, "a clean-up failed after the response was sent", errors.Join(outcome, unseen))
	}
	e.release(q)
	if n := e.endTasks(q); n > 0 {
		e.logNotRun(q, n, errTasksEnded)
	}
	q.stage = closed
	return aborts
}

// release closes what the answer has opened, and ends the context of a stream.
func (e *endpoint) release(q *request) {
	if q.file != nil {
		_ = q.file.Close() // it was read only
		q.file = nil
	}
	if q.unbind != nil {
		q.unbind()
		q.Exchange.LastWrites(q.flow.WriteTimeout)
	}
	if q.cancel != nil {
		q.cancel(nil)
	}
}

// info is what others may know of the route; tags are those of its settings. It is a copy, which they may keep and change.
func (e *endpoint) info(tags []string) routing.RouteInfo {
	return routing.RouteInfo{Path: e.path.Text, Name: e.name, Function: e.route.Function, Tags: slices.Clone(tags)}
}

// routeInfo makes the *RouteInfo that a function asks for.
func (e *endpoint) routeInfo(tags []string) func(*dependencies.Frame) invoke.Value {
	return func(f *dependencies.Frame) invoke.Value {
		info := e.info(tags)
		info.RootPath = exchange.RootPath(f.Exchange.Request())
		if info.Method = f.Exchange.Request().Method; !slices.Contains(e.route.Methods, info.Method) {
			info.Method = http.MethodGet // which answers HEAD
		}
		return invoke.PointerTo(&info)
	}
}
