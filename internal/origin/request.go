package origin

import (
	"net/http"
	"net/netip"
)

// This file has what the package reads of an *http.Request, for middleware and for programs. The engine has an Exchange instead.

// Around calls next with the client, scheme and host that the proxies report, if the request comes from one.
func (p *Proxies) Around(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !p.trusts(r.RemoteAddr) {
			next.ServeHTTP(w, r)
			return
		}
		var f forwarded
		if p.forwarded {
			f = p.readForwarded(r.Header["Forwarded"])
		} else {
			f = p.readXForwarded(r.Header)
		}
		if f == (forwarded{}) {
			next.ServeHTTP(w, r)
			return
		}
		changed := r.WithContext(&schemeContext{r.Context(), f.scheme})
		if f.client.IsValid() {
			changed.RemoteAddr = netip.AddrPortFrom(f.client, f.port).String()
		}
		if f.host != "" {
			changed.Host = f.host
		}
		ServeCopy(next, w, r, changed)
	})
}

// Scheme returns "https" or "http", as the client sees it: as a trusted proxy reports it (ProxyHeaders), else by whether the
// connection has TLS.
func Scheme(r *http.Request) string { return SchemeOf(r.Context(), r.TLS != nil) }

// ClientHost returns the client's address without port. It is that of RemoteAddr, which ProxyHeaders replaces by the address that a
// trusted proxy reports. It is "" for a Unix socket.
func ClientHost(r *http.Request) string { return hostOf(r.RemoteAddr) }

// PathPrefix is [PrefixOf] of a request.
func PathPrefix(r *http.Request) string { return PrefixOf(r.Context(), r.URL, r.RequestURI) }

// BaseOf returns the Base of a request, the zero Base for nil.
func BaseOf(r *http.Request) Base {
	if r == nil {
		return Base{}
	}
	return Base{Scheme(r), r.Host, RootPath(r.Context())}
}

// WithRootPath returns r with a longer root path: prefix is appended, because a mount inside of a mount has both. It does not
// change r.URL.
func WithRootPath(r *http.Request, prefix string) *http.Request {
	return r.WithContext(&rootPathContext{Context: r.Context(), prefix: prefix})
}

// Below returns r for a handler that is mounted at prefix: with path, and raw as its escaped form, in its URL, and a root path that is
// longer by prefix. raw is "" for the usual form. r does not change. It costs two allocations.
func Below(r *http.Request, prefix, path, raw string) *http.Request {
	ctx := &rootPathContext{Context: r.Context(), prefix: prefix, url: *r.URL}
	ctx.url.Path, ctx.url.RawPath = path, raw
	out := r.WithContext(ctx)
	out.URL = &ctx.url
	return out
}

// StripRootPath returns r below a root path: it removes prefix from the path. A path without the prefix stays unchanged,
// because the proxy has removed it.
func StripRootPath(r *http.Request, prefix string) *http.Request {
	path, ok := cutPrefix(r.URL.Path, prefix)
	if !ok {
		return WithRootPath(r, prefix)
	}
	raw, ok := cutPrefix(r.URL.RawPath, prefix)
	if !ok && r.URL.RawPath != "" {
		return WithRootPath(r, prefix) // the prefix is written with escapes, so it is another path
	}
	return Below(r, prefix, path, raw)
}
