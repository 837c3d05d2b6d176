package encode

import (
	"slices"
	"strings"
	"sync"

	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/memory"
)

// objectNode is mapNode for map[string]any, without reflection. Results without a declared type mostly consist of such maps.
type objectNode struct {
	elem     node
	dropNull bool
	pool     sync.Pool // *[]property
}

// property is one entry of a map while the entries are sorted.
type property struct {
	key   string
	value any
}

// append writes the entries in the order of their keys. A map of one entry needs no sorting.
func (n *objectNode) append(dst []byte, p memory.Place, depth int) ([]byte, error) {
	m := memory.Load[map[string]any](p)
	if len(m) == 0 {
		return append(dst, '{', '}'), nil
	}
	if depth++; depth > maxDepth {
		return dst, tooDeep()
	}
	if len(m) == 1 {
		slot := anySlots.Get().(*any)
		defer func() { *slot = nil; anySlots.Put(slot) }()
		for key, value := range m {
			open := len(dst)
			*slot = value
			dst, err := n.appendProperty(dst, key, slot, depth)
			return closeObject(dst, open), err
		}
	}
	pooled, _ := n.pool.Get().(*[]property)
	if pooled == nil {
		pooled = new([]property)
	}
	all := (*pooled)[:0]
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
	if len(all) <= 1024 { // the pool must not keep values of this response alive
		clear(all)
		*pooled = all
		n.pool.Put(pooled)
	}
	return closeObject(dst, open), nil
}

// appendProperty appends a comma, the key and the value. It drops the property if it is null and nulls are left out.
func (n *objectNode) appendProperty(dst []byte, key string, v *any, depth int) ([]byte, error) {
	start := len(dst)
	dst = json.AppendKey(append(dst, ','), key)
	value := len(dst)
	dst, err := n.elem.append(dst, memory.Of(v), depth)
	if err != nil {
		return dst, withStep(err, mapStep(key))
	}
	if n.dropNull && string(dst[value:]) == "null" {
		dst = dst[:start]
	}
	return dst, nil
}
