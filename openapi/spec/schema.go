package spec

import (
	"encoding/json"
	"reflect"
)

// Schema is a JSON Schema 2020-12. The zero Schema, {}, allows every value. The schema of a model comes from its Go type. A method
// JSONSchema(*Schema) of the type edits it, and so do the tags of a blank field:
//
//	_ struct{} `name:"…" title:"…" doc:"…" examples:"…" schema:"{JSON to merge}"`
type Schema struct {
	Ref  string             // a reference to another schema, which applies in addition to the other keywords
	Defs map[string]*Schema // the schemas that references lead to, in a schema outside of a document

	AllOf, AnyOf, OneOf []*Schema
	Not                 *Schema

	PrefixItems          []*Schema
	Items                *Schema
	Properties           map[string]*Schema // an empty map is written, nil is not
	PropertyOrder        []string           // the order of Properties; names that it lacks follow in alphabetical order
	AdditionalProperties any                // a *Schema or a bool
	PropertyNames        *Schema
	DependentRequired    map[string][]string

	Type  []string
	Enum  []any
	Const any // null is json.RawMessage("null"), as in Default

	// Numbers as they are written, so that 64-bit integers stay exact: "1", "0.5".
	MultipleOf, Maximum, ExclusiveMaximum, Minimum, ExclusiveMinimum json.Number

	MaxLength, MinLength         *int // in characters (Unicode code points)
	Pattern                      string
	MaxItems, MinItems           *int
	UniqueItems                  bool
	MaxProperties, MinProperties *int
	Required                     []string

	Format           string
	ContentEncoding  string
	ContentMediaType string
	ContentSchema    *Schema

	Title, Description string
	Default            any
	Deprecated         bool
	ReadOnly           bool
	WriteOnly          bool
	Examples           []any
	Discriminator      *Discriminator

	Extra map[string]any
}

// members are in the order of pydantic's model of a schema, which FastAPI writes.
func (s *Schema) members() []member {
	return []member{
		{"$ref", &s.Ref, false}, {"$defs", &s.Defs, false},
		{"allOf", &s.AllOf, false}, {"anyOf", &s.AnyOf, false}, {"oneOf", &s.OneOf, false}, {"not", &s.Not, false},
		{"prefixItems", &s.PrefixItems, false}, {"items", &s.Items, false},
		{"properties", &ordered[*Schema]{&s.Properties, &s.PropertyOrder}, s.Properties != nil},
		{"additionalProperties", schemaOrBool{&s.AdditionalProperties}, false}, {"propertyNames", &s.PropertyNames, false},
		{"dependentRequired", &s.DependentRequired, false},
		{"type", (*oneOrMore)(&s.Type), false}, {"enum", &s.Enum, false}, {"const", &s.Const, false},
		{"multipleOf", &s.MultipleOf, false}, {"maximum", &s.Maximum, false}, {"exclusiveMaximum", &s.ExclusiveMaximum, false},
		{"minimum", &s.Minimum, false}, {"exclusiveMinimum", &s.ExclusiveMinimum, false},
		{"maxLength", &s.MaxLength, false}, {"minLength", &s.MinLength, false}, {"pattern", &s.Pattern, false},
		{"maxItems", &s.MaxItems, false}, {"minItems", &s.MinItems, false}, {"uniqueItems", &s.UniqueItems, false},
		{"maxProperties", &s.MaxProperties, false}, {"minProperties", &s.MinProperties, false}, {"required", &s.Required, false},
		{"format", &s.Format, false}, {"contentEncoding", &s.ContentEncoding, false},
		{"contentMediaType", &s.ContentMediaType, false}, {"contentSchema", &s.ContentSchema, false},
		{"title", &s.Title, false}, {"description", &s.Description, false}, {"default", &s.Default, false},
		{"deprecated", &s.Deprecated, false}, {"readOnly", &s.ReadOnly, false}, {"writeOnly", &s.WriteOnly, false},
		{"examples", &s.Examples, false}, {"discriminator", &s.Discriminator, false},
	}
}

// Discriminator names the member whose value chooses one of OneOf or AnyOf.
type Discriminator struct {
	PropertyName string
	Mapping      map[string]string // references by value of the member
}

// IsAny reports whether the schema is {}, which allows every value.
func (s *Schema) IsAny() bool {
	return reflect.ValueOf(s).Elem().IsZero() || len(s.Extra) == 0 && s.only("")
}

// IsRef reports whether the schema is a reference without other keywords.
func (s *Schema) IsRef() bool { return s.Ref != "" && len(s.Extra) == 0 && s.only("$ref") }

// only reports whether all members but the named one are empty.
func (s *Schema) only(name string) bool {
	for _, m := range s.members() {
		if m.name != name && !m.empty() {
			return false
		}
	}
	return true
}

// Add copies the keywords of add that s lacks. rest has the others: keywords that s has with another value, and all of add.Extra.
// To require both schemas put s and rest into an AllOf.
func (s *Schema) Add(add *Schema) (rest *Schema) {
	rest = &Schema{Extra: add.Extra}
	into := s.members()
	for i, m := range add.members() {
		switch {
		case m.empty() || m.equal(into[i]):
		case into[i].empty():
			into[i].set(m)
		default:
			rest.members()[i].set(m)
		}
	}
	return rest
}
