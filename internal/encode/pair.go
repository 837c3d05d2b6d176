package encode

import (
	"reflect"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/model"
)

// buildStruct pairs the fields of the model with those of the source, or with the keys of a map. It gives nil when src
// is neither.
func (b *builder) buildStruct(src, mdl *model.Type, f filter, path string) node {
	ofMap := src.Kind == model.Map && src.Go.Key().Kind() == reflect.String
	if !ofMap && src.Kind != model.Struct {
		return nil
	}
	fields := slices.Concat(mdl.Fields, mdl.Computed)
	members := make([]member, 0, len(fields)) // never grows: b.later points into it
	names := make([]string, 0, len(fields))
	record := b.recordOf(src)
	var wrong node
	for _, field := range fields {
		inside, keep := f.member(field.Name)
		if !keep || field.WriteOnly {
			continue
		}
		place := step(path, field.Name)
		m := member{key: keyOf(b.written(field)), same: src == mdl, missing: b.missing(field, src == mdl, ofMap)}
		var from *model.Type
		if ofMap {
			from, m.rare = src.Elem, true
		} else if c, receiver := computes(src, mdl, field); c != nil {
			b.computed(&m, src, mdl, c, field, receiver, inside, place)
			members, names = append(members, m), append(names, field.Name)
			continue
		} else {
			var problem string
			if from, problem = b.find(&m, src, mdl, field); problem != "" {
				wrong = b.problem(path, "%s", problem)
				continue
			}
			if from == nil && m.missing == leaveOut {
				continue
			}
		}
		members, names = append(members, m), append(names, field.Name)
		last := &members[len(members)-1]
		if from != nil {
			last.node = b.checked(from, field, b.compile(from, field.Type, inside, field.AsString, place))
			last.op = opOf(last.key, last.node)
		}
		b.refine(last, from, field, inside, place)
	}
	b.oneName(mdl, members, path)
	switch {
	case wrong != nil:
		return wrong
	case ofMap:
		plain := src.Go.Key() == stringType && src.Go.Elem() == anyType
		return b.extra(src, mdl, f, path, &mapStructNode{typ: src.Go, plain: plain, names: names, members: members})
	}
	return b.crossed(src, mdl, b.extra(src, mdl, f, path, &structNode{members, record}))
}

// find places the member at its field of the source and gives the type of that, nil where there is none.
func (b *builder) find(m *member, src, mdl *model.Type, field *model.Field) (from *model.Type, problem string) {
	index, problem := counterpart(src, mdl, field)
	if index == nil {
		m.unset, m.rare = unsetAlways, true
		return nil, problem
	}
	m.hops, m.offset = locate(src.Go, index)
	m.recorded = sourceName(src, index, field.Name)
	return b.c.reader.Type(src.Go.FieldByIndex(index).Type), ""
}

// written is the name of a member in what is written.
func (b *builder) written(f *model.Field) string {
	if b.flags&goNames == 0 {
		return f.Name
	}
	return f.Go[strings.LastIndexByte(f.Go, '.')+1:]
}

// oneName reports fields that only their json tags tell apart.
func (b *builder) oneName(mdl *model.Type, members []member, path string) {
	if b.flags&goNames == 0 {
		return
	}
	seen := map[string]bool{}
	for _, m := range members {
		if seen[m.key.text] {
			b.problem(path, "model %s has several fields called %s in Go, where they are written by their Go names; rename one", typeName(mdl), m.step()[1:])
		}
		seen[m.key.text] = true
	}
}

var anyType = reflect.TypeFor[any]()

// missing says what becomes of a field that has no value in the source.
func (b *builder) missing(f *model.Field, same, ofMap bool) missing {
	switch {
	case f.Default != nil && b.flags&(noUnset|noDefaults) == 0:
		return fillIn
	case f.Default != nil, same:
		return leaveOut
	case f.Required:
		return refuse
	case ofMap && !b.c.absentNulls, f.OmitEmpty, f.OmitZero, f.Type.Kind != model.Pointer, b.flags&(noUnset|noDefaults|noNone) != 0:
		return leaveOut
	}
	return fillIn
}

