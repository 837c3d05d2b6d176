package encode

import (
	"reflect"
	"strconv"
	"sync"

	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/model"
)

// root is the plan of a type that is met in an interface.
type root struct {
	typ    reflect.Type
	node   node
	direct bool
	copies bool // values are copied first: what an interface holds must not change, and a method could change it
}

// root gives the plan for values of type t without a model. It is made once.
func (c *Compiler) root(t reflect.Type, f flags) *root {
	if r, ok := c.dynamic[f].Load(t); ok {
		return r.(*root)
	}
	m := c.reader.Type(t)
	r, _ := c.dynamic[f].LoadOrStore(t, newRoot(&builder{c: c, flags: f}, m, m, filter{}, false))
	return r.(*root)
}

// newRoot compiles at run time. Problems are in the plan, as nodes that fail.
func newRoot(b *builder, src, mdl *model.Type, f filter, quote bool) *root {
	b.memo = map[pair]node{}
	r := &root{typ: src.Go, direct: direct(src.Go), copies: mutable(src.Go)}
	r.node = b.compile(src, mdl, f, quote, "result")
	b.finish()
	return r
}

// appendHeld appends the value in the interface at p.
func (r *root) appendHeld(dst []byte, p ptr, depth int) ([]byte, error) {
	return r.appendAt(dst, held(p, r.direct), depth)
}

func (r *root) appendAt(dst []byte, p ptr, depth int) ([]byte, error) {
	if r.copies {
		fresh := reflect.New(r.typ)
		fresh.Elem().Set(reflect.NewAt(r.typ, p).Elem())
		p = fresh.UnsafePointer()
	}
	return r.node.append(dst, p, depth)
}

// appendValue appends v, which is not on the heap as an interface: one that is a pointer in itself needs a place first.
func (r *root) appendValue(dst []byte, v any) ([]byte, error) {
	if !r.direct {
		return r.appendAt(dst, word(v), 0)
	}
	slot := anys.Get().(*any)
	*slot = v
	dst, err := r.appendHeld(dst, pointer(slot), 0)
	*slot = nil
	anys.Put(slot)
	return dst, err
}

var methodsOfPointers = []reflect.Type{reflect.TypeFor[json.Marshaler](), textMarshaler, zeroer}

// mutable reports whether writing a value of type t calls methods with pointer receivers on memory of the value itself.
func mutable(t reflect.Type) bool {
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
		return mutable(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if mutable(t.Field(i).Type) {
				return true
			}
		}
	}
	return false
}

// anyNode writes what an interface holds, by its own type.
type anyNode struct {
	c       *Compiler
	flags   flags
	methods reflect.Type // nil for interfaces without methods
}

func (n *anyNode) append(dst []byte, p ptr, depth int) ([]byte, error) {
	t := dynamicType(p, n.methods)
	switch t {
	case nil:
		return append(dst, "null"...), nil
	case stringType:
		return appendString(dst, load[any](p).(string)), nil
	case intType:
		return strconv.AppendInt(dst, int64(load[any](p).(int)), 10), nil
	case boolType:
		return strconv.AppendBool(dst, load[any](p).(bool)), nil
	}
	return n.c.root(t, n.flags).appendHeld(dst, p, depth)
}

var (
	stringType = reflect.TypeFor[string]()
	intType    = reflect.TypeFor[int]()
	boolType   = reflect.TypeFor[bool]()
)

// dynamicType is the type of what the interface at p holds, or nil. methods is the interface's type if it has any.
func dynamicType(p ptr, methods reflect.Type) reflect.Type {
	if methods == nil {
		return reflect.TypeOf(load[any](p))
	}
	v := reflect.NewAt(methods, p).Elem()
	if v.IsNil() {
		return nil
	}
	return v.Elem().Type()
}

// castNode writes what an interface holds as the model's type. Each type that it meets is compiled once.
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

func (n *castNode) append(dst []byte, p ptr, depth int) ([]byte, error) {
	t := dynamicType(p, n.methods)
	if t == nil {
		if !nullable(n.mdl) {
			return dst, fail("nil, where the model has %s, which is not nullable", typeName(n.mdl))
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
