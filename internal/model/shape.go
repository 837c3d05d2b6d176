package model

import "github.com/brio-go/brio/internal/json"

// Shape returns the shape of t for the JSON scan. Each type has one, made at the first call; types share those of their parts.
func (r *Reader) Shape(t *Type) *json.Shape {
	r.mu.Lock()
	defer r.mu.Unlock()
	var later []func()
	s := t.toShape(&later)
	for _, finish := range later {
		finish()
	}
	s.Prepare()
	for _, v := range t.unionVariants() {
		v.Shape.Prepare()
	}
	return s
}

// unionVariants returns the variants of all unions inside of t. Shapes do not lead to those of a union without a discriminator, which
// fits every JSON value until a variant is chosen.
func (t *Type) unionVariants() (all []*Variant) {
	t.Holds(func(t *Type) bool {
		all = append(all, t.Variants...)
		return false
	})
	return all
}

// toShape makes the shape of t. A shape that copies another one is finished by a function in later, when the other is complete.
func (t *Type) toShape(later *[]func()) *json.Shape {
	if t.shape != nil {
		return t.shape
	}
	s := &json.Shape{}
	t.shape = s // set before the members are made: a type may contain itself
	s.Nullable, s.Fill = t.Nullable(), t.fill()
	switch {
	case t.In == ByText:
		if s.Kind = json.String; t.laxText {
			s.Kind, s.Lax = json.Text, t.converts
		}
		return s
	case t.In == ByJSON:
		s.Kind = json.Any
		return s
	}
	switch t.Kind {
	case Pointer, Optional:
		elem := t.Elem.toShape(later)
		*later = append(*later, func() {
			*s = elem.Copy()
			s.Nullable, s.Fill = true, t.fillBehind(elem.Fill)
		})
	case Patch:
		elem := t.Elem.toShape(later)
		*later = append(*later, func() { *s = elem.Copy(); s.Fill = nil })
	case JSONPatch:
		list := t.Key.toShape(later)
		*later = append(*later, func() { *s = list.Copy(); s.Fill = nil })
	case Bool:
		s.Kind = json.Bool
	case String, Bytes:
		s.Kind = json.String
	case Time:
		s.Kind, s.Accepts, s.Lax = json.Text, isMoment, t.converts
	case Duration:
		s.Kind = json.Any // a string or a number of seconds, which the walk checks
	case Int, Uint, Float:
		s.Kind = map[Kind]json.Kind{Int: json.Int, Uint: json.Uint, Float: json.Float}[t.Kind]
		s.Bits = t.Go.Bits()
	case Number:
		s.Kind = json.NumberToken
	case List, Set:
		s.Kind, s.Elem = json.List, t.Elem.toShape(later)
	case Array:
		s.Kind, s.Elem, s.Len = json.Array, t.Elem.toShape(later), t.Go.Len()
	case Map:
		s.Kind, s.Elem = json.Map, t.Elem.toShape(later)
	case Struct:
		s.Kind, s.Forbid, s.Size = json.Struct, t.Forbid, int(t.Go.Size())
		for _, f := range t.Fields {
			if f.Default != nil {
				s.Defaults = append(s.Defaults, len(s.Fields))
			}
			s.Fields = append(s.Fields, f.shape(later))
		}
		if t.Extra != nil {
			s.Elem = t.Extra.Type.Elem.toShape(later)
		}
	case Union:
		s.Kind, s.Nullable = json.Any, true // the scan checks it again, with the shape of the chosen variant
		for _, v := range t.Variants {
			v.Shape = v.Type.toShape(later)
		}
		t.tagShape(s)
	default:
		s.Kind, s.Nullable = json.Any, true
	}
	return s
}

// shape returns the shape of a member.
func (f *Field) shape(later *[]func()) json.Field {
	s := f.Type.toShape(later)
	switch {
	case f.ReadOnly:
		s = &json.Shape{Kind: json.Any, Nullable: true} // a readonly member is ignored
	case f.AsString:
		s = &json.Shape{Kind: json.String, Nullable: f.Type.Nullable()}
	}
	return json.Field{Name: f.Name, Shape: s, Required: f.Required}
}

// converts reports whether lax reading accepts a JSON value for the type.
func (t *Type) converts(raw []byte) bool {
	_, ok := t.appendConverted(nil, raw)
	return ok
}
