package briotest

import (
	"bytes"
	"context"
	"crypto/tls"
	"encoding/base64"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/contract"
	"github.com/brio-go/brio/internal/funcname"
	"github.com/brio-go/brio/internal/inject"
)

// Client sends requests to an app. One test uses it, from any number of goroutines. Clients of one app are independent of each other and
// may run in parallel.
//
// Its requests go to http://example.com, from the address 192.0.2.1. BaseURL chooses another host. An app with middleware.TrustedHost, links
// with a host, or Secure cookies may need it.
type Client struct {
	t        testing.TB
	handler  http.Handler
	jar      http.CookieJar
	settings *settings
	document func() *contract.Document // nil if the app has none
	header   http.Header               // of each request
	unsent   *sync.Map                 // the *Request that were made and not sent
}

// Option configures a Client. It is an ExploreOption too.
type Option interface {
	ExploreOption
	apply(*settings)
}

// option is an option that sets values of the settings.
type option func(*settings)

func (o option) apply(s *settings) { o(s) }

// settings are the values of the options of a Client.
type settings struct {
	t         testing.TB
	overrides inject.Overrides

	header     http.Header
	base       url.URL  // scheme and host
	follows    bool     // redirects
	undeclared bool     // answers are not held to the document
	statuses   []int    // need no declaration
	headers    []string // need no declaration
}

// Override replaces the app's providers of the same result types, for this client only. The parameters of the new providers
// are resolved as usual. Use Replace for a guard, or for one provider of several.
func Override(providers ...any) Option {
	place := funcname.Caller(1)
	return option(func(s *settings) {
		s.t.Helper()
		for _, p := range providers {
			with, byIdentity := p.(replacement)
			if byIdentity {
				p = with.with
			}
			provider := inject.Func(p, place)
			switch {
			case provider.Mistake() != "":
				s.t.Fatalf("%s: briotest.Override(%T): %s", place, p, provider.Mistake())
			case byIdentity:
				s.overrides.Replace(with.old, provider)
			case provider.Type() == nil:
				s.t.Fatalf("%s: briotest.Override: %s has no result by which it could replace anything; use Replace", place, provider.Name)
			default:
				s.overrides.ByType(provider)
			}
		}
	})
}

// Supply replaces the app's providers of the values' types by the values.
func Supply(values ...any) Option {
	place := funcname.Caller(1)
	return option(func(s *settings) {
		s.t.Helper()
		for _, v := range values {
			provider := inject.Value(v, place)
			if provider.Type() == nil {
				s.t.Fatalf("%s: briotest.Supply(nil): the value has no type, so it can replace nothing", place)
			}
			s.overrides.ByType(provider)
		}
	})
}

// replacement is the result of Replace.
type replacement struct{ old, with any }

// Replace, given to Override, replaces the guard or provider that was declared as old.
func Replace(old, with any) any { return replacement{old, with} }

// BaseHeader sets a header of each request. A header of the request itself replaces it.
func BaseHeader(name, value string) Option {
	return option(func(s *settings) { s.header.Set(name, value) })
}

// Bearer sends a token with each request: Authorization: Bearer token (RFC 6750).
func Bearer(token string) Option { return BaseHeader("Authorization", "Bearer "+token) }

// Basic sends a name and a password with each request (RFC 7617).
func Basic(username, password string) Option {
	return BaseHeader("Authorization", basic(username, password))
}

// basic returns the value of Authorization with a name and a password.
func basic(username, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(username+":"+password))
}

// BaseURL sets scheme and host of the client's requests: "https://shop.example". It is "http://example.com" without the option. With
// https, requests have a TLS state, and the client keeps and sends Secure cookies.
func BaseURL(address string) Option {
	place := funcname.Caller(1)
	return option(func(s *settings) {
		s.t.Helper()
		u, err := url.Parse(address)
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || strings.Trim(u.Path, "/") != "" {
			s.t.Fatalf("%s: briotest.BaseURL(%q): legal is a scheme and a host, as in https://shop.example", place, address)
		}
		s.base = url.URL{Scheme: u.Scheme, Host: u.Host}
	})
}

// FollowRedirects has the client send a further request for an answer with a Location and one of the statuses 301, 302, 303, 307 and 308,
// as browsers do (RFC 9110, 15.4). Without it the redirect is the answer. Redirects to another host are not followed.
func FollowRedirects() Option { return option(func(s *settings) { s.follows = true }) }

// AllowUndeclared means that answers are not held to the app's OpenAPI document. Without it a status, a header, a media type or a member
// of a JSON body that the document does not declare fails the test. Hidden operations, mounted apps, and answers of no route are not in
// the document, and are never held to it.
func AllowUndeclared() Option { return option(func(s *settings) { s.undeclared = true }) }

// AllowStatus names statuses that need no declaration: those of middleware, such as 429.
func AllowStatus(codes ...int) Option {
	return option(func(s *settings) { s.statuses = append(s.statuses, codes...) })
}

// AllowHeader names headers of answers that need no declaration: those of middleware, such as X-Served-By. Headers of HTTP itself, of CORS
// and of package middleware need none.
func AllowHeader(names ...string) Option {
	return option(func(s *settings) { s.headers = append(s.headers, names...) })
}

