package brio

import (
	"net/http"

	"github.com/brio-go/brio/internal/funcname"
	"github.com/brio-go/brio/internal/origin"
	"github.com/brio-go/brio/routing"
)

// proxySettings are what TrustProxies says.
type proxySettings struct {
	proxies  Middleware
	trustAll string // place of a TrustProxies("*"); "" for none
	mistakes []routing.Mistake
}

// TrustProxies takes the client's address, the scheme and the host from X-Forwarded-For, -Proto and -Host of requests that
// come from one of the addresses: "10.0.0.0/8", "192.0.2.7", "::1", "unix" for a Unix socket, "*" for any. ClientHost,
// URLFor and redirects then are what the client sees. Without it these headers are not read: any client may send them.
// X-Forwarded-For is read from the right: the first address that is not trusted is the client. With "*" that is the last
// entry, and the app warns when it starts: a client that reaches it directly can claim any address. It stands outside of all middleware; middleware.ProxyHeaders says how it reads them.
func TrustProxies(addresses ...string) AppOption {
	place := funcname.Caller(1)
	return appOption(func(a *appSettings) {
		proxies, wrong := origin.NewProxies(addresses, false)
		if wrong != "" {
			a.mistakes = append(a.mistakes, routing.Mistake{Place: place, Found: "TrustProxies: " + wrong, Legal: `addresses and ranges of proxies, as in "10.0.0.0/8"`})
			return
		}
		if a.trustAll = ""; proxies.TrustsAll() {
			a.trustAll = place
		}
		a.proxies = func(next http.Handler) http.Handler { return proxies.Around(next) } // has a name for Explain
	})
}

// ClientHost is the address of the client, without a port: what a trusted proxy says (TrustProxies), or that of the
// connection; "" where there is none, as for a Unix socket.
func ClientHost(r *http.Request) string { return origin.ClientHost(r) }
