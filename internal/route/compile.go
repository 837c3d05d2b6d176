package route

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/brio-go/brio/dependencies"
	"github.com/brio-go/brio/internal/bind"
	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/invoke"
	"github.com/brio-go/brio/internal/pathtree"
	"github.com/brio-go/brio/internal/startup"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/routing"
)

// Limits of an app that sets none.
const (
	defaultMaxBody      = 1 << 20  // bytes
	defaultMaxMultipart = 64 << 20 // bytes of a body that is multipart/form-data
)

// compiler walks the routers once.
type compiler struct {
	Config
	table         *Table
	report        routing.Report
	openRouters   []*declare.Router // routers being walked, to find cycles
	patterns      map[string]string // "GET /path" to the place of its registration
	providers     []*dependencies.Provider
	isDeclared    map[*dependencies.Provider]bool // in declared
	usedProviders map[any]bool                    // by their identity: a function may be declared several times
	filterPaths   map[declare.FilterPath]bool     // of routers, to whether a route's model has them

	describes    bool                            // routes are not registered, and their paths are verbatim
	operationsOf map[*declare.Router][]Operation // what has been described
	app          *declare.Settings
	bindSettings *bind.Settings // of the last route

	definitions map[string]definition // of security schemes, by their keys in the document
}

func newCompiler(cfg Config) *compiler {
	c := &compiler{
		Config: cfg, table: newTable(cfg), patterns: map[string]string{}, isDeclared: map[*dependencies.Provider]bool{},
		usedProviders: map[any]bool{}, filterPaths: map[declare.FilterPath]bool{}, operationsOf: map[*declare.Router][]Operation{},
		definitions: map[string]definition{},
	}
	c.Scope.Binders = &bind.Binders{}
	c.Scope.Elsewhere = map[reflect.Type]*dependencies.Provider{}
	return c
}

// scope is what the routers on the way to a route have declared.
type scope struct {
	prefix string
	levels []dependencies.Level // those that declare dependencies
	group  *group               // of the routes that stand in it; nil: of none yet
	declare.Settings
}

// derive returns the scope inside of s with the settings of one more router, include or route.
func (s *scope) derive(in *declare.Settings) *scope {
	d := &scope{prefix: s.prefix, levels: s.levels, Settings: *in}
	if len(in.Dependencies) > 0 {
		d.levels = append(slices.Clip(s.levels), in.Level())
	}
	d.Settings.Inherit(&s.Settings)
	return d
}

// Compile reads the tree of routers below root, the router of an app. The Report has every mistake; the Table may serve only if it is
// empty. The middleware of root wraps everything that the app answers, 404 included: see [Table.Handler].
func Compile(root *declare.Router, cfg Config) (*Table, routing.Report) {
	c := newCompiler(cfg)
	c.errorFormat()
	c.table.limits = limits(&root.Settings.Settings)
	c.app = &root.Settings.Settings
	c.declare(root, map[*declare.Router]bool{})
	outer := root.Settings.Settings
	c.middleware(outer.Middleware, routing.Mistake{Found: "the app"})
	c.table.outer, outer.Middleware = outer.Middleware, nil
	all := (&scope{prefix: root.Settings.Prefix}).derive(&outer)
	c.table.outside.group.handlers = c.handlers(all.ErrorHandlers)
	c.entries(root, all)
	c.unusedPaths()
	for _, p := range c.providers {
		switch {
		case p.IsNil():
			c.table.Nil = append(c.table.Nil, p)
		case !c.usedProviders[p.Identity()] && !p.AppScoped() && !p.Supplied():
			c.table.Unused = append(c.table.Unused, p)
		}
	}
	return c.table, c.report
}

// declare collects every provider of the tree, in the order of declaration: for hints at providers out of scope, for the values
// that are built at start, and for the warning about providers that no route needs. It visits a router once.
func (c *compiler) declare(r *declare.Router, seen map[*declare.Router]bool) {
	if r == nil || seen[r] {
		return
	}
	seen[r] = true
	c.declareLevel(&r.Settings.Settings)
	for _, e := range r.Entries {
		if e.Include == nil {
			c.declareLevel(&e.Route.Settings().Settings)
			continue
		}
		c.declareLevel(&e.Include.Settings.Settings)
		c.declare(e.Include.Router, seen)
	}
}

