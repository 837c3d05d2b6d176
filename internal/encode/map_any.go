package encode

import (
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/brio-go/brio/internal/memory"
)

// objectNode is mapNode for map[string]V, without reflection. Results without a declared type mostly consist of map[string]any.
type objectNode[V any] struct {
	elem     node
	dropNull bool
	pool     sync.Pool // *[]property[V]
}

// property is one entry of a map while the entries are sorted.
type property[V any] struct {
	key   string
	value V
}

// objectNodeOf returns the objectNode of maps of type t, or nil when mapNode writes them.
func objectNodeOf(t reflect.Type, elem node, dropNull bool) node {
	switch t {
	case reflect.TypeFor[map[string]any]():
		return &objectNode[any]{elem: elem, dropNull: dropNull}
	case reflect.TypeFor[map[string]string]():
		return &objectNode[string]{elem: elem, dropNull: dropNull}
	case reflect.TypeFor[map[string]int]():
		return &objectNode[int]{elem: elem, dropNull: dropNull}
	}
	return nil
}

// append writes the entries in the order of their keys.
func (n *objectNode[V]) append(dst []byte, p memory.Place, depth int) ([]byte, error) {
	m := memory.Load[map[string]V](p)
	if len(m) == 0 {
		return append(dst, '{', '}'), nil
	}
	if depth++; depth > maxDepth {
		return dst, tooDeep()
	}
	pooled, _ := n.pool.Get().(*[]property[V])
	if pooled == nil {
		pooled = new([]property[V])
	}
	all := (*pooled)[:0]
	for key, value := range m {
		all = append(all, property[V]{key, value})
	}
	slices.SortFunc(all, func(a, b property[V]) int { return strings.Compare(a.key, b.key) })
	open := len(dst)
	for i := range all {
		start := len(dst)
		dst = appendMapKey(dst, all[i].key)
		value := len(dst)
		var err error
		if dst, err = n.elem.append(dst, memory.Of(&all[i].value), depth); err != nil {
			return dst, withStep(err, mapStep(all[i].key))
		}
		if n.dropNull && string(dst[value:]) == "null" {
			dst = dst[:start]
		}
	}
	if len(all) <= 1024 { // the pool must not keep values of this response alive
		clear(all)
		*pooled = all
		n.pool.Put(pooled)
	}
	return closeObject(dst, open), nil
}

// appendMapKey appends a comma, a key of a map and a colon.
func appendMapKey(dst []byte, key string) []byte { return append(commaQuote.append(dst, key), ':') }
