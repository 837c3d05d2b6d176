package document

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/internal/route"
	"github.com/brio-go/brio/openapi/spec"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/routing"
)

// Config is what an app says of its document beside its routes.
type Config struct {
	Info         spec.Info
	Servers      []spec.Server
	Tags         []spec.Tag
	ExternalDocs *spec.ExternalDocs
	Transform    []func(*spec.Document)

	Reader   *model.Reader
	Comments Comments             // nil: none
	Errors   response.ErrorFormat // of the app; nil: FastAPI's

	Only   func(routing.RouteInfo) bool // which operations are in it; nil: all
	Hidden bool                         // the document has Hidden operations too

	AutoTitles    bool // every parameter, field and component has a title
	SingleSchemas bool // one schema for input and output, even where they differ
	FastAPI       bool // what FastAPI writes in another way is written in its way
}

// form is how schemas are written.
func (cfg Config) form() schemaConfig {
	return schemaConfig{
		reader: cfg.Reader, comments: cfg.Comments, merged: cfg.SingleSchemas,
		titles: cfg.AutoTitles, nullAnyOf: cfg.FastAPI, inlineUnions: cfg.FastAPI, pydantic: cfg.FastAPI,
	}
}

// generator makes one document. It is used by one goroutine.
type generator struct {
	Config
	schemas *schemas
	schemes map[string]map[string]any // of security
	later   []func()                  // what needs the names of components
}

// Build makes the document of operations and webhooks. The mistakes are sentences about what only the document reads.
func Build(operations, webhooks []route.Operation, cfg Config) (doc *spec.Document, mistakes []string) {
	if cfg.Errors == nil {
		cfg.Errors = response.FastAPIErrors()
	}
	g := &generator{Config: cfg, schemes: map[string]map[string]any{}, schemas: newSchemas(cfg.form())}
	doc = &spec.Document{
		OpenAPI: "3.1.0", Info: cfg.Info, Servers: slices.Clone(cfg.Servers), Tags: slices.Clone(cfg.Tags), ExternalDocs: cfg.ExternalDocs,
		Paths: map[string]*spec.PathItem{},
	}
	if doc.Info.Title == "" {
		doc.Info.Title = "API"
	}
	served, called := g.list(operations), g.list(webhooks)
	identify(slices.Concat(served, called))
	doc.PathOrder = g.paths(doc.Paths, served)
	if len(called) > 0 {
		doc.Webhooks = map[string]*spec.PathItem{}
		doc.WebhookOrder = g.paths(doc.Webhooks, called)
	}
	doc.Components.Schemas = g.schemas.finish()
	if len(g.schemes) > 0 {
		doc.Components.SecuritySchemes = g.schemes
	}
	if len(doc.Components.Schemas) == 0 {
		doc.Components.Schemas = nil
	}
	for _, f := range g.later {
		f()
	}
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
	path      string            // as OpenAPI writes it
	id        string
	callbacks []callback
}

// callback is a group of operations that an operation calls.
type callback struct {
	name    string
	entries []*entry
}

// list picks the operations that are in the document.
func (g *generator) list(operations []route.Operation) (out []*entry) {
	for i := range operations {
		o := &operations[i]
		if bool(o.Settings.Hidden) && !g.Hidden {
			continue
		}
		for _, method := range o.Methods {
			e := &entry{Operation: o, info: o.Info, path: route.DocumentPath(o.Info.Path)}
			if e.info.Method = method; g.Only != nil && !g.Only(e.info) {
				continue
			}
			e.callbacks = g.called(o.Callbacks)
			out = append(out, e)
		}
	}
	return out
}

// called are the callbacks of an operation: a named one with all its operations, one without a name for each. Operations
// of one name are one callback.
func (g *generator) called(callbacks []route.Callback) (out []callback) {
	inner := *g
	inner.Only = nil // which is about the app's own routes
	for _, c := range callbacks {
		for _, e := range inner.list(c.Operations) {
			name := c.Name
			if name == "" {
				name = g.callName(e)
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

// paths writes the operations into path items and gives the paths in order.
func (g *generator) paths(items map[string]*spec.PathItem, entries []*entry) (order []string) {
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
		if item.Operations[method] == nil { // of two paths that differ in {x} and {x...} alone, the first
			item.Operations[method] = g.operation(e)
		}
	}
	return order
}

// withoutNulls is the document as FastAPI encodes it: no object has a member that is null, in examples neither.
func withoutNulls(doc *spec.Document) *spec.Document {
	text, err := json.Marshal(doc)
	if err != nil || !bytes.Contains(text, []byte("null")) {
		return doc // what cannot be encoded is found when it is served
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
