package response

import (
	"fmt"
	"net/http"

	"github.com/brio-go/brio/internal/finite"
)

// HTTPError is an error with a status: returned by a handler or dependency it is written in the app's ErrorFormat. Cause
// is logged and never sent; everything else is sent to clients.
type HTTPError struct {
	Status  int
	Detail  any // any JSON value; nil is the status phrase
	Headers http.Header
	Cause   error

	// What some formats have beside the detail, as ProblemDetails does.
	Type     string // a URI that identifies the kind of error
	Title    string // what the kind of error is; "" is the status phrase
	Instance string // a URI that identifies this occurrence
}

// NewError makes an HTTPError; a nil detail is the phrase of the status.
func NewError(status int, detail any) *HTTPError {
	if detail == nil {
		detail = http.StatusText(status)
	}
	return &HTTPError{Status: status, Detail: detail}
}

// Error is for logs. That of a nil *HTTPError, which a function returned as an error by mistake, says so.
func (e *HTTPError) Error() string {
	if e == nil {
		return "a nil *HTTPError was returned as an error; return nil itself"
	}
	if !e.legalStatus() {
		return e.illegalStatusError().Error()
	}
	return e.text()
}

func (e *HTTPError) text() string {
	if finite.IsRecursive() { // its detail or cause is the error itself
		return "…"
	}
	if e.Cause != nil {
		return fmt.Sprintf("%d %s: %v", e.Status, finite.Text(e.Detail), e.Cause)
	}
	return fmt.Sprintf("%d %s", e.Status, finite.Text(e.Detail))
}

// legalStatus reports whether the status is that of an error. None is a 500.
func (e *HTTPError) legalStatus() bool {
	return e == nil || e.Status == 0 || IsErrorStatus(e.Status)
}

// IsErrorStatus reports whether a status can be that of an error: 400 to 599, and the 304 of Precondition.
func IsErrorStatus(status int) bool {
	return status >= 400 && status <= 599 || status == http.StatusNotModified
}

// illegalStatusError is the error of an HTTPError whose status is none of an error. It is a 500: clean-ups have seen an error, so the
// client must not read success.
func (e *HTTPError) illegalStatusError() error {
	return fmt.Errorf("an HTTPError has the status %d; it must be 400 to 599 (%s)", e.Status, e.text())
}

// Unwrap is the cause.
func (e *HTTPError) Unwrap() error {
	if e == nil {
		return nil
	}
	return e.Cause
}

// WithHeader returns a copy with one more header value; e itself may be shared and stays as it is.
func (e *HTTPError) WithHeader(key, value string) *HTTPError {
	c := *e
	c.Headers = e.Headers.Clone()
	if c.Headers == nil {
		c.Headers = http.Header{}
	}
	c.Headers.Add(key, value)
	return &c
}

// WithCause returns a copy with the error behind it, for the log.
func (e *HTTPError) WithCause(err error) *HTTPError {
	c := *e
	c.Cause = err
	return &c
}

// Info is what an ErrorFormat writes of the error. Without a status it is a 500.
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

// Response is the error as it goes out, with its headers: in the app's ErrorFormat, also when the Response is returned by
// a handler or by a function of OnError.
func (e *HTTPError) Response() *Response {
	r := &Response{content: failed, value: e}
	if e == nil {
		return r.Status(http.StatusInternalServerError)
	}
	return r.Status(e.Info().Status).addHeaders(e.Headers)
}

func (r *Response) addHeaders(h http.Header) *Response {
	for key, values := range h {
		for _, v := range values {
			r.AddHeader(key, v)
		}
	}
	return r
}

// Failed makes the answer of an error in a format.
func Failed(f ErrorFormat, i *ErrorInfo, headers http.Header) *Response {
	return JSON(f.Body(i)).MediaType(f.MediaType()).Status(i.Status).addHeaders(headers)
}

// TypedError makes the answer of an error whose JSON is the body.
func TypedError(status int, mediaType string, body any, headers http.Header) *Response {
	return JSON(body).MediaType(mediaType).Status(status).addHeaders(headers)
}

// Failure is the error that r was made of by HTTPError.Response, as long as it has no format; false for other Responses.
func (r *Response) Failure() (*HTTPError, bool) {
	if r.content != failed {
		return nil, false
	}
	e, _ := r.value.(*HTTPError)
	return e, true
}

// Format gives the body to a Response that was made of an error. Status, headers and cookies are as they were.
func (r *Response) Format(f ErrorFormat, i *ErrorInfo) {
	if e, ok := r.Failure(); ok && !e.legalStatus() {
		r.fail(e.illegalStatusError())
	}
	r.content, r.value = encoded, f.Body(i)
	if r.mediaType == nil {
		r.MediaType(f.MediaType())
	}
}

// Detail is the body of every error that is not a validation error's list, in FastAPI's format.
type Detail struct {
	Detail any `json:"detail"`
}
