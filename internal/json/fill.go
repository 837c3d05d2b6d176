package json

import (
	"bytes"
	"math/bits"
	"reflect"
	"strconv"

	"github.com/brio-go/brio/internal/memory"
)

// A scan sees every value of a document. When nothing is wrong with it, the scan can store the values as it goes, and no decoder
// has to read the document again. It does so for booleans, numbers, strings, structs, lists, arrays, maps with keys of text, pointers,
// Optionals, unions with a tag, and for what a function of the model reads: times, sets, types with a method that reads text or JSON.
// Documents of other types are for the codec.

// Fill is the Go type that a Shape was made of, for shapes that Scan can fill.
type Fill struct {
	Type     reflect.Type   // the type without pointers
	Pointers []reflect.Type // what each pointer that leads to it points to; the last one is Type
	Fields   []memory.Field // of the Struct's Fields
	Size     uintptr        // of the value, or of the first pointer or the Optional around it, in bytes

	Optional *Optional    // not nil: the pointers, or the value, are inside of an Optional
	List     reflect.Type // of a list that is gathered and then given to Collect; nil: the value is the list itself

	// Read sets a value from the text of a String or Text, or from the JSON of an Any. On false the value is not filled. nil: the kind
	// says how. The text is the document's: Read may neither change nor keep it.
	Read    func(v reflect.Value, text []byte) bool
	Collect func(v, list reflect.Value) // sets a value that is read from a list
}

// Optional is the layout of an Optional.
type Optional struct {
	Value, Presence memory.Field // the presence is one byte
	Null, Present   byte         // presences
}

// isPlain reports whether a value of the kind itself stands where the value of the shape does.
func (f *Fill) isPlain() bool {
	return f != nil && len(f.Pointers) == 0 && f.Optional == nil && f.Read == nil
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

// reserve takes bytes from the memory that is left. When it reports false nothing more is filled.
func (s *scanner) reserve(bytes uintptr) bool {
	s.memoryLeft -= int(min(bytes, maxFillMemory+1))
	return s.memoryLeft >= 0
}

// leave gives up filling. The codec fills the value when the document fits.
func (s *scanner) leave() { s.memoryLeft = -1 }

// follow marks an Optional as present, and allocates the pointers of a shape and the value behind them, from into on. It returns where
// the value is, or the zero Place when no memory is left.
func (s *scanner) follow(sh *Shape, into memory.Place) memory.Place {
	if o := sh.Fill.Optional; o != nil {
		memory.Store(into.Field(o.Presence), o.Present)
		if into = into.Field(o.Value); len(sh.Fill.Pointers) == 0 {
			return into
		}
	}
	pointers := sh.Fill.Pointers
	if !s.reserve(sh.Fill.Type.Size() + uintptr(len(pointers)-1)*wordSize) {
		return memory.Place{}
	}
	for _, t := range pointers {
		into = into.SetNew(t)
	}
	return into
}

// wordSize is the size of a pointer, in bytes.
const wordSize = bits.UintSize / 8

// fillString scans the string at i, stores its text in the string at into, and returns its end.
func (s *scanner) fillString(i int, into memory.Place) int {
	end, escaped := s.str(i)
	if end == stopped {
		return stopped
	}
	token := s.doc[i+1 : end-1]
	if escaped {
		memory.Store(into, string(appendUnescaped(nil, token)))
	} else {
		s.storeText(into, token)
	}
	return end
}

// storeText stores a part of the document in the string at into.
func (s *scanner) storeText(into memory.Place, token []byte) {
	if s.noCopy {
		memory.Store(into, memory.View(token))
	} else {
		memory.Store(into, string(token))
	}
}

// fillNull stores null, which leaves pointers nil.
func (s *scanner) fillNull(sh *Shape, into memory.Place) {
	switch f := sh.Fill; {
	case f.Optional != nil:
		memory.Store(into.Field(f.Optional.Presence), f.Optional.Null)
	case len(f.Pointers) == 0 && f.Read != nil:
		s.leave() // its method may have an opinion about null
	}
}

// fillText scans the string at i, which is no plain string, has the value read from its text, and returns its end.
func (s *scanner) fillText(sh *Shape, i int, into memory.Place) int {
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
		if s.verdict == Fits && s.memoryLeft >= 0 && sh.Fill.Read(into.Value(sh.Fill.Type), text) {
			break
		}
		s.leave()
		fallthrough
	default:
		if sh.Kind == Text && !sh.accepts(s.doc[i+1:end-1]) {
			s.scalar(sh, i, end)
		}
	}
	return end
}

// fillAny scans the value at i, has it read from its JSON, and returns its end.
func (s *scanner) fillAny(sh *Shape, i, depth int, into memory.Place) int {
	end := s.value(anyShape, i, depth, memory.Place{})
	if end != stopped && (s.verdict != Fits || s.memoryLeft < 0 || !sh.Fill.Read(into.Value(sh.Fill.Type), s.doc[i:end:end])) {
		s.leave()
	}
	return end
}

