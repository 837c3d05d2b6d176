package json

import (
	"encoding/binary"
	"fmt"
	"math"
)

// Kind is the JSON form that a Go type takes.
type Kind uint8

const (
	Any         Kind = iota // any well-formed value
	Bool                    // true, false
	String                  // a string, whatever is made of it later: text, base64
	Text                    // a string that Accepts takes or, read laxly, a value that Lax takes: a time
	Int                     // a signed integer of Bits bits, spelled without fraction or exponent
	Uint                    // an unsigned integer of Bits bits, spelled likewise
	Float                   // a number in the range of a float of Bits bits
	NumberToken             // a number of any size, kept as text (the type Number)
	Struct                  // an object with the keys of Fields
	List                    // an array of any length
	Array                   // an array of exactly Len elements
	Map                     // an object with any keys
)

// Shape is what Scan compares a document with: the part of a type's reading that JSON can show. Shapes of recursive types
// point back at themselves. Prepare must be called before Scan; a Shape is not changed after that.
type Shape struct {
	Kind     Kind
	Nullable bool    // null is accepted
	Bits     int     // Int, Uint, Float: size of the Go type; 0 means 64
	Fields   []Field // Struct, in declaration order
	Defaults []int   // Struct: the places in Fields of the fields with a default, see Report.Absent
	Elem     *Shape  // List, Array, Map, and the values of a Struct's unknown keys; nil is any value
	Len      int     // Array: exact number of elements
	Forbid   bool    // Struct: unknown keys are refused
	Size     int     // Struct: bytes of memory that one takes
	Fill     *Fill   // nil: Scan cannot fill values of the shape

	Accepts func(text []byte) bool // Text: whether a string, without its quotes and with its escapes, is one; nil: all are
	Lax     func(raw []byte) bool  // Text: whether a value that is none is one where JSON is read laxly; nil: it is not

	prepared bool
	maxPos   uint64 // Int, Uint: the largest magnitude of a positive number
	maxNeg   uint64 // Int: the largest magnitude of a negative number
	members  []member
	index    map[string]int      // exact names, to positions in members
	folded   map[string]struct{} // folded names, see fold.go
	required bitset
	defaults bitset
}

// Field is a key that a Struct knows.
type Field struct {
	Name     string
	Shape    *Shape // nil is any value
	Required bool   // the key must be present
}

// member is a Field as the scanner wants it.
type member struct {
	quoted string // `"name":`, compared whole with what follows in the document
	shape  *Shape
	offset uintptr // where ScanInto fills one
	text   bool    // which is a string, with no pointer before it

	// quoted, if it is no longer than two words, and which of a document's bytes they are compared with
	first, firstMask, second, secondMask uint64
}

// anyShape fits every JSON value. It is shared and never changed.
var anyShape = &Shape{Kind: Any, Nullable: true, prepared: true}

// Prepare builds what Scan needs, for s and for all shapes that can be reached from it. It is called at start-up by one
// goroutine; after that any number of goroutines may Scan with s. A second call does nothing. It panics on two fields of
// one name, which is a mistake of the program: a document could never satisfy both.
func (s *Shape) Prepare() {
	if s == nil || s.prepared {
		return
	}
	s.prepared = true // before descending: the shape may be its own descendant
	bits := s.Bits
	if bits == 0 {
		bits = 64
	}
	switch s.Kind {
	case Int:
		s.maxPos, s.maxNeg = 1<<(bits-1)-1, 1<<(bits-1)
	case Uint:
		s.maxPos = math.MaxUint64 >> (64 - bits)
	case Struct:
		s.prepareFields()
	}
	s.Elem.Prepare()
}

func (s *Shape) prepareFields() {
	s.members = make([]member, len(s.Fields))
	s.index = make(map[string]int, len(s.Fields))
	s.folded = make(map[string]struct{}, len(s.Fields))
	s.required.rest = make([]uint64, restWords(len(s.Fields)))
	s.defaults.rest = make([]uint64, restWords(len(s.Fields)))
	for _, n := range s.Defaults {
		s.defaults.add(n)
	}
	for n, f := range s.Fields {
		if _, taken := s.index[f.Name]; taken {
			panic(fmt.Sprintf("json: a Struct shape has two fields named %q: give one of them another name", f.Name))
		}
		m := member{quoted: string(AppendKey(nil, f.Name)), shape: f.Shape}
		if m.shape == nil {
			m.shape = anyShape
		}
		if s.Fill != nil {
			m.offset = s.Fill.Offsets[n]
			m.text = m.shape.Kind == String && m.shape.Fill != nil && m.shape.Fill.Pointers == 0
		}
		m.prepare()
		m.shape.Prepare()
		s.members[n] = m
		s.index[f.Name] = n
		s.folded[string(appendFold(nil, []byte(f.Name)))] = struct{}{}
		if f.Required {
			s.required.add(n)
		}
	}
}

// prepare finds the words of a name that is not longer than these.
func (m *member) prepare() {
	if len(m.quoted) > 16 {
		return
	}
	var name, mask [16]byte
	for i := range copy(name[:], m.quoted) {
		mask[i] = 0xFF
	}
	m.first, m.firstMask = binary.LittleEndian.Uint64(name[:]), binary.LittleEndian.Uint64(mask[:])
	m.second, m.secondMask = binary.LittleEndian.Uint64(name[8:]), binary.LittleEndian.Uint64(mask[8:])
}

// at reports whether the name, with its quotes and colon, stands in doc at i.
func (m *member) at(doc []byte, i int) bool {
	if m.firstMask != 0 && i+16 <= len(doc) {
		two := doc[i : i+16]
		return (binary.LittleEndian.Uint64(two)^m.first)&m.firstMask|(binary.LittleEndian.Uint64(two[8:])^m.second)&m.secondMask == 0
	}
	return len(doc)-i >= len(m.quoted) && string(doc[i:i+len(m.quoted)]) == m.quoted
}

// isText reports whether a string is a Text of the shape.
func (s *Shape) isText(text []byte) bool {
	return s.Kind == Text && (s.Accepts == nil || s.Accepts(text))
}

// elem is the shape of what a list, array or map holds.
func (s *Shape) elem() *Shape {
	if s.Elem == nil {
		return anyShape
	}
	return s.Elem
}

// bitset is a set of field positions. The first 64 need no memory of their own, which is all that most structs need.
type bitset struct {
	first uint64
	rest  []uint64
}

// restWords is how many words a set of n positions needs beyond the first.
func restWords(n int) int { return max(0, (n-1)/64) }

// add puts position n in the set and tells whether it was there already.
func (b *bitset) add(n int) (present bool) {
	word := &b.first
	if n >= 64 {
		word = &b.rest[n/64-1]
	}
	bit := uint64(1) << (n % 64)
	present = *word&bit != 0
	*word |= bit
	return present
}

// covers tells whether each position of other is in b too. Both are made for the same number of positions.
func (b *bitset) covers(other *bitset) bool {
	if other.first&^b.first != 0 {
		return false
	}
	for n, word := range other.rest {
		if word&^b.rest[n] != 0 {
			return false
		}
	}
	return true
}
