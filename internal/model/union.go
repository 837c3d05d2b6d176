package model

import (
	"fmt"
	"iter"
	"reflect"
	"slices"

	"github.com/brio-go/brio/internal/json"
)

// AnyOf and OneOf mark unions. params.AnyOf and params.OneOf hold one of them.
type (
	AnyOf struct{}
	OneOf struct{}
)

// Variant is one of the types that a Union can be.
type Variant struct {
	Name     string      // in the loc of errors: Cat, int, list[str]
	Key      string      // the JSON name of the field, for the decoder
	Index    int         // the index of the pointer field
	Type     *Type       // the type that the field points to
	Tags     []string    // the discriminator's values that choose the variant
	Shape    *json.Shape // set by Reader.Shape of a type that holds the union
	Defaults bool        // a field inside has a default
	Ruled    bool        // the shape alone does not decide whether a value fits: there are rules, enums or unions inside
}

// unionMarker reports whether the field makes its struct a union, and of which kind.
func unionMarker(sf reflect.StructField) (oneOf, ok bool) {
	if t := sf.Type; sf.Anonymous && t.Kind() == reflect.Struct && t.NumField() == 1 {
		inner := t.Field(0).Type
		return inner == reflect.TypeFor[OneOf](), inner == reflect.TypeFor[OneOf]() || inner == reflect.TypeFor[AnyOf]()
	}
	return false, false
}

// isUnion reports whether the struct t embeds AnyOf or OneOf.
func isUnion(t reflect.Type) bool {
	for i := range t.NumField() {
		if _, ok := unionMarker(t.Field(i)); ok {
			return true
		}
	}
	return false
}

// readUnion reads the variants. finishUnion looks into them when all types are read: a variant may contain the union.
func (r *Reader) readUnion(m *Type) {
	marks := 0
	for i := range m.Go.NumField() {
		sf := m.Go.Field(i)
		if oneOf, ok := unionMarker(sf); ok {
			m.OneOf, m.Discriminator = oneOf, sf.Tag.Get("discriminator")
			marks++
			r.checkTags(m, sf.Name, sf.Tag, onMarker, None)
			continue
		}
		if sf.Name == "_" {
			m.structTags(sf.Tag, 0)
			r.checkTags(m, "the blank field", sf.Tag, onBlank, None)
			continue
		}
		key, opts, tagged := jsonTag(sf)
		if key == "" {
			key = sf.Name
		}
		switch {
		case sf.Type.Kind() != reflect.Pointer || !sf.IsExported():
			m.problem(both, "field %s is not an exported pointer; the fields of a union are pointers, one for each variant", sf.Name)
			continue
		case tagged && key == "-" && opts == "":
			m.problem(both, "field %s: a variant cannot be left out with json:\"-\"", sf.Name)
			continue
		}
		r.checkTags(m, "field "+sf.Name, sf.Tag, onVariant, None)
		v := &Variant{Key: key, Index: i, Type: r.read(sf.Type.Elem())}
		m.Variants = append(m.Variants, v)
	}
	switch {
	case marks > 1:
		m.problem(both, "it embeds more than one AnyOf or OneOf; keep one")
	case len(m.Variants) == 0:
		m.problem(both, "a union needs variants: pointer fields, one for each type that it can be")
	}
	r.later = append(r.later, m.finishUnion)
}

// finishUnion names the variants and reports variants that cannot be told apart. It reads the tags of the discriminator.
func (m *Type) finishUnion() {
	types, names, tags := map[reflect.Type]string{}, map[string]string{}, map[string]string{}
	for _, v := range m.Variants {
		field := m.Go.Field(v.Index).Name
		v.Name = branchName(v.Type)
		v.Ruled = v.Type.hasRules(map[*Type]bool{})
		v.Defaults = v.Type.Holds((*Type).hasDefaults)
		switch v.Type.Kind {
		case Pointer, Optional, Any:
			m.problem(both, "field %s: a variant cannot be a %s; point to a type that is never null", field, v.Type)
		}
		switch {
		case types[v.Type.Go] != "":
			m.problem(both, "fields %s and %s are variants of one type, %s; keep one", types[v.Type.Go], field, v.Type)
		case names[v.Name] != "":
			m.problem(both, "fields %s and %s are variants that are both called %s; name one with `_ struct{} `name:\"…\"``", names[v.Name], field, v.Name)
		case m.canHold(v.Type, map[*Type]bool{}):
			m.problem(both, "field %s: the variant %s is the union itself again", field, v.Type)
		}
		types[v.Type.Go], names[v.Name] = field, field
		if m.Discriminator == "" {
			continue
		}
		v.Tags = m.tagsOf(v, field)
		for _, tag := range v.Tags {
			if other := tags[tag]; other != "" {
				m.problem(both, "fields %s and %s both have the tag %s=%s; each value chooses one variant", other, field, m.Discriminator, tag)
			}
			tags[tag] = field
		}
	}
}

// canHold reports whether a value of m can stand where a value of t does: t is m, or a union that holds m.
func (m *Type) canHold(t *Type, seen map[*Type]bool) bool {
	t = t.Base()
	if t == m {
		return true
	}
	if t.Kind != Union || seen[t] {
		return false
	}
	seen[t] = true
	return slices.ContainsFunc(t.Variants, func(v *Variant) bool { return m.canHold(v.Type, seen) })
}

