package encode

import (
	"strconv"

	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/model"
)

// structNode writes a struct: one member after the other, each at its offset.
type structNode struct {
	members []member
	record  *recordAt // nil unless ExcludeUnset reads a FieldsSet of the source
}

// member is one declared field, with all that decides whether and how it is written.
type member struct {
	key    key
	offset uintptr
	op     op
	plain  bool // it is always written, and nothing of what follows node is used
	rare   bool // anything of what follows skip is used
	same   bool // source and model are one type
	node   node

	skip func(ptr) bool // its value says that it is left out

	hops    []uintptr // offsets of the embedded pointers on the way; offset counts from the last of them
	unset   unsetTest
	at      uintptr // of the presence, for unsetOptional
	missing missing
	fill    string // what is written when missing is fillIn
	drop    []string

	recorded string // the name under which a FieldsSet would have it
	byNil    bool   // unsetNil stands in for a record
	always   bool   // computed: it is never unset
}

// op is a kind that the loop over the members writes itself, without a call through an interface.
type op uint8

const (
	opNode   op = iota
	opString    // behind a short key
	opInt
	opBool
	opFloat
)

type unsetTest uint8

const (
	unsetNever unsetTest = iota
	unsetNil
	unsetOptional
	unsetAlways // the source has no such field
)

// missing says what becomes of a member that has no value.
type missing uint8

const (
	leaveOut missing = iota
	fillIn
	refuse
)

func opOf(k key, n node) op {
	switch n := n.(type) {
	case stringNode:
		if k.isShort {
			return opString
		}
	case intNode[int]:
		return opInt
	case boolNode:
		return opBool
	case floatNode[float64]:
		if n.bits == 64 {
			return opFloat
		}
	}
	return opNode
}

func (n *structNode) append(dst []byte, p ptr, depth int) ([]byte, error) {
	if depth++; depth > maxDepth {
		return dst, tooDeep()
	}
	if n.record != nil {
		return n.appendRecorded(dst, p, depth)
	}
	open := len(dst)
	var err error
	members := n.members // a local slice is not read again for each member
	for i := range members {
		m := &members[i]
		q := add(p, m.offset)
		if !m.plain {
			if m.rare {
				if dst, err = m.find(dst, p, depth, false); err != nil {
					return dst, err
				}
				continue
			}
			if m.skip(q) {
				continue
			}
		}
		if m.op == opString {
			dst = m.key.opening.append(dst, load[string](q))
			continue
		}
		dst = m.key.append(dst)
		switch m.op {
		case opInt:
			dst = strconv.AppendInt(dst, int64(load[int](q)), 10)
		case opBool:
			dst = strconv.AppendBool(dst, load[bool](q))
		case opFloat:
			var ok bool
			if dst, ok = json.AppendFloat(dst, load[float64](q), 64); !ok {
				return dst, at(noForm(load[float64](q)), m.step())
			}
		default:
			if dst, err = m.node.append(dst, q, depth); err != nil {
				return dst, at(err, m.step())
			}
		}
	}
	return closeObject(dst, open), nil
}

// closeObject ends the object whose first member begins at open; every member has begun with a comma.
func closeObject(dst []byte, open int) []byte {
	if len(dst) == open {
		return append(dst, '{', '}')
	}
	dst[open] = '{'
	return append(dst, '}')
}

// find goes through the embedded pointers to the member's value. recorded says that it is known to be set.
func (m *member) find(dst []byte, p ptr, depth int, recorded bool) ([]byte, error) {
	for _, hop := range m.hops {
		if p = load[ptr](add(p, hop)); p == nil {
			if m.same {
				return dst, nil // as encoding/json
			}
			return m.absent(dst, "its embedded struct is nil")
		}
	}
	if recorded && m.byNil {
		return m.write(dst, add(p, m.offset), depth)
	}
	return m.append(dst, add(p, m.offset), depth)
}

// append writes the member whose value is at q, or leaves it out.
func (m *member) append(dst []byte, q ptr, depth int) ([]byte, error) {
	switch m.unset {
	case unsetNil:
		if load[ptr](q) == nil {
			return m.absent(dst, "it is nil")
		}
	case unsetOptional:
		if load[model.Presence](add(q, m.at)) == model.Absent {
			return m.absent(dst, "it is absent")
		}
	case unsetAlways:
		return m.absent(dst, "the source has no such field")
	}
	return m.write(dst, q, depth)
}

// write writes the member unless its value says that it is to be left out.
func (m *member) write(dst []byte, q ptr, depth int) ([]byte, error) {
	if m.skip != nil && m.skip(q) {
		return dst, nil
	}
	start := len(dst)
	dst = m.key.append(dst)
	value := len(dst)
	dst, err := m.node.append(dst, q, depth)
	if err != nil {
		return dst, at(err, m.step())
	}
	for _, d := range m.drop {
		if string(dst[value:]) == d {
			return dst[:start], nil
		}
	}
	return dst, nil
}

// absent does what is to be done for a member without a value.
func (m *member) absent(dst []byte, why string) ([]byte, error) {
	switch m.missing {
	case fillIn:
		return append(append(dst, m.key.text...), m.fill...), nil
	case refuse:
		return dst, at(fail("the model requires a value, but %s", why), m.step())
	}
	return dst, nil
}

// step is the member's part of a path.
func (m *member) step() string { return "." + m.key.text[2:len(m.key.text)-2] }
