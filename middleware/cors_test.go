package middleware_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio/internal/startup"
	"github.com/brio-go/brio/middleware"
)

// headers are name, value pairs.
func request(method, target string, headers ...string) *http.Request {
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
			continue
		}
		r.Header.Add(headers[i], headers[i+1])
	}
	return r
}

func serve(f middleware.Func, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	f(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = w.Write([]byte("inner " + r.Method)) })).ServeHTTP(w, r)
	return w
}

func corsHeaders(h http.Header) string {
	var out []string
	for key, values := range h {
		if strings.HasPrefix(key, "Access-Control-") || key == "Vary" {
			out = append(out, strings.TrimPrefix(key, "Access-Control-")+": "+strings.Join(values, " | "))
		}
	}
	slices.Sort(out)
	return strings.Join(out, "; ")
}

const (
	safe     = "Accept, Accept-Language, Content-Language, Content-Type"
	every    = "DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT"
	request1 = "Access-Control-Request-Method"
	request2 = "Access-Control-Request-Headers"
)

func TestCORSPreflight(t *testing.T) {
	one := middleware.CORSOptions{AllowOrigins: []string{"https://a.com"}}
	for _, c := range []struct {
		name    string
		o       middleware.CORSOptions
		headers []string
		status  int
		body    string
		want    string
	}{
		{"default", middleware.CORSOptions{}, []string{"Origin", "https://a.com", request1, "GET"}, 400, "Disallowed CORS origin",
			"Allow-Headers: " + safe + "; Allow-Methods: GET; Max-Age: 600; Vary: Origin"},
		{"allowed", one, []string{"Origin", "https://a.com", request1, "GET"}, 200, "OK",
			"Allow-Headers: " + safe + "; Allow-Methods: GET; Allow-Origin: https://a.com; Max-Age: 600; Vary: Origin"},
		{"method", one, []string{"Origin", "https://a.com", request1, "POST"}, 400, "Disallowed CORS method",
			"Allow-Headers: " + safe + "; Allow-Methods: GET; Allow-Origin: https://a.com; Max-Age: 600; Vary: Origin"},
		{"all three", one, []string{"Origin", "https://b.com", request1, "POST", request2, "X-Nope, X-Other"}, 400, "Disallowed CORS origin, method, headers",
			"Allow-Headers: " + safe + "; Allow-Methods: GET; Max-Age: 600; Vary: Origin"},
		{"headers", one, []string{"Origin", "https://a.com", request1, "GET", request2, "X-Nope"}, 400, "Disallowed CORS headers",
			"Allow-Headers: " + safe + "; Allow-Methods: GET; Allow-Origin: https://a.com; Max-Age: 600; Vary: Origin"},
		{"safelisted headers", one, []string{"Origin", "https://a.com", request1, "GET", request2, "content-type,ACCEPT , accept-language"}, 200, "OK",
			"Allow-Headers: " + safe + "; Allow-Methods: GET; Allow-Origin: https://a.com; Max-Age: 600; Vary: Origin"},
		{"anything", middleware.CORSOptions{AllowOrigins: []string{"*"}, AllowMethods: []string{"*"}, AllowHeaders: []string{"*"}},
			[]string{"Origin", "https://b.com", request1, "PATCH", request2, "X-One, x-two"}, 200, "OK",
			"Allow-Headers: X-One, x-two; Allow-Methods: " + every + "; Allow-Origin: *; Max-Age: 600"},
		{"anything, no headers asked for", middleware.CORSOptions{AllowOrigins: []string{"*"}, AllowHeaders: []string{"*"}},
			[]string{"Origin", "https://b.com", request1, "GET"}, 200, "OK", "Allow-Methods: GET; Allow-Origin: *; Max-Age: 600"},
		{"anything with credentials", middleware.CORSOptions{AllowOrigins: []string{"*"}, AllowCredentials: true},
			[]string{"Origin", "https://b.com", request1, "GET"}, 200, "OK",
			"Allow-Credentials: true; Allow-Headers: " + safe + "; Allow-Methods: GET; Allow-Origin: https://b.com; Max-Age: 600; Vary: Origin"},
		{"headers are sorted", middleware.CORSOptions{AllowOrigins: []string{"*"}, AllowHeaders: []string{"X-B", "Authorization", "X-B"}, AllowMethods: []string{"GET", "POST"}, MaxAge: time.Hour},
			[]string{"Origin", "https://b.com", request1, "POST", request2, "authorization"}, 200, "OK",
			"Allow-Headers: Accept, Accept-Language, Authorization, Content-Language, Content-Type, X-B; Allow-Methods: GET, POST; Allow-Origin: *; Max-Age: 3600"},
		{"not remembered", middleware.CORSOptions{AllowOrigins: []string{"*"}, MaxAge: -1}, []string{"Origin", "https://b.com", request1, "GET"}, 200, "OK",
			"Allow-Headers: " + safe + "; Allow-Methods: GET; Allow-Origin: *; Max-Age: 0"},
		{"private network", middleware.CORSOptions{AllowOrigins: []string{"*"}, AllowPrivateNetwork: true},
			[]string{"Origin", "https://b.com", request1, "GET", "Access-Control-Request-Private-Network", "true"}, 200, "OK",
			"Allow-Headers: " + safe + "; Allow-Methods: GET; Allow-Origin: *; Allow-Private-Network: true; Max-Age: 600"},
		{"private network, not allowed", middleware.CORSOptions{AllowOrigins: []string{"*"}},
			[]string{"Origin", "https://b.com", request1, "GET", "Access-Control-Request-Private-Network", "true"}, 400, "Disallowed CORS private-network",
			"Allow-Headers: " + safe + "; Allow-Methods: GET; Allow-Origin: *; Max-Age: 600"},
		{"OPTIONS without a method is passed on", one, []string{"Origin", "https://a.com"}, 200, "inner OPTIONS", "Allow-Origin: https://a.com; Vary: Origin"},
		{"no origin", one, []string{request1, "GET"}, 200, "inner OPTIONS", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := serve(middleware.CORS(c.o), request("OPTIONS", "/", c.headers...))
			if w.Code != c.status || w.Body.String() != c.body {
				t.Errorf("%d %q", w.Code, w.Body)
			}
			if got := corsHeaders(w.Header()); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if !strings.HasPrefix(c.body, "inner") && w.Header().Get("Content-Type") != "text/plain; charset=utf-8" {
				t.Errorf("Content-Type %q", w.Header().Get("Content-Type"))
			}
		})
	}
}

