//go:build !gc || brio_reflect

package memory

import (
	"encoding/binary"
	"fmt"
	"reflect"
	"unsafe"
)

// Each declaration of this file is that of place.go, with reflect and slices alone. It panics where the code of place.go would read
// other memory.

// Place is where a value stands in memory.
type Place struct{ v reflect.Value }

// Of returns the place of *v. It keeps the value alive.
func Of[T any](v *T) Place { return Place{reflect.ValueOf(v).Elem()} }

// OfValue returns the place of an addressable value.
func OfValue(v reflect.Value) Place { return Place{open(v)} }

// At returns the place of the t that p points to.
func At(t reflect.Type, p unsafe.Pointer) Place { return Place{reflect.NewAt(t, p).Elem()} }

// New returns the place of a new zero value of type t.
func New(t reflect.Type) Place { return Place{reflect.New(t).Elem()} }

// open returns v without the mark of values that come from unexported fields.
func open(v reflect.Value) reflect.Value {
	return reflect.NewAt(v.Type(), v.Addr().UnsafePointer()).Elem()
}

// IsValid reports whether p points to a value.
func (p Place) IsValid() bool { return p.v.IsValid() }

// Pointer returns the pointer to the value.
func (p Place) Pointer() unsafe.Pointer {
	if !p.v.IsValid() {
		return nil
	}
	return p.v.Addr().UnsafePointer()
}

// Value returns the value at p, which is of type t. It is addressable.
func (p Place) Value(t reflect.Type) reflect.Value {
	v := p.v
	if v.Type() != t {
		if !sameMemory(v.Type(), t) {
			panic(fmt.Sprintf("memory: a %s used as a %s", v.Type(), t))
		}
		v = reflect.NewAt(t, v.Addr().UnsafePointer()).Elem()
	}
	return v
}

// sameMemory reports whether a value of type a may be read as a b.
func sameMemory(a, b reflect.Type) bool {
	isInteger := func(t reflect.Type) bool { return t.Kind() >= reflect.Int && t.Kind() <= reflect.Uintptr }
	switch {
	case a.Kind() == b.Kind() && a.ConvertibleTo(b):
		return a.Kind() != reflect.Interface
	case a.Kind() == reflect.Slice && b.Kind() == reflect.Slice:
		return sameMemory(a.Elem(), b.Elem())
	}
	return isInteger(a) && isInteger(b) && a.Size() == b.Size()
}

// Load returns the T at p.
func Load[T any](p Place) T { return *p.Value(reflect.TypeFor[T]()).Addr().Interface().(*T) }

// Store sets the T at p to v.
func Store[T any](p Place, v T) { *p.Value(reflect.TypeFor[T]()).Addr().Interface().(*T) = v }

// IsNil reports whether the pointer or interface at p is nil.
func (p Place) IsNil() bool { return p.v.IsNil() }

// Follow returns the place that the pointer at p leads to, the zero Place for nil.
func (p Place) Follow() Place {
	if p.v.IsNil() {
		return Place{}
	}
	return Place{p.v.Elem()}
}

// SetNew sets the pointer at p to a new zero value of type t, and returns the place of that.
func (p Place) SetNew(t reflect.Type) Place {
	fresh := reflect.New(t)
	p.v.Set(fresh.Convert(p.v.Type()))
	return Place{fresh.Elem()}
}

// Field is a field of a struct, or of a struct inside of it.
type Field struct {
	of    reflect.Type
	index []int
}

// fieldAt returns the field at an offset of a struct.
func fieldAt(t reflect.Type, index []int, _ uintptr) Field { return Field{t, index} }

// Field returns the place of a field of the struct at p.
func (p Place) Field(f Field) Place {
	v := p.v
	if f.of != nil {
		v = p.Value(f.of)
	}
	for _, i := range f.index {
		v = open(v.Field(i))
	}
	return Place{v}
}

// Len returns the length of the slice at p.
func (p Place) Len() int {
	if p.v.Kind() != reflect.Slice {
		panic(fmt.Sprintf("memory: a %s used as a slice", p.v.Type()))
	}
	return p.v.Len()
}

