package encode

import (
	"fmt"

	"github.com/brio-go/brio/internal/model"
)

// listNode writes slices.
type listNode struct {
	elem   node
	stride uintptr
}

func (n *listNode) append(dst []byte, p ptr, depth int) ([]byte, error) {
	s := load[slice](p)
	return appendElems(dst, n.elem, s.data, n.stride, s.len, depth)
}

// arrayNode writes arrays.
type arrayNode struct {
	elem   node
	stride uintptr
	len    int
}

func (n *arrayNode) append(dst []byte, p ptr, depth int) ([]byte, error) {
	return appendElems(dst, n.elem, p, n.stride, n.len, depth)
}

// appendElems appends count elements, stride bytes apart. Strings have a loop of their own, without a call for each element.
func appendElems(dst []byte, elem node, data ptr, stride uintptr, count, depth int) ([]byte, error) {
	if count == 0 {
		return append(dst, '[', ']'), nil
	}
	if depth++; depth > maxDepth {
		return dst, tooDeep()
	}
	open := len(dst)
	var err error
	if _, ok := elem.(stringNode); ok {
		for i := range count {
			dst = commaQuote.append(dst, load[string](add(data, uintptr(i)*stride)))
		}
	} else {
		for i := range count {
			if dst, err = elem.append(append(dst, ','), add(data, uintptr(i)*stride), depth); err != nil {
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
func (n *pointerNode) append(dst []byte, p ptr, depth int) ([]byte, error) {
	p = load[ptr](p)
	if p == nil {
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
	value, presence uintptr
	null            string // as in pointerNode
}

func (n *optionalNode) append(dst []byte, p ptr, depth int) ([]byte, error) {
	if load[model.Presence](add(p, n.presence)) != model.Present {
		if n.null != "" {
			return dst, newMismatch("%s", n.null)
		}
		return append(dst, "null"...), nil
	}
	return n.elem.append(dst, add(p, n.value), depth)
}

// recursionNode stands for a node of a recursive type: it is made before that node is known.
type recursionNode struct{ node }
