package route

import (
	"cmp"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/bind"
	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/inject"
	"github.com/brio-go/brio/internal/injectables"
	"github.com/brio-go/brio/internal/mistakes"
	"github.com/brio-go/brio/internal/pathtree"
	"github.com/brio-go/brio/internal/startup"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/routing"
)

// Limits of an app that sets none.
const (
	defaultMaxBody      = 1 << 20  // bytes
	defaultMaxMultipart = 64 << 20 // bytes of a body that is multipart/form-data

	noLimit = -1
)

// compiler makes a Table of a tree of routers. It is used once.
type compiler struct {
	Config
	table         *Table
	report        routing.Report
	openRouters   []*declare.Router // the routers on the way to the current one, to find cycles
	patterns      map[string]string // "GET /path" to the place of its registration
	providers     []*inject.Provider
	isDeclared    map[*inject.Provider]bool   // true if in providers
	usedProviders map[any]bool                // by Identity: a function may be declared several times
	filterPaths   map[declare.FilterPath]bool // of routers; true if a route's model has the path
	mounts        []mount                     // of the table
	hostNames     []string                    // of the wildcards of the host; nil: routes for every host
	version       *version                    // nil: routes without version
	root          *Table                      // of the app

	describes    bool                            // true: routes are not registered, and their paths stay verbatim
	operationsOf map[*declare.Router][]Operation // of the routers that are described already
	app          *declare.Settings
	bindSettings *bind.Settings // of the last route

	definitions map[string]definition // of security schemes, by their keys in the document
}

// newCompiler makes a compiler with an empty table.
func newCompiler(cfg Config) *compiler {
	c := &compiler{
		Config: cfg, table: newTable(cfg), patterns: map[string]string{}, isDeclared: map[*inject.Provider]bool{},
		usedProviders: map[any]bool{}, filterPaths: map[declare.FilterPath]bool{}, operationsOf: map[*declare.Router][]Operation{},
		definitions: map[string]definition{},
	}
	c.root = c.table
	c.Scope.Binders, c.Scope.Rows = &bind.Binders{}, c.table.Injectables()
	if c.Scope.Providers == nil {
		c.Scope.Providers = new(inject.Providers)
	}
	c.Scope.Elsewhere = map[reflect.Type]*inject.Provider{}
	return c
}

