package model

import (
	"reflect"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/json"
)

// Kind is how values of a type are read from JSON and text.
type Kind uint8

const (
	Any Kind = iota // an interface: the JSON value decides
	Bool
	String
	Int
	Uint
	Float
	Number   // json.Number
	Bytes    // []byte: base64 in JSON, the bytes themselves in text
	Time     // time.Time: RFC 3339
	Duration // time.Duration: written as ISO 8601; read from ISO 8601, 1m30s or seconds
	Raw      // json.RawMessage
	Struct
	List
	Array
	Map
	Pointer   // nil is JSON null
	Optional  // params.Optional: absent, null or a value
	Set       // params.Set: a list without repetitions; a map in Go
	Patch     // params.Patch: some fields of a struct, and which of them were sent
	JSONPatch // params.JSONPatch: the operations of a JSON Patch
	Union     // a struct with AnyOf or OneOf: one of its variants
	Opaque    // func, chan, complex, unsafe.Pointer: no JSON form
)

// Form says which methods read or write a type. A type without methods is ByKind.
type Form uint8

const (
	ByKind Form = iota
	ByText      // encoding.TextMarshaler, TextUnmarshaler: a JSON string
	ByJSON      // json.Marshaler, Unmarshaler: any JSON
)

// Type is a Go type as Brio reads it. It does not change after Reader.Type has returned it, and is safe for concurrent use. A
// comment that begins with a kind names the kinds that have the field.
type Type struct {
	Go      reflect.Type
	Kind    Kind
	In, Out Form
	Elem    *Type    // Pointer, Optional, Patch, JSONPatch, List, Array, Set, Map
	Key     *Type    // Map; JSONPatch: the list of operations
	Fields  []*Field // Struct: the members of its JSON object in declaration order, with the fields of embedded structs
	Extra   *Field   // Struct: the map that takes undeclared members (extra:"allow"); nil: none
	Forbid  bool     // Struct: undeclared members are errors (`_ struct{} extra:"forbid"`)
	Partial bool     // Struct, Map: it is of a Patch: no field is required, null removes a member of a map, and sent members are recorded
	Name    string   // the name without package, or the one of a struct-wide tag name

	Validates bool     // the type has a method Validate(context.Context) error
	Checks    bool     // decoded values must be checked: rules, defaults, Validate, map keys with several spellings
	Secret    bool     // a field inside is never echoed in errors
	Cross     []Cross  // Struct: the rules that compare fields
	Computed  []*Field // Struct: the computed fields, for results only; their Index is the receiver's
	Records   [][]int  // Struct: the indexes of embedded FieldsSets, the outermost first

	Format string // the format of the text of a type with text methods: date, uuid, uri, decimal, integer; "": unknown
	Enum   *Enum  // the legal values of a type with a method Values; nil: all

	Variants      []*Variant // Union
	OneOf         bool       // Union: exactly one variant fits, or the discriminator chooses
	Discriminator string     // Union: the name of the member that chooses

	tags     map[string]structTag
	hasText  bool           // SetText can read it by UnmarshalText or scalar
	laxText  bool           // it implements LaxReader
	scalar   *scalar        // not nil: the framework reads it instead of its own methods
	text     *textFormat    // what is known of Format; nil: nothing
	index    map[string]int // Struct: the index in Fields by member name
	shape    *json.Shape
	problems []problem

	refuses Source // see RefusesUndeclared; None: none
}

// Field is one member of a JSON object, or one parameter.
type Field struct {
	Name     string       // in the request or JSON
	boxed    any          // Name in an interface, see Boxed
	Go       string       // the Go name behind those of embedded structs: Base.ID
	Owner    reflect.Type // the struct that declares the field
	Index    []int        // for reflect.Value.FieldByIndex
	Type     *Type
	Required bool // an absent value is an error

	OmitEmpty, OmitZero, AsString bool // options of the json tag
	ReadOnly, WriteOnly, Secret   bool

	Default *Default // nil: none
	Rules   *constraint.Rules

	Source      Source // None for members of JSON objects
	TakesSource bool   // the field takes all of the source: body:"", query:""
	Style       Style  // of parameters that are read from text
	Raw         bool   // the field takes the body's bytes: []byte or a reader

	Members []*Field // with TakesSource, of a source with text: the parameters, with indexes from the parameter struct

	// With TakesSource, of a form that is a union: one field for each variant, in their order. Each has TakesSource, and indexes
	// from the variant.
	Alternatives []*Field

	Tag reflect.StructTag

	Filter *FilterUse // of a parameter of a params.Filter; nil: none
	Sort   []string   // of a params.Sort: the orders of its tag; nil: none

	call func(receiver any) any // not nil for a computed field
}

