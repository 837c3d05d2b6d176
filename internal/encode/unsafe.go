package encode

import (
	"encoding/binary"
	"reflect"
	"unsafe"
)

// This is the package's one file that imports unsafe. Three rules make the code sound:
//
//   - A ptr points to a live value of the type that its node was compiled for. Encoder.Append checks the type of each value,
//     offsets come from reflect, and interfaces are opened by the type that they name.
//   - No value is written through a ptr. Methods with pointer receivers could write: a value in an interface is copied first
//     when it has such methods (see root.copiesFirst). store writes text alone, into capacity that opening.append has
//     checked.
//   - Pointers are computed with unsafe.Add inside of the object that they start from, so the garbage collector and checkptr
//     follow them.

// ptr points to a value of a type that the node knows.
type ptr = unsafe.Pointer

func add(p ptr, n uintptr) ptr { return unsafe.Add(p, n) }

// load reads the T, or the type of the same layout, at p.
func load[T any](p ptr) T { return *(*T)(p) }

// pointerTo returns v as a ptr. It keeps the value alive.
func pointerTo[T any](v *T) ptr { return ptr(v) }

// sliceData and stringData return the first byte of a slice or string.
func sliceData(dst []byte) ptr { return ptr(unsafe.SliceData(dst)) }

func stringData(s string) ptr { return ptr(unsafe.StringData(s)) }

// store writes v at p.
func store[T [openingSize]byte | byte](p ptr, v T) { *(*T)(p) = v }

// Each of the next four compiles to one load or store on processors with unaligned access.

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

// isDirect reports whether an interface holds a value of t itself and not a pointer to it: t is a pointer, map, channel, function,
// or a struct or array of one of these. The zero value of such a type is nil.
func isDirect(t reflect.Type) bool {
	zero := reflect.Zero(t).Interface()
	return (*iface)(ptr(&zero)).data == nil
}

// interfaceData returns the pointer to the value in the interface at p.
func interfaceData(p ptr, direct bool) ptr {
	if direct {
		return ptr(&(*iface)(p).data)
	}
	return (*iface)(p).data
}

// dataWord returns the data word of v.
func dataWord(v any) ptr { return (*iface)(ptr(&v)).data }

// offsets returns the offsets of an Optional's value and presence in whole, and false when they are not inside of it.
func offsets(whole reflect.Value, value, presence ptr, size uintptr) (v, p uintptr, ok bool) {
	base := uintptr(whole.Addr().UnsafePointer())
	v, p = uintptr(value)-base, uintptr(presence)-base
	total := whole.Type().Size()
	return v, p, v <= total && size <= total-v && p < total
}
