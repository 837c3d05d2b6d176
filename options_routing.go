package brio

import (
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/funcname"
	"github.com/brio-go/brio/internal/httptext"
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

// VersionSource is how a request says which version of the API it wants: the result of [VersionPrefix], [VersionHeader] or
// [VersionMediaType].
type VersionSource struct {
	versions declare.Versions
	found    string // a mistake; "": none
	legal    string
}

// VersionPrefix reads the version from the first segment of the path: /v1/items of the version "v1". Links and documents have the prefix.
//
//go:noinline
func VersionPrefix() VersionSource {
	return VersionSource{versions: declare.Versions{By: declare.ByPrefix}}
}

// VersionHeader reads the version from a request header, such as API-Version. Answers have the same header with the version that
// answers, and Vary. If all versions are dates, as in "2026-01-01", a request gets the newest version that is not after its own date.
// Other values, and a value before the first date, are a 400 that names the versions.
//
//go:noinline
func VersionHeader(name string) VersionSource {
	s := VersionSource{versions: declare.Versions{By: declare.ByHeader}}
	canonical, ok := httptext.CanonicalName(name)
	if s.versions.Header = canonical; !ok {
		s.found, s.legal = fmt.Sprintf("VersionHeader(%q)", name), `the name of a header, as in VersionHeader("API-Version")`
	}
	return s
}

// VersionMediaType reads the version from the media type in Accept that the client prefers, or else from that of the body. The pattern
// has * in the place of the version:
//
//	brio.VersionMediaType("application/vnd.shop.v*+json") // application/vnd.shop.v2+json of the version "2"
//
// JSON answers have the media type of their version, except for errors, and all answers have Vary: Accept. Bodies are read as JSON. A
// client that accepts versions alone that do not exist gets 406, and a body of another version than the answer is 415.
//
//go:noinline
func VersionMediaType(pattern string) VersionSource {
	s := VersionSource{versions: declare.Versions{By: declare.ByMediaType, Media: strings.ToLower(pattern)}}
	if mediaType := strings.Replace(s.versions.Media, "*", "1", 1); strings.Count(pattern, "*") != 1 || !exchange.IsJSON(mediaType) || strings.ContainsAny(mediaType, "*; ,") || strings.Count(mediaType, "/") != 1 {
		s.found, s.legal = fmt.Sprintf("VersionMediaType(%q)", pattern), `a media type of JSON with one * in the place of the version, as in "application/vnd.shop.v*+json"`
	}
	return s
}

// Versions declares the versions of the API, the oldest first. Each route belongs to all of them, unless [SinceVersion], [UntilVersion]
// or [Unversioned] says otherwise. Each version has its own routes, 404, 405 and OPTIONS, and a document of its own.
//
//	brio.New(brio.Versions(brio.VersionHeader("API-Version"), "2025-06-01", "2026-01-01"))
//
// Names are lower-case letters, digits, dots, hyphens and underscores, at most 64 bytes. Dates stand in their order. A request that says
// no version gets that of [DefaultVersion]; without that option it is a 400, or 406 for media types. Versions by header or media type
// cost a request the search for a path without version; apps without Versions pay nothing.
//
//go:noinline
func Versions(by VersionSource, names ...string) AppOption {
	place := funcname.Caller(1)
	return appOption(func(a *appSettings) {
		wrong := func(found, legal string) {
			a.Report = append(a.Report, routing.Mistake{Place: place, Found: found, Legal: legal})
		}
		if a.Route.Versions != nil && a.Route.Versions.Place != "" {
			wrong("a second Versions; the first is at "+a.Route.Versions.Place, "one Versions for an app, with all names")
			return
		}
		v := versionsOf(a)
		v.By, v.Header, v.Media, v.Names, v.Place = by.versions.By, by.versions.Header, by.versions.Media, slices.Clone(names), place
		switch {
		case by.found != "":
			wrong("Versions: "+by.found, by.legal)
		case len(names) == 0:
			wrong("Versions without names", `at least one: Versions(VersionPrefix(), "v1")`)
		}
		for i, name := range names {
			switch {
			case !declare.IsVersionName(name):
				wrong(fmt.Sprintf("Versions: the name %q", name), "lower-case letters, digits, dots, hyphens and underscores, which begins and ends with a letter or digit")
			case slices.Contains(names[:i], name):
				wrong(fmt.Sprintf("Versions: two versions are called %q", name), "a name for each version")
			case i > 0 && declare.IsVersionDate(name) && declare.IsVersionDate(names[i-1]) && name < names[i-1]:
				wrong(fmt.Sprintf("Versions: %s stands behind %s", name, names[i-1]), "the oldest version first")
			}
		}
	})
}

// versionsOf returns the versions of an app, which its options fill in any order.
func versionsOf(a *appSettings) *declare.Versions {
	if a.Route.Versions == nil {
		a.Route.Versions = &declare.Versions{Settings: map[string]*declare.Settings{}}
	}
	return a.Route.Versions
}

// DefaultVersion is the version of requests that say none, and the one that the app's own document has. It is not for [VersionPrefix]:
// there each path says its version.
//
//go:noinline
func DefaultVersion(name string) AppOption {
	place := funcname.Caller(1)
	return appOption(func(a *appSettings) {
		versionsOf(a).Default = name
		a.versionUses = append(a.versionUses, versionUse{"DefaultVersion", name, place})
	})
}

// VersionOptions are options of all routes of one version, such as [DeprecatedSince]. They stand between those of the app and those of
// routers.
//
//	brio.VersionOptions("2025-06-01", brio.DeprecatedSince(since, sunset, "https://example.com/changes"))
//
//go:noinline
func VersionOptions(name string, opts ...Option) AppOption {
	place := funcname.Caller(1)
	return appOption(func(a *appSettings) {
		var s declare.RouterSettings
		for i, o := range opts {
			if o == nil {
				s.Mistakes = append(s.Mistakes, declare.NilOption(i, place))
				continue
			}
			o.ApplyRouter(&s)
		}
		if old := versionsOf(a).Settings[name]; old != nil {
			s.Inherit(old)
		}
		versionsOf(a).Settings[name] = &s.Settings
		a.versionUses = append(a.versionUses, versionUse{"VersionOptions", name, place})
	})
}

// versionUse is the name of a version in an option of the app.
type versionUse struct{ option, name, place string }

// checkVersions reports names of versions that the app does not have. Without Versions the app has none.
func (s *appSettings) checkVersions() {
	v := s.Route.Versions
	if v == nil {
		return
	}
	for _, use := range s.versionUses {
		m := routing.Mistake{Place: use.place, Found: fmt.Sprintf("%s(%q): no version has this name", use.option, use.name), Legal: "one of " + strings.Join(v.Names, ", ")}
		switch {
		case v.Place == "":
			m.Found, m.Legal = fmt.Sprintf("%s(%q), and the app has no versions", use.option, use.name), "brio.Versions among the options of the app"
		case v.By == declare.ByPrefix && use.option == "DefaultVersion":
			m.Found, m.Legal = fmt.Sprintf("DefaultVersion(%q) with VersionPrefix", use.name), "none: each path says its version; a redirect leads to one"
		case v.Index(use.name) >= 0:
			continue
		}
		s.Report = append(s.Report, m)
	}
	if len(v.Names) == 0 {
		s.Route.Versions = nil
	} else if v.Index(v.Default) < 0 {
		v.Default = ""
	}
}

// SinceVersion limits an app, a router or a route to a version and all later ones. Levels add up: a route belongs to the versions that
// each level has. Two routes of one method and path are legal if no version has both.
//
//go:noinline
func SinceVersion(name string) Option {
	place := funcname.Caller(1)
	return option(func(s *declare.Settings) {
		s.Versions = append(s.Versions, declare.VersionRange{Since: name, Place: place})
	})
}

// UntilVersion limits an app, a router or a route to a version and all earlier ones: it is the last version that has them.
//
//go:noinline
func UntilVersion(name string) Option {
	place := funcname.Caller(1)
	return option(func(s *declare.Settings) {
		s.Versions = append(s.Versions, declare.VersionRange{Until: name, Place: place})
	})
}

// Unversioned takes a router or a route out of all versions: it has no prefix, reads no version and is in the document of each. It is
// for requests whose senders know nothing of versions, such as those of a payment provider.
//
//go:noinline
func Unversioned() Option {
	return option(func(s *declare.Settings) { s.Unversioned = true })
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
