package route

import (
	"context"
	"errors"
	"net/http"
	"reflect"

	"github.com/brio-go/brio/internal/answer"
	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/finite"
	"github.com/brio-go/brio/internal/panics"
	"github.com/brio-go/brio/internal/socket"
	"github.com/brio-go/brio/params"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/routing"
	"github.com/brio-go/brio/websocket"
)

// publicError is the part of an error that clients may see.
type publicError struct {
	response.ErrorInfo
	headers  http.Header
	body     any  // not nil: the body in place of the format's, an error of a declared type
	isPublic bool // the answer shows all of the error
}

// status is the status of the answer without error handlers: 500 if f is nil.
func (f *publicError) status() int {
	if f == nil {
		return http.StatusInternalServerError
	}
	return f.Status
}

// publicErrorOf returns the part of an error that clients may see. Nil means nothing: the answer is a 500.
func (t *Table) publicErrorOf(err error) *publicError {
	switch m, ok := t.clientErrorOf(err); {
	case !ok:
	case m.isHTTP && m.http != nil && m.http.Status != 0 && !answer.IsErrorStatus(m.http.Status):
		return nil // clean-ups have seen an error, so clients must not read success
	case m.isHTTP:
		f := &publicError{ErrorInfo: m.http.Info()}
		if m.http != nil {
			f.headers, f.isPublic = m.http.Headers, m.http.Cause == nil
		}
		return f
	case m.status != nil || m.declared != nil:
		return t.publicErrorOfType(m)
	default:
		f := newPublicError(http.StatusUnprocessableEntity, notValid)
		f.Errors = m.invalid.Errors
		if f.Errors == nil {
			f.Errors = []response.ErrorDetail{}
		}
		return f
	}
	return t.publicErrorOfFramework(err)
}

// publicErrorOfFramework returns the public error for an error of the framework itself: a limit, an unreadable body, the shutdown.
func (t *Table) publicErrorOfFramework(err error) *publicError {
	if _, ok := finite.As[*clientGone](err); ok {
		return newPublicError(statusClientGone, "Client Closed Request")
	}
	if own, ok := finite.As[*websocket.Error](err); ok && own != nil {
		return refusedHandshake(own.Reason)
	}
	if closed, ok := finite.As[*socket.Closed](err); ok { // Close was called before the handshake was answered
		return refusedHandshake(closed.Reason)
	}
	if wrong, ok := finite.As[*exchange.HeaderError](err); ok {
		f := newPublicError(http.StatusBadRequest, wrong.Msg)
		f.Errors = []response.ErrorDetail{{Type: wrong.Kind, Loc: []any{"header", wrong.Header}, Msg: wrong.Msg}}
		return f
	}
	if conflict, ok := finite.As[*params.ConflictError](err); ok && conflict != nil {
		f := newPublicError(http.StatusConflict, "The patch does not fit the present value")
		if f.Errors = conflict.Errors; f.Errors == nil {
			f.Errors = []response.ErrorDetail{}
		}
		return f
	}
	var status int
	var detail any
	switch {
	case errorIs(err, routing.ErrShutdown):
		f := newPublicError(http.StatusServiceUnavailable, "The server is shutting down")
		f.headers = http.Header{"Retry-After": {"1"}}
		return f
	case errorIs(err, exchange.ErrTooLarge), errorIs(err, params.ErrTooComplex):
		status = http.StatusRequestEntityTooLarge
	case errorIs(err, exchange.ErrPairs):
		status = http.StatusRequestURITooLong
		if limit, ok := finite.As[*exchange.LimitError](err); ok && limit.Place != "query" {
			status = http.StatusRequestHeaderFieldsTooLarge
		}
	case errorIs(err, params.ErrMediaType):
		f := newPublicError(http.StatusUnsupportedMediaType, nil)
		if wrong, ok := finite.As[*exchange.MediaTypeError](err); ok {
			f.headers = http.Header{"Accept": {wrong.Accepted}} // RFC 9110, 15.5.16
			if wrong.IsPatch && wrong.Accepted != "" {
				f.headers["Accept-Patch"] = f.headers["Accept"] // RFC 5789, 2.2
			}
		}
		return f
	case errorIs(err, params.ErrEncoding):
		f := newPublicError(http.StatusUnsupportedMediaType, nil)
		f.headers = http.Header{"Accept-Encoding": {"identity"}} // RFC 9110, 15.5.16
		return f
	case errorIs(err, exchange.ErrStalled):
		status = http.StatusRequestTimeout
	case errorIs(err, exchange.ErrRead), errorIs(err, params.ErrTooDeep):
		status, detail = http.StatusBadRequest, "There was an error parsing the body"
	}
	if form, ok := finite.As[*exchange.FormError](err); ok {
		detail = form.Detail
	}
	if status == 0 {
		return nil
	}
	f := newPublicError(status, detail)
	if limit, ok := finite.As[*exchange.LimitError](err); ok {
		t.explainLimit(f, limit)
	}
	return f
}

