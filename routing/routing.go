// Package routing has the Router, the path tree and the endpoint: the order in which one request happens.
//
// A Router is declared: routes, included routers, options. Compile reads the whole tree of routers once, reports every
// mistake, and gives a Table, an immutable http.Handler. The path of a request through it is eight steps, each a
// function that a debugger can stop in:
//
//	match    (table.go)     finds the endpoint by method and path, or answers 404, 405, OPTIONS and slash redirects
//	begin    (endpoint.go)  makes an exchange and a frame ready for the request
//	solve    (endpoint.go)  binds and validates parameters and runs dependencies (dependencies.Plan.Solve)
//	call     (endpoint.go)  calls the handler
//	encode   (answer.go)    filters the value through the response model and encodes it, completely
//	merge    (answer.go)    adds what was set on the temporal Response
//	write    (answer.go)    sends status, headers and body
//	cleanUp  (endpoint.go)  runs clean-ups and gives exchange and frame back
//
// An error of any of them, of middleware and of requests that no route answers becomes an answer in one place,
// failing.answer (fail.go).
package routing

import (
	"cmp"
	"fmt"
	"log/slog"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/brio-go/brio/dependencies"
	"github.com/brio-go/brio/internal/encode"
	"github.com/brio-go/brio/response"
)

// Middleware is what every net/http router takes.
type Middleware = func(http.Handler) http.Handler

// RouteInfo is what hooks and injected parameters learn of the matched route.
type RouteInfo struct {
	Method   string // "GET"
	Path     string // the pattern: /items/{id}
	RootPath string // the prefix a proxy strips
	Name     string // of the route: the handler's, or as given by Name
	Function string // the handler's own name
	Tags     []string
}

// Router groups routes. It is built by one goroutine before the app serves; a Router may be included several times.
type Router struct {
	settings RouterSettings
	entries  []entry
	place    string
	sealed   atomic.Bool // an app that holds the router serves
}

// entry is a route or an included router, in the order of declaration.
type entry struct {
	route   *Route
	include *include
}

type include struct {
	router   *Router
	settings RouterSettings
	place    string
}

// Route is one registration.
type Route struct {
	methods  []string
	path     string
	handler  any
	options  []RouteOption
	place    string
	function string
}

// NewRouter returns a Router. Its place is that of the call of brio.NewRouter, which wraps it.
func NewRouter(opts ...RouterOption) *Router {
	r := &Router{place: Caller(2)}
	for _, o := range opts {
		o.ApplyRouter(&r.settings)
	}
	return r
}

// Configure gives an app's own options to its root router.
func (r *Router) Configure(s Settings) { r.settings.Settings = s }

// Get registers a handler for GET, and for HEAD unless that has its own. Likewise the other methods. The path follows
// net/http: {id} is one segment, {rest...} the remaining path; a trailing slash is exact.
func (r *Router) Get(path string, handler any, opts ...RouteOption) *Route {
	return r.add([]string{http.MethodGet}, path, handler, opts)
}

// Post registers a handler for POST.
func (r *Router) Post(path string, handler any, opts ...RouteOption) *Route {
	return r.add([]string{http.MethodPost}, path, handler, opts)
}

// Put registers a handler for PUT.
func (r *Router) Put(path string, handler any, opts ...RouteOption) *Route {
	return r.add([]string{http.MethodPut}, path, handler, opts)
}

// Patch registers a handler for PATCH.
func (r *Router) Patch(path string, handler any, opts ...RouteOption) *Route {
	return r.add([]string{http.MethodPatch}, path, handler, opts)
}

// Delete registers a handler for DELETE.
func (r *Router) Delete(path string, handler any, opts ...RouteOption) *Route {
	return r.add([]string{http.MethodDelete}, path, handler, opts)
}

// Head registers a handler for HEAD alone.
func (r *Router) Head(path string, handler any, opts ...RouteOption) *Route {
	return r.add([]string{http.MethodHead}, path, handler, opts)
}

// Options registers a handler for OPTIONS, which otherwise is answered with 204 and Allow.
func (r *Router) Options(path string, handler any, opts ...RouteOption) *Route {
	return r.add([]string{http.MethodOptions}, path, handler, opts)
}

// Trace registers a handler for TRACE.
func (r *Router) Trace(path string, handler any, opts ...RouteOption) *Route {
	return r.add([]string{http.MethodTrace}, path, handler, opts)
}

