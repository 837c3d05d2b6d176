package document

import (
	"reflect"
	"slices"

	"github.com/brio-go/brio/internal/encode"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/openapi/spec"
)

// direction says whether a schema is for requests or for responses.
type direction struct {
	way   way
	omits encode.Omissions // of a response: the members that the options of its route may leave out
}

// way is the part of a direction that has no options.
type way uint8

const (
	received way = iota // requests
	sent                // responses
	both                // a schema for requests and responses
)

var (
	input  = direction{way: received}
	output = direction{way: sent}
)

// elem returns the direction of the elements of a list or map.
func (d direction) elem() direction {
	d.omits = d.omits.Elem()
	return d
}

// Comments returns the doc comments of a program, "" for a declaration without one. Tags and options win over comments.
type Comments interface {
	Func(fn reflect.Value) string
	Type(t reflect.Type) string
	Field(owner reflect.Type, goName string) string
}

// schemaConfig has the settings of schemas. The zero value with a reader is Brio's own form.
type schemaConfig struct {
	reader   *model.Reader
	comments Comments // nil: none
	prefix   string   // of references; "" is #/components/schemas/

	mergesDirections  bool // one schema for both directions, even where they differ
	addsTitles        bool // every field and component has a title
	writesNullAsAnyOf bool // T or null is always written anyOf, never "type": ["T", "null"]
	inlinesUnions     bool // a union is written where it is used, unless it contains itself
	followsPydantic   bool // durations, decimals and map keys have the schemas of pydantic
	marksSecrets      bool // schemas of secret fields have SecretMark
}

// schemas makes the schemas of types and collects the components: named structs and unions, types that list their values, and types that
// contain themselves. The generator first asks for the schemas of all types. Then finish names the components and writes the names into
// all references, so callers must not copy a reference before finish.
//
// It is not safe for concurrent use.
type schemas struct {
	schemaConfig
	components   map[componentKey]*component
	order        []*component // in the order of the calls
	recursive    map[*model.Type]bool
	encoder      *encode.Compiler
	bytesAreText bool     // []byte is a string without base64
	readers      readers  // of the present operation
	mistakes     []string // sentences for the start-up report, about tags that only the document reads
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

// schemaOf returns the schema of values of t: inline, or a reference to a component.
func (s *schemas) schemaOf(t *model.Type, d direction) *spec.Schema {
	return s.value(t, nil, s.directionOf(t, d))
}

// directionOf returns the direction of the schema of a parameter, body or result of t. With one schema for requests and responses it is
// both, except that FastAPI keeps two for a model with computed fields.
func (s *schemas) directionOf(t *model.Type, d direction) direction {
	if s.mergesDirections && (!s.followsPydantic || len(t.Base().Computed) == 0) {
		d.way = both
	}
	return d
}

// readers maps the first field that reads a parameter to the other fields that read it. Each has its own rules, and a request must keep
// the rules of all.
type readers map[*model.Field][]*model.Field

// add records another field that reads the parameter of f. A field is recorded once.
func (r readers) add(f, further *model.Field) {
	if f != further && !slices.Contains(r[f], further) {
		r[f] = append(r[f], further)
	}
}

// isRequired reports whether one of the fields that read a parameter requires it.
func (r readers) isRequired(f *model.Field) bool {
	return f.Required || slices.ContainsFunc(r[f], func(o *model.Field) bool { return o.Required })
}

// isShown reports whether one of the fields that read a parameter is in the document.
func (r readers) isShown(f *model.Field) bool {
	return !isHidden(f) || slices.ContainsFunc(r[f], func(o *model.Field) bool { return !isHidden(o) })
}

// objectComponent makes a component of fields without a Go type, such as the fields of a body, and returns a reference to it. A second call
// with the same name returns the same component.
func (s *schemas) objectComponent(name string, fields []*model.Field, d direction) *spec.Schema {
	c, fresh := s.component(componentKey{synthetic: name, d: d}, name)
	if fresh {
		c.schema = s.members(&model.Type{Kind: model.Struct}, fields, s.directionOf(&model.Type{}, d))
		if s.addsTitles {
			c.schema.Title = name
		}
	}
	return s.refer(c)
}

// fixedComponent makes a component of a schema that build returns, at the first call for its name, and returns a reference to it. The
// component keeps its name when a type has the same.
func (s *schemas) fixedComponent(name string, build func() *spec.Schema) *spec.Schema {
	c, fresh := s.component(componentKey{synthetic: name}, name)
	if fresh {
		c.schema, c.isFixed = build(), true
	}
	return s.refer(c)
}
