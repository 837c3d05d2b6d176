package encode

import (
	"reflect"

	"github.com/brio-go/brio/internal/memory"
	"github.com/brio-go/brio/internal/model"
)

// computedNode writes the result of a method. p points to the receiver.
type computedNode struct {
	receiver reflect.Type
	field    *model.Field
	elem     node // of the value
}

func (n *computedNode) append(dst []byte, p memory.Place, depth int) ([]byte, error) {
	value := n.field.Compute(p.Value(n.receiver).Addr().Interface()) // a pointer to it
	return n.elem.append(dst, memory.OfValue(reflect.ValueOf(value).Elem()), depth)
}

// findComputed finds the computed field of src that is written as the model's field, and the index of its receiver in src. It is a
// computed field of src of that name or, where the model computes the field, that of the model embedded in src.
func findComputed(src, mdl *model.Type, field *model.Field) (computed *model.Field, receiver []int) {
	if f := src.ComputedField(field.Name); f != nil {
		return f, f.Index
	}
	if mdl.ComputedField(field.Name) == field {
		if outer, ok := model.EmbedsAt(src.Go, mdl.Go); ok {
			return field, append(outer[:len(outer):len(outer)], field.Index...)
		}
	}
	return nil, nil
}

// addComputed fills the member for a computed field of src.
func (b *builder) addComputed(m *member, src, mdl *model.Type, c, field *model.Field, receiver []int, inside filter, path string) {
	m.hops, m.field = memory.Locate(src.Go, receiver)
	at := src.Go
	if len(receiver) > 0 {
		at = src.Go.FieldByIndex(receiver).Type
	}
	m.node = &computedNode{receiver: at, field: c, elem: b.withRules(c.Type, field, b.compile(c.Type, field.Type, inside, field.AsString, path))}
	m.hasConditions, m.isComputed = true, true
	if b.flags&excludeNone != 0 {
		m.dropTexts = append(m.dropTexts, "null")
	}
	if field.OmitEmpty || field.OmitZero { // the value is made only to be written, so it is known by how it looks
		m.dropTexts = append(m.dropTexts, "null", `""`, "0", "false", "[]", "{}")
	}
}
