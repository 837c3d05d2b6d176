package model

import (
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
)

// IsParams reports whether t, a struct or a pointer to one, is a parameter struct: a field of it or of an embedded struct has a
// source tag.
func IsParams(t reflect.Type) bool {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Kind() == reflect.Struct && hasSource(t, map[reflect.Type]bool{})
}

// hasSource is IsParams for a struct. open has the structs around t, so that one which embeds itself ends.
func hasSource(t reflect.Type, open map[reflect.Type]bool) bool {
	if open[t] {
		return false
	}
	open[t] = true
	for i := range t.NumField() {
		sf := t.Field(i)
		if len(sourcesOf(sf)) > 0 {
			return true
		}
		if inner, _, ok := embedded(sf); ok && hasSource(inner, open) {
			return true
		}
	}
	return false
}

// sourcesOf returns the source tags of a field. More than one is a mistake.
func sourcesOf(sf reflect.StructField) []Source {
	var out []Source
	for s := range Sources() {
		if _, ok := sf.Tag.Lookup(s.String()); ok {
			out = append(out, s)
		}
	}
	return out
}

// Params reads a parameter struct as a Type with one Field for each parameter, in declaration order, with those of embedded
// structs. problems are those of the struct and of its fields' types. All calls with one t return one *Type.
func (r *Reader) Params(t reflect.Type) (m *Type, problems []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s, known := r.structs[t]
	if !known {
		s.typ, s.problems = r.readParams(t)
		r.structs[t] = s
	}
	return s.typ, slices.Clone(s.problems)
}

// paramStruct is the cached result of Params.
type paramStruct struct {
	typ      *Type
	problems []string
}

// readParams does the work of Params.
func (r *Reader) readParams(t reflect.Type) (m *Type, problems []string) {
	m = &Type{Go: t, Kind: Struct, Name: bareName(t), Validates: reflect.PointerTo(t).Implements(validator)}
	var all []*Field
	r.collectParams(m, t, nil, "", map[reflect.Type]bool{}, &all)
	m.Fields = m.visibleFields(all)
	r.readCross(m)
	r.finish()
	for _, p := range m.problems {
		problems = append(problems, fmt.Sprintf("%s: %s", typeName(t), p.text))
	}
	for _, f := range m.Fields {
		if f.Raw || f.Source == FormFile {
			continue // the types of raw bodies and files are not decoded
		}
		whole := None
		if f.TakesSource && f.Source.IsText() {
			whole = f.Source
		}
		for _, p := range f.Type.sourceProblems(whole) {
			problems = append(problems, fmt.Sprintf("%s.%s: %s", typeName(t), f.Go, p))
		}
	}
	return m, problems
}

// visibleFields drops fields whose parameter a shallower field reads too, as a Go field shadows one of an embedded struct.
func (m *Type) visibleFields(all []*Field) (fields []*Field) {
	first := map[string]*Field{}
	for _, f := range all {
		other := first[f.Parameter()]
		switch {
		case other == nil || f.depth() < other.depth():
			first[f.Parameter()] = f
		case f.depth() == other.depth() && !f.TakesSource && f.Name != "":
			m.problem(input, "fields %s and %s both read the %s parameter %q; keep one", other.Go, f.Go, f.Source, f.Name)
		}
	}
	for _, f := range all {
		if f.TakesSource || f.Name == "" || first[f.Parameter()] == f {
			fields = append(fields, f)
		}
	}
	return fields
}

// depth is the number of structs around the field that declares the parameter: those of a filter stand in the params.Filter.
func (f *Field) depth() int {
	if f.Filter != nil {
		return len(f.Index) - 1
	}
	return len(f.Index)
}

