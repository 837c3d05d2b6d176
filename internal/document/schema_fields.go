package document

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"unicode"

	"github.com/brio-go/brio/internal/comments"
	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/openapi/spec"
)

// members writes an object with the given fields, and what t computes.
func (s *schemas) members(t *model.Type, fields []*model.Field, d direction) *spec.Schema {
	out := &spec.Schema{Type: []string{"object"}, Properties: map[string]*spec.Schema{}}
	add := func(name string, schema *spec.Schema, required bool) {
		out.Properties[name] = schema
		out.PropertyOrder = append(out.PropertyOrder, name)
		if required {
			out.Required = append(out.Required, name)
		}
	}
	closed := t.Forbid
	for _, f := range fields {
		inside, always := d.member(t, f)
		switch {
		case says(f, "hidden"):
			closed = false // it may be there all the same
		case d.way == received && f.ReadOnly:
			if t.Forbid { // what is sent does not count, but is no mistake
				add(f.Name, &spec.Schema{ReadOnly: true}, false)
			}
		case d.way == sent && f.WriteOnly:
		default:
			add(d.omits.Name(f), s.read(f, inside, false), s.requiredIn(t, f, d) && always)
		}
	}
	if d.way == sent || d.way == either && !s.pydantic { // FastAPI's one schema is that of requests
		for _, f := range t.Computed {
			inside, always := d.member(t, f)
			add(d.omits.Name(f), s.decorated(f, inside, false), d.way == sent && always)
		}
	}
	if len(out.Properties) == 0 && !s.pydantic {
		out.Properties = nil
	}
	if closed {
		out.AdditionalProperties = false
	} else if t.Extra != nil {
		out.AdditionalProperties = true
		if elem := t.Extra.Type.Elem; elem.Kind != model.Any {
			var rules *constraint.Rules
			if t.Extra.Rules != nil {
				rules = t.Extra.Rules.Elem
			}
			out.AdditionalProperties = s.value(elem, rules, d)
		}
	} else if t.Tag("extra") == "allow" {
		out.AdditionalProperties = true
	}
	return out
}

// member is the direction inside a member of t. always is false when the options of the route may leave the member out.
func (d direction) member(t *model.Type, f *model.Field) (inside direction, always bool) {
	omits, always := d.omits.Member(t, f)
	return direction{d.way, omits}, always
}

// requiredIn reports whether a member is always there: in requests, in responses, or in both. Pydantic does not require
// members that have a default in responses, although it writes them.
func (s *schemas) requiredIn(t *model.Type, f *model.Field, d direction) bool {
	optional := f.Type.Kind == model.Optional && (f.Default == nil || s.pydantic)
	written := !f.OmitEmpty && !f.OmitZero && !optional && !t.Partial && !behindPointer(t, f)
	switch d.way {
	case received:
		return s.readers.required(f)
	case sent:
		return written && (f.Required || f.ReadOnly || !s.pydantic)
	}
	return written && f.Required && !f.WriteOnly
}

// behindPointer reports a field of a struct that is embedded by a pointer, which may be nil.
func behindPointer(t *model.Type, f *model.Field) bool {
	if t.Go == nil || f.Source != model.None {
		return false
	}
	at := t.Go
	for _, i := range f.Index[:len(f.Index)-1] {
		if at = at.Field(i).Type; at.Kind() == reflect.Pointer {
			return true
		}
	}
	return false
}

// field gives the schema of a parameter or member: of its type, with its rules, default, docs and examples.
func (s *schemas) field(f *model.Field, d direction) *spec.Schema {
	return s.read(f, s.merge(f.Type, d), f.Source != model.None)
}

// read is the schema of a field with the rules of all that read the same parameter.
func (s *schemas) read(f *model.Field, d direction, parameter bool) *spec.Schema {
	out := s.decorated(f, d, parameter)
	for _, o := range s.readers[f] {
		join(out, s.decorated(o, d, parameter), o.Type.Base() == f.Type.Base())
	}
	if len(s.readers[f]) > 0 && s.readers.required(f) {
		out.Default = nil
	}
	return out
}

