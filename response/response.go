// Package response has the one Response type. It is handed to handlers and dependencies, which set cookies, headers
// and the status of the answer that the returned value becomes (then it is called temporal); or it is built by a
// constructor and returned, and goes out as it is (then it is called direct). HTTP errors and the classes that decide
// how plain values are rendered live here too.
//
// A Response is written by Send, which encodes the whole body before the status leaves. The package knows nothing of
// routes and models; what turns a value into JSON is given to it.
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

// Response is one answer, temporal or direct. One that is injected belongs to its request. A direct one may be kept and
// returned to many requests, also at once, unless its body is a stream: the framework copies it and only reads the original.
// Its methods are not safe for concurrent use.
type Response struct {
	status    int32
	content   content
	shared    bool             // headers belong to another Response too, and are cloned before they are changed
	opened    bool             // the stream was opened for the request that is answered, and Send runs it
	headers   exchange.Headers // Fields until somebody asks for the Map, which then has them all; Cookies beside them
	mediaType *exchange.ContentType
	value     any // what content is made of, where that is not body
	body      []byte
	exchange  *exchange.Exchange // of a temporal Response, for what is sent before the answer
	rare      *rare              // nil for none of it
}

// rare is what few Responses have.
type rare struct {
	tasks *background.Tasks
	err   error // the first misuse, which becomes a 500
}

// writeRare is where to put what few Responses have.
func (r *Response) writeRare() *rare {
	if r.rare == nil {
		r.rare = &rare{}
	}
	return r.rare
}

// content says what a Response has for a body.
type content uint8

const (
	none content = iota
	raw
	encoded  // value, encoded as JSON when the Response is sent
	streamed // value is an *exchange.Flow, which is sent once
	fromFile // value is a *file, opened when the Response is sent
	failed   // value is an *HTTPError, which the ErrorFormat of the app turns into JSON
)

// Header is the header of the answer, to be read and changed like any http.Header. Content-Length is always computed.
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

// Status sets the status code, which wins over the route's and the class's. Dependencies run before the handler, so
// the handler has the last word; 0 takes back what was set.
func (r *Response) Status(code int) *Response {
	r.status = int32(min(max(code, math.MinInt32), math.MaxInt32)) // what is not legal stays so
	return r
}

// StatusCode is the status that has been set, 0 when none has.
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

// AddHeader appends a value to a header. A header that has one value only, such as Content-Type or Location, is
// replaced.
func (r *Response) AddHeader(key, value string) *Response {
	key = exchange.CanonicalKey(key)
	if singleValued[key] || len(r.get(key)) == 0 {
		return r.SetHeader(key, value)
	}
	h := r.Header()
	h[key] = append(h[key], value)
	return r
}

// SetCookie sets a cookie, most simply one made by cookies.New. It is copied. A cookie of the same name, path and
// domain is replaced. A cookie that clients would refuse (cookies.Check) makes the answer a 500 and is logged.
func (r *Response) SetCookie(c *http.Cookie) *Response {
	if err := cookies.Check(c); err != nil {
		r.fail(fmt.Errorf("response: SetCookie: %w", err))
		return r
	}
	r.putCookie(cookieLine(c))
	return r
}

// DeleteCookie tells the client to forget a cookie: it expires at the epoch, with Max-Age 0. Path, domain and the
// other attributes are those of like, which must be those the cookie was set with; by default Path=/ and
// SameSite=Lax.
func (r *Response) DeleteCookie(name string, like ...*http.Cookie) *Response {
	return r.SetCookie(cookies.Delete(name, like...))
}

func (r *Response) putCookie(line string) {
	r.unshare()
	set := r.headers.Cookies
	for i, other := range set {
		if sameCookie(line, other) {
			set = slices.Delete(set, i, i+1) // the last one wins, in its own place
			break
		}
	}
	r.headers.Cookies = append(set, line)
}

// Cookies are the cookies set so far, in order, as a client will read them.
func (r *Response) Cookies() []*http.Cookie {
	var out []*http.Cookie
	for _, line := range r.headers.Cookies {
		if c, err := http.ParseSetCookie(line); err == nil { // they were checked
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

// Background adds a task that runs after the response has been sent, after those of the request's *BackgroundTasks. A
// running task may add to the Response that the request was given, or that the handler returned: such tasks run, too. What is
// added to the injected Response after its request has ended is logged and does not run; what is added to a Response that the
// program keeps runs when that Response is returned the next time.
func (r *Response) Background(task func(context.Context) error) *Response {
	if owner, ended := r.value.(background.Owner); ended && r.content == none {
		owner.TaskAfterEnd()
		return r
	}
	more := r.writeRare()
	if more.tasks == nil {
		more.tasks = &background.Tasks{}
	}
	more.tasks.Add(task)
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

// Ready reports whether Encode has nothing to do and nothing is wrong, as far as is known.
func (r *Response) Ready() bool { return r.content == raw && r.Err() == nil }

// HasHeader reports whether a header has been set.
func (r *Response) HasHeader() bool { return r.headers.Map != nil || len(r.headers.Fields) > 0 }

func (r *Response) fail(err error) {
	if r.Err() == nil {
		r.writeRare().err = err
	}
}

// Encode appends the JSON of a value to dst.
type Encode = func(dst []byte, v any) ([]byte, error)

// Encode encodes the value of a JSON Response, using buf for it; the grown buffer is returned for the next use. After
// it only the connection can make Send fail. A file is looked for. Other Responses have nothing to encode.
func (r *Response) Encode(buf []byte, encode Encode) ([]byte, error) {
	switch r.content {
	case encoded:
	case failed: // nobody has given it a format
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

// Copy makes r the same answer as other, which stays as it is whatever is done with r: a Response that a program keeps
// and returns to several requests must not take up one's cookies or buffer. other is only read, because several requests may
// copy it at once. A stream counts as not opened.
func (r *Response) Copy(other *Response) {
	*r = *other
	r.shared, r.opened, r.exchange = true, false, nil
	if other.rare != nil {
		r.rare = &rare{other.rare.tasks.Clone(), other.rare.err}
	}
}

// Clone returns a copy that user code may keep and change: headers, cookies and tasks are its own. So is a body in the memory
// of pooled, a buffer that the caller will use again.
func (r *Response) Clone(pooled []byte) *Response {
	c := &Response{}
	c.Copy(r)
	c.unshare()
	if len(r.body) > 0 && cap(pooled) > 0 && &r.body[0] == &pooled[:1][0] {
		c.body = bytes.Clone(r.body)
	}
	return c
}

// SetBody makes r an answer with an encoded body.
func (r *Response) SetBody(typ *exchange.ContentType, body []byte) {
	r.content, r.mediaType, r.body = raw, typ, body
}

// Check returns an error for a Response that cannot be sent: it was misused (Err), it was made of an error whose status is
// none of an error, or its status, headers or media type are not legal. Send refuses such a Response too, but only when
// clean-ups have run.
func (r *Response) Check() error {
	if err := r.Err(); err != nil {
		return err
	}
	return exchange.Check(r.finalStatus(), &r.headers, r.mediaType)
}

// Send writes status, headers and body, once. A *HTTPError before anything was written is the answer in its place: a
// condition or range of the request that a file does not meet. Another error before anything was written is the Response's
// own: see Check.
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
		x.Announce() // the answer is flushed before they run
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
