package encode

import (
	"encoding/binary"
	"reflect"
	"unsafe"
)

// All of the package's unsafe code is here. What makes it sound:
//
//   - A ptr always points to a live value of the type that the node was compiled for: Encoder.Append checks the type of
//     what enters, offsets come from reflect, and interfaces are opened by the type that they name.
//   - Nothing is written through a ptr to a value. Methods with pointer receivers, which could, get memory that may be
//     written: values in interfaces are copied first when they have such methods (see root.copies). What store writes is
//     text, into room that opening.append has made sure of.
//   - Pointers are computed with unsafe.Add inside the object they start from, so the collector and checkptr follow them.

type ptr = unsafe.Pointer

func add(p ptr, n uintptr) ptr { return unsafe.Add(p, n) }

// load reads the T, or a type of the same layout, that p points to.
func load[T any](p ptr) T { return *(*T)(p) }

// pointer is the ptr to v, which lives as long as that is used.
func pointer[T any](v *T) ptr { return ptr(v) }

// room is where a slice begins, textOf where a string does.
func room(dst []byte) ptr { return ptr(unsafe.SliceData(dst)) }

func textOf(s string) ptr { return ptr(unsafe.StringData(s)) }

func store[T [openingSize]byte | byte](p ptr, v T) { *(*T)(p) = v }

// Each of these is one load or store where the processor can.

func load64(p ptr) uint64 { return binary.LittleEndian.Uint64((*[8]byte)(p)[:]) }

func load32(p ptr) uint32 { return binary.LittleEndian.Uint32((*[4]byte)(p)[:]) }

func store64(p ptr, w uint64) { binary.LittleEndian.PutUint64((*[8]byte)(p)[:], w) }

func store32(p ptr, w uint32) { binary.LittleEndian.PutUint32((*[4]byte)(p)[:], w) }

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
