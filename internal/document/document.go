package document

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/internal/published"
	"github.com/brio-go/brio/internal/route"
	"github.com/brio-go/brio/openapi/spec"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/routing"
)

// Config has the settings of a document that do not come from the routes.
type Config struct {
	Info         spec.Info
	Servers      []spec.Server
	Tags         []spec.Tag
	ExternalDocs *spec.ExternalDocs
	Transform    []func(*spec.Document)

	Reader   *model.Reader
	Comments Comments             // nil: none
	Errors   response.ErrorFormat // of the app; nil: FastAPI's

	Version string                       // the version whose operations the document has, beside those without version
	Host    string                       // the pattern of the host whose operations the document has; "": those for every host
	Only    func(routing.RouteInfo) bool // picks the operations; nil: all
	Hidden  bool                         // true: the document has Hidden operations too

	Published   []published.Example // that the operations show
	MarkSecrets bool                // schemas of secret fields have the member SecretMark

	AutoTitles    bool // every parameter, field and component has a title
	SingleSchemas bool // one schema for input and output, even where they differ
	FastAPI       bool // the document is written as FastAPI writes it
}

// schemaForm returns the settings of schemas.
func (cfg Config) schemaForm() schemaConfig {
	return schemaConfig{
		reader: cfg.Reader, comments: cfg.Comments, mergesDirections: cfg.SingleSchemas,
		addsTitles: cfg.AutoTitles, writesNullAsAnyOf: cfg.FastAPI, inlinesUnions: cfg.FastAPI, followsPydantic: cfg.FastAPI,
		marksSecrets: cfg.MarkSecrets,
	}
}

// generator makes one document. It is not safe for concurrent use.
type generator struct {
	Config
	schemas  *schemas
	schemes  map[string]map[string]any // of security
	deferred []func()                  // run when components have their final names
}

// Build makes the document of operations and webhooks. Each mistake is a sentence about a tag or method that only the document reads.
func Build(operations, webhooks []route.Operation, cfg Config) (doc *spec.Document, mistakes []string) {
	return build(operations, webhooks, cfg, func(published.Example, string, string) {}) // CheckPublished reports them
}

// build is Build. wrong is called for each part of a published example that has no place in its operation.
func build(operations, webhooks []route.Operation, cfg Config, wrong func(x published.Example, found, legal string)) (doc *spec.Document, mistakes []string) {
	if cfg.Errors == nil {
		cfg.Errors = response.FastAPIErrors()
	}
	g := &generator{Config: cfg, schemes: map[string]map[string]any{}, schemas: newSchemas(cfg.schemaForm())}
	doc = &spec.Document{
		OpenAPI: "3.1.0", Info: cfg.Info, Servers: slices.Clone(cfg.Servers), Tags: slices.Clone(cfg.Tags), ExternalDocs: cfg.ExternalDocs,
		Paths: map[string]*spec.PathItem{},
	}
	if doc.Info.Title == "" {
		doc.Info.Title = "API"
	}
	served := g.selectOperations(operations)
	var called []*entry
	if g.Host == "" {
		called = g.selectOperations(webhooks)
	} else if len(doc.Servers) == 0 {
		doc.Servers = []spec.Server{hostServer(g.Host)}
	}
	assignOperationIDs(slices.Concat(served, called))
	doc.PathOrder = g.addPaths(doc.Paths, served)
	if len(called) > 0 {
		doc.Webhooks = map[string]*spec.PathItem{}
		doc.WebhookOrder = g.addPaths(doc.Webhooks, called)
	}
	doc.Components.Schemas = g.schemas.finish()
	if len(g.schemes) > 0 {
		doc.Components.SecuritySchemes = g.schemes
	}
	if len(doc.Components.Schemas) == 0 {
		doc.Components.Schemas = nil
	}
	for _, f := range g.deferred {
		f()
	}
	g.publish(doc, served, wrong)
	for _, f := range cfg.Transform {
		f(doc)
	}
	if cfg.FastAPI {
		doc = withoutNulls(doc)
	}
	return doc, g.schemas.mistakes
}