// explainLimit adds which limit the request has exceeded, in the form of validation errors. Under PlainLimits a limit that FastAPI
// has too is described in FastAPI's words alone.
func (t *Table) explainLimit(f *publicError, e *exchange.LimitError) {
	if t.plainLimits && e.FastAPIText != "" {
		f.Detail = e.FastAPIText
		return
	}
	f.Detail = e.Msg
	f.Errors = []response.ErrorDetail{{Type: e.Kind, Loc: []any{e.Place}, Msg: e.Msg, Ctx: map[string]any{e.Key: e.Limit}}}
}

// notValid is the detail of a 422 in formats that have a detail beside the list of errors.
const notValid = "The request is not valid"

// newPublicError makes a public error of the framework, which holds nothing for the log.
func newPublicError(status int, detail any) *publicError {
	return &publicError{ErrorInfo: (&response.HTTPError{Status: status, Detail: detail}).Info(), isPublic: true}
}

// clientGone wraps an error of a request whose client has closed the connection.
type clientGone struct{ cause error }

func (e *clientGone) Error() string {
	if errorIs(e.cause, context.DeadlineExceeded) { // of Timeout
		return "the answer was too late: " + errorText(e.cause)
	}
	return "the client has gone: " + errorText(e.cause)
}

func (e *clientGone) Unwrap() error { return e.cause }

// asClientGone wraps err when the client has closed the connection. The log does not report it as a failure.
func asClientGone(q *request, err error) (gone bool, _ error) {
	if !errorIs(q.Context().Err(), context.Canceled) || panics.PanicOf(err) != nil {
		return false, err
	}
	if !errorIs(err, exchange.ErrConnection) && !errorIs(err, context.Canceled) {
		return false, err
	}
	return true, &clientGone{err}
}

// errorIs is errors.Is for errors of any type: also if a method of an error panics, or an error wraps itself.
func errorIs(err, target error) bool { return finite.Is(err, target) }

// statusClientGone is the status that nginx logs for it. No client sees it.
const statusClientGone = 499

// clientError is the outermost error in a chain that has a status, or validation errors, for the client.
type clientError struct {
	http     *response.HTTPError
	isHTTP   bool
	invalid  *params.ValidationError
	status   statusError
	declared *raisedType
	err      error // the error of the declared type
}

// clientErrorOf searches a chain as errors.As does. It does not search the Cause of an HTTPError.
func (t *Table) clientErrorOf(err error) (m clientError, ok bool) {
	declare.EachError(err, func(err error) bool {
		switch e := err.(type) {
		case *response.HTTPError:
			m, ok = clientError{http: e, isHTTP: true}, true
			return true
		case *params.ValidationError:
			m, ok = clientError{invalid: e}, true
			return true
		}
		if m.declared = t.declared(err); m.declared != nil {
			m.err, ok = err, true
		}
		if e, has := err.(statusError); has {
			m.status, ok = e, true
		}
		return ok
	})
	if ok {
		return m, true
	}
	// A method As may return one of them.
	if m.http, m.isHTTP = finite.As[*response.HTTPError](err); m.isHTTP {
		return m, true
	}
	m.invalid, ok = finite.As[*params.ValidationError](err)
	return m, ok
}

// declared returns the declared type of an error, nil for others.
func (t *Table) declared(err error) *raisedType {
	if len(t.raised) == 0 {
		return nil
	}
	typ := reflect.TypeOf(err)
	if typ.Kind() == reflect.Pointer {
		typ = typ.Elem()
	}
	return t.raised[typ]
}

// publicErrorOfType returns the public error for an error of the program's own type. It is nil if the status is no error status: the
// answer is then a 500.
func (t *Table) publicErrorOfType(m clientError) *publicError {
	status := 0
	if m.declared != nil {
		status = m.declared.status
	}
	if status == 0 && m.status != nil {
		status = m.status.StatusCode()
	}
	if status < 400 || status > 599 {
		return nil
	}
	f := newPublicError(status, nil)
	if m.declared == nil || !m.declared.body {
		f.isPublic = m.declared != nil
		return f
	}
	f.body, f.isPublic = m.err, status < http.StatusInternalServerError && errors.Unwrap(m.err) == nil
	if h, ok := m.err.(interface{ Headers() http.Header }); ok {
		f.headers = h.Headers()
	}
	return f
}
