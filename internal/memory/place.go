//go:build gc && !brio_reflect

package memory

import (
	"encoding/binary"
	"reflect"
	"unsafe"
)

// Place is where a value stands in memory.
type Place struct{ p unsafe.Pointer }

// Of returns the place of *v. It keeps the value alive.
func Of[T any](v *T) Place { return Place{unsafe.Pointer(v)} }

// OfValue returns the place of an addressable value.
func OfValue(v reflect.Value) Place { return Place{v.Addr().UnsafePointer()} }

// At returns the place of the t that p points to.
func At(t reflect.Type, p unsafe.Pointer) Place { return Place{p} }

// New returns the place of a new zero value of type t. It is faster than reflect.New, which also looks up the type of the pointer.
func New(t reflect.Type) Place { return Place{unsafeNew((*iface)(unsafe.Pointer(&t)).data)} }

// unsafeNew is the allocation of reflect.New. The runtime keeps its signature for programs that link to it
// (golang.org/issue/67401), among them the JSON codec.
//
//go:linkname unsafeNew reflect.unsafe_New
func unsafeNew(rtype unsafe.Pointer) unsafe.Pointer

// IsValid reports whether p points to a value.
func (p Place) IsValid() bool { return p.p != nil }

// Pointer returns the pointer to the value.
func (p Place) Pointer() unsafe.Pointer { return p.p }

// Value returns the value at p, which is of type t. It is addressable.
func (p Place) Value(t reflect.Type) reflect.Value { return reflect.NewAt(t, p.p).Elem() }

// Load returns the T at p.
func Load[T any](p Place) T { return *(*T)(p.p) }

// Store sets the T at p to v.
func Store[T any](p Place, v T) { *(*T)(p.p) = v }

// IsNil reports whether the pointer or interface at p is nil.
func (p Place) IsNil() bool { return *(*unsafe.Pointer)(p.p) == nil }

// Follow returns the place that the pointer at p leads to, the zero Place for nil.
func (p Place) Follow() Place { return Place{*(*unsafe.Pointer)(p.p)} }

// SetNew sets the pointer at p to a new zero value of type t, and returns the place of that.
func (p Place) SetNew(t reflect.Type) Place {
	fresh := New(t)
	*(*unsafe.Pointer)(p.p) = fresh.p
	return fresh
}

// Field is a field of a struct, or of a struct inside of it.
type Field struct{ offset uintptr }

// fieldAt returns the field at an offset of a struct.
func fieldAt(_ reflect.Type, _ []int, offset uintptr) Field { return Field{offset} }

// Field returns the place of a field of the struct at p.
func (p Place) Field(f Field) Place { return Place{unsafe.Add(p.p, f.offset)} }

// slice is the header that every slice has.
type slice struct {
	data     unsafe.Pointer
	len, cap int
}

// Len returns the length of the slice at p.
func (p Place) Len() int { return (*slice)(p.p).len }

// Elem is the elements of a slice or array type.
type Elem struct {
	Size uintptr // of one element, in bytes
	len  int     // of an array; -1: a slice
}

// ElemOf returns the Elem of the type t, a slice or an array.
func ElemOf(t reflect.Type) Elem {
	e := Elem{t.Elem().Size(), -1}
	if t.Kind() == reflect.Array {
		e.len = t.Len()
	}
	return e
}

// List returns the elements of the slice or array at p.
func (e Elem) List(p Place) List {
	if e.len >= 0 {
		return List{p.p, e.len, e.Size}
	}
	s := (*slice)(p.p)
	return List{s.data, s.len, e.Size}
}

// At returns the place of the element i of the array at p. The array has more than i elements.
func (e Elem) At(p Place, i int) Place { return Place{unsafe.Add(p.p, uintptr(i)*e.Size)} }

// Extend makes the slice at p longer by one element and returns the place of that. Without capacity it returns the zero Place. The
// element has the value that the array behind the slice has there.
func (e Elem) Extend(p Place) Place {
	s := (*slice)(p.p)
	if s.len == s.cap {
		return Place{}
	}
	s.len++
	return Place{unsafe.Add(s.data, uintptr(s.len-1)*e.Size)}
}

// List is the elements of one slice or array.
type List struct {
	first unsafe.Pointer
	Len   int
	size  uintptr
}

// ListOf returns the elements of v, a slice.
func ListOf(v reflect.Value) List {
	return List{v.UnsafePointer(), v.Len(), v.Type().Elem().Size()}
}

// At returns the place of the element i, which is below Len.
func (l List) At(i int) Place { return Place{unsafe.Add(l.first, uintptr(i)*l.size)} }

// iface is the layout of every interface: its type or method table, and the value or a pointer to it.
type iface struct{ typ, data unsafe.Pointer }

// Held is the value of one type in an interface.
type Held struct{ direct bool }

// HeldOf returns the Held of values of type t.
func HeldOf(t reflect.Type) Held {
	zero := reflect.Zero(t).Interface()
	return Held{(*iface)(unsafe.Pointer(&zero)).data == nil} // a nil pointer, map, channel or function; all other values stand behind a pointer
}

// IsDirect reports whether an interface has the value in its own memory. Other values stand behind a pointer and must not be changed.
func (h Held) IsDirect() bool { return h.direct }

// In returns the place of the value in the interface at p.
func (h Held) In(p Place) Place {
	data := &(*iface)(p.p).data
	if h.direct {
		return Place{unsafe.Pointer(data)}
	}
	return Place{*data}
}

// Of returns the place of the value in v. The value is not direct.
func (h Held) Of(v any) Place { return Place{(*iface)(unsafe.Pointer(&v)).data} }

// TypeWord returns a number that is the same for all values of one dynamic type in interfaces of type I, and different for values of
// another type.
func TypeWord[I any](v I) uintptr { return uintptr((*iface)(unsafe.Pointer(&v)).typ) }

// View returns the text of b without a copy. b must not change while the text is used.
func View(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// Cursor is a place in a text.
type Cursor struct{ p unsafe.Pointer }

// CursorOf returns the cursor at the beginning of a text, for reading.
func CursorOf(s string) Cursor { return Cursor{unsafe.Pointer(unsafe.StringData(s))} }

// CursorIn returns the cursor at the byte at of b, or of its capacity, for writing.
func CursorIn(b []byte, at int) Cursor {
	return Cursor{unsafe.Add(unsafe.Pointer(unsafe.SliceData(b)), at)}
}

// Add returns the cursor n bytes further.
func (c Cursor) Add(n int) Cursor { return Cursor{unsafe.Add(c.p, n)} }

// Half and Word return the next four or eight bytes. The first byte is in the lowest eight bits. Each compiles to one load on processors
// with unaligned access.
func (c Cursor) Half() uint32 { return binary.LittleEndian.Uint32((*[4]byte)(c.p)[:]) }

func (c Cursor) Word() uint64 { return binary.LittleEndian.Uint64((*[8]byte)(c.p)[:]) }

// PutHalf, PutWord and PutBlock write the next four, eight or sixteen bytes, with one store.
func (c Cursor) PutHalf(h uint32) { binary.LittleEndian.PutUint32((*[4]byte)(c.p)[:], h) }

func (c Cursor) PutWord(w uint64) { binary.LittleEndian.PutUint64((*[8]byte)(c.p)[:], w) }

func (c Cursor) PutBlock(b *[16]byte) { *(*[16]byte)(c.p) = *b }
