package response

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/httptext"
)

// SetETag sets the ETag of the answer: the version of the resource. SetETag quotes a text without quotes, and sends "x" and
// W/"x" unchanged. For an answer to GET that is made of a value, a client that already has this version receives 304.
func (r *Response) SetETag(tag string) *Response {
	if !strings.HasSuffix(tag, `"`) || len(tag) < 2 {
		tag = `"` + tag + `"`
	}
	if !httptext.IsEntityTag(tag) {
		r.answer.Fail(fmt.Errorf("response: SetETag(%q): an entity tag has printable characters other than quotes and spaces (RFC 9110, 8.8.3)", tag))
		return r
	}
	return r.SetHeader("ETag", tag)
}

// SetLastModified sets the time of the resource's last change, in whole seconds. A client that already has this version
// receives 304, as with SetETag.
func (r *Response) SetLastModified(t time.Time) *Response {
	return r.SetHeader("Last-Modified", t.UTC().Format(http.TimeFormat))
}

// Precondition compares ETag and Last-Modified of r with the conditions of a request (RFC 9110, 13). The error is a 304 if the
// client already has this version, and a 412 if the resource has changed since the client read it. A handler calls
// Precondition before it changes the resource, or before expensive reads, and returns the error:
//
//	if err := res.SetETag(item.Version).Precondition(r); err != nil {
//		return nil, err
//	}
//
// Without ETag and Last-Modified the resource does not exist yet: If-Match fails, and If-None-Match: * holds.
func (r *Response) Precondition(req *http.Request) error {
	status := r.answer.Condition(exchange.ConditionsOf(req))
	if status == 0 {
		return r.answer.Err()
	}
	e := NewError(status, nil)
	for _, key := range []string{"Cache-Control", "Content-Location", "ETag", "Expires", "Last-Modified", "Vary"} {
		for _, v := range r.answer.HeaderValues(http.CanonicalHeaderKey(key)) {
			e = e.WithHeader(key, v)
		}
	}
	return e
}