// join adds what another function asks of the same value. Both hold. What a schema only says of a value, such as its
// description, is not narrowed but added. alike is true when both are of one type.
func join(out, more *spec.Schema, alike bool) {
	if out.Description == "" || more.Description != "" && !strings.Contains(out.Description, more.Description) {
		out.Description = strings.TrimSpace(out.Description + "\n\n" + more.Description)
	}
	if !reflect.DeepEqual(out.Default, more.Default) {
		out.Default = nil // each function has its own
	}
	for _, example := range more.Examples {
		if !slices.ContainsFunc(out.Examples, func(known any) bool { return reflect.DeepEqual(known, example) }) {
			out.Examples = append(slices.Clip(out.Examples), example)
		}
	}
	out.Title = or(out.Title, more.Title)
	out.Deprecated = out.Deprecated || more.Deprecated
	out.ReadOnly, out.WriteOnly = out.ReadOnly || more.ReadOnly, out.WriteOnly || more.WriteOnly
	rules := *more
	rules.Title, rules.Description, rules.Default, rules.Examples = "", "", nil, nil
	rules.Deprecated, rules.ReadOnly, rules.WriteOnly = false, false, false
	into, add := core(out), core(&rules)
	intoNull, addNull := into != out || slices.Contains(out.Type, "null"), add != &rules || slices.Contains(rules.Type, "null")
	if !intoNull || !addNull { // null is a value for one of them alone
		if into != out {
			out.AnyOf = nil
			if into.Ref != "" {
				out.AllOf = append(out.AllOf, into) // a reference is completed where it is
			} else {
				out.Add(into)
			}
			into = out
		}
		notNull(into)
		notNull(add)
	}
	switch {
	case add.Ref != "" && alike:
		add.Ref = ""
	case add.Ref != "":
		into.AllOf = append(slices.Clip(into.AllOf), core(more))
		return
	}
	narrow(into, add)
}

// notNull takes null away from the types and values of a schema.
func notNull(s *spec.Schema) {
	if !slices.Contains(s.Type, "null") {
		return
	}
	s.Type = without(s.Type, "null")
	s.Enum = slices.DeleteFunc(slices.Clone(s.Enum), func(v any) bool { return v == nil })
}

func (s *schemas) decorated(f *model.Field, d direction, parameter bool) *spec.Schema {
	out := s.undecorated(f, d)
	core := core(out)
	if format := f.Tag.Get("format"); format != "" {
		if s.pydantic { // json_schema_extra, which pydantic writes beside anyOf
			out.Format = format
		} else {
			core.Format = format
		}
	} else if f.Secret && core.Format == "" && slices.Equal(without(core.Type, "null"), []string{"string"}) {
		core.Format, core.WriteOnly = "password", s.pydantic
	}
	switch title := f.Tag.Get("title"); {
	case title != "":
		out.Title = title
	case s.titles && f.Name != "" && (out.Ref == "" && parameter || core.Ref == ""):
		out.Title = autoTitle(f.Name)
	}
	doc, deprecated := s.fieldDoc(f)
	if doc != "" {
		out.Description = doc
	}
	if rest := unsaidRules(f); rest != "" && !s.pydantic {
		out.Description = strings.TrimPrefix(out.Description+"\n\nMust satisfy "+rest+".", "\n\n")
	}
	out.Deprecated = out.Deprecated || deprecated || says(f, "deprecated")
	out.ReadOnly = out.ReadOnly || f.ReadOnly
	out.WriteOnly = out.WriteOnly || f.WriteOnly
	if text := s.defaultOf(f); text != nil {
		out.Default = text
	}
	if examples := s.fieldExamples(f, parameter); len(examples) > 0 {
		out.Examples = examples
	}
	return out
}

