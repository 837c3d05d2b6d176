package briotest

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"strings"

	"github.com/brio-go/brio/internal/funcname"
	"github.com/brio-go/brio/internal/json"
)

// Request is a request that is being made. Its methods add to it; Status, Send, Events, Lines and [Do] send it, once. A request that is not
// sent fails the test at its end.
type Request struct {
	c            *Client
	place        string // file:line
	method, path string
	query        []string // pairs, escaped
	header       http.Header
	mediaType    string // of the body, if no header says another one
	body         []byte // nil: none
	form         url.Values
	files        []formFile
	ctx          context.Context
	follows      bool
}

// formFile is a file of a form.
type formFile struct {
	field, name string
	content     []byte
}

// request makes a request. Its caller is called by the test.
func (c *Client) request(method, path string, body any) *Request {
	c.t.Helper()
	r := &Request{c: c, place: funcname.Caller(2), method: method, path: path, header: http.Header{}, ctx: context.Background(), follows: c.settings.follows}
	if body != nil {
		r.JSON(body)
	}
	c.unsent.Store(r, true)
	return r
}

// Header sets a header. With "Host" it sets the host of the request.
func (r *Request) Header(name, value string) *Request {
	r.header.Set(name, value)
	return r
}

// Query adds a parameter to the query, several with several values: Query("tag", "a", "b") is ?tag=a&tag=b. Values are written as
// fmt.Sprint writes them.
func (r *Request) Query(name string, values ...any) *Request {
	for _, v := range values {
		r.query = append(r.query, url.QueryEscape(name)+"="+url.QueryEscape(fmt.Sprint(v)))
	}
	return r
}

// Cookie sends a cookie, besides the cookies that the client has received.
func (r *Request) Cookie(name, value string) *Request {
	c := &http.Cookie{Name: name, Value: value}
	r.header.Add("Cookie", c.String())
	return r
}

// Bearer sends a token: Authorization: Bearer token.
func (r *Request) Bearer(token string) *Request { return r.Header("Authorization", "Bearer "+token) }

// Basic sends a name and a password.
func (r *Request) Basic(username, password string) *Request {
	return r.Header("Authorization", basic(username, password))
}

// JSON sends a body as JSON. A string or []byte is sent unchanged, and url.Values as a form.
func (r *Request) JSON(v any) *Request {
	r.c.t.Helper()
	switch b := v.(type) {
	case url.Values:
		for name, values := range b {
			for _, value := range values {
				r.Form(name, value)
			}
		}
		return r
	case string:
		r.body = []byte(b)
	case []byte:
		r.body = b
	default:
		doc, err := json.Append(nil, b)
		if err != nil {
			r.c.t.Fatalf("briotest: the body of %s %s: %v", r.method, r.path, err)
		}
		r.body = doc
	}
	return r.defaultType("application/json")
}

// Body sends a body of a media type.
func (r *Request) Body(contentType, content string) *Request {
	r.body = []byte(content)
	return r.Header("Content-Type", contentType)
}

// Form sends a field of a form, several with several values. Without a File the form is application/x-www-form-urlencoded. Values are written as
// fmt.Sprint writes them.
func (r *Request) Form(name string, values ...any) *Request {
	if r.form == nil {
		r.form = url.Values{}
	}
	for _, v := range values {
		r.form.Add(name, fmt.Sprint(v))
	}
	return r
}

// File sends a file in a field of a form, which is then multipart/form-data. content is a string, a []byte or an io.Reader.
func (r *Request) File(field, filename string, content any) *Request {
	r.c.t.Helper()
	f := formFile{field: field, name: filename}
	switch content := content.(type) {
	case string:
		f.content = []byte(content)
	case []byte:
		f.content = content
	case io.Reader:
		var err error
		if f.content, err = io.ReadAll(content); err != nil {
			r.c.t.Fatalf("briotest: the file %s: %v", filename, err)
		}
	default:
		r.c.t.Fatalf("briotest: the file %s: its content is a %T; legal are string, []byte and io.Reader", filename, content)
	}
	r.files = append(r.files, f)
	return r
}

// Context sets the context of the request. When it ends, the client has gone for the app.
func (r *Request) Context(ctx context.Context) *Request {
	r.ctx = ctx
	return r
}

