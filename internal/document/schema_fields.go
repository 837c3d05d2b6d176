package document

import (
	"cmp"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
	"unicode"

	"github.com/brio-go/brio/internal/comments"
	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/openapi/spec"
)

// members returns an object schema with the given fields and the computed fields of t.
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
		case isHidden(f):
			closed = false // a request may have the name
		case d.way == received && f.ReadOnly:
			if t.Forbid { // a request may have the name: the server ignores its value
				add(f.Name, &spec.Schema{ReadOnly: true}, false)
			}
		case d.way == sent && f.WriteOnly:
		default:
			add(d.omits.Name(f), s.read(f, inside, false), s.requiredIn(t, f, d) && always)
		}
	}
	if d.way == sent || d.way == both && !s.followsPydantic { // the single schema of FastAPI is the one of requests
		for _, f := range t.Computed {
			inside, always := d.member(t, f)
			add(d.omits.Name(f), s.readDecorated(f, inside, false), d.way == sent && always)
		}
	}
	if len(out.Properties) == 0 && !s.followsPydantic {
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
		if t.Extra.Secret && s.marksSecrets {
			out.AdditionalProperties = mark(&spec.Schema{})
		}
	} else if t.Tag("extra") == "allow" {
		out.AdditionalProperties = true
	}
	return out
}

// member returns the direction inside a member of t. always is false when the options of the route may leave the member out.
func (d direction) member(t *model.Type, f *model.Field) (inside direction, always bool) {
	omits, always := d.omits.Member(t, f)
	return direction{d.way, omits}, always
}

// requiredIn reports whether a member is always present: in requests, in responses, or in both. In responses pydantic does not require
// members with a default, although it writes them.
func (s *schemas) requiredIn(t *model.Type, f *model.Field, d direction) bool {
	optional := f.Type.Kind == model.Optional && (f.Default == nil || s.followsPydantic)
	written := !f.OmitEmpty && !f.OmitZero && !optional && !t.Partial && !behindPointer(t, f)
	switch d.way {
	case received:
		return s.readers.isRequired(f)
	case sent:
		return written && (f.Required || f.ReadOnly || !s.followsPydantic)
	}
	return written && f.Required && !f.WriteOnly
}

// behindPointer reports whether a field belongs to a struct that is embedded by a pointer, which may be nil.
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

// field returns the schema of a parameter or member: its type with rules, default, documentation and examples.
func (s *schemas) field(f *model.Field, d direction) *spec.Schema {
	return s.read(f, s.directionOf(f.Type, d), f.Source != model.None)
}

// read returns the schema of a field with the rules of all functions that read the same parameter.
func (s *schemas) read(f *model.Field, d direction, parameter bool) *spec.Schema {
	out := s.readDecorated(f, d, parameter)
	for _, o := range s.readers[f] {
		join(out, s.readDecorated(o, d, parameter), o.Type.Base() == f.Type.Base())
	}
	return out
}

