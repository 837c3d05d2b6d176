package response

import (
	"fmt"
	"net/http"

	"github.com/brio-go/brio/internal/answer"
	"github.com/brio-go/brio/internal/finite"
)

// HTTPError is an error with a status. A handler or dependency returns it, and the app's ErrorFormat writes it. Cause is
// logged and never sent; all other fields are sent to the client.
type HTTPError struct {
	Status  int         // 400 to 599
	Detail  any         // any JSON value; nil means the status phrase
	Headers http.Header // added to the answer, as Retry-After
	Cause   error       // in the log, and for errors.Is and errors.As; never sent

	// Members of formats such as ProblemDetails.
	Type     string // a URI that identifies the kind of error
	Title    string // a text for the kind of error; "" means the status phrase
	Instance string // a URI that identifies this occurrence
}

// NewError makes an HTTPError. A nil detail means the status phrase.
func NewError(status int, detail any) *HTTPError {
	if detail == nil {
		detail = http.StatusText(status)
	}
	return &HTTPError{Status: status, Detail: detail}
}

// Error is the text for logs. For a nil *HTTPError, returned as an error by mistake, the text says so.
func (e *HTTPError) Error() string {
	if e == nil {
		return "a nil *HTTPError was returned as an error; return nil itself"
	}
	if e.Status != 0 && !answer.IsErrorStatus(e.Status) { // 0 means 500
		return fmt.Sprintf("an HTTPError has the status %d; it must be 400 to 599 (%s)", e.Status, e.text())
	}
	return e.text()
}

// text is the error's text without the check of the status. It ends a recursion: Detail or Cause may hold the error itself.
func (e *HTTPError) text() string {
	if finite.IsRecursive() {
		return "…"
	}
	if e.Cause != nil {
		return fmt.Sprintf("%d %s: %v", e.Status, finite.Text(e.Detail), e.Cause)
	}
	return fmt.Sprintf("%d %s", e.Status, finite.Text(e.Detail))
}

// Unwrap returns Cause.
func (e *HTTPError) Unwrap() error {
	if e == nil {
		return nil
	}
	return e.Cause
}

// WithHeader returns a copy with one more header value. It does not change e, which other requests may use.
func (e *HTTPError) WithHeader(key, value string) *HTTPError {
	c := *e
	c.Headers = e.Headers.Clone()
	if c.Headers == nil {
		c.Headers = http.Header{}
	}
	c.Headers.Add(key, value)
	return &c
}

// WithCause returns a copy with err as the Cause, for the log.
func (e *HTTPError) WithCause(err error) *HTTPError {
	c := *e
	c.Cause = err
	return &c
}

// Info returns the fields that an ErrorFormat writes. An error without a status is a 500.
func (e *HTTPError) Info() ErrorInfo {
	if e == nil {
		e = &HTTPError{}
	}
	i := ErrorInfo{Status: e.Status, Title: e.Title, Detail: e.Detail, Type: e.Type, Instance: e.Instance}
	if i.Status == 0 {
		i.Status = http.StatusInternalServerError
	}
	if i.Title == "" {
		i.Title = http.StatusText(i.Status)
	}
	if i.Detail == nil {
		i.Detail = i.Title
	}
	return i
}

// Response returns the answer for the error, with its headers. The app's ErrorFormat writes the body, also when a handler or a
// function of OnError returns the Response.
func (e *HTTPError) Response() *Response {
	r := &Response{}
	r.answer.SetFailure(e)
	if e == nil {
		return r.Status(http.StatusInternalServerError)
	}
	r.Status(e.Info().Status).answer.AddHeaders(e.Headers)
	return r
}

// Detail is the body of an error in FastAPI's format, except for a 422, which is an HTTPValidationError.
type Detail struct {
	Detail any `json:"detail"`
}
