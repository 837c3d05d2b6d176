package document

import (
	"encoding/json"
	"slices"
	"strings"

	"github.com/brio-go/brio/openapi/spec"
)

// downgrade makes an OpenAPI 3.0.3 document of a 3.1 one, for tools that know no other. What 3.0 cannot say is said more
// loosely (prefixItems are items of any of the types), as an extension (items of streams, other methods) or left out (webhooks).
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
		each(components.get("schemas"), func(v any) any { return c.schema30(v) })
		each(components.get("responses"), c.response30)
		each(components.get("parameters"), c.parameter30)
		each(components.get("headers"), c.parameter30)
		each(components.get("requestBodies"), c.content30)
		each(components.get("callbacks"), c.callback30)
		components.remove("pathItems")
	}
	each(doc.get("paths"), c.path30)
	c.typeNullables(doc)
	return appendOrdered(nil, doc)
}

// converter makes one document of 3.0.3.
type converter struct {
	nullables []*object // schemas that null is a value of
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

// typesOf30 are the types that a schema of 3.0 allows, nil when it may allow any.
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

// each replaces the values of an object, or the elements of a list.
func each(v any, f func(any) any) {
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

// in applies f to a member where there is one.
func (o *object) in(name string, f func(any) any) {
	if i := o.find(name); i >= 0 {
		o.members[i].value = f(o.members[i].value)
	}
}

// all applies f to each value inside a member.
func (o *object) all(name string, f func(any) any) { each(o.get(name), f) }

func (c *converter) path30(v any) any {
	item, ok := v.(*object)
	if !ok {
		return v
	}
	item.all("parameters", c.parameter30)
	for _, method := range spec.Methods {
		item.in(method, c.operation30)
	}
	item.all("x-additionalOperations", c.operation30)
	return item
}

func (c *converter) operation30(v any) any {
	op, ok := v.(*object)
	if !ok {
		return v
	}
	op.all("parameters", c.parameter30)
	op.in("requestBody", c.content30)
	op.all("responses", c.response30)
	op.all("callbacks", c.callback30)
	return op
}

func (c *converter) callback30(v any) any {
	each(v, c.path30)
	return v
}

func (c *converter) response30(v any) any {
	if response, ok := v.(*object); ok {
		response.all("headers", c.parameter30)
	}
	return c.content30(v)
}

// parameter30 is for parameters and headers.
func (c *converter) parameter30(v any) any {
	if parameter, ok := v.(*object); ok {
		parameter.in("schema", c.schema30)
	}
	return c.content30(v)
}

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
	media.in("schema", c.schema30)
	media.all("encoding", func(v any) any {
		if encoding, ok := v.(*object); ok {
			encoding.all("headers", c.parameter30)
		}
		return v
	})
	return media
}

// unknown30 are keywords of 2020-12 that 3.0 does not have and that only narrow a schema or comment on it.
var unknown30 = []string{
	"$schema", "$id", "$anchor", "$dynamicRef", "$dynamicAnchor", "$comment", "$defs", "$vocabulary", "contentEncoding", "contentMediaType", "contentSchema",
	"propertyNames", "patternProperties", "dependentRequired", "dependentSchemas", "unevaluatedProperties", "unevaluatedItems",
	"if", "then", "else", "contains", "minContains", "maxContains", "prefixItems", "const", "examples",
}

// schema30 is a schema of 2020-12 in the words of 3.0.
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
		s.all(name, c.schema30Item(name))
	}
	for _, name := range []string{"items", "not"} {
		s.in(name, c.schema30)
	}
	s.in("additionalProperties", func(v any) any {
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
	case s.get("format") != nil || s.get("type") != "string" && !slices.Contains(names(s.get("type")), "string"):
	case s.get("contentEncoding") == "base64":
		s.set("format", "byte")
	case content == "application/octet-stream":
		s.set("format", "binary")
	}
	s.remove(unknown30...)
	c.nullable30(s)
	return c.reference30(s)
}

// schema30Item leaves the alternative null for nullable30.
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

// names are the types of a schema.
func names(v any) (out []string) {
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

// nullable30 writes the type null as the flag nullable, and of several types any of them.
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
	types := names(s.get("type"))
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

// tuple30 writes a tuple as a list of what its elements may be; a list in 3.0 says what its items are.
func (c *converter) tuple30(s *object) {
	if list, ok := s.get("prefixItems").([]any); ok {
		each(list, c.schema30)
		var kinds []any
		seen := map[string]bool{}
		for _, elem := range list {
			text, _ := appendOrdered(nil, elem)
			if !seen[string(text)] {
				kinds = append(kinds, elem)
			}
			seen[string(text)] = true
		}
		switch {
		case len(kinds) == 1:
			s.set("items", kinds[0])
		case s.get("items") == nil || s.get("items") == false:
			s.set("items", &object{[]member{{"anyOf", kinds}}})
		}
	}
	if slices.Contains(names(s.get("type")), "array") && s.get("items") == nil {
		s.set("items", &object{})
	}
}

// reference30 puts a reference that has something beside it into an allOf: alone, 3.0 would see nothing else.
func (c *converter) reference30(s *object) *object {
	if s.find("$ref") < 0 || len(s.members) == 1 {
		return s
	}
	ref := s.remove("$ref")
	list, _ := s.get("allOf").([]any)
	s.set("allOf", append([]any{&object{[]member{{"$ref", ref}}}}, list...))
	return s
}
