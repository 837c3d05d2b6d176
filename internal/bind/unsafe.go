package bind

import "unsafe"

// The unsafe code of the package is sound for three reasons. A pointer always points to a live value of the type that the code was
// compiled for, in a parameter struct of this request. Offsets come from reflect. Pointers are computed inside of the object that
// they start from, so the garbage collector and checkptr follow them.

// load returns the T at p. The value at p is a T, or of a type with the same layout.
func load[T any](p unsafe.Pointer) T { return *(*T)(p) }

// store sets the T at p.
func store[T any](p unsafe.Pointer, v T) { *(*T)(p) = v }

// sliceHeader is the memory of a slice.
type sliceHeader struct {
	data unsafe.Pointer
	len  int
	_    int // the capacity
}
