package route

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/encode"
	"github.com/brio-go/brio/internal/inject"
	"github.com/brio-go/brio/internal/mistakes"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/internal/pathtree"
	"github.com/brio-go/brio/internal/startup"
	"github.com/brio-go/brio/routing"
)

// Operation is a compiled route for the document. The document only reads it.
type Operation struct {
	Info      routing.RouteInfo // without Method
	Methods   []string
	Handler   any
	Place     string                 // file:line of the registration
	Settings  *declare.RouteSettings // with those of the routers around it
	Responses []declare.Documented   // of the settings, and of the errors that the route raises
	Plan      *inject.Plan
	Result    Result
	Offers    []string // media types that clients may ask for instead of Result.MediaType
	Callbacks []Callback
	Socket    *Socket               // of a WebSocket route; nil for others
	Versions  *declare.Versions     // of the app; nil: the route has no version
	Around    []*startup.Documented // what the middleware of app, routers and route adds, outermost first
}

// Socket is what a WebSocket route says about its connections.
type Socket struct {
	Messages     []Messages // none: no function declares types
	Subprotocols []string   // that the route speaks
}

// Messages are the types of the messages of one function.
type Messages struct {
	In, Out reflect.Type     // the models, from the client and to it
	Omits   encode.Omissions // the members of Out that the route's options may leave out
	Answers bool             // a bad message is answered with its errors
}

// Callback has the requests that the server sends because of an operation, to URLs that the client has given (OpenAPI, Callback Object).
type Callback struct {
	Name       string // ""; the document then has each operation under its own name
	Operations []Operation
}

// Result is the answer of an operation without an error.
type Result struct {
	Kind      ResultKind
	Status    int
	MediaType string       // "" if there is no body, or its type is not known
	Model     reflect.Type // of the JSON, or of each item; nil: any JSON, or no JSON

	Undeclared bool   // the handler returns a Response, and no class and no model describes it
	ClassMedia string // the media type of the response class, also if the body has another or none

	Omits  encode.Omissions // the members of the Model that the route's options may leave out
	IsPage bool             // the answer has the Link header of a response.Page
}

// ResultKind is the form of a Result's body.
type ResultKind uint8

// The forms of bodies.
const (
	NoBody     ResultKind = iota
	NullBody              // the JSON null
	JSONBody              // a value of the model
	TextBody              // rendered by a class other than JSON, text or not
	LinesBody             // JSON Lines, each a value of the model
	DataBody              // server-sent events whose data are values of the model
	EventsBody            // server-sent events of response.Event, which may have an id and a name
)

// Operations returns the routes in the order of declaration, also the hidden ones. WebSocket routes are in Sockets.
func (t *Table) Operations() []Operation {
	out := make([]Operation, 0, len(t.endpoints))
	for _, e := range t.endpoints {
		if e.plan != nil && !e.isMount() && e.kind != connection {
			out = append(out, e.operation())
		}
	}
	return out
}

// Sockets returns the WebSocket routes in the order of declaration, also the hidden ones.
func (t *Table) Sockets() (out []Operation) {
	for _, e := range t.endpoints {
		if e.kind != connection || e.plan == nil {
			continue
		}
		r := e.rare.socket
		o, s := e.operation(), &Socket{Subprotocols: r.config.Subprotocols}
		for _, types := range r.types {
			compiled := r.messages[types]
			m := Messages{In: modelOf(types.In), Out: modelOf(types.Out), Answers: compiled.answers}
			if compiled.encoder != nil {
				m.Omits = compiled.encoder.Omissions()
			}
			s.Messages = append(s.Messages, m)
		}
		o.Socket = s
		out = append(out, o)
	}
	return out
}

// operation returns the endpoint for the document.
func (e *endpoint) operation() Operation {
	settings := e.settings()
	o := Operation{
		Info: e.info(settings.Tags), Methods: e.route.Methods, Handler: e.route.Handler, Place: e.route.Place, Settings: settings, Responses: e.readRare().responses, Plan: e.plan,
		Result: e.documented(settings), Callbacks: e.readRare().callbacks,
	}
	if o.Info.Version != "" {
		o.Versions = e.table.names
	}
	for _, m := range slices.Concat(e.table.outer, e.middleware) {
		if d := startup.NotesOf(m).Documented; d != nil {
			o.Around = append(o.Around, d)
		}
	}
	offers := e.readRare().offers
	for i := 1; i < len(offers); i++ {
		o.Offers = append(o.Offers, offers[i].MediaType)
	}
	return o
}

