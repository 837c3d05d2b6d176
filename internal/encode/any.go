package encode

import (
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/memory"
	"github.com/brio-go/brio/internal/model"
)

// root is the plan of a type that was found in an interface.
type root struct {
	typ         reflect.Type
	node        node
	held        memory.Held
	copiesFirst bool // values are copied first, because a method could change them and a value in an interface must not change
}

// root returns the plan for values of type t without a model. It is compiled once.
func (c *Compiler) root(t reflect.Type, f flags) *root {
	if r, ok := c.dynamic[f].Load(t); ok {
		return r.(*root)
	}
	m := c.reader.Type(t)
	r, _ := c.dynamic[f].LoadOrStore(t, newRoot(&builder{c: c, flags: f}, m, m, filter{}, false))
	return r.(*root)
}

// newRoot compiles at run time. Problems are nodes of the plan that return errors.
func newRoot(b *builder, src, mdl *model.Type, f filter, quote bool) *root {
	b.memo = map[pair]node{}
	r := &root{typ: src.Go, held: memory.HeldOf(src.Go), copiesFirst: lendsPointers(src.Go)}
	r.node = b.compile(src, mdl, f, quote, "result")
	b.finish()
	return r
}

// appendHeld appends the value of the interface at p.
func (r *root) appendHeld(dst []byte, p memory.Place, depth int) ([]byte, error) {
	return r.appendAt(dst, r.held.In(p), depth)
}

// appendAt appends the value at p, or a copy of it.
func (r *root) appendAt(dst []byte, p memory.Place, depth int) ([]byte, error) {
	if r.copiesFirst {
		fresh := reflect.New(r.typ)
		fresh.Elem().Set(p.Value(r.typ))
		p = memory.OfValue(fresh.Elem())
	}
	return r.node.append(dst, p, depth)
}

// appendValue appends v. A value that an interface holds directly has no address: appendValue puts the interface into a slot of the
// heap first.
func (r *root) appendValue(dst []byte, v any) ([]byte, error) {
	if !r.held.IsDirect() {
		return r.appendAt(dst, r.held.Of(v), 0)
	}
	slot := anySlots.Get().(*any)
	*slot = v
	dst, err := r.appendHeld(dst, memory.Of(slot), 0)
	*slot = nil
	anySlots.Put(slot)
	return dst, err
}

var methodsOfPointers = []reflect.Type{reflect.TypeFor[json.Marshaler](), textMarshaler, zeroer}

// lendsPointers reports whether writing a value of type t calls methods with pointer receivers on the memory of the value itself.
// Such methods may change the value or keep the pointer.
func lendsPointers(t reflect.Type) bool {
	for _, m := range methodsOfPointers {
		if t.Kind() != reflect.Pointer && t.Kind() != reflect.Interface && reflect.PointerTo(t).Implements(m) && !t.Implements(m) {
			return true
		}
	}
	if model.HasComputed(t) {
		return true
	}
	switch t.Kind() {
	case reflect.Array:
		return lendsPointers(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if lendsPointers(t.Field(i).Type) {
				return true
			}
		}
	}
	return false
}

// anyNode writes the value in an interface by the value's own type.
type anyNode struct {
	c       *Compiler
	flags   flags
	methods reflect.Type // nil for interfaces without methods
}

// append writes common types at once, and others by the plan of their dynamic type.
func (n *anyNode) append(dst []byte, p memory.Place, depth int) ([]byte, error) {
	t := dynamicType(p, n.methods)
	switch t {
	case nil:
		return append(dst, "null"...), nil
	case stringType:
		return appendString(dst, memory.Load[any](p).(string)), nil
	case intType:
		return strconv.AppendInt(dst, int64(memory.Load[any](p).(int)), 10), nil
	case boolType:
		return strconv.AppendBool(dst, memory.Load[any](p).(bool)), nil
	}
	return n.c.root(t, n.flags).appendHeld(dst, p, depth)
}

var (
	stringType = reflect.TypeFor[string]()
	intType    = reflect.TypeFor[int]()
	boolType   = reflect.TypeFor[bool]()
)

// dynamicType returns the type of the value in the interface at p, or nil. methods is the interface's type, or nil for interfaces
// without methods.
func dynamicType(p memory.Place, methods reflect.Type) reflect.Type {
	if methods == nil {
		return reflect.TypeOf(memory.Load[any](p))
	}
	v := p.Value(methods)
	if v.IsNil() {
		return nil
	}
	return v.Elem().Type()
}

// castNode writes the value in an interface as the model's type. It compiles each type that it meets once.
type castNode struct {
	c        *Compiler
	flags    flags
	methods  reflect.Type
	mdl      *model.Type
	filter   filter
	quote    bool
	validate bool
	cache    sync.Map // reflect.Type to *root
}

// append compiles a plan for each dynamic type, and keeps it.
func (n *castNode) append(dst []byte, p memory.Place, depth int) ([]byte, error) {
	t := dynamicType(p, n.methods)
	if t == nil {
		if !isNullable(n.mdl) {
			return dst, newMismatch("nil, where the model has %s, which is not nullable", typeName(n.mdl))
		}
		return append(dst, "null"...), nil
	}
	known, ok := n.cache.Load(t)
	if !ok {
		b := &builder{c: n.c, flags: n.flags, validate: n.validate, dynamic: true}
		fresh := newRoot(b, n.c.reader.Type(t), n.mdl, n.filter, n.quote)
		known, _ = n.cache.LoadOrStore(t, fresh)
	}
	return known.(*root).appendHeld(dst, p, depth)
}

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
