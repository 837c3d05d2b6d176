package encode

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/brio-go/brio/internal/json"
)

// mapNode writes a map with sorted keys.
type mapNode struct {
	typ      reflect.Type
	key      func(reflect.Value) (string, error)
	elem     node
	dropNull bool
	kept     bool      // methods of the elements could keep pointers into a scratch
	pool     sync.Pool // *scratch
}

// scratch holds the entries of one map while they are sorted.
type scratch struct {
	iter   reflect.MapIter
	key    reflect.Value
	keys   []entry
	values reflect.Value // a slice of the map's element type
	first  ptr           // its first element
}

type entry struct {
	text string
	at   int
}

func (n *mapNode) append(dst []byte, p ptr, depth int) ([]byte, error) {
	v := reflect.NewAt(n.typ, p).Elem()
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
	stride := n.typ.Elem().Size()
	for _, k := range s.keys {
		start := len(dst)
		dst = json.AppendKey(append(dst, ','), k.text)
		value := len(dst)
		if dst, err = n.elem.append(dst, add(s.first, uintptr(k.at)*stride), depth); err != nil {
			return dst, at(err, mapStep(k.text))
		}
		if n.dropNull && string(dst[value:]) == "null" {
			dst = dst[:start]
		}
	}
	n.release(s, count)
	return closeObject(dst, open), nil
}

// sorted gives the entries of a map in the order of their keys.
func (n *mapNode) sorted(v reflect.Value, count int) (*scratch, error) {
	s, _ := n.pool.Get().(*scratch)
	if s == nil {
		s = &scratch{key: reflect.New(n.typ.Key()).Elem()}
	}
	if !s.values.IsValid() || s.values.Len() < count {
		s.values = reflect.MakeSlice(reflect.SliceOf(n.typ.Elem()), count, count)
		s.first = s.values.UnsafePointer()
	}
	s.iter.Reset(v)
	for i := 0; i < count && s.iter.Next(); i++ { // a map that grows meanwhile is a race of the caller's
		s.key.SetIterKey(&s.iter)
		s.values.Index(i).SetIterValue(&s.iter)
		text, err := n.key(s.key)
		if err != nil {
			return nil, at(err, " key")
		}
		s.keys = append(s.keys, entry{text, i})
	}
	slices.SortFunc(s.keys, func(a, b entry) int { return strings.Compare(a.text, b.text) })
	return s, nil
}

// release gives back what sorted gave.
func (n *mapNode) release(s *scratch, count int) {
	if count > 1024 || n.kept {
		return
	}
	for i := range count { // what is kept refers to nothing of this response
		s.values.Index(i).SetZero()
	}
	s.key.SetZero()
	s.iter.Reset(reflect.Value{})
	clear(s.keys)
	s.keys = s.keys[:0]
	n.pool.Put(s)
}

func mapStep(key string) string {
	if len(key) > 60 {
		key = key[:60] + "…"
	}
	return fmt.Sprintf("[%q]", key)
}

var textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()

// keyText gives how keys of type t are written, as encoding/json does it; methods with pointer receivers work too. It is
// nil for types that cannot be keys.
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
	typ     reflect.Type
	plain   bool // the layout is that of map[string]any
	names   []string
	members []member
}

var anys = sync.Pool{New: func() any { return new(any) }}

func (n *mapStructNode) append(dst []byte, p ptr, depth int) ([]byte, error) {
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

func (n *mapStructNode) member(dst []byte, m *member, name string, p ptr, depth int) ([]byte, error) {
	if n.plain {
		v, ok := load[map[string]any](p)[name]
		if !ok {
			return m.absent(dst, "the map has no such key")
		}
		slot := anys.Get().(*any)
		*slot = v
		dst, err := m.append(dst, pointer(slot), depth)
		*slot = nil
		anys.Put(slot)
		return dst, err
	}
	key := reflect.ValueOf(name).Convert(n.typ.Key())
	v := reflect.NewAt(n.typ, p).Elem().MapIndex(key)
	if !v.IsValid() {
		return m.absent(dst, "the map has no such key")
	}
	slot := reflect.New(n.typ.Elem())
	slot.Elem().Set(v)
	return m.append(dst, slot.UnsafePointer(), depth)
}
