package model

import (
	"context"
	"encoding"
	"reflect"
	"sync"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/json"
)

// The types that kindOf and form look for.
var (
	rawType         = reflect.TypeFor[json.RawMessage]()
	collectionType  = reflect.TypeFor[Collection]()
	patcherType     = reflect.TypeFor[Patcher]()
	jsonPatcherType = reflect.TypeFor[JSONPatcher]()
	wrapperType     = reflect.TypeFor[Wrapper]()
	jsonMarshaler   = reflect.TypeFor[json.Marshaler]()
	jsonUnmarshaler = reflect.TypeFor[json.Unmarshaler]()
	textMarshaler   = reflect.TypeFor[encoding.TextMarshaler]()
	textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()
	validator       = reflect.TypeFor[interface{ Validate(context.Context) error }]()
)

// Reader reads types, each once. Each app has one, with the app's validation rules. It is safe for concurrent use.
type Reader struct {
	Rules   *constraint.Engine
	Foreign Foreign // tags that the app admits; set before the first type is read, as DocumentTags

	DocumentTags DocumentTags // the Reader reports them if they have no effect where they stand

	mu      sync.Mutex
	types   map[reflect.Type]*Type
	structs map[reflect.Type]paramStruct
	fresh   []*Type  // types that are read but not finished
	open    []*Type  // structs whose fields are not read yet
	later   []func() // run by finish, when all types are read: defaults, unions, patches
}

// NewReader returns a Reader that compiles validate tags with e.
func NewReader(e *constraint.Engine) *Reader {
	e.SetUnwrap(unwrap)
	return &Reader{Rules: e, types: map[reflect.Type]*Type{}, structs: map[reflect.Type]paramStruct{}}
}

// Type reads t. All calls with one t return one *Type.
func (r *Reader) Type(t reflect.Type) *Type {
	r.mu.Lock()
	defer r.mu.Unlock()
	m := r.read(t)
	r.finish()
	return m
}

// finish reads the fields of open structs, then runs later. Then it spreads Checks and Secret from members to the types that hold
// them, until nothing changes: a type may contain itself.
func (r *Reader) finish() {
	for len(r.open) > 0 {
		m := r.open[0]
		r.open = r.open[1:]
		r.readStruct(m)
	}
	for i := 0; i < len(r.later); i++ { // a function may append to it
		r.later[i]()
	}
	for changed := true; changed; {
		changed = false
		for _, m := range r.fresh {
			if checks, secret := m.facts(); checks != m.Checks || secret != m.Secret {
				m.Checks, m.Secret, changed = checks, secret, true
			}
		}
	}
	r.fresh, r.open, r.later = nil, nil, nil
}

// facts returns Checks and Secret of t by the current facts of the types inside it.
func (t *Type) facts() (checks, secret bool) {
	checks = t.Validates || t.Kind == Patch || t.Kind == JSONPatch || len(t.Records) > 0
	if t.Elem != nil {
		checks, secret = checks || t.Elem.Checks, t.Elem.Secret
	}
	if t.Kind == Map && (t.Key.Kind != String || t.Key.In != ByKind || t.Key.Enum != nil) {
		checks = true // "1" and "01" are one key
	}
	for _, v := range t.Variants {
		checks, secret = checks || v.Type.Checks, secret || v.Type.Secret
	}
	for _, f := range t.Fields {
		secret = secret || f.Secret || f.Type.Secret
		checks = checks || f.Checks() || f.Default != nil || f.ReadOnly
	}
	if t.Extra != nil {
		checks, secret = true, secret || t.Extra.Secret || t.Extra.Type.Secret
	}
	return t.Validates || t.Enum != nil || t.SetsText() || checks && t.In == ByKind, secret
}

// Checks reports whether decoded values of the field must be checked.
func (f *Field) Checks() bool { return f.AsString || f.Type.Checks || !f.Rules.Empty() }

// unwrap returns the type inside of pointers and Optionals, which validate rules are for.
func unwrap(t reflect.Type) reflect.Type {
	for range maxPointers {
		switch kindOf(t) {
		case Pointer:
			t = t.Elem()
		case Optional:
			t = optionalElem(t)
		default:
			return t
		}
	}
	return t
}

// maxPointers ends the walk into types such as type P *P.
const maxPointers = 100

// optionalElem returns the type inside of an Optional.
func optionalElem(t reflect.Type) reflect.Type {
	v, _ := reflect.New(t).Interface().(Wrapper).Unwrap()
	return v.Type()
}

