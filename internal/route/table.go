package route

import (
	"log/slog"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/bind"
	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/encode"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/inject"
	"github.com/brio-go/brio/internal/pathtree"
	"github.com/brio-go/brio/internal/switches"
	"github.com/brio-go/brio/internal/translate"
	"github.com/brio-go/brio/jobs"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/routing"
)

// Table finds the endpoint of a request. Once sealed it is immutable and safe for concurrent use.
type Table struct {
	trees           []methodTree                 // sorted by method
	common          [5]*pathtree.Tree[*endpoint] // of common methods, by the index that common returns
	models          *encode.Compiler
	logger          *slog.Logger
	currentLogger   func() *slog.Logger // of the app; logger is what it returned when the table was made
	redirectSlashes bool
	lifecycle       *lifecycle
	absolute        bool // Config.AbsoluteRedirects
	decodedPaths    bool // Config.DecodedPaths
	encodedSlashes  bool // true if an endpoint allows them
	plainErrors     bool // Config.PlainErrors
	plainLimits     bool // Config.PlainLimits
	errors          response.ErrorFormat
	internal        []byte                            // the body of a 500 that shows nothing of the error
	raised          map[reflect.Type]*raisedType      // the declared error types, without their pointers
	messages        *translate.Messages               // nil: English only
	sockets         *pathtree.Tree[*endpoint]         // of WebSocket routes; nil without them
	mounts          *pathtree.Tree[*endpoint]         // for methods that have no route; nil without mounts
	hosts           *hosts                            // nil: no route is limited to a host
	versions        *versions                         // nil: no version is chosen by a header or media type
	names           *declare.Versions                 // of all versions; nil: none
	frontends       *pathtree.Tree[*endpoint]         // for GET and HEAD of paths without a route; nil: none
	prefixes        pathtree.Tree[*endpoint]          // for requests without a route below routers with error handlers
	outside         *endpoint                         // for all others
	debug           bool                              // Config.Debug
	traces          bool                              // Config.Debug or Config.Trace
	noPlan          *inject.Plan                      // of requests without a function; it has their limits
	introduce       func(*http.Request) *http.Request // Config.Introduce
	endpoints       []*endpoint
	routers         []*declare.Router
	outer           []routing.Middleware // the middleware of the app
	jobs            jobs.Backend         // Config.Jobs

	AppScoped []*inject.Provider // built when the app starts, in the order of declaration
	Lifespans []routing.Lifespan // in the order of declaration
	Unused    []*inject.Provider // providers that no route needs
	Nil       []*inject.Provider // supplied values that are nil
	Warnings  []string           // of middleware, about its options
}

// newTable makes an empty table of the options in cfg.
func newTable(cfg Config) *Table {
	t := &Table{
		models: cfg.Models, logger: cfg.Logger(), currentLogger: cfg.Logger, redirectSlashes: cfg.RedirectSlashes,
		absolute: cfg.AbsoluteRedirects, decodedPaths: cfg.DecodedPaths, plainErrors: cfg.PlainErrors, plainLimits: cfg.PlainLimits, lifecycle: newLifecycle(), errors: cfg.ErrorFormat, debug: cfg.Debug,
		traces:    cfg.Debug || cfg.Trace,
		introduce: cfg.Introduce,
		jobs:      cfg.Jobs,
		raised:    map[reflect.Type]*raisedType{},
	}
	t.noPlan = &inject.Plan{Settings: &bind.Settings{}}
	t.outside = t.without(&group{table: t})
	if t.errors == nil {
		t.errors = response.FastAPIErrors()
	}
	return t
}

// ErrorFormat is the format of the app's errors.
func (t *Table) ErrorFormat() response.ErrorFormat { return t.errors }

// insert adds an endpoint for a method and a pattern.
func (t *Table) insert(method string, p pathtree.Pattern, e *endpoint) error {
	return t.insertInto(t.treeFor(method), p, e)
}

// insertInto adds an endpoint to a tree.
func (t *Table) insertInto(tree *pathtree.Tree[*endpoint], p pathtree.Pattern, e *endpoint) error {
	t.encodedSlashes = t.encodedSlashes || e.switches&switches.EncodedSlashes != 0
	if !slices.Contains(t.endpoints, e) {
		t.endpoints = append(t.endpoints, e)
	}
	return tree.Insert(p, e)
}

// methodTree has the routes of a method.
type methodTree struct {
	method string
	tree   *pathtree.Tree[*endpoint]
}

// common returns the index of a method in Table.common. For methods that few requests have it is behind the end.
func common(method string) int {
	switch method { // the compiler compares lengths first, then words
	case http.MethodGet:
		return 0
	case http.MethodPost:
		return 1
	case http.MethodPut:
		return 2
	case http.MethodPatch:
		return 3
	case http.MethodDelete:
		return 4
	}
	return len(Table{}.common)
}

