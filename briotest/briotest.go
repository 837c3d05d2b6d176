package briotest

import (
	"bytes"
	"context"
	"crypto/tls"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/funcname"
	"github.com/brio-go/brio/internal/inject"
	"github.com/brio-go/brio/internal/json"
)

// Client sends requests to an app. One test uses it. Clients of one app are independent of each other and may run in
// parallel.
type Client struct {
	t       testing.TB
	handler http.Handler
	jar     http.CookieJar
	header  http.Header // of every request
}

// Option configures a Client.
type Option interface{ apply(*settings) }

// option is an option that sets values of the settings.
type option func(*settings)

func (o option) apply(s *settings) { o(s) }

// settings are the values of the options of a Client.
type settings struct {
	t         testing.TB
	overrides inject.Overrides
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

// New returns a client for an app. It fails the test if the app has mistakes. It starts the app's SupplyFuncs and Lifespans for
// this client and stops them at the end of the test.
func New(t testing.TB, app *brio.App, opts ...Option) *Client {
	t.Helper()
	s := &settings{t: t}
	for i, o := range opts {
		if o == nil {
			t.Fatalf("briotest: option %d is nil; legal are options of package briotest", i+1)
		}
		o.apply(s)
	}
	handler, stop, err := app.WithOverrides(context.Background(), &s.overrides)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stop(context.Background()); err != nil {
			t.Errorf("briotest: the app did not stop cleanly: %v", err)
		}
	})
	jar, _ := cookiejar.New(nil)
	return &Client{t: t, handler: handler, jar: jar}
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

// Get sends a GET request.
func (c *Client) Get(path string) *Response { return c.Send(http.MethodGet, path, nil) }

// Delete sends a DELETE request.
func (c *Client) Delete(path string) *Response { return c.Send(http.MethodDelete, path, nil) }

// Post sends a body, as Send does.
func (c *Client) Post(path string, body any) *Response { return c.Send(http.MethodPost, path, body) }

// Put sends a body, as Send does.
func (c *Client) Put(path string, body any) *Response { return c.Send(http.MethodPut, path, body) }

// Patch sends a body, as Send does.
func (c *Client) Patch(path string, body any) *Response { return c.Send(http.MethodPatch, path, body) }

// Send sends a request to a path, or to a complete URL: https://example.com/path is served as over TLS. Without a host it goes to
// http://example.com.
//
// The body decides how it is sent: url.Values as a form, a string or []byte unchanged and declared as JSON, anything else as its JSON, and
// nil as no body. A header of WithHeader, as Content-Type, goes before.
func (c *Client) Send(method, path string, body any) *Response {
	c.t.Helper()
	var content io.Reader
	mediaType := "application/json"
	switch b := body.(type) {
	case nil:
	case string:
		content = strings.NewReader(b)
	case []byte:
		content = bytes.NewReader(b)
	case url.Values:
		content, mediaType = strings.NewReader(b.Encode()), "application/x-www-form-urlencoded"
	default:
		doc, err := json.Append(nil, b)
		if err != nil {
			c.t.Fatalf("briotest: the body of %s %s: %v", method, path, err)
		}
		content = bytes.NewReader(doc)
	}
	r := httptest.NewRequest(method, path, content)
	if content != nil && c.header.Get("Content-Type") == "" {
		r.Header.Set("Content-Type", mediaType)
	}
	return c.Do(r)
}

// Do sends a request of the test, made by http.NewRequest or httptest.NewRequest, with the headers and cookies of the client. A cookie of the
// request goes before the client's of the same name. Secure
// cookies are sent only with requests for an https URL, such as https://example.com/path.
func (c *Client) Do(r *http.Request) *Response {
	c.t.Helper()
	r, at := c.received(r)
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, r)
	result := w.Result()
	c.jar.SetCookies(at, result.Cookies())
	return &Response{c.t, r, result, w.Body.Bytes()}
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
		r.Host = "example.com"
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

// Response is an answer. Its methods state expectations: one that is not met fails the test, and the message names the
// request.
type Response struct {
	t       testing.TB
	request *http.Request
	result  *http.Response
	body    []byte
}

func (r *Response) fail(format string, args ...any) {
	r.t.Helper()
	r.t.Errorf("%s %s: "+format+"\n%d %s", append(append([]any{r.request.Method, r.request.URL}, args...), r.result.StatusCode, r.body)...)
}

// Status expects a status code.
func (r *Response) Status(code int) *Response {
	r.t.Helper()
	if r.result.StatusCode != code {
		r.fail("status %d, want %d", r.result.StatusCode, code)
	}
	return r
}

// JSON decodes the body into a pointer.
func (r *Response) JSON(into any) *Response {
	r.t.Helper()
	if err := json.Unmarshal(r.body, into); err != nil {
		r.fail("the body is no %s: %v", reflect.TypeOf(into).Elem(), err)
	}
	return r
}

// Body expects a body, byte for byte.
func (r *Response) Body(want string) *Response {
	r.t.Helper()
	if string(r.body) != want {
		r.fail("the body differs, want\n%s", want)
	}
	return r
}

// Header expects the first value of a header; "" expects none.
func (r *Response) Header(key, want string) *Response {
	r.t.Helper()
	if got := r.result.Header.Get(key); got != want {
		r.fail("%s: %q, want %q", key, got, want)
	}
	return r
}

// Result returns the answer as an *http.Response.
func (r *Response) Result() *http.Response {
	r.result.Body = io.NopCloser(bytes.NewReader(r.body))
	return r.result
}

// Bytes returns the body.
func (r *Response) Bytes() []byte { return r.body }
