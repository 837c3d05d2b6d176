package encode

import (
	"reflect"
	"slices"

	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/memory"
	"github.com/brio-go/brio/internal/model"
)

// extraNode writes a struct, and then undeclared names: the source's own map of them or, when the source is a map, its other keys.
type extraNode struct {
	node
	typ      reflect.Type   // of the map
	hops     []memory.Field // to the map, as in member
	field    memory.Field
	elem     node
	filter   filter
	declared map[string]bool // names that are not taken from the map
	dropNull bool
}

// withExtra adds undeclared names to n, where the model takes them and the source has them.
func (b *builder) withExtra(src, mdl *model.Type, f filter, path string, n node) node {
	if mdl.Extra == nil {
		return n
	}
	e := &extraNode{node: n, filter: f, declared: map[string]bool{}, dropNull: b.flags&excludeNone != 0}
	from := src
	if src.Kind == model.Struct {
		if src.Extra == nil {
			return n
		}
		from = src.Extra.Type
		e.hops, e.field = memory.Locate(src.Go, src.Extra.Index)
	}
	for _, t := range []*model.Type{src, mdl} {
		for _, field := range slices.Concat(t.Fields, t.Computed) {
			e.declared[field.Name], e.declared[b.memberName(field)] = true, true
		}
	}
	e.typ = from.Go
	e.elem = b.compile(from.Elem, mdl.Extra.Type.Elem, filter{}, false, joinPath(path, "*"))
	return e
}

// append writes the struct, takes its closing brace away, and adds the undeclared names in sorted order.
func (n *extraNode) append(dst []byte, p memory.Place, depth int) ([]byte, error) {
	start := len(dst)
	dst, err := n.node.append(dst, p, depth)
	if err != nil {
		return dst, err
	}
	if p = p.Through(n.hops); !p.IsValid() {
		return dst, nil
	}
	m := p.Field(n.field).Value(n.typ)
	var names []string
	for it := m.MapRange(); it.Next(); {
		if name := it.Key().String(); !n.declared[name] {
			if _, keep := n.filter.member(name); keep {
				names = append(names, name)
			}
		}
	}
	if len(names) == 0 {
		return dst, nil
	}
	slices.Sort(names)
	if depth++; depth > maxDepth {
		return dst, tooDeep()
	}
	dst = dst[:len(dst)-1] // the closing brace
	for _, name := range names {
		before := len(dst)
		if len(dst) > start+1 {
			dst = append(dst, ',')
		}
		dst = json.AppendKey(dst, name)
		value := len(dst)
		slot := reflect.New(n.typ.Elem())
		slot.Elem().Set(m.MapIndex(reflect.ValueOf(name).Convert(n.typ.Key())))
		if dst, err = n.elem.append(dst, memory.OfValue(slot.Elem()), depth); err != nil {
			return dst, withStep(err, mapStep(name))
		}
		if n.dropNull && string(dst[value:]) == "null" {
			dst = dst[:before]
		}
	}
	return append(dst, '}'), nil
}
