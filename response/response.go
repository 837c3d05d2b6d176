package response

import (
	"bytes"
	"context"
	"fmt"
	"math"
	"net/http"
	"slices"

	"github.com/brio-go/brio/background"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/internal/exchange"
)

// Response is one answer, temporal or direct. A temporal Response belongs to its request. The program may keep a direct one
// and return it to many requests, also at the same time, unless its body is a stream: the framework copies it and only reads
// the original. The methods are not safe for concurrent use.
type Response struct {
	status    int32
	content   content
	shared    bool             // another Response has the same headers: unshare clones them before a change
	opened    bool             // Open has opened the stream for this request; Send runs it
	headers   exchange.Headers // in Fields until Header is called, then all in Map; Cookies are separate
	mediaType *exchange.ContentType
	value     any // the source of the body for encoded, streamed, fromFile and failed
	body      []byte
	exchange  *exchange.Exchange // of a temporal Response, for EarlyHints; else nil
	rare      *rare              // nil for most Responses
}

// rare holds what few Responses use. It is nil for most, which saves 24 bytes for each.
type rare struct {
	tasks *background.Tasks
	err   error // the first misuse; the answer is then a 500
}

// writeRare returns r.rare and allocates it first if it is nil.
func (r *Response) writeRare() *rare {
	if r.rare == nil {
		r.rare = &rare{}
	}
	return r.rare
}

// content is the kind of body that a Response has.
type content uint8

const (
	none content = iota
	raw
	encoded  // value, encoded as JSON when the Response is sent
	streamed // value is an *exchange.Flow, which is sent once
	fromFile // value is a *file, opened when the Response is sent
	failed   // value is an *HTTPError, which the ErrorFormat of the app turns into JSON
)

// Header returns the header of the answer, which the caller may read and change. Content-Length is always computed.
func (r *Response) Header() http.Header {
	r.unshare()
	h := &r.headers
	if h.Map == nil {
		h.Map = make(http.Header, len(h.Fields))
		for i := range h.Fields {
			h.Map[h.Fields[i].Name()] = h.Fields[i].Values()
		}
		h.Fields = nil
	}
	return h.Map
}

// Status sets the status code. It wins over the status of the route and of the class. Dependencies run before the handler, so
// the handler's status wins over theirs. 0 removes the status that was set.
func (r *Response) Status(code int) *Response {
	r.status = int32(min(max(code, math.MinInt32), math.MaxInt32)) // an illegal status stays illegal, for Check
	return r
}

// StatusCode is the status that was set, 0 for none.
func (r *Response) StatusCode() int { return int(r.status) }

// SetHeader replaces the values of a header.
func (r *Response) SetHeader(key, value string) *Response {
	if r.headers.Map == nil {
		if f, legal := exchange.NewField(key, value); legal {
			r.setField(f)
			return r
		}
	}
	r.Header()[exchange.CanonicalKey(key)] = []string{value}
	return r
}

// AddHeader appends a value to a header. It replaces the value of a header that can have one only, such as Content-Type or
// Location.
func (r *Response) AddHeader(key, value string) *Response {
	key = exchange.CanonicalKey(key)
	if singleValued[key] || len(r.get(key)) == 0 {
		return r.SetHeader(key, value)
	}
	h := r.Header()
	h[key] = append(h[key], value)
	return r
}

// SetCookie sets a cookie, such as one made by cookies.New. The cookie is copied. It replaces a cookie of the same name, path
// and domain. A cookie that browsers would refuse (cookies.Check) makes the answer a 500, and the log has the reason.
func (r *Response) SetCookie(c *http.Cookie) *Response {
	if err := cookies.Check(c); err != nil {
		r.fail(fmt.Errorf("response: SetCookie: %w", err))
		return r
	}
	r.putCookie(cookieLine(c))
	return r
}

// DeleteCookie makes the client delete a cookie: it sends the cookie with Max-Age=0 and Expires at the Unix epoch. Path,
// Domain and the other attributes come from like. They must be the ones that the cookie was set with. The defaults are Path=/
// and SameSite=Lax.
func (r *Response) DeleteCookie(name string, like ...*http.Cookie) *Response {
	return r.SetCookie(cookies.Delete(name, like...))
}

// putCookie appends a Set-Cookie line. It first removes a line for the same cookie, so that the last one wins.
func (r *Response) putCookie(line string) {
	r.unshare()
	set := r.headers.Cookies
	for i, other := range set {
		if sameCookie(line, other) {
			set = slices.Delete(set, i, i+1)
			break
		}
	}
	r.headers.Cookies = append(set, line)
}

// Cookies are the cookies set so far, in order, as a client reads them.
func (r *Response) Cookies() []*http.Cookie {
	var out []*http.Cookie
	for _, line := range r.headers.Cookies {
		if c, err := http.ParseSetCookie(line); err == nil { // SetCookie has checked them
			out = append(out, c)
		}
	}
	return out
}

// MediaType sets the Content-Type of the body.
func (r *Response) MediaType(t string) *Response {
	r.mediaType = exchange.ContentTypeOf(t)
	return r
}

