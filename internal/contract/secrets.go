package contract

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// mask stands in a published example for the text of a secret. It is what pydantic prints for a SecretStr.
const mask = "**********"

// Mask returns a copy of a JSON value in which secrets are masked: values whose schema has the member x-secret or the format password. It
// calls found for each text and number that it has masked. A masked text is as long as the schema requires.
func (d *Document) Mask(schema, v any, found func(secret string)) any {
	m := masker{d, found}
	return m.value([]any{schema}, v, 0)
}

// masker masks the secrets of a value.
type masker struct {
	*Document
	found func(string)
}

// value masks v, to which all of the schemas apply.
func (m masker) value(schemas []any, v any, depth int) any {
	all := m.parts(schemas, depth)
	if slices.ContainsFunc(all, isSecret) {
		return m.masked(all, v)
	}
	switch v := v.(type) {
	case Object:
		out := Object{}
		for _, name := range slices.Sorted(maps.Keys(v)) {
			out[name] = m.value(membersOf(all, name), v[name], depth+1)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, e := range v {
			var items []any
			for _, s := range all {
				if prefix := list(s["prefixItems"]); i < len(prefix) {
					items = append(items, prefix[i])
				} else {
					items = append(items, s["items"])
				}
			}
			out[i] = m.value(items, e, depth+1)
		}
		return out
	}
	return v
}

// parts returns the schemas, and what they refer to and consist of. Of anyOf and oneOf it takes all: a value may be secret in one.
func (m masker) parts(schemas []any, depth int) (out []Object) {
	for _, s := range schemas {
		s := object(s)
		if s == nil || depth > maxDepth {
			continue
		}
		out = append(out, s)
		inner := slices.Concat(refs(m.Document, s), list(s["allOf"]), list(s["anyOf"]), list(s["oneOf"]))
		out = append(out, m.parts(inner, depth+1)...)
	}
	return out
}

// membersOf returns the schemas of a member of an object.
func membersOf(all []Object, name string) (out []any) {
	declared := false
	for _, s := range all {
		if p, ok := object(s["properties"])[name]; ok {
			out, declared = append(out, p), true
		}
	}
	for _, s := range all {
		if !declared {
			out = append(out, s["additionalProperties"])
		}
	}
	return out
}

func isSecret(s Object) bool { return s["x-secret"] == true || s["format"] == "password" }

// masked returns what stands for a secret: a text of asterisks, 0, false, and lists and objects without content.
func (m masker) masked(all []Object, v any) any {
	m.note(v)
	switch v.(type) {
	case string:
		out := mask
		for _, s := range all {
			if least, ok := Int(s["minLength"]); ok && len(out) < least {
				out = strings.Repeat("*", least)
			}
			if most, ok := Int(s["maxLength"]); ok && len(out) > most {
				out = out[:most]
			}
		}
		return out
	case json.Number:
		return json.Number("0")
	case bool:
		return false
	case []any:
		return []any{}
	case Object:
		return Object{}
	}
	return nil
}

// note calls found for the texts and numbers of a value.
func (m masker) note(v any) {
	switch v := v.(type) {
	case string:
		m.found(v)
	case json.Number:
		m.found(v.String())
	case []any:
		for _, e := range v {
			m.note(e)
		}
	case Object:
		for _, e := range v {
			m.note(e)
		}
	}
}

// Value returns the JSON value of a parameter that a client has sent as texts: a number or a bool where the schema allows one and no text,
// a list where the schema has one. There is at least one text.
func (d *Document) Value(p Parameter, texts []string) any {
	if p.IsJSON {
		v, err := Decode([]byte(texts[0]))
		if err != nil {
			return texts[0]
		}
		return v
	}
	s := d.flattened(p.Schema)
	if !slices.Contains(s.types, "array") {
		return scalar(s.types, texts[0])
	}
	if len(texts) == 1 && !p.Explode {
		texts = strings.Split(texts[0], ",")
	}
	items := d.flattened(s.items)
	out := []any{}
	for _, t := range texts {
		out = append(out, scalar(items.types, t))
	}
	return out
}

// Form returns the JSON object of a form, by the types of its fields.
func (d *Document) Form(schema any, form map[string][]string) Object {
	all := masker{d, nil}.parts([]any{schema}, 0)
	out := Object{}
	for name, texts := range form {
		field := Object{"allOf": membersOf(all, name)}
		out[name] = d.Value(Parameter{Schema: field, Explode: true}, texts)
	}
	return out
}

// flat is what Value asks of a schema, with its references and alternatives.
type flat struct {
	types []string
	items any
}

func (d *Document) flattened(schema any) (out flat) {
	for _, s := range (masker{d, nil}).parts([]any{schema}, 0) {
		out.types = append(out.types, typesOf(s)...)
		if s["items"] != nil {
			out.items = s["items"]
		}
	}
	return out
}

// scalar returns the value of a text by the types of its schema.
func scalar(types []string, text string) any {
	switch n, err := Decode([]byte(text)); {
	case slices.Contains(types, "string"):
	case slices.Contains(types, "boolean") && (text == "true" || text == "false"):
		return text == "true"
	case slices.Contains(types, "integer") || slices.Contains(types, "number"):
		if number, ok := n.(json.Number); ok && err == nil {
			return number
		}
	}
	return text
}

// Shows reports whether an operation has an example with a name: at a parameter, its body or an answer.
func (op *Operation) Shows(name string) bool {
	d := op.Document
	has := func(content any) bool {
		for _, media := range object(content) {
			if _, ok := object(object(media)["examples"])[name]; ok {
				return true
			}
		}
		return false
	}
	for _, p := range op.Parameters {
		if slices.Contains(p.names, name) {
			return true
		}
	}
	for _, r := range op.responses {
		if has(d.Resolve(r)["content"]) {
			return true
		}
	}
	return has(op.body["content"])
}
