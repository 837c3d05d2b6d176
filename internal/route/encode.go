package route

import (
	"fmt"
	"net/http"
	"reflect"

	"github.com/brio-go/brio/internal/answer"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/invoke"
	"github.com/brio-go/brio/response"
)

// encode makes the answer of a handler's result. It encodes the body completely, so no later step fails because of the value. Nil
// without an error means that the buffer has the body and that the answer has no headers of its own.
func (e *endpoint) encode(q *request, value *invoke.Value) (*answer.Answer, error) {
	switch e.kind {
	case nothing:
		return e.encodeNothing(q)
	case modelled:
		if e.encoder.Validates() {
			if err := e.check(q.Exchange.Request().Context(), value.Reflect(e.plan.Result)); err != nil {
				return nil, err
			}
		}
		buf, err := e.encoder.AppendAt(q.buf[:0], value.PlaceIn(e.plan.Result, e.inlineResult))
		q.setBuffer(buf)
		if e.bare && err == nil && q.Untouched() {
			return nil, nil
		}
		return e.fromBuffer(q, err)
	case texts:
		if e.bare && q.Untouched() {
			q.buf = q.buf[:0]
			q.buf = append(q.buf, value.Text()...)
			return nil, nil
		}
		return e.encodeText(q, value)
	}
	result := value.Reflect(e.plan.Result)
	if result.Kind() == reflect.Interface && !result.IsNil() {
		if r, ok := result.Interface().(*response.Response); ok {
			return e.encodeDirect(q, response.AnswerOf(r))
		}
	}
	switch e.kind {
	case direct:
		return e.encodeDirect(q, response.AnswerOf(result.Interface().(*response.Response)))
	case classed:
		out, err := e.class.Render(result.Interface())
		if err != nil {
			return nil, fmt.Errorf("%s: %w", e.name, err)
		}
		if out.Status() == 0 {
			out.SetStatus(e.statusOr(e.class.Status))
		}
		return e.finishValue(q, e.merge(q, out))
	case stream:
		return e.iterate(q, result)
	}
	var err error
	if e.encoder != nil {
		if result.Kind() != reflect.Interface { // a method may keep a pointer to the value, whose memory later requests use
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
	return e.fromBuffer(q, err)
}

// fromBuffer makes the answer of a value whose JSON is in the buffer. err is the error of its encoding.
func (e *endpoint) fromBuffer(q *request, err error) (*answer.Answer, error) {
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
	return e.finishValue(q, e.merge(q, q.out().SetStatus(int(e.success))))
}

// encodeText makes the answer of a string, which it copies into the buffer, or of a []byte, which it does not copy.
func (e *endpoint) encodeText(q *request, value *invoke.Value) (*answer.Answer, error) {
	var body []byte
	if e.plan.Result.Kind() == reflect.String {
		q.buf = append(q.buf[:0], value.Text()...)
		body = q.buf
	} else {
		body = value.Reflect(e.plan.Result).Bytes()
	}
	q.out().SetBody(e.contentType, body)
	return e.finishValue(q, e.merge(q, q.out().SetStatus(int(e.success))))
}

// finishValue ends the encoding of a value: it adds Vary and answers 304 if the client has the value already.
func (e *endpoint) finishValue(q *request, out *answer.Answer) (*answer.Answer, error) {
	if e.negotiates {
		out.AddHeader("Vary", "Accept")
	}
	if e.autoETag || out.HasHeader() {
		if status := out.Revalidate(q.Exchange.Request(), e.autoETag); status != 0 {
			return nil, response.NewError(status, nil)
		}
	}
	return e.encodeBody(q, out)
}

// encodeNothing answers for a handler without a result: without a body or, under NullResults, with null.
func (e *endpoint) encodeNothing(q *request) (*answer.Answer, error) {
	if !e.nullResult || isBodiless(int(e.status)) {
		return e.encodeBody(q, e.merge(q, q.out().SetStatus(e.statusOr(http.StatusNoContent))))
	}
	q.buf = q.buf[:0] // empty unless the class renders JSON
	if e.class.Render == nil {
		q.buf = append(q.buf, "null"...)
	}
	q.out().SetBody(e.contentType, q.buf)
	return e.encodeBody(q, e.merge(q, q.out().SetStatus(e.statusOr(http.StatusOK))))
}

// statusOr is the status of the option Status, or fallback.
func (e *endpoint) statusOr(fallback int) int {
	if e.status != 0 {
		return int(e.status)
	}
	return fallback
}

// encodeDirect answers with a Response that the handler returned: as it is, or under MergeAlways with the headers and cookies of
// the temporal Response. The handler may return the temporal Response itself.
func (e *endpoint) encodeDirect(q *request, r *answer.Answer) (*answer.Answer, error) {
	if r == nil {
		return nil, fmt.Errorf("%s: the handler returned a nil *Response and no error", e.name)
	}
	out := q.out()
	out.Copy(r) // the program may keep r, and the copy gets buffers of the pool
	q.produced, q.temporalBefore = out, nil
	if r == q.temporal() {
		out.SetTasks(nil) // they run as tasks of the temporal Response
	} else {
		q.returned, q.returnedTasks = r, r.Tasks().Len()
		if e.mergeAlways {
			out.AddTemporal(q.temporal())
			q.snapshot(out)
		}
	}
	return e.encodeBody(q, out)
}

// encodeBody encodes the body of a Response that does not have it as bytes yet.
func (e *endpoint) encodeBody(q *request, out *answer.Answer) (*answer.Answer, error) {
	if out.IsReady() {
		return out, nil
	}
	if err := out.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", e.name, err)
	}
	e.table.formatFailure(q.Exchange, out)
	buf, err := out.Encode(q.buf, e.table.models.Append)
	q.buf = buf
	if err != nil {
		return nil, fmt.Errorf("%s: %w", e.name, err)
	}
	return out, nil
}