func (c *compiler) declareLevel(s *declare.Settings) {
	c.table.Lifespans = append(c.table.Lifespans, s.Lifespans...)
	level := s.Level()
	for i, p := range slices.Concat(level.Provided, level.Guards) {
		c.Scope.Overrides.Declared(p)
		if p.Type() == nil || p.Err() != "" {
			continue
		}
		if c.Scope.Elsewhere[p.Type()] == nil {
			c.Scope.Elsewhere[p.Type()] = p
		}
		if i >= len(level.Provided) || c.isDeclared[p] {
			continue
		}
		c.isDeclared[p] = true
		c.providers = append(c.providers, p)
		if p.AppScoped() {
			c.table.AppScoped = append(c.table.AppScoped, p)
		}
	}
}

func (c *compiler) router(r *declare.Router, s *scope, place string) {
	switch {
	case r == nil:
		c.add(routing.Mistake{Place: place, Found: "Include(nil)", Legal: "a *brio.Router made by brio.NewRouter"})
		return
	case slices.Contains(c.openRouters, r):
		c.add(routing.Mistake{Place: place, Found: "the included router contains this Include: it would include itself for ever", Legal: "routers form a tree"})
		return
	}
	c.middleware(r.Settings.Middleware, routing.Mistake{Place: r.Place, Found: "the router"})
	if prefix, ok := c.prefix(r.Settings.Prefix, r.Place); ok {
		s = s.derive(&r.Settings.Settings)
		s.prefix += prefix
		if len(r.Settings.ErrorHandlers) > 0 {
			c.addPrefixHandlers(s)
		}
		c.entries(r, s)
	}
}

func (c *compiler) entries(r *declare.Router, s *scope) {
	c.openRouters = append(c.openRouters, r)
	c.table.routers = append(c.table.routers, r)
	for _, e := range r.Entries {
		if e.Include == nil {
			c.route(e.Route, s)
			continue
		}
		c.middleware(e.Include.Settings.Middleware, routing.Mistake{Place: e.Include.Place, Found: "the Include"})
		if prefix, ok := c.prefix(e.Include.Settings.Prefix, e.Include.Place); ok {
			inner := s.derive(&e.Include.Settings.Settings)
			inner.prefix += prefix
			c.router(e.Include.Router, inner, e.Include.Place)
		}
	}
	c.openRouters = c.openRouters[:len(c.openRouters)-1]
}

// prefix checks the prefix of a router or include. An ill one is reported once; where it can be mended the routes below
// are checked, too.
func (c *compiler) prefix(p, place string) (mended string, ok bool) {
	at := routing.Mistake{Place: place, Found: fmt.Sprintf("the prefix is %q", p)}
	if mended = p; p != "" && (p[0] != '/' || strings.HasSuffix(p, "/")) {
		mended = "/" + strings.Trim(p, "/")
		at.Legal = fmt.Sprintf("a prefix begins with a slash and does not end with one: Prefix(%q)", mended)
		if mended == "/" {
			mended, at.Legal = "", "a prefix begins with a slash and does not end with one; leave out an empty one"
		}
		c.add(at)
	}
	if mended == "" {
		return "", true
	}
	if _, err := pathtree.Parse(mended); err != nil {
		c.add(mistakeAt(at, err.Error(), legalPattern))
		return "", false
	}
	return mended, true
}

// middleware checks what one app, router, include or route uses.
func (c *compiler) middleware(mw []routing.Middleware, at routing.Mistake) {
	if i := slices.IndexFunc(mw, func(m routing.Middleware) bool { return m == nil }); i >= 0 {
		at.Found = strings.TrimPrefix(fmt.Sprintf("%s: middleware %d (the argument of Use) is nil", at.Found, i+1), ": ")
		at.Legal = "a middleware is a func(http.Handler) http.Handler"
		c.add(at)
	}
	for _, m := range mw {
		if text := startup.Warning(m); text != "" && !slices.Contains(c.table.Warnings, text) {
			c.table.Warnings = append(c.table.Warnings, text)
		}
	}
}

const legalPattern = "net/http's path patterns, as in /items/{id} and /files/{rest...}"

