package document

import (
	"reflect"
	"slices"

	"github.com/brio-go/brio/internal/encode"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/openapi/spec"
)

// direction is where the values of a schema are used.
type direction struct {
	way   way
	omits encode.Omissions // of an output: what the options of its route may leave out
}

// way tells requests from responses.
type way uint8

const (
	received way = iota // requests
	sent                // responses
	either              // of merged schemas
)

var (
	input  = direction{way: received}
	output = direction{way: sent}
)

// elem is the direction of the elements of a list or map.
func (d direction) elem() direction {
	d.omits = d.omits.Elem()
	return d
}

// Comments gives the doc comments of a program, or "" where there is none. Explicit words, in tags and options, win.
type Comments interface {
	Func(fn reflect.Value) string
	Type(t reflect.Type) string
	Field(owner reflect.Type, goName string) string
}

// schemaConfig says how schemas are written. Its zero value but for the reader is Brio's own form.
type schemaConfig struct {
	reader   *model.Reader
	comments Comments // nil: none
	prefix   string   // of references; "" is #/components/schemas/

	merged       bool // one schema for both directions, even where they differ
	titles       bool // every field and component has a title
	nullAnyOf    bool // T or null is always written anyOf, never "type": ["T", "null"]
	inlineUnions bool // a union is written where it is used, unless it contains itself
	pydantic     bool // types whose text pydantic reads otherwise are described as pydantic does: durations, decimals, map keys
}

// schemas makes the schemas of types and collects the components: named structs and unions, types that list
// their values, and types that contain themselves. All types are asked for first; then finish names the components and writes
// the names into the references that were handed out. A reference must be used as the pointer that it is until then.
//
// It is used by one goroutine.
type schemas struct {
	schemaConfig
	components map[componentKey]*component
	order      []*component // in the order in which they were asked for
	recursive  map[*model.Type]bool
	encoder    *encode.Compiler
	rawBytes   bool     // []byte is a text as it stands
	readers    readers  // of the operation that is being written
	mistakes   []string // in tags that only the document reads; sentences for the start-up report
}

func newSchemas(cfg schemaConfig) *schemas {
	if cfg.prefix == "" {
		cfg.prefix = "#/components/schemas/"
	}
	return &schemas{
		schemaConfig: cfg,
		components:   map[componentKey]*component{},
		recursive:    map[*model.Type]bool{},
		encoder:      encode.NewCompiler(cfg.reader),
	}
}

// of gives the schema of values of t: inline, or a reference to a component.
func (s *schemas) of(t *model.Type, d direction) *spec.Schema { return s.value(t, nil, s.merge(t, d)) }

// merge is the direction in which a parameter, body or result of t is written. With one schema for both directions it is
// neither, but FastAPI keeps two for a model that computes fields.
func (s *schemas) merge(t *model.Type, d direction) direction {
	if s.merged && (!s.pydantic || len(t.Base().Computed) == 0) {
		d.way = either
	}
	return d
}

// readers are the further fields that read a parameter, by the one that stands for it. Each has rules of its own, and a
// request must keep all of them.
type readers map[*model.Field][]*model.Field

// add notes a further field; one that a function reads twice is one.
func (r readers) add(f, further *model.Field) {
	if f != further && !slices.Contains(r[f], further) {
		r[f] = append(r[f], further)
	}
}

// required reports whether one of the fields that read a parameter requires it.
func (r readers) required(f *model.Field) bool {
	return f.Required || slices.ContainsFunc(r[f], func(o *model.Field) bool { return o.Required })
}

// shown reports whether one of the fields that read a parameter is in the document.
func (r readers) shown(f *model.Field) bool {
	return !hidden(f) || slices.ContainsFunc(r[f], func(o *model.Field) bool { return !hidden(o) })
}

// object makes a component of a struct that is no Go type, such as the members of a body, and gives a reference to it.
// The same name gives the same component.
func (s *schemas) object(name string, fields []*model.Field, d direction) *spec.Schema {
	c, fresh := s.component(componentKey{synthetic: name, d: d}, name)
	if fresh {
		c.schema = s.members(&model.Type{Kind: model.Struct}, fields, s.merge(&model.Type{}, d))
		if s.titles {
			c.schema.Title = name
		}
	}
	return s.refer(c)
}

// fixed makes a component of a schema that is written by hand, the first time that it is asked for, and gives a reference
// to it. It keeps its name where a type is called alike.
func (s *schemas) fixed(name string, build func() *spec.Schema) *spec.Schema {
	c, fresh := s.component(componentKey{synthetic: name}, name)
	if fresh {
		c.schema, c.fixed = build(), true
	}
	return s.refer(c)
}