// New returns a client for an app. It fails the test if the app has mistakes. It starts the app's SupplyFuncs and Lifespans for
// this client and stops them at the end of the test.
func New(t testing.TB, app *brio.App, opts ...Option) *Client {
	t.Helper()
	s := &settings{t: t, header: http.Header{}, base: url.URL{Scheme: "http", Host: "example.com"}}
	for i, o := range opts {
		if o == nil {
			t.Fatalf("briotest: option %d is nil; legal are options of package briotest", i+1)
		}
		o.apply(s)
	}
	handler, document, stop, err := app.WithOverrides(context.Background(), &s.overrides)
	if err != nil {
		t.Fatal(err)
	}
	c := &Client{t: t, handler: handler, settings: s, header: s.header, unsent: new(sync.Map)}
	c.document = sync.OnceValue(func() *contract.Document {
		d, err := contract.New(document())
		if err != nil {
			return nil
		}
		return d
	})
	t.Cleanup(func() {
		for key := range c.unsent.Range {
			r := key.(*Request)
			t.Errorf("%s: briotest: %s %s was not sent; a request ends with Status, Send, Events, Lines or briotest.Do", r.place, r.method, r.path)
		}
		if err := stop(context.Background()); err != nil {
			t.Errorf("briotest: the app did not stop cleanly: %v", err)
		}
	})
	c.jar, _ = cookiejar.New(nil)
	return c
}

// WithHeader returns a client that sends the header with every request, as Authorization. A value of "" stops that. Both clients have the
// same cookies. A request of Do or Dial that has the header keeps its own.
func (c *Client) WithHeader(name, value string) *Client {
	with := *c
	with.header = c.header.Clone()
	if with.header == nil {
		with.header = http.Header{}
	}
	with.header.Set(name, value)
	if value == "" {
		with.header.Del(name)
	}
	return &with
}

// Get makes a GET request. The path may be a complete URL: https://example.com/path is served as over TLS.
func (c *Client) Get(path string) *Request { return c.request(http.MethodGet, path, nil) }

// Head makes a HEAD request.
func (c *Client) Head(path string) *Request { return c.request(http.MethodHead, path, nil) }

// Delete makes a DELETE request.
func (c *Client) Delete(path string) *Request { return c.request(http.MethodDelete, path, nil) }

// Post makes a POST request with a body, nil for none: url.Values as a form, a string or []byte unchanged and declared as JSON, anything
// else as its JSON.
func (c *Client) Post(path string, body any) *Request {
	return c.request(http.MethodPost, path, body)
}

// Put makes a PUT request, with a body as Post's.
func (c *Client) Put(path string, body any) *Request { return c.request(http.MethodPut, path, body) }

// Patch makes a PATCH request, with a body as Post's.
func (c *Client) Patch(path string, body any) *Request {
	return c.request(http.MethodPatch, path, body)
}

// Request makes a request of any method, with a body as Post's.
func (c *Client) Request(method, path string, body any) *Request {
	return c.request(method, path, body)
}

// Do sends a request of the test, made by http.NewRequest or httptest.NewRequest, with the headers and cookies of the client. A cookie of the
// request goes before the client's of the same name. Secure
// cookies are sent only with requests for an https URL, such as https://example.com/path.
func (c *Client) Do(r *http.Request) *Response {
	c.t.Helper()
	r, at := c.received(r)
	var sent bytes.Buffer
	if r.Body != http.NoBody {
		r.Body = struct {
			io.Reader
			io.Closer
		}{io.TeeReader(r.Body, &sent), r.Body}
	}
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, r)
	result := w.Result()
	c.jar.SetCookies(at, result.Cookies())
	res := &Response{t: c.t, request: r, sent: sent.Bytes(), result: result, body: w.Body.Bytes()}
	c.hold(res)
	return res
}

// received returns a copy of a request as a server receives it, with the headers and cookies of the client, and its URL.
func (c *Client) received(r *http.Request) (*http.Request, *url.URL) {
	r = r.Clone(r.Context())
	if r.Header == nil {
		r.Header = http.Header{}
	}
	for name, values := range c.header {
		if len(r.Header[name]) == 0 {
			r.Header[name] = slices.Clone(values)
		}
	}
	// A request of http.NewRequest lacks what httptest.NewRequest sets.
	if r.Body == nil {
		r.Body = http.NoBody
	}
	if r.Host == "" {
		r.Host = c.settings.base.Host
	}
	if r.RequestURI == "" {
		r.RequestURI = r.URL.RequestURI()
	}
	if r.RemoteAddr == "" {
		r.RemoteAddr = "192.0.2.1:1234"
	}
	if r.TLS == nil && r.URL.Scheme == "https" {
		r.TLS = &tls.ConnectionState{Version: tls.VersionTLS12, HandshakeComplete: true, ServerName: r.Host}
	}
	at := &url.URL{Scheme: "http", Host: r.Host, Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: r.URL.RawQuery}
	if r.TLS != nil {
		at.Scheme = "https"
	}
	for _, cookie := range c.jar.Cookies(at) {
		if _, err := r.Cookie(cookie.Name); err != nil {
			r.AddCookie(cookie)
		}
	}
	return r, at
}

// hold fails the test for an answer that is not as the document declares it.
func (c *Client) hold(res *Response) {
	c.t.Helper()
	status := res.result.StatusCode
	if c.settings.undeclared || res.request.Pattern == "" || slices.Contains(c.settings.statuses, status) || c.document() == nil {
		return
	}
	op := c.document().Operation(res.request.Method, res.request.Pattern)
	if op == nil {
		return
	}
	answer := contract.Answer{Method: res.request.Method, Status: status, Header: res.result.Header, Body: res.body}
	for _, problem := range op.Problems(answer, c.settings.headers) {
		res.fail("the answer is not as %s %s is documented: %s", op.Method, op.Path, problem)
	}
}

// Listen serves the app on a port of 127.0.0.1 until the end of the test, for a test that needs a network: a browser, another program, a
// client of its own. It returns the address, as in "http://127.0.0.1:41234". Overrides are those of the client.
func (c *Client) Listen() string {
	server := httptest.NewServer(c.handler)
	c.t.Cleanup(server.Close)
	return server.URL
}
