package json

import (
	"reflect"
	"strconv"
	"unsafe"
)

// A scan sees every value of a document. When nothing is wrong with it, the scan can store the values as it goes, and no decoder
// has to read the document again. It does so for simple types: booleans, numbers, strings, structs, lists, arrays and pointers to
// them, without methods of their own. All other documents are for the codec.
//
// Why the unsafe code is sound: each unsafe.Pointer points into a live value of the Go type that Fill names, offsets come from
// reflect, and the stored value has that type's layout.

// Fill is the Go type that a Shape was made of, for shapes that Scan can fill.
type Fill struct {
	Type     reflect.Type // the type without pointers
	Pointers int          // how many pointers lead to it
	Offsets  []uintptr    // of the Struct's Fields
}

// Fills reports whether ScanInto can fill values of the shape. The shape must be prepared.
func (s *Shape) Fills() bool { return s.fills(map[*Shape]bool{}) }

// fills is Fills; seen has the shapes that are being checked around s.
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

// maxFillMemory is how much memory a scan allocates for values, in bytes. A document that needs more is filled by the codec, after
// the scan has found it to be within its limits.
const maxFillMemory = 128 << 10

// maxFillDoc is the largest document that a scan fills values from, in bytes.
const maxFillDoc = 32 << 10

// ScanInto is Scan, and also fills the zero value at into, a value of a shape for which Fills is true. Report.Filled reports
// whether the value is filled; if not, it may be filled in part. With noCopy strings without an escape refer to doc, which then
// must never be written to again.
func ScanInto(s *Shape, doc []byte, l Limits, into unsafe.Pointer, noCopy bool) Report {
	if len(doc) > maxFillDoc {
		into = nil
	}
	return scan(s, doc, l, false, into, noCopy)
}

// reserve takes bytes from the memory that is left. When it reports false nothing more is filled.
func (s *scanner) reserve(bytes uintptr) bool {
	s.memoryLeft -= int(min(bytes, maxFillMemory+1))
	return s.memoryLeft >= 0
}

// follow allocates the pointers of a shape, and the value behind them, from into on. It returns where the value is, or nil when no
// memory is left.
func (s *scanner) follow(sh *Shape, into unsafe.Pointer) unsafe.Pointer {
	t := sh.Fill.Type
	if !s.reserve(t.Size() + uintptr(sh.Fill.Pointers-1)*unsafe.Sizeof(into)) {
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

// fillString scans the string at i, stores its text in the string at into, and returns its end.
func (s *scanner) fillString(i int, into unsafe.Pointer) int {
	end, escaped := s.str(i)
	if end == stopped {
		return stopped
	}
	text := (*string)(into)
	switch token := s.doc[i+1 : end-1]; {
	case escaped:
		*text = string(appendUnescaped(nil, token))
	case s.noCopy:
		*text = unsafe.String(unsafe.SliceData(token), len(token))
	default:
		*text = string(token)
	}
	return end
}

// storeInt stores an integer that is in the range of the shape.
func (sh *Shape) storeInt(into unsafe.Pointer, magnitude uint64, negative bool) {
	if negative {
		magnitude = -magnitude
	}
	switch sh.Bits { // two's complement: signed and unsigned integers have the same bits
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

// storeFloat stores a number that is in the range of the shape.
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

// slice is the layout of a slice header.
type slice struct {
	data unsafe.Pointer
	len  int
	cap  int
}

// growList adds a zero element to the list and returns where the element is, or nil when no memory is left.
func (s *scanner) growList(sh *Shape, list unsafe.Pointer) unsafe.Pointer {
	size, header := sh.Elem.fillSize(), (*slice)(list)
	if header.len == header.cap {
		more := max(header.len, 1)
		if header.len == 0 && size <= 64 {
			more = 4
		}
		if !s.reserve(uintptr(header.len+more) * size) {
			return nil
		}
		if sh.Elem.Kind == String && sh.Elem.Fill.Pointers == 0 { // most lists; without the cost of reflect
			texts := (*[]string)(list)
			*texts = append(make([]string, 0, header.len+more), *texts...)
		} else {
			reflect.NewAt(sh.Fill.Type, list).Elem().Grow(more)
		}
	}
	header.len++
	return unsafe.Add(header.data, uintptr(header.len-1)*size)
}

// setEmpty makes the list an empty one that is not nil.
func (sh *Shape) setEmpty(list unsafe.Pointer) {
	reflect.NewAt(sh.Fill.Type, list).Elem().Set(reflect.MakeSlice(sh.Fill.Type, 0, 0))
}

// fillSize returns the size of a value of the shape in memory, in bytes.
func (sh *Shape) fillSize() uintptr {
	if sh.Fill.Pointers > 0 {
		return unsafe.Sizeof(uintptr(0))
	}
	return sh.Fill.Type.Size()
}
