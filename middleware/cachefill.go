package middleware

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"net/http"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/brio-go/brio/internal/argument"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/finite"
	"github.com/brio-go/brio/internal/httptext"
	"github.com/brio-go/brio/internal/httpwriter"
	"github.com/brio-go/brio/internal/origin"
)

// run runs the handler, stores its answer if it may be stored, and sends it. f is the flight that the request began, nil for a request that
// others do not wait for.
func (q *cacheRequest) run(f *flight) {
	ctx := q.r.Context()
	if f != nil {
		var stop func()
		ctx, stop = f.run(ctx, q.m.MaxRun)
		defer stop()
		defer f.end(nil, false) // a panic, or runtime.Goexit: no answer
	}
	n := &cacheFill{q: q, w: q.w, flight: f}
	n.serve(ctx)
}

// refresh runs the handler in the background and stores its answer, unless that happens already or too many others run.
func (q *cacheRequest) refresh() {
	m := q.m
	f := m.flights.background(q.flight())
	if f == nil {
		return
	}
	select {
	case m.refreshes <- struct{}{}:
	default:
		f.end(nil, false)
		return
	}
	ctx, cancel := context.WithTimeoutCause(context.WithoutCancel(q.r.Context()), m.MaxRun, errRunTime)
	own := *q
	own.r = q.r.Clone(ctx) // the request of the client ends before
	own.r.Method, own.r.Body = http.MethodGet, http.NoBody
	own.w = &nowhere{q.w.Header().Clone()}
	n := &cacheFill{q: &own, w: own.w, flight: f, stop: cancel}
	n.owner, _ = exchange.OwnerOf(q.w)
	go func() {
		defer func() { <-m.refreshes }()
		defer cancel()
		defer f.end(nil, false)
		defer func() {
			if v := recover(); v != nil && v != http.ErrAbortHandler {
				m.Logger.LogAttrs(ctx, slog.LevelError, "a handler panicked while the cache made an answer anew",
					slog.String("panic", finite.Text(v)), slog.String("stack", string(debug.Stack())))
			}
		}()
		n.serve(ctx)
	}()
}

// nowhere is the writer of a handler without a client.
type nowhere struct{ header http.Header }

func (n *nowhere) Header() http.Header         { return n.header }
func (n *nowhere) WriteHeader(int)             {}
func (n *nowhere) Write(p []byte) (int, error) { return len(p), nil }

// cacheFill is the response of a handler whose answer may be stored. The answer is in memory until it is complete. One that is not to be
// stored goes to the client as it is written. It belongs to the goroutine of the handler.
type cacheFill struct {
	httpwriter.Pass
	writer httpwriter.Closed // no Unwrap: it would bypass the memory
	q      *cacheRequest
	w      http.ResponseWriter
	flight *flight     // nil: no request waits
	stop   func()      // ends the handler in the background; nil with a client
	owner  any         // the app around it, for its ErrorFormat
	early  http.Header // the headers of middleware outside, with their own slices
	ctx    context.Context
	inside *http.Request // of the handler
	began  time.Time
	tags   cacheTags

	strips    bool // the handler does not have the client's conditions
	validates bool // it has the validators of the entry in place of them

	status  int           // 0 until the handler has begun its answer
	header  http.Header   // of the response, when the answer began
	fields  []storedField // of header, as far as the handler has set them
	entry   cacheEntry    // what judge has made of the answer
	body    []byte        // not sent yet
	outcome fillOutcome
}

// fillOutcome says where the body of an answer goes.
type fillOutcome byte

const (
	isHeld     fillOutcome = iota // to the memory
	isReplaced                    // nowhere: the entry is sent in its place, when the handler has returned
	isPassing                     // to the client
	isSent                        // nowhere: the complete answer was sent
)

// errUnstored is the error of a write in the background: the answer is not stored.
var errUnstored = errors.New("brio/middleware: the cache does not store this answer, and no client waits for it")

