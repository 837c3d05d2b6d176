package model

import (
	"slices"
	"strings"
)

// Style is how several values, or an object, stand in a parameter that is read from text.
type Style uint8

const (
	Repeated   Style = iota // a list repeats the name: a=1&a=2
	Comma                   // a list is one text: a=1,2
	DeepObject              // an object has one name for each member: filter[a]=1
	JSON                    // the text is a JSON document
)

// readText reads the style of a parameter and checks that its type can be read from text in that style. Checks that look into
// structs run later, when all types are read.
func (r *Reader) readText(m *Type, f *Field) {
	if f.TakesSource {
		r.later = append(r.later, func() { r.readSourceModel(m, f) })
		return
	}
	base := f.Type.Base()
	list := (base.Kind == List || base.Kind == Array || base.Kind == Set) && base.In == ByKind && base.Elem.Scalar()
	style, tagged := f.Tag.Lookup("style")
	switch {
	case tagged && f.Style == JSON:
		m.problem(input, "field %s: it has the option json and a style; keep one", f.Go)
	case f.Style == JSON:
	case style == "comma":
		if f.Style = Comma; !list {
			m.problem(input, "field %s: style:\"comma\" is for lists of scalars, and %s is none", f.Go, typeName(f.Type.Go))
		}
	case style == "deepObject":
		f.Style = DeepObject
		if !f.Source.Allows(DeepObject) || base.In != ByKind || base.Kind != Struct && base.Kind != Map {
			m.problem(input, "field %s: style:\"deepObject\" is for structs and maps in a %s, and %s in a %s is none", f.Go, strings.Join(sourcesWith(DeepObject), " or "), typeName(f.Type.Go), f.Source)
			return
		}
		r.later = append(r.later, func() {
			if bad := base.notText(map[*Type]bool{}); bad != nil {
				m.problem(input, "field %s: style:\"deepObject\" reads texts, and %s cannot be read from text; write %s:\"%s,json\"", f.Go, bad, f.Source, f.Name)
			}
		})
	case tagged:
		m.problem(input, "field %s: style:%q is unknown; legal are \"comma\" and \"deepObject\"", f.Go, style)
	case f.Type.Scalar():
	case sources[f.Source].always:
		m.problem(input, "field %s: a %s parameter is one text, which cannot be a %s", f.Go, f.Source, typeName(f.Type.Go))
	case !list || !f.Source.Allows(Repeated):
		also := ""
		if f.Source.Allows(Repeated) {
			also = " and lists of them"
		}
		if f.Source.Allows(DeepObject) && base.In == ByKind && (base.Kind == Struct || base.Kind == Map) {
			also += `, and objects with style:"deepObject" or as JSON`
		}
		m.problem(input, "field %s: a %s parameter is text, which cannot be a %s; legal are scalars, types with UnmarshalText%s", f.Go, f.Source, typeName(f.Type.Go), also)
	}
}

// sourcesWith returns the tags of the sources whose values may have the style.
func sourcesWith(style Style) (tags []string) {
	for s := range Sources() {
		if s.Allows(style) {
			tags = append(tags, s.String())
		}
	}
	return tags
}

// notText returns a type inside of t that cannot be read from text, or nil.
func (t *Type) notText(seen map[*Type]bool) *Type {
	if seen[t] || t.Scalar() {
		return nil
	}
	seen[t] = true
	switch {
	case t.Kind == Patch || t.Kind == JSONPatch || t.Kind == Union || t.Kind == Opaque || t.Kind == Raw || t.In != ByKind:
		return t
	case t.Elem != nil:
		return t.Elem.notText(seen)
	}
	for _, f := range t.Fields {
		if bad := f.Type.notText(seen); bad != nil {
			return bad
		}
	}
	return nil
}

// readSourceModel makes parameters of the fields of a model that takes all of a source.
func (r *Reader) readSourceModel(m *Type, f *Field) {
	t := f.Type
	if t.Kind == Union && t.In == ByKind {
		r.readAlternatives(m, f)
		return
	}
	if t.Kind != Struct || t.In != ByKind {
		m.problem(input, "field %s: the %s as a whole is a struct, not a %s; for one parameter write %s:\"name\"", f.Go, f.Source, typeName(t.Go), f.Source)
		return
	}
	if f.Default != nil || !f.Rules.Empty() {
		m.problem(input, "field %s: defaults and rules of a %s as a whole stand on the fields of %s", f.Go, f.Source, typeName(t.Go))
	}
	if t.Extra != nil {
		elem := t.Extra.Type.Elem
		base := elem.Base()
		if !elem.Scalar() && !((base.Kind == List || base.Kind == Set) && base.In == ByKind && base.Elem.Scalar()) {
			m.problem(input, "field %s.%s: undeclared names of a %s are texts, which cannot be a %s; use map[string]any or map[string]string", f.Go, t.Extra.Go, f.Source, typeName(elem.Go))
		}
		if len(t.Fields) == 0 {
			m.problem(input, "field %s: %s declares no name beside %s; take the *http.Request", f.Go, typeName(t.Go), t.Extra.Go)
		}
	}
	for _, member := range t.Fields {
		p := *member
		p.Source, p.Go = f.Source, f.Go+"."+member.Go
		p.Index = slices.Concat(f.Index, member.Index)
		p.Secret = member.Secret || f.Secret
		if p.Source.IsHeaders() {
			p.Name = strings.ReplaceAll(p.Name, "_", "-")
			if name, tagged := member.Tag.Lookup(p.Source.String()); tagged {
				if p.Name = name; name == "" || strings.Contains(name, ",") {
					m.problem(input, "field %s: %s:%q is no name of a header; write %[2]s:\"X-Name\" and options in the json tag", p.Go, p.Source, name)
				}
			}
		}
		r.readText(m, &p)
		f.Members = append(f.Members, &p)
	}
}

// readAlternatives makes a field for each variant of a union that takes all of a form. Other sources refuse unions, as FastAPI
// does: OpenAPI lists their parameters one by one, and cannot say which of them go together.
func (r *Reader) readAlternatives(m *Type, f *Field) {
	t := f.Type
	if !sources[f.Source].unions {
		m.problem(input, "field %s: the %s as a whole cannot be the union %s, only a form can; take one struct with the fields of all variants, or a field that is JSON, %s:\"name,json\"", f.Go, f.Source, typeName(t.Go), f.Source)
		return
	}
	if f.Default != nil || !f.Rules.Empty() {
		m.problem(input, "field %s: defaults and rules of a %s as a whole stand on the fields of the variants of %s", f.Go, f.Source, typeName(t.Go))
	}
	for _, v := range t.Variants {
		a := &Field{Go: f.Go + "." + t.Go.Field(v.Index).Name, Owner: t.Go, Type: v.Type, Source: f.Source, TakesSource: true, Secret: f.Secret}
		if v.Type.Kind != Union || !t.canHold(v.Type, map[*Type]bool{}) { // finishUnion reports a union inside of itself
			r.readSourceModel(m, a)
		}
		f.Alternatives = append(f.Alternatives, a)
	}
}
