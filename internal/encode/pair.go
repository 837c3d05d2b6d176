package encode

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/memory"
	"github.com/brio-go/brio/internal/model"
)

// buildStruct pairs the fields of the model with those of the source, or with the keys of a map. It returns nil when src is neither
// struct nor map.
func (b *builder) buildStruct(src, mdl *model.Type, f filter, path string) node {
	ofMap := src.Kind == model.Map && src.Go.Key().Kind() == reflect.String
	if !ofMap && src.Kind != model.Struct {
		return nil
	}
	fields := slices.Concat(mdl.Fields, mdl.Computed)
	members := make([]member, 0, len(fields)) // it never grows, because functions of b.later point into it
	names := make([]string, 0, len(fields))
	record := b.recordOf(src)
	var wrong node
	for _, field := range fields {
		inside, keep := f.member(field.Name)
		if !keep || field.WriteOnly {
			continue
		}
		place := joinPath(path, field.Name)
		m := member{key: keyOf(b.memberName(field)), sameType: src == mdl, missing: b.missingOf(field, src == mdl, ofMap)}
		var from *model.Type
		if ofMap {
			from, m.hasConditions = src.Elem, true
		} else if c, receiver := findComputed(src, mdl, field); c != nil {
			b.addComputed(&m, src, mdl, c, field, receiver, inside, place)
			members, names = append(members, m), append(names, field.Name)
			continue
		} else {
			var problem string
			if from, problem = b.placeMember(&m, src, mdl, field); problem != "" {
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
			last.node = b.withRules(from, field, b.compile(from, field.Type, inside, field.AsString, place))
			last.op = opOf(last.key, last.node)
		}
		b.refine(last, from, field, inside, place)
	}
	b.reportSameNames(mdl, members, path)
	switch {
	case wrong != nil:
		return wrong
	case ofMap:
		plain := src.Go.Key() == stringType && src.Go.Elem() == anyType
		return b.withExtra(src, mdl, f, path, &mapStructNode{typ: src.Go, isStringAny: plain, names: names, members: members})
	}
	return b.withCrossRules(src, mdl, b.withExtra(src, mdl, f, path, &structNode{members, record}))
}

// placeMember sets the place of the member's value in the source, and returns the type of the source's field, or nil when the source
// has no such field.
func (b *builder) placeMember(m *member, src, mdl *model.Type, field *model.Field) (from *model.Type, problem string) {
	index, problem := counterpart(src, mdl, field)
	if index == nil {
		m.unset, m.hasConditions = unsetAlways, true
		return nil, problem
	}
	m.hops, m.field = memory.Locate(src.Go, index)
	m.recorded = sourceName(src, index, field.Name)
	return b.c.reader.Type(src.Go.FieldByIndex(index).Type), ""
}

// memberName returns the name that a member has in the JSON that is written.
func (b *builder) memberName(f *model.Field) string {
	if b.flags&goNames == 0 {
		return f.Name
	}
	return f.Go[strings.LastIndexByte(f.Go, '.')+1:]
}

// reportSameNames reports fields that have the same name in Go, where members are written by these names.
func (b *builder) reportSameNames(mdl *model.Type, members []member, path string) {
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

// missingOf decides what happens to a field that has no value in the source.
func (b *builder) missingOf(f *model.Field, same, ofMap bool) missing {
	switch {
	case f.Default != nil && b.flags&(excludeUnset|excludeDefaults) == 0:
		return fillIn
	case f.Default != nil, same:
		return leaveOut
	case f.Required:
		return refuse
	case ofMap && !b.c.absentNulls, f.OmitEmpty, f.OmitZero, f.Type.Kind != model.Pointer, b.flags&(excludeUnset|excludeDefaults|excludeNone) != 0:
		return leaveOut
	}
	return fillIn
}

// refine adds the conditions that options, omitempty, defaults and Optionals put on a member. from is the type of its value in the
// source, nil when the source has none.
func (b *builder) refine(m *member, from *model.Type, f *model.Field, inside filter, path string) {
	switch {
	case from == nil:
	case from.Kind == model.Optional:
		m.unset = unsetOptional
		_, m.presence, _ = from.OptionalFields()
	case from.Kind == model.Pointer && isNullable(f.Type):
		if b.flags&excludeUnset != 0 || b.flags&excludeDefaults != 0 && f.Default == nil {
			m.unset, m.missing = unsetNil, leaveOut
			m.byNil = b.flags&excludeDefaults == 0 || f.Default != nil
		}
	case from.Kind == model.Pointer && !f.Required:
		m.unset = unsetNil
	}
	if b.flags&excludeNone != 0 || b.flags&excludeDefaults != 0 && f.Default == nil && f.Type.Kind == model.Pointer {
		m.dropTexts = append(m.dropTexts, "null")
	}
	if m.missing == fillIn && f.Default == nil {
		m.fill = "null"
	}
	if f.Default != nil && (m.missing == fillIn || b.flags&excludeDefaults != 0) {
		n := b.compile(f.Type, f.Type, inside, f.AsString, path)
		b.later = append(b.later, func() {
			text, err := n.append(nil, memory.OfValue(f.Default.Value), 0)
			switch {
			case err != nil:
				b.problem(path, "the default cannot be written: %v", err)
				m.missing = refuse
			case b.flags&excludeNone != 0 && string(text) == "null":
				m.missing = leaveOut
			default:
				m.fill = string(text)
			}
			if err == nil && b.flags&excludeDefaults != 0 {
				m.dropTexts = append(m.dropTexts, string(text))
			}
		})
		m.hasConditions = true
	}
	if from != nil {
		b.omit(m, from, f, inside, path)
	}
	m.hasConditions = m.hasConditions || m.hops != nil || m.unset != unsetNever || m.dropTexts != nil
	m.isAlways = !m.hasConditions && m.skip == nil
}

// counterpart finds the source's field for f: the field of the same Go name, or else of the same JSON name. It returns a nil index
// and no problem when there is none and f is not required.
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
			return nil, fmt.Sprintf("model %s: the field %s (%s) could come from %s.%s, which has the Go name, or from %s, which has the JSON name; rename one",
				typeName(mdl), f.Name, f.Go, typeName(src), src.Go.FieldByIndex(byGo).Name, byJSON.Go)
		}
		return byJSON.Index, ""
	}
	if byGo == nil && f.Required {
		return nil, fmt.Sprintf("model %s has the required field %s (%s), which %s does not have", typeName(mdl), f.Name, f.Go, typeName(src))
	}
	return byGo, ""
}

// computedCounterpart finds the field of the source that has the name of a field that the model computes.
func computedCounterpart(src, mdl *model.Type, f *model.Field) (index []int, problem string) {
	if i := src.FieldIndex(f.Name); i >= 0 {
		return src.Fields[i].Index, ""
	}
	return nil, fmt.Sprintf("model %s computes the field %s, which %s neither has nor computes; return the model itself, or a type that embeds it or has the field",
		typeName(mdl), f.Name, typeName(src))
}

// byGoName finds the exported field called name, which may begin with the names of embedded structs. A source that embeds the
// same structs is followed through them. Otherwise the last name counts, by Go's rules of promotion.
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

// throughEmbedded finds the field at the end of a path of embedded structs, or nil.
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
