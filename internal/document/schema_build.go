package document

import (
	"encoding/json"
	"fmt"
	"math/big"
	"reflect"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/openapi/spec"
)

// value returns the schema of values of t that keep rules.
func (s *schemas) value(t *model.Type, rules *constraint.Rules, d direction) *spec.Schema {
	switch t.Kind {
	case model.Pointer, model.Optional:
		if t.Base().Kind == model.Pointer {
			return &spec.Schema{} // a pointer type to itself; the start-up check reports it
		}
		return s.nullable(s.value(t.Elem, rules, d))
	case model.Patch:
		return s.value(t.Elem, rules, d)
	case model.JSONPatch:
		return s.jsonPatch()
	}
	if s.isComponent(t, d) {
		out := s.ofComponent(t, d)
		s.constrain(out, t, rules)
		return out
	}
	out := s.build(t, rules, d)
	s.constrain(out, t, rules)
	s.describeType(out, t, d)
	return out
}

// formOf returns the form in which values of t are read or written.
func formOf(t *model.Type, d direction) model.Form {
	if d.way == sent {
		return t.Out
	}
	return t.In
}

// isComponent reports whether other schemas refer to t by name.
func (s *schemas) isComponent(t *model.Type, d direction) bool {
	switch {
	case t.Name == "":
		return false
	case t.Enum != nil:
		return true
	case formOf(t, d) != model.ByKind:
		return false
	case t.Kind == model.Struct, t.Kind == model.Union && !s.inlinesUnions:
		return true
	}
	return s.containsItself(t)
}

// containsItself reports whether t contains itself. Such a type must be a component, because its inline schema would be infinite.
func (s *schemas) containsItself(t *model.Type) bool {
	known, ok := s.recursive[t]
	if !ok {
		seen := map[*model.Type]bool{}
		var reaches func(from *model.Type) bool
		reaches = func(from *model.Type) bool {
			for p := range from.Parts() {
				if p == t {
					return true
				}
				if !seen[p] && (p.Kind != model.Struct || p.Name == "") {
					seen[p] = true
					if reaches(p) {
						return true
					}
				}
			}
			return false
		}
		known = reaches(t)
		s.recursive[t] = known
	}
	return known
}

// build returns the schema of t itself, never a reference.
func (s *schemas) build(t *model.Type, rules *constraint.Rules, d direction) *spec.Schema {
	if t.Enum != nil {
		return s.enum(t)
	}
	if out := s.scalar(t, formOf(t, d), d); out != nil {
		return out
	}
	switch t.Kind {
	case model.Bool:
		return typeSchema("boolean")
	case model.String:
		return typeSchema("string")
	case model.Int, model.Uint:
		out := integer(t)
		out.Format = s.numberFormat(t)
		return out
	case model.Float:
		return &spec.Schema{Type: []string{"number"}, Format: s.numberFormat(t)}
	case model.Bytes:
		if s.bytesAreText {
			return typeSchema("string")
		}
		return &spec.Schema{Type: []string{"string"}, ContentEncoding: "base64", ContentMediaType: "application/octet-stream"}
	case model.List, model.Set, model.Array:
		return s.list(t, rules, d)
	case model.Map:
		return s.mapping(t, rules, d)
	case model.Struct:
		return s.members(t, t.Fields, d)
	case model.Union:
		return s.union(t, d)
	}
	return &spec.Schema{}
}

// scalar returns the schema of a type that its methods read or write, or of one of the standard library; nil for other types.
func (s *schemas) scalar(t *model.Type, form model.Form, d direction) *spec.Schema {
	return t.ScalarSchema(model.SchemaUse{Form: form, Sent: d.way == sent, Pydantic: s.followsPydantic})
}

// numberFormat returns the format of a number (OpenAPI format registry). Generators of clients choose the size of their type by it, and
// many take 32 bits without one. Integers of 8 and 16 bits have int32 and bounds. pydantic writes no format.
func (s *schemas) numberFormat(t *model.Type) string {
	switch kind := t.Go.Kind(); {
	case s.followsPydantic:
	case kind == reflect.Float64:
		return "double"
	case kind == reflect.Float32:
		return "float"
	case t.Kind == model.Uint && t.Go.Bits() == 64:
		return "uint64"
	case t.Kind == model.Int && t.Go.Bits() == 64, kind == reflect.Uint32:
		return "int64"
	case t.Kind == model.Int, t.Kind == model.Uint:
		return "int32"
	}
	return ""
}