// route compiles one route for the scope it stands in, for each of its methods.
func (c *compiler) route(r *declare.Route, within *scope) {
	own := r.Settings()
	at := routing.Mistake{Method: strings.Join(r.Methods, ","), Path: within.prefix + r.Path, Func: r.Function, Place: r.Place}
	if v := reflect.ValueOf(r.Handler); at.Func == "" && v.Kind() == reflect.Func && !v.IsNil() {
		at.Func = "a function literal"
	}
	fail := func(found, legal string) { c.add(mistakeAt(at, found, legal)) }
	p, ok := c.pattern(within.prefix, r.Path, fail)
	if !ok {
		return
	}
	s := within.derive(&own.Settings)
	c.middleware(own.Middleware, at)
	e := c.endpoint(r, within, s, own, p, fail)
	plan, problems := dependencies.Compile(c.scope(s, e), r.Handler)
	for _, p := range problems {
		m := mistakeAt(at, p.Found, p.Legal)
		if p.Place != "" {
			m.Func, m.Place, m.Registered = p.Func, p.Place, r.Place
		}
		c.add(m)
	}
	for _, p := range plan.Used() {
		c.usedProviders[p.Identity()] = true
	}
	c.schemes(plan, at)
	if responses := append(s.Responses.All(), c.raises(append(slices.Clip(s.Raises), plan.Raised()...))...); len(responses) > 0 {
		e.writeRare().responses = slices.Clip(responses)
	}
	if len(problems) == 0 {
		e.plan = plan
		c.result(e, own, &s.Settings, fail)
		if offers := c.offers(e, s.Encoders); offers != nil {
			e.writeRare().offers, e.negotiates = offers, true
		}
		e.autoETag = s.AutoETag.Value()
		e.sharesErrors = len(e.handlers) == 0 && !e.hasAround && response.IsOwnFormat(c.table.errors) && c.table.messages == nil
		e.limits = &plan.Settings.Limits
		e.inWords = plan.Result != nil && invoke.InWords(plan.Result)
		e.usesRequest = plan.Request || e.hasAround
		e.bare = (e.kind == modelled || e.kind == texts && plan.Result.Kind() == reflect.String) &&
			!e.negotiates && !e.autoETag && !e.hasAround && e.success >= 200 && !noBody(int(e.success))
		own.Settings = s.Settings
		c.document(e, own, at, fail)
	}
	if len(r.Methods) == 0 {
		fail("Handle was given no method", `at least one: []string{"GET"}`)
	}
	for _, m := range r.Methods {
		c.register(m, p, e, r, fail)
	}
}

// pattern parses the full path of a route. A route that is only described has its path verbatim.
func (c *compiler) pattern(prefix, path string, fail func(found, legal string)) (_ pathtree.Pattern, ok bool) {
	if c.describes {
		return verbatimPattern(prefix + path), true
	}
	if path == "" && prefix == "" {
		fail("path and prefix are both empty", `a path begins with a slash: "/"; "" is legal below a prefix`)
		return pathtree.Pattern{}, false
	}
	if path != "" && !strings.HasPrefix(path, "/") {
		fail(fmt.Sprintf("the path %q does not begin with a slash", path), "a path alone, as in /items, without method and host; it may be empty below a prefix")
		return pathtree.Pattern{}, false
	}
	if _, err := pathtree.Parse(path); err != nil && path != "" { // without the prefix it is one mistake, however often the router is included
		fail(err.Error(), legalPattern)
		return pathtree.Pattern{}, false
	}
	p, err := pathtree.Parse(prefix + path)
	if err != nil {
		fail(err.Error(), legalPattern)
	}
	return p, err == nil
}

// register puts an endpoint into the tree of a method.
func (c *compiler) register(method string, p pathtree.Pattern, e *endpoint, r *declare.Route, fail func(found, legal string)) {
	if !validMethod(method) {
		fail(fmt.Sprintf("the method is %q", method), "an HTTP method: GET, POST, …; the path is the next argument")
		return
	}
	if method == http.MethodConnect {
		fail("the method is CONNECT", "a method that asks something of a path; CONNECT asks for a tunnel to a host, and is answered with 405")
		return
	}
	shape := patternShape(p)
	if c.describes {
		shape = DocumentPath(p.String())
	}
	switch first, ok := c.patterns[method+" "+shape]; {
	case ok && first == r.Place:
		fail(fmt.Sprintf("%s %s is registered twice, by this one line", method, p), "one handler for a method and path: name a method once, and include a router again only with another prefix")
		return
	case ok:
		fail(fmt.Sprintf("%s %s is registered twice; the first is at %s", method, p, first), "one handler for a method and path: remove one, or change its path")
		return
	}
	c.patterns[method+" "+shape] = r.Place
	if c.describes {
		if !slices.Contains(c.table.endpoints, e) {
			c.table.endpoints = append(c.table.endpoints, e)
		}
		return
	}
	if err := c.table.insert(method, p, e); err != nil {
		if conflict, ok := errors.AsType[*pathtree.ConflictError](err); ok {
			o := otherPattern(conflict, p)
			fail(fmt.Sprintf("%s conflicts with %s (%s): both match %s and neither is more specific", p, o, c.patterns[method+" "+patternShape(o)], conflict.Example), "of two paths that match alike one is more specific, so that it wins; change one of them")
			return
		}
		fail(err.Error(), legalPattern)
	}
}

