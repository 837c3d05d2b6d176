package pages

import (
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"slices"
	"strings"

	"github.com/brio-go/brio/openapi/spec"
)

// maxMembers is the greatest depth of nested objects without a name on the page.
const maxMembers = 12

// readSchema returns the row of a schema. The members of an object without a name are rows below it.
func readSchema(name string, s *spec.Schema) rowView { return readNested(name, s, 0) }

// readNested is readSchema for a schema inside of depth others. It leaves out members beyond maxMembers levels.
func readNested(name string, s *spec.Schema, depth int) rowView {
	if s == nil {
		s = &spec.Schema{}
	}
	r := rowView{Name: name, Type: typeOf(s, 0), Deprecated: s.Deprecated, Description: prose(s.Description), Notes: ruleNotes(s)}
	object := objectIn(s)
	if object == nil || depth > maxMembers {
		return r
	}
	for _, member := range orderedNames(object.Properties, object.PropertyOrder) {
		m := readNested(member, object.Properties[member], depth+1)
		m.Required = slices.Contains(object.Required, member)
		r.Members = append(r.Members, m)
	}
	return r
}

// objectIn returns the object whose members stand below a row: the schema itself, or the elements of its list or map.
func objectIn(s *spec.Schema) *spec.Schema {
	for range maxMembers {
		switch inner, _ := s.AdditionalProperties.(*spec.Schema); {
		case len(s.Properties) > 0:
			return s
		case s.Items != nil:
			s = s.Items
		case inner != nil:
			s = inner
		default:
			return nil
		}
	}
	return nil
}

// typeOf returns the type of a schema in words, with links to the schemas that it refers to.
func typeOf(s *spec.Schema, depth int) template.HTML {
	if s == nil || depth > maxMembers {
		return "anything"
	}
	var parts []string
	list := func(schemas []*spec.Schema, word string) {
		names := make([]string, len(schemas))
		for i, v := range schemas {
			names[i] = string(typeOf(v, depth+1))
		}
		if len(names) > 0 {
			parts = append(parts, strings.Join(names, word))
		}
	}
	if s.Ref != "" {
		parts = append(parts, refLink(s.Ref))
	}
	list(s.AllOf, " and ")
	list(s.AnyOf, " or ")
	list(s.OneOf, " or ")
	for _, t := range s.Type {
		parts = append(parts, plainType(s, t, depth))
	}
	if len(parts) == 0 {
		switch {
		case s.Const != nil, len(s.Enum) > 0:
			return "constant"
		case len(s.Properties) > 0:
			return "object"
		}
		return "anything"
	}
	return template.HTML(strings.Join(parts, " or ")) //nolint:gosec // every part is escaped
}

// plainType returns the type of a schema as HTML, with the type of its elements or values.
func plainType(s *spec.Schema, t string, depth int) string {
	t = template.HTMLEscapeString(t)
	switch t {
	case "array":
		if s.Items != nil {
			return "array of " + string(typeOf(s.Items, depth+1))
		}
	case "object":
		if inner, ok := s.AdditionalProperties.(*spec.Schema); ok && len(s.Properties) == 0 {
			return "map to " + string(typeOf(inner, depth+1))
		}
	case "string", "integer", "number":
		if s.Format != "" {
			return t + " (" + template.HTMLEscapeString(s.Format) + ")"
		}
	}
	return t
}

// refLink returns a link to a schema of the page.
func refLink(ref string) string {
	name := ref[strings.LastIndexByte(ref, '/')+1:]
	return fmt.Sprintf(`<a href="#schema-%s">%s</a>`, template.HTMLEscapeString(anchor(name)), template.HTMLEscapeString(name))
}

// ruleNotes returns the rules of a schema in words.
func ruleNotes(s *spec.Schema) (out []string) {
	say := func(format string, v any, said bool) {
		if said {
			out = append(out, fmt.Sprintf(format, v))
		}
	}
	say("= %s", valueText(s.Const), s.Const != nil)
	if len(s.Enum) > 0 {
		values := make([]string, len(s.Enum))
		for i, v := range s.Enum {
			values[i] = valueText(v)
		}
		out = append(out, "one of "+strings.Join(values, ", "))
	}
	say("≥ %s", s.Minimum, s.Minimum != "")
	say("> %s", s.ExclusiveMinimum, s.ExclusiveMinimum != "")
	say("≤ %s", s.Maximum, s.Maximum != "")
	say("< %s", s.ExclusiveMaximum, s.ExclusiveMaximum != "")
	say("a multiple of %s", s.MultipleOf, s.MultipleOf != "")
	bounds := func(min, max *int, what string) {
		switch {
		case min != nil && max != nil:
			out = append(out, fmt.Sprintf("%d to %d %s", *min, *max, what))
		case min != nil:
			out = append(out, fmt.Sprintf("at least %d %s", *min, what))
		case max != nil:
			out = append(out, fmt.Sprintf("at most %d %s", *max, what))
		}
	}
	bounds(s.MinLength, s.MaxLength, "characters")
	bounds(s.MinItems, s.MaxItems, "items")
	bounds(s.MinProperties, s.MaxProperties, "members")
	say("matches %s", s.Pattern, s.Pattern != "")
	say("%s", "without repetitions", s.UniqueItems)
	say("%s", "no other members", s.AdditionalProperties == false)
	say("default %s", valueText(s.Default), s.Default != nil)
	say("%s", "only in responses", s.ReadOnly)
	say("%s", "only in requests", s.WriteOnly)
	if s.Discriminator != nil {
		out = append(out, "chosen by "+s.Discriminator.PropertyName)
		for _, value := range slices.Sorted(maps.Keys(s.Discriminator.Mapping)) {
			ref := s.Discriminator.Mapping[value]
			out = append(out, value+": "+ref[strings.LastIndexByte(ref, '/')+1:])
		}
	}
	return out
}

func valueText(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(b)
}
