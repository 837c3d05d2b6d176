package exchange

import (
	"bytes"
	"context"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
)

// This file alone reads the *http.Request of an Exchange; a test of tests/house holds it. All other code calls these methods. A server
// that is not net/http's need not have a complete *http.Request for them: it can answer each from its own memory of the request.

// Request returns the request as an *http.Request, for functions of programs that take one. It is complete: its header map, its body
// and its context are those of the request, and r.WithContext, r.Clone and r.FormValue work.
//
// A server may make the *http.Request when Request is called first, which costs what net/http's own costs. So code that needs one
// property of the request calls the method for it, and Request is called
//   - in the goroutine of the request, between Open and Close;
//   - after LimitBody, which sets the Body that the functions read.
//
// Each call returns the same *http.Request. From the first call on it belongs to the program too: the other methods see a header, a
// Host, a URL or a Body that a function of the program changes in it.
func (x *Exchange) Request() *http.Request { return x.r }

// Method is the method of the request, in the client's spelling.
func (x *Exchange) Method() string { return x.r.Method }

// IsRead reports whether the request is GET or HEAD, which ask for the content of a resource.
func (x *Exchange) IsRead() bool { return isRead(x.Method()) }

func isRead(method string) bool { return method == http.MethodGet || method == http.MethodHead }

// Host is the host that the request is for, with its port if the client sent one. Middleware may have replaced it by the one that a
// trusted proxy reports.
func (x *Exchange) Host() string { return x.r.Host }

// URL is the parsed request target. Its path has no prefix that handlers around the app have removed. Callers must not change it.
func (x *Exchange) URL() *url.URL { return x.r.URL }

// Target is the request target as the client sent it (RFC 9112, 3.2).
func (x *Exchange) Target() string { return x.r.RequestURI }

// Secure reports whether the connection has TLS. A proxy in front may have ended that of the client: see package origin.
func (x *Exchange) Secure() bool { return x.r.TLS != nil }

// Pattern is the path of the route that answers the request, as it was declared; "" if there is none.
func (x *Exchange) Pattern() string { return x.r.Pattern }

// Context is the context of the request. It ends when the client closes the connection, when the request has ended, and when the
// server or middleware ends it. [Exchange.Gone] is cheaper where a server makes the context late.
func (x *Exchange) Context() context.Context { return x.r.Context() }

// Gone returns the error of the context: nil as long as the request lasts. It needs no context.
func (x *Exchange) Gone() error { return x.r.Context().Err() }

// ContentLength is the number of bytes of the body that the client has announced, -1 if it is unknown, as for a chunked body.
func (x *Exchange) ContentLength() int64 { return x.r.ContentLength }

// HasBody reports whether the request announces a body: a Content-Length over 0, or none that is known (chunked, or
// an HTTP/2 stream that was left open). It reads nothing, so an announced body may still turn out to be empty.
func (x *Exchange) HasBody() bool {
	return x.r.ContentLength != 0 && x.r.Body != nil && x.r.Body != http.NoBody
}

// headers are all headers but Host, by their canonical names.
func (x *Exchange) headers() http.Header { return x.r.Header }

// Headers returns the headers of the request, for pages that show them. The caller does not change them.
func (x *Exchange) Headers() http.Header { return x.r.Header }

// header returns the values of a header other than Host. The name must be canonical.
func (x *Exchange) header(canonical string) []string { return x.r.Header[canonical] }

// HasTrailer reports whether the client has announced a trailer. The name must be canonical.
func (x *Exchange) HasTrailer(canonical string) bool {
	_, ok := x.r.Trailer[canonical]
	return ok
}

// Trailer returns the values of a trailer that the client has announced, once the body has been read to its end.
func (x *Exchange) Trailer(canonical string) []string { return x.r.Trailer[canonical] }

// rawQuery is the query of the URL, as the client sent it.
func (x *Exchange) rawQuery() string { return x.r.URL.RawQuery }