// Elem is the elements of a slice or array type.
type Elem struct {
	of   reflect.Type
	Size uintptr // of one element, in bytes
}

// ElemOf returns the Elem of the type t, a slice or an array.
func ElemOf(t reflect.Type) Elem { return Elem{t, t.Elem().Size()} }

// List returns the elements of the slice or array at p.
func (e Elem) List(p Place) List { return ListOf(p.Value(e.of)) }

// At returns the place of the element i of the array at p. The array has more than i elements.
func (e Elem) At(p Place, i int) Place { return Place{p.Value(e.of).Index(i)} }

// Extend makes the slice at p longer by one element and returns the place of that. Without capacity it returns the zero Place. The
// element has the value that the array behind the slice has there.
func (e Elem) Extend(p Place) Place {
	v := p.Value(e.of)
	if v.Len() == v.Cap() {
		return Place{}
	}
	v.SetLen(v.Len() + 1)
	return Place{v.Index(v.Len() - 1)}
}

// List is the elements of one slice or array.
type List struct {
	v   reflect.Value
	Len int
}

// ListOf returns the elements of v, a slice.
func ListOf(v reflect.Value) List { return List{v, v.Len()} }

// At returns the place of the element i, which is below Len.
func (l List) At(i int) Place { return Place{l.v.Index(i)} }

// Held is the value of one type in an interface.
type Held struct{ of reflect.Type }

// HeldOf returns the Held of values of type t.
func HeldOf(t reflect.Type) Held { return Held{t} }

// IsDirect reports whether an interface has the value in its own memory. Other values stand behind a pointer and must not be changed.
func (h Held) IsDirect() bool {
	switch t := h.of; t.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Chan, reflect.Func, reflect.UnsafePointer:
		return true
	case reflect.Array:
		return t.Len() == 1 && HeldOf(t.Elem()).IsDirect()
	case reflect.Struct:
		return t.NumField() == 1 && HeldOf(t.Field(0).Type).IsDirect()
	}
	return false
}

// In returns the place of the value in the interface at p.
func (h Held) In(p Place) Place { return h.copied(p.v.Elem()) }

// Of returns the place of the value in v. The value is not direct.
func (h Held) Of(v any) Place { return h.copied(reflect.ValueOf(v)) }

// copied returns the place of a copy of v: reflect has no address of a value in an interface.
func (h Held) copied(v reflect.Value) Place {
	fresh := New(h.of)
	fresh.v.Set(v)
	return fresh
}

// TypeWord returns a number that is the same for all values of one dynamic type in interfaces of type I, and different for values of
// another type.
func TypeWord[I any](v I) uintptr { return reflect.ValueOf(reflect.TypeOf(v)).Pointer() }

// View returns the text of b without a copy. b must not change while the text is used.
func View(b []byte) string { return string(b) }

// Cursor is a place in a text.
type Cursor struct{ text []byte }

// CursorOf returns the cursor at the beginning of a text, for reading.
func CursorOf(s string) Cursor { return Cursor{[]byte(s)} }

// CursorIn returns the cursor at the byte at of b, or of its capacity, for writing.
func CursorIn(b []byte, at int) Cursor { return Cursor{b[at:cap(b)]} }

// Add returns the cursor n bytes further.
func (c Cursor) Add(n int) Cursor { return Cursor{c.text[n:]} }

// Half and Word return the next four or eight bytes. The first byte is in the lowest eight bits.
func (c Cursor) Half() uint32 { return binary.LittleEndian.Uint32(c.text) }

func (c Cursor) Word() uint64 { return binary.LittleEndian.Uint64(c.text) }

// PutHalf, PutWord and PutBlock write the next four, eight or sixteen bytes.
func (c Cursor) PutHalf(h uint32) { binary.LittleEndian.PutUint32(c.text, h) }

func (c Cursor) PutWord(w uint64) { binary.LittleEndian.PutUint64(c.text, w) }

func (c Cursor) PutBlock(b *[16]byte) { copy(c.text[:16], b[:]) }