// serve calls the handler. Its answer is stored and sent when serve returns, unless it panics.
func (n *cacheFill) serve(ctx context.Context) {
	q := n.q
	if n.owner == nil {
		n.owner, _ = exchange.OwnerOf(n.w)
	}
	n.early = maps.Clone(n.w.Header())
	n.ctx = context.WithValue(ctx, cacheKey{}, &n.tags)
	n.strips = n.flight != nil || q.entry != nil
	n.validates = q.entry != nil && (q.entry.etag != "" || q.entry.lastModify != "")
	for {
		n.began = time.Now()
		n.writer.Wrap(n.w, n)
		variant := n.writer.Variant() // before Redirect: it has the interfaces of w
		n.writer.Redirect(filling{n})
		n.inside = n.request()
		origin.ServeCopy(q.next, variant, q.r, n.inside)
		if n.finish() {
			return
		}
		// The 304 is of another version than the handler was asked about (RFC 9111, 4.3.4): it is asked for the content.
		n.validates, n.status, n.outcome = false, 0, isHeld
		n.restore(n.early)
	}
}

// request returns the request for the handler: with the validators of the entry, or without conditions, so that it answers completely
// (RFC 9111, 4.3.1).
func (n *cacheFill) request() *http.Request {
	inside := n.q.r.WithContext(n.ctx)
	if !n.strips {
		return inside
	}
	inside.Header = maps.Clone(inside.Header)
	delete(inside.Header, "If-None-Match")
	delete(inside.Header, "If-Modified-Since")
	if e := n.q.entry; n.validates {
		if e.etag != "" {
			inside.Header["If-None-Match"] = []string{e.etag}
		}
		if e.lastModify != "" {
			inside.Header["If-Modified-Since"] = []string{e.lastModify}
		}
	}
	return inside
}

// filling is the writer below a cacheFill, unless the answer passes.
type filling struct{ n *cacheFill }

func (o filling) Header() http.Header { return o.n.w.Header() }

func (o filling) WriteHeader(status int) {
	if o.n.status == 0 {
		o.n.begin(status)
	}
}

func (o filling) Write(p []byte) (int, error) {
	n := o.n
	o.WriteHeader(http.StatusOK)
	if limit := n.q.m.MaxBody; n.outcome == isHeld && limit != argument.NoLimit && len(n.body)+len(p) > limit {
		n.pass("too long")
	}
	switch n.outcome {
	case isHeld:
		n.body = append(n.body, p...)
	case isPassing: // the write that has passed it, and io.Copy
		if n.stop != nil {
			return 0, errUnstored
		}
		return n.w.Write(p)
	}
	return len(p), nil
}

// FlushError is the method that http.ResponseController calls.
func (o filling) FlushError() error { return http.NewResponseController(o.n.w).Flush() }

// HandlerHeader implements httpwriter.ClosedHooks.
func (n *cacheFill) HandlerHeader() http.Header { return n.w.Header() }

// Interim sends an interim answer (1xx).
func (n *cacheFill) Interim(status int) { n.w.WriteHeader(status) }

// Control implements httpwriter.ClosedHooks.
func (n *cacheFill) Control(do func(*http.ResponseController) error) error {
	return do(http.NewResponseController(n.w))
}

// ResponseOwner returns the app around the writer. begun is true if the handler cannot begin an answer any more.
func (n *cacheFill) ResponseOwner() (owner any, begun bool) { return n.owner, n.status != 0 }

// ResponseExit implements exchange.ExitMarker.
func (n *cacheFill) ResponseExit() { exchange.MarkExitOf(n.w) }

// BeginFlush stores an answer that is complete, and sends it: an app flushes before background tasks run. An answer that is not complete
// goes to the client from here on.
func (n *cacheFill) BeginFlush() error {
	if !httpwriter.CanFlush(n.w) {
		return http.ErrNotSupported
	}
	if n.status == 0 {
		n.begin(http.StatusOK)
	}
	length, known := n.length()
	switch {
	case n.outcome == isHeld && !(known && length == len(n.body)):
		n.pass("flushed")
	case !n.finish():
		return http.ErrNotSupported // a 304 of another version is not sent
	}
	return nil
}

// BeginHijack gives the connection to the handler. The answer cannot be stored.
func (n *cacheFill) BeginHijack() error {
	if n.status == 0 {
		n.status = http.StatusSwitchingProtocols
	}
	n.outcome = isPassing
	n.settle(nil, true)
	n.writer.Redirect(n.w)
	return nil
}

