package route

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"reflect"

	"github.com/brio-go/brio/dependencies"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/finite"
	"github.com/brio-go/brio/internal/invoke"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/routing"
)

// encode makes the answer of a handler's result. Its body is encoded completely: what comes after cannot fail for
// the value's sake. No Response and no error: what is in the buffer is the body, and there is nothing else to say.
func (e *endpoint) encode(q *request, value *invoke.Value) (*response.Response, error) {
	switch e.kind {
	case nothing:
		return e.nothing(q)
	case modelled:
		if e.encoder.Validates() {
			if err := e.check(q.Exchange.Request().Context(), value.Reflect(e.plan.Result)); err != nil {
				return nil, err
			}
		}
		buf, err := e.encoder.AppendAt(q.buf[:0], value.AddrIn(e.inWords))
		q.keep(buf)
		if e.bare && err == nil && q.Silent() {
			return nil, nil
		}
		return e.encoded(q, err)
	case texts:
		if e.bare && q.Silent() {
			q.buf = q.buf[:0]
			q.buf = append(q.buf, value.Text()...)
			return nil, nil
		}
		return e.text(q, value)
	}
	result := value.Reflect(e.plan.Result)
	if result.Kind() == reflect.Interface && !result.IsNil() {
		if r, ok := result.Interface().(*response.Response); ok {
			return e.direct(q, r)
		}
	}
	switch e.kind {
	case direct:
		return e.direct(q, result.Interface().(*response.Response))
	case classed:
		out, _, err := response.Render(e.class, result.Interface())
		if err != nil {
			return nil, fmt.Errorf("%s: %w", e.name, err)
		}
		if out.StatusCode() == 0 {
			out.Status(e.statusOr(response.ClassStatus(e.class)))
		}
		return e.finishValue(q, e.merge(q, out))
	case stream:
		return e.iterate(q, result)
	}
	var err error
	if e.encoder != nil {
		if result.Kind() != reflect.Interface { // its methods may keep a pointer to it, and it stands in memory that is used again
			own := reflect.New(result.Type()).Elem()
			own.Set(result)
			result = own
		}
		if e.encoder.Validates() {
			if err := e.check(q.Exchange.Request().Context(), result); err != nil {
				return nil, err
			}
		}
		q.buf, err = e.encoder.Append(q.buf[:0], result)
	} else {
		q.buf, err = e.table.models.Append(q.buf[:0], result.Interface())
	}
	return e.encoded(q, err)
}

// encoded makes the answer of a value whose JSON is in the buffer, unless it could not be encoded.
func (e *endpoint) encoded(q *request, err error) (*response.Response, error) {
	if err != nil {
		return nil, fmt.Errorf("%s: %w", e.name, err)
	}
	typ, body := e.contentType, q.buf
	if q.offer > 0 {
		typ = exchange.ContentTypeOf(e.offers()[q.offer].MediaType)
		if body, err = e.encodeAs(q); err != nil {
			return nil, fmt.Errorf("%s: %w", e.name, err)
		}
	}
	q.out().SetBody(typ, body)
	return e.finishValue(q, e.merge(q, q.out().Status(int(e.success))))
}

// text makes the answer of a string, copied into the buffer, or of a []byte, which is not copied.
func (e *endpoint) text(q *request, value *invoke.Value) (*response.Response, error) {
	var body []byte
	if e.plan.Result.Kind() == reflect.String {
		q.buf = append(q.buf[:0], value.Text()...)
		body = q.buf
	} else {
		body = value.Reflect(e.plan.Result).Bytes()
	}
	q.out().SetBody(e.contentType, body)
	return e.finishValue(q, e.merge(q, q.out().Status(int(e.success))))
}

// finishValue is finish for the answer that a value became: what it is depends on what the client accepts and has.
func (e *endpoint) finishValue(q *request, out *response.Response) (*response.Response, error) {
	if e.negotiates {
		out.AddHeader("Vary", "Accept")
	}
	if e.autoETag || out.HasHeader() {
		if err := out.Revalidate(q.Exchange.Request(), e.autoETag); err != nil {
			return nil, err
		}
	}
	return e.finish(q, out)
}

// nothing answers for a handler without a result: with no body or, where NullResults says so, with null.
func (e *endpoint) nothing(q *request) (*response.Response, error) {
	if !e.nulls || noBody(int(e.status)) {
		return e.finish(q, e.merge(q, q.out().Status(e.statusOr(http.StatusNoContent))))
	}
	q.buf = q.buf[:0] // of what is no JSON, empty
	if response.RendersModel(e.class) {
		q.buf = append(q.buf, "null"...)
	}
	q.out().SetBody(e.contentType, q.buf)
	return e.finish(q, e.merge(q, q.out().Status(e.statusOr(http.StatusOK))))
}

// statusOr is the route's own status or, where it has none, another.
func (e *endpoint) statusOr(fallback int) int {
	if e.status != 0 {
		return int(e.status)
	}
	return fallback
}