// collectParams appends the fields of t with source tags to out, and those of structs that t embeds. index and prefix are t's place
// in m.
func (r *Reader) collectParams(m *Type, t reflect.Type, index []int, prefix string, open map[reflect.Type]bool, out *[]*Field) {
	if open[t] {
		m.problem(input, "%s embeds itself", typeName(t))
		return
	}
	open[t] = true
	defer delete(open, t)
	for i := range t.NumField() {
		sf := t.Field(i)
		at := append(index[:len(index):len(index)], i)
		where := prefix + sf.Name
		sources := sourcesOf(sf)
		inner, pointer, embeds := embedded(sf)
		switch {
		case sf.Name == "_":
			m.structTags(sf.Tag, len(index))
			r.checkTags(m, "the blank field", sf.Tag, onBlank, None)
		case len(sources) > 1:
			m.problem(input, "field %s has %d sources, %s and %s; a field has exactly one", where, len(sources), sources[0], sources[1])
		case len(sources) == 1 && !sf.IsExported():
			m.problem(input, "field %s has a source tag but is not exported, so it cannot be set; export it", where)
		case len(sources) == 1 && isFilter(sf.Type):
			r.filterFields(m, t, sf, at, where, out)
		case len(sources) == 1:
			m.strayFilter(sf, where)
			sf.Tag = withoutTag(sf.Tag, "filter")
			var sorts []string
			if isSort(sf.Type) {
				sorts = strings.Split(sf.Tag.Get("sort"), ",")
				sf.Tag = r.sortTag(m, sf, sorts, where)
			}
			sf.Tag = withoutTag(sf.Tag, "sort")
			f := &Field{Go: where, Owner: t, Index: at, Tag: sf.Tag, Source: sources[0], Type: r.read(sf.Type), Sort: sorts}
			r.readSource(m, f)
			r.checkTags(m, "field "+where, sf.Tag, onParameter, f.Source)
			*out = append(*out, f)
		case embeds && pointer:
			m.problem(input, "field %s embeds a pointer; embed the parameter struct %s by value", where, typeName(inner))
		case embeds:
			r.checkTags(m, "field "+where, sf.Tag, onEmbedded, None)
			r.collectParams(m, inner, at, where+".", open, out)
		case sf.IsExported():
			meant := ""
			eachTag(sf.Tag, func(key, value string) {
				if near := r.meantSource(key); near != "" {
					meant = fmt.Sprintf("; did you mean %s where it has %s:%q?", near, key, value)
				}
			})
			m.problem(input, "field %s has no source; every field of a parameter struct has one of the tags %s%s", where, strings.Join(sourceTags, ", "), meant)
		}
	}
}

// readSource reads the source tag of f and checks that its type can come from that source.
func (r *Reader) readSource(m *Type, f *Field) {
	name, opts, _ := strings.Cut(f.Tag.Get(f.Source.String()), ",")
	optional := false
	for o := range strings.SplitSeq(opts, ",") {
		switch o {
		case "":
		case "omitempty", "omitzero":
			optional = true
		case "json":
			if f.Style = JSON; !f.Source.IsText() {
				m.problem(input, "field %s: the option json is for parameters that are text; a %s is none", f.Go, f.Source)
			}
		default:
			m.problem(input, "field %s: option %q of the %s tag is unknown; legal are omitempty and, for text, json", f.Go, o, f.Source)
		}
	}
	f.Name = name
	source := sources[f.Source]
	f.TakesSource = name == "" && source.whole && !(f.Source.IsText() && f.Style == JSON)
	f.Raw = f.TakesSource && isRaw(f.Type.Go)
	r.describe(m, f, optional)
	if f.Default != nil && (f.Raw || f.Source == FormFile) {
		m.problem(input, "field %s: a %s cannot have a default", f.Go, map[bool]string{true: "raw body", false: "file"}[f.Raw])
	}
	if source.always {
		if f.Default != nil {
			m.problem(input, "field %s: a %s parameter is always there, so it cannot have a default", f.Go, f.Source)
		}
		f.Required = true
	}
	if f.Source.IsText() {
		r.readText(m, f)
	} // package bind checks the types of files
	if f.Name == "" && !f.TakesSource {
		m.problem(input, "field %s: the %s tag has no name; write %s:\"name\"", f.Go, f.Source, f.Source)
	}
}

// isRaw reports whether t takes a body as it arrives.
func isRaw(t reflect.Type) bool {
	switch t {
	case reflect.TypeFor[[]byte](), reflect.TypeFor[io.Reader](), reflect.TypeFor[io.ReadCloser]():
		return true
	}
	return false
}

// Object returns the struct t as a JSON object with the given fields only: the members of a body.
func Object(t reflect.Type, fields []*Field) *Type {
	m := &Type{Go: t, Kind: Struct, Fields: fields, index: make(map[string]int, len(fields))}
	for i, f := range fields {
		m.index[f.Name] = i
	}
	m.Checks, m.Secret = m.facts()
	return m
}
