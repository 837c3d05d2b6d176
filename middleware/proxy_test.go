package middleware_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/brio-go/brio/middleware"
)

// seen is what a handler sees of the client: RemoteAddr, scheme and host.
func seen(f middleware.Func, r *http.Request) string {
	var got string
	f(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		got = strings.Join([]string{r.RemoteAddr, middleware.ClientHost(r), middleware.Scheme(r), r.Host}, " ")
	})).ServeHTTP(httptest.NewRecorder(), r)
	return got
}

func TestProxyHeaders(t *testing.T) {
	const untouched = "203.0.113.9:1 203.0.113.9 http a.com"
	for _, c := range []struct {
		name, remote string
		headers      []string
		want         string
	}{
		{"not from a proxy", "203.0.113.9:1", []string{"X-Forwarded-For", "1.2.3.4", "X-Forwarded-Proto", "https", "X-Forwarded-Host", "evil.com"}, untouched},
		{"nothing forwarded", "10.0.0.1:1", nil, "10.0.0.1:1 10.0.0.1 http a.com"},
		{"client", "10.0.0.1:1", []string{"X-Forwarded-For", "1.2.3.4"}, "1.2.3.4:0 1.2.3.4 http a.com"},
		{"scheme and host", "10.0.0.1:1", []string{"X-Forwarded-For", "1.2.3.4", "X-Forwarded-Proto", "HTTPS", "X-Forwarded-Host", "pub.com:8443"}, "1.2.3.4:0 1.2.3.4 https pub.com:8443"},
		{"scheme alone", "10.0.0.1:1", []string{"X-Forwarded-Proto", "https"}, "10.0.0.1:1 10.0.0.1 https a.com"},
		{"the client lies to the left", "10.0.0.1:1", []string{"X-Forwarded-For", "6.6.6.6, 1.2.3.4"}, "1.2.3.4:0 1.2.3.4 http a.com"},
		{"on a line of its own", "10.0.0.1:1", []string{"X-Forwarded-For", "6.6.6.6", "X-Forwarded-For", "1.2.3.4"}, "1.2.3.4:0 1.2.3.4 http a.com"},
		{"two proxies", "10.0.0.1:1", []string{"X-Forwarded-For", "6.6.6.6,1.2.3.4 ,10.0.0.2"}, "1.2.3.4:0 1.2.3.4 http a.com"},
		{"all are trusted", "10.0.0.1:1", []string{"X-Forwarded-For", "10.0.0.3, 10.0.0.2"}, "10.0.0.3:0 10.0.0.3 http a.com"},
		{"garbage", "10.0.0.1:1", []string{"X-Forwarded-For", "1.2.3.4, <script>"}, "10.0.0.1:1 10.0.0.1 http a.com"},
		{"garbage behind a proxy", "10.0.0.1:1", []string{"X-Forwarded-For", "1.2.3.4, unknown, 10.0.0.2"}, "10.0.0.2:0 10.0.0.2 http a.com"},
		{"empty entries", "10.0.0.1:1", []string{"X-Forwarded-For", "1.2.3.4,,"}, "10.0.0.1:1 10.0.0.1 http a.com"},
		{"port", "10.0.0.1:1", []string{"X-Forwarded-For", "1.2.3.4:567"}, "1.2.3.4:567 1.2.3.4 http a.com"},
		{"IPv6", "10.0.0.1:1", []string{"X-Forwarded-For", "2001:db8::1"}, "[2001:db8::1]:0 2001:db8::1 http a.com"},
		{"IPv6 with a port", "[::1]:1", []string{"X-Forwarded-For", "[2001:db8::1]:567"}, "[2001:db8::1]:567 2001:db8::1 http a.com"},
		{"mapped IPv4", "[::ffff:10.0.0.1]:1", []string{"X-Forwarded-For", "::ffff:1.2.3.4"}, "1.2.3.4:0 1.2.3.4 http a.com"},
		{"a list of schemes is read as far", "10.0.0.1:1", []string{"X-Forwarded-For", "6.6.6.6, 1.2.3.4, 10.0.0.2", "X-Forwarded-Proto", "http, https, http"}, "1.2.3.4:0 1.2.3.4 https a.com"},
		{"a shorter list: the last", "10.0.0.1:1", []string{"X-Forwarded-For", "6.6.6.6, 1.2.3.4, 10.0.0.2", "X-Forwarded-Proto", "https"}, "1.2.3.4:0 1.2.3.4 https a.com"},
		{"scheme that is none", "10.0.0.1:1", []string{"X-Forwarded-For", "1.2.3.4", "X-Forwarded-Proto", "javascript"}, "1.2.3.4:0 1.2.3.4 http a.com"},
		{"socket scheme", "10.0.0.1:1", []string{"X-Forwarded-Proto", "wss"}, "10.0.0.1:1 10.0.0.1 https a.com"},
		{"host that is none", "10.0.0.1:1", []string{"X-Forwarded-Host", "evil.com/x"}, "10.0.0.1:1 10.0.0.1 http a.com"},
		{"Forwarded is not read", "10.0.0.1:1", []string{"Forwarded", "for=6.6.6.6;proto=https"}, "10.0.0.1:1 10.0.0.1 http a.com"},
		{"Unix socket", "@", []string{"X-Forwarded-For", "1.2.3.4"}, "1.2.3.4:0 1.2.3.4 http a.com"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := request("GET", "/", append(c.headers, "Host", "a.com")...)
			r.RemoteAddr = c.remote
			if got := seen(middleware.ProxyHeaders("10.0.0.0/8", "::1", "unix"), r); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestForwarded(t *testing.T) {
	const untouched = "10.0.0.1:1 10.0.0.1 http a.com"
	for in, want := range map[string]string{
		`for=1.2.3.4`: "1.2.3.4:0 1.2.3.4 http a.com",
		`For="[2001:db8::1]:4711";Proto=https;HOST="pub.com:8443"; by=203.0.113.43`: "[2001:db8::1]:4711 2001:db8::1 https pub.com:8443",
		`for=6.6.6.6, for=1.2.3.4;proto=https, for=10.0.0.2;proto=http`:             "1.2.3.4:0 1.2.3.4 https a.com",
		`for=unknown;proto=https`:              "10.0.0.1:1 10.0.0.1 https a.com",
		`for=1.2.3.4, for=_hidden;proto=https`: "10.0.0.1:1 10.0.0.1 https a.com",
		`for=_x, for=10.0.0.2`:                 "10.0.0.2:0 10.0.0.2 http a.com",
		`for="1.2.3.4\"`:                       untouched,
		`for="1.2.\3.4"`:                       "1.2.3.4:0 1.2.3.4 http a.com",
		`for=1.2.3.4;for=5.6.7.8`:              untouched,
		`for=1.2.3.4 x`:                        untouched,
		`for`:                                  untouched,
		`=1.2.3.4`:                             untouched,
		`for=[::1]`:                            untouched, // must be quoted
		``:                                     untouched,
		`,,`:                                   untouched,
		`for=1.2.3.4;host="a b"`:               "1.2.3.4:0 1.2.3.4 http a.com",
	} {
		r := request("GET", "/", "Forwarded", in, "Host", "a.com", "X-Forwarded-For", "6.6.6.6")
		r.RemoteAddr = "10.0.0.1:1"
		if got := seen(middleware.ProxyHeadersWith(middleware.ProxyOptions{Trusted: []string{"10.0.0.0/8"}, Forwarded: true}), r); got != want {
			t.Errorf("%s\ngot  %s\nwant %s", in, got, want)
		}
	}
}

func TestProxyHeadersRefusesWhatIsNoAddress(t *testing.T) {
	for _, bad := range []string{"", "proxy", "10.0.0.0/33", "10.0.0.1/8", "10.0.0", "fe80::1%eth0", "::ffff:10.0.0.0/104"} {
		wantMistake(t, "middleware.ProxyHeaders: the trusted prox", middleware.ProxyHeaders(bad))
	}
	wantMistake(t, "no trusted proxy", middleware.ProxyHeaders())
	middleware.ProxyHeaders("10.0.0.0/8", "192.0.2.1", "::1", "2001:db8::/32", "unix", "*")
}

// Whatever a client writes to the left of what the proxy has added, it stays the address that the proxy saw.
func FuzzXForwardedFor(f *testing.F) {
	for _, s := range []string{"", "1.2.3.4", "10.0.0.1, x", "[::1]:80", ",,,", "\"for=1", "10.0.0.1,10.0.0.2"} {
		f.Add(s, "https")
	}
	proxy := middleware.ProxyHeaders("10.0.0.0/8")
	f.Fuzz(func(t *testing.T, lie, proto string) {
		r := request("GET", "/")
		r.RemoteAddr = "10.0.0.1:1"
		r.Header["X-Forwarded-For"] = []string{lie + ", 1.2.3.4"}
		r.Header["X-Forwarded-Proto"] = []string{proto}
		if got := seen(proxy, r); !strings.HasPrefix(got, "1.2.3.4:0 1.2.3.4 http") {
			t.Errorf("%q: %s", lie, got)
		}
		r.Header["X-Forwarded-For"] = []string{lie}
		got, _, _ := strings.Cut(seen(proxy, r), " ")
		if _, err := netip.ParseAddrPort(got); err != nil {
			t.Errorf("%q: RemoteAddr %q", lie, got)
		}
	})
}

func FuzzForwarded(f *testing.F) {
	for _, s := range []string{"for=1.2.3.4", `for="[::1]:80";host=a.com`, "for=_x,for=unknown", `a="\"`, "for=1.2.3.4;;,"} {
		f.Add(s)
	}
	proxy := middleware.ProxyHeadersWith(middleware.ProxyOptions{Trusted: []string{"10.0.0.0/8"}, Forwarded: true})
	f.Fuzz(func(t *testing.T, line string) {
		r := request("GET", "/", "Host", "a.com")
		r.RemoteAddr = "10.0.0.1:1"
		r.Header["Forwarded"] = []string{line, "for=1.2.3.4"} // the proxy's own line
		var remote, host, scheme string
		if _, err := fmt.Sscan(seen(proxy, r), &remote, new(string), &scheme, &host); err != nil {
			t.Fatalf("%q: %v", line, err)
		}
		if _, err := netip.ParseAddrPort(remote); err != nil || strings.ContainsAny(host, "/@\\") || scheme != "http" && scheme != "https" {
			t.Errorf("%q: %s %s %s", line, remote, scheme, host)
		}
		// A line that is not well-formed takes all away; else the client is who the proxy says.
		if remote != "1.2.3.4:0" && remote != "10.0.0.1:1" {
			t.Errorf("%q: the client is %s", line, remote)
		}
	})
}

func BenchmarkProxyHeaders(b *testing.B) {
	b.Run("direct", func(b *testing.B) { benchmark(b, middleware.ProxyHeaders("10.0.0.0/8")) })
	b.Run("forwarded", func(b *testing.B) {
		benchmark(b, middleware.ProxyHeaders("10.0.0.0/8"), func(r *http.Request) {
			r.RemoteAddr = "10.0.0.1:1234"
			r.Header.Set("X-Forwarded-For", "1.2.3.4")
			r.Header.Set("X-Forwarded-Proto", "https")
		})
	})
}