// Boxed returns Name as an interface value that was allocated at start-up; nil when there is none.
func (f *Field) Boxed() any {
	if s, _ := f.boxed.(string); s == f.Name { // a copy of the field may have another Name
		return f.boxed
	}
	return nil
}

// Cross is a struct whose fields have rules that mention other fields of it. It is the type itself or embedded in it.
type Cross struct {
	Index []int    // of the struct, for reflect.Value.FieldByIndex; empty for the type itself
	Names []string // the Go names of the fields with such rules
	At    []int    // their indexes in Fields
}

// String returns the name of the type in start-up reports.
func (t *Type) String() string { return typeName(t.Go) }

// Base returns the type inside of pointers and Optionals.
func (t *Type) Base() *Type {
	for n := 0; n < maxPointers && (t.Kind == Pointer || t.Kind == Optional); n++ {
		t = t.Elem
	}
	return t
}

// FieldIndex returns the index in Fields of the member called name, or -1.
func (t *Type) FieldIndex(name string) int {
	if i, ok := t.index[name]; ok {
		return i
	}
	return -1
}

// Tag returns the value of a struct-wide tag: a tag of a blank field of the struct, or of an embedded struct.
func (t *Type) Tag(key string) string { return t.tags[key].value }

// Nullable reports whether JSON null is a value of the type.
func (t *Type) Nullable() bool {
	switch t.Kind {
	case Pointer, Optional, Any, Raw:
		return true
	}
	return t.In == ByJSON && t.Format == "" // a number or date is never null
}

// Scalar reports whether one text can hold a value of the type.
func (t *Type) Scalar() bool {
	b := t.Base()
	switch {
	case b.hasText:
		return true
	case b.In == ByJSON:
		return false
	}
	switch b.Kind {
	case Struct, List, Array, Set, Map, Union, Pointer, Opaque, Raw:
		return false
	}
	return true
}

// SetsText reports whether the decoder sees a blank value of the type, which ReadText sets afterwards.
func (t *Type) SetsText() bool { return t.scalar != nil && t.scalar.blank != "" }

// HasRow reports whether ReadText reads the type: it is a scalar of the standard library, see scalars.
func (t *Type) HasRow() bool { return t.scalar != nil }

// Allocate makes the pointers and Optionals of dst, a settable value of t.Go, and returns the base value inside.
func (t *Type) Allocate(dst reflect.Value) reflect.Value {
	for ; ; t = t.Elem {
		switch t.Kind {
		case Pointer:
			dst.Set(reflect.New(t.Elem.Go))
			dst = dst.Elem()
		case Optional:
			v, presence := dst.Addr().Interface().(Wrapper).Unwrap()
			*presence = Present
			dst = v
		default:
			return dst
		}
	}
}

// FieldOf is v.FieldByIndex, but makes nil embedded pointers on the way.
func FieldOf(v reflect.Value, index []int) reflect.Value {
	for _, i := range index {
		if v.Kind() == reflect.Pointer {
			if v.IsNil() {
				v.Set(reflect.New(v.Type().Elem()))
			}
			v = v.Elem()
		}
		v = v.Field(i)
	}
	return v
}

// Presence says whether a document has the value of an Optional.
type Presence uint8

const (
	Absent Presence = iota
	Null
	Present
)

// Collection is implemented by params.Set. ElementType returns the type of its elements.
type Collection interface {
	ElementType() reflect.Type
}

// Wrapper is implemented by pointers to params.Optional. Unwrap returns the value inside, settable, and where the presence is
// stored.
type Wrapper interface {
	Unwrap() (value reflect.Value, presence *Presence)
}
