package route

import (
	"fmt"
	"net/http"
	"reflect"

	"github.com/brio-go/brio/internal/answer"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/invoke"
	"github.com/brio-go/brio/internal/switches"
	"github.com/brio-go/brio/response"
)

// encode makes the answer of a handler's result. It encodes the body completely, so no later step fails because of the value.
func (e *endpoint) encode(q *request, value *invoke.Value) error {
	switch e.kind {
	case texts:
		q.setBuffer(append(q.buf[:0], value.Text()...))
	case modelled:
		if e.encoder.Validates() {
			if err := e.check(q.exchange.Context(), value.Reflect(e.plan.Result)); err != nil {
				return err
			}
		}
		buf, err := e.encoder.AppendAt(q.buf[:0], value.PlaceIn(e.plan.Result, e.plan.InlineResult))
		if q.setBuffer(buf); err != nil {
			return e.named(err)
		}
		if e.negotiates {
			return e.encodeOffer(q)
		}
	default:
		return e.encodeRare(q, value)
	}
	e.fill(q, e.contentType, q.buf)
	return nil
}

// fill makes the answer of an encoded body. It is plain unless merge has something to add to it.
func (e *endpoint) fill(q *request, typ *exchange.ContentType, body []byte) {
	q.answer.Fill(e.success, typ, body, q.Temporal() == nil && e.switches&switches.AutoETag == 0)
}

// encodeRare is encode for the kinds of results that few handlers have.
func (e *endpoint) encodeRare(q *request, value *invoke.Value) error {
	switch e.kind {
	case nothing:
		q.answer.SetStatus(e.statusOr(http.StatusNoContent))
		return nil
	case null:
		e.encodeNull(q)
		return nil
	case unmatched:
		return e.answerUnmatched(q)
	case mounted:
		return e.serveMounted(q)
	case connection:
		return e.endConnection(q)
	case fromFolder:
		return e.answerFile(q)
	case binary:
		e.fill(q, e.contentType, value.Reflect(e.plan.Result).Bytes())
		return nil
	}
	result := value.Reflect(e.plan.Result)
	if result.Kind() == reflect.Interface && !result.IsNil() || e.kind == direct {
		if r, ok := result.Interface().(*response.Response); ok {
			return e.encodeReturned(q, response.AnswerOf(r))
		}
	}
	switch e.kind {
	case classed:
		return e.encodeClassed(q, result.Interface())
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
			if err := e.check(q.exchange.Context(), result); err != nil {
				return err
			}
		}
		q.buf, err = e.encoder.Append(q.buf[:0], result)
	} else {
		q.buf, err = e.table.models.Append(q.buf[:0], result.Interface())
	}
	switch {
	case err != nil:
		return e.named(err)
	case e.negotiates:
		err = e.encodeOffer(q)
	default:
		e.fill(q, e.contentType, q.buf)
	}
	if e.isPage && err == nil {
		q.linkPage(result)
	}
	return err
}

// named adds the name of the endpoint to an error of its code, such as a value that has no JSON form. nil stays nil.
func (e *endpoint) named(err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", e.name, err)
}

// encodeOffer makes the answer of the JSON in the buffer, in the media type that the client wants.
func (e *endpoint) encodeOffer(q *request) (err error) {
	typ, body := e.contentType, q.buf
	if offer := q.rare.offer; offer > 0 {
		typ = exchange.ContentTypeOf(e.rare.offers[offer].MediaType)
		if body, err = e.encodeAs(q); err != nil {
			return e.named(err)
		}
	}
	e.fill(q, typ, body)
	q.answer.AddHeader("Vary", "Accept")
	return nil
}

// encodeNull answers null.
func (e *endpoint) encodeNull(q *request) {
	q.buf = q.buf[:0] // empty unless the class renders JSON
	if e.class.Render == nil {
		q.buf = append(q.buf, "null"...)
	}
	e.fill(q, e.contentType, q.buf)
	q.answer.SetStatus(e.statusOr(http.StatusOK))
}

// statusOr is the status of the option Status, or fallback.
func (e *endpoint) statusOr(fallback int) int {
	if e.status != 0 {
		return int(e.status)
	}
	return fallback
}

// encodeClassed answers with what the response class makes of a value.
func (e *endpoint) encodeClassed(q *request, v any) error {
	out, err := e.class.Render(v)
	if err != nil {
		return e.named(err)
	}
	q.answer.Copy(out)
	if out.Status() == 0 {
		q.answer.SetStatus(e.statusOr(e.class.Status))
	}
	return e.encodeBody(q)
}

// encodeReturned answers with a Response that the handler returned. The handler may return the temporal Response itself.
func (e *endpoint) encodeReturned(q *request, r *answer.Answer) error {
	if r == nil {
		return fmt.Errorf("%s: the handler returned a nil *Response and no error", e.name)
	}
	q.answer.Copy(r) // the program may keep r, and the copy gets buffers of the pool
	rare := q.writeRare()
	rare.temporalBefore = nil
	if r == q.temporal() {
		q.origin = merged
		q.answer.SetTasks(nil) // they run as tasks of the temporal Response
	} else {
		q.origin, rare.returned, rare.returnedTasks = returned, r, r.Tasks().Len()
	}
	return e.encodeBody(q)
}

// encodeBody encodes the body of a Response that does not have it as bytes yet.
func (e *endpoint) encodeBody(q *request) error {
	out := &q.answer
	if out.IsReady() {
		return nil
	}
	if err := out.Err(); err != nil {
		return e.named(err)
	}
	e.table.formatFailure(&q.exchange, out)
	buf, err := out.Encode(q.buf, e.table.models.Append)
	q.buf = buf
	return e.named(err)
}
