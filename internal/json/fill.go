package json

import (
	"bytes"
	"reflect"
	"strconv"
	"unsafe"
)

// A scan sees every value of a document. When nothing is wrong with it, the scan can store the values as it goes, and no decoder
// has to read the document again. It does so for booleans, numbers, strings, structs, lists, arrays, maps with keys of text, pointers,
// Optionals, unions with a tag, and for what a function of the model reads: times, sets, types with a method that reads text or JSON.
// Documents of other types are for the codec.
//
// Why the unsafe code is sound: each unsafe.Pointer points into a live value of the Go type that Fill names, offsets come from
// reflect, and the stored value has that type's layout.

// Fill is the Go type that a Shape was made of, for shapes that Scan can fill.
type Fill struct {
	Type     reflect.Type // the type without pointers
	Pointers int          // how many pointers lead to it
	Offsets  []uintptr    // of the Struct's Fields
	Size     uintptr      // of the value, or of the first pointer or the Optional around it, in bytes

	Optional *Optional    // not nil: the pointers, or the value, are inside of an Optional
	List     reflect.Type // of a list that is gathered and then given to Collect; nil: the value is the list itself

	// Read sets a value from the text of a String or Text, or from the JSON of an Any. On false the value is not filled. nil: the kind
	// says how. The text is the document's: Read may neither change nor keep it.
	Read    func(v reflect.Value, text []byte) bool
	Collect func(v, list reflect.Value) // sets a value that is read from a list
}

// Optional is the layout of an Optional, in bytes.
type Optional struct {
	Value, Presence uintptr // the offsets of the value and of its presence, which is one byte
	Null, Present   byte    // presences
}

