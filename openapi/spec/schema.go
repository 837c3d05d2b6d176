package spec

import (
	"encoding/json"
	"reflect"
)

// Schema is a JSON Schema 2020-12. The zero Schema, {}, allows everything. A type with the method JSONSchema(*Schema) edits
// its own; the struct-wide tags of a blank field do it without a method:
//
//	_ struct{} `name:"…" title:"…" doc:"…" examples:"…" schema:"{json to merge}"`
type Schema struct {
	Ref  string             // of another schema; what stands beside it holds too
	Defs map[string]*Schema // what the schema refers to, where it stands alone

	AllOf, AnyOf, OneOf []*Schema
	Not                 *Schema

	PrefixItems          []*Schema
	Items                *Schema
	Properties           map[string]*Schema // empty but not nil is written, too
	PropertyOrder        []string           // the order of Properties; those it does not name follow by name
	AdditionalProperties any                // a *Schema or a bool
	PropertyNames        *Schema
	DependentRequired    map[string][]string

	Type  []string
	Enum  []any
	Const any // null is json.RawMessage("null"), here and in Default

	// Numbers are as written, so that 64 bits stay exact: "1", "0.5".
	MultipleOf, Maximum, ExclusiveMaximum, Minimum, ExclusiveMinimum json.Number

	MaxLength, MinLength         *int // in characters
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

// Discriminator names the member of an object whose value chooses one of OneOf or AnyOf.
type Discriminator struct {
	PropertyName string
	Mapping      map[string]string // values to references
}

// IsAny reports whether the schema says nothing: {}.
func (s *Schema) IsAny() bool {
	return reflect.ValueOf(s).Elem().IsZero() || len(s.Extra) == 0 && s.only("")
}

// IsRef reports whether the schema is a reference and nothing else.
func (s *Schema) IsRef() bool { return s.Ref != "" && len(s.Extra) == 0 && s.only("$ref") }

// only reports whether no other member than the named one is there.
func (s *Schema) only(name string) bool {
	for _, m := range s.members() {
		if m.name != name && !m.empty() {
			return false
		}
	}
	return true
}

// Add takes over what add says, where s says nothing of the kind, and gives the rest: what contradicts s or narrows it. What
// an Extra says is the rest as a whole.
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
