package bind

import (
	"reflect"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/memory"
	"github.com/brio-go/brio/internal/model"
)

// accept reports whether the decoded value at p passes all rules and needs no default, so that the walker need not look at it.
// False decides nothing: the walker then reads the value again.
type accept func(p memory.Place) bool

// acceptOf compiles the accept of a type and its rules. A nil accept is always true. ok is false for types that the walker fills or
// changes, and for types with a Validate method. The accept holds for documents in which no field with a default is absent. open
// has the types around t.
func acceptOf(t *model.Type, rules *constraint.Rules, open []*model.Type) (yes accept, ok bool) {
	if !t.Checks && rules.Empty() {
		return nil, true
	}
	for _, o := range open {
		if o == t {
			return nil, false // a type that contains itself is rare, so there is no closure that calls itself
		}
	}
	open = append(open, t)
	switch {
	case t.Validates, t.SetsText(), t.Enum != nil:
		return nil, false
	case t.In != model.ByKind:
		return acceptValue(t.Go, rules), true
	}
	switch t.Kind {
	case model.Pointer:
		inner, ok := acceptOf(t.Elem, rules, open)
		return func(p memory.Place) bool {
			p = p.Follow()
			return !p.IsValid() || inner == nil || inner(p)
		}, ok
	case model.Struct:
		return acceptStruct(t, rules, open)
	case model.List, model.Array:
		return acceptList(t, rules, open)
	case model.Optional:
		return acceptOptional(t, rules, open)
	case model.Map, model.Set:
		return acceptMap(t, rules, open)
	case model.Union:
		return acceptUnion(t, rules, open)
	case model.Patch, model.JSONPatch:
		return nil, false
	}
	return acceptValue(t.Go, rules), true
}

// acceptValue compiles the rules of a value, without those of what is inside; nil without rules. Strings, ints and lengths need no
// reflection.
func acceptValue(t reflect.Type, rules *constraint.Rules) accept {
	switch {
	case rules.Empty():
		return nil
	case rules.IsFast():
		switch t.Kind() {
		case reflect.String:
			return func(p memory.Place) bool { return rules.AcceptsString(memory.Load[string](p)) }
		case reflect.Int:
			return func(p memory.Place) bool { return rules.AcceptsInt(int64(memory.Load[int](p))) }
		case reflect.Slice:
			return func(p memory.Place) bool { return rules.AcceptsInt(int64(p.Len())) }
		}
	}
	return func(p memory.Place) bool { return rules.Accepts(p.Value(t)) }
}

// fieldChecks has a check for each field of the structs in a body. When one field is wrong, the walker skips the fields that pass.
type fieldChecks map[*model.Type][]fieldCheck

// fieldCheck is the check of one field.
type fieldCheck struct {
	place     memory.Field
	accept    accept // nil: the field has no rules
	needsWalk bool   // only the walker can check the field
}

// passes reports whether the field of the struct at p passes its rules. On false the walker must look at it.
func (f *fieldCheck) passes(p memory.Place) bool {
	return !f.needsWalk && (f.accept == nil || f.accept(p.Field(f.place)))
}

// fieldChecksOf compiles the checks of all structs in the types of fields.
func fieldChecksOf(fields ...*model.Field) fieldChecks {
	r := fieldChecks{}
	for _, f := range fields {
		f.Type.Holds(func(t *model.Type) bool {
			r.add(t)
			return false
		})
	}
	return r
}

// add adds the checks of t if it is a struct. Structs with rules that compare fields, with a map of extra names, with a FieldsSet, or
// inside of a Patch need the walker.
func (r fieldChecks) add(t *model.Type) {
	if t.Kind != model.Struct || t.Extra != nil || len(t.Cross) > 0 || len(t.Records) > 0 || t.Partial {
		return
	}
	fields := make([]fieldCheck, len(t.Fields))
	for i, f := range t.Fields {
		place, ok := memory.FieldOf(t.Go, f.Index)
		yes, known := acceptOf(f.Type, f.Rules, nil)
		fields[i] = fieldCheck{place, yes, !ok || !known || f.ReadOnly || f.AsString}
	}
	r[t] = fields
}

// acceptStruct compiles the accept of a struct: of each field with rules, then of the struct.
func acceptStruct(t *model.Type, rules *constraint.Rules, open []*model.Type) (yes accept, ok bool) {
	if len(t.Cross) > 0 || len(t.Records) > 0 || t.Extra != nil {
		return nil, false
	}
	type member struct {
		place  memory.Field
		accept accept
		text   *constraint.Rules // not nil: the field is a string, and these rules stand for accept, without a call of a closure
	}
	var members []member
	for _, f := range t.Fields {
		switch {
		case !f.Checks() && !f.ReadOnly:
			continue
		case f.ReadOnly, f.AsString, len(f.Index) > 1: // the walker reads embedded structs
			return nil, false
		}
		yes, ok := acceptOf(f.Type, f.Rules, open)
		if !ok {
			return nil, false
		}
		if yes == nil {
			continue
		}
		place, _ := memory.FieldOf(t.Go, f.Index)
		m := member{place: place, accept: yes}
		if f.Type.Go.Kind() == reflect.String && f.Rules.IsFast() {
			m.text = f.Rules
		}
		members = append(members, m)
	}
	whole := acceptValue(t.Go, rules)
	return func(p memory.Place) bool {
		for i := range members {
			m := &members[i]
			if q := p.Field(m.place); m.text != nil {
				if !m.text.AcceptsString(memory.Load[string](q)) {
					return false
				}
			} else if !m.accept(q) {
				return false
			}
		}
		return whole == nil || whole(p)
	}, true
}