// documented returns the answer of the endpoint without an error.
func (e *endpoint) documented(settings *declare.RouteSettings) Result {
	r := Result{Status: e.statusOr(e.class.Status), MediaType: e.mediaType(), Model: e.model}
	r.ClassMedia, _, _ = strings.Cut(r.MediaType, ";")
	switch e.kind {
	case nothing:
		r.Kind, r.Status = NoBody, e.statusOr(http.StatusNoContent)
	case null:
		r.Kind, r.Status = NullBody, e.statusOr(http.StatusOK)
	case modelled, dynamic:
		r.Kind = JSONBody
	case classed, texts:
		r.Kind = TextBody
	case direct, mounted:
		r.Kind, r.Model = TextBody, settings.Model
		if e.class.Render == nil {
			r.Kind = JSONBody
		}
	case stream:
		r.MediaType, _, _ = strings.Cut(e.lineType(), ";")
		r.Kind = LinesBody
		if e.sendsEvents() {
			r.Kind = DataBody
		}
		if e.items&eventItems != 0 {
			r.Kind = EventsBody
		}
	}
	answersItself := e.kind == direct || e.kind == mounted
	r.Undeclared = answersItself && !settings.Class.IsSet() && settings.Model == nil
	if r.Model != nil && r.Model.Kind() == reflect.Interface || settings.NoModel {
		r.Model = nil
	}
	elsewhere := answersItself && r.Status/100 == 3
	if r.Kind != NullBody && (isBodiless(r.Status) || r.MediaType == "" || elsewhere) {
		r.Kind = NoBody
	}
	if r.Kind == NoBody {
		r.MediaType, r.Model = "", nil
	}
	r.IsPage = e.isPage && r.Model != nil
	if r.Model != nil && e.encoder != nil {
		r.Omits = e.encoder.Omissions()
	}
	return r
}

// Described compiles the routes of a router that the document describes and other servers serve: webhooks and callbacks. Paths
// stay verbatim and need not be patterns. The routes see the providers of app, and not its guards.
func Described(r, app *declare.Router, cfg Config) ([]Operation, routing.Report) {
	c := newCompiler(cfg)
	c.app = &app.Settings.Settings
	return c.described(r), c.report
}

// described compiles the routes of r. It does so once, also if several routes name r.
func (c *compiler) described(r *declare.Router) []Operation {
	if known, ok := c.operationsOf[r]; ok {
		return known
	}
	inner := *c
	inner.table, inner.report, inner.openRouters = newTable(c.Config), nil, nil
	inner.describes, inner.patterns = true, map[string]string{}
	inner.operationsOf[r] = nil // ends the recursion of a callback that names its own router
	inner.declare(r, map[*declare.Router]bool{})
	outer := &scope{prefix: r.Settings.Prefix, levels: []inject.Level{{Provided: c.level(c.app).Provided}}}
	outer.OperationIDs, outer.NullResults = c.app.OperationIDs, c.app.NullResults
	outer.DocumentErrors.Set(false) // other servers have other errors
	inner.entries(r, inner.derive(outer, &r.Settings.Settings))
	c.add(inner.report...)
	c.operationsOf[r] = inner.table.Operations()
	return c.operationsOf[r]
}

// callbackAt is a callback and the level that declares it. Inner levels have greater numbers.
type callbackAt struct {
	declare.CallbackRouter
	level int
}

// callOf identifies one request of a callback. The document has one entry for it.
type callOf struct{ callback, path, method string }

// callbacks compiles the callbacks of a route. A callback of an inner level replaces one of an outer level with the same
// name. Two callbacks of one level that the document would write in one place are reported.
func (c *compiler) callbacks(levels declare.Levels[declare.CallbackRouter]) (out []Callback) {
	var routers []callbackAt
	for level, list := range levels {
		for _, r := range list {
			routers = append(routers, callbackAt{r, level})
		}
	}
	named := map[string]callbackAt{}
	calls := map[callOf]callbackAt{}
	for _, r := range slices.Backward(routers) { // inner levels first
		if r.Router == nil {
			c.add(routing.Mistake{Place: r.Place, Found: "Callbacks(…, nil)", Legal: "a *brio.Router made by brio.NewRouter"})
			continue
		}
		if later, ok := named[r.Name]; ok && r.Name != "" {
			if later.level == r.level && later.Router != r.Router {
				c.add(routing.Mistake{
					Place: later.Place, Found: fmt.Sprintf("a second callback with the name %q; the first is at %s", r.Name, r.Place),
					Legal: "one Callbacks for each name: give one of them another name, or put the routes of both into one router",
				})
			}
			continue
		}
		named[r.Name] = r
		out = append(out, Callback{r.Name, c.notReplaced(r, calls)})
	}
	slices.Reverse(out)
	return out
}

