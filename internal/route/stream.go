package route

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"slices"
	"time"

	"github.com/brio-go/brio/internal/answer"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/injectables"
	"github.com/brio-go/brio/internal/iterate"
	"github.com/brio-go/brio/internal/panics"
	"github.com/brio-go/brio/internal/sse"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/routing"
)

// defaultPing is the silence before a ping on an event stream that sets none.
const defaultPing = 15 * time.Second

// event is the method of response.Event[T] that the engine calls.
type event interface{ ServerSentEvent() sse.Event }

var (
	eventType = reflect.TypeFor[event]()
	anyType   = reflect.TypeFor[any]()
)

// readItemType reads the item type of a stream and returns the type that goes through the response model.
func (e *endpoint) readItemType(item reflect.Type, fail func(found, legal string)) reflect.Type {
	if e.class.Events {
		e.items |= sentAsEvents
	}
	switch {
	case item.Kind() == reflect.Interface:
		item = anyType // each by its own type
	case item.Implements(eventType) && item.Kind() == reflect.Struct:
		e.items |= sentAsEvents | eventItems
		field, _ := item.FieldByName("Data")
		if item = field.Type; item.Kind() == reflect.Interface {
			item = anyType
		}
	case item.Implements(eventType):
		fail(fmt.Sprintf("a stream of %s", item), "events are values: iter.Seq2[response.Event[T], error], which is response.Events[T]")
	}
	if item == anyType {
		e.items |= interfaceItems
	}
	return item
}

// withEndingContext gives the request a context of its own, because its answer may be a stream that the shutdown must end. Until the
// handler has returned a stream, the shutdown does not end the context.
func (e *endpoint) withEndingContext(q *request, r *http.Request) *http.Request {
	ctx := q.newContext(r.Context())
	if e.plan.Marks.Has(injectables.UsesRequest) {
		r = r.WithContext(ctx)
	}
	return r
}

// newContext gives the request a context of its own, which rare.cancel ends.
func (q *request) newContext(parent context.Context) context.Context {
	ctx, cancel := context.WithCancelCause(parent)
	q.SetContext(ctx)
	q.writeRare().cancel = cancel
	return ctx
}

// open begins a stream after the clean-ups of BeforeResponse. From here on the shutdown ends it. open produces the first chunk before
// it sends the headers, so an error of the first chunk has its own status, and headers that the iterator sets until then count. The
// headers of events are sent earlier if the first event takes longer than the ping interval.
func (e *endpoint) open(q *request) error {
	out := &q.answer
	if q.hasTasks() {
		q.exchange.CloseConnection()
	}
	if err := e.produceFirst(q); err != nil {
		return err
	}
	if q.exchange.Written() {
		return nil
	}
	if before := q.rare.temporalBefore; before != nil {
		out.MergeTemporalSince(before, q.temporal(), e.kind == stream || e.kind == classed)
	}
	if q.rare.flow.Events() {
		eventHeaders(out)
	}
	return e.named(out.Check())
}

// produceFirst produces the first chunk of a stream that ready has opened.
func (e *endpoint) produceFirst(q *request) error {
	flow := q.rare.flow
	if q.rare.cancel == nil {
		q.newContext(q.Context())
	}
	cancel := q.rare.cancel
	life := e.table.lifecycle
	q.writeRare().unbind = context.AfterFunc(life.draining, func() {
		life.streams.Add(1)
		cancel(routing.ErrShutdown)
	})
	flow.Context, flow.Interrupt = q.Context(), cancel
	flow.WriteTimeout, flow.Ping = max(e.writeTimeout, 0), max(e.ping, 0)
	if flow.Events() {
		early, x := &answer.Answer{}, &q.exchange
		early.Copy(&q.answer)
		eventHeaders(early)
		flow.Early = func() (bool, error) { return early.BeginStream(x) }
	}
	if isBodiless(q.answer.Status()) || flow.Events() && q.exchange.Method() == http.MethodHead {
		return nil // the client gets no body
	}
	if e.table.lifecycle.draining.Err() != nil {
		cancel(routing.ErrShutdown)
		if flow.Events() {
			return nil // an empty stream: the client connects again, and would not after an error
		}
		return routing.ErrShutdown
	}
	err := flow.First()
	if err != nil && errorIs(err, context.Canceled) && q.isEndedByApp() {
		err = context.Cause(q.Context())
	}
	if errorIs(err, routing.ErrShutdown) && flow.Events() {
		return nil // Flow.Run ends the stream as at its end
	}
	return err
}

// isEndedByApp reports whether the shutdown has ended the request's context.
func (q *request) isEndedByApp() bool {
	return errorIs(context.Cause(q.Context()), routing.ErrShutdown)
}

// endStream ends the iterator of a stream that was not read to its end. Its deferred functions run before the clean-ups. endStream
// also ends streams that were not begun, because they may hold a file.
func (q *request) endStream() (err error) {
	if q.rare.flow != nil {
		err = catchPanic(q.rare.flow.Stop)
	}
	if q.rare.isDropped || !q.hasRare && !q.answer.IsStream() {
		return err
	}
	q.writeRare().isDropped = true
	if q.rare.flow == nil && q.answer.IsStream() {
		err = catchPanic(q.answer.DropStream)
	}
	for _, r := range q.rare.others {
		if r.IsStream() {
			err = errors.Join(err, catchPanic(r.DropStream))
		}
	}
	return err
}