// acceptOptional compiles the accept of an Optional: of the value that it holds, if it holds one.
func acceptOptional(t *model.Type, rules *constraint.Rules, open []*model.Type) (yes accept, ok bool) {
	value, presence, found := t.OptionalFields()
	inner, ok := acceptOf(t.Elem, rules, open)
	return func(p memory.Place) bool {
		return memory.Load[model.Presence](p.Field(presence)) != model.Present || inner == nil || inner(p.Field(value))
	}, ok && found
}

// acceptUnion compiles the accept of a union with a discriminator: of the variant that is set. Without one, the walker finds the variant
// by trying all.
func acceptUnion(t *model.Type, rules *constraint.Rules, open []*model.Type) (yes accept, ok bool) {
	if t.Discriminator == "" || !rules.Empty() {
		return nil, false
	}
	type variant struct {
		place  memory.Field // of the pointer
		accept accept
	}
	var variants []variant
	for _, v := range t.Variants {
		yes, ok := acceptOf(v.Type, nil, open)
		if !ok {
			return nil, false
		}
		place, _ := memory.FieldOf(t.Go, []int{v.Index})
		variants = append(variants, variant{place, yes})
	}
	return func(p memory.Place) bool {
		for i := range variants {
			if value := p.Field(variants[i].place).Follow(); value.IsValid() {
				return variants[i].accept == nil || variants[i].accept(value)
			}
		}
		return false
	}, true
}

// acceptMap compiles the accept of a map with keys of text, or of a Set: of each key and element, then of the map.
func acceptMap(t *model.Type, rules *constraint.Rules, open []*model.Type) (yes accept, ok bool) {
	var ofElem, ofKey *constraint.Rules
	if rules != nil {
		ofElem, ofKey = rules.Elem, rules.Key
	}
	whole := acceptValue(t.Go, rules)
	if t.Kind == model.Set { // its elements are the keys of the map in Go
		key, ok := acceptOf(t.Elem, ofElem, open)
		return acceptEntries(t.Go, key, nil, whole), ok
	}
	if t.Key.Kind != model.String || t.Key.In != model.ByKind { // several texts may be one key
		return nil, false
	}
	key, ok := acceptOf(t.Key, ofKey, open)
	if !ok {
		return nil, false
	}
	if rules.IsFast() && ofElem.IsFast() && ofKey.IsFast() {
		switch t.Go {
		case reflect.TypeFor[map[string]string]():
			return func(p memory.Place) bool {
				m := memory.Load[map[string]string](p)
				for k, v := range m {
					if !ofKey.AcceptsString(k) || !ofElem.AcceptsString(v) {
						return false
					}
				}
				return rules.AcceptsInt(int64(len(m)))
			}, true
		case reflect.TypeFor[map[string]int]():
			return func(p memory.Place) bool {
				m := memory.Load[map[string]int](p)
				for k, v := range m {
					if !ofKey.AcceptsString(k) || !ofElem.AcceptsInt(int64(v)) {
						return false
					}
				}
				return rules.AcceptsInt(int64(len(m)))
			}, true
		}
	}
	elem, ok := acceptOf(t.Elem, ofElem, open)
	return acceptEntries(t.Go, key, elem, whole), ok
}

// acceptEntries returns the accept of a map of type t. key and elem are for its keys and elements, nil if they are not checked.
func acceptEntries(t reflect.Type, key, elem, whole accept) accept {
	return func(p memory.Place) bool {
		if key != nil || elem != nil {
			k, v := reflect.New(t.Key()).Elem(), reflect.New(t.Elem()).Elem() // entries of a map have no address
			for entry := p.Value(t).MapRange(); entry.Next(); {
				k.SetIterKey(entry)
				v.SetIterValue(entry)
				if key != nil && !key(memory.OfValue(k)) || elem != nil && !elem(memory.OfValue(v)) {
					return false
				}
			}
		}
		return whole == nil || whole(p)
	}
}

// acceptList compiles the accept of a slice or an array: of each element, then of the list.
func acceptList(t *model.Type, rules *constraint.Rules, open []*model.Type) (yes accept, ok bool) {
	var elem *constraint.Rules
	if rules != nil {
		elem = rules.Elem
	}
	each, ok := acceptOf(t.Elem, elem, open)
	items, whole := memory.ElemOf(t.Go), acceptValue(t.Go, rules)
	return func(p memory.Place) bool {
		if each != nil {
			list := items.List(p)
			for i := range list.Len {
				if !each(list.At(i)) {
					return false
				}
			}
		}
		return whole == nil || whole(p)
	}, ok
}
