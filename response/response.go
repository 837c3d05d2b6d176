package response

import (
	"context"
	"fmt"
	"net/http"

	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/internal/answer"
)

// Response is one answer, temporal or direct. A temporal Response belongs to its request. The program may keep a direct one
// and return it to many requests, also at the same time, unless its body is a stream: the framework copies it and only reads
// the original. The methods are not safe for concurrent use.
type Response struct {
	answer answer.Answer
}

// Header returns the header of the answer, which the caller may read and change. Content-Length is always computed.
func (r *Response) Header() http.Header { return r.answer.Header() }

// Status sets the status code. It wins over the status of the route and of the class. Dependencies run before the handler, so
// the handler's status wins over theirs. 0 removes the status that was set.
func (r *Response) Status(code int) *Response {
	r.answer.SetStatus(code)
	return r
}

// StatusCode is the status that was set, 0 for none.
func (r *Response) StatusCode() int { return r.answer.Status() }

// SetHeader replaces the values of a header.
func (r *Response) SetHeader(key, value string) *Response {
	r.answer.SetHeader(key, value)
	return r
}

// AddHeader appends a value to a header. It replaces the value of a header that can have one only, such as Content-Type or
// Location.
func (r *Response) AddHeader(key, value string) *Response {
	r.answer.AddHeader(key, value)
	return r
}

// SetCookie sets a cookie, such as one made by cookies.New. The cookie is copied. It replaces a cookie of the same name, path
// and domain. A cookie that browsers would refuse (cookies.Check) makes the answer a 500, and the log has the reason.
func (r *Response) SetCookie(c *http.Cookie) *Response {
	if err := cookies.Check(c); err != nil {
		r.answer.Fail(fmt.Errorf("response: SetCookie: %w", err))
		return r
	}
	r.answer.SetCookie(c)
	return r
}

// DeleteCookie makes the client delete a cookie: it sends the cookie with Max-Age=0 and Expires at the Unix epoch. Path,
// Domain and the other attributes come from like. They must be the ones that the cookie was set with. The defaults are Path=/
// and SameSite=Lax.
func (r *Response) DeleteCookie(name string, like ...*http.Cookie) *Response {
	return r.SetCookie(cookies.Delete(name, like...))
}

// Cookies are the cookies set so far, in order, as a client reads them.
func (r *Response) Cookies() []*http.Cookie { return r.answer.Cookies() }

// MediaType sets the Content-Type of the body.
func (r *Response) MediaType(t string) *Response {
	r.answer.SetMediaType(t)
	return r
}

// Background adds a task that runs after the response has been sent, and after the tasks of the request's *BackgroundTasks.
//   - A running task may add tasks to the temporal Response or to the returned one: they run too.
//   - A task added to the temporal Response after its request has ended is logged and does not run.
//   - A task added to a Response that the program keeps runs when that Response is returned the next time.
func (r *Response) Background(task func(context.Context) error) *Response {
	r.answer.AddTask(task)
	return r
}

// EarlyHints tells the client before the answer which resources to load. Each link is the value of a Link header, such as
// `</app.css>; rel=preload; as=style`. On the temporal Response it sends an interim 103 at once (RFC 8297), over HTTP/1.1
// and later. The answer has the links too, for clients that ignore 103.
func (r *Response) EarlyHints(links ...string) *Response {
	r.answer.EarlyHints(links)
	return r
}