// incoming is the body that the client sends, an empty one without a body. Reads wait for the client, without a deadline of this package.
func (x *Exchange) incoming() io.ReadCloser {
	if x.r.Body == nil {
		return http.NoBody
	}
	return x.r.Body
}

// setIncoming replaces the body for the functions that take the *http.Request.
func (x *Exchange) setIncoming(body io.ReadCloser) { x.r.Body = body }

// parsedForm is the form into which r.ParseMultipartForm has read the body, nil for none.
func (x *Exchange) parsedForm() *multipart.Form { return x.r.MultipartForm }

// hasInterim reports whether the client's protocol has interim responses: HTTP/1.1 and later.
func (x *Exchange) hasInterim() bool { return x.r.ProtoAtLeast(1, 1) }

// isHTTP1 reports whether the connection has one request after another, so that an unread body stands in the way of the next.
func (x *Exchange) isHTTP1() bool { return x.r.ProtoMajor == 1 }

// ProtoAtLeast reports whether the request has the version of HTTP, or a later one.
func (x *Exchange) ProtoAtLeast(major, minor int) bool { return x.r.ProtoAtLeast(major, minor) }

// hasServer reports whether a server has accepted the request, and no test has made it. Servers for HTTP/3 are no http.Server, and set the
// address too.
func (x *Exchange) hasServer() bool { return x.r.Context().Value(http.LocalAddrContextKey) != nil }

// server is the http.Server that accepted the request, or nil.
func (x *Exchange) server() *http.Server {
	s, _ := x.r.Context().Value(http.ServerContextKey).(*http.Server)
	return s
}

// TargetOf returns what a router needs of a request before its Exchange is opened. Callers must not change the URL.
func TargetOf(r *http.Request) (method string, target *url.URL) { return r.Method, r.URL }

// AsksForWebSocket reports whether a request asks for the upgrade to a WebSocket (RFC 6455, 4.1).
func AsksForWebSocket(r *http.Request) bool {
	upgrade := r.Header["Upgrade"]
	return len(upgrade) > 0 && r.Method == http.MethodGet && strings.Contains(strings.ToLower(upgrade[0]), "websocket")
}

// HostOf returns the host that a request is for, as [Exchange.Host] does.
func HostOf(r *http.Request) string { return r.Host }

// HeaderLines returns the values of a header, one for each line. name is canonical.
func HeaderLines(r *http.Request, name string) []string { return r.Header[name] }

// SetPathValues sets the path values that r.PathValue returns, for middleware and functions that take the request. Names without a value
// come last and are left as they are.
func SetPathValues(r *http.Request, names, values []string) {
	for i, value := range values {
		r.SetPathValue(names[i], value)
	}
}

// PathValuesOf returns the path values of a request that SetPathValues, or middleware, has given them.
func PathValuesOf(r *http.Request, names []string) []string {
	values := make([]string, len(names))
	for i, name := range names {
		values[i] = r.PathValue(name)
	}
	return values
}

// CookieOf returns the cookie of a request as net/http reads it, for functions of programs that have no Exchange.
func CookieOf(r *http.Request, name string) (*http.Cookie, error) { return r.Cookie(name) }

// ConditionsOf returns the conditions of a request, for code that has no Exchange.
func ConditionsOf(r *http.Request) Conditions {
	h := r.Header
	return Conditions{isRead(r.Method), h["If-Match"], h["If-None-Match"], h["If-Modified-Since"], h["If-Unmodified-Since"]}
}

// WithBody returns a copy of a request with a body that is in memory. Reads do not copy it, so nothing may change it. net/http closes the
// body of its own request.
func WithBody(r *http.Request, body []byte) *http.Request {
	changed := new(*r)
	changed.ContentLength, changed.TransferEncoding, changed.Body = int64(len(body)), nil, http.NoBody
	if len(body) > 0 {
		changed.Body = io.NopCloser(bytes.NewReader(body))
	}
	return changed
}
