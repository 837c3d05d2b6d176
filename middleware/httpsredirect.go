package middleware

import (
	"net/http"
	"strings"

	"github.com/brio-go/brio/internal/origin"
)

// HTTPSRedirect sends plain HTTP requests to https with a 307, to wss those that open a WebSocket. Port 80 and 443 are
// dropped, another one stays. What a trusted proxy says of the scheme counts (ProxyHeaders, brio.TrustProxies): without
// it an app behind a proxy that ends TLS redirects for ever. The Location has the request's host: use TrustedHost
// outside of it. The path is the client's, with the prefix of brio.RootPath and http.StripPrefix.
//
// It does not allocate for requests by https.
//
//go:noinline
func HTTPSRedirect() Func {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if Scheme(r) == "https" || r.Method == http.MethodConnect { // a tunnel has no path to be redirected to
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