// refine adds what options, omitempty, defaults and Optionals ask of a member whose value has type from, nil for none.
func (b *builder) refine(m *member, from *model.Type, f *model.Field, inside filter, path string) {
	switch {
	case from == nil:
	case from.Kind == model.Optional:
		m.unset = unsetOptional
		_, m.at, _ = optionalOffsets(from)
	case from.Kind == model.Pointer && nullable(f.Type):
		if b.flags&noUnset != 0 || b.flags&noDefaults != 0 && f.Default == nil {
			m.unset, m.missing = unsetNil, leaveOut
			m.byNil = b.flags&noDefaults == 0 || f.Default != nil
		}
	case from.Kind == model.Pointer && !f.Required:
		m.unset = unsetNil
	}
	if b.flags&noNone != 0 || b.flags&noDefaults != 0 && f.Default == nil && f.Type.Kind == model.Pointer {
		m.drop = append(m.drop, "null")
	}
	if m.missing == fillIn && f.Default == nil {
		m.fill = "null"
	}
	if f.Default != nil && (m.missing == fillIn || b.flags&noDefaults != 0) {
		n := b.compile(f.Type, f.Type, inside, f.AsString, path)
		b.later = append(b.later, func() {
			text, err := n.append(nil, f.Default.Value.Addr().UnsafePointer(), 0)
			switch {
			case err != nil:
				b.problem(path, "the default cannot be written: %v", err)
				m.missing = refuse
			case b.flags&noNone != 0 && string(text) == "null":
				m.missing = leaveOut
			default:
				m.fill = string(text)
			}
			if err == nil && b.flags&noDefaults != 0 {
				m.drop = append(m.drop, string(text))
			}
		})
		m.rare = true
	}
	if from != nil {
		b.omit(m, from, f, inside, path)
	}
	m.rare = m.rare || m.hops != nil || m.unset != unsetNever || m.drop != nil
	m.plain = !m.rare && m.skip == nil
}

// counterpart finds the source's field for f: the one of the same Go name, or else of the same JSON name. Both nil means
// that there is none and that the model can do without.
func counterpart(src, mdl *model.Type, f *model.Field) (index []int, problem string) {
	if src == mdl {
		return f.Index, ""
	}
	if slices.Contains(mdl.Computed, f) {
		return computedCounterpart(src, mdl, f)
	}
	byGo := byGoName(src.Go, f.Go)
	if i := src.FieldIndex(f.Name); i >= 0 {
		byJSON := src.Fields[i]
		if byGo != nil && !slices.Equal(byGo, byJSON.Index) {
			return nil, sprintf("model %s: the field %s (%s) could come from %s.%s, which has the Go name, or from %s, which has the JSON name; rename one",
				typeName(mdl), f.Name, f.Go, typeName(src), src.Go.FieldByIndex(byGo).Name, byJSON.Go)
		}
		return byJSON.Index, ""
	}
	if byGo == nil && f.Required {
		return nil, sprintf("model %s has the required field %s (%s), which %s does not have", typeName(mdl), f.Name, f.Go, typeName(src))
	}
	return byGo, ""
}

// computedCounterpart finds the plain field of the source that stands for what the model would compute.
func computedCounterpart(src, mdl *model.Type, f *model.Field) (index []int, problem string) {
	if i := src.FieldIndex(f.Name); i >= 0 {
		return src.Fields[i].Index, ""
	}
	return nil, sprintf("model %s computes the field %s, which %s neither has nor computes; return the model itself, or a type that embeds it or has the field",
		typeName(mdl), f.Name, typeName(src))
}

// byGoName finds the exported field called name, which may begin with the names of embedded structs. A source that embeds
// the same structs is followed through them; otherwise the last name counts, by Go's rules of promotion.
func byGoName(t reflect.Type, name string) []int {
	steps := strings.Split(name, ".")
	if index := throughEmbedded(t, steps); index != nil {
		return index
	}
	f, ok := t.FieldByName(steps[len(steps)-1])
	if !ok || !f.IsExported() {
		return nil
	}
	return f.Index
}

func throughEmbedded(t reflect.Type, steps []string) (index []int) {
	for i, s := range steps {
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		if t.Kind() != reflect.Struct {
			return nil
		}
		f, ok := t.FieldByName(s)
		inner := i < len(steps)-1
		if !ok || len(f.Index) != 1 || f.Anonymous != inner && inner || !inner && !f.IsExported() {
			return nil
		}
		index, t = append(index, f.Index[0]), f.Type
	}
	return index
}

// locate turns an index into offsets: those of the embedded pointers on the way, and the one after the last of them.
func locate(t reflect.Type, index []int) (hops []uintptr, offset uintptr) {
	for _, i := range index {
		if t.Kind() == reflect.Pointer {
			hops, offset, t = append(hops, offset), 0, t.Elem()
		}
		f := t.Field(i)
		offset += f.Offset
		t = f.Type
	}
	return hops, offset
}