// begin decides about an answer by its status and headers.
func (n *cacheFill) begin(status int) {
	n.status = status
	n.header = maps.Clone(n.w.Header())
	n.fields = cacheFields(n.header, n.early)
	if status == http.StatusNotModified && n.validates || n.standsIn(status) {
		n.outcome = isReplaced
		return
	}
	var why string
	n.entry, why = n.q.judge(status, n.header, n.fields, n.began)
	if length, known := n.length(); known && n.q.m.MaxBody != argument.NoLimit && length > n.q.m.MaxBody {
		why = "too long"
	}
	if why != "" {
		n.pass(why)
	}
}

// standsIn reports whether the entry is sent in place of a failure (RFC 5861, 4).
func (n *cacheFill) standsIn(status int) bool {
	switch e := n.q.entry; status {
	case http.StatusInternalServerError, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return e != nil && e.age(time.Now())-e.life < e.onError
	}
	return false
}

// length returns the Content-Length of the answer, if it has one.
func (n *cacheFill) length() (length int, known bool) {
	length, err := strconv.Atoi(n.header.Get("Content-Length"))
	return length, err == nil
}

// restore sets the headers of the response.
func (n *cacheFill) restore(to http.Header) {
	header := n.w.Header()
	clear(header)
	maps.Copy(header, to)
}

// pass sends what was written so far. All that follows goes to the client at once, and nothing is stored. Requests that wait run the handler
// themselves. why is for Cache-Status.
func (n *cacheFill) pass(why string) {
	n.outcome = isPassing
	n.settle(nil, true)
	if n.stop != nil {
		n.stop()
		return
	}
	n.send("; detail=" + strconv.Quote(why))
	if n.outcome == isPassing {
		n.writer.Redirect(n.w)
	}
}

// send sends the handler's answer as far as it is written, or a 304 if the client has this version and the handler could not know it. did
// is for Cache-Status.
func (n *cacheFill) send(did string) {
	n.restore(n.header)
	n.q.m.status(n.w, n.q.fwd+"; fwd-status="+strconv.Itoa(n.status)+did)
	conditions := exchange.ConditionsOf(n.q.r)
	if n.strips && n.status == http.StatusOK && conditions.Status(n.header.Get("Etag"), n.header.Get("Last-Modified")) == http.StatusNotModified {
		n.outcome = isSent
		sendNotModified(n.w, n.q.r)
		return
	}
	n.w.WriteHeader(n.status)
	if len(n.body) > 0 {
		_, _ = n.w.Write(n.body) // an error means that the client has gone: the handler's next write has it too
	}
	n.body = nil
}

// settle tells the requests that wait the outcome.
func (n *cacheFill) settle(value []byte, isMiss bool) {
	if n.flight != nil {
		n.flight.end(value, isMiss)
		return
	}
	n.q.m.flights.settle(n.q.flight(), isMiss)
}

// finish is called when the handler has returned, and when it flushes a complete answer. It is false if the handler must run again.
func (n *cacheFill) finish() bool {
	if n.status == 0 {
		if n.ctx.Err() != nil { // the handler has ended because its client has gone
			n.outcome = isSent
			return true
		}
		n.begin(http.StatusOK)
	}
	switch n.outcome {
	case isHeld:
		n.complete()
	case isReplaced:
		if n.status == http.StatusNotModified {
			return n.renew()
		}
		n.outcome = isSent
		n.settle(nil, true)
		n.sendEntry(n.q.entry, n.q.fwd+"; fwd-status="+strconv.Itoa(n.status)+"; detail=stale-if-error")
	}
	return true
}

// complete stores the answer in memory, and sends it.
func (n *cacheFill) complete() {
	if length, known := n.length(); known && length != len(n.body) && n.status != http.StatusNoContent {
		n.pass("incomplete")
		return
	}
	for name, values := range n.w.Header() {
		if strings.HasPrefix(name, http.TrailerPrefix) {
			n.pass("trailers")
			n.w.Header()[name] = values
			return
		}
	}
	n.outcome = isSent
	if _, hasType := n.header["Content-Type"]; !hasType && len(n.body) > 0 && n.header.Get("Content-Encoding") == "" { // as net/http does
		n.header["Content-Type"] = []string{http.DetectContentType(n.body)}
		n.fields = append(n.fields, storedField{name: "Content-Type", values: n.header["Content-Type"]})
	}
	n.entry.header, n.entry.body = n.fields, n.body
	did := n.store(&n.entry)
	if n.stop == nil {
		n.send(did)
	}
}

