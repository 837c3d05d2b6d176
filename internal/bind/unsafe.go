package bind

import "unsafe"

// What makes the package's unsafe code sound: a pointer always points to a live value of the type that the code was
// compiled for, in a parameter struct that was made for this request; offsets come from reflect; pointers are computed
// inside the object they start from, so the collector and checkptr follow them.

// load reads the T, or a type of the same layout, that p points to.
func load[T any](p unsafe.Pointer) T { return *(*T)(p) }

// store writes it.
func store[T any](p unsafe.Pointer, v T) { *(*T)(p) = v }

// sliceHeader is the header that every slice has.
type sliceHeader struct {
	data unsafe.Pointer
	len  int
	_    int // the capacity
}
