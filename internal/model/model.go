package model

import (
	"reflect"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/json"
)

// Kind is the form of a type, for text and for JSON.
type Kind uint8

const (
	Any Kind = iota // an interface: whatever is inside
	Bool
	String
	Int
	Uint
	Float
	Number   // json.Number
	Bytes    // []byte: base64 in JSON, as they are in text
	Time     // time.Time: RFC 3339
	Duration // time.Duration: ISO 8601 out; ISO 8601, 1m30s or seconds in
	Raw      // json.RawMessage
	Struct
	List
	Array
	Map
	Pointer  // nil is null
	Optional // params.Optional: absent, null or a value
	Set      // params.Set: a list without repetitions; a map in Go
	Patch    // params.Patch: some of a struct's fields, and which
	Union    // a struct with AnyOf or OneOf: one of its variants
	Opaque   // func, chan, complex, unsafe.Pointer: has no JSON form
)

// Form says by which of its methods a type is read or written; ByKind types are read by their Kind.
type Form uint8

const (
	ByKind Form = iota
	ByText      // encoding.TextMarshaler, TextUnmarshaler: a JSON string
	ByJSON      // json.Marshaler, Unmarshaler: any JSON
)

// Type is a Go type as Brio reads it.
type Type struct {
	Go      reflect.Type
	Kind    Kind
	In, Out Form
	Elem    *Type    // Pointer, Optional, Patch, List, Array, Set, Map
	Key     *Type    // Map
	Fields  []*Field // Struct: what JSON sees, in declaration order, embedded structs flattened
	Extra   *Field   // Struct: the map that takes undeclared names (extra:"allow"); nil: none
	Forbid  bool     // Struct: undeclared names are refused (`_ struct{} extra:"forbid"`)
	Partial bool     // Struct: of a Patch; nothing is required, and what is there is recorded
	Name    string   // the bare name, or the one a struct-wide tag gives

	Validates bool     // it has a method Validate(context.Context) error
	Checks    bool     // values need a look after decoding: rules, defaults, Validate, keys with several spellings
	Secret    bool     // it holds a field that is never echoed
	Cross     []Cross  // Struct: the rules that compare fields
	Computed  []*Field // Struct: what methods compute, for results only; Index is the receiver's
	Records   [][]int  // Struct: where it embeds a responsemodel.FieldsSet, the outermost first

	Format string // what the text of a type with text methods is: date, uuid, uri; decimal, integer; "" if unknown
	Enum   *Enum  // the only values, of a type with a method Values; nil: any

	Variants      []*Variant // Union
	OneOf         bool       // Union: exactly one variant fits, or the discriminator chooses
	Discriminator string     // Union: the member that chooses

	tags     map[string]structTag
	hasText  bool           // one text can be read into it
	laxText  bool           // it is a LaxReader
	stdType  *stdType       // read by the framework, not by its own methods
	index    map[string]int // Struct: name to its place in Fields
	shape    *json.Shape
	problems []problem
}

// Source is where a parameter comes from.
type Source uint8

const (
	None Source = iota
	Path
	Query
	Header
	Cookie
	Body
	FormText // a field of a form that is a text
	FormFile // a field of a form that is a file
)

// String is the tag that names the source.
func (s Source) String() string {
	return [...]string{"", "path", "query", "header", "cookie", "body", "form", "file"}[s]
}

// Place is the first element of an error's loc: forms are bodies.
func (s Source) Place() string {
	if s > Body {
		s = Body
	}
	return s.String()
}

// Field is one member of a JSON object, or one parameter.
type Field struct {
	Name     string       // on the wire
	boxed    any          // Name
	Go       string       // the Go name, with the embedded structs on the way: Base.ID
	Owner    reflect.Type // the struct that declares it
	Index    []int        // as reflect.Value.FieldByIndex takes it
	Type     *Type
	Required bool // must be present

	OmitEmpty, OmitZero, AsString bool // options of the json tag
	ReadOnly, WriteOnly, Secret   bool

	Default *Default // nil: none
	Rules   *constraint.Rules

	Source      Source // None for members of JSON objects
	TakesSource bool   // the source as a whole: body:"", query:""
	Style       Style  // of parameters from text
	Raw         bool   // the body as it arrives, []byte or a reader: it is no JSON

	Members []*Field // of a text source as a whole: its parameters, with indexes from the parameter struct

	// Of a form as a whole that is a union: a form as a whole for each variant, in their order, with indexes from the variant.
	Alternatives []*Field

	Tag reflect.StructTag

	call func(receiver any) any // of a computed field
}

// Boxed is the name in an interface, made at start-up; nil where there is none.
func (f *Field) Boxed() any {
	if s, _ := f.boxed.(string); s == f.Name { // a copy of the field may have another one
		return f.boxed
	}
	return nil
}

// Cross is a struct, the one read or one embedded in it, with fields whose rules mention other fields of that struct.
type Cross struct {
	Index []int    // of the struct, as reflect.Value.FieldByIndex takes it; empty for the one read
	Names []string // the Go names of the fields with such rules, in the struct
	At    []int    // their places in Fields
}

// String is how the start-up report calls the type.
func (t *Type) String() string { return typeName(t.Go) }

// Base is the type without its pointers and Optionals.
func (t *Type) Base() *Type {
	for n := 0; n < maxPointers && (t.Kind == Pointer || t.Kind == Optional); n++ {
		t = t.Elem
	}
	return t
}

// FieldIndex is the place in Fields of the member called name, or -1.
func (t *Type) FieldIndex(name string) int {
	if i, ok := t.index[name]; ok {
		return i
	}
	return -1
}

// Tag is the value of a struct-wide tag: one of a blank field of the struct, or of a struct that it embeds.
func (t *Type) Tag(key string) string { return t.tags[key].value }

// Nullable reports whether JSON null is a value of the type.
func (t *Type) Nullable() bool {
	switch t.Kind {
	case Pointer, Optional, Any, Raw:
		return true
	}
	return t.In == ByJSON && t.Format == "" // a number or date that its own method reads is never null
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

// Presence tells whether an Optional was there.
type Presence uint8

const (
	Absent Presence = iota
	Null
	Present
)

// Collection is implemented by params.Set: ElementType is the type of its elements.
type Collection interface {
	ElementType() reflect.Type
}

// Wrapper is implemented by pointers to params.Optional: it opens the value inside.
type Wrapper interface {
	Unwrap() (value reflect.Value, presence *Presence)
}