// read reads t, except for the fields of structs, which finish reads: a type may contain itself.
func (r *Reader) read(t reflect.Type) *Type {
	if known := r.types[t]; known != nil {
		return known
	}
	m := &Type{Go: t, Name: bareName(t), Validates: reflect.PointerTo(t).Implements(validator)}
	r.types[t] = m // before the members: a type may contain itself
	r.fresh = append(r.fresh, m)
	m.Kind = kindOf(t)
	if !isFrameworkKind(m.Kind) {
		m.In = form(t, jsonUnmarshaler, textUnmarshaler)
		m.Out = form(t, jsonMarshaler, textMarshaler)
		readTextForm(m) // types with a row of scalars have the forms of the row
		readEnum(m)
	}
	switch m.Kind {
	case Pointer:
		m.Elem = r.read(t.Elem())
		if unwrap(t).Kind() == reflect.Pointer {
			m.problem(input, "%s is a pointer to itself, without a value at the end", typeName(t))
		}
	case List, Array:
		m.Elem = r.read(t.Elem())
	case Optional:
		m.Elem = r.read(optionalElem(t))
	case Set:
		m.Elem = r.read(t.Key())
		if k := m.Elem.Kind; k == Pointer || k == Optional || k == Any {
			m.problem(both, "elements of type %s are never found equal, so a Set of them keeps repetitions; use a plain type", typeName(t.Key()))
		}
	case Patch:
		r.readPatch(m)
	case JSONPatch:
		r.readJSONPatch(m)
	case Union:
		r.readUnion(m)
	case Map:
		m.Key, m.Elem = r.read(t.Key()), r.read(t.Elem())
		if !m.Key.keyable() {
			m.problem(both, "a map with keys of type %s has no JSON form; keys are strings, integers or types with MarshalText and UnmarshalText", typeName(t.Key()))
		}
	case Struct:
		if m.In != ByKind && m.Out != ByKind {
			break // its methods decide about its fields
		}
		r.open = append(r.open, m)
	case Opaque:
		m.problem(both, "%s has no JSON form; use a type that has, or leave the field out with json:\"-\"", typeName(t))
	case Any:
		if t.NumMethod() > 0 {
			m.problem(input, "an interface with methods (%s) cannot be decoded; use a concrete type or any", typeName(t))
		}
	}
	return m
}

// kindOf returns the Kind of t. A method of t does not change it; form finds methods.
func kindOf(t reflect.Type) Kind {
	if row := scalars[t]; row != nil && row.kind != Any {
		return row.kind
	}
	switch {
	case t == rawType:
		return Raw
	case t.Kind() == reflect.Struct && reflect.PointerTo(t).Implements(wrapperType):
		return Optional
	case t.Kind() == reflect.Struct && reflect.PointerTo(t).Implements(patcherType):
		return Patch
	case t.Kind() == reflect.Struct && reflect.PointerTo(t).Implements(jsonPatcherType):
		return JSONPatch
	case t.Kind() == reflect.Struct && isUnion(t):
		return Union
	case t.Kind() == reflect.Map && t.Implements(collectionType):
		return Set
	}
	switch t.Kind() {
	case reflect.Bool:
		return Bool
	case reflect.String:
		return String
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return Int
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return Uint
	case reflect.Float32, reflect.Float64:
		return Float
	case reflect.Struct:
		return Struct
	case reflect.Slice:
		if e := t.Elem(); e.Kind() == reflect.Uint8 && form(e, jsonMarshaler, textMarshaler) == ByKind && form(e, jsonUnmarshaler, textUnmarshaler) == ByKind {
			return Bytes
		}
		return List
	case reflect.Array:
		return Array
	case reflect.Map:
		return Map
	case reflect.Pointer:
		return Pointer
	case reflect.Interface:
		return Any
	}
	return Opaque
}

// isFrameworkKind reports the kinds that the framework reads itself though their types have methods.
func isFrameworkKind(k Kind) bool {
	switch k {
	case Raw, Optional, Any, Set, Patch, JSONPatch, Union:
		return true
	}
	return false
}

// form returns which methods read or write t. Pointers are ByKind, because their elements have the methods too.
func form(t, byJSON, byText reflect.Type) Form {
	if t.Kind() == reflect.Pointer {
		return ByKind
	}
	switch p := reflect.PointerTo(t); {
	case p.Implements(byJSON):
		return ByJSON
	case p.Implements(byText):
		return ByText
	}
	return ByKind
}

// keyable reports whether t can be the key of a JSON object.
func (t *Type) keyable() bool {
	if t.hasText && reflect.PointerTo(t.Go).Implements(textMarshaler) {
		return true
	}
	switch t.Kind {
	case String, Int, Uint:
		return t.In == ByKind && t.Out == ByKind
	}
	return false
}
