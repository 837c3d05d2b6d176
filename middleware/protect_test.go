package middleware_test

import (
	"bytes"
	"crypto/tls"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio/middleware"
)

func TestCSRF(t *testing.T) {
	var log bytes.Buffer
	f := middleware.CSRFWith(middleware.CSRFOptions{TrustedOrigins: []string{"https://app.com"}, Bypass: []string{"POST /hooks/"}, Logger: textLogger(&log, slog.LevelInfo)})
	for _, c := range []struct {
		method, path string
		headers      []string
		status       int
	}{
		{"POST", "/", nil, 200}, // no browser
		{"POST", "/", []string{"Sec-Fetch-Site", "same-origin"}, 200},
		{"POST", "/", []string{"Sec-Fetch-Site", "none"}, 200},
		{"POST", "/", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"POST", "/", []string{"Sec-Fetch-Site", "same-site"}, 403},
		{"DELETE", "/", []string{"Sec-Fetch-Site", "cross-site"}, 403},
		{"GET", "/", []string{"Sec-Fetch-Site", "cross-site"}, 200},
		{"OPTIONS", "/", []string{"Sec-Fetch-Site", "cross-site"}, 200},
		{"POST", "/", []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://app.com"}, 200},
		{"POST", "/", []string{"Origin", "http://example.com"}, 200},
		{"POST", "/", []string{"Origin", "https://evil.com"}, 403},
		{"POST", "/", []string{"Origin", "null"}, 403},
		{"POST", "/hooks/x", []string{"Sec-Fetch-Site", "cross-site"}, 200},
	} {
		w := serve(f, request(c.method, c.path, c.headers...))
		if w.Code != c.status || c.status == 403 && w.Body.String() != `{"detail":"Cross-origin request refused"}` {
			t.Errorf("%s %s %v: %d %s", c.method, c.path, c.headers, w.Code, w.Body)
		}
	}
	if !strings.Contains(log.String(), "cross-origin request refused") {
		t.Error(log.String())
	}
	wantMistake(t, "CSRF: TrustedOrigins", middleware.CSRF("app.com"))
	wantMistake(t, `CSRFWith: Bypass: "{": `, middleware.CSRFWith(middleware.CSRFOptions{Bypass: []string{"{"}}))
	wantMistake(t, `CSRFWith: Bypass: "/a/{y}": `, middleware.CSRFWith(middleware.CSRFOptions{Bypass: []string{"/a/{x}", "/a/{y}"}}))
}

func TestSecurityHeaders(t *testing.T) {
	w := serve(middleware.SecurityHeaders(), request("GET", "/"))
	for key, want := range map[string]string{
		"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "frame-ancestors 'none'", "X-Frame-Options": "DENY",
		"Referrer-Policy": "strict-origin-when-cross-origin", "Cross-Origin-Opener-Policy": "same-origin",
		"Strict-Transport-Security": "", "Cross-Origin-Resource-Policy": "", "Permissions-Policy": "",
	} {
		if got := w.Header().Get(key); got != want {
			t.Errorf("%s: %q, want %q", key, got, want)
		}
	}
	r := request("GET", "/")
	r.TLS = &tls.ConnectionState{}
	f := middleware.SecurityHeadersWith(middleware.SecurityHeadersOptions{FrameOptions: middleware.None, HSTS: time.Hour, HSTSSubdomains: true, PermissionsPolicy: "camera=()"})
	h := serve(f, r).Header()
	if h.Get("Strict-Transport-Security") != "max-age=3600; includeSubDomains" || h.Get("X-Frame-Options") != "" || h.Get("Permissions-Policy") != "camera=()" {
		t.Errorf("%v", h)
	}
	if h := serve(middleware.SecurityHeadersWith(middleware.SecurityHeadersOptions{HSTS: -1}), r).Header(); h.Get("Strict-Transport-Security") != "" {
		t.Errorf("HSTS was left out, but: %v", h)
	}
	w = httptest.NewRecorder()
	middleware.SecurityHeaders()(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Add("X-Frame-Options", "SAMEORIGIN")
	})).ServeHTTP(w, request("GET", "/"))
	if h := serve(middleware.SecurityHeaders(), request("GET", "/")).Header(); len(h["X-Frame-Options"]) != 1 || h.Get("X-Frame-Options") != "DENY" {
		t.Errorf("one request's change reached another: %v", h)
	}
	wantMistake(t, "SecurityHeadersWith: HSTS is -1s", middleware.SecurityHeadersWith(middleware.SecurityHeadersOptions{HSTS: -time.Second}))
	wantMistake(t, "SecurityHeadersWith: Referrer-Policy is", middleware.SecurityHeadersWith(middleware.SecurityHeadersOptions{ReferrerPolicy: "a\nb"}))
}