func typeSchema(name string) *spec.Schema { return &spec.Schema{Type: []string{name}} }

// enum returns the schema of a type with a method Values.
func (s *schemas) enum(t *model.Type) *spec.Schema {
	if len(t.Enum.Values) == 0 {
		return &spec.Schema{} // the start-up check reports an enum without values
	}
	out := typeSchema("string")
	if _, text := t.Enum.Values[0].(string); !text {
		out = &spec.Schema{Type: []string{"integer"}, Format: s.numberFormat(t)}
	}
	if len(t.Enum.Values) == 1 && s.followsPydantic {
		out.Const = t.Enum.Values[0]
		return out
	}
	out.Enum = slices.Clone(t.Enum.Values)
	return out
}

// integer returns an integer schema. Types below 64 bits have both bounds; unsigned types have the minimum 0.
func integer(t *model.Type) *spec.Schema {
	out := typeSchema("integer")
	bits := uint(t.Go.Bits())
	limit := func(exponent uint, less int64) json.Number {
		n := new(big.Int).Lsh(big.NewInt(1), exponent)
		return json.Number(n.Sub(n, big.NewInt(less)).String())
	}
	switch {
	case t.Kind == model.Uint && bits < 64:
		out.Minimum, out.Maximum = "0", limit(bits, 1)
	case t.Kind == model.Uint:
		out.Minimum = "0"
	case bits < 64:
		out.Minimum, out.Maximum = "-"+limit(bits-1, 0), limit(bits-1, 1)
	}
	return out
}

// list returns the schema of a list, set or array. rules are those of the value, nil for none.
func (s *schemas) list(t *model.Type, rules *constraint.Rules, d direction) *spec.Schema {
	out := typeSchema("array")
	var elem *constraint.Rules
	if rules != nil {
		elem = rules.Elem
	}
	switch t.Kind {
	case model.Set:
		out.UniqueItems = true
	case model.Array:
		n := t.Go.Len()
		out.MinItems, out.MaxItems = &n, &n
		if n > 0 && n <= maxTuple {
			for range n {
				out.PrefixItems = append(out.PrefixItems, s.value(t.Elem, elem, d.elem()))
			}
			return out
		}
	}
	out.Items = s.value(t.Elem, elem, d.elem())
	return out
}

// maxTuple is the greatest length of an array whose elements are listed in prefixItems. Longer arrays use items, to keep documents small.
const maxTuple = 16

// mapping returns the schema of a map.
func (s *schemas) mapping(t *model.Type, rules *constraint.Rules, d direction) *spec.Schema {
	out := typeSchema("object")
	var elem, keys *constraint.Rules
	if rules != nil {
		elem, keys = rules.Elem, rules.Key
	}
	out.PropertyNames = s.key(t.Key, keys, d)
	switch values := s.value(t.Elem, elem, d.elem()); {
	case values.IsAny():
		out.AdditionalProperties = true
	case t.Partial && t.Elem.Kind != model.Pointer && t.Elem.Kind != model.Optional: // null removes a member
		out.AdditionalProperties = s.nullable(values)
	default:
		out.AdditionalProperties = values
	}
	return out
}

