package middleware

import (
	"net/http"

	"github.com/brio-go/brio/internal/origin"
)

// ProxyOptions configure ProxyHeadersWith.
type ProxyOptions struct {
	// Trusted are the addresses of proxies: "10.0.0.0/8", "192.0.2.7", "::1", "unix" for connections by a Unix socket, "*"
	// for any, which is safe only where no client can reach the app directly. The entries of the header are not trusted by
	// it: the last one is the client's.
	Trusted []string
	// Forwarded reads the header Forwarded (RFC 7239) instead of X-Forwarded-For, -Proto and -Host. Only what the proxy
	// writes may be read: a header that it passes on is the client's word.
	Forwarded bool
}

// ProxyHeaders takes client, scheme and host from X-Forwarded-For, X-Forwarded-Proto and X-Forwarded-Host, where the
// connection comes from one of the trusted addresses: RemoteAddr and Host of the request are then the client's, and
// Scheme knows the scheme. X-Forwarded-For is read from right to left as long as an address is trusted; the first that is
// not is the client, so what a client has written itself to the left of it is not believed. The proxy must set or remove
// X-Forwarded-Proto and -Host: of several values that of the client's own entry counts, else the last.
//
// It panics when an address is none. brio.TrustProxies puts it around a whole app. Requests that were forwarded cost four
// allocations (400 bytes), others none.
func ProxyHeaders(trusted ...string) Func {
	return ProxyHeadersWith(ProxyOptions{Trusted: trusted})
}

// ProxyHeadersWith is ProxyHeaders with options.
func ProxyHeadersWith(o ProxyOptions) Func {
	p, wrong := origin.NewProxies(o.Trusted, o.Forwarded)
	mustBe(wrong == "", "ProxyHeaders", "%s", wrong)
	return func(next http.Handler) http.Handler { return p.Around(next) }
}

// Scheme is "https" or "http", as the client sees it: what a trusted proxy says (ProxyHeaders), or whether the
// connection has TLS.
func Scheme(r *http.Request) string { return origin.Scheme(r) }

// ClientHost is the address of the client without its port: of RemoteAddr, which ProxyHeaders has set where a trusted
// proxy says so. It is "" where there is none, as for a Unix socket.
func ClientHost(r *http.Request) string { return origin.ClientHost(r) }
