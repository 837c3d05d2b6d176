package routing

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"

	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/funcname"
)

// Router groups routes. One goroutine declares all of it, before the app serves; a later declaration panics. A Router may be
// included several times.
type Router struct {
	declared any // its *declare.Router, behind an interface as a declare.Target is; nil before its first declaration
}

// treeOf returns the declarations of a router, which are made at first use. It is no method: the
// compiler would compile the types of its signature with each program.
func treeOf(r *Router) *declare.Router {
	if r.declared == nil {
		r.declared = new(declare.Router)
	}
	return r.declared.(*declare.Router)
}

// add adds an entry to a router.
func add(to *Router, e declare.Entry) {
	t := treeOf(to)
	t.Entries = append(t.Entries, e)
}

// NewRouter returns a Router. The place of the Router in reports is the call of brio.NewRouter, which wraps this one.
func NewRouter(opts ...RouterOption) *Router {
	r := &Router{}
	declared := treeOf(r)
	declared.Place = funcname.Caller(2)
	applyAll(&declared.Settings, opts, declared.Place)
	return r
}

// Get registers a handler for GET. The route also answers HEAD, unless another one is registered for HEAD. The path follows
// net/http: {id} is one segment, {rest...} the remaining path. A slash at the end is exact. Mistakes are in the report of
// App.Check.
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

// Head registers a handler for HEAD only.
func (r *Router) Head(path string, handler any, opts ...RouteOption) *Route {
	return r.add([]string{http.MethodHead}, path, handler, opts)
}

// Options registers a handler for OPTIONS. Without one the answer to OPTIONS is 204 with Allow.
func (r *Router) Options(path string, handler any, opts ...RouteOption) *Route {
	return r.add([]string{http.MethodOptions}, path, handler, opts)
}

// Trace registers a handler for TRACE.
func (r *Router) Trace(path string, handler any, opts ...RouteOption) *Route {
	return r.add([]string{http.MethodTrace}, path, handler, opts)
}

// WebSocket registers a handler for WebSocket connections. The handler takes a *brio.WebSocket or a *websocket.Conn[In, Out], beside all
// that other handlers take, and returns nothing or an error. The path may also be that of a Get: requests that ask for the upgrade go to
// this handler, others to that one. Without a Get they are answered with 426.
//
// Parameters, guards and dependencies run before the handshake is answered, so their errors are answers of HTTP. The first read or write
// accepts the handshake. The connection is closed when the handler returns: with 1000, or by the error. Clean-ups and background tasks run
// then.
func (r *Router) WebSocket(path string, handler any, opts ...RouteOption) *Route {
	route := r.add([]string{http.MethodGet}, path, handler, opts)
	declarationOf(route).Socket = true
	return route
}

// Handle registers a handler for several methods, in upper case. Any token is a method (RFC 9110, 9.1), except CONNECT.
func (r *Router) Handle(methods []string, path string, handler any, opts ...RouteOption) *Route {
	upper := make([]string, len(methods))
	for i, m := range methods {
		upper[i] = strings.ToUpper(m)
	}
	return r.add(upper, path, handler, opts)
}

// add registers a route. The program's call is two frames above Caller.
func (r *Router) add(methods []string, path string, handler any, opts []RouteOption) *Route {
	r.mustBeOpen("a route", 3)
	options := make([]declare.RouteOption, len(opts))
	for i, o := range opts {
		options[i] = o
	}
	route := &declare.Route{
		Methods: methods, Path: path, Handler: handler, Options: options,
		Place: funcname.Caller(2), Function: funcname.Of(reflect.ValueOf(handler)).Func,
	}
	add(r, declare.Entry{Route: route})
	return &Route{route}
}

// Include adds the routes of another router, also routes that are declared later. The options apply between this router's and the
// other's, as in FastAPI's include_router.
func (r *Router) Include(other *Router, opts ...RouterOption) {
	r.mustBeOpen("a router", 2)
	in := &declare.Include{Router: Declarations(other), Place: funcname.Caller(1)}
	applyAll(&in.Settings, opts, in.Place)
	add(r, declare.Entry{Include: in})
}

// Mount hands everything below a prefix to a handler of net/http, such as an http.ServeMux, or another App: every method, and every path
// that begins with the prefix and a slash. A request for the prefix alone is redirected there. Guards, middleware and error handlers of
// the router apply.
//
// The handler sees the path without the prefix, also in URL.RawPath; brio.RootPath and links of a mounted App have it. The answer is the
// handler's own, 404 and 405 too. If it panics before it has answered, the answer is the 500 of this app. A mounted App has its own
// documents, error handlers and limits; it starts, drains and stops with the app around it.
//
// A mount owns its subtree: a route or another mount below the prefix is a mistake, which App.Check reports. Mount("/", h) instead takes
// what the router has no route for. A mounted request costs three allocations more than the handler alone, as with http.StripPrefix.
func (r *Router) Mount(prefix string, h http.Handler) {
	r.mustBeOpen("a mount", 2)
	add(r, declare.Entry{Route: mount(prefix, h, funcname.Caller(1))})
}

// mount is the declaration of a Mount.
func mount(prefix string, h http.Handler, place string) *declare.Route {
	return &declare.Route{Path: prefix, Handler: h, Subtree: true, Place: place, Function: funcname.Of(reflect.ValueOf(h)).Func}
}

// Host answers requests to one host by a *Router, as Include does, or by an http.Handler, such as another App, as Mount("/", h) does.
// The pattern is a name, api.example.com, or has a wildcard for one label, {tenant}.example.com, which functions read as a path
// parameter, path:"tenant". It is compared without case, port and a dot at the end. The most specific pattern counts.
//
// Only that host has these paths, and it has no others: what the router lacks is a 404 there, and the pages of this app do not answer
// there. Requests to all other hosts are answered by the app's own routes. The app's document does not describe the routes of a host: a
// Document with OfHost does, and a mounted App has its own. The host is the Host header, which clients can set to anything: it is no
// protection.
func (r *Router) Host(pattern string, to any) {
	r.mustBeOpen("a host", 2)
	in := &declare.Include{Place: funcname.Caller(1), Host: &declare.Host{Pattern: pattern, Given: to}}
	switch to := to.(type) {
	case *Router:
		in.Router = Declarations(to)
	case http.Handler:
		in.Router = &declare.Router{Place: in.Place, Entries: []declare.Entry{{Route: mount("/", to, in.Place)}}}
	}
	add(r, declare.Entry{Include: in})
}

// applyAll applies options. A nil one is a mistake at the place of the call that has them.
func applyAll(s *declare.RouterSettings, opts []RouterOption, place string) {
	for i, o := range opts {
		if o == nil {
			s.Mistakes = append(s.Mistakes, declare.NilOption(i, place))
			continue
		}
		o.ApplyRouter(s)
	}
}

// Use appends middleware around every route of the router. On an app it wraps every request. The first middleware is outermost.
func (r *Router) Use(mw ...Middleware) {
	r.mustBeOpen("middleware", 2)
	s := &treeOf(r).Settings
	s.Middleware = append(s.Middleware, mw...)
}

// mustBeOpen panics if an app serves the router already. The panic names the call that is skip frames above.
func (r *Router) mustBeOpen(what string, skip int) {
	if treeOf(r).IsSealed() {
		panic(fmt.Sprintf("brio: %s: %s was added after the app began to serve; declare everything first", funcname.Caller(skip), what))
	}
}