// key returns the schema of the keys of a map, or nil when any string is a key.
func (s *schemas) key(t *model.Type, rules *constraint.Rules, d direction) *spec.Schema {
	out := &spec.Schema{}
	switch {
	case t.Enum != nil && t.Kind == model.String:
		out = s.value(t, nil, d)
	case t.Enum != nil: // integers may have a plus sign and leading zeros
		var numbers []string
		for _, v := range t.Enum.Values {
			switch text := fmt.Sprint(v); {
			case text == "0":
				numbers = append(numbers, "[-+]?0+")
			case text[0] == '-':
				numbers = append(numbers, "-0*"+text[1:])
			default:
				numbers = append(numbers, `\+?0*`+text)
			}
		}
		out.Pattern = "^(" + strings.Join(numbers, "|") + ")$"
	case formOf(t, d) != model.ByKind:
		out = s.scalar(t, model.ByText, d)
	case t.Kind == model.Int && !s.followsPydantic:
		out.Pattern = "^[-+]?[0-9]+$"
	case t.Kind == model.Uint && !s.followsPydantic:
		out.Pattern = `^\+?[0-9]+$`
	}
	if t.Kind == model.String {
		s.constrain(out, t, rules)
	}
	if out.Type = slices.DeleteFunc(out.Type, func(name string) bool { return name == "string" }); out.IsAny() {
		return nil // keys are strings in any case
	}
	return out
}

// union returns the schema of a union: anyOf, or oneOf when a value certainly fits one variant only.
func (s *schemas) union(t *model.Type, d direction) *spec.Schema {
	out := &spec.Schema{}
	var variants []*spec.Schema
	for _, v := range t.Variants {
		variants = append(variants, s.value(v.Type, nil, d))
	}
	if !t.OneOf || t.Discriminator == "" && slices.ContainsFunc(t.Variants, func(v *model.Variant) bool { return s.isLoose(v, d) }) {
		out.AnyOf = variants
	} else {
		out.OneOf = variants
	}
	if t.Discriminator == "" || d.omits.GoNames() {
		return out
	}
	out.Discriminator = &spec.Discriminator{PropertyName: t.Discriminator, Mapping: map[string]string{}}
	for _, v := range t.Variants {
		if !s.isComponent(v.Type, d) {
			continue
		}
		for _, tag := range v.Tags {
			set := func(ref string) { out.Discriminator.Mapping[tag] = ref }
			c := s.componentOf(v.Type, d)
			c.onRename = append(c.onRename, set)
		}
	}
	return out
}

// isLoose reports whether the schema of a variant may accept values that the type refuses. A value of another variant may then fit two
// schemas, which oneOf would refuse.
func (s *schemas) isLoose(v *model.Variant, d direction) bool {
	return v.Type.Holds(func(t *model.Type) bool {
		switch t.Kind {
		case model.Bool, model.String, model.Int, model.Uint, model.Struct, model.List, model.Array, model.Map, model.Pointer, model.Optional:
			if t.In == model.ByKind && (t.Kind != model.Map || t.Key.Kind == model.String && t.Key.In == model.ByKind) {
				break
			}
			return true
		default:
			return true
		}
		return slices.ContainsFunc(t.Fields, func(f *model.Field) bool {
			return f.AsString || len(f.Rules.Cross) > 0 || s.brokenZero(f, d) != nil || !isExpressible(f.Type.Base(), f.Rules)
		})
	})
}

// nullable returns a schema that also accepts null.
func (s *schemas) nullable(in *spec.Schema) *spec.Schema {
	switch {
	case in.IsAny() || slices.Contains(in.Type, "null"), len(in.AnyOf) > 0 && slices.ContainsFunc(in.AnyOf, isNull):
		return in
	case s.writesNullAsAnyOf, len(in.Type) == 0, in.Const != nil, in.Not != nil, len(in.AllOf) > 0:
		if len(in.AnyOf) > 0 && onlyAnyOf(in) {
			in.AnyOf = append(in.AnyOf, typeSchema("null"))
			return in
		}
		return &spec.Schema{AnyOf: []*spec.Schema{in, typeSchema("null")}}
	}
	in.Type = append(in.Type, "null")
	if len(in.Enum) > 0 {
		in.Enum = append(slices.Clip(in.Enum), nil)
	}
	return in
}

func isNull(schema *spec.Schema) bool { return slices.Equal(schema.Type, []string{"null"}) }

// onlyAnyOf reports whether a schema has anyOf and no other keyword, so that null can be one more alternative.
func onlyAnyOf(schema *spec.Schema) bool {
	rest := *schema
	rest.AnyOf = nil
	return rest.IsAny()
}