// FollowRedirects follows redirects of this request, as the option does for all.
func (r *Request) FollowRedirects() *Request {
	r.follows = true
	return r
}

// defaultType sets the media type that the body has without a header.
func (r *Request) defaultType(mediaType string) *Request {
	r.mediaType = mediaType
	return r
}

// Status sends the request and expects a status.
func (r *Request) Status(code int) *Response {
	r.c.t.Helper()
	return r.Send().Status(code)
}

// Do sends a request, expects a status of success (2xx), and decodes the JSON body into a T. Otherwise the test ends.
func Do[T any](r *Request) (v T) {
	r.c.t.Helper()
	res := r.Send()
	if res.result.StatusCode/100 != 2 {
		res.fail("status %d, want a success", res.result.StatusCode)
		r.c.t.FailNow()
	}
	if err := json.Unmarshal(res.body, &v); err != nil {
		res.fail("the body is no %T: %v", v, err)
		r.c.t.FailNow()
	}
	return v
}

// maxRedirects is the number of redirects that are followed.
const maxRedirects = 10

// Send sends the request.
func (r *Request) Send() *Response {
	r.c.t.Helper()
	res := r.c.Do(r.build())
	for n := 0; r.follows && r.redirect(res); n++ {
		if n == maxRedirects {
			res.fail("more than %d redirects", maxRedirects)
			break
		}
		res = r.c.Do(r.build())
	}
	return res
}

// redirect makes r the request that a redirect asks for. It reports whether there is one.
func (r *Request) redirect(res *Response) bool {
	to := res.result.Header.Get("Location")
	u, err := res.request.URL.Parse(to)
	if to == "" || err != nil || u.Host != "" && u.Host != res.request.Host {
		return false
	}
	switch res.result.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther:
		if r.method != http.MethodGet && r.method != http.MethodHead {
			r.method, r.body, r.form, r.files = http.MethodGet, nil, nil, nil
			r.header.Del("Content-Type")
			r.mediaType = ""
		}
	case http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
	default:
		return false
	}
	r.path, r.query = u.RequestURI(), nil
	return true
}

// build makes the request of net/http.
func (r *Request) build() *http.Request {
	r.c.t.Helper()
	r.c.unsent.Delete(r)
	target := r.path
	if len(r.query) > 0 {
		separator := "?"
		if strings.Contains(target, "?") {
			separator = "&"
		}
		target += separator + strings.Join(r.query, "&")
	}
	if _, err := url.ParseRequestURI(target); err != nil && target != "*" {
		r.c.t.Fatalf("briotest: %s %q: legal is a path, as in /items, or a URL: %v", r.method, target, err)
	}
	var content io.Reader
	if body := r.content(); body != nil {
		content = bytes.NewReader(body)
	}
	out := httptest.NewRequestWithContext(r.ctx, r.method, target, content)
	out.Header = r.header.Clone()
	if content != nil && out.Header.Get("Content-Type") == "" && r.c.header.Get("Content-Type") == "" {
		out.Header.Set("Content-Type", r.mediaType)
	}
	if out.URL.Host != "" {
		out.RequestURI = out.URL.RequestURI()
		return out
	}
	out.Host = r.c.settings.base.Host
	if host := out.Header.Get("Host"); host != "" {
		out.Header.Del("Host")
		out.Host = host
	}
	if r.c.settings.base.Scheme == "https" {
		out.TLS = &tls.ConnectionState{Version: tls.VersionTLS13, HandshakeComplete: true, ServerName: out.Host}
	}
	return out
}

// content returns the body, nil for none, and sets its media type.
func (r *Request) content() []byte {
	switch {
	case len(r.files) > 0:
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		for name, values := range r.form {
			for _, v := range values {
				_ = w.WriteField(name, v)
			}
		}
		for _, f := range r.files {
			part, _ := w.CreatePart(textproto.MIMEHeader{
				"Content-Disposition": {multipart.FileContentDisposition(f.field, f.name)},
				"Content-Type":        {http.DetectContentType(f.content)},
			})
			_, _ = part.Write(f.content)
		}
		_ = w.Close()
		r.Header("Content-Type", w.FormDataContentType())
		return b.Bytes()
	case r.form != nil:
		r.defaultType("application/x-www-form-urlencoded")
		return []byte(r.form.Encode())
	}
	return r.body
}