// isPlain reports whether a value of the kind itself stands where the value of the shape does.
func (f *Fill) isPlain() bool {
	return f != nil && f.Pointers == 0 && f.Optional == nil && f.Read == nil
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
	if s.Fill.Read != nil {
		return true
	}
	switch s.Kind {
	case Bool, String, Int, Uint, Float, NumberToken:
		return true
	case List, Array, Map:
		return s.Elem.fills(seen)
	case Tagged:
		for i := range s.Variants {
			if !s.Variants[i].Shape.fills(seen) {
				return false
			}
		}
		return true
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

// leave gives up filling. The codec fills the value when the document fits.
func (s *scanner) leave() { s.memoryLeft = -1 }

// follow marks an Optional as present, and allocates the pointers of a shape and the value behind them, from into on. It returns where
// the value is, or nil when no memory is left.
func (s *scanner) follow(sh *Shape, into unsafe.Pointer) unsafe.Pointer {
	if o := sh.Fill.Optional; o != nil {
		*(*byte)(unsafe.Add(into, o.Presence)) = o.Present
		if into = unsafe.Add(into, o.Value); sh.Fill.Pointers == 0 {
			return into
		}
	}
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
	token := s.doc[i+1 : end-1]
	if escaped {
		*(*string)(into) = string(appendUnescaped(nil, token))
	} else {
		s.storeText(into, token)
	}
	return end
}

// storeText stores a part of the document in the string at into.
func (s *scanner) storeText(into unsafe.Pointer, token []byte) {
	if s.noCopy {
		*(*string)(into) = unsafe.String(unsafe.SliceData(token), len(token))
	} else {
		*(*string)(into) = string(token)
	}
}

// fillNull stores null, which leaves pointers nil.
func (s *scanner) fillNull(sh *Shape, into unsafe.Pointer) {
	switch f := sh.Fill; {
	case f.Optional != nil:
		*(*byte)(unsafe.Add(into, f.Optional.Presence)) = f.Optional.Null
	case f.Pointers == 0 && f.Read != nil:
		s.leave() // its method may have an opinion about null
	}
}

// fillText scans the string at i, which is no plain string, has the value read from its text, and returns its end.
func (s *scanner) fillText(sh *Shape, i int, into unsafe.Pointer) int {
	end, escaped := s.str(i)
	switch {
	case end == stopped:
	case sh.Kind != String && sh.Kind != Text:
		s.scalar(sh, i, end)
	case sh.Fill.Read != nil:
		text := s.doc[i+1 : end-1 : end-1]
		if escaped {
			text = appendUnescaped(nil, text)
		}
		if s.verdict == Fits && s.memoryLeft >= 0 && sh.Fill.Read(reflect.NewAt(sh.Fill.Type, into).Elem(), text) {
			break
		}
		s.leave()
		fallthrough
	default:
		if sh.Kind == Text && !sh.isText(s.doc[i+1:end-1]) {
			s.scalar(sh, i, end)
		}
	}
	return end
}

// fillAny scans the value at i, has it read from its JSON, and returns its end.
func (s *scanner) fillAny(sh *Shape, i, depth int, into unsafe.Pointer) int {
	end := s.value(anyShape, i, depth, nil)
	if end != stopped && (s.verdict != Fits || s.memoryLeft < 0 || !sh.Fill.Read(reflect.NewAt(sh.Fill.Type, into).Elem(), s.doc[i:end:end])) {
		s.leave()
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
	size, header := sh.Elem.Fill.Size, (*slice)(list)
	if header.len == header.cap {
		more := max(header.len, 1)
		if header.len == 0 && size <= 64 {
			more = 4
		}
		if !s.reserve(uintptr(header.len+more) * size) {
			return nil
		}
		if sh.Elem.Kind == String && sh.Elem.Fill.isPlain() { // most lists; without the cost of reflect
			texts := (*[]string)(list)
			*texts = append(make([]string, 0, header.len+more), *texts...)
		} else {
			reflect.NewAt(sh.listType(), list).Elem().Grow(more)
		}
	}
	header.len++
	return unsafe.Add(header.data, uintptr(header.len-1)*size)
}

// setEmpty makes the list an empty one that is not nil.
func (sh *Shape) setEmpty(list unsafe.Pointer) {
	reflect.NewAt(sh.listType(), list).Elem().Set(reflect.MakeSlice(sh.listType(), 0, 0))
}

// listType returns the type of the list that the elements are stored in.
func (sh *Shape) listType() reflect.Type {
	if sh.Fill.List != nil {
		return sh.Fill.List
	}
	return sh.Fill.Type
}

// fillTagged scans the object at i as the variant that its tag names. depth includes the object. It is counted as any object is: which
// variant it is does not change what a document may have.
func (s *scanner) fillTagged(sh *Shape, i, depth int, into unsafe.Pointer) int {
	v := sh.variant(s.doc, i)
	if v == nil || s.lax {
		if v == nil {
			s.misfit()
		}
		s.absent = true // the walk reads the variant, and sets the defaults that it lacks
		return s.object(anyShape, i, depth, nil)
	}
	var at unsafe.Pointer
	if into != nil && s.reserve(v.Shape.Fill.Type.Size()) {
		at = reflect.New(v.Shape.Fill.Type).UnsafePointer()
		*(*unsafe.Pointer)(unsafe.Add(into, v.Offset)) = at
	}
	outer := s.unsized
	s.unsized = true
	i = s.structure(v.Shape, i, depth, at)
	s.unsized = outer
	return i
}

// variant returns the variant that the object at i is by its tag, or nil. The document need not be well formed.
func (sh *Shape) variant(doc []byte, i int) *Variant {
	for raw, at := range RawMembers(doc, i) {
		if string(raw) != sh.Tag {
			if bytes.IndexByte(raw, '\\') >= 0 {
				return nil // the walk looks at names with escapes
			}
			continue
		}
		for n := range sh.Variants {
			for _, tag := range sh.Variants[n].Tags {
				if string(doc[at.Start:at.End]) == tag {
					return &sh.Variants[n]
				}
			}
		}
		return nil
	}
	return nil
}

// entries fills the map of a Map shape.
type entries struct {
	sh   *Shape
	into unsafe.Pointer // the map; nil: it is not filled
	elem unsafe.Pointer // where the scan stores an element, before it goes into the map
}

// cells has an element of a map that is one string or number: no other element is scanned before it is in the map.
type cells struct {
	key, text string
	number    uint64
}

// openMap makes the map at into.
func (s *scanner) openMap(sh *Shape, into unsafe.Pointer) (e entries) {
	const size = 48 // of an empty map
	if into == nil || !s.reserve(size) {
		return e
	}
	e = entries{sh: sh, into: into}
	switch t := sh.Fill.Type; t {
	case reflect.TypeFor[map[string]string]():
		*(*map[string]string)(into) = map[string]string{}
	case reflect.TypeFor[map[string]int]():
		*(*map[string]int)(into) = map[string]int{}
	default:
		reflect.NewAt(t, into).Elem().Set(reflect.MakeMap(t))
	}
	return e
}

// next returns where the next element is stored, or nil.
func (e *entries) next(s *scanner) unsafe.Pointer {
	if e.into == nil {
		return nil
	}
	elem := e.sh.Elem
	if !s.reserve(unsafe.Sizeof("") + elem.Fill.Size) {
		return nil
	}
	switch {
	case elem.Kind == String && elem.Fill.isPlain():
		s.cells.text = ""
		return unsafe.Pointer(&s.cells.text)
	case elem.Kind <= Float && elem.Kind != Any && elem.Fill.isPlain():
		s.cells.number = 0
		return unsafe.Pointer(&s.cells.number)
	}
	t := e.sh.Fill.Type.Elem()
	if e.elem == nil {
		e.elem = reflect.New(t).UnsafePointer()
	} else {
		reflect.NewAt(t, e.elem).Elem().SetZero()
	}
	return e.elem
}

// add puts the element at at into the map, under the key between start and end of the document.
func (e *entries) add(s *scanner, at unsafe.Pointer, start, end int, escaped bool) {
	if at == nil || s.verdict != Fits {
		return
	}
	if key := s.doc[start:end]; escaped {
		s.cells.key = string(appendUnescaped(nil, key))
	} else {
		s.storeText(unsafe.Pointer(&s.cells.key), key)
	}
	switch t := e.sh.Fill.Type; t {
	case reflect.TypeFor[map[string]string]():
		(*(*map[string]string)(e.into))[s.cells.key] = *(*string)(at)
	case reflect.TypeFor[map[string]int]():
		(*(*map[string]int)(e.into))[s.cells.key] = *(*int)(at)
	default:
		key := reflect.NewAt(t.Key(), unsafe.Pointer(&s.cells.key)).Elem()
		reflect.NewAt(t, e.into).Elem().SetMapIndex(key, reflect.NewAt(t.Elem(), at).Elem())
	}
}