func TestCORSSimple(t *testing.T) {
	one := middleware.CORSOptions{AllowOrigins: []string{"https://a.com"}, AllowCredentials: true, ExposeHeaders: []string{"X-One", "X-Two"}}
	always := middleware.CORSOptions{AllowOrigins: []string{"https://a.com"}, VaryAlways: true}
	for _, c := range []struct {
		name    string
		o       middleware.CORSOptions
		headers []string
		want    string
	}{
		{"no origin", one, nil, ""},
		{"allowed", one, []string{"Origin", "https://a.com"}, "Allow-Credentials: true; Allow-Origin: https://a.com; Expose-Headers: X-One, X-Two; Vary: Origin"},
		{"not allowed", one, []string{"Origin", "https://b.com"}, "Allow-Credentials: true; Expose-Headers: X-One, X-Two"},
		{"empty origin", one, []string{"Origin", ""}, "Allow-Credentials: true; Expose-Headers: X-One, X-Two"},
		{"any", middleware.CORSOptions{AllowOrigins: []string{"*"}}, []string{"Origin", "https://b.com", "Cookie", "a=b"}, "Allow-Origin: *"},
		{"any with credentials", middleware.CORSOptions{AllowOrigins: []string{"*"}, AllowCredentials: true}, []string{"Origin", "https://b.com"}, "Allow-Credentials: true; Allow-Origin: https://b.com; Vary: Origin"},
		{"for caches, not allowed", always, []string{"Origin", "https://b.com"}, "Vary: Origin"},
		{"for caches, no origin", always, nil, "Vary: Origin"},
		{"for caches, allowed", always, []string{"Origin", "https://a.com"}, "Allow-Origin: https://a.com; Vary: Origin"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := serve(middleware.CORS(c.o), request("GET", "/", c.headers...))
			if got := corsHeaders(w.Header()); got != c.want || w.Body.String() != "inner GET" {
				t.Errorf("%q\ngot  %s\nwant %s", w.Body, got, c.want)
			}
		})
	}
}

