package json

import (
	"reflect"
	"strconv"
	"unsafe"
)

// A scan that finds nothing wrong has seen every value, so it can put them where they belong on its way, and spares the
// decoder a second reading. It does so for the plain types: booleans, numbers, strings, structs, lists, arrays and pointers to
// them, without methods of their own. Whatever else a document holds is the decoder's.
//
// What makes the unsafe code sound: a place points into a live value of the Go type that Fill names, offsets come from
// reflect, and what is stored has that type's layout.

// Fill is the Go type that a Shape was made of, where Scan can fill one.
type Fill struct {
	Type     reflect.Type // without pointers
	Pointers int          // that lead to it
	Offsets  []uintptr    // of a Struct's Fields
}

// Fills reports whether ScanInto can fill values of the shape, which has been prepared.
func (s *Shape) Fills() bool { return s.fills(map[*Shape]bool{}) }

func (s *Shape) fills(seen map[*Shape]bool) bool {
	switch {
	case s == nil || s.Fill == nil:
		return false
	case seen[s]:
		return true
	}
	seen[s] = true
	switch s.Kind {
	case Bool, String, Int, Uint, Float:
		return true
	case List, Array:
		return s.Elem.fills(seen)
	case Struct:
		for i := range s.Fields {
			if !s.Fields[i].Shape.fills(seen) {
				return false
			}
		}
		return true
	}
	return false
}

// fillRoom is how much memory a scan makes for what it fills, in bytes. What would take more may also turn out to be over a
// limit: nothing is made of it before it has been seen to its end.
const fillRoom = 128 << 10

// fillDoc is the largest document that a scan fills from, in bytes.
const fillDoc = 32 << 10

// ScanInto is Scan, and fills the zero value that into points to, which the shape Fills. Report.Filled says that it has; else
// what into points to may be filled in part. Strings without an escape refer to doc if that is kept, and never written to again.
func ScanInto(s *Shape, doc []byte, l Limits, into unsafe.Pointer, kept bool) Report {
	if len(doc) > fillDoc {
		into = nil
	}
	return scan(s, doc, l, false, into, kept)
}

// take takes memory from the room. Without enough of it nothing more is filled.
func (s *scanner) take(bytes uintptr) bool {
	s.room -= int(min(bytes, fillRoom+1))
	return s.room >= 0
}

// open follows the pointers of a shape from a place, making what they point to. It is nil when there is no room.
func (s *scanner) open(sh *Shape, into unsafe.Pointer) unsafe.Pointer {
	t := sh.Fill.Type
	if !s.take(t.Size() + uintptr(sh.Fill.Pointers-1)*unsafe.Sizeof(into)) {
		return nil
	}
	for range sh.Fill.Pointers - 1 {
		inner := new(unsafe.Pointer)
		*(*unsafe.Pointer)(into) = unsafe.Pointer(inner)
		into = unsafe.Pointer(inner)
	}
	if sh.Fill.Pointers > 0 {
		var made unsafe.Pointer
		if sh.Kind == String {
			made = unsafe.Pointer(new(string))
		} else {
			made = reflect.New(t).UnsafePointer()
		}
		*(*unsafe.Pointer)(into) = made
		into = made
	}
	return into
}

// fillString scans the string at i into the one at into, and returns where it ends.
func (s *scanner) fillString(i int, into unsafe.Pointer) int {
	end, escaped := s.str(i)
	if end == stopped {
		return stopped
	}
	text := (*string)(into)
	switch token := s.doc[i+1 : end-1]; {
	case escaped:
		*text = string(appendUnescaped(nil, token))
	case s.kept:
		*text = unsafe.String(unsafe.SliceData(token), len(token))
	default:
		*text = string(token)
	}
	return end
}

// storeInt stores an integer in the range of the shape.
func (sh *Shape) storeInt(into unsafe.Pointer, magnitude uint64, negative bool) {
	if negative {
		magnitude = -magnitude
	}
	switch sh.Bits { // signed and unsigned are alike in two's complement
	case 8:
		*(*uint8)(into) = uint8(magnitude)
	case 16:
		*(*uint16)(into) = uint16(magnitude)
	case 32:
		*(*uint32)(into) = uint32(magnitude)
	default:
		*(*uint64)(into) = magnitude
	}
}

// storeFloat stores a number in the range of the shape.
func (sh *Shape) storeFloat(into unsafe.Pointer, token []byte) {
	bits := 64
	if sh.Bits == 32 {
		bits = 32
	}
	f, _ := strconv.ParseFloat(unsafe.String(unsafe.SliceData(token), len(token)), bits)
	if bits == 32 {
		*(*float32)(into) = float32(f)
	} else {
		*(*float64)(into) = f
	}
}

// slice is the header that every slice has.
type slice struct {
	data unsafe.Pointer
	len  int
	cap  int
}

// grow adds a zero element to the list at a place and returns where it stands. It is nil when there is no room.
func (s *scanner) grow(sh *Shape, list unsafe.Pointer) unsafe.Pointer {
	size, header := sh.Elem.fillSize(), (*slice)(list)
	if header.len == header.cap {
		more := max(header.len, 1)
		if header.len == 0 && size <= 64 {
			more = 4
		}
		if !s.take(uintptr(header.len+more) * size) {
			return nil
		}
		if sh.Elem.Kind == String && sh.Elem.Fill.Pointers == 0 { // most lists; reflect has a cost of its own
			texts := (*[]string)(list)
			*texts = append(make([]string, 0, header.len+more), *texts...)
		} else {
			reflect.NewAt(sh.Fill.Type, list).Elem().Grow(more)
		}
	}
	header.len++
	return unsafe.Add(header.data, uintptr(header.len-1)*size)
}

// empty makes the list at a place one without elements.
func (sh *Shape) empty(list unsafe.Pointer) {
	reflect.NewAt(sh.Fill.Type, list).Elem().Set(reflect.MakeSlice(sh.Fill.Type, 0, 0))
}

// fillSize is the memory that a value takes, in bytes.
func (sh *Shape) fillSize() uintptr {
	if sh.Fill.Pointers > 0 {
		return unsafe.Sizeof(uintptr(0))
	}
	return sh.Fill.Type.Size()
}
