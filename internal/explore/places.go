package explore

import (
	"maps"
	"slices"

	"github.com/brio-go/brio/internal/contract"
)

// place is a value of a request: a parameter, the body, or what is inside of it.
type place struct {
	loc    []any // as a validation error has it: "query", "limit" or "body", "items", 0
	schema contract.Object
	whole  any // the schema as it stands in the document
	param  int // the index of the parameter, -1 for the body
	value  any
	text   bool // the value is sent as a text: a parameter, a field of a form

	set    func(r *Request, v any)
	remove func(r *Request) // nil: it has to be there for the request to be one
	must   bool             // it is required
}

// places lists the values of a request, the outer ones first.
func (g *generator) places(r *Request) (out []place) {
	for i, p := range r.Op.Parameters {
		in := place{
			loc: []any{p.In, p.Name}, schema: g.flat(p.Schema), whole: p.Schema, param: i, value: r.Values[i], text: true, must: p.Required,
			set: func(r *Request, v any) { r.Values[i] = v; delete(r.Texts, i) },
		}
		if p.In != "path" {
			in.remove = func(r *Request) { r.Values[i] = absent{} }
		}
		out = append(out, in)
	}
	if r.Media == "" || r.Raw != nil {
		return out
	}
	if m, ok := r.declared(); ok {
		body := place{loc: []any{"body"}, schema: g.flat(m.Schema), whole: m.Schema, param: -1, value: r.Body, text: !contract.IsJSON(r.Media), must: r.Op.Body.Required}
		body.set = func(r *Request, v any) { r.Body = v }
		body.remove = func(r *Request) { r.Media, r.Body = "", nil }
		out = append(out, g.inside(body)...)
	}
	return out
}

// inside lists a place and what is inside of it.
func (g *generator) inside(p place) []place {
	out := []place{p}
	for _, word := range []string{"oneOf", "anyOf"} {
		for _, part := range listOf(p.schema[word]) {
			joined := g.flat(contract.Object{"allOf": []any{part, without(p.schema, word)}})
			if p.value != nil && len(g.Check(joined, plain(p.value), true)) == 0 {
				p.schema = joined
				break
			}
		}
	}
	out[0].schema = p.schema
	switch v := p.value.(type) {
	case contract.Object:
		properties := objectOf(p.schema["properties"])
		for _, name := range slices.Sorted(maps.Keys(properties)) {
			inner := place{loc: join(p.loc, name), schema: g.flat(properties[name]), whole: properties[name], param: -1, text: p.text, must: slices.Contains(listOf(p.schema["required"]), any(name))}
			inner.value = any(absent{})
			if value, ok := v[name]; ok {
				inner.value = value
			}
			inner.set = func(r *Request, v any) { at(r, p.loc).(contract.Object)[name] = v }
			inner.remove = func(r *Request) { delete(at(r, p.loc).(contract.Object), name) }
			out = append(out, g.inside(inner)...)
		}
	case []any:
		if len(v) > 0 && p.schema["items"] != nil {
			inner := place{loc: join(p.loc, 0), schema: g.flat(p.schema["items"]), whole: p.schema["items"], param: -1, value: v[0], text: p.text, must: true}
			inner.set = func(r *Request, v any) { at(r, p.loc).([]any)[0] = v }
			out = append(out, g.inside(inner)...)
		}
	}
	return out
}

// at returns the value of the body at a location.
func at(r *Request, loc []any) any {
	v := r.Body
	for _, step := range loc[1:] {
		switch step := step.(type) {
		case string:
			v = v.(contract.Object)[step]
		case int:
			v = v.([]any)[step]
		}
	}
	return v
}

func join(loc []any, step any) []any { return append(slices.Clip(loc), step) }

func without(s contract.Object, word string) contract.Object {
	out := maps.Clone(s)
	delete(out, word)
	return out
}