func TestCORSOrigins(t *testing.T) {
	list := middleware.CORSOptions{AllowOrigins: []string{"https://a.com", "http://localhost:3000", "https://[::1]:8443"}}
	regex := middleware.CORSOptions{AllowOriginRegex: `https://[a-z0-9-]+\.example\.com|https://other\.org`}
	for _, c := range []struct {
		o       middleware.CORSOptions
		origin  string
		allowed bool
	}{
		{list, "https://a.com", true},
		{list, "https://A.com", false},
		{list, "http://a.com", false},
		{list, "https://a.com:443", false},
		{list, "https://a.com:8443", false},
		{list, "https://a.com.evil.com", false},
		{list, "https://evil-a.com", false},
		{list, "https://a.com/", false},
		{list, "https://a.co", false},
		{list, "http://localhost:3000", true},
		{list, "http://localhost", false},
		{list, "http://localhost:30001", false},
		{list, "https://[::1]:8443", true},
		{list, "null", false},
		{list, "*", false},
		{middleware.CORSOptions{AllowOrigins: []string{"null"}}, "null", true},
		{regex, "https://x.example.com", true},
		{regex, "https://other.org", true},
		{regex, "https://other.org.evil.com", false},
		{regex, "https://x.example.com.evil.com", false},
		{regex, "evil://https://x.example.com", false},
		{regex, "https://evil.com/https://x.example.com", false},
		{regex, "https://x.example.com:444", false},
		{regex, "https://xyexample.com", false},
		{regex, "https://x.example.com\n", false},
		{regex, "null", false},
		{middleware.CORSOptions{AllowOriginRegex: `(?m)^https://a\.com$`}, "https://a.com\nhttps://evil.com", false},
	} {
		r := request("GET", "/")
		r.Header["Origin"] = []string{c.origin}
		got := serve(middleware.CORS(c.o), r).Header().Get("Access-Control-Allow-Origin")
		if allowed := got == c.origin; allowed != c.allowed {
			t.Errorf("%q: answered %q", c.origin, got)
		}
	}
}

func TestCORSRefusesUnmatchableOptions(t *testing.T) {
	for _, origin := range []string{"a.com", "https://a.com/", "https://A.com", "https://a.com:443", "http://a.com:80", "https://*.a.com", "https://a.com/path", "https://u@a.com", "https://", "", "https://a.com:"} {
		wantMistake(t, "middleware.CORS: AllowOrigins has", middleware.CORS(middleware.CORSOptions{AllowOrigins: []string{origin}}))
	}
	wantMistake(t, "CORS: AllowOriginRegex", middleware.CORS(middleware.CORSOptions{AllowOriginRegex: "a)|(b"}))
	wantMistake(t, "CORS: MaxAge is -1s", middleware.CORS(middleware.CORSOptions{MaxAge: -time.Second}))
	wantMistake(t, "CORS: AllowMethods has \"get\"", middleware.CORS(middleware.CORSOptions{AllowMethods: []string{"get"}}))
	wantMistake(t, "CORS: a header of AllowHeaders is \"a b\"", middleware.CORS(middleware.CORSOptions{AllowHeaders: []string{"a b"}}))
	wantMistake(t, "CORS: ExposeHeaders has \"\"", middleware.CORS(middleware.CORSOptions{ExposeHeaders: []string{""}}))
}

func BenchmarkCORS(b *testing.B) {
	f := middleware.CORS(middleware.CORSOptions{AllowOrigins: []string{"https://a.com"}, AllowCredentials: true})
	b.Run("same origin", func(b *testing.B) { benchmark(b, f) })
	b.Run("other origin", func(b *testing.B) {
		benchmark(b, f, func(r *http.Request) { r.Header.Set("Origin", "https://a.com") })
	})
}

// TestCORSWarns: any origin with credentials is a warning at the start; either of them alone is none.
func TestCORSWarns(t *testing.T) {
	for want, o := range map[string]middleware.CORSOptions{
		"":                      {AllowOrigins: []string{"*"}},
		"lets every page on th": {AllowOrigins: []string{"*"}, AllowCredentials: true},
	} {
		if got := startup.NotesOf(middleware.CORS(o)).Warning; (got == "") != (want == "") || !strings.Contains(got, want) {
			t.Errorf("%+v: the warning is %q", o, got)
		}
	}
	if got := startup.NotesOf(middleware.CORS(middleware.CORSOptions{AllowOrigins: []string{"https://a.example"}, AllowCredentials: true})).Warning; got != "" {
		t.Errorf("one origin with credentials: the warning is %q", got)
	}
}
