package brio

import (
	"log/slog"
	"net/http"
	"slices"

	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/funcname"
	"github.com/brio-go/brio/internal/origin"
	"github.com/brio-go/brio/routing"
)

// Prefix is put before every path of a router. It begins with a slash and does not end with one.
func Prefix(prefix string) RouterOption { return prefixOption(prefix) }

// Name names a route, for URLs, logs and the document. The default is the handler's name.
func Name(name string) RouteOption {
	return routeOption(func(r *declare.RouteSettings) { r.Name = name })
}

// Use adds middleware, the first outermost. On an app it wraps everything, on routers and routes what they match.
func Use(mw ...Middleware) Option {
	mw = slices.Clone(mw) // routes apply it when the app starts
	return option(func(s *declare.Settings) { s.Middleware = append(s.Middleware, mw...) })
}

// Around wraps the endpoint of every route in scope: binding, dependencies, handler and response model, before anything
// is sent. f calls next at most once; it may change what that returns, answer with a Response of its own or turn errors
// into others. A panic is an error here. Those of the app are outermost. Clean-ups run afterwards, also those before the
// response: they see what Around has made of an error. Plain middleware wraps the whole exchange instead.
//
// What next returns is a copy that f may keep and return to later requests, also at once, unless it is a stream: that is sent
// once, and a 500 when it is returned again. The copy costs two allocations and the size of the body.
func Around(f func(r *http.Request, next func() (*Response, error)) (*Response, error)) Option {
	return option(func(s *declare.Settings) { s.Around = append(s.Around, f) })
}

// RedirectSlashes says whether /items/ redirects to /items, or the other way round, when only that one exists. It
// does by default.
func RedirectSlashes(on ...bool) AppOption {
	return switchedApp("RedirectSlashes", on, func(a *appSettings, on bool) { a.Route.RedirectSlashes = on })
}

// EncodedSlashes says whether a {name} may have an escaped slash (%2F) or a backslash, as a program needs whose names have
// slashes: /projects/{id} then matches /projects/group%2Fproject, with the id group/project. Without it a path with either
// matches nothing, 404. The innermost level decides. No guard is passed by it: a path whose plain spelling,
// /projects/group/project, belongs to another route does not match. A {name...} takes slashes as they are, and no escaped
// ones.
func EncodedSlashes(on ...bool) Option {
	return switched("EncodedSlashes", on, func(s *declare.Settings, on bool) { s.EncodedSlashes.Set(on) })
}

// Logger is where the app writes what clients do not see; slog.Default() by default.
func Logger(l *slog.Logger) AppOption { return appOption(func(a *appSettings) { a.Logger = l }) }

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
			a.Report = append(a.Report, routing.Mistake{Place: place, Found: "TrustProxies: " + wrong, Legal: `addresses and ranges of proxies, as in "10.0.0.0/8"`})
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
