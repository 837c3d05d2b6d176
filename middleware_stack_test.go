package brio_test

import (
	"bytes"
	"crypto/tls"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/middleware"
	"github.com/brio-go/brio/response"
)

// recommended is the stack of docs/middleware.md.
func recommended(t *testing.T, log *slog.Logger) *brio.App {
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

func TestTheRecommendedStack(t *testing.T) {
	var log bytes.Buffer
	app := recommended(t, slog.New(slog.NewTextHandler(&log, nil)))
	jar := ""
	for i, c := range []struct {
		host, origin, scheme string
		status               int
		body                 string
	}{
		{"example.com", "https://app.example.com", "https", 200, "1"},
		{"example.com", "https://app.example.com", "https", 200, "2"},
		{"example.com", "https://evil.com", "https", 403, `{"detail":"Cross-origin request refused"}`},
		{"example.com", "", "http", 307, ""},
		{"evil.com", "", "https", 400, "Invalid host header"},
		{"example.com", "https://app.example.com", "https", 200, "3"},
		{"example.com", "https://app.example.com", "https", 429, `{"detail":"Too many requests"}`},
	} {
		log.Reset()
		r := httptest.NewRequest("POST", "/visits/here?secret=canary", nil)
		r.Host, r.RemoteAddr = c.host, "10.0.0.1:1"
		r.Header.Set("X-Forwarded-For", "192.0.2.7")
		r.Header.Set("X-Forwarded-Proto", c.scheme)
		if c.origin != "" {
			r.Header.Set("Origin", c.origin)
			r.Header.Set("Sec-Fetch-Site", "cross-site")
		}
		if jar != "" {
			r.Header.Set("Cookie", jar)
		}
		w := httptest.NewRecorder()
		app.ServeHTTP(w, r)
		for _, cookie := range w.Result().Cookies() {
			jar = cookie.Name + "=" + cookie.Value
			if !cookie.Secure {
				t.Error("the cookie of a request by https is not Secure")
			}
		}
		h := w.Header()
		if w.Code != c.status || w.Body.String() != c.body || h.Get("X-Request-ID") == "" || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%d: %d %v %s", i, w.Code, h, w.Body)
		}
		if c.origin == "https://app.example.com" && h.Get("Access-Control-Allow-Origin") != c.origin {
			t.Errorf("%d: no CORS headers on %d", i, w.Code)
		}
		if (h.Get("Strict-Transport-Security") != "") != (c.scheme == "https") {
			t.Errorf("%d: HSTS %q", i, h.Get("Strict-Transport-Security"))
		}
		route := "/visits/{place}"
		if c.status != 200 {
			route = `""` // it was refused before
		}
		line := log.String()
		for _, want := range []string{"method=POST", "route=" + route, "client=192.0.2.7", "request_id=" + h.Get("X-Request-ID")} {
			if !strings.Contains(line, want) {
				t.Errorf("%d: the log has no %s: %s", i, want, line)
			}
		}
		if strings.Contains(line, "canary") {
			t.Error("the log has the query")
		}
	}
}

func TestExplainPrintsTheStackInItsOrder(t *testing.T) {
	app := recommended(t, slog.New(slog.DiscardHandler))
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

func TestHTTPSOfTheConnectionItself(t *testing.T) {
	app := brio.New(brio.Use(middleware.HTTPSRedirect()))
	app.Get("/", func() string { return "in" })
	r := httptest.NewRequest("GET", "/", nil)
	r.TLS = &tls.ConnectionState{}
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		t.Error(w.Code)
	}
}