// catchPanic calls stop and returns its panic as an error.
func catchPanic(stop func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = panics.Recovered(v)
		}
	}()
	return stop()
}

// iterate answers with the items of an iterator: as JSON Lines, or as server-sent events. Each item goes through the response model.
// open produces the first item. An error of a later item ends the answer early, and the engine cuts the connection, so that the
// client does not take the answer for complete.
func (e *endpoint) iterate(q *request, seq reflect.Value) error {
	if seq.IsNil() {
		return fmt.Errorf("%s: the handler returned a nil iterator", e.name)
	}
	seq = reflect.ValueOf(seq.Interface()) // a copy: later requests use the memory of the result
	q.answer.SetStatus(e.statusOr(http.StatusOK)).SetStreamOf(&q.exchange, e.lineType(), func() exchange.Source {
		next, stop := iterate.Pull(seq)
		return exchange.Source{Events: e.sendsEvents(), Stop: func() error { stop(); return nil }, Next: func() ([]byte, error) {
			item, err, ok := next()
			if !ok {
				return nil, io.EOF
			}
			if err == nil && e.encoder.Validates() {
				err = e.checkItem(q.exchange.Context(), item)
			}
			if err == nil {
				q.buf, err = e.appendItem(q.buf[:0], item)
			}
			return q.buf, err
		}}
	})
	return nil
}

// sendsEvents reports whether the items are server-sent events.
func (e *endpoint) sendsEvents() bool { return e.items&sentAsEvents != 0 }

// lineType returns the media type of a stream.
func (e *endpoint) lineType() string {
	switch {
	case e.sendsEvents():
		return sse.MediaType
	case e.class != response.ClassOf(response.JSONClass):
		return e.class.MediaType
	}
	return "application/jsonl"
}

// eventHeaders sets headers against caches and proxy buffers, which would delay events. It keeps headers that the program has set.
func eventHeaders(a *answer.Answer) {
	for _, h := range [][2]string{{"Cache-Control", "no-cache"}, {"X-Accel-Buffering", "no"}} {
		if _, set := a.Header()[h[0]]; !set {
			a.SetHeader(h[0], h[1])
		}
	}
}

// appendItem writes one line or one event.
func (e *endpoint) appendItem(dst []byte, item reflect.Value) ([]byte, error) {
	if e.sendsEvents() {
		return e.appendEvent(dst, item)
	}
	dst, err := e.appendJSON(dst, item)
	if err != nil {
		return dst, err
	}
	return append(dst, '\n'), nil
}

// appendJSON appends an item, or the data of an event, through the response model.
func (e *endpoint) appendJSON(dst []byte, v reflect.Value) ([]byte, error) {
	if e.items&interfaceItems != 0 && v.Type() != anyType {
		held := reflect.New(anyType).Elem()
		held.Set(v)
		v = held
	}
	dst, err := e.encoder.Append(dst, v)
	if err != nil {
		return dst, e.named(err)
	}
	return dst, nil
}

// appendEvent appends an event. An item that is no Event is the data of one.
func (e *endpoint) appendEvent(dst []byte, item reflect.Value) ([]byte, error) {
	var head sse.Event
	data, hasData := item, true
	held := item
	if held.Kind() == reflect.Interface && !held.IsNil() {
		held = held.Elem()
	}
	if held.Kind() == reflect.Struct && held.Type().Implements(eventType) {
		head = held.Interface().(event).ServerSentEvent()
		data = held.FieldByName("Data")
		if err := head.Check(); err != nil {
			return dst, e.named(err)
		}
		switch {
		case head.Raw != nil && !data.IsZero():
			return dst, fmt.Errorf("%s: an event has both Data and Raw", e.name)
		case head.Raw != nil:
			return sse.End(sse.Data(sse.Begin(dst, &head), *head.Raw), &head), nil
		}
		nothing := (data.Kind() == reflect.Pointer || data.Kind() == reflect.Interface) && data.IsNil()
		hasData = !head.NoData && !nothing
	}
	dst = sse.Begin(dst, &head)
	if hasData {
		start := len(dst)
		var err error
		if dst, err = e.appendJSON(append(dst, sse.DataPrefix...), data); err != nil {
			return dst, err
		}
		if text := dst[start+len(sse.DataPrefix):]; bytes.ContainsAny(text, "\r\n") { // a MarshalJSON of the program wrote line breaks
			dst = sse.Data(dst[:start], slices.Clone(text))
		} else {
			dst = append(dst, '\n')
		}
	}
	return sse.End(dst, &head), nil
}

// checkChunks checks the result of a handler whose class sends chunks unchanged.
func (e *endpoint) checkChunks(t reflect.Type, fail func(found, legal string)) {
	e.endsWithApp = true
	if t.Kind() != reflect.Interface && !answer.IsChunks(t) {
		fail(fmt.Sprintf("a class for streams, but the handler returns a %s", t), "a handler that returns "+answer.LegalChunks)
	}
}

// isBodiless reports whether responses with the status have no body (RFC 9110, 6.4.1).
func isBodiless(status int) bool {
	return status >= 100 && status < 200 || status == http.StatusNoContent || status == http.StatusResetContent || status == http.StatusNotModified
}