// Background adds a task that runs after the response has been sent, and after the tasks of the request's *BackgroundTasks.
//   - A running task may add tasks to the injected Response or to the returned one: they run too.
//   - A task added to the injected Response after its request has ended is logged and does not run.
//   - A task added to a Response that the program keeps runs when that Response is returned the next time.
func (r *Response) Background(task func(context.Context) error) *Response {
	if owner, ended := r.value.(background.Owner); ended && r.content == none {
		owner.TaskAfterEnd()
		return r
	}
	rare := r.writeRare()
	if rare.tasks == nil {
		rare.tasks = &background.Tasks{}
	}
	rare.tasks.Add(task)
	return r
}

// Tasks are the tasks that Background has added, nil for none.
func (r *Response) Tasks() *background.Tasks {
	if r.rare == nil {
		return nil
	}
	return r.rare.tasks
}

// SetTasks replaces the tasks.
func (r *Response) SetTasks(t *background.Tasks) {
	if r.rare != nil || t != nil {
		r.writeRare().tasks = t
	}
}

// Err is the first misuse of the Response, such as a cookie that clients refuse.
func (r *Response) Err() error {
	if r.rare == nil {
		return nil
	}
	return r.rare.err
}

// Ready reports whether the body is encoded and the Response was not misused. Encode then has nothing to do.
func (r *Response) Ready() bool { return r.content == raw && r.Err() == nil }

// HasHeader reports whether a header was set.
func (r *Response) HasHeader() bool { return r.headers.Map != nil || len(r.headers.Fields) > 0 }

func (r *Response) fail(err error) {
	if r.Err() == nil {
		r.writeRare().err = err
	}
}

// Encode is a function that appends the JSON of v to dst.
type Encode = func(dst []byte, v any) ([]byte, error)

// Encode encodes the value of a JSON Response into buf. It returns the buffer, which may have grown, for the next use; the
// Response refers to it until it is sent. For a file it checks that the file exists. Other Responses have nothing to encode.
// After Encode only the connection can make Send fail.
func (r *Response) Encode(buf []byte, encode Encode) ([]byte, error) {
	switch r.content {
	case encoded:
	case failed: // no ErrorFormat was applied
		e, _ := r.value.(*HTTPError)
		i := e.Info()
		r.Format(FastAPIErrors(), &i)
	case fromFile:
		return buf, r.file().stat()
	default:
		return buf, nil
	}
	out, err := encode(buf[:0], r.value)
	if err != nil {
		return buf, err
	}
	r.content, r.body, r.value = raw, out, nil
	return out, nil
}

// Copy makes r the same answer as other. Later changes of r do not change other, so a Response that the program returns to
// several requests never receives the cookies or the buffer of one of them. Copy only reads other: several requests may
// copy it at once. A stream of r counts as not opened.
func (r *Response) Copy(other *Response) {
	*r = *other
	r.shared, r.opened, r.exchange = true, false, nil
	if other.rare != nil {
		r.rare = &rare{other.rare.tasks.Clone(), other.rare.err}
	}
}

// Clone returns a copy that the program may keep and change. It shares no headers, cookies or tasks with r. A body in the
// memory of pooled is copied too, because the caller will reuse that buffer.
func (r *Response) Clone(pooled []byte) *Response {
	c := &Response{}
	c.Copy(r)
	c.unshare()
	if len(r.body) > 0 && cap(pooled) > 0 && &r.body[0] == &pooled[:1][0] {
		c.body = bytes.Clone(r.body)
	}
	return c
}

// SetBody gives r an encoded body and its media type. The body is not copied.
func (r *Response) SetBody(typ *exchange.ContentType, body []byte) {
	r.content, r.mediaType, r.body = raw, typ, body
}

// Check returns an error for a Response that cannot be sent: it was misused (Err), it was made of an HTTPError whose status
// is no error status, or its status, headers or media type are illegal. Send refuses such a Response too, but after the
// clean-ups have run.
func (r *Response) Check() error {
	if err := r.Err(); err != nil {
		return err
	}
	return exchange.Check(r.finalStatus(), &r.headers, r.mediaType)
}

// Send writes status, headers and body. It is called once. A *HTTPError, returned before anything was written, is the answer
// to send instead: the file does not meet a condition or a range of the request. Any other error returned before anything
// was written is one that Check reports.
func (r *Response) Send(x *exchange.Exchange) error {
	if r.content == streamed {
		return r.sendStream(x)
	}
	if r.content == fromFile {
		f, err := r.OpenFile(x.Request())
		if err != nil {
			return err
		}
		return r.SendFile(x, f)
	}
	mediaType := r.mediaType
	if r.content == none {
		mediaType = nil
	}
	if r.Tasks().Len() > 0 {
		x.ForceContentLength() // the answer is flushed before the tasks run
	}
	return x.Send(r.finalStatus(), r.finalHeaders(), mediaType, r.body)
}

// finalStatus is the status that is sent: 200 where none was set.
func (r *Response) finalStatus() int {
	if r.status == 0 {
		return http.StatusOK
	}
	return int(r.status)
}
