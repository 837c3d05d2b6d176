package document

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/brio-go/brio/openapi/spec"
)

// downgrade converts an OpenAPI 3.1 document to 3.0.3, for tools that read no later version. Features that 3.0 lacks become looser
// (prefixItems become items of any of the types), become extensions (items of streams, other methods), or are left out (webhooks).
func downgrade(text []byte) ([]byte, error) {
	v, err := readOrdered(text)
	if err != nil {
		return nil, err
	}
	doc, _ := v.(*object)
	c := &converter{}
	doc.set("openapi", "3.0.3")
	doc.remove("jsonSchemaDialect", "webhooks")
	if info, ok := doc.get("info").(*object); ok {
		info.remove("summary")
		if license, ok := info.get("license").(*object); ok {
			license.remove("identifier")
		}
	}
	if components, ok := doc.get("components").(*object); ok {
		updateValues(components.get("schemas"), func(v any) any { return c.schema30(v) })
		updateValues(components.get("responses"), c.response30)
		updateValues(components.get("parameters"), c.parameter30)
		updateValues(components.get("headers"), c.parameter30)
		updateValues(components.get("requestBodies"), c.content30)
		updateValues(components.get("callbacks"), c.callback30)
		components.remove("pathItems")
	}
	updateValues(doc.get("paths"), c.path30)
	c.typeNullables(doc)
	return appendOrdered(nil, doc)
}

// converter makes one document of version 3.0.3.
type converter struct {
	nullables []*object // schemas that accept null
}

// typeNullables writes a type beside nullable, which has no effect without one (OpenAPI 3.0.3, 4.7.24.1). A schema of
// several types gets null as one more alternative.
func (c *converter) typeNullables(doc *object) {
	for _, s := range c.nullables {
		if s.get("type") != nil {
			continue
		}
		types := typesOf30(doc, s, 0)
		if len(types) == 1 {
			s.set("type", types[0])
			if types[0] == "array" && s.get("items") == nil {
				s.set("items", &object{})
			}
			continue
		}
		null := &object{[]member{{"type", "string"}, {"nullable", true}, {"enum", []any{nil}}}}
		s.remove("nullable")
		if list, ok := s.get("anyOf").([]any); ok {
			s.set("anyOf", append(list, null))
		} else if list, ok := s.get("oneOf").([]any); ok {
			s.set("oneOf", append(list, null))
		} else if list, ok := s.remove("allOf").([]any); ok {
			var value any = &object{[]member{{"allOf", list}}}
			if len(list) == 1 {
				value = list[0]
			}
			s.set("anyOf", []any{value, null})
		} else {
			s.set("type", "string")
			s.set("nullable", true)
		}
	}
}

// typesOf30 returns the types that a schema of 3.0 allows, or nil when it may allow any.
func typesOf30(doc *object, v any, depth int) (types []string) {
	s, ok := v.(*object)
	if !ok || depth > 20 {
		return nil
	}
	if name, ok := s.get("type").(string); ok {
		return []string{name}
	}
	if ref, ok := s.get("$ref").(string); ok {
		components, _ := doc.get("components").(*object)
		if components == nil {
			return nil
		}
		all, _ := components.get("schemas").(*object)
		name, ok := strings.CutPrefix(ref, "#/components/schemas/")
		if all == nil || !ok {
			return nil
		}
		return typesOf30(doc, all.get(name), depth+1)
	}
	for _, name := range []string{"anyOf", "oneOf"} {
		list, _ := s.get(name).([]any)
		for _, alternative := range list {
			more := typesOf30(doc, alternative, depth+1)
			if len(more) == 0 {
				types = nil
				break
			}
			types = append(types, more...)
		}
		if len(types) > 0 {
			slices.Sort(types)
			return slices.Compact(types)
		}
	}
	list, _ := s.get("allOf").([]any)
	for _, part := range list {
		if types = typesOf30(doc, part, depth+1); len(types) > 0 {
			return types
		}
	}
	if values, ok := s.get("enum").([]any); ok {
		for _, v := range values {
			switch v.(type) {
			case string:
				types = append(types, "string")
			case json.Number:
				types = append(types, "number")
			case bool:
				types = append(types, "boolean")
			case nil:
			default:
				return nil
			}
		}
		slices.Sort(types)
	}
	return slices.Compact(types)
}

// updateValues replaces the values of an object, or the elements of a list.
func updateValues(v any, f func(any) any) {
	switch v := v.(type) {
	case *object:
		for i := range v.members {
			if !strings.HasPrefix(v.members[i].name, "x-") {
				v.members[i].value = f(v.members[i].value)
			}
		}
	case []any:
		for i := range v {
			v[i] = f(v[i])
		}
	}
}