// entry is one operation of the document: a method of a route.
type entry struct {
	*route.Operation
	info      routing.RouteInfo // with the method
	path      string            // in the form of OpenAPI
	id        string
	callbacks []callback
}

// callback is a named group of requests that the app sends because of an operation.
type callback struct {
	name    string
	entries []*entry
}

// AllVersions is the Version of a Config whose document has the routes of all versions, for checks.
const AllVersions = "*"

// selectOperations returns an entry for each method of the operations that belong to the document.
func (g *generator) selectOperations(operations []route.Operation) (out []*entry) {
	for i := range operations {
		o := &operations[i]
		if bool(o.Settings.Hidden) && !g.Hidden || o.Info.Host != g.Host || o.Info.Version != "" && g.Version != AllVersions && o.Info.Version != g.Version {
			continue
		}
		for _, method := range o.Methods {
			e := &entry{Operation: o, info: o.Info, path: route.DocumentPath(o.Info.Path)}
			if e.info.Method = method; g.Only != nil && !g.Only(e.info) {
				continue
			}
			e.callbacks = g.selectCallbacks(o.Callbacks)
			out = append(out, e)
		}
	}
	return out
}

// hostServer returns the server of the routes of a host. Its URL has no scheme, so it has that of the document.
func hostServer(pattern string) spec.Server {
	s := spec.Server{URL: "//" + pattern}
	for _, m := range pathTemplate.FindAllStringSubmatch(pattern, -1) {
		if s.Variables == nil {
			s.Variables = map[string]any{}
		}
		s.Variables[m[1]] = map[string]any{"default": m[1]} // OpenAPI requires one
	}
	return s
}

// Shows reports whether an operation with the method GET belongs to a document.
func Shows(o route.Operation, cfg Config) bool {
	g := &generator{Config: cfg}
	return len(g.selectOperations([]route.Operation{o})) > 0
}

// selectCallbacks returns the callbacks of an operation. A router without a name gives a callback for each of its operations.
// Callbacks of one name are joined.
func (g *generator) selectCallbacks(callbacks []route.Callback) (out []callback) {
	inner := *g
	inner.Only, inner.Host = nil, "" // they choose among the routes of the app, not among callbacks
	for _, c := range callbacks {
		for _, e := range inner.selectOperations(c.Operations) {
			name := c.Name
			if name == "" {
				name = g.callbackName(e)
			}
			i := slices.IndexFunc(out, func(c callback) bool { return c.name == name })
			if i < 0 {
				i, out = len(out), append(out, callback{name: name})
			}
			out[i].entries = append(out[i].entries, e)
		}
	}
	return out
}

// addPaths writes the operations into path items. It returns the paths in the order of registration.
func (g *generator) addPaths(items map[string]*spec.PathItem, entries []*entry) (order []string) {
	for _, e := range entries {
		item := items[e.path]
		if item == nil {
			item = &spec.PathItem{Operations: map[string]*spec.Operation{}}
			items[e.path] = item
			order = append(order, e.path)
		}
		method := e.info.Method
		if known := strings.ToLower(method); slices.Contains(spec.Methods, known) {
			method = known
		}
		if item.Operations[method] == nil { // of two paths that differ only in {x} and {x...}, the first is documented
			item.Operations[method] = g.operation(e)
		}
	}
	return order
}

// withoutNulls drops all members that are null, in examples too, as FastAPI does.
func withoutNulls(doc *spec.Document) *spec.Document {
	text, err := json.Marshal(doc)
	if err != nil || !bytes.Contains(text, []byte("null")) {
		return doc // Serve reports the error
	}
	tree, err := readOrdered(text)
	if err != nil {
		return doc
	}
	dropNulls(tree)
	out := &spec.Document{}
	if text, err = appendOrdered(nil, tree); err != nil || json.Unmarshal(text, out) != nil {
		return doc
	}
	return out
}

// dropNulls removes members that are null, at every depth.
func dropNulls(v any) {
	switch v := v.(type) {
	case *object:
		v.members = slices.DeleteFunc(v.members, func(m member) bool { return m.value == nil })
		for _, m := range v.members {
			dropNulls(m.value)
		}
	case []any:
		for _, elem := range v {
			dropNulls(elem)
		}
	}
}
