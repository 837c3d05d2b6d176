package document

import "strings"

// asyncSchemas converts the schemas of an encoded AsyncAPI document to JSON Schema draft 7, on which AsyncAPI 3.0 builds.
func asyncSchemas(doc *object) {
	components, _ := doc.get("components").(*object)
	updateValues(components.get("schemas"), schema7)
	eachObject(components.get("messages"), func(m *object) { m.update("payload", schema7) })
	eachObject(doc.get("channels"), func(c *object) {
		eachObject(c.get("parameters"), func(p *object) { p.update("x-schema", schema7) })
		eachObject(c.get("bindings"), func(ws *object) {
			ws.update("query", schema7)
			ws.update("headers", schema7)
		})
	})
}

// eachObject calls f for the members of an object that are objects.
func eachObject(v any, f func(*object)) {
	o, ok := v.(*object)
	if !ok {
		return
	}
	for _, m := range o.members {
		if inner, ok := m.value.(*object); ok {
			f(inner)
		}
	}
}

// schema7 converts a schema of draft 2020-12 to draft 7. What draft 7 lacks gets another name (prefixItems, dependentRequired, $defs) or
// is left out (contentSchema, and the discriminator, which is an object of OpenAPI: the variants say by their constants which is which).
func schema7(v any) any {
	s, ok := v.(*object)
	if !ok {
		return v
	}
	for _, name := range []string{"allOf", "anyOf", "oneOf", "properties", "patternProperties", "$defs", "prefixItems"} {
		if values := s.get(name); name == "properties" || name == "patternProperties" || name == "$defs" {
			if o, ok := values.(*object); ok {
				for i := range o.members {
					o.members[i].value = schema7(o.members[i].value) // also of a member x-…
				}
			}
		} else {
			updateValues(values, schema7)
		}
	}
	for _, name := range []string{"items", "not", "additionalProperties", "propertyNames", "contains", "if", "then", "else"} {
		s.update(name, schema7)
	}
	s.remove("contentSchema", "discriminator")
	if tuple, ok := s.remove("prefixItems").([]any); ok {
		if rest := s.remove("items"); rest != nil {
			s.set("additionalItems", rest)
		}
		s.set("items", tuple)
	}
	s.rename("dependentRequired", "dependencies")
	s.rename("$defs", "definitions")
	if ref, ok := s.get("$ref").(string); ok {
		s.set("$ref", strings.ReplaceAll(ref, "/$defs/", "/definitions/"))
		if len(s.members) > 1 { // draft 7 ignores what stands beside a reference
			s.remove("$ref")
			all, _ := s.get("allOf").([]any)
			s.set("allOf", append([]any{&object{[]member{{"$ref", ref}}}}, all...))
		}
	}
	return s
}

// rename gives a member another name.
func (o *object) rename(from, to string) {
	if i := o.find(from); i >= 0 {
		o.members[i].name = to
	}
}