// update replaces the value of a member by f of it, if the member is present.
func (o *object) update(name string, f func(any) any) {
	if i := o.find(name); i >= 0 {
		o.members[i].value = f(o.members[i].value)
	}
}

// updateAll applies f to each value inside a member.
func (o *object) updateAll(name string, f func(any) any) { updateValues(o.get(name), f) }

// path30 converts a path item.
func (c *converter) path30(v any) any {
	item, ok := v.(*object)
	if !ok {
		return v
	}
	item.updateAll("parameters", c.parameter30)
	for _, method := range spec.Methods {
		item.update(method, c.operation30)
	}
	item.updateAll("x-additionalOperations", c.operation30)
	return item
}

func (c *converter) operation30(v any) any {
	op, ok := v.(*object)
	if !ok {
		return v
	}
	op.updateAll("parameters", c.parameter30)
	op.update("requestBody", c.content30)
	op.updateAll("responses", c.response30)
	op.updateAll("callbacks", c.callback30)
	return op
}

func (c *converter) callback30(v any) any {
	updateValues(v, c.path30)
	return v
}

func (c *converter) response30(v any) any {
	if response, ok := v.(*object); ok {
		response.updateAll("headers", c.parameter30)
	}
	return c.content30(v)
}

// parameter30 converts a parameter or header.
func (c *converter) parameter30(v any) any {
	if parameter, ok := v.(*object); ok {
		parameter.update("schema", c.schema30)
	}
	return c.content30(v)
}

// content30 converts the content of a body, parameter or header. A media type without a schema that is no text becomes binary.
func (c *converter) content30(v any) any {
	holder, ok := v.(*object)
	if !ok {
		return v
	}
	content, ok := holder.get("content").(*object)
	if !ok {
		return v
	}
	for i, m := range content.members {
		content.members[i].value = c.media30(m.value)
		if media, ok := m.value.(*object); ok && media.get("schema") == nil && media.get("$ref") == nil && !textMedia(m.name) {
			media.members = append([]member{{"schema", &object{[]member{{"type", "string"}, {"format", "binary"}}}}}, media.members...)
		}
	}
	return v
}

// media30 converts a media type. Items of streams become an extension.
func (c *converter) media30(v any) any {
	media, ok := v.(*object)
	if !ok {
		return v
	}
	if items := media.remove("itemSchema", "x-itemSchema"); items != nil {
		if media.get("schema") == nil {
			media.set("schema", &object{[]member{{"type", "string"}}})
		}
		media.set("x-itemSchema", c.schema30(items))
	}
	media.update("schema", c.schema30)
	media.updateAll("encoding", func(v any) any {
		if encoding, ok := v.(*object); ok {
			encoding.updateAll("headers", c.parameter30)
		}
		return v
	})
	return media
}

// unknown30 has keywords of JSON Schema 2020-12 that 3.0 lacks. Each only narrows a schema or comments on it.
var unknown30 = []string{
	"$schema", "$id", "$anchor", "$dynamicRef", "$dynamicAnchor", "$comment", "$defs", "$vocabulary", "contentEncoding", "contentMediaType", "contentSchema",
	"propertyNames", "patternProperties", "dependentRequired", "dependentSchemas", "unevaluatedProperties", "unevaluatedItems",
	"if", "then", "else", "contains", "minContains", "maxContains", "prefixItems", "const", "examples",
}

// schema30 converts a schema of 2020-12 to 3.0.
func (c *converter) schema30(v any) any {
	s, ok := v.(*object)
	if !ok {
		if v == false {
			return &object{[]member{{"not", &object{}}}}
		}
		return &object{}
	}
	if len(s.members) == 1 && s.find("$ref") == 0 {
		return s
	}
	for _, name := range []string{"allOf", "anyOf", "oneOf", "properties"} {
		s.updateAll(name, c.schema30Item(name))
	}
	if list, ok := s.get("prefixItems").([]any); ok && s.get("items") == false { // no further elements
		s.remove("items")
		if s.get("maxItems") == nil {
			s.set("maxItems", json.Number(strconv.Itoa(len(list))))
		}
	}
	for _, name := range []string{"items", "not"} {
		s.update(name, c.schema30)
	}
	s.update("additionalProperties", func(v any) any {
		if _, ok := v.(bool); ok {
			return v
		}
		return c.schema30(v)
	})
	bounds30(s)
	values30(s)
	c.tuple30(s)
	content := s.get("contentMediaType")
	switch {
	case s.get("format") != nil || s.get("type") != "string" && !slices.Contains(typeNames(s.get("type")), "string"):
	case s.get("contentEncoding") == "base64":
		s.set("format", "byte")
	case content == "application/octet-stream":
		s.set("format", "binary")
	}
	s.remove(unknown30...)
	c.nullable30(s)
	return c.reference30(s)
}

