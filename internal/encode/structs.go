package encode

import (
	"strconv"

	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/memory"
	"github.com/brio-go/brio/internal/model"
)

// structNode writes a struct, one member after the other, each at its offset.
type structNode struct {
	members []member
	record  *recordPlace // nil unless ExcludeUnset reads a FieldsSet of the source
}

// member is one declared field of the model: where its value is, how it is written, and when it is left out.
type member struct {
	key           key
	field         memory.Field
	op            op
	isAlways      bool // the member is always written, and no field after node is used
	hasConditions bool // a field after skip is used
	sameType      bool // source and model are the same type
	node          node

	skip func(memory.Place) bool // reports whether the value at the pointer is left out; nil: never

	hops      []memory.Field // the embedded pointers on the way; field is one of the last of them
	unset     unsetTest
	presence  memory.Field // of the presence, for unsetOptional
	missing   missing
	fill      string   // the JSON that is written when missing is fillIn
	dropTexts []string // JSON texts of values that are left out

	recorded   string // the name of the member in a FieldsSet
	byNil      bool   // unsetNil counts only where no FieldsSet has a record
	isComputed bool   // a computed field is never unset
}

// op is a kind of value that structNode.append writes itself, without a call through the node interface.
type op uint8

const (
	opNode   op = iota // by the node
	opString           // behind a short key
	opInt
	opBool
	opFloat
)

// unsetTest is how a member is found to have no value.
type unsetTest uint8

const (
	unsetNever unsetTest = iota
	unsetNil
	unsetOptional
	unsetAlways // the source has no such field
)

// missing is what happens to a member that has no value.
type missing uint8

const (
	leaveOut missing = iota
	fillIn           // with a default or null
	refuse           // with an error
)

// opOf returns the op of a member with that key and node.
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

// append writes the members. Its loop is the hot path of most responses: it has a branch for each op.
func (n *structNode) append(dst []byte, p memory.Place, depth int) ([]byte, error) {
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
		if !m.isAlways {
			if m.hasConditions {
				if dst, err = m.find(dst, p, depth, false); err != nil {
					return dst, err
				}
				continue
			}
			if m.skip(p.Field(m.field)) {
				continue
			}
		}
		q := p.Field(m.field)
		if m.op == opString {
			dst = m.key.opening.append(dst, memory.Load[string](q))
			continue
		}
		dst = m.key.append(dst)
		switch m.op {
		case opInt:
			dst = strconv.AppendInt(dst, int64(memory.Load[int](q)), 10)
		case opBool:
			dst = strconv.AppendBool(dst, memory.Load[bool](q))
		case opFloat:
			var ok bool
			if dst, ok = json.AppendFloat(dst, memory.Load[float64](q), 64); !ok {
				return dst, withStep(noForm(memory.Load[float64](q)), m.step())
			}
		default:
			if dst, err = m.node.append(dst, q, depth); err != nil {
				return dst, withStep(err, m.step())
			}
		}
	}
	return closeObject(dst, open), nil
}

// closeObject ends the object whose first member begins at open. Each member has begun with a comma; the first becomes a brace.
func closeObject(dst []byte, open int) []byte {
	if len(dst) == open {
		return append(dst, '{', '}')
	}
	dst[open] = '{'
	return append(dst, '}')
}

// find goes through the embedded pointers to the member's value and writes it. recorded is true when a FieldsSet has the member.
func (m *member) find(dst []byte, p memory.Place, depth int, recorded bool) ([]byte, error) {
	if p = p.Through(m.hops); !p.IsValid() {
		if m.sameType {
			return dst, nil // as encoding/json
		}
		return m.absent(dst, "its embedded struct is nil")
	}
	if recorded && m.byNil {
		return m.write(dst, p.Field(m.field), depth)
	}
	return m.append(dst, p.Field(m.field), depth)
}

// append writes the member whose value is at q, or leaves it out when it is unset.
func (m *member) append(dst []byte, q memory.Place, depth int) ([]byte, error) {
	switch m.unset {
	case unsetNil:
		if q.IsNil() {
			return m.absent(dst, "it is nil")
		}
	case unsetOptional:
		if memory.Load[model.Presence](q.Field(m.presence)) == model.Absent {
			return m.absent(dst, "it is absent")
		}
	case unsetAlways:
		return m.absent(dst, "the source has no such field")
	}
	return m.write(dst, q, depth)
}

// write writes the member unless skip or dropTexts leave its value out.
func (m *member) write(dst []byte, q memory.Place, depth int) ([]byte, error) {
	if m.skip != nil && m.skip(q) {
		return dst, nil
	}
	start := len(dst)
	dst = m.key.append(dst)
	value := len(dst)
	dst, err := m.node.append(dst, q, depth)
	if err != nil {
		return dst, withStep(err, m.step())
	}
	for _, d := range m.dropTexts {
		if string(dst[value:]) == d {
			return dst[:start], nil
		}
	}
	return dst, nil
}

// absent writes, leaves out or refuses a member without a value. why ends the sentence of the error.
func (m *member) absent(dst []byte, why string) ([]byte, error) {
	switch m.missing {
	case fillIn:
		return append(append(dst, m.key.text...), m.fill...), nil
	case refuse:
		return dst, withStep(newMismatch("the model requires a value, but %s", why), m.step())
	}
	return dst, nil
}

// step returns the member's step of a path.
func (m *member) step() string { return "." + m.key.text[2:len(m.key.text)-2] }