// tagsOf returns the values that choose v: those of the rule oneof or eq of its discriminator field.
func (m *Type) tagsOf(v *Variant, field string) []string {
	i := -1
	if v.Type.Kind == Struct && v.Type.In == ByKind {
		i = v.Type.FieldIndex(m.Discriminator)
	}
	if i < 0 {
		m.problem(both, "field %s: %s has no member %q, which the discriminator names", field, v.Type, m.Discriminator)
		return nil
	}
	f := v.Type.Fields[i]
	for _, rule := range f.Rules.Schema {
		if tags := rule.Literals(); tags != nil {
			return tags
		}
	}
	m.problem(both, "field %s: the discriminator %s.%s does not say which values choose this variant; write validate:\"oneof=…\"", field, v.Type, f.Go)
	return nil
}

// ByTag returns the index of the variant that the discriminator's value chooses, or -1. quoted tells "1" from 1.
func (t *Type) ByTag(tag string, quoted bool) int {
	return slices.IndexFunc(t.Variants, func(v *Variant) bool {
		if !slices.Contains(v.Tags, tag) {
			return false
		}
		kind := v.Type.Fields[v.Type.FieldIndex(t.Discriminator)].Type.Base().Kind
		return quoted != (kind == Int || kind == Uint)
	})
}

// Tags returns all values of the discriminator.
func (t *Type) Tags() (all []string) {
	for _, v := range t.Variants {
		all = append(all, v.Tags...)
	}
	return all
}

// Chosen returns the index of the variant that v, a value of t.Go, holds: -1 for none, -2 for several.
func (t *Type) Chosen(v reflect.Value) int {
	found := -1
	for i, variant := range t.Variants {
		if !v.Field(variant.Index).IsNil() {
			if found >= 0 {
				return -2
			}
			found = i
		}
	}
	return found
}

// Parts yields the types that values of t hold directly: keys, elements, fields, variants.
func (t *Type) Parts() iter.Seq[*Type] {
	return func(yield func(*Type) bool) {
		for _, p := range []*Type{t.Key, t.Elem} {
			if p != nil && !yield(p) {
				return
			}
		}
		for _, f := range t.Fields {
			if !yield(f.Type) {
				return
			}
		}
		for _, v := range t.Variants {
			if !yield(v.Type) {
				return
			}
		}
		if t.Extra != nil {
			yield(t.Extra.Type)
		}
	}
}

// Holds reports whether test is true for t or a type inside it. It does not look into types with methods of their own.
func (t *Type) Holds(test func(*Type) bool) bool { return t.holds(test, map[*Type]bool{}) }

// holds is Holds; seen has the types that were tested already.
func (t *Type) holds(test func(*Type) bool, seen map[*Type]bool) bool {
	if seen[t] {
		return false
	}
	seen[t] = true
	if test(t) {
		return true
	}
	if t.In != ByKind {
		return false
	}
	for p := range t.Parts() {
		if p.holds(test, seen) {
			return true
		}
	}
	return false
}

// hasRules reports whether the shape alone cannot decide whether a value fits t.
func (t *Type) hasRules(seen map[*Type]bool) bool {
	return t.holds(func(t *Type) bool {
		return t.In != ByKind || t.Enum != nil || t.Kind == Union || t.Kind == Map && t.Key.Kind != String || t.Kind == Bytes ||
			t.Kind == Time || t.Kind == Duration ||
			slices.ContainsFunc(t.Fields, func(f *Field) bool { return !f.Rules.Empty() || len(f.Rules.Cross) > 0 || f.AsString })
	}, seen)
}

// hasDefaults reports whether a field of the struct has a default.
func (t *Type) hasDefaults() bool {
	return slices.ContainsFunc(t.Fields, func(f *Field) bool { return f.Default != nil })
}

// branchName returns the name of a variant in the loc of errors: the name of a type of the program, else pydantic's name of the
// type.
func branchName(t *Type) string {
	switch {
	case t.text != nil && t.text.branch != "":
		return t.text.branch
	case t.Kind == Set:
		return fmt.Sprintf("set[%s]", branchName(t.Elem))
	case t.Name != "" && (t.Go.PkgPath() != "" || t.Name != t.Go.Name()):
		return t.Name
	}
	switch t.Kind {
	case String:
		return "str"
	case Int, Uint:
		return "int"
	case Float:
		return "float"
	case List, Array:
		word := map[Kind]string{List: "list", Array: "tuple"}[t.Kind]
		return fmt.Sprintf("%s[%s]", word, branchName(t.Elem))
	case Map:
		return fmt.Sprintf("dict[%s,%s]", branchName(t.Key), branchName(t.Elem))
	case Pointer, Optional:
		return branchName(t.Elem)
	case Struct:
		return "object"
	case Union:
		return "union"
	}
	return map[Kind]string{Any: "any", Bool: "bool", Bytes: "bytes", Number: "float", Raw: "any"}[t.Kind]
}
