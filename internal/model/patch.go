package model

import "reflect"

// Given records the members of a document: the names of an object's members, each with the members of the object inside. The value
// of a list or map is nil: it is replaced as a whole.
type Given map[string]Given

// Patcher is implemented by pointers to params.Patch. Open returns the value inside, the record that the walk fills, and where the
// type of both is stored.
type Patcher interface {
	Open() (value reflect.Value, given *Given, as **Type)
}

// readPatch makes a copy of the Patch's struct in which no field is required or has a default, at every depth that a patch merges:
// structs in structs, also behind pointers and Optionals. Lists and maps are replaced as a whole, so their types stay.
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

// makePartial makes p the partial form of t. It drops Validate and rules that compare fields, because some of the fields may be
// absent.
func (r *Reader) makePartial(t, p *Type, made map[*Type]*Type) {
	*p = *t
	p.shape = nil
	r.fresh = append(r.fresh, p)
	of := func(t *Type) *Type {
		if b := t.Base(); b.Kind != Struct || b.In != ByKind {
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
		return
	}
	p.Partial, p.Validates, p.Cross = true, false, nil
	p.Fields = make([]*Field, len(t.Fields))
	for i, f := range t.Fields {
		c := *f
		c.Required, c.Default, c.Type = false, nil, of(f.Type)
		p.Fields[i] = &c
	}
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
		dst := FieldOf(to, f.Index)
		if inner == nil {
			dst.Set(src)
		} else {
			f.Type.merge(inner, src, dst)
		}
	}
	t.applyExtra(from, to)
}

// applyExtra adds the undeclared members of from to those of to. It copies the map of to, because others may share it.
func (t *Type) applyExtra(from, to reflect.Value) {
	if t.Extra == nil {
		return
	}
	src, err := from.FieldByIndexErr(t.Extra.Index)
	if err != nil || src.Len() == 0 {
		return
	}
	dst := FieldOf(to, t.Extra.Index)
	all := reflect.MakeMapWithSize(t.Extra.Type.Go, src.Len()+dst.Len())
	for _, m := range []reflect.Value{dst, src} {
		for it := m.MapRange(); it.Next(); {
			all.SetMapIndex(it.Key(), it.Value())
		}
	}
	dst.Set(all)
}

// merge applies an object to the value that is there. It copies what pointers point to, because others may share it.
func (t *Type) merge(given Given, from, to reflect.Value) {
	switch t.Kind {
	case Pointer:
		fresh := reflect.New(t.Elem.Go)
		if !to.IsNil() {
			fresh.Elem().Set(to.Elem())
		}
		t.Elem.merge(given, from.Elem(), fresh.Elem())
		to.Set(fresh)
	case Optional:
		src, _ := from.Addr().Interface().(Wrapper).Unwrap()
		dst, presence := to.Addr().Interface().(Wrapper).Unwrap()
		*presence = Present
		t.Elem.merge(given, src, dst)
	default:
		t.Apply(given, from, to)
	}
}
