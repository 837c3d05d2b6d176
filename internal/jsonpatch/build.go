package jsonpatch

import (
	"errors"
	"fmt"
	"reflect"

	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/model"
)

// builder makes the tree of a Go value.
type builder struct {
	encode Encode
	depth  int
}

// errDepth is the error of a value that is nested more deeply than any JSON that Brio reads: it most likely contains itself.
var errDepth = errors.New("the value is nested too deeply")

// within puts a step before an error. That of a value which contains itself has none, because there would be thousands.
func within(err error, step string) error {
	if errors.Is(err, errDepth) {
		return err
	}
	return fmt.Errorf("%s: %w", step, err)
}

// build returns the JSON value of v, an addressable value of t. It has each member of a struct but absent Optionals: also read-only
// and write-only ones, and what omitempty would leave out. A nil slice is [], and a nil map {}, because bodies have no null for them.
func (b *builder) build(t *model.Type, v reflect.Value) (*value, error) {
	if b.depth++; b.depth > json.MaxDepth {
		return nil, errDepth
	}
	defer func() { b.depth-- }()
	t, v, ok := t.Unwrap(v)
	if !ok {
		return &value{raw: []byte("null")}, nil
	}
	out := &value{from: v}
	switch byKind := t.In == model.ByKind && t.Out == model.ByKind; {
	case byKind && t.Kind == model.Struct:
		out.kind, out.members, out.typ = '{', map[string]*value{}, t
		return out, b.fields(out, t, v)
	case byKind && (t.Kind == model.List || t.Kind == model.Array):
		out.kind = '['
		for i := range v.Len() {
			e, err := b.build(t.Elem, v.Index(i))
			if err != nil {
				return nil, within(err, fmt.Sprintf("[%d]", i))
			}
			out.elements = append(out.elements, e)
		}
		return out, nil
	case byKind && t.Kind == model.Map && hasTextKeys(t):
		out.kind, out.members = '{', map[string]*value{}
		return out, b.entries(out, t, v)
	case byKind && t.Kind == model.Union:
		i := t.Chosen(v)
		if i < 0 {
			return nil, fmt.Errorf("%s holds no variant, or several", t)
		}
		inner, err := b.build(t.Variants[i].Type, v.Field(t.Variants[i].Index).Elem())
		if inner != nil {
			inner.isOneOf = true
		}
		return inner, err
	}
	doc, err := b.encode(nil, v.Interface())
	if err != nil {
		return nil, err
	}
	leaf, _, _ := parse(doc, 0)
	leaf.from = v
	return leaf, nil
}

// hasTextKeys reports whether the names of a map's members are its keys.
func hasTextKeys(t *model.Type) bool {
	return t.Key.Kind == model.String && t.Key.In == model.ByKind && t.Key.Out == model.ByKind
}

// fields adds the members of a struct.
func (b *builder) fields(out *value, t *model.Type, v reflect.Value) error {
	for _, f := range t.Fields {
		field, err := v.FieldByIndexErr(f.Index)
		if err != nil { // of an embedded struct that is nil
			continue
		}
		if f.Type.Kind == model.Optional {
			if _, presence := field.Addr().Interface().(model.Wrapper).Unwrap(); *presence == model.Absent {
				continue
			}
		}
		in, err := b.build(f.Type, field)
		if err != nil {
			return within(err, f.Name)
		}
		if f.AsString && in.kind == 0 && string(in.raw) != "null" {
			in.raw = json.AppendString(nil, string(in.raw))
		}
		in.isHidden = hides(f)
		out.members[f.Name] = in
	}
	if t.Extra == nil {
		return nil
	}
	extra, err := v.FieldByIndexErr(t.Extra.Index)
	if err != nil {
		return nil
	}
	return b.entries(out, t.Extra.Type, extra)
}

// entries adds the members of a map.
func (b *builder) entries(out *value, t *model.Type, v reflect.Value) error {
	for it := v.MapRange(); it.Next(); {
		entry := reflect.New(t.Elem.Go).Elem() // entries of a map have no address
		entry.Set(it.Value())
		in, err := b.build(t.Elem, entry)
		if err != nil {
			return within(err, fmt.Sprintf("[%q]", it.Key().String()))
		}
		out.members[it.Key().String()] = in
	}
	return nil
}

// restore gives v, a value of t that was read from the JSON of n, what JSON cannot say. A value that no operation has reached becomes the
// one that was there before. An object that was there keeps its fields without a JSON form and its read-only members.
func restore(n *value, t *model.Type, v reflect.Value) {
	t, v, ok := t.Unwrap(v)
	if !ok {
		return
	}
	if n.from.IsValid() && !n.changed && n.from.Type() == v.Type() {
		v.Set(n.from)
		return
	}
	switch {
	case t.In != model.ByKind || t.Out != model.ByKind:
	case t.Kind == model.Struct && n.kind == '{':
		restoreStruct(n, t, v)
	case (t.Kind == model.List || t.Kind == model.Array) && n.kind == '[' && v.Len() == len(n.elements):
		for i, e := range n.elements {
			restore(e, t.Elem, v.Index(i))
		}
	case t.Kind == model.Map && n.kind == '{' && hasTextKeys(t):
		restoreMap(n, t, v)
	case t.Kind == model.Union:
		if i := t.Chosen(v); i >= 0 {
			restore(n, t.Variants[i].Type, v.Field(t.Variants[i].Index).Elem())
		}
	}
}

// restoreStruct is restore for a struct: its members first, then what the Go value before it has besides.
func restoreStruct(n *value, t *model.Type, v reflect.Value) {
	for _, f := range t.Fields {
		in := n.members[f.Name]
		if field, err := v.FieldByIndexErr(f.Index); in != nil && err == nil && !f.ReadOnly {
			restore(in, f.Type, field)
		}
	}
	if t.Extra != nil {
		if extra, err := v.FieldByIndexErr(t.Extra.Index); err == nil {
			restoreMap(n, t.Extra.Type, extra)
		}
	}
	if n.typ != t {
		return
	}
	base := reflect.New(t.Go).Elem()
	base.Set(n.from)
	own := map[string]bool{}
	set := func(index []int) {
		if field, err := v.FieldByIndexErr(index); err == nil {
			fieldOfCopy(base, index, own).Set(field)
		}
	}
	for _, f := range t.Fields {
		if !f.ReadOnly {
			set(f.Index)
		}
	}
	if t.Extra != nil {
		set(t.Extra.Index)
	}
	for _, index := range t.Records {
		set(index)
	}
	v.Set(base)
}

// fieldOfCopy is model.FieldOf for a copy of a struct. Embedded structs behind pointers are copied once, because the original has
// them too; own has the indexes of the copied ones.
func fieldOfCopy(v reflect.Value, index []int, own map[string]bool) reflect.Value {
	for at, i := range index {
		if v.Kind() == reflect.Pointer {
			if key := fmt.Sprint(index[:at]); !own[key] {
				own[key] = true
				fresh := reflect.New(v.Type().Elem())
				if !v.IsNil() {
					fresh.Elem().Set(v.Elem())
				}
				v.Set(fresh)
			}
			v = v.Elem()
		}
		v = v.Field(i)
	}
	return v
}

// restoreMap is restore for the entries of a map.
func restoreMap(n *value, t *model.Type, v reflect.Value) {
	for it := v.MapRange(); it.Next(); {
		in := n.members[it.Key().String()]
		if in == nil {
			continue
		}
		entry := reflect.New(t.Elem.Go).Elem()
		entry.Set(it.Value())
		restore(in, t.Elem, entry)
		v.SetMapIndex(it.Key(), entry)
	}
}