// Compile reads the tree of routers below root, the router of an app. The Report has every mistake; the Table may serve only if it is
// empty. The middleware of root wraps everything that the app answers, 404 included: see [Table.Handler].
func Compile(root *declare.Router, cfg Config) (*Table, routing.Report) {
	c := newCompiler(cfg)
	c.errorFormat()
	c.table.noPlan.Settings.Limits = limits(&root.Settings.Settings)
	c.app = &root.Settings.Settings
	c.declare(root, map[*declare.Router]bool{})
	if c.Versions != nil {
		c.table.names = c.Versions
		for _, name := range c.Versions.Names {
			if s := c.Versions.Settings[name]; s != nil {
				c.declareLevel(s)
				c.middleware(s.Middleware, routing.Mistake{Found: fmt.Sprintf("version %s", name)})
			}
		}
	}
	outer := root.Settings.Settings
	c.middleware(outer.Middleware, routing.Mistake{Found: "the app"})
	c.table.outer, outer.Middleware = outer.Middleware, nil
	all := c.derive(&scope{prefix: root.Settings.Prefix}, &outer)
	c.table.outside.group.handlers = c.handlers(all.ErrorHandlers)
	c.versioned(all, func(s *scope) { c.entries(root, s) })
	c.unusedPaths()
	for _, p := range c.providers {
		switch {
		case p.IsNil():
			c.table.Nil = append(c.table.Nil, p)
		case !c.usedProviders[p.Identity()] && !p.IsAppScoped() && !p.IsSupplied():
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

// declareLevel collects the mistakes, lifespans and providers of one level.
func (c *compiler) declareLevel(s *declare.Settings) {
	c.add(routing.ReportOf(s.Mistakes)...)
	c.checkVersions(s)
	c.table.Lifespans = append(c.table.Lifespans, s.Lifespans...)
	level := c.level(s)
	for i, p := range slices.Concat(level.Provided, level.Guards) {
		c.Scope.Overrides.MarkDeclared(p)
		if p.Type() == nil || p.Mistake() != "" {
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
		if p.IsAppScoped() {
			c.table.AppScoped = append(c.table.AppScoped, p)
		}
	}
}

// router compiles an included router inside of s. place is the place of the Include.
func (c *compiler) router(r *declare.Router, s *scope, place string) {
	switch {
	case r == nil:
		found, legal := mistakes.IncludeNil()
		c.add(routing.Mistake{Place: place, Found: found, Legal: legal})
		return
	case slices.Contains(c.openRouters, r):
		c.add(routing.Mistake{Place: place, Found: "the included router contains this Include: it would include itself for ever", Legal: "routers form a tree"})
		return
	}
	c.middleware(r.Settings.Middleware, routing.Mistake{Place: r.Place, Found: "the router"})
	if prefix, ok := c.prefix(r.Settings.Prefix, r.Place); ok {
		s = c.derive(s, &r.Settings.Settings)
		s.prefix += prefix
		if len(r.Settings.ErrorHandlers) > 0 {
			c.addPrefixHandlers(s)
		}
		c.entries(r, s)
	}
}

// entries compiles the routes and includes of r.
func (c *compiler) entries(r *declare.Router, s *scope) {
	c.openRouters = append(c.openRouters, r)
	c.table.routers = append(c.table.routers, r)
	for _, e := range r.Entries {
		if e.Include == nil {
			c.route(e.Route, s)
			continue
		}
		if e.Include.Host != nil {
			if c.version == nil || c.hostNames != nil { // a host has all versions
				c.host(e.Include, s)
			}
			continue
		}
		c.middleware(e.Include.Settings.Middleware, routing.Mistake{Place: e.Include.Place, Found: "the Include"})
		if prefix, ok := c.prefix(e.Include.Settings.Prefix, e.Include.Place); ok {
			inner := c.derive(s, &e.Include.Settings.Settings)
			inner.prefix += prefix
			c.router(e.Include.Router, inner, e.Include.Place)
		}
	}
	c.openRouters = c.openRouters[:len(c.openRouters)-1]
}

// prefix checks the prefix of a router or include. It reports an illegal one once and returns the legal form, so that the routes
// below are checked too. ok is false if there is none.
func (c *compiler) prefix(p, place string) (mended string, ok bool) {
	at := routing.Mistake{Place: place}
	if mended = mistakes.MendedPrefix(p); mended != p {
		at.Found, at.Legal = mistakes.IllegalPrefix(p)
		c.add(at)
	}
	if mended == "" {
		return "", true
	}
	if _, err := pathtree.Parse(mended); err != nil {
		c.add(mistakeAt(at, err.Error(), mistakes.LegalPattern))
		return "", false
	}
	return mended, true
}

// middleware checks the middleware of one level, and collects its warnings and mistakes.
func (c *compiler) middleware(mw []routing.Middleware, at routing.Mistake) {
	if i := slices.IndexFunc(mw, func(m routing.Middleware) bool { return m == nil }); i >= 0 {
		at.Found = strings.TrimPrefix(fmt.Sprintf("%s: middleware %d (the argument of Use) is nil", at.Found, i+1), ": ")
		at.Legal = "a middleware is a func(http.Handler) http.Handler"
		c.add(at)
	}
	for _, m := range mw {
		notes := startup.NotesOf(m)
		if text := notes.Warning; text != "" && !slices.Contains(c.table.Warnings, text) {
			c.table.Warnings = append(c.table.Warnings, text)
		}
		c.add(routing.ReportOf(notes.Mistakes)...)
	}
}

// route compiles one route inside of a scope, and registers it for each of its methods.
func (c *compiler) route(r *declare.Route, within *scope) {
	own := r.Settings()
	at, path := routing.Mistake{Method: strings.Join(r.Methods, ","), Path: within.prefix + r.Path, Func: r.Function, Place: r.Place}, r.Path
	if v := reflect.ValueOf(r.Handler); at.Func == "" && v.Kind() == reflect.Func && !v.IsNil() {
		at.Func = "a function literal"
	}
	if r.Files != nil {
		path, at.Func = c.filesPath(r), r.Files.Function
	}
	fail := func(found, legal string) { c.add(mistakeAt(at, found, legal)) }
	if r.Subtree {
		if path != "" && path[0] != '/' {
			fail(fmt.Sprintf("the prefix is %q", path), fmt.Sprintf("a prefix begins with a slash: Mount(%q, …)", "/"+strings.Trim(path, "/")))
			return
		}
		path = subtreePath(within.prefix, path)
	}
	if c.describes && r.Files != nil {
		fail("it is among webhooks or callbacks", "routes: these are requests to other servers")
		return
	}
	p, ok := c.pattern(within.prefix, path, fail)
	if !ok {
		return
	}
	s := c.derive(within, &own.Settings)
	if c.isElsewhere(s, fail) {
		return
	}
	if r.Subtree && !s.MaxBody.IsSet() {
		s.MaxBody.Set(noLimit) // what is mounted has a limit of its own
	}
	c.middleware(own.Middleware, at)
	e := c.endpoint(r, within, s, own, p, fail)
	handler, fn := c.netHTTP(r, &at, fail)
	plan, problems := inject.Compile(c.scope(s, e), fn)
	if plan.Result == directType.Elem() {
		found, legal := mistakes.ResponseByValue()
		problems = append(problems, startup.Mistake{Found: found, Legal: legal})
	}
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
	if responses := append(nearestResponses(s.Responses), c.raises(append(slices.Clip(s.Raises), plan.Raised()...))...); len(responses) > 0 {
		e.writeRare().responses = slices.Clip(responses)
	}
	if len(problems) == 0 {
		e.plan = plan
		switch {
		case r.Socket:
			c.socket(e, own, &s.Settings, handler != nil, fail)
		case handler != nil:
			e.answerBy(handler, own, fail)
		default:
			c.result(e, own, &s.Settings, fail)
		}
		if offers := c.offers(e, s.Encoders); offers != nil && !r.Socket {
			e.writeRare().offers, e.negotiates = offers, true
		}
		plan.SharesErrors = len(e.handlers) == 0 && len(e.around) == 0 && keepsInfo(c.table.errors) && c.table.messages == nil
		e.usesRequest = plan.Marks.Has(injectables.UsesRequest) || len(e.around) > 0
		own.Settings = s.Settings
		c.document(e, own, at, fail)
	}
	if r.Subtree {
		c.mount(r, p, e, fail)
		return
	}
	if r.Files != nil {
		c.files(e, r.Files, fail)
	}
	if r.Socket {
		c.registerSocket(p, e, r, fail)
		return
	}
	if len(r.Methods) == 0 {
		fail(mistakes.NoMethod())
	}
	if r.Files != nil && r.Files.Function == "Frontend" {
		c.registerFrontend(p, e, r, fail)
		return
	}
	for _, m := range r.Methods {
		c.register(m, p, e, r, fail)
	}
}

// endpoint makes the endpoint of a route with what settings alone decide. route adds what the plan decides.
func (c *compiler) endpoint(r *declare.Route, within, s *scope, own *declare.RouteSettings, p pathtree.Pattern, fail func(found, legal string)) *endpoint {
	e := &endpoint{
		route: r, path: p.Template, name: cmp.Or(own.Name, r.Function), class: response.ClassOf(s.Class.Or(response.JSONClass)), status: int16(own.Status),
		switches: s.Switches.On(),
	}
	if s.Stream.Events.Value() {
		e.items = sentAsEvents
	}
	if c.version != nil {
		e.writeRare().version = c.version
	}
	e.contentType = exchange.ContentTypeOf(e.mediaType())
	e.success = int16(e.statusOr(e.class.Status))
	if e.name == "" {
		e.name = strings.TrimSpace(strings.ToLower(strings.Join(r.Methods, "_")) + " " + p.String())
	}
	if own.Status != 0 && (own.Status < 200 || own.Status > 599) {
		fail(mistakes.IllegalStatus(own.Status))
	}
	if err := exchange.Check(http.StatusOK, nil, e.contentType); err != nil {
		fail(fmt.Sprintf("a response class with the media type %q", e.class.MediaType), "a media type without control characters")
	}
	e.group = c.group(within, s, &own.Settings)
	if s.Deprecation.IsSet() {
		e.writeRare().sunset = newDeprecation(&s.Settings, declare.Info(e.info(s.Tags)), r.Methods)
	}
	if slices.ContainsFunc(s.Around, func(f routing.Around) bool { return f == nil }) {
		fail("Around(nil)", "a function that calls next")
	}
	return e
}
