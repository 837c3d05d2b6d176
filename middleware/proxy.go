package middleware

import (
	"net/http"

	"github.com/brio-go/brio/internal/origin"
)

// ProxyOptions configure ProxyHeadersWith.
type ProxyOptions struct {
	// Trusted are the addresses of proxies: "10.0.0.0/8", "192.0.2.7", "::1", "unix" for a Unix socket, or "*" for any.
	// "*" is safe only if no client can reach the app directly. It trusts the connection and no entry of the header: the
	// last entry is then the client's address.
	Trusted []string
	// Forwarded reads the header Forwarded (RFC 7239) instead of X-Forwarded-For, -Proto and -Host. The proxy must write the
	// header itself: if it passes the header on, a client can choose its content.
	Forwarded bool
}

// ProxyHeaders reads client, scheme and host from X-Forwarded-For, X-Forwarded-Proto and X-Forwarded-Host, if the connection
// comes from a trusted address. It sets RemoteAddr and Host of the request; Scheme returns the scheme.
//
// It reads X-Forwarded-For from right to left and skips trusted addresses. The first address that is not trusted is the
// client's, so entries that the client has written, to the left of it, have no effect. The proxy must set or remove
// X-Forwarded-Proto and -Host. If they have several values, the one at the client's position counts, else the last.
//
// A malformed address is a start-up mistake. brio.TrustProxies puts ProxyHeaders around a whole app. A forwarded request costs four
// allocations (400 bytes), any other none.
func ProxyHeaders(trusted ...string) Func {
	return ProxyHeadersWith(ProxyOptions{Trusted: trusted})
}

// ProxyHeadersWith is ProxyHeaders with options.
func ProxyHeadersWith(o ProxyOptions) Func {
	p, wrong := origin.NewProxies(o.Trusted, o.Forwarded)
	var c checks
	c.must(wrong == "", `addresses and ranges of proxies, as in "10.0.0.0/8"; "unix"; "*" for any`, "%s", wrong)
	if refused := c.refused(); refused != nil {
		return refused
	}
	return func(next http.Handler) http.Handler { return p.Around(next) }
}

// Scheme returns "https" or "http", as the client sees it: the scheme that a trusted proxy reports (ProxyHeaders), or else
// "https" if the connection has TLS.
func Scheme(r *http.Request) string { return origin.Scheme(r) }

// ClientHost returns the client's address without the port. It is the address of RemoteAddr, which ProxyHeaders sets to the
// client's. It is "" for a Unix socket.
func ClientHost(r *http.Request) string { return origin.ClientHost(r) }
