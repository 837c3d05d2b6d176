package middleware_test

import (
	"bytes"
	"crypto/tls"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/middleware"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/tests/internal/contract"
)

// newRecommended returns an app with the stack of docs/middleware.md, whose rate limit is 4 requests.
func newRecommended(t *testing.T, log *slog.Logger) *brio.App {
	t.Helper()
	codec, err := cookies.NewCodec(cookies.Key{Sign: bytes.Repeat([]byte("x"), 32)})
	if err != nil {
		t.Fatal(err)
	}
	app := brio.New(
		brio.Logger(log),
		brio.TrustProxies("10.0.0.0/8"),
		brio.Use(
			middleware.RequestID(),
			middleware.AccessLog(log),
			middleware.SecurityHeaders(),
			middleware.TrustedHost("example.com", "*.example.com"),
			middleware.HTTPSRedirect(),
			middleware.CORS(middleware.CORSOptions{AllowOrigins: []string{"https://app.example.com"}, AllowCredentials: true}),
			middleware.RateLimit(middleware.RateLimitOptions{Limit: 4, Window: time.Hour}),
			middleware.ContentDigest(),
			middleware.Compress(),
			middleware.CSRF("https://app.example.com"),
			middleware.Timeout(time.Minute),
			middleware.ConcurrencyLimit(middleware.ConcurrencyOptions{Limit: 64, Queue: 64}),
			middleware.Sessions(codec, middleware.SessionOptions{}),
		),
		brio.Provide(middleware.SessionFrom),
	)
	app.Post("/visits/{place}", func(s *middleware.Session) (int, error) {
		var n int
		s.Get("visits", &n)
		return n + 1, s.Set("visits", n+1)
	})
	limited := brio.Options(
		brio.Use(middleware.RateLimit(middleware.RateLimitOptions{Limit: 5, Window: time.Minute, Name: "login"})),
		brio.Responds[response.Detail](429, "Too many requests"),
	)
	app.Post("/login", func() {}, limited)
	return app
}

// TestRecommendedStack: in the order of docs/middleware.md every answer, a refusal too, has the request's id, the security
// headers, the headers of CORS and a line of the access log with the client behind the proxy and without the query.
func TestRecommendedStack(t *testing.T) {
	t.Parallel()
	var log testkit.Log
	app := newRecommended(t, log.Logger())
	jar := ""
	for _, c := range []struct {
		name                 string
		host, origin, scheme string
		status               int
		body                 string
	}{
		{"first visit", "example.com", "https://app.example.com", "https", 200, "1"},
		{"second visit", "example.com", "https://app.example.com", "https", 200, "2"},
		{"wrong origin", "example.com", "https://evil.com", "https", 403, `{"detail":"Cross-origin request refused"}`},
		{"http", "example.com", "", "http", 307, ""},
		{"wrong host", "evil.com", "", "https", 400, "Invalid host header"},
		{"third visit", "example.com", "https://app.example.com", "https", 200, "3"},
		{"over the limit", "example.com", "https://app.example.com", "https", 429, `{"detail":"Too many requests"}`},
	} {
		log.Reset()
		r := newRequest("POST", "/visits/here?secret="+testkit.Canary, "X-Forwarded-For", "192.0.2.7", "X-Forwarded-Proto", c.scheme)
		r.Host, r.RemoteAddr = c.host, "10.0.0.1:1"
		if c.origin != "" {
			r.Header.Set("Origin", c.origin)
			r.Header.Set("Sec-Fetch-Site", "cross-site")
		}
		if jar != "" {
			r.Header.Set("Cookie", jar)
		}
		w := httptest.NewRecorder()
		contract.Serve(app, w, r)
		for _, cookie := range w.Result().Cookies() {
			jar = cookie.Name + "=" + cookie.Value
			if !cookie.Secure {
				t.Errorf("%s: the cookie of an https request is not Secure", c.name)
			}
		}
		h := w.Header()
		if w.Code != c.status || w.Body.String() != c.body || h.Get("X-Request-ID") == "" || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: got %d %v %s, want %d %s", c.name, w.Code, h, w.Body, c.status, c.body)
		}
		if c.origin == "https://app.example.com" && h.Get("Access-Control-Allow-Origin") != c.origin {
			t.Errorf("%s: no CORS headers on %d", c.name, w.Code)
		}
		if (h.Get("Strict-Transport-Security") != "") != (c.scheme == "https") {
			t.Errorf("%s: Strict-Transport-Security is %q", c.name, h.Get("Strict-Transport-Security"))
		}
		route := "/visits/{place}"
		if c.status != 200 {
			route = `""` // middleware refused the request before it was routed
		}
		line := log.String()
		testkit.WantContains(t, line, "method=POST", "route="+route, "client=192.0.2.7", "request_id="+h.Get("X-Request-ID"))
		if strings.Contains(line, testkit.Canary) {
			t.Errorf("%s: the log has the query: %s", c.name, line)
		}
	}
}

// TestExplainListsMiddlewareInOrder: App.Explain names the middleware of a route from the outermost to the innermost.
func TestExplainListsMiddlewareInOrder(t *testing.T) {
	t.Parallel()
	app := newRecommended(t, slog.New(slog.DiscardHandler))
	got := app.Explain("POST", "/visits/{place}")
	at := 0
	for _, name := range []string{"brio.TrustProxies", "middleware.RequestID", "middleware.AccessLog", "middleware.SecurityHeaders", "middleware.TrustedHost", "middleware.HTTPSRedirect",
		"middleware.CORS", "middleware.RateLimit", "middleware.compress", "middleware.CSRF", "middleware.Timeout", "middleware.ConcurrencyLimit", "middleware.Sessions"} {
		i := strings.Index(got[at:], name)
		if i < 0 {
			t.Fatalf("%s is not in its place in\n%s", name, got)
		}
		at += i
	}
}

// TestHTTPSRedirectAcceptsTLS: a connection with TLS is https without any header of a proxy.
func TestHTTPSRedirectAcceptsTLS(t *testing.T) {
	t.Parallel()
	app := brio.New(brio.Use(middleware.HTTPSRedirect()))
	app.Get("/", func() string { return "in" })
	r := newRequest("GET", "/")
	r.TLS = &tls.ConnectionState{}
	w := httptest.NewRecorder()
	contract.Serve(app, w, r)
	testkit.WantStatus(t, w, 200)
}

// TestRequestIDIsInLogOfHandler: the *slog.Logger that a handler takes adds the request's id to each line.
func TestRequestIDIsInLogOfHandler(t *testing.T) {
	t.Parallel()
	var log testkit.Log
	app := brio.New(brio.Logger(log.Logger()), brio.Use(middleware.RequestID()))
	app.Get("/", func(log *slog.Logger) { log.Info("inside") })
	w := testkit.Get(app, "/", "X-Request-ID", "abc-1")
	testkit.WantStatus(t, w, 204)
	testkit.WantHeader(t, w, "X-Request-ID", "abc-1")
	testkit.WantContains(t, log.String(), "msg=inside request_id=abc-1")
}