// renew stores the entry with the headers of a 304 (RFC 9111, 3.2 and 4.3.4), and sends it. It is false if the 304 is of another version.
func (n *cacheFill) renew() bool {
	old := n.q.entry
	if tag := n.header.Get("Etag"); tag != "" && old.etag != "" && httptext.WeakEntityTag(tag) != httptext.WeakEntityTag(old.etag) {
		return false
	}
	n.outcome = isSent
	isReplacedBy := func(f storedField) bool {
		return f.name == "Date" || slices.ContainsFunc(n.fields, func(o storedField) bool { return o.name == f.name })
	}
	n.fields = slices.DeleteFunc(n.fields, func(f storedField) bool {
		return f.name == "Content-Encoding" || f.name == "Content-Range" || f.name == "Content-Type"
	})
	fields := append(slices.DeleteFunc(slices.Clone(old.header), isReplacedBy), n.fields...)
	header := maps.Clone(n.early)
	for _, f := range fields {
		header[f.name] = f.values
	}
	if age := n.header["Age"]; age != nil {
		header["Age"] = age
	}
	e, why := n.q.judge(old.status, header, fields, n.began)
	e.status, e.body, e.header = old.status, old.body, fields
	did := "; detail=" + strconv.Quote(why)
	if why == "" {
		did = n.store(&e)
	} else {
		n.settle(nil, true)
		e.born = n.began
	}
	if n.stop == nil {
		e.header = fields // also the fields that are not stored
		e.setValidators()
		n.sendEntry(&e, n.q.fwd+"; fwd-status=304"+did)
	}
	return true
}

// sendEntry sends an entry in place of the handler's answer.
func (n *cacheFill) sendEntry(e *cacheEntry, did string) {
	if n.stop == nil {
		n.restore(n.early)
		n.q.send(e, time.Now(), did)
	}
}

// store stores the answer, and gives it to the requests that wait. It sets the header of the entry to what is stored. The result is for
// Cache-Status.
func (n *cacheFill) store(e *cacheEntry) string {
	q, now := n.q, time.Now()
	e.pattern = n.inside.Pattern
	e.finish(now)
	tags, ok := n.tags.all()
	keep := q.m.keep(e, now)
	why := ""
	switch isUsed, isChanged := q.session(); {
	case isChanged:
		why = "Set-Cookie"
	case isUsed && !e.forIdentified:
		why = "credentials"
	case !ok:
		why = "tags"
	case n.ctx.Err() != nil: // the handler may have ended early
		why = "interrupted"
	case keep < time.Millisecond:
		why = "stale"
	}
	if why != "" {
		n.settle(nil, why != "interrupted")
		return "; detail=" + strconv.Quote(why)
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(n.ctx), storeTimeout)
	defer cancel()
	did := "; stored"
	value, err := q.put(ctx, e, CacheRecord{TTL: keep, Tags: append(tags, "//"+q.host+q.path, q.path), Mark: q.mark})
	if err != nil {
		q.m.log(ctx, "the store of the cache failed", err)
		did = `; detail="store"`
	}
	if e.age(now) >= e.life { // no request may use it without validation
		value = nil
	}
	n.settle(value, value == nil)
	return did
}

// put stores an entry of a record whose last two tags are those of the URL: under the key of the URL, or in a slot of its index if answers of the URL vary. It returns the encoded entry.
func (q *cacheRequest) put(ctx context.Context, e *cacheEntry, record CacheRecord) ([]byte, error) {
	key := q.key
	var err error
	if len(e.names) > 0 || q.index != nil {
		index := cacheIndex{}
		if q.index != nil {
			index = *q.index
		}
		slot, isChanged := index.add(e, q.r, q.m.MaxVariants)
		if isChanged {
			err = q.m.Store.Put(ctx, key, CacheRecord{Value: index.encode(), TTL: q.m.MaxTTL, Tags: record.Tags[len(record.Tags)-2:], Mark: record.Mark})
		}
		key = slotKey(key, slot)
	}
	record.Value = e.encode()
	if err == nil {
		err = q.m.Store.Put(ctx, key, record)
	}
	return record.Value, err
}
