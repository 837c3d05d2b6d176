package middleware_test

import (
	"crypto/tls"
	"testing"

	"github.com/brio-go/brio/middleware"
)

func TestTrustedHost(t *testing.T) {
	hosts := []string{"Example.com", "*.example.org", "www.only.net", "127.0.0.1", "::1", "[2001:db8::1]"}
	for _, c := range []struct {
		host   string
		status int
		body   string // or Location
	}{
		{"example.com", 200, ""},
		{"EXAMPLE.com:8000", 200, ""},
		{"example.com.", 200, ""},
		{"www.example.com", 400, "Invalid host header"},
		{"example.com.evil.com", 400, "Invalid host header"},
		{"evilexample.com", 400, "Invalid host header"},
		{"a.example.org", 200, ""},
		{"a.b.example.org:1", 200, ""},
		{"example.org", 400, "Invalid host header"},
		{"evilexample.org", 400, "Invalid host header"},
		{"www.only.net", 200, ""},
		{"only.net", 307, "http://www.only.net/a%20b?x=1"},
		{"only.net:8080", 307, "http://www.only.net:8080/a%20b?x=1"},
		{"127.0.0.1:80", 200, ""},
		{"[::1]:80", 200, ""},
		{"[0:0::1]", 200, ""},
		{"[2001:DB8::1]", 200, ""},
		{"[::2]", 400, "Invalid host header"},
		{"", 400, "Invalid host header"},
		{"example.com:80:80", 400, "Invalid host header"},
		{"example.com@evil.com", 400, "Invalid host header"},
		{"example.com/evil", 400, "Invalid host header"},
	} {
		w := serve(middleware.TrustedHost(hosts...), request("GET", "/a%20b?x=1", "Host", c.host))
		ok := w.Code == c.status
		switch c.status {
		case 307:
			ok = ok && w.Header().Get("Location") == c.body
		case 400:
			ok = ok && w.Body.String() == c.body && w.Header().Get("Content-Type") == "text/plain; charset=utf-8"
		}
		if !ok {
			t.Errorf("%q: %d %v %q", c.host, w.Code, w.Header(), w.Body)
		}
	}
	if w := serve(middleware.TrustedHost("*"), request("GET", "/", "Host", "any")); w.Code != 200 {
		t.Errorf("any: %d", w.Code)
	}
	if w := serve(middleware.TrustedHostWith(middleware.TrustedHostOptions{Hosts: []string{"www.a.com"}, NoWWWRedirect: true}), request("GET", "/", "Host", "a.com")); w.Code != 400 {
		t.Errorf("no redirect: %d", w.Code)
	}
	for _, bad := range []string{"https://a.com", "a.com:80", "a.*.com", "*a.com", "", "*.", "a.com/"} {
		wantMistake(t, "middleware.TrustedHost: the host", middleware.TrustedHost(bad))
	}
	wantMistake(t, "no hosts", middleware.TrustedHost())
}

func TestHTTPSRedirect(t *testing.T) {
	for host, want := range map[string]string{
		"a.com": "https://a.com/p?q=1", "a.com:80": "https://a.com/p?q=1", "a.com:443": "https://a.com/p?q=1", "a.com:8000": "https://a.com:8000/p?q=1",
		"[::1]:80": "https://[::1]/p?q=1", "[::1]:81": "https://[::1]:81/p?q=1",
	} {
		w := serve(middleware.HTTPSRedirect(), request("POST", "/p?q=1", "Host", host))
		if w.Code != 307 || w.Header().Get("Location") != want {
			t.Errorf("%s: %d %q", host, w.Code, w.Header().Get("Location"))
		}
	}
	if w := serve(middleware.HTTPSRedirect(), request("GET", "/", "Host", "a.com", "Upgrade", "WebSocket")); w.Header().Get("Location") != "wss://a.com/" {
		t.Errorf("socket: %q", w.Header().Get("Location"))
	}
	if w := serve(middleware.HTTPSRedirect(), request("GET", "/", "Host", "a.com\\evil")); w.Code != 400 {
		t.Errorf("bad host: %d", w.Code)
	}
	if w := serve(middleware.HTTPSRedirect(), request("GET", "/", "Host", "a.com", "X-Forwarded-Proto", "https")); w.Code != 307 {
		t.Errorf("a header that nobody trusts: %d", w.Code)
	}
	r := request("GET", "/")
	r.TLS = &tls.ConnectionState{}
	if w := serve(middleware.HTTPSRedirect(), r); w.Code != 200 {
		t.Errorf("TLS: %d", w.Code)
	}
	r = request("GET", "/", "X-Forwarded-Proto", "https")
	proxy := middleware.ProxyHeaders("192.0.2.1") // httptest's address
	w := serve(func(next httpHandler) httpHandler { return proxy(middleware.HTTPSRedirect()(next)) }, r)
	if w.Code != 200 {
		t.Errorf("behind a trusted proxy: %d", w.Code)
	}
}

func BenchmarkTrustedHost(b *testing.B) { benchmark(b, middleware.TrustedHost("a.com", "example.com")) }
