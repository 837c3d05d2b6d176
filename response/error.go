package response

import (
	"fmt"
	"net/http"
)

// HTTPError is an error with a status: returned by a handler or dependency it becomes {"detail": Detail}. Status,
// Detail and Headers are sent to clients; Cause is logged and never sent.
type HTTPError struct {
	Status  int
	Detail  any // any JSON value; nil is the status phrase
	Headers http.Header
	Cause   error
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
	if e.Cause != nil {
		return fmt.Sprintf("%d %v: %v", e.Status, e.Detail, e.Cause)
	}
	return fmt.Sprintf("%d %v", e.Status, e.Detail)
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

// Response is the error as it goes out: {"detail": Detail} with its headers. Without a status it is a 500.
func (e *HTTPError) Response() *Response {
	if e == nil {
		e = &HTTPError{}
	}
	status, detail := e.Status, e.Detail
	if status == 0 {
		status = http.StatusInternalServerError
	}
	if detail == nil {
		detail = http.StatusText(status)
	}
	r := JSON(Detail{detail}).Status(status)
	for key, values := range e.Headers {
		for _, v := range values {
			r.AddHeader(key, v)
		}
	}
	return r
}

// Detail is the body of every error that is not a validation error's list.
type Detail struct {
	Detail any `json:"detail"`
}