// Handle registers a handler for several methods at once.
func (r *Router) Handle(methods []string, path string, handler any, opts ...RouteOption) *Route {
	upper := make([]string, len(methods))
	for i, m := range methods {
		upper[i] = strings.ToUpper(m)
	}
	return r.add(upper, path, handler, opts)
}

func (r *Router) add(methods []string, path string, handler any, opts []RouteOption) *Route {
	r.mustBeOpen("a route", 3)
	route := &Route{methods: methods, path: path, handler: handler, options: slices.Clone(opts), place: Caller(2), function: dependencies.FuncName(handler)}
	r.entries = append(r.entries, entry{route: route})
	return route
}

// Include adds the routes of another router, also those it gets later. The options come between this router's and the
// other's, as with FastAPI's include_router.
func (r *Router) Include(other *Router, opts ...RouterOption) {
	r.mustBeOpen("a router", 2)
	in := &include{router: other, place: Caller(1)}
	for _, o := range opts {
		o.ApplyRouter(&in.settings)
	}
	r.entries = append(r.entries, entry{include: in})
}

// Use appends middleware around every route of the router; on an app, around everything. The first is outermost.
func (r *Router) Use(mw ...Middleware) {
	r.mustBeOpen("middleware", 2)
	r.settings.Middleware = append(r.settings.Middleware, mw...)
}

// Around puts the router's own middleware, an app's, around everything the app answers.
func (r *Router) Around(t *Table) http.Handler {
	if len(r.settings.Middleware) == 0 {
		return t
	}
	return t.outside.protect(Wrap(t, r.settings.Middleware))
}

// mustBeOpen panics once the router serves. The call to blame is skip frames above.
func (r *Router) mustBeOpen(what string, skip int) {
	if r.sealed.Load() {
		panic(fmt.Sprintf("brio: %s: %s was added after the app began to serve; declare everything first", Caller(skip), what))
	}
}

// settings are what the options say. They are made anew each time: an app keeps a few words for a route, not all that a
// route might say.
func (r *Route) settings() *RouteSettings {
	s := &RouteSettings{}
	for _, o := range r.options {
		o.ApplyRoute(s)
	}
	return s
}

// Name is the route's name: as given by the option Name, or the handler's.
func (r *Route) Name() string { return cmp.Or(r.settings().Name, r.function) }

// Path is the path as it was registered, without the prefixes of routers.
func (r *Route) Path() string { return r.path }

// Methods are the methods it was registered for.
func (r *Route) Methods() []string { return append([]string(nil), r.methods...) }

// Place is where the route was registered, as file:line.
func (r *Route) Place() string { return r.place }

// Config is what the app adds to the routers it compiles.
type Config struct {
	Models          *encode.Compiler
	Scope           dependencies.Scope // Reader and Specials are used
	Logger          *slog.Logger
	RedirectSlashes bool

	AbsoluteRedirects bool // the Location of slash redirects has scheme and host
	DecodedPaths      bool // paths are unescaped before they are matched: an escaped slash divides them, a backslash is text
	PlainErrors       bool // an unhandled error is answered in plain text
	PlainLimits       bool // errors of limits that FastAPI has, too, have its words alone

	Introduce func(*http.Request) *http.Request // of requests that functions are given; nil: as they are

	ErrorFormat      response.ErrorFormat // nil: FastAPI's
	ErrorFormatPlace string
	Catalogues       []response.Catalogue
	CataloguesPlace  string
	ErrorKinds       map[string][]string // types of error of the program's own, with the names in their ctx
	Debug            bool                // a 500 says what has happened
}

// Caller is the file:line of a call, skip frames above the function that asks.
func Caller(skip int) string {
	var pcs [1]uintptr
	if runtime.Callers(skip+2, pcs[:]) == 0 {
		return "unknown"
	}
	f, _ := runtime.CallersFrames(pcs[:]).Next()
	// As reports print it: the last folder, the file and the line.
	file := f.File
	if i := strings.LastIndexByte(file, '/'); i >= 0 {
		if j := strings.LastIndexByte(file[:i], '/'); j >= 0 {
			file = file[j+1:]
		}
	}
	return fmt.Sprintf("%s:%d", file, f.Line)
}
