package json

import (
	"cmp"
	"fmt"
	"math"

	"github.com/brio-go/brio/internal/memory"
	"github.com/brio-go/brio/internal/swar"
)

// Kind is the JSON form of a Go type.
type Kind uint8

const (
	Any         Kind = iota // any well-formed value
	Bool                    // true, false
	String                  // a string, also of base64
	Text                    // a string that Accepts accepts; in lax reading also a value that Lax accepts: a time
	Int                     // a signed integer of Bits bits, without fraction or exponent
	Uint                    // an unsigned integer of Bits bits, without fraction or exponent
	Float                   // a number in the range of a float of Bits bits
	NumberToken             // a number of any size, kept as text: the type Number
	Struct                  // an object with the keys of Fields
	List                    // an array of any length
	Array                   // an array of exactly Len elements
	Map                     // an object with any keys
	Tagged                  // an object that fits the one of Variants that its member Tag names
)

// Shape is the part of a model that Scan can check. Shapes of recursive types point to themselves. Prepare must be called before
// Scan. A prepared Shape does not change, and is safe for concurrent use.
type Shape struct {
	Kind     Kind
	Nullable bool    // null is accepted
	Bits     int     // Int, Uint, Float: size of the Go type in bits; 0: 64
	Fields   []Field // Struct, in declaration order
	Defaults []int   // Struct: the indexes in Fields of the fields with a default, see Report.Absent
	Elem     *Shape  // List, Array, Map: the elements; Struct: the values of unknown keys; nil: any value
	Len      int     // Array: the exact number of elements
	Forbid   bool    // Struct: unknown keys are misfits
	Size     int     // Struct: its size in memory, in bytes
	Fill     *Fill   // nil: Scan cannot fill values of the shape

	Tag      string    // Tagged: the name of the member that chooses the variant
	Variants []Variant // Tagged

	Accepts func(text []byte) bool // Text: whether it accepts a string, given without quotes and with its escapes; nil: all
	Lax     func(raw []byte) bool  // Text: whether lax reading accepts a value that Accepts does not; nil: none

	prepared bool
	isText   bool        // a String whose value stands where the value of the shape does: no pointer before it, no method that reads it
	elem     *Shape      // Elem, or anyShape
	items    memory.Elem // List, Array with a Fill
	maxPos   uint64      // Int, Uint: the largest positive number
	maxNeg   uint64      // Int: the magnitude of the smallest negative number
	members  []member
	index    map[string]int      // indexes in members by exact name
	folded   map[string]struct{} // the folded names, see fold.go
	required bitset
	defaults bitset
}

// Field is a key of a Struct.
type Field struct {
	Name     string
	Shape    *Shape // nil: any value
	Required bool   // the key must be present
}

// Variant is one of the objects that a Tagged is.
type Variant struct {
	Shape *Shape
	Tags  []string     // the values of the tag that choose it, as JSON
	Field memory.Field // where ScanInto stores the pointer to the variant
}

// member is a Field prepared for the scanner.
type member struct {
	key   swar.Key // `"name":`, to compare with the document at once
	shape *Shape
	place memory.Field // where ScanInto stores the value
}

// anyShape fits every JSON value. It is shared and never changed.
var anyShape = func() *Shape {
	s := &Shape{Kind: Any, Nullable: true, prepared: true}
	s.elem = s
	return s
}()

// Prepare computes what Scan needs, for s and all shapes that it leads to. It is called at start-up, by one goroutine. Another call
// does nothing. It panics on two fields of one name, which is a mistake of the program: no document could fit both.
func (s *Shape) Prepare() {
	if s == nil || s.prepared {
		return
	}
	s.prepared = true // before its parts: the shape may be a part of itself
	s.isText = s.Kind == String && s.Fill.isPlain()
	s.elem = cmp.Or(s.Elem, anyShape)
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
	case List, Array:
		if s.Fill != nil {
			s.items = memory.ElemOf(s.listType())
		}
	}
	s.Elem.Prepare()
	for _, v := range s.Variants {
		v.Shape.Prepare()
	}
}

// prepareFields computes the members of a Struct.
func (s *Shape) prepareFields() {
	s.members = make([]member, len(s.Fields))
	s.index = make(map[string]int, len(s.Fields))
	s.folded = make(map[string]struct{}, len(s.Fields))
	s.required.more = make([]uint64, extraWords(len(s.Fields)))
	s.defaults.more = make([]uint64, extraWords(len(s.Fields)))
	for _, n := range s.Defaults {
		s.defaults.add(n)
	}
	for n, f := range s.Fields {
		if _, taken := s.index[f.Name]; taken {
			panic(fmt.Sprintf("json: a Struct shape has two fields named %q: give one of them another name", f.Name))
		}
		m := member{key: swar.KeyOf(string(AppendKey(nil, f.Name))), shape: cmp.Or(f.Shape, anyShape)}
		if s.Fill != nil {
			m.place = s.Fill.Fields[n]
		}
		m.shape.Prepare()
		s.members[n] = m
		s.index[f.Name] = n
		s.folded[string(appendFold(nil, []byte(f.Name)))] = struct{}{}
		if f.Required {
			s.required.add(n)
		}
	}
}

// Copy returns the shape of values that are read as those of s, but stand elsewhere: the caller gives it another Fill. It is not prepared.
func (s *Shape) Copy() Shape {
	c := *s
	c.prepared = false
	return c
}

// accepts reports whether a string is a Text of the shape.
func (s *Shape) accepts(text []byte) bool {
	return s.Kind == Text && (s.Accepts == nil || s.Accepts(text))
}

// extraWords returns how many words a set of n indexes needs beyond the first.
func extraWords(n int) int { return max(0, (n-1)/64) }