// storeInt stores an integer that is in the range of the shape.
func (sh *Shape) storeInt(into memory.Place, magnitude uint64, negative bool) {
	if negative {
		magnitude = -magnitude
	}
	switch sh.Bits { // two's complement: signed and unsigned integers have the same bits
	case 8:
		memory.Store(into, uint8(magnitude))
	case 16:
		memory.Store(into, uint16(magnitude))
	case 32:
		memory.Store(into, uint32(magnitude))
	default:
		memory.Store(into, magnitude)
	}
}

// storeFloat stores a number that is in the range of the shape.
func (sh *Shape) storeFloat(into memory.Place, token []byte) {
	size := 64
	if sh.Bits == 32 {
		size = 32
	}
	f, _ := strconv.ParseFloat(memory.View(token), size)
	if size == 32 {
		memory.Store(into, float32(f))
	} else {
		memory.Store(into, f)
	}
}

// growList adds a zero element to the list and returns where the element is, or the zero Place when no memory is left.
func (s *scanner) growList(sh *Shape, list memory.Place) memory.Place {
	if at := sh.items.Extend(list); at.IsValid() {
		return at
	}
	size, have := sh.items.Size, list.Len()
	more := max(have, 1)
	if have == 0 && size <= 64 {
		more = 4
	}
	if !s.reserve(uintptr(have+more) * size) {
		return memory.Place{}
	}
	if sh.elem.isText { // most lists; without the cost of reflect
		memory.Store(list, append(make([]string, 0, have+more), memory.Load[[]string](list)...))
	} else {
		list.Value(sh.listType()).Grow(more)
	}
	return sh.items.Extend(list)
}

// setEmpty makes the list an empty one that is not nil.
func (sh *Shape) setEmpty(list memory.Place) {
	list.Value(sh.listType()).Set(reflect.MakeSlice(sh.listType(), 0, 0))
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
func (s *scanner) fillTagged(sh *Shape, i, depth int, into memory.Place) int {
	v := sh.variant(s.doc, i)
	if v == nil || s.lax {
		if v == nil {
			s.misfit()
		}
		s.absent = true // the walk reads the variant, and sets the defaults that it lacks
		return s.object(anyShape, i, depth, memory.Place{})
	}
	var at memory.Place
	if into.IsValid() && s.reserve(v.Shape.Fill.Type.Size()) {
		at = into.Field(v.Field).SetNew(v.Shape.Fill.Type)
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
	into memory.Place // the map; the zero Place: it is not filled
	elem memory.Place // where the scan stores an element, before it goes into the map
}

// cells has an element of a map that is one string or number: no other element is scanned before it is in the map.
type cells struct {
	key, text string
	number    uint64
}

// openMap makes the map at into.
func (s *scanner) openMap(sh *Shape, into memory.Place) (e entries) {
	const size = 48 // of an empty map
	if !into.IsValid() || !s.reserve(size) {
		return e
	}
	e = entries{sh: sh, into: into}
	switch t := sh.Fill.Type; t {
	case reflect.TypeFor[map[string]string]():
		memory.Store(into, map[string]string{})
	case reflect.TypeFor[map[string]int]():
		memory.Store(into, map[string]int{})
	default:
		into.Value(t).Set(reflect.MakeMap(t))
	}
	return e
}

// next returns where the next element is stored, or the zero Place.
func (e *entries) next(s *scanner) memory.Place {
	if !e.into.IsValid() {
		return memory.Place{}
	}
	elem := e.sh.Elem
	if !s.reserve(2*wordSize + elem.Fill.Size) {
		return memory.Place{}
	}
	switch {
	case elem.isText:
		s.cells.text = ""
		return memory.Of(&s.cells.text)
	case elem.Kind <= Float && elem.Kind != Any && elem.Fill.isPlain():
		s.cells.number = 0
		return memory.At(elem.Fill.Type, memory.Of(&s.cells.number).Pointer())
	}
	t := e.sh.Fill.Type.Elem()
	if !e.elem.IsValid() {
		e.elem = memory.New(t)
	} else {
		e.elem.Value(t).SetZero()
	}
	return e.elem
}

// add puts the element at at into the map, under the key between start and end of the document.
func (e *entries) add(s *scanner, at memory.Place, start, end int, escaped bool) {
	if !at.IsValid() || s.verdict != Fits {
		return
	}
	if key := s.doc[start:end]; escaped {
		s.cells.key = string(appendUnescaped(nil, key))
	} else {
		s.storeText(memory.Of(&s.cells.key), key)
	}
	switch t := e.sh.Fill.Type; t {
	case reflect.TypeFor[map[string]string]():
		memory.Load[map[string]string](e.into)[s.cells.key] = memory.Load[string](at)
	case reflect.TypeFor[map[string]int]():
		memory.Load[map[string]int](e.into)[s.cells.key] = memory.Load[int](at)
	default:
		key := memory.Of(&s.cells.key).Value(t.Key())
		e.into.Value(t).SetMapIndex(key, at.Value(t.Elem()))
	}
}