func TestMethodOverride(t *testing.T) {
	const form = "application/x-www-form-urlencoded"
	f := middleware.MethodOverrideWith(middleware.MethodOverrideOptions{FormField: "_method"})
	for _, c := range []struct {
		method, header, mediaType, body string
		want                            string
	}{
		{"POST", "", "", "", "POST"},
		{"POST", "put", "", "", "PUT"},
		{"POST", "PATCH", "", "", "PATCH"},
		{"POST", "DELETE", "", "", "DELETE"},
		{"POST", "GET", "", "", "400"},
		{"POST", "CONNECT", "", "", "400"},
		{"POST", "D\r\n", "", "", "400"},
		{"GET", "DELETE", "", "", "GET"},
		{"PUT", "DELETE", "", "", "PUT"},
		{"POST", "", form, "a=1&_method=delete&b=2", "DELETE"},
		{"POST", "PUT", form, "_method=delete", "PUT"},
		{"POST", "", form + "; charset=utf-8", "_method=p%75t", "PUT"},
		{"POST", "", "text/plain", "_method=delete", "POST"},
		{"POST", "", form, strings.Repeat("x", 64<<10) + "&_method=delete", "POST"},
		{"GET", "", form, "_method=delete", "GET"},
	} {
		r := httptest.NewRequest(c.method, "/", strings.NewReader(c.body))
		r.Header.Set("Content-Type", c.mediaType)
		if c.header != "" {
			r.Header["X-Http-Method-Override"] = []string{c.header}
		}
		w := httptest.NewRecorder()
		got, body := "400", c.body
		f(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			got = r.Method
			b, _ := io.ReadAll(r.Body)
			body = string(b)
		})).ServeHTTP(w, r)
		if got != c.want || body != c.body || r.Method != c.method || got == "400" && w.Code != 400 {
			t.Errorf("%s %q %.40q: %s %d, body of %d bytes", c.method, c.header, c.body, got, w.Code, len(body))
		}
	}
	if w := serve(middleware.MethodOverride(), request("POST", "/", "X-HTTP-Method-Override", "PUT")); w.Body.String() != "inner PUT" {
		t.Error(w.Body)
	}
	for _, body := range []string{"=PUT", "_method=PUT"} { // no field is asked for
		r := httptest.NewRequest("POST", "/", strings.NewReader(body))
		r.Header.Set("Content-Type", form)
		if w := serve(middleware.MethodOverride(), r); w.Body.String() != "inner POST" {
			t.Errorf("%s: %s", body, w.Body)
		}
	}
}

func BenchmarkCSRF(b *testing.B)            { benchmark(b, middleware.CSRF(), post) }
func BenchmarkSecurityHeaders(b *testing.B) { benchmark(b, middleware.SecurityHeaders()) }
func BenchmarkMethodOverride(b *testing.B) {
	benchmark(b, middleware.MethodOverride(), post, func(r *http.Request) { r.Header.Set("X-HTTP-Method-Override", "PUT") })
}

func post(r *http.Request) {
	r.Method = "POST"
	r.Header.Set("Sec-Fetch-Site", "same-origin")
}
