package memory

import (
	"fmt"
	"reflect"
)

// FieldOf returns the field of the struct t that index leads to, as in reflect.Value.FieldByIndex. ok is false when there is none, or when
// an embedded pointer is on the way.
func FieldOf(t reflect.Type, index []int) (f Field, ok bool) {
	offset, whole := uintptr(0), t
	for _, i := range index {
		if t.Kind() != reflect.Struct || i < 0 || i >= t.NumField() {
			return Field{}, false
		}
		field := t.Field(i)
		offset, t = offset+field.Offset, field.Type
	}
	return fieldAt(whole, index, offset), true
}

// Locate is FieldOf for an index with embedded pointers on the way. hops are the fields of these pointers, for [Place.Through]; f is a
// field of the struct that the last one leads to. It panics when there is no such field.
func Locate(t reflect.Type, index []int) (hops []Field, f Field) {
	owner, from := t, 0
	for n, i := range index {
		if t.Kind() == reflect.Pointer {
			hops = append(hops, mustField(owner, index[from:n]))
			t, owner, from = t.Elem(), t.Elem(), n
		}
		t = t.Field(i).Type
	}
	return hops, mustField(owner, index[from:])
}

func mustField(t reflect.Type, index []int) Field {
	f, ok := FieldOf(t, index)
	if !ok {
		panic(fmt.Sprintf("memory: %s has no field %v", t, index))
	}
	return f
}

// Through follows the pointers in fields, each of the struct that the one before leads to. It returns the zero Place at a nil pointer.
func (p Place) Through(hops []Field) Place {
	for _, hop := range hops {
		if p = p.Field(hop).Follow(); !p.IsValid() {
			break
		}
	}
	return p
}

// FieldWithin returns the field of the struct whole that is part. Both are addressable. ok is false when part is no field of whole, nor
// of the structs inside.
func FieldWithin(whole, part reflect.Value) (f Field, ok bool) {
	offset := part.Addr().Pointer() - whole.Addr().Pointer() // beyond the size when part is in front of whole
	index := indexOf(whole.Type(), part.Type(), offset)
	if index == nil {
		return Field{}, false
	}
	return FieldOf(whole.Type(), index)
}

// indexOf returns the index of the field of type want at an offset of the struct t, nil for none.
func indexOf(t, want reflect.Type, offset uintptr) []int {
	if t.Kind() != reflect.Struct || offset >= t.Size() && t.Size() > 0 {
		return nil
	}
	for i := range t.NumField() {
		f := t.Field(i)
		switch {
		case offset < f.Offset:
		case offset == f.Offset && f.Type == want:
			return []int{i}
		default:
			if inner := indexOf(f.Type, want, offset-f.Offset); inner != nil {
				return append([]int{i}, inner...)
			}
		}
	}
	return nil
}
