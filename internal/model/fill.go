package model

import (
	"bytes"
	"encoding"
	"encoding/base64"
	"reflect"

	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/memory"
)

// fill returns how the scan fills values of t. It is nil for types that the framework reads from text, and for types whose values hold
// more than their JSON.
func (t *Type) fill() *json.Fill {
	f := &json.Fill{Type: t.Go, Size: t.Go.Size()}
	switch {
	case t.SetsText():
		return nil
	case t.scalar != nil && t.scalar.fill != nil:
		f.Read = t.scalar.fill
		return f
	case t.In == ByText:
		f.Read = fillByText
		return f
	case t.In == ByJSON:
		f.Read = fillByJSON
		return f
	}
	switch t.Kind {
	case Bool, String, Int, Uint, Float, Number, List, Array:
		return f
	case Bytes:
		f.Read = fillBytes
		return f
	case Set:
		f.List, f.Collect = reflect.SliceOf(t.Elem.Go), t.Collect
		return f
	case Map:
		if t.Key.Kind == String && t.Key.In == ByKind {
			return f
		}
	case Struct:
		if t.Extra != nil {
			return nil // the walk collects the undeclared members
		}
		for _, field := range t.Fields {
			place, ok := memory.FieldOf(t.Go, field.Index)
			if !ok || field.ReadOnly || field.AsString {
				return nil
			}
			f.Fields = append(f.Fields, place)
		}
		return f
	}
	return nil
}

// fillBehind returns how the scan fills a pointer or Optional, given how it fills the element.
func (t *Type) fillBehind(elem *json.Fill) *json.Fill {
	if elem == nil || t.In != ByKind || elem.Optional != nil {
		return nil
	}
	f := *elem
	f.Size = t.Go.Size()
	if t.Kind == Pointer {
		f.Pointers = append([]reflect.Type{t.Elem.Go}, elem.Pointers...)
		return &f
	}
	value, presence, ok := t.OptionalFields()
	if !ok {
		return nil
	}
	f.Optional = &json.Optional{Value: value, Presence: presence, Null: byte(Null), Present: byte(Present)}
	return &f
}

// OptionalFields returns where an Optional has its value and its presence: it asks a sample. ok is false for a Wrapper of the program that
// has them elsewhere.
func (t *Type) OptionalFields() (value, presence memory.Field, ok bool) {
	sample := reflect.New(t.Go)
	v, p := sample.Interface().(Wrapper).Unwrap()
	value, hasValue := memory.FieldWithin(sample.Elem(), v)
	presence, hasPresence := memory.FieldWithin(sample.Elem(), reflect.ValueOf(p).Elem())
	return value, presence, hasValue && hasPresence
}

// tagShape makes s the shape of a union with a discriminator. Another union keeps its shape: each variant must be tried.
func (t *Type) tagShape(s *json.Shape) {
	if t.Discriminator == "" {
		return
	}
	all := make([]json.Variant, 0, len(t.Variants))
	for _, v := range t.Variants {
		i := v.Type.FieldIndex(t.Discriminator)
		if i < 0 || v.Type.Kind != Struct || v.Type.In != ByKind {
			return // a problem of the start-up report
		}
		kind := v.Type.Fields[i].Type.Base().Kind
		place, _ := memory.FieldOf(t.Go, []int{v.Index})
		one := json.Variant{Shape: v.Shape, Field: place}
		for _, tag := range v.Tags {
			if kind != Int && kind != Uint {
				tag = string(json.AppendString(nil, tag))
			}
			one.Tags = append(one.Tags, tag)
		}
		all = append(all, one)
	}
	s.Kind, s.Nullable, s.Tag, s.Variants, s.Fill = json.Tagged, false, t.Discriminator, all, &json.Fill{Type: t.Go, Size: t.Go.Size()}
}

// fillByText reads a type by its UnmarshalText. The method gets a copy, which it may keep or change: text is a part of the body, whose
// memory other requests use.
func fillByText(v reflect.Value, text []byte) bool {
	return v.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText(bytes.Clone(text)) == nil
}

// fillByJSON reads a type by its UnmarshalJSON, which gets a copy too.
func fillByJSON(v reflect.Value, doc []byte) bool {
	return v.Addr().Interface().(json.Unmarshaler).UnmarshalJSON(bytes.Clone(doc)) == nil
}

func fillBytes(v reflect.Value, text []byte) bool {
	b := make([]byte, base64.StdEncoding.DecodedLen(len(text)))
	n, err := base64.StdEncoding.Decode(b, text)
	v.SetBytes(b[:n])
	return err == nil
}