// undecorated is the schema of the field's values.
func (s *schemas) undecorated(f *model.Field, d direction) *spec.Schema {
	switch {
	case f.Source == model.FormFile || f.Raw:
		return s.file(f.Type)
	case f.AsString:
		return s.quoted(f, d)
	}
	s.rawBytes = isText(f.Source) && f.Style != model.JSON
	defer func() { s.rawBytes = false }()
	return s.value(f.Type, f.Rules, d)
}

// isText reports the sources whose parameters are texts.
func isText(s model.Source) bool { return s >= model.Path && s <= model.Cookie || s == model.FormText }

// file is bytes as they are, or a list of such.
func (s *schemas) file(t *model.Type) *spec.Schema {
	switch {
	case t.Kind == model.Pointer || t.Kind == model.Optional:
		return s.nullable(s.file(t.Elem))
	case t.Kind == model.List:
		return &spec.Schema{Type: []string{"array"}, Items: s.file(t.Elem)}
	}
	return &spec.Schema{Type: []string{"string"}, ContentMediaType: "application/octet-stream"}
}

// quoted is JSON in a string: the option string of a json tag.
func (s *schemas) quoted(f *model.Field, d direction) *spec.Schema {
	inner := s.value(f.Type.Base(), f.Rules, d)
	out := &spec.Schema{Type: []string{"string"}, ContentMediaType: "application/json", ContentSchema: inner}
	if f.Type.Nullable() {
		return s.nullable(out)
	}
	return out
}

// core is the schema of what is not null.
func core(schema *spec.Schema) *spec.Schema {
	if len(schema.AnyOf) == 2 && isNull(schema.AnyOf[1]) {
		return schema.AnyOf[0]
	}
	return schema
}

func without(list []string, name string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == name })
}

// says reads a tag that only the document knows; "true" is on.
func says(f *model.Field, tag string) bool { return f.Tag.Get(tag) == "true" }

// autoTitle is FastAPI's title of a name: item_id is Item Id, as Python's str.title writes it.
func autoTitle(name string) string {
	var b strings.Builder
	inWord := false
	for _, r := range name {
		switch {
		case !unicode.IsLetter(r):
			b.WriteRune(r)
		case inWord:
			b.WriteRune(unicode.ToLower(r))
		default:
			b.WriteRune(unicode.ToUpper(r))
		}
		inWord = unicode.IsLetter(r)
	}
	return strings.ReplaceAll(b.String(), "_", " ")
}

// fieldDoc is the doc tag, or else the doc comment, which may say that the field is deprecated.
func (s *schemas) fieldDoc(f *model.Field) (doc string, deprecated bool) {
	doc = f.Tag.Get("doc")
	if s.comments == nil || f.Owner == nil {
		return doc, false
	}
	text := comments.Describe(s.comments.Field(f.Owner, f.Go[strings.LastIndexByte(f.Go, '.')+1:]))
	return or(doc, text.Description), text.Deprecated
}

// unsaidRules are the rules of a field that its schema does not say, in the words of the tag; errors use the same.
func unsaidRules(f *model.Field) string {
	var out []string
	for _, r := range f.Rules.Schema {
		if f.AsString || say(f.Type.Base(), r) == nil {
			out = append(out, r.String())
		}
	}
	return strings.Join(append(out, f.Rules.Cross...), ", ")
}

// defaultOf is the default as it stands on the wire; nil where there is none, where it is null and where it is secret.
func (s *schemas) defaultOf(f *model.Field) any {
	if f.Default == nil || f.Secret || f.Type.Secret {
		return nil
	}
	v := f.Default.Value
	if isText(f.Source) && f.Style != model.JSON {
		if base := f.Type.Base(); base.Kind == model.Bytes && base.In == model.Plain {
			return string(reflect.Indirect(v).Bytes())
		}
	}
	return s.wire(v.Interface())
}

// wire is a value as results are written; nil for null and for what cannot be written.
func (s *schemas) wire(v any) any {
	doc, err := s.encoder.Append(nil, v)
	if err != nil || string(doc) == "null" {
		return nil
	}
	return json.RawMessage(doc)
}
