package declare

import (
	"cmp"
	"sync/atomic"

	"github.com/brio-go/brio/internal/files"
)

// Info describes a route. It has the fields of routing.RouteInfo, which documents them.
type Info struct {
	Method   string
	Path     string
	RootPath string
	Name     string
	Function string
	Tags     []string
	Host     string
	Version  string
}

// Router is one router of the tree that an app is compiled from. It is built by one goroutine before the app serves, and may be
// included several times.
type Router struct {
	Settings RouterSettings
	Entries  []Entry
	Place    string // file:line of its declaration; "" for the router of an app

	sealed atomic.Bool
}

// Entry is a route or an included router, in the order of declaration. One of the two is nil.
type Entry struct {
	Route   *Route
	Include *Include
}

// Include is a router inside of another one.
type Include struct {
	Router   *Router // nil is a mistake, which the compiler reports
	Settings RouterSettings
	Place    string // file:line
	Host     *Host  // nil: the routes answer requests to every host
}

// Host limits an included router to requests to one host.
type Host struct {
	Pattern string // api.example.com, {tenant}.example.com
	Given   any    // what the program has handed over, for messages
}

// Route is one registration.
type Route struct {
	Methods  []string
	Path     string // without the prefixes of routers
	Handler  any
	Options  []RouteOption
	Place    string // file:line
	Function string // the handler's own name; "" for a function literal
	Subtree  bool   // a mount: Path is a prefix, and Handler answers every method and path below it

	Socket bool // a WebSocket route: requests that ask for the upgrade, with GET

	Files *files.Folder // of Static and Frontend, which have no handler; nil for other routes
}

// Seal marks the router as one that an app serves: a later declaration would be lost, so it panics.
func (r *Router) Seal() { r.sealed.Store(true) }

// IsSealed reports whether an app serves the router.
func (r *Router) IsSealed() bool { return r.sealed.Load() }

// Settings applies the options. The result is made at each call: an app keeps the options of a route, and not the much larger
// settings.
func (r *Route) Settings() *RouteSettings {
	s := &RouteSettings{}
	for i, o := range r.Options {
		if o == nil {
			s.Mistakes = append(s.Mistakes, NilOption(i, r.Place))
			continue
		}
		o.ApplyRoute(s)
	}
	return s
}

// Name is the route's name: that of the option Name, or the handler's.
func (r *Route) Name() string { return cmp.Or(r.Settings().Name, r.Function) }
