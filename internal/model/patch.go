package model

import (
	"maps"
	"reflect"

	"github.com/brio-go/brio/internal/constraint"
)

// Given records the members of a document: the names of an object's members, each with the members of the object inside. The value
// of a list is nil: it is replaced as a whole. A member of a map that was null is recorded, and the map lacks it: it is removed.
type Given map[string]Given

// Patcher is implemented by pointers to params.Patch. Open returns the value inside, the record that the walk fills, and where the
// type of both is stored.
type Patcher interface {
	Open() (value reflect.Value, given *Given, as **Type)
}

// readPatch makes a copy of the Patch's struct in which no field is required or has a default, at every depth that a patch merges:
// structs and maps in structs and maps, also behind pointers and Optionals (RFC 7396, 2). Lists and unions are replaced as a whole, so
// their types stay.
func (r *Reader) readPatch(m *Type) {
	v, _, _ := reflect.New(m.Go).Interface().(Patcher).Open()
	full := r.read(v.Type())
	m.problem(output, "%s is for reading; return the value that it was applied to", typeName(m.Go))
	if full.Kind != Struct || full.In != ByKind {
		m.problem(input, "%s: a patch is of a struct, and %s is none", typeName(m.Go), typeName(full.Go))
		m.Elem = full
		return
	}
	m.Elem = &Type{Go: full.Go, Kind: Struct, Name: full.Name}
	r.later = append(r.later, func() { r.makePartial(full, m.Elem, map[*Type]*Type{full: m.Elem}) })
}

// makePartial makes p the partial form of t. It drops Validate, rules that compare fields, and the rules of maps as a whole, because
// some of the fields and members may be absent.
func (r *Reader) makePartial(t, p *Type, made map[*Type]*Type) {
	*p = *t
	p.shape = nil
	r.fresh = append(r.fresh, p)
	of := func(t *Type) *Type {
		if b := t.Base(); b.Kind != Struct && b.Kind != Map || b.In != ByKind {
			return t
		}
		if made[t] == nil {
			made[t] = &Type{}
			r.makePartial(t, made[t], made)
		}
		return made[t]
	}
	if t.Kind != Struct {
		p.Elem = of(t.Elem)
		if t.Kind == Map {
			p.Partial, p.Validates = true, false
		}
		return
	}
	p.Partial, p.Validates, p.Cross = true, false, nil
	p.Fields = make([]*Field, len(t.Fields))
	for i, f := range t.Fields {
		c := *f
		c.Required, c.Default, c.Type = false, nil, of(f.Type)
		c.Rules = partialRules(c.Type, f.Rules)
		p.Fields[i] = &c
	}
}

// partialRules returns the rules of values of t, the partial form of a type, without those of a map as a whole: the number of its members
// is known after the merge only.
func partialRules(t *Type, rules *constraint.Rules) *constraint.Rules {
	if t = t.Base(); rules == nil || t.Kind != Map || !t.Partial {
		return rules
	}
	return &constraint.Rules{Required: rules.Required, OmitEmpty: rules.OmitEmpty, Elem: partialRules(t.Elem, rules.Elem), Key: rules.Key}
}

// Apply sets the fields of to that given names to their values in from, a value of the partial struct t.
func (t *Type) Apply(given Given, from, to reflect.Value) {
	for _, f := range t.Fields {
		inner, ok := given[f.Name]
		if !ok {
			continue
		}
		src, err := from.FieldByIndexErr(f.Index)
		if err != nil {
			continue
		}
		f.Type.merge(inner, src, FieldOf(to, f.Index))
	}
	t.applyExtra(given, from, to)
}

// applyExtra merges the undeclared members of from into those of to, and removes the members that were null. It copies the map of to, because
// others may share it.
func (t *Type) applyExtra(given Given, from, to reflect.Value) {
	if t.Extra == nil {
		return
	}
	src, err := from.FieldByIndexErr(t.Extra.Index)
	if err != nil {
		return
	}
	undeclared := Given{}
	for name, inner := range given {
		if t.FieldIndex(name) < 0 {
			undeclared[name] = inner
		}
	}
	if len(undeclared) > 0 {
		t.Extra.Type.mergeMap(undeclared, src, FieldOf(to, t.Extra.Index))
	}
}

// mergeMap merges the members of the map from into to, and removes the members that given names and from lacks. It copies the map of to,
// because others may share it.
func (t *Type) mergeMap(given Given, from, to reflect.Value) {
	all := reflect.MakeMapWithSize(t.Go, to.Len()+len(given))
	for it := to.MapRange(); it.Next(); {
		all.SetMapIndex(it.Key(), it.Value())
	}
	for name, inner := range given {
		key := reflect.New(t.Key.Go).Elem()
		if t.Key.SetKey(name, key) != nil {
			continue
		}
		src, dst := from.MapIndex(key), reflect.New(t.Elem.Go).Elem()
		if !src.IsValid() {
			all.SetMapIndex(key, reflect.Value{})
			continue
		}
		if old := to.MapIndex(key); old.IsValid() {
			dst.Set(old)
		}
		t.Elem.merge(inner, copyOf(src), dst)
		all.SetMapIndex(key, dst)
	}
	to.Set(all)
}

// merge applies a value to the one that is there (RFC 7396, 2). given is nil for one that is replaced as a whole. It copies what pointers
// point to, because others may share it.
func (t *Type) merge(given Given, from, to reflect.Value) {
	switch {
	case given == nil && t.Kind == Any && t.In == ByKind:
		t.mergeAny(from, to)
	case given == nil:
		to.Set(from)
	case t.Kind == Pointer:
		fresh := reflect.New(t.Elem.Go)
		if !to.IsNil() {
			fresh.Elem().Set(to.Elem())
		}
		t.Elem.merge(given, from.Elem(), fresh.Elem())
		to.Set(fresh)
	case t.Kind == Optional:
		src, _ := from.Addr().Interface().(Wrapper).Unwrap()
		dst, presence := to.Addr().Interface().(Wrapper).Unwrap()
		*presence = Present
		t.Elem.merge(given, src, dst)
	case t.Kind == Map:
		t.mergeMap(given, from, to)
	default:
		t.Apply(given, from, to)
	}
}

// mergeAny applies a value of any type. An object is merged into the one that is there.
func (t *Type) mergeAny(from, to reflect.Value) {
	patch, ok := from.Interface().(map[string]any)
	if !ok {
		to.Set(from)
		return
	}
	target, _ := to.Interface().(map[string]any)
	to.Set(reflect.ValueOf(mergeObject(target, patch)))
}

// mergeObject is MergePatch of RFC 7396, 2, for two objects. It changes neither.
func mergeObject(target, patch map[string]any) map[string]any {
	out := make(map[string]any, len(target)+len(patch))
	maps.Copy(out, target)
	for name, value := range patch {
		switch inner, ok := value.(map[string]any); {
		case value == nil:
			delete(out, name)
		case ok:
			within, _ := out[name].(map[string]any)
			out[name] = mergeObject(within, inner)
		default:
			out[name] = value
		}
	}
	return out
}
