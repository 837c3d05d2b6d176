package model

import (
	"reflect"
	"strings"

	"github.com/brio-go/brio/internal/constraint"
)

// jsonTag splits the json tag. tagged is false without one. `json:"-,"` names a field "-", and opts is "," then.
func jsonTag(sf reflect.StructField) (name, opts string, tagged bool) {
	tag, tagged := sf.Tag.Lookup("json")
	name, opts, comma := strings.Cut(tag, ",")
	if name == "-" && comma && opts == "" {
		opts = ","
	}
	return name, opts, tagged
}

// embedded returns the struct whose fields the field promotes; ok is false for other fields.
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

// stringable reports whether the option string of the json tag is legal for t.
func stringable(t reflect.Type) bool {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch kindOf(t) {
	case Bool, Int, Uint, Float, String:
		return form(t, jsonMarshaler, textMarshaler) == ByKind && form(t, jsonUnmarshaler, textUnmarshaler) == ByKind
	}
	return false
}

// describe reads the tags that parameters and members share: default, validate, pattern, readonly, writeonly and secret. It decides
// whether the field is required. optional is true for json options that allow an absent member.
func (r *Reader) describe(m *Type, f *Field, optional bool) {
	base := f.Type.Base()
	if base.Kind == Pointer { // a pointer to itself, which is reported already
		f.Rules = &constraint.Rules{}
		return
	}
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
}

// flag reads a tag with the values "true" and "false". Another value is a problem.
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

// structTag is a tag of a blank field. depth is the number of structs around the one that has it.
type structTag struct {
	value string
	depth int
}

// structTags reads the tags of a blank field of a struct at a depth of embedding. The tag of the outermost struct wins.
func (m *Type) structTags(tag reflect.StructTag, depth int) {
	eachTag(tag, func(key, value string) {
		if known, has := m.tags[key]; has && known.depth <= depth {
			return
		}
		if m.tags == nil {
			m.tags = map[string]structTag{}
		}
		m.tags[key] = structTag{value, depth}
	})
	switch v := m.Tag("extra"); v {
	case "", "allow", "forbid":
		m.Forbid = v == "forbid"
	default:
		m.problem(both, "extra:%q is unknown; legal are \"forbid\" and \"allow\"", v)
	}
	if name := m.Tag("name"); name != "" {
		m.Name = name
	}
}
