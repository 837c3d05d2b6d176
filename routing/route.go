package routing

import (
	"slices"

	"github.com/brio-go/brio/internal/declare"
)

// Route is a handler that is registered for one or more methods and a path.
type Route struct {
	declared any // its *declare.Route, behind an interface as a declare.Target is
}

// declarationOf returns what a route declares.
func declarationOf(r *Route) *declare.Route { return r.declared.(*declare.Route) }

// Name returns the route's name: that of the option Name, or the handler's.
func (r *Route) Name() string { return declarationOf(r).Name() }

// Path returns the path as it was registered, without the prefixes of routers.
func (r *Route) Path() string { return declarationOf(r).Path }

// Methods returns the methods of the route. The caller may change the slice.
func (r *Route) Methods() []string { return slices.Clone(declarationOf(r).Methods) }

// Place returns file:line of the registration.
func (r *Route) Place() string { return declarationOf(r).Place }

// RouteInfo describes a route. A function that takes a *RouteInfo receives the matched one.
type RouteInfo struct {
	Method   string   // "GET"; "" of a mount, which answers every method
	Path     string   // the pattern with all prefixes: /items/{id}
	RootPath string   // the prefix that a proxy removes: brio.RootPath
	Name     string   // that of the option Name, or the handler's
	Function string   // the name of the handler's function
	Tags     []string // of all levels, the app's first; a copy
	Host     string   // the pattern of Router.Host; "" for every host
	Version  string   // of brio.Versions; "" without
}

// RouterOption configures a router or an include. The options are in package brio.
type RouterOption interface {
	ApplyRouter(declare.Target)
}

// RouteOption configures a route. The options are in package brio.
type RouteOption interface {
	ApplyRoute(declare.Target)
}
