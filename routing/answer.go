package routing

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"reflect"

	"github.com/brio-go/brio/dependencies"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/params"
	"github.com/brio-go/brio/response"
)

// encode makes the answer of a handler's result. Its body is encoded completely: what comes after cannot fail for
// the value's sake.
func (e *endpoint) encode(q *request, result reflect.Value) (*response.Response, error) {
	if e.kind == nothing {
		return e.merge(q, q.out.Status(orDefault(e.status, http.StatusNoContent))), nil
	}
	if e.kind == dynamic && !result.IsNil() {
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
			return nil, fmt.Errorf("%s: %w", e.info.Name, err)
		}
		if out.StatusCode() == 0 {
			out.Status(orDefault(e.status, response.ClassStatus(e.class)))
		}
		return e.finish(q, e.merge(q, out))
	}
	var err error
	if e.encoder != nil {
		q.buf, err = e.encoder.Append(q.buf[:0], result)
	} else {
		q.buf, err = e.table.models.Append(q.buf[:0], result.Interface())
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", e.info.Name, err)
	}
	q.out.Become(response.ClassMediaType(e.class), q.buf)
	return e.finish(q, e.merge(q, q.out.Status(orDefault(e.status, response.ClassStatus(e.class)))))
}

func orDefault(status, fallback int) int {
	if status != 0 {
		return status
	}
	return fallback
}

// direct answers with a Response that the handler returned: as it is, or with the temporal headers and cookies where
// MergeAlways says so. The temporal Response itself may be returned too.
func (e *endpoint) direct(q *request, r *response.Response) (*response.Response, error) {
	if r == nil {
		return nil, fmt.Errorf("%s: the handler returned a nil *Response and no error", e.info.Name)
	}
	if e.mergeAlways {
		r.Keep(q.Temporal())
	}
	return e.finish(q, r)
}

// merge adds what was set on the temporal Response to an answer made of a plain value.
func (e *endpoint) merge(q *request, out *response.Response) *response.Response {
	out.Adopt(q.Temporal())
	return out
}

// finish encodes what is not yet.
func (e *endpoint) finish(q *request, out *response.Response) (*response.Response, error) {
	if err := out.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", e.info.Name, err)
	}
	buf, err := out.Encode(q.buf, e.table.models.Append)
	q.buf = buf
	if err != nil {
		return nil, fmt.Errorf("%s: %w", e.info.Name, err)
	}
	return out, nil
}

// write sends status, headers and body.
func (e *endpoint) write(q *request, out *response.Response) {
	if err := out.Send(q.Exchange); err != nil && !q.Exchange.Written() {
		e.table.log(q.Exchange.Request(), e, "the response could not be sent", err)
		_ = e.table.internalError().Send(q.Exchange)
	}
}

// fail makes the answer of an error, from wherever it came. Clean-ups see the error first and may replace it. What is
// not meant for clients goes to the log only.
func (e *endpoint) fail(q *request, err error) *response.Response {
	r := q.Exchange.Request()
	err, unseen := q.Close(err)
	if unseen != nil {
		e.table.log(r, e, "a clean-up failed", unseen)
	}
	if dependencies.Aborts(err) {
		panic(http.ErrAbortHandler)
	}
	out, expected := answerOf(err)
	if !expected {
		e.table.log(r, e, "unhandled error", err)
	}
	if e.mergeAlways {
		out.Keep(q.Temporal())
	}
	if err := out.Err(); err == nil {
		if q.buf, err = out.Encode(q.buf, e.table.models.Append); err == nil {
			return out
		}
	}
	e.table.log(r, e, "the error could not be sent as it is", errors.Join(err, out.Err()))
	return e.table.internalError()
}

// answerOf is the answer to an error; expected is false for those that are nobody's but ours to see.
func answerOf(err error) (out *response.Response, expected bool) {
	if http, ok := errors.AsType[*response.HTTPError](err); ok {
		return http.Response(), http.Cause == nil || http.Status < 500
	}
	if invalid, ok := errors.AsType[*params.ValidationError](err); ok {
		return response.JSON(response.Detail{Detail: invalid.Errors}).Status(http.StatusUnprocessableEntity), true
	}
	status, detail := http.StatusInternalServerError, any(nil)
	switch {
	case errors.Is(err, exchange.ErrTooLarge), errors.Is(err, params.ErrTooComplex):
		status = http.StatusRequestEntityTooLarge
	case errors.Is(err, params.ErrMediaType):
		status = http.StatusUnsupportedMediaType
	case errors.Is(err, exchange.ErrRead), errors.Is(err, params.ErrTooDeep):
		status, detail = http.StatusBadRequest, "There was an error parsing the body"
	}
	return response.NewError(status, detail).Response(), status != http.StatusInternalServerError
}

// internalError is the answer when nothing else can be said, encoded already.
func (t *Table) internalError() *response.Response {
	return response.Bytes("application/json", []byte(`{"detail":"Internal Server Error"}`)).Status(http.StatusInternalServerError)
}

// log writes what clients do not see.
func (t *Table) log(r *http.Request, e *endpoint, msg string, err error) {
	attrs := []slog.Attr{
		slog.String("method", r.Method), slog.String("route", e.info.Path), slog.String("handler", e.info.Name),
		slog.String("place", e.route.place), slog.String("error", err.Error()),
	}
	if p, ok := errors.AsType[*dependencies.PanicError](err); ok {
		attrs = append(attrs, slog.String("stack", string(p.Stack)))
	}
	t.logger.LogAttrs(context.WithoutCancel(r.Context()), slog.LevelError, msg, attrs...)
}
