package routing

import (
	"slices"

	"github.com/brio-go/brio/internal/declare"
)

// Route is one registration of a handler.
type Route struct{ declared declare.Route }

// Name is the route's name: as given by the option Name, or the handler's.
func (r *Route) Name() string { return r.declared.Name() }

// Path is the path as it was registered, without the prefixes of routers.
func (r *Route) Path() string { return r.declared.Path }

// Methods are the methods it was registered for.
func (r *Route) Methods() []string { return slices.Clone(r.declared.Methods) }

// Place is where the route was registered, as file:line.
func (r *Route) Place() string { return r.declared.Place }

// RouteInfo is what hooks and injected parameters learn of the matched route.
type RouteInfo struct {
	Method   string // "GET"
	Path     string // the pattern: /items/{id}
	RootPath string // the prefix a proxy strips
	Name     string // of the route: the handler's, or as given by Name
	Function string // the handler's own name
	Tags     []string
}

// RouterOption configures a router or an include. The options are in package brio.
type RouterOption interface {
	ApplyRouter(*declare.RouterSettings)
}

// RouteOption configures a route. The options are in package brio.
type RouteOption interface {
	ApplyRoute(*declare.RouteSettings)
}