// notReplaced returns the operations of a callback that no callback of an inner level and no later one of the same level
// replaces. The operations of a callback without a name count under their own names. calls has the operations found so far.
func (c *compiler) notReplaced(r callbackAt, calls map[callOf]callbackAt) (out []Operation) {
	own, complete := map[callOf]callbackAt{}, true
	all := c.described(r.Router)
	for _, o := range all {
		var methods []string
		for _, method := range o.Methods {
			key := callOf{cmp.Or(r.Name, o.Info.Name), DocumentPath(o.Info.Path), method}
			later, replaced := calls[key]
			complete = complete && !replaced
			if !replaced {
				own[key], methods = r, append(methods, method)
			} else if later.level == r.level && later.Router != r.Router {
				c.add(routing.Mistake{
					Place: later.Place, Found: fmt.Sprintf("a second %s %s of the callback %q; the first is at %s", method, o.Info.Path, key.callback, r.Place),
					Legal: "one operation for each method and path of a callback: give one Callbacks another name, or one of the routes",
				})
			}
		}
		if o.Methods = methods; len(methods) > 0 {
			out = append(out, o)
		}
	}
	maps.Copy(calls, own)
	if complete {
		return all // the same operations for each route that names the router: they share their operationIds
	}
	return out
}

// DocumentPath returns a path as the document writes it: {x...} is {x}.
func DocumentPath(path string) string { return strings.ReplaceAll(path, "...}", "}") }

var wildcard = regexp.MustCompile(`\{([\pL_][\pL\pN_]*)(\.\.\.)?\}`)

// verbatimPattern returns the pattern of a described route. It has the names of the wildcards. No tree has
// such a pattern.
func verbatimPattern(path string) pathtree.Pattern {
	p := pathtree.Pattern{Template: pathtree.Template{Text: path}}
	for _, m := range wildcard.FindAllStringSubmatch(path, -1) {
		p.Names = append(p.Names, m[1])
	}
	return p
}

// document compiles and checks what only the document reads. The settings are those of e.settings.
func (c *compiler) document(e *endpoint, settings *declare.RouteSettings, at routing.Mistake, fail func(found, legal string)) {
	if callbacks := c.callbacks(settings.Callbacks); len(callbacks) > 0 {
		e.writeRare().callbacks = callbacks
	}
	for _, d := range e.readRare().responses {
		if d.Status == 0 && !responseRange.MatchString(d.Range) {
			fail(fmt.Sprintf("RespondsRange(%q)", d.Range), `"1XX" to "5XX", or "default"`)
		}
		if d.Range == "" && (d.Status < 100 || d.Status > 599) {
			fail(fmt.Sprintf("Responds with the status %d", d.Status), "a status is between 100 and 599")
		}
	}
	c.repeatedResponses(settings.Responses)
	c.repeatedExamples(settings.Examples, at)
	checkExamples(e, settings.Examples, fail)
	checkSameTypes(e, fail)
}

// checkSameTypes reports a parameter that several functions of a route read as different types. Clients send one value.
func checkSameTypes(e *endpoint, fail func(found, legal string)) {
	types := map[string]reflect.Type{}
	for b := range e.plan.Params() {
		for _, f := range b.Fields {
			for _, p := range append(slices.Clip(f.Members), f) {
				if p.TakesSource || p.Source == model.Body || p.Source == model.FormFile {
					continue
				}
				key, base := p.Parameter(), p.Type.Base().Go
				if first, ok := types[key]; ok && first != base {
					fail(mistakes.TwoTypes(p.Source.String(), p.Name, first.String(), base.String()))
					continue
				}
				types[key] = base
			}
		}
	}
}

var responseRange = regexp.MustCompile(`(?i)^([1-5]XX|default)$`)

// checkExamples reports examples of parameters that the route does not have.
func checkExamples(e *endpoint, examples []declare.NamedExamples, fail func(found, legal string)) {
	known := []string{}
	for b := range e.plan.Params() {
		for _, f := range b.Fields {
			place := f.Source.Place()
			if f.TakesSource {
				known = append(known, place)
			}
			for _, m := range f.Members {
				known = append(known, place+"."+m.Name)
			}
			if !f.TakesSource {
				known = append(known, place+"."+f.Name)
			}
		}
	}
	for _, x := range examples {
		body := x.Param == "body" && slices.ContainsFunc(known, func(k string) bool { return strings.HasPrefix(k, "body") })
		if !body && !slices.Contains(known, x.Param) {
			legal := "a parameter of the route"
			if len(known) > 0 {
				legal += ": " + strings.Join(known, ", ")
			}
			fail("Examples of "+x.Param, legal)
		}
	}
}
