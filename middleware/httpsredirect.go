package middleware

import (
	"net/http"
	"strings"

	"github.com/brio-go/brio/internal/origin"
)

// HTTPSRedirect redirects http requests to https with 307, and WebSocket handshakes to wss. It drops the ports 80 and 443 and
// keeps others. The path is the client's, with the prefix of brio.RootPath and http.StripPrefix.
//
// It uses the scheme that a trusted proxy reports (ProxyHeaders, brio.TrustProxies). Without a trusted proxy, an app behind
// a proxy that terminates TLS redirects forever. The Location has the request's host: put TrustedHost outside of it.
//
// A request with a malformed Host is answered with 400. HTTPSRedirect does not allocate for https requests.
//
//go:noinline
func HTTPSRedirect() Func {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if Scheme(r) == "https" || r.Method == http.MethodConnect { // a tunnel has no path
				next.ServeHTTP(w, r)
				return
			}
			host, port, ok := origin.SplitHost(r.Host)
			if !ok {
				plainText(w, r, http.StatusBadRequest, "Invalid host header")
				return
			}
			if port == "80" || port == "443" {
				port = ""
			}
			scheme := "https"
			if strings.EqualFold(r.Header.Get("Upgrade"), "websocket") {
				scheme = "wss"
			}
			redirect(w, r, scheme, origin.JoinHost(host, port))
		})
	}
}
