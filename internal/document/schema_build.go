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

// value gives the schema of values of t under rules.
func (s *schemas) value(t *model.Type, rules *constraint.Rules, d direction) *spec.Schema {
	switch t.Kind {
	case model.Pointer, model.Optional:
		if t.Base().Kind == model.Pointer {
			return &spec.Schema{} // a pointer to itself, which has been reported
		}
		return s.nullable(s.value(t.Elem, rules, d))
	case model.Patch:
		return s.value(t.Elem, rules, d)
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

// form is how values of t are read or written.
func form(t *model.Type, d direction) model.Form {
	if d.way == sent {
		return t.Out
	}
	return t.In
}

// isComponent reports whether t is referred to by name.
func (s *schemas) isComponent(t *model.Type, d direction) bool {
	switch {
	case t.Name == "":
		return false
	case t.Enum != nil:
		return true
	case form(t, d) != model.Plain:
		return false
	case t.Kind == model.Struct, t.Kind == model.Union && !s.inlineUnions:
		return true
	}
	return s.containsItself(t)
}

// containsItself reports whether t would be written inside itself without end, were it not a component.
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

// build writes the schema of t itself.
func (s *schemas) build(t *model.Type, rules *constraint.Rules, d direction) *spec.Schema {
	if t.Enum != nil {
		return s.enum(t)
	}
	switch form(t, d) {
	case model.ByText:
		return s.text(t, d)
	case model.ByJSON:
		return s.opaque(t, d)
	}
	switch t.Kind {
	case model.Bool:
		return typed("boolean")
	case model.String:
		return typed("string")
	case model.Int, model.Uint:
		out := integer(t)
		out.Format = s.numberFormat(t)
		return out
	case model.Float, model.Number:
		return &spec.Schema{Type: []string{"number"}, Format: s.numberFormat(t)}
	case model.Bytes:
		if s.rawBytes {
			return typed("string")
		}
		return &spec.Schema{Type: []string{"string"}, ContentEncoding: "base64", ContentMediaType: "application/octet-stream"}
	case model.Time:
		return &spec.Schema{Type: []string{"string"}, Format: "date-time"}
	case model.Duration:
		return s.duration(d)
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

// numberFormat is the size that generators read a number into (the OpenAPI format registry); without one many take 32 bits.
// Integers of 8 and 16 bits have bounds, and the smallest format that all readers know. pydantic writes none.
func (s *schemas) numberFormat(t *model.Type) string {
	switch kind := t.Go.Kind(); {
	case s.pydantic:
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

// durationText is what AppendDuration writes: ISO 8601 with a sign and a fraction of seconds. JSON Schema's format duration
// (RFC 3339, appendix A) has neither. durationInput has what ParseDuration reads too: Go's units, and seconds.
const (
	durationText  = `^-?P(T?[0-9]+(\.[0-9]+)?[DHMS])+$`
	durationInput = `^(-?P(T?` + decimals + `[WDHMS])+|[-+]?(` + decimals + `(ns|us|µs|μs|ms|s|m|h))+|-?` + decimals + `([eE][-+]?[0-9]+)?)$`
	decimals      = `([0-9]+\.?[0-9]*|\.[0-9]+)`
)

// duration describes a time.Duration: ISO 8601 and, in requests, a number of seconds.
func (s *schemas) duration(d direction) *spec.Schema {
	text := typed("string")
	switch {
	case s.pydantic:
		text.Format = "duration"
		return text
	case d.way == sent:
		text.Pattern = durationText
		return text
	}
	text.Pattern = durationInput
	return &spec.Schema{AnyOf: []*spec.Schema{text, typed("number")}}
}

func typed(name string) *spec.Schema { return &spec.Schema{Type: []string{name}} }

func (s *schemas) enum(t *model.Type) *spec.Schema {
	if len(t.Enum.Values) == 0 {
		return &spec.Schema{} // which has been reported
	}
	out := typed("string")
	if _, text := t.Enum.Values[0].(string); !text {
		out = &spec.Schema{Type: []string{"integer"}, Format: s.numberFormat(t)}
	}
	if len(t.Enum.Values) == 1 && s.pydantic {
		out.Const = t.Enum.Values[0]
		return out
	}
	out.Enum = slices.Clone(t.Enum.Values)
	return out
}

// integer has bounds where a type is smaller than what JSON numbers usually are read into; below 0 for all unsigned ones.
func integer(t *model.Type) *spec.Schema {
	out := typed("integer")
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

// decimalText is a decimal number in text, and pydantic's expression for it.
const (
	decimalText     = `^[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?$`
	pydanticDecimal = `^(?!^[-+.]*$)[+-]?0*\d*\.?\d*$`
)

// integerText is an integer in text, with white space around it; clockText a time without a zone, dateText a day, momentText
// a time of RFC 3339 with a zone.
const (
	integerText = "^[^!-~]*[-+]?[0-9]+[^!-~]*$"
	clockText   = `([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]+)?)?`
	dateText    = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
	momentText  = `([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]+)?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])`
)

func (s *schemas) decimal(d direction) *spec.Schema {
	text := typed("string")
	if text.Pattern = decimalText; s.pydantic {
		text.Pattern = pydanticDecimal
	}
	if d.way == sent {
		return text
	}
	return &spec.Schema{AnyOf: []*spec.Schema{typed("number"), text}}
}

// text is a type that is written as a text by methods of its own.
func (s *schemas) text(t *model.Type, d direction) *spec.Schema {
	out := &spec.Schema{Type: []string{"string"}, Format: t.Format}
	switch t.Format {
	case "decimal":
		out.Format, out.Pattern = "", s.decimal(output).Pattern
	case "integer":
		out.Format, out.Pattern = "", integerText
	}
	if s.pydantic {
		if t.Format == "uri" {
			out.MinLength = new(1)
		}
		return out
	}
	switch { // what JSON Schema has no format for, or another one
	case t.Format == "ipvanyaddress":
		out.Format, out.AnyOf = "", ipAddress().AnyOf
	case t.Format == "ipvanynetwork":
		out.Format, out.Pattern = "", prefixText
	case t.Format == "time" && t.Zoneless():
		out.Format, out.Pattern = "time-local", "^"+clockText+"$"
	case t.Format == "date-time" && t.Zoneless():
		out.Format, out.Pattern = "date-time-local", "^"+dateText+"([Tt _]"+clockText+")?$"
	case t.Format == "date-time" && t.ZoneIsOptional():
		out.Format, out.Pattern = "", "^"+dateText+"([Tt _]"+clockText+"|[Tt]"+momentText+")?$"
	}
	return out
}

// opaque is a type that is written as any JSON by methods of its own.
func (s *schemas) opaque(t *model.Type, d direction) *spec.Schema {
	switch t.Format {
	case "decimal":
		return s.decimal(d)
	case "integer":
		if d.way == sent || s.pydantic {
			return typed("integer")
		}
		return &spec.Schema{AnyOf: []*spec.Schema{typed("integer"), {Type: []string{"string"}, Pattern: integerText}}}
	}
	return &spec.Schema{}
}

func (s *schemas) list(t *model.Type, rules *constraint.Rules, d direction) *spec.Schema {
	out := typed("array")
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

// maxTuple is how many elements of an array are written one by one; more are alike.
const maxTuple = 16

func (s *schemas) mapping(t *model.Type, rules *constraint.Rules, d direction) *spec.Schema {
	out := typed("object")
	var elem, keys *constraint.Rules
	if rules != nil {
		elem, keys = rules.Elem, rules.Key
	}
	out.PropertyNames = s.key(t.Key, keys, d)
	if values := s.value(t.Elem, elem, d.elem()); values.IsAny() {
		out.AdditionalProperties = true
	} else {
		out.AdditionalProperties = values
	}
	return out
}

// key says what keys of a map may be; nil is any text.
func (s *schemas) key(t *model.Type, rules *constraint.Rules, d direction) *spec.Schema {
	out := &spec.Schema{}
	switch {
	case t.Enum != nil && t.Kind == model.String:
		out = s.value(t, nil, d)
	case t.Enum != nil: // integers may be written with a plus, and with zeros before them
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
	case form(t, d) != model.Plain:
		out = s.text(t, d)
	case t.Kind == model.Int && !s.pydantic:
		out.Pattern = "^[-+]?[0-9]+$"
	case t.Kind == model.Uint && !s.pydantic:
		out.Pattern = `^\+?[0-9]+$`
	}
	if t.Kind == model.String {
		s.constrain(out, t, rules)
	}
	if out.Type = slices.DeleteFunc(out.Type, func(name string) bool { return name == "string" }); out.IsAny() {
		return nil // names are texts anyway
	}
	return out
}

func (s *schemas) union(t *model.Type, d direction) *spec.Schema {
	out := &spec.Schema{}
	var variants []*spec.Schema
	for _, v := range t.Variants {
		variants = append(variants, s.value(v.Type, nil, d))
	}
	if !t.OneOf || t.Discriminator == "" && slices.ContainsFunc(t.Variants, vague) {
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
			c.renamed = append(c.renamed, set)
		}
	}
	return out
}

// vague reports a variant whose schema may accept more than the type, so that a value may be of one variant and yet fit
// the schemas of two.
func vague(v *model.Variant) bool {
	return v.Type.Holds(func(t *model.Type) bool {
		switch t.Kind {
		case model.Bool, model.String, model.Int, model.Uint, model.Struct, model.List, model.Array, model.Map, model.Pointer, model.Optional:
			if t.In == model.Plain && (t.Kind != model.Map || t.Key.Kind == model.String && t.Key.In == model.Plain) {
				break
			}
			return true
		default:
			return true
		}
		return slices.ContainsFunc(t.Fields, func(f *model.Field) bool {
			return f.AsString || len(f.Rules.Cross) > 0 || !sayable(f.Type.Base(), f.Rules)
		})
	})
}

// nullable lets null be a value too.
func (s *schemas) nullable(in *spec.Schema) *spec.Schema {
	switch {
	case in.IsAny() || slices.Contains(in.Type, "null"), len(in.AnyOf) > 0 && slices.ContainsFunc(in.AnyOf, isNull):
		return in
	case s.nullAnyOf, len(in.Type) == 0, in.Const != nil, in.Not != nil, len(in.AllOf) > 0:
		if len(in.AnyOf) > 0 && onlyAnyOf(in) {
			in.AnyOf = append(in.AnyOf, typed("null"))
			return in
		}
		return &spec.Schema{AnyOf: []*spec.Schema{in, typed("null")}}
	}
	in.Type = append(in.Type, "null")
	if len(in.Enum) > 0 {
		in.Enum = append(slices.Clip(in.Enum), nil)
	}
	return in
}

func isNull(schema *spec.Schema) bool { return slices.Equal(schema.Type, []string{"null"}) }

// onlyAnyOf reports a schema that is nothing but alternatives, to which null can be added as one more.
func onlyAnyOf(schema *spec.Schema) bool {
	rest := *schema
	rest.AnyOf = nil
	return rest.IsAny()
}
