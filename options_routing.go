package brio

import (
	"log/slog"
	"net/http"
	"slices"

	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/funcname"
	"github.com/brio-go/brio/internal/origin"
	"github.com/brio-go/brio/internal/switches"
	"github.com/brio-go/brio/routing"
)

// Prefix precedes the path of each route of a router. It begins with a slash and does not end with one. Prefixes of levels add up.
//
//go:noinline
func Prefix(prefix string) RouterOption { return prefixOption(prefix) }

// Name names a route, for URLs, logs and the document. The default is the handler's name.
//
//go:noinline
func Name(name string) RouteOption {
	return routeOption(func(r *declare.RouteSettings) { r.Name = name })
}

// Use adds middleware, the first outermost. Middleware of an app runs for each request, that of routers and routes for requests that
// match them. Levels add up.
//
//go:noinline
func Use(mw ...Middleware) Option {
	mw = slices.Clone(mw) // as in Options
	return option(func(s *declare.Settings) { s.Middleware = append(s.Middleware, mw...) })
}

// Around wraps the endpoint of each route in scope: parameters, dependencies, handler and response model, before anything is sent. f
// calls next at most once. It may change the Response that next returns, return one of its own, or turn an error into another one. A
// panic is an error here. Levels add up, the app's outermost. Clean-ups run afterwards, those of BeforeResponse too, and see the error
// of Around. Middleware wraps the whole exchange instead.
//
// The Response of next is a copy that f may keep and return for other requests, unless it is a stream: a stream is sent once, and is a
// 500 when it is returned again. The copy costs two allocations and the size of the body.
//
//go:noinline
func Around(f func(r *http.Request, next func() (*Response, error)) (*Response, error)) Option {
	return option(func(s *declare.Settings) { s.Around = append(s.Around, f) })
}

// RedirectSlashes redirects /items/ to /items, or the other way round, if only the other one exists. It is on by default.
//
//go:noinline
func RedirectSlashes(on ...bool) AppOption {
	return switchedApp("RedirectSlashes", on, func(a *appSettings, on bool) { a.Route.RedirectSlashes = on })
}

// EncodedSlashes allows an escaped slash (%2F) or a backslash in a {name}, for programs whose names have slashes: /projects/{id} then
// matches /projects/group%2Fproject, with the id group/project. It is off by default: a path with either is 404. A {name...} takes
// slashes as they are, and no escaped ones. The innermost level decides.
//
// A request cannot bypass a guard in this way: a path whose unescaped form, /projects/group/project, belongs to another route does not
// match.
//
//go:noinline
func EncodedSlashes(on ...bool) Option {
	return switchedRoute("EncodedSlashes", on, switches.EncodedSlashes)
}

// Logger receives what the app logs; slog.Default() by default.
//
//go:noinline
func Logger(l *slog.Logger) AppOption { return appOption(func(a *appSettings) { a.Logger = l }) }

// TrustProxies takes the client's address, the scheme and the host from the headers X-Forwarded-For, -Proto and -Host of requests that
// come from one of the addresses: "10.0.0.0/8", "192.0.2.7", "::1", "unix" for a Unix socket, "*" for any. ClientHost, URLFor and
// redirects then see what the client sees. Without it these headers are ignored, because each client may send them.
//
// X-Forwarded-For is read from the right: the first address that is not trusted is the client. With "*" it is the last entry, and the
// app logs a warning when it starts: a client that reaches the app directly can claim any address. TrustProxies runs outside of all
// middleware. middleware.ProxyHeaders describes how it reads the headers.
//
//go:noinline
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

// ClientHost returns the client's address without a port: that of a trusted proxy (TrustProxies), or that of the connection. It is "" if
// there is none, as for a Unix socket.
func ClientHost(r *http.Request) string { return origin.ClientHost(r) }