// otherPattern is the pattern of a conflict that is not p.
func otherPattern(c *pathtree.ConflictError, p pathtree.Pattern) pathtree.Pattern {
	if c.A.String() == p.String() {
		return c.B
	}
	return c.A
}

// patternShape is the pattern without the names of its wildcards: patterns of one shape match the same paths.
func patternShape(p pathtree.Pattern) string {
	s := p.String()
	for _, name := range p.Names {
		s = strings.Replace(s, "{"+name, "{", 1)
	}
	return s
}

// validMethod reports whether m is a token of RFC 9110, 5.6.2, as M-SEARCH is. Methods are in upper case here.
func validMethod(m string) bool {
	return m != "" && !strings.ContainsFunc(m, func(r rune) bool {
		return (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("!#$%&'*+-.^_`|~", r)
	})
}

func (c *compiler) scope(s *scope, e *endpoint) dependencies.Scope {
	d := c.Scope
	d.Levels, d.Path = s.levels, e.path.Names
	d.Specials = maps.Clone(d.Specials)
	if d.Specials == nil {
		d.Specials = map[reflect.Type]func(*dependencies.Frame) invoke.Value{}
	}
	d.Specials[reflect.TypeFor[*routing.RouteInfo]()] = e.routeInfo(s.Tags)
	d.Settings = c.sharedSettings(bind.Settings{
		MaxBody: s.MaxBody.Or(defaultMaxBody), MaxMultipart: s.MaxBody.Or(defaultMaxMultipart), Uploads: s.Uploads.Limits(),
		MaxDepth: s.MaxDepth.Value(), MaxElements: s.MaxElements.Value(), Limits: limits(&s.Settings),
		StrictContentType: s.StrictContentType.Or(true), TextBodies: !s.ContentTypeErrors.Or(true),
		LaxJSON: s.LaxJSON.Value(), LaxText: s.LaxText.Value(), HeaderFieldNames: s.HeaderFieldNames.Value(), Decoders: decoders(s.Decoders),
	})
	return d
}

func decoders(list []declare.Decoder) (out []bind.Decoder) {
	for _, d := range list {
		out = append(out, bind.Decoder(d))
	}
	return out
}

// sharedSettings returns the previous route's settings when they are equal. Most routes of a router then share one value.
func (c *compiler) sharedSettings(s bind.Settings) *bind.Settings {
	if c.bindSettings == nil || !reflect.DeepEqual(*c.bindSettings, s) {
		c.bindSettings = &s
	}
	return c.bindSettings
}

func (c *compiler) endpoint(r *declare.Route, within, s *scope, own *declare.RouteSettings, p pathtree.Pattern, fail func(found, legal string)) *endpoint {
	e := &endpoint{
		route: r, path: p.Template, name: cmp.Or(own.Name, r.Function), class: s.Class.Or(response.JSONClass), status: int16(own.Status),
		mergeAlways: bool(s.MergeAlways), nullResult: s.NullResults.Value(), encodedSlashes: s.EncodedSlashes.Value(), events: bool(s.Stream.Events),
	}
	e.contentType = exchange.ContentTypeOf(response.ClassMediaType(e.class))
	e.success = int16(e.statusOr(response.ClassStatus(e.class)))
	if e.name == "" {
		e.name = strings.ToLower(strings.Join(r.Methods, "_")) + " " + p.String()
	}
	if own.Status != 0 && (own.Status < 200 || own.Status > 599) {
		fail(fmt.Sprintf("Status(%d)", own.Status), "a status is between 200 and 599")
	}
	e.group = c.group(within, s, &own.Settings)
	e.policy, e.hasAround = errorPolicy{e.group, e}, len(e.around) > 0
	if slices.ContainsFunc(s.Around, func(f routing.Around) bool { return f == nil }) {
		fail("Around(nil)", "a function that calls next")
	}
	return e
}

// group returns the group of a route: that of its router, unless the route sets one of the group's settings itself. s is the scope
// of the route.
func (c *compiler) group(within, s *scope, own *declare.Settings) *group {
	made := func(s *scope) *group {
		return &group{
			table: c.table, within: &within.Settings, handlers: c.handlers(s.ErrorHandlers), middleware: s.Middleware, around: s.Around, queue: s.Queue.Value(),
			ping: s.Stream.Ping.Or(defaultPing), writeTimeout: s.Stream.WriteTimeout.Or(limits(&s.Settings).WriteTimeout),
		}
	}
	if len(own.ErrorHandlers) > 0 || len(own.Middleware) > 0 || len(own.Around) > 0 || own.Queue.IsSet() || own.Stream.Ping.IsSet() || own.Stream.WriteTimeout.IsSet() || own.WriteTimeout.IsSet() {
		return made(s)
	}
	if within.group == nil {
		within.group = made(within)
	}
	return within.group
}

// isText reports whether results of type t are a text as they are.
func isText(t reflect.Type) bool {
	return t.Kind() == reflect.String || t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8
}

var directType = reflect.TypeFor[*response.Response]()

// result compiles how the handler's result becomes an answer.
func (c *compiler) result(e *endpoint, set *declare.RouteSettings, s *declare.Settings, fail func(found, legal string)) {
	t := e.plan.Result
	mdl := set.Model
	if set.NoModel {
		if mdl != nil {
			fail("both ResponseModel and NoResponseModel", "one of them")
		}
		mdl = nil
	}
	filtered := set.Filter.Says() // by the route itself: what is said further out is for the routes that it fits
	switch {
	case t == nil && mdl != nil:
		fail(fmt.Sprintf("ResponseModel[%s] on a handler without a result", mdl), "a handler with a result, or no response model")
		return
	case t == nil, t == directType:
		e.kind = map[bool]resultKind{true: nothing, false: direct}[t == nil]
		e.endsWithApp = e.kind == direct && (e.plan.UsesContext || e.plan.Request)
		if filtered {
			fail(fmt.Sprintf("filters (ResponseInclude, ResponseExclude, ExcludeUnset, …) on a handler that returns %s", map[bool]string{true: "nothing", false: "*brio.Response"}[t == nil]),
				"filters are for values that go through a response model")
		}
		return
	case noBody(set.Status) && t.Kind() != reflect.Interface:
		fail(fmt.Sprintf("status %d has no body, but the handler returns a %s", set.Status, t), "a handler without a result, or another status")
		return
	case !response.RendersModel(e.class):
		e.kind = classed
		if response.RendersText(e.class) && isText(t) {
			e.kind = texts
		}
		if response.ClassStreams(e.class) {
			e.checkChunks(t, fail)
		}
		if mdl != nil || filtered {
			fail("a response model or filter, with a response class that does not render JSON", "one of them; only JSON goes through a response model")
		}
		return
	}
	e.kind = modelled
	if item, ok := exchange.ItemOf(t); ok {
		e.kind, e.endsWithApp = stream, true
		t = e.readItemType(item, fail) // the model is the item's
	} else if response.ClassEvents(e.class) {
		fail(fmt.Sprintf("EventStreamClass, but the handler returns a %s", t), "a handler that returns iter.Seq[T], iter.Seq2[T, error] or response.Events[T]")
		return
	} else if t.Kind() == reflect.Interface {
		e.kind, e.endsWithApp = dynamic, e.plan.UsesContext || e.plan.Request
		if mdl == nil && !filtered && !s.Filter.Says() {
			return // by the dynamic type of each value
		}
	}
	if mdl == nil {
		mdl = t
		if mdl.Kind() == reflect.Pointer {
			mdl = mdl.Elem() // a nil *T is null only where ResponseModel[*T] says so
		}
	}
	encoder, problems := c.Models.Compile(t, mdl, c.filter(mdl, s.Filter, set.Filter))
	if len(problems) == 0 {
		problems = c.Scope.Reader.Type(mdl).OutputProblems()
	}
	for _, p := range problems {
		fail(p, "a response model and its filters name what the handler's result has, and every type in it has a JSON form (docs/responses.md)")
	}
	e.encoder, e.model = encoder, mdl
	if e.kind == modelled && reflect.PointerTo(t).NumMethod() > t.NumMethod() && t.Kind() != reflect.Struct {
		e.kind = dynamic // its methods may keep what they are called on, so encode gives them a copy
	}
}
