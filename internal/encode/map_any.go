package encode

import (
	"slices"
	"strings"
	"sync"

	"github.com/brio-go/brio/internal/json"
)

// objectNode is mapNode for map[string]any, which results without a type are made of: it needs no reflection.
type objectNode struct {
	elem     node
	dropNull bool
	pool     sync.Pool // *[]property
}

type property struct {
	key   string
	value any
}

func (n *objectNode) append(dst []byte, p ptr, depth int) ([]byte, error) {
	m := load[map[string]any](p)
	if len(m) == 0 {
		return append(dst, '{', '}'), nil
	}
	if depth++; depth > maxDepth {
		return dst, tooDeep()
	}
	if len(m) == 1 {
		slot := anys.Get().(*any)
		defer func() { *slot = nil; anys.Put(slot) }()
		for key, value := range m {
			open := len(dst)
			*slot = value
			dst, err := n.appendProperty(dst, key, slot, depth)
			return closeObject(dst, open), err
		}
	}
	room, _ := n.pool.Get().(*[]property)
	if room == nil {
		room = new([]property)
	}
	all := (*room)[:0]
	for key, value := range m {
		all = append(all, property{key, value})
	}
	slices.SortFunc(all, func(a, b property) int { return strings.Compare(a.key, b.key) })
	open := len(dst)
	for i := range all {
		var err error
		if dst, err = n.appendProperty(dst, all[i].key, &all[i].value, depth); err != nil {
			return dst, err
		}
	}
	if len(all) <= 1024 { // what is kept refers to nothing of this response
		clear(all)
		*room = all
		n.pool.Put(room)
	}
	return closeObject(dst, open), nil
}

func (n *objectNode) appendProperty(dst []byte, key string, v *any, depth int) ([]byte, error) {
	start := len(dst)
	dst = json.AppendKey(append(dst, ','), key)
	value := len(dst)
	dst, err := n.elem.append(dst, pointer(v), depth)
	if err != nil {
		return dst, at(err, mapStep(key))
	}
	if n.dropNull && string(dst[value:]) == "null" {
		dst = dst[:start]
	}
	return dst, nil
}
