package encode

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/brio-go/brio/internal/memory"
)

// mapNode writes a map with sorted keys.
type mapNode struct {
	typ           reflect.Type
	key           func(reflect.Value) (string, error)
	elem          node
	dropNull      bool
	lendsPointers bool      // methods of the elements may keep pointers into a scratch, which then is not used again
	pool          sync.Pool // *scratch
}

// scratch has the entries of one map while they are sorted.
type scratch struct {
	iter   reflect.MapIter
	key    reflect.Value
	keys   []entry
	values reflect.Value // a slice of the map's element type
	list   memory.List   // its elements
}

// entry is the text of a key, and the position of its value in scratch.values.
type entry struct {
	text  string
	index int
}

// append writes the entries in the order of their keys, as encoding/json does.
func (n *mapNode) append(dst []byte, p memory.Place, depth int) ([]byte, error) {
	v := p.Value(n.typ)
	count := v.Len()
	if count == 0 {
		return append(dst, '{', '}'), nil
	}
	if depth++; depth > maxDepth {
		return dst, tooDeep()
	}
	s, err := n.sorted(v, count)
	if err != nil {
		return dst, err
	}
	open := len(dst)
	for _, k := range s.keys {
		start := len(dst)
		dst = appendMapKey(dst, k.text)
		value := len(dst)
		if dst, err = n.elem.append(dst, s.list.At(k.index), depth); err != nil {
			return dst, withStep(err, mapStep(k.text))
		}
		if n.dropNull && string(dst[value:]) == "null" {
			dst = dst[:start]
		}
	}
	n.release(s, count)
	return closeObject(dst, open), nil
}

// sorted returns the entries of a map in the order of their keys.
func (n *mapNode) sorted(v reflect.Value, count int) (*scratch, error) {
	s, _ := n.pool.Get().(*scratch)
	if s == nil {
		s = &scratch{key: reflect.New(n.typ.Key()).Elem()}
	}
	if !s.values.IsValid() || s.values.Len() < count {
		s.values = reflect.MakeSlice(reflect.SliceOf(n.typ.Elem()), count, count)
		s.list = memory.ListOf(s.values)
	}
	s.iter.Reset(v)
	for i := 0; i < count && s.iter.Next(); i++ { // count ends the loop over a map that another goroutine writes
		s.key.SetIterKey(&s.iter)
		s.values.Index(i).SetIterValue(&s.iter)
		text, err := n.key(s.key)
		if err != nil {
			return nil, withStep(err, " key")
		}
		s.keys = append(s.keys, entry{text, i})
	}
	slices.SortFunc(s.keys, func(a, b entry) int { return strings.Compare(a.text, b.text) })
	return s, nil
}

// release clears a scratch and returns it to the pool. Large scratches are left to the garbage collector.
func (n *mapNode) release(s *scratch, count int) {
	if count > 1024 || n.lendsPointers {
		return
	}
	for i := range count { // the pool must not keep values of this response alive
		s.values.Index(i).SetZero()
	}
	s.key.SetZero()
	s.iter.Reset(reflect.Value{})
	clear(s.keys)
	s.keys = s.keys[:0]
	n.pool.Put(s)
}

// mapStep returns the step of a path into a map.
func mapStep(key string) string {
	if len(key) > 60 {
		key = key[:60] + "…"
	}
	return fmt.Sprintf("[%q]", key)
}

var textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()

// keyText returns the function that writes keys of type t, as encoding/json writes them, but with methods of pointer receivers too.
// It returns nil for types that cannot be keys.
func keyText(t reflect.Type) func(reflect.Value) (string, error) {
	switch {
	case t.Kind() == reflect.String:
		return func(k reflect.Value) (string, error) { return k.String(), nil }
	case t.Implements(textMarshaler):
		return func(k reflect.Value) (string, error) {
			if (k.Kind() == reflect.Pointer || k.Kind() == reflect.Interface) && k.IsNil() {
				return "", nil
			}
			return marshalText(k.Interface().(encoding.TextMarshaler))
		}
	case reflect.PointerTo(t).Implements(textMarshaler):
		return func(k reflect.Value) (string, error) {
			fresh := reflect.New(t) // the method may keep it
			fresh.Elem().Set(k)
			return marshalText(fresh.Interface().(encoding.TextMarshaler))
		}
	}
	switch t.Kind() {
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return func(k reflect.Value) (string, error) { return strconv.FormatInt(k.Int(), 10), nil }
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		return func(k reflect.Value) (string, error) { return strconv.FormatUint(k.Uint(), 10), nil }
	}
	return nil
}

func marshalText(m encoding.TextMarshaler) (string, error) {
	b, err := m.MarshalText()
	if err != nil {
		return "", &MismatchError{Text: fmt.Sprintf("%T.MarshalText: %s", m, clip(err.Error())), Err: err}
	}
	return string(b), nil
}

// mapStructNode writes a map as the struct that the model declares.
type mapStructNode struct {
	typ         reflect.Type
	isStringAny bool // the layout is that of map[string]any, so a lookup needs no reflection
	names       []string
	members     []member
}

// anySlots are interfaces on the heap: a node takes the address of a value, and a value in a map has none.
var anySlots = sync.Pool{New: func() any { return new(any) }}

// append writes the members of the model in their order, each looked up in the map.
func (n *mapStructNode) append(dst []byte, p memory.Place, depth int) ([]byte, error) {
	if depth++; depth > maxDepth {
		return dst, tooDeep()
	}
	open := len(dst)
	for i := range n.members {
		var err error
		if dst, err = n.member(dst, &n.members[i], n.names[i], p, depth); err != nil {
			return dst, err
		}
	}
	return closeObject(dst, open), nil
}

// member writes one declared key of the map at p.
func (n *mapStructNode) member(dst []byte, m *member, name string, p memory.Place, depth int) ([]byte, error) {
	if n.isStringAny {
		v, ok := memory.Load[map[string]any](p)[name]
		if !ok {
			return m.absent(dst, "the map has no such key")
		}
		slot := anySlots.Get().(*any)
		*slot = v
		dst, err := m.append(dst, memory.Of(slot), depth)
		*slot = nil
		anySlots.Put(slot)
		return dst, err
	}
	key := reflect.ValueOf(name).Convert(n.typ.Key())
	v := p.Value(n.typ).MapIndex(key)
	if !v.IsValid() {
		return m.absent(dst, "the map has no such key")
	}
	slot := reflect.New(n.typ.Elem())
	slot.Elem().Set(v)
	return m.append(dst, memory.OfValue(slot.Elem()), depth)
}
