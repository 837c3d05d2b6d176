package jsonpatch

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/model"
)

// MaxOperations is the number of operations that a patch may have.
const MaxOperations = 1000

// Operation is one operation of a patch, whose members are well-formed: see Check.
type Operation struct {
	Op, Path, From string
	Value          []byte // of add, replace and test
}

// Limits bound the result of a patch, and what its operations copy and move.
type Limits struct {
	Depth  int   // levels of nested arrays and objects
	Values int   // values that copies have in all, and that moves to a deeper place visit
	Bytes  int64 // bytes of scalars and names that copies have in all
}

// Refusal says why an operation cannot be applied.
type Refusal struct {
	Operation int    // its index
	Member    string // that is to blame: path, from, value
	Reason    Reason
	Text      string // for clients, without values
}

// Reason is the kind of a Refusal.
type Reason int

const (
	Missing Reason = iota // the value has no such place: it is in another state than the client assumes
	Unequal               // a test has failed
	Refused               // the operation is never legal
)

// Document is a Go value as a patch sees it. It belongs to one patch.
type Document struct {
	root   *value
	typ    *model.Type
	limits Limits
}

// Encode appends a value as JSON, by its own type.
type Encode func(dst []byte, v any) ([]byte, error)

// New returns the Document of v, an addressable value of t. encode writes the values that are neither structs, lists nor maps.
// The error is the one of a value without a JSON form.
func New(t *model.Type, v reflect.Value, encode Encode, l Limits) (*Document, error) {
	root, err := (&builder{encode: encode}).build(t, v)
	if err != nil {
		return nil, err
	}
	return &Document{root, t, l.bounded()}, nil
}

// Append appends the document as JSON.
func (d *Document) Append(dst []byte) []byte { return d.root.append(dst) }

// Restore completes v, the value of the Document's type that was read from its JSON.
func (d *Document) Restore(v reflect.Value) { restore(d.root, d.typ, v) }

// Apply applies the operations in their order. At the first that is refused it ends; the Document must then not be used.
func (d *Document) Apply(operations []Operation) *Refusal {
	for i, op := range operations {
		if r := d.apply(op); r != nil {
			r.Operation = i
			return r
		}
	}
	return nil
}

// apply applies one operation. A move is a removal, then an addition (RFC 6902, 4.4).
func (d *Document) apply(op Operation) *Refusal {
	path, _ := Pointer(op.Path)
	switch op.Op {
	case "test":
		at, r := d.find(path, reads, "path")
		switch given, _, _ := parse(op.Value, 0); {
		case r != nil:
			return r
		case at.target == nil:
			return missing("path")
		case !equal(at.target, given):
			return &Refusal{Member: "value", Reason: Unequal}
		}
		return nil
	case "remove":
		_, r := d.remove(path, "path", true)
		return r
	case "add", "replace":
		given, _, height := parse(op.Value, 0)
		if len(path)+height > d.limits.Depth {
			return refused("value", "the value would be nested too deeply")
		}
		return d.put(path, given, op.Op == "replace")
	}
	from, _ := Pointer(op.From)
	if op.Op == "copy" {
		at, r := d.find(from, reads, "from")
		switch {
		case r != nil:
			return r
		case at.target == nil:
			return missing("from")
		}
		given, height, ok := d.clone(at.target)
		switch {
		case !ok:
			return refused("from", "the operations of the patch copy too much")
		case len(path)+height > d.limits.Depth:
			return refused("path", "the value would be nested too deeply")
		}
		return d.put(path, given, false)
	}
	if _, r := d.find(from, reads, "from"); r != nil {
		return r
	}
	moved, r := d.remove(from, "from", op.From != op.Path)
	if r != nil || op.From == op.Path {
		return r
	}
	if len(path) > len(from) {
		visited := 0
		height := moved.height(&visited)
		if d.limits.Values -= visited; d.limits.Values < 0 {
			return refused("from", "the operations of the patch move too much")
		}
		if len(path)+height > d.limits.Depth {
			return refused("path", "the value would be nested too deeply")
		}
	}
	if d.typeAt(from) != d.typeAt(path) {
		moved.strip()
	}
	moved.isHidden = false
	return d.put(path, moved, false)
}

func missing(member string) *Refusal { return &Refusal{Member: member, Reason: Missing} }

func refused(member, format string, args ...any) *Refusal {
	return &Refusal{Member: member, Reason: Refused, Text: fmt.Sprintf(format, args...)}
}

// access is what an operation does with a place.
type access bool

const (
	reads  access = false
	writes access = true
)

// place is where a pointer leads to.
type place struct {
	parent *value // nil: the place is the whole document
	name   string // of the member or element in the parent
	index  int    // of an element
	target *value // nil: there is no value yet
	hidden bool   // the place is of a member that clients cannot read
}

