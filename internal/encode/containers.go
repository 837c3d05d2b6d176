package encode

import (
	"fmt"

	"github.com/brio-go/brio/internal/memory"
	"github.com/brio-go/brio/internal/model"
)

// listNode writes slices and arrays.
type listNode struct {
	elem  node
	items memory.Elem
}

// append writes the elements. Strings have a loop of their own, without a call for each element.
func (n *listNode) append(dst []byte, p memory.Place, depth int) ([]byte, error) {
	items, elem := n.items.List(p), n.elem
	if items.Len == 0 {
		return append(dst, '[', ']'), nil
	}
	if depth++; depth > maxDepth {
		return dst, tooDeep()
	}
	open := len(dst)
	var err error
	if _, ok := elem.(stringNode); ok {
		for i := range items.Len {
			dst = commaQuote.append(dst, memory.Load[string](items.At(i)))
		}
	} else {
		for i := range items.Len {
			if dst, err = elem.append(append(dst, ','), items.At(i), depth); err != nil {
				return dst, withStep(err, fmt.Sprintf("[%d]", i))
			}
		}
	}
	dst[open] = '[' // the first comma
	return append(dst, ']'), nil
}

// pointerNode follows a pointer.
type pointerNode struct {
	elem  node
	null  string // the error for nil, or "" when nil is written as null
	count bool   // the pointer may be part of a cycle that meets no array or object
}

// append writes the value that the pointer leads to. Cycles end at maxDepth.
func (n *pointerNode) append(dst []byte, p memory.Place, depth int) ([]byte, error) {
	p = p.Follow()
	if !p.IsValid() {
		if n.null != "" {
			return dst, newMismatch("%s", n.null)
		}
		return append(dst, "null"...), nil
	}
	if n.count {
		if depth++; depth > maxDepth {
			return dst, tooDeep()
		}
	}
	return n.elem.append(dst, p, depth)
}

// optionalNode writes the value inside of an Optional. Members of structs that are absent do not reach it.
type optionalNode struct {
	elem            node
	value, presence memory.Field
	null            string // as in pointerNode
}

func (n *optionalNode) append(dst []byte, p memory.Place, depth int) ([]byte, error) {
	if memory.Load[model.Presence](p.Field(n.presence)) != model.Present {
		if n.null != "" {
			return dst, newMismatch("%s", n.null)
		}
		return append(dst, "null"...), nil
	}
	return n.elem.append(dst, p.Field(n.value), depth)
}

// recursionNode stands for a node of a recursive type: it is made before that node is known.
type recursionNode struct{ node }