// schema30Item returns the conversion of the alternatives or members of a schema. It keeps the alternative null for nullable30.
func (c *converter) schema30Item(name string) func(any) any {
	return func(v any) any {
		if name != "properties" && isNull30(v) {
			return v
		}
		return c.schema30(v)
	}
}

func isNull30(v any) bool {
	s, ok := v.(*object)
	return ok && len(s.members) == 1 && s.get("type") == "null"
}

// typeNames returns the types of a schema.
func typeNames(v any) (out []string) {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		for _, name := range v {
			if name, ok := name.(string); ok {
				out = append(out, name)
			}
		}
	}
	return out
}

// nullable30 writes the type null as the flag nullable, and several types as anyOf.
func (c *converter) nullable30(s *object) {
	null := false
	for _, name := range []string{"anyOf", "oneOf"} {
		list, ok := s.get(name).([]any)
		if !ok {
			continue
		}
		kept := slices.DeleteFunc(slices.Clone(list), isNull30)
		null = null || len(kept) < len(list)
		switch {
		case len(kept) == len(list):
		case len(kept) == 1 && s.get("allOf") == nil:
			s.members[s.find(name)] = member{"allOf", kept}
		default:
			s.set(name, kept)
		}
	}
	types := typeNames(s.get("type"))
	if i := slices.Index(types, "null"); i >= 0 {
		types, null = slices.Delete(types, i, i+1), true
		if len(types) == 0 {
			s.remove("type")
			s.set("enum", []any{nil})
		}
	}
	switch {
	case len(types) == 1:
		s.set("type", types[0])
	case len(types) > 1:
		s.remove("type")
		var any30 []any
		for _, name := range types {
			any30 = append(any30, &object{[]member{{"type", name}}})
		}
		if s.get("anyOf") == nil {
			s.set("anyOf", any30)
		}
	}
	if null {
		s.set("nullable", true)
		c.nullables = append(c.nullables, s)
	}
}

// bounds30 writes exclusive bounds as flags of the bounds.
func bounds30(s *object) {
	for _, b := range []struct {
		exclusive, inclusive string
		tighter              func(a, b float64) bool
	}{
		{"exclusiveMinimum", "minimum", func(a, b float64) bool { return a >= b }},
		{"exclusiveMaximum", "maximum", func(a, b float64) bool { return a <= b }},
	} {
		limit, ok := s.get(b.exclusive).(json.Number)
		if !ok {
			continue
		}
		if other, ok := s.get(b.inclusive).(json.Number); ok {
			x, _ := limit.Float64()
			y, _ := other.Float64()
			if !b.tighter(x, y) {
				s.remove(b.exclusive)
				continue
			}
		}
		s.set(b.inclusive, limit)
		s.set(b.exclusive, true)
	}
}

// values30 writes const as an enum and the first of the examples as the example.
func values30(s *object) {
	if i := s.find("const"); i >= 0 {
		s.set("enum", []any{s.members[i].value})
	}
	if list, ok := s.get("examples").([]any); ok && len(list) > 0 && s.find("example") < 0 {
		s.set("example", list[0])
	}
}

// tuple30 writes prefixItems as items with the schemas of all elements, the further ones included. In 3.0 a list must have items.
func (c *converter) tuple30(s *object) {
	if list, ok := s.get("prefixItems").([]any); ok && len(list) > 0 {
		updateValues(list, c.schema30)
		if rest := s.get("items"); rest != nil {
			list = append(slices.Clip(list), rest)
		}
		var kinds []any
		seen := map[string]bool{}
		for _, elem := range list {
			text, _ := appendOrdered(nil, elem)
			if !seen[string(text)] {
				kinds = append(kinds, elem)
			}
			seen[string(text)] = true
		}
		if len(kinds) == 1 {
			s.set("items", kinds[0])
		} else {
			s.set("items", &object{[]member{{"anyOf", kinds}}})
		}
	}
	if slices.Contains(typeNames(s.get("type")), "array") && s.get("items") == nil {
		s.set("items", &object{})
	}
}

// reference30 moves a reference with siblings into an allOf: 3.0 ignores the siblings of $ref.
func (c *converter) reference30(s *object) *object {
	if s.find("$ref") < 0 || len(s.members) == 1 {
		return s
	}
	ref := s.remove("$ref")
	list, _ := s.get("allOf").([]any)
	s.set("allOf", append([]any{&object{[]member{{"$ref", ref}}}}, list...))
	return s
}
