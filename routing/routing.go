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
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/brio-go/brio/background"
	"github.com/brio-go/brio/dependencies"
	"github.com/brio-go/brio/internal/bind"
	"github.com/brio-go/brio/internal/encode"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/openapi/spec"
	"github.com/brio-go/brio/params"
	"github.com/brio-go/brio/response"
)

// Middleware is what every net/http router takes.
type Middleware = func(http.Handler) http.Handler

// Settings are what an app, router, include or route may say alike. What is nil or empty leaves it to the outer one.
type Settings struct {
	Tags              []string
	Deprecated        bool
	Hidden            bool
	Level             dependencies.Level
	Middleware        []Middleware
	MergeAlways       bool
	StrictContentType *bool
	ContentTypeErrors *bool
	LaxJSON           *bool
	LaxText           *bool
	HeaderFieldNames  *bool
	NullResults       *bool
	EncodedSlashes    *bool // a {name} may have an escaped slash or a backslash
	MaxBody           *int64
	Uploads           params.UploadLimits // what is 0 is left to the outer one
	MaxDepth          int
	MaxElements       int
	ReadTimeout       *time.Duration
	MinReadRate       *int64
	WriteTimeout      *time.Duration
	MaxPairs          int
	Decoders          []bind.Decoder // the last that reads a media type counts
	Class             response.Class
	Responses         []Documented
	DocumentErrors    *bool
	OperationIDs      func(RouteInfo) string
	Callbacks         []CallbackRouter
	Lifespans         []Lifespan
	Stream            StreamSettings
	Around            []Around
	Queue             background.Queue
	Filter            Filter
	Encoders          []Encoder // for results that clients ask for in another media type than JSON
	AutoETag          *bool
	Raises            []dependencies.Raised // error types, beside those of providers
	ErrorHandlers     []ErrorHandler
}

// Lifespan runs when the app starts; what it returns runs when it stops.
type Lifespan func(ctx context.Context) (stop func(context.Context) error, err error)

// Append adds what other says to s.
func (s *Settings) Append(other Settings) {
	s.Tags = append(s.Tags, other.Tags...)
	s.Deprecated = s.Deprecated || other.Deprecated
	s.Hidden = s.Hidden || other.Hidden
	s.Level.Provided = append(s.Level.Provided, other.Level.Provided...)
	s.Level.Guards = append(s.Level.Guards, other.Level.Guards...)
	s.Middleware = append(s.Middleware, other.Middleware...)
	s.MergeAlways = s.MergeAlways || other.MergeAlways
	s.Responses = append(s.Responses, other.Responses...)
	s.Callbacks = append(s.Callbacks, other.Callbacks...)
	override(&s.DocumentErrors, other.DocumentErrors)
	if other.OperationIDs != nil {
		s.OperationIDs = other.OperationIDs
	}
	s.Raises = append(s.Raises, other.Raises...)
	s.ErrorHandlers = append(s.ErrorHandlers, other.ErrorHandlers...)
	s.Lifespans = append(s.Lifespans, other.Lifespans...)
	s.Around = append(s.Around, other.Around...)
	s.Stream.append(other.Stream)
	if other.Queue != nil {
		s.Queue = other.Queue
	}
	override(&s.StrictContentType, other.StrictContentType)
	override(&s.ContentTypeErrors, other.ContentTypeErrors)
	override(&s.LaxJSON, other.LaxJSON)
	override(&s.LaxText, other.LaxText)
	override(&s.HeaderFieldNames, other.HeaderFieldNames)
	override(&s.NullResults, other.NullResults)
	override(&s.EncodedSlashes, other.EncodedSlashes)
	override(&s.MaxBody, other.MaxBody)
	override(&s.ReadTimeout, other.ReadTimeout)
	override(&s.MinReadRate, other.MinReadRate)
	override(&s.WriteTimeout, other.WriteTimeout)
	s.MaxPairs = cmp.Or(other.MaxPairs, s.MaxPairs)
	s.Uploads = bind.MergeUploads(other.Uploads, s.Uploads)
	s.MaxDepth = cmp.Or(other.MaxDepth, s.MaxDepth)
	s.Decoders = append(s.Decoders, other.Decoders...)
	s.MaxElements = cmp.Or(other.MaxElements, s.MaxElements)
	if other.Class != nil {
		s.Class = other.Class
	}
	if other.AutoETag != nil {
		s.AutoETag = other.AutoETag
	}
	s.Encoders = append(s.Encoders, other.Encoders...)
	s.Filter.add(other.Filter)
}

// override puts what an inner level says in the place of what an outer one has said.
func override[T any](outer **T, inner *T) {
	if inner != nil {
		*outer = inner
	}
}

// limits are those of requests in scope.
func (s *Settings) limits() exchange.Limits {
	l := *exchange.DefaultLimits
	return exchange.Limits{
		ReadTimeout: or(s.ReadTimeout, l.ReadTimeout), ReadRate: or(s.MinReadRate, l.ReadRate),
		WriteTimeout: or(s.WriteTimeout, l.WriteTimeout), Pairs: cmp.Or(s.MaxPairs, l.Pairs),
	}
}

// or is what was said, or else the default.
func or[T any](said *T, otherwise T) T {
	if said != nil {
		return *said
	}
	return otherwise
}

// Documented is a further response that a route may give, for the document.
type Documented struct {
	Status      int    // 0: Range
	Range       string // 4XX, 5XX, … or default
	Description string
	Model       reflect.Type // nil: no body
	More        []spec.Response
	Raised      bool // of an error type: it stands beside others of its status, not in their place
	Place       string

	level int // of the app, router, include or route that declares it; inner levels have greater numbers
}

// RouteSettings are what only a route may say, beside Settings.
type RouteSettings struct {
	Settings
	Status              int
	Model               reflect.Type // nil: the handler's result type
	NoModel             bool
	Name                string
	Summary             string
	Description         string
	OperationID         string
	ResponseDescription string
	Extra               []map[string]any // merged into the operation
	Examples            []NamedExamples
}

// RouterSettings are what a router or include may say.
type RouterSettings struct {
	Settings
	Prefix string
}

// RouterOption configures a router or an include.
type RouterOption interface{ ApplyRouter(*RouterSettings) }

// RouteOption configures a route.
type RouteOption interface{ ApplyRoute(*RouteSettings) }

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