// find follows a pointer. Its target is nil if only its last name leads to nothing. member is what a Refusal blames.
func (d *Document) find(path []string, use access, member string) (at place, r *Refusal) {
	at.target = d.root
	for i, name := range path {
		parent := at.target
		if use == writes {
			parent.changed = true
		}
		at = place{parent: parent, name: name}
		if parent.typ != nil {
			if f := parent.typ.FieldIndex(name); f >= 0 {
				f := parent.typ.Fields[f]
				at.hidden = hides(f)
				switch {
				case use == writes && f.ReadOnly:
					return at, refused(member, "the member cannot be changed")
				case use == reads && at.hidden:
					return at, refused(member, "the member cannot be read")
				}
			}
		}
		switch parent.kind {
		case '{':
			at.target = parent.members[name]
		case '[':
			var ok bool
			if at.index, ok = index(name, len(parent.elements)); !ok {
				return at, missing(member)
			}
			if at.index < len(parent.elements) {
				at.target = parent.elements[at.index]
			}
		default:
			return at, missing(member)
		}
		if at.target == nil && i < len(path)-1 {
			return at, missing(member)
		}
	}
	return at, nil
}

// put sets the value of a place. An element is inserted, unless the operation replaces it.
func (d *Document) put(path []string, given *value, replaces bool) *Refusal {
	at, r := d.find(path, writes, "path")
	switch {
	case r != nil:
		return r
	case replaces && at.target == nil:
		return missing("path")
	case at.target != nil && (replaces || at.parent == nil || at.parent.kind == '{'):
		given.inherit(at.target)
	}
	given.isHidden = at.hidden
	switch {
	case at.parent == nil:
		d.root = given
	case at.parent.kind == '{':
		at.parent.members[at.name] = given
	case replaces:
		at.parent.elements[at.index] = given
	default:
		at.parent.elements = slices.Insert(at.parent.elements, at.index, given)
	}
	return nil
}

// remove takes out the value of a place, if really, and returns it.
func (d *Document) remove(path []string, member string, really bool) (*value, *Refusal) {
	at, r := d.find(path, writes, member)
	switch {
	case r != nil:
		return nil, r
	case at.target == nil:
		return nil, missing(member)
	case !really:
	case at.parent == nil:
		return nil, refused(member, "the whole document cannot be removed")
	case at.parent.kind == '{':
		delete(at.parent.members, at.name)
	default:
		at.parent.elements = slices.Delete(at.parent.elements, at.index, at.index+1)
	}
	return at.target, nil
}

// clone returns a copy of a value without its hidden members. The copy is a value of the client: it has nothing of the Go value. ok is
// false when the copies of the patch exceed a limit.
func (d *Document) clone(v *value) (c *value, height int, ok bool) {
	d.limits.Values--
	d.limits.Bytes -= int64(len(v.raw))
	if d.limits.Values < 0 || d.limits.Bytes < 0 {
		return nil, 0, false
	}
	c = &value{kind: v.kind, raw: v.raw}
	if v.kind == '{' {
		c.members = make(map[string]*value, len(v.members))
	}
	for name, in := range v.members {
		if in.isHidden {
			continue
		}
		d.limits.Bytes -= int64(len(name))
		inner, h, ok := d.clone(in)
		if !ok {
			return nil, 0, false
		}
		c.members[name], height = inner, max(height, h)
	}
	for _, e := range v.elements {
		inner, h, ok := d.clone(e)
		if !ok {
			return nil, 0, false
		}
		c.elements, height = append(c.elements, inner), max(height, h)
	}
	if v.kind != 0 {
		height++
	}
	return c, height, true
}

// typeAt returns the type of the values at a place, nil if it is not known.
func (d *Document) typeAt(path []string) *model.Type {
	t := d.typ.Base()
	for _, name := range path {
		switch {
		case t.In != model.ByKind:
			return nil
		case t.Kind == model.Struct && t.FieldIndex(name) >= 0:
			t = t.Fields[t.FieldIndex(name)].Type.Base()
		case t.Kind == model.List, t.Kind == model.Array, t.Kind == model.Map:
			t = t.Elem.Base()
		default:
			return nil
		}
	}
	return t
}

// bounded returns the limits with bounds for what has none.
func (l Limits) bounded() Limits {
	if l.Values <= 0 || l.Values > maxValues {
		l.Values = maxValues
	}
	if l.Bytes <= 0 || l.Bytes > maxBytes {
		l.Bytes = maxBytes
	}
	l.Depth = min(l.Depth, json.MaxDepth)
	return l
}

// What patches can copy at most, whatever limits the app has.
const (
	maxValues = 200_000
	maxBytes  = 64 << 20
)
