package responsemodel

import (
	"reflect"
	"unsafe"
)

// All of the package's unsafe code is here. What makes it sound:
//
//   - A ptr always points to a live value of the type that the node was compiled for: Encoder.Append checks the type of
//     what enters, offsets come from reflect, and interfaces are opened by the type that they name.
//   - Nothing is written through a ptr. Methods with pointer receivers, which could, get memory that may be written:
//     values in interfaces are copied first when they have such methods (see root.copies).
//   - Pointers are computed with unsafe.Add inside the object they start from, so the collector and checkptr follow them.

type ptr = unsafe.Pointer

func add(p ptr, n uintptr) ptr { return unsafe.Add(p, n) }

// load reads the T, or a type of the same layout, that p points to.
func load[T any](p ptr) T { return *(*T)(p) }

// pointer is the ptr to v, which lives as long as that is used.
func pointer[T any](v *T) ptr { return ptr(v) }

// slice is the header that every slice has.
type slice struct {
	data ptr
	len  int
	_    int // the capacity
}

// iface is the layout of every interface: its type (or method table) and the value, or a pointer to it.
type iface struct {
	typ  ptr
	data ptr
}

// direct reports whether interfaces hold values of t themselves, and no pointer to them: t is a pointer in all but name.
// The zero of such a type is nil.
func direct(t reflect.Type) bool {
	zero := reflect.Zero(t).Interface()
	return (*iface)(ptr(&zero)).data == nil
}

// held returns the pointer to the value that the interface at p holds.
func held(p ptr, direct bool) ptr {
	if direct {
		return ptr(&(*iface)(p).data)
	}
	return (*iface)(p).data
}

// word is the data word of v.
func word(v any) ptr { return (*iface)(ptr(&v)).data }

// offsets gives the places of an Optional's value and presence, and false when they are not inside it.
func offsets(whole reflect.Value, value, presence ptr, size uintptr) (v, p uintptr, ok bool) {
	base := uintptr(whole.Addr().UnsafePointer())
	v, p = uintptr(value)-base, uintptr(presence)-base
	total := whole.Type().Size()
	return v, p, v <= total && size <= total-v && p < total
}