// join adds the schema of another function that reads the same value. The value must fit both. Descriptions and examples are
// joined, not narrowed. alike is true when both schemas are of one type.
func join(out, more *spec.Schema, alike bool) {
	if out.Description == "" || more.Description != "" && !strings.Contains(out.Description, more.Description) {
		out.Description = strings.TrimSpace(out.Description + "\n\n" + more.Description)
	}
	if !reflect.DeepEqual(out.Default, more.Default) {
		out.Default = nil // no default: each function has its own
	}
	for _, example := range more.Examples {
		if !slices.ContainsFunc(out.Examples, func(known any) bool { return reflect.DeepEqual(known, example) }) {
			out.Examples = append(slices.Clip(out.Examples), example)
		}
	}
	out.Title = cmp.Or(out.Title, more.Title)
	out.Deprecated = out.Deprecated || more.Deprecated
	out.ReadOnly, out.WriteOnly = out.ReadOnly || more.ReadOnly, out.WriteOnly || more.WriteOnly
	rules := *more
	rules.Title, rules.Description, rules.Default, rules.Examples = "", "", nil, nil
	rules.Deprecated, rules.ReadOnly, rules.WriteOnly = false, false, false
	into, add := core(out), core(&rules)
	intoNull, addNull := into != out || slices.Contains(out.Type, "null"), add != &rules || slices.Contains(rules.Type, "null")
	if !intoNull || !addNull { // only one of them accepts null
		if into != out {
			out.AnyOf = nil
			if into.Ref != "" {
				out.AllOf = append(out.AllOf, into) // keep the pointer: finish writes the name into it
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

// notNull removes null from the types and values of a schema.
func notNull(s *spec.Schema) {
	if !slices.Contains(s.Type, "null") {
		return
	}
	s.Type = without(s.Type, "null")
	s.Enum = slices.DeleteFunc(slices.Clone(s.Enum), func(v any) bool { return v == nil })
}

// readDecorated returns the schema of a field with the texts and keywords of its tags.
func (s *schemas) readDecorated(f *model.Field, d direction, parameter bool) *spec.Schema {
	out := s.readUndecorated(f, d)
	core := core(out)
	if s.addsTitles && f.Name != "" && (out.Ref == "" && parameter || core.Ref == "") {
		out.Title = autoTitle(f.Name)
	}
	if s.comments != nil && f.Owner != nil {
		text := comments.Describe(s.comments.Field(f.Owner, f.Go[strings.LastIndexByte(f.Go, '.')+1:]))
		out.Description, out.Deprecated = cmp.Or(text.Description, out.Description), out.Deprecated || text.Deprecated
	}
	tags := description{schemas: s, schema: out, typ: f.Type.Base(), name: f.Go, parameter: parameter}
	tags.describe(onField, f.Tag.Lookup)
	if f.Secret && core.Format == "" && out.Format == "" && slices.Equal(without(core.Type, "null"), []string{"string"}) {
		core.Format, core.WriteOnly = "password", s.followsPydantic
	}
	if f.Secret && s.marksSecrets {
		mark(out)
	}
	if rest := unsaidRules(f); rest != "" && !s.followsPydantic {
		out.Description = strings.TrimPrefix(out.Description+"\n\nMust satisfy "+rest+".", "\n\n")
	}
	out.ReadOnly = out.ReadOnly || f.ReadOnly
	out.WriteOnly = out.WriteOnly || f.WriteOnly
	if text := s.defaultOf(f); text != nil {
		out.Default = text
	}
	return out
}

// SecretMark is the member of the schema of a secret field in documents that are not served: those by which briotest publishes examples.
const SecretMark = "x-secret"

// mark adds SecretMark to a schema.
func mark(s *spec.Schema) *spec.Schema {
	s.Extra = maps.Clone(s.Extra)
	if s.Extra == nil {
		s.Extra = map[string]any{}
	}
	s.Extra[SecretMark] = true
	return s
}

// readUndecorated returns the schema of the values of a field, without documentation.
func (s *schemas) readUndecorated(f *model.Field, d direction) *spec.Schema {
	switch {
	case f.Source == model.FormFile || f.Raw:
		return s.file(f.Type)
	case f.AsString:
		return s.quoted(f, d)
	}
	s.bytesAreText = f.Source.IsText() && f.Style != model.JSON
	defer func() { s.bytesAreText = false }()
	if zero := s.brokenZero(f, d); zero != nil {
		return s.valueOrZero(f, zero, d)
	}
	return s.value(f.Type, f.Rules, d)
}

// brokenZero returns the JSON of the zero value of a member of responses that has the rule omitempty, if the value breaks its other rules.
// ValidateResponses lets it pass, so responses have it where the json tag does not leave it out. Else brokenZero returns nil, and under
// FastAPI's form, whose rules hold for all values. An unset pointer is null, which breaks no rule.
func (s *schemas) brokenZero(f *model.Field, d direction) any {
	if d.way == received || f.Source != model.None || s.followsPydantic || f.OmitEmpty || f.OmitZero || f.AsString ||
		f.Type.Enum != nil || f.Type.Out != model.ByKind || f.Type.Kind == model.Pointer || f.Type.Kind == model.Optional || !f.Rules.OmitEmpty {
		return nil
	}
	zero := reflect.New(f.Type.Go).Elem()
	if f.Rules.Check(zero) == nil {
		return nil
	}
	return s.jsonOf(zero.Interface())
}

// valueOrZero returns the schema of a field whose value obeys the rules or is zero.
func (s *schemas) valueOrZero(f *model.Field, zero any, d direction) *spec.Schema {
	inside, ruled := *f.Rules, &spec.Schema{}
	inside.Schema = nil
	out := s.value(f.Type, &inside, d)
	if s.constrain(ruled, f.Type, f.Rules); !ruled.IsAny() {
		narrow(out, &spec.Schema{AnyOf: []*spec.Schema{ruled, {Const: zero}}})
	}
	return out
}

// file returns the schema of an uploaded file, or of a list of files.
func (s *schemas) file(t *model.Type) *spec.Schema {
	switch {
	case t.Kind == model.Pointer || t.Kind == model.Optional:
		return s.nullable(s.file(t.Elem))
	case t.Kind == model.List:
		return &spec.Schema{Type: []string{"array"}, Items: s.file(t.Elem)}
	}
	return &spec.Schema{Type: []string{"string"}, ContentMediaType: "application/octet-stream"}
}

// quoted returns the schema of JSON inside a string: the option string of a json tag.
func (s *schemas) quoted(f *model.Field, d direction) *spec.Schema {
	inner := s.value(f.Type.Base(), f.Rules, d)
	out := &spec.Schema{Type: []string{"string"}, ContentMediaType: "application/json", ContentSchema: inner}
	if f.Type.Nullable() {
		return s.nullable(out)
	}
	return out
}

// core returns the alternative of a schema that is not null.
func core(schema *spec.Schema) *spec.Schema {
	if len(schema.AnyOf) == 2 && isNull(schema.AnyOf[1]) {
		return schema.AnyOf[0]
	}
	return schema
}

func without(list []string, name string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(s string) bool { return s == name })
}

// autoTitle returns the title that FastAPI makes of a name: item_id gives Item Id, as Python's str.title does.
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

// unsaidRules returns the rules of a field that its schema cannot express, in the words of the tag, as errors have them.
func unsaidRules(f *model.Field) string {
	var out []string
	for _, r := range f.Rules.Schema {
		if f.AsString || ruleSchema(f.Type.Base(), r) == nil {
			out = append(out, r.String())
		}
	}
	return strings.Join(append(out, f.Rules.Cross...), ", ")
}

// defaultOf returns the default of a field in its JSON form. It returns nil when there is none, when it is null, and when it is secret.
func (s *schemas) defaultOf(f *model.Field) any {
	if f.Default == nil || f.Secret || f.Type.Secret {
		return nil
	}
	v := f.Default.Value
	if f.Source.IsText() && f.Style != model.JSON {
		if base := f.Type.Base(); base.Kind == model.Bytes && base.In == model.ByKind {
			return string(reflect.Indirect(v).Bytes())
		}
	}
	return s.jsonOf(v.Interface())
}

// jsonOf returns the JSON form of a value, as results are encoded. It returns nil for null and for values without a JSON form.
func (s *schemas) jsonOf(v any) any {
	doc, err := s.encoder.Append(nil, v)
	if err != nil || string(doc) == "null" {
		return nil
	}
	return json.RawMessage(doc)
}
