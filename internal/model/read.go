package model

import (
	"encoding"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/json"
)

var (
	timeType        = reflect.TypeFor[time.Time]()
	durationType    = reflect.TypeFor[time.Duration]()
	numberType      = reflect.TypeFor[json.Number]()
	rawType         = reflect.TypeFor[json.RawMessage]()
	wrapperType     = reflect.TypeFor[Wrapper]()
	jsonMarshaler   = reflect.TypeFor[json.Marshaler]()
	jsonUnmarshaler = reflect.TypeFor[json.Unmarshaler]()
	textMarshaler   = reflect.TypeFor[encoding.TextMarshaler]()
	textUnmarshaler = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// Reader reads types, each once. One belongs to each app, with the app's validation rules.
type Reader struct {
	Rules *constraint.Engine

	mu    sync.Mutex
	types map[reflect.Type]*Type
}

// NewReader returns a Reader that compiles validate tags with e.
func NewReader(e *constraint.Engine) *Reader {
	return &Reader{Rules: e, types: map[reflect.Type]*Type{}}
}

// Type reads t. The same t gives the same *Type.
func (r *Reader) Type(t reflect.Type) *Type {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.read(t)
}

func (r *Reader) read(t reflect.Type) *Type {
	if known := r.types[t]; known != nil {
		return known
	}
	m := &Type{Go: t, Name: bareName(t)}
	r.types[t] = m // before the members: a type may contain itself
	m.Kind = kindOf(t)
	if !special(m.Kind) {
		m.In = form(t, jsonUnmarshaler, textUnmarshaler)
		m.Out = form(t, jsonMarshaler, textMarshaler)
	}
	switch m.Kind {
	case Pointer, List, Array:
		m.Elem = r.read(t.Elem())
	case Optional:
		v, _ := reflect.New(t).Interface().(Wrapper).Unwrap()
		m.Elem = r.read(v.Type())
	case Map:
		m.Key, m.Elem = r.read(t.Key()), r.read(t.Elem())
		if !m.Key.keyable() {
			m.problem(both, "a map with keys of type %s has no JSON form; keys are strings, integers or types with MarshalText and UnmarshalText", t.Key())
		}
	case Struct:
		if m.In != Plain && m.Out != Plain {
			break // its methods decide; its fields are its own business
		}
		r.readStruct(m)
	case Opaque:
		m.problem(both, "%s has no JSON form; use a type that has, or leave the field out with json:\"-\"", t)
	case Any:
		if t.NumMethod() > 0 {
			m.problem(input, "an interface with methods (%s) cannot be decoded; use a concrete type or any", t)
		}
	}
	return m
}

func kindOf(t reflect.Type) Kind {
	switch t {
	case timeType:
		return Time
	case durationType:
		return Duration
	case numberType:
		return Number
	case rawType:
		return Raw
	}
	if t.Kind() == reflect.Struct && reflect.PointerTo(t).Implements(wrapperType) {
		return Optional
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
		if e := t.Elem(); e.Kind() == reflect.Uint8 && form(e, jsonMarshaler, textMarshaler) == Plain && form(e, jsonUnmarshaler, textUnmarshaler) == Plain {
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

// special kinds have methods of their own that the framework knows better.
func special(k Kind) bool {
	switch k {
	case Time, Duration, Number, Raw, Optional, Any:
		return true
	}
	return false
}

// form finds the method by which t is read or written. A pointer has the methods of its element, so it is Plain here
// and the element is asked.
func form(t, byJSON, byText reflect.Type) Form {
	if t.Kind() == reflect.Pointer {
		return Plain
	}
	switch p := reflect.PointerTo(t); {
	case p.Implements(byJSON):
		return ByJSON
	case p.Implements(byText):
		return ByText
	}
	return Plain
}

func (t *Type) keyable() bool {
	if t.In == ByText && t.Out == ByText {
		return true
	}
	switch t.Kind {
	case String, Int, Uint:
		return t.In == Plain && t.Out == Plain
	}
	return false
}

// bareName is the type's own name, without package and with the bare names of its type arguments.
func bareName(t reflect.Type) string {
	name, args, generic := strings.Cut(t.Name(), "[")
	if !generic {
		return name
	}
	var parts []string
	for arg := range strings.SplitSeq(strings.TrimSuffix(args, "]"), ",") {
		parts = append(parts, arg[strings.LastIndexByte(arg, '.')+1:])
	}
	return name + "[" + strings.Join(parts, ",") + "]"
}

// member is a field on its way into a struct's list: where names meet, the shallower wins, as in encoding/json.
type member struct {
	*Field
	depth  int
	tagged bool
}

func (r *Reader) readStruct(m *Type) {
	var all []member
	r.collect(m, m.Go, nil, "", map[reflect.Type]bool{}, &all)
	byName := map[string][]member{}
	for _, f := range all {
		byName[f.Name] = append(byName[f.Name], f)
	}
	folded := map[string]string{}
	m.index = make(map[string]int, len(all))
	for _, f := range all {
		winner, ok := dominant(byName[f.Name])
		if !ok {
			if first := byName[f.Name][0]; first.Field == f.Field {
				m.problem(both, "fields %s and %s are both %q in JSON; rename one with a json tag", first.Go, byName[f.Name][1].Go, f.Name)
			}
			continue
		}
		if winner.Field != f.Field {
			continue
		}
		if other, clash := folded[strings.ToLower(f.Name)]; clash {
			m.problem(both, "the names %q and %q differ only in case, which the JSON decoder does not tell apart; rename one", other, f.Name)
		}
		folded[strings.ToLower(f.Name)] = f.Name
		m.index[f.Name] = len(m.Fields)
		m.Fields = append(m.Fields, f.Field)
	}
}

// dominant is encoding/json's rule: the shallowest field, and among those of one depth the tagged one.
func dominant(fs []member) (member, bool) {
	best := fs[0]
	for _, f := range fs[1:] {
		if f.depth < best.depth || f.depth == best.depth && f.tagged && !best.tagged {
			best = f
		}
	}
	for _, f := range fs {
		if f.Field != best.Field && f.depth == best.depth && f.tagged == best.tagged {
			return best, false
		}
	}
	return best, true
}

// collect walks the fields of t, which is m itself or embedded in it.
func (r *Reader) collect(m *Type, t reflect.Type, index []int, prefix string, open map[reflect.Type]bool, out *[]member) {
	if open[t] {
		return // a struct that embeds itself through a pointer
	}
	open[t] = true
	defer delete(open, t)
	for i := range t.NumField() {
		sf := t.Field(i)
		at := append(index[:len(index):len(index)], i)
		if sf.Name == "_" {
			m.structTags(sf.Tag)
			continue
		}
		name, opts, tagged := jsonTag(sf)
		if name == "-" && opts == "" && tagged {
			continue
		}
		if inner, pointer, ok := embedded(sf); ok && name == "" {
			if pointer && !sf.IsExported() {
				m.problem(input, "%s embeds a pointer to the unexported struct %s, which cannot be set; embed it by value", prefix+sf.Name, inner)
			}
			r.collect(m, inner, at, prefix+sf.Name+".", open, out)
			continue
		}
		if !sf.IsExported() {
			continue
		}
		f := &Field{Name: name, Go: prefix + sf.Name, Index: at, Tag: sf.Tag}
		if f.Name == "" {
			f.Name = sf.Name
		}
		for o := range strings.SplitSeq(opts, ",") {
			switch o {
			case "omitempty":
				f.OmitEmpty = true
			case "omitzero":
				f.OmitZero = true
			case "string":
				f.AsString = stringable(sf.Type)
			case "":
			default:
				m.problem(both, "%s: json option %q is unknown; legal are omitempty, omitzero and string", f.Go, o)
			}
		}
		f.Type = r.read(sf.Type)
		r.describe(m, f, f.OmitEmpty || f.OmitZero)
		*out = append(*out, member{f, len(at), name != ""})
	}
}

// jsonTag splits the json tag. tagged tells `json:"-"` from no tag; `json:"-,"` names a field "-".
func jsonTag(sf reflect.StructField) (name, opts string, tagged bool) {
	tag, tagged := sf.Tag.Lookup("json")
	name, opts, comma := strings.Cut(tag, ",")
	if name == "-" && comma && opts == "" {
		opts = ","
	}
	return name, opts, tagged
}

// embedded reports a struct whose fields are promoted.
func embedded(sf reflect.StructField) (t reflect.Type, pointer, ok bool) {
	t = sf.Type
	if !sf.Anonymous {
		return nil, false, false
	}
	if t.Kind() == reflect.Pointer {
		t, pointer = t.Elem(), true
	}
	if t.Kind() != reflect.Struct || kindOf(t) != Struct {
		return nil, false, false
	}
	return t, pointer, true
}

// stringable reports the types that the option string of a json tag is for.
func stringable(t reflect.Type) bool {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch kindOf(t) {
	case Bool, Int, Uint, Float, String, Duration:
		return true
	}
	return false
}

// describe reads the tags that parameters and members share: default, validate, pattern and the markers.
func (r *Reader) describe(m *Type, f *Field, optional bool) {
	base := f.Type.Base()
	rules, err := r.Rules.Compile(base.Go, f.Tag.Get("validate"), f.Tag.Get("pattern"), constraint.Reply)
	if err != nil {
		m.problem(both, "%s: %v", f.Go, err)
		rules = &constraint.Rules{}
	} else if _, err := r.Rules.Compile(base.Go, f.Tag.Get("validate"), f.Tag.Get("pattern"), constraint.Request); err != nil {
		m.problem(input, "%s: %v", f.Go, err)
	}
	f.Rules = rules
	f.ReadOnly = r.flag(m, f, "readonly")
	f.WriteOnly = r.flag(m, f, "writeonly")
	f.Secret = r.flag(m, f, "secret")
	if text, ok := f.Tag.Lookup("default"); ok {
		f.Default = r.readDefault(m, f, text)
	}
	wrapped := f.Type.Kind == Pointer || f.Type.Kind == Optional
	switch {
	case f.Default != nil, optional, f.ReadOnly:
	case wrapped:
		f.Required = rules.Required
	default:
		f.Required = !rules.OmitEmpty
	}
	for _, rule := range rules.Cross {
		for _, other := range constraint.CrossFields(rule) {
			if sf, ok := m.Go.FieldByName(strings.Split(other, ".")[0]); !ok || !sf.IsExported() {
				m.problem(both, "%s: validate:%q names the field %s, which %s does not have; cross-field rules use Go names", f.Go, rule, other, m.Go)
			}
		}
	}
}

// flag reads a tag whose values are true and false.
func (r *Reader) flag(m *Type, f *Field, tag string) bool {
	switch v, ok := f.Tag.Lookup(tag); {
	case !ok, v == "false":
		return false
	case v == "true":
		return true
	default:
		m.problem(both, "%s: %s:%q is neither \"true\" nor \"false\"", f.Go, tag, v)
		return false
	}
}

func (m *Type) structTags(tag reflect.StructTag) {
	switch v := tag.Get("extra"); v {
	case "", "allow":
	case "forbid":
		m.Forbid = true
	default:
		m.problem(both, "extra:%q is unknown; legal are \"forbid\" and \"allow\"", v)
	}
	if name := tag.Get("name"); name != "" {
		m.Name = name
	}
}

// use says for which direction something is a problem.
type use uint8

const (
	input use = 1 << iota
	output
	both = input | output
)

type problem struct {
	use  use
	text string
}

func (m *Type) problem(u use, format string, args ...any) {
	m.problems = append(m.problems, problem{u, fmt.Sprintf(format, args...)})
}