// tree returns the tree of a method, nil if no route has the method.
func (t *Table) tree(method string) *pathtree.Tree[*endpoint] {
	if i := common(method); i < len(t.common) {
		return t.common[i]
	}
	for i := range t.trees {
		if t.trees[i].method == method {
			return t.trees[i].tree
		}
	}
	return nil
}

// treeFor returns the tree of a method. It makes the tree if there is none.
func (t *Table) treeFor(method string) *pathtree.Tree[*endpoint] {
	if tree := t.tree(method); tree != nil {
		return tree
	}
	made := &pathtree.Tree[*endpoint]{}
	t.trees = append(t.trees, methodTree{method, made})
	slices.SortFunc(t.trees, func(a, b methodTree) int { return strings.Compare(a.method, b.method) })
	if i := common(method); i < len(t.common) {
		t.common[i] = made
	}
	return made
}

// Ready wraps the endpoints in their middleware. It is called once, before the table serves and after the last route was added.
func (t *Table) Ready() {
	for _, m := range t.trees {
		m.tree.Freeze()
	}
	if t.hosts != nil {
		for _, host := range t.hosts.tables {
			host.Ready()
		}
	}
	if t.versions != nil {
		for _, of := range t.versions.tables {
			of.Ready()
		}
	}
	if t.frontends != nil {
		t.frontends.Freeze()
	}
	if t.sockets != nil {
		t.sockets.Freeze()
	}
	for _, e := range t.endpoints {
		sunset := e.readRare().sunset
		if e.chain == nil && (len(e.middleware) > 0 || len(e.hostNames()) > 0 || sunset != nil) {
			inner := e.afterMiddleware
			if t.traces {
				inner = e.afterMiddlewareTraced
			}
			e.chain = e.protect(sunset.announce(Wrap(sunset.end(inner), e.middleware)))
		}
	}
}

// Seal makes all later additions to the routers panic. The table serves from now on and would not have them.
func (t *Table) Seal() {
	for _, r := range t.routers {
		r.Seal()
	}
}

// ServeHTTP answers one request.
func (t *Table) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	q := requests.Get().(*request)
	method, target := exchange.TargetOf(r)
	var e *endpoint
	var values []string
	if t.sockets != nil && exchange.AsksForWebSocket(r) {
		e, values = t.endpoint(t.sockets, readPath(target), q.exchange.PathBuffer())
	}
	if e == nil {
		e, values = t.match(method, target, q.exchange.PathBuffer())
	}
	if e == nil {
		q.exchange.ClearPath()
		t.unmatched(target).serve(w, r, q, nil)
		return
	}
	r.Pattern = e.path.Text
	if e.chain == nil {
		e.serve(w, r, q, values)
		return
	}
	exchange.SetPathValues(r, e.path.Names, values) // middleware may replace the request; the values go with it
	q.exchange.ClearPath()
	requests.Put(q)
	e.chain.ServeHTTP(w, r)
}

// match finds the endpoint by method and path. GET answers HEAD if no route for HEAD does. A mount and then a Frontend answer where no
// route does. room is a buffer for the values.
func (t *Table) match(method string, target *url.URL, room []string) (*endpoint, []string) {
	tree := t.tree(method)
	if tree != nil && target.RawPath == "" { // short ways; a path that fails here is searched again below
		if found := tree.FindText(target.Path); found.OK() {
			return tree.Value(found), room
		}
		found, values := tree.Find(target.Path, false, room)
		if found.OK() && !found.IsUnsure {
			return tree.Value(found), values
		}
		clear(values)
	}
	path := readPath(target)
	if tree != nil {
		if e, values := t.endpoint(tree, path, room); e != nil {
			return e, values
		}
	}
	if method == http.MethodHead {
		if tree := t.tree(http.MethodGet); tree != nil {
			if e, values := t.endpoint(tree, path, room); e != nil {
				return e, values
			}
		}
	}
	if t.mounts != nil && method != http.MethodConnect {
		if e, values := t.endpoint(t.mounts, path, room); e != nil {
			return e, values
		}
	}
	if t.frontends != nil {
		return t.frontend(method, path, room)
	}
	return nil, nil
}

// Handler returns the table inside of the app's own middleware, which also wraps 404, 405 and redirects.
func (t *Table) Handler() http.Handler {
	var h http.Handler = t
	switch {
	case t.traces && (t.hosts != nil || t.versions != nil):
		h = http.HandlerFunc(t.serveChosenTraced)
	case t.hosts != nil || t.versions != nil:
		h = http.HandlerFunc(t.serveChosen)
	case t.traces:
		h = http.HandlerFunc(t.serveHTTPTraced)
	}
	if len(t.outer) > 0 {
		h = t.outside.protect(Wrap(h, t.outer))
	}
	if t.traces {
		h = t.withTrace(h)
	}
	return h
}