// direct answers with a Response that the handler returned: as it is, or with the temporal headers and cookies where
// MergeAlways says so. The temporal Response itself may be returned too.
func (e *endpoint) direct(q *request, r *response.Response) (*response.Response, error) {
	if r == nil {
		return nil, fmt.Errorf("%s: the handler returned a nil *Response and no error", e.name)
	}
	out := q.out()
	out.Copy(r) // the program may keep r, and the copy takes up the pool's buffer and what is the request's own
	q.made, q.before = out, nil
	if r == q.Temporal() {
		out.SetTasks(nil) // they are run as the temporal Response's
	} else {
		q.kept, q.tasks = r, r.Tasks().Len()
		if e.mergeAlways {
			out.AddTemporal(q.Temporal())
			q.snapshot(out)
		}
	}
	return e.finish(q, out)
}

// merge adds what was set on the temporal Response to an answer made of a plain value.
func (e *endpoint) merge(q *request, out *response.Response) *response.Response {
	out.MergeTemporal(q.Temporal())
	q.snapshot(out)
	return out
}

// snapshot notes what a stream has of the temporal Response: its iterator may set more.
func (q *request) snapshot(out *response.Response) {
	if t := q.Temporal(); t != nil && out.Streams() {
		q.before = t.Snapshot()
	}
}

// finish encodes what is not yet.
func (e *endpoint) finish(q *request, out *response.Response) (*response.Response, error) {
	if out.Ready() {
		return out, nil
	}
	if err := out.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", e.name, err)
	}
	if made, ok := out.Failure(); ok {
		e.table.format(q.Exchange, out, made)
	}
	buf, err := out.Encode(q.buf, e.table.models.Append)
	q.buf = buf
	if err != nil {
		return nil, fmt.Errorf("%s: %w", e.name, err)
	}
	return out, nil
}

// write sends status, headers and body. It reports whether all of it went.
func (e *endpoint) write(q *request, out *response.Response) bool {
	q.stage, q.sent = sending, out
	var err error
	if f := q.file; f != nil {
		q.file = nil
		err = out.SendFile(q.Exchange, f)
	} else {
		err = out.Send(q.Exchange)
	}
	if err != nil && !q.Exchange.Written() {
		if _, refused := finite.As[*response.HTTPError](err); refused {
			err = e.failing.answer(q.Exchange, err, &q.buf, q.Temporal()).Send(q.Exchange)
		}
	}
	q.stage = delivering
	if err == nil || q.flow != nil && q.flow.Events() && is(err, routing.ErrShutdown) { // the client comes back by itself
		return true
	}
	e.broken(q, out, err)
	return false
}

// broken ends an answer that could not be sent, or not to its end: clean-ups learn why, and what has begun is cut off
// rather than left to look complete.
func (e *endpoint) broken(q *request, out *response.Response, err error) {
	begun := q.Exchange.Written()
	gone, err := goneBy(q, errors.Join(err, q.endStream()))
	switch {
	case gone || dependencies.Aborts(err):
	case is(err, routing.ErrShutdown):
		e.log(q.Exchange, slog.LevelWarn, "a stream was cut off by the shutdown", err)
	default:
		e.log(q.Exchange, slog.LevelError, "the response could not be sent", err)
	}
	e.notRun(q, out, err)
	e.settle(q, err)
	if begun {
		panic(http.ErrAbortHandler)
	}
	_ = e.table.internalError(q.Exchange).Send(q.Exchange)
}

// settle runs the clean-ups of a request that failed with err, which has been logged, after its answer had begun: what
// they make of it nobody else will see.
func (e *endpoint) settle(q *request, err error) {
	outcome, unseen := q.Close(err)
	if !is(outcome, err) {
		unseen = errors.Join(outcome, unseen)
	}
	if unseen != nil {
		e.log(q.Exchange, slog.LevelError, "a clean-up failed", unseen)
	}
}

// clientGone ends a request whose client is not there any more.
type clientGone struct{ cause error }

func (e *clientGone) Error() string {
	if is(e.cause, context.DeadlineExceeded) { // of Timeout
		return "the answer was too late: " + text(e.cause)
	}
	return "the client has gone: " + text(e.cause)
}
func (e *clientGone) Unwrap() error { return e.cause }

// goneBy makes err a clientGone when it comes of the client's having gone, which is nobody's mistake.
func goneBy(q *request, err error) (gone bool, _ error) {
	if !is(q.Context().Err(), context.Canceled) || dependencies.PanicOf(err) != nil {
		return false, err
	}
	if !is(err, exchange.ErrConnection) && !is(err, context.Canceled) {
		return false, err
	}
	return true, &clientGone{err}
}

// is is errors.Is for errors of any type, also of one whose methods panic, and of one that wraps itself.
func is(err, target error) bool { return finite.Is(err, target) }

// statusClientGone is what proxies log for it; no client sees it.
const statusClientGone = 499
