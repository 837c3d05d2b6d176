package encode

import (
	"fmt"
	"reflect"

	"github.com/brio-go/brio/internal/memory"
	"github.com/brio-go/brio/internal/model"
)

// builder makes the nodes of one Encoder.
type builder struct {
	c         *Compiler
	flags     flags
	memo      map[pair]node
	validate  bool
	dynamic   bool     // the source is known at run time only: numbers and texts are compared by value, see decoded.go
	inStructs *builder // writes the members of structs, where flags has jsonable
	problems  []string
	trying    map[pair]bool // pairs that are being tried as variants of a union
	later     []func()      // runs after the last node is made: it encodes defaults
}

// pair has all that a node depends on, beside the builder's flags.
type pair struct {
	src, mdl reflect.Type
	filter   filter
	quote    bool // the option string of a json tag
}

func (b *builder) finish() {
	for len(b.later) > 0 { // a function may append others
		f := b.later[0]
		b.later = b.later[1:]
		f()
	}
	if b.inStructs != nil {
		b.inStructs.finish()
		b.problems = append(b.problems, b.inStructs.problems...)
	}
}

// problem adds a sentence to the start-up report. Plans made at run time have no report: their node returns the sentence as
// an error.
func (b *builder) problem(path, format string, args ...any) node {
	text := fmt.Sprintf(format, args...)
	b.problems = append(b.problems, path+": "+text)
	return failNode{text}
}

// compile returns the node that writes values of src as mdl. A recursionNode stands for it inside of recursive types.
func (b *builder) compile(src, mdl *model.Type, f filter, quote bool, path string) node {
	key := pair{src.Go, mdl.Go, f, quote}
	if known := b.memo[key]; known != nil {
		return known
	}
	back := &recursionNode{}
	b.memo[key] = back
	n := b.build(src, mdl, f, quote, path)
	if n == node(back) { // a model such as type P *P
		n = b.mismatch(src, mdl, path)
	}
	back.node = n
	b.memo[key] = n
	return n
}

// build chooses the node of one place. Models without a form, interfaces, wrappers and unions come first, then types with
// methods, then the kinds.
func (b *builder) build(src, mdl *model.Type, f filter, quote bool, path string) node {
	switch {
	case mdl.Kind == model.Opaque:
		return b.problem(path, "%s has no JSON form; use a type that has, or leave the field out with json:\"-\"", mdl.Go)
	case mdl.Kind == model.Any:
		return b.buildAny(src, mdl, path)
	case src.Kind == model.Any:
		return &castNode{c: b.c, flags: b.flags, validate: b.validate, methods: methodInterface(src.Go), mdl: mdl, filter: f, quote: quote}
	case isWrapper(mdl) && isWrapper(src):
		return b.unwrap(src, b.compile(src.Elem, mdl.Elem, f, quote, path), "")
	case isWrapper(mdl):
		return b.compile(src, mdl.Elem, f, quote, path)
	case isWrapper(src):
		null := fmt.Sprintf("nil, where the model has %s, which is not nullable", typeName(mdl))
		if path == "result" {
			null = fmt.Sprintf("a nil %s, where the model is %s, which is not nullable; the model %s would make it null",
				src.Go, typeName(mdl), src.Go)
		}
		return b.unwrap(src, b.compile(src.Elem, mdl, f, quote, path), null)
	case src.Kind == model.Union:
		return b.fromUnion(src, mdl, f, quote, path)
	case mdl.Kind == model.Union:
		return b.toUnion(src, mdl, f, quote, path)
	case mdl.Out != model.ByKind:
		return b.buildMethod(src, mdl, quote, path)
	}
	switch mdl.Kind {
	case model.Struct:
		if inside := b.forStructs(); inside != b {
			return inside.compile(src, mdl, f, quote, path)
		}
		if n := b.buildStruct(src, mdl, f, path); n != nil {
			return n
		}
	case model.Map:
		if n := b.buildMap(src, mdl, f, path); n != nil {
			return n
		}
	case model.List, model.Array, model.Set:
		if n := b.buildList(src, mdl, f, path); n != nil {
			return n
		}
	default:
		if n := scalar(src, mdl, quote); n != nil {
			return b.flags.fastAPIForm(n)
		}
	}
	if n := b.byValue(src, mdl, quote, path); n != nil {
		return n
	}
	return b.mismatch(src, mdl, path)
}

func (b *builder) mismatch(src, mdl *model.Type, path string) node {
	return b.problem(path, "the source has %s, which cannot be written as the model's %s", src.Go, mdl.Go)
}

// buildAny writes values by their own type, because the model has an interface.
func (b *builder) buildAny(src, mdl *model.Type, path string) node {
	switch {
	case !src.Go.Implements(mdl.Go):
		return b.mismatch(src, mdl, path)
	case src.Kind == model.Any:
		return &anyNode{c: b.c, flags: b.flags, methods: methodInterface(src.Go)}
	}
	return b.compile(src, src, filter{}, false, path)
}

// methodInterface returns t if it has methods, else nil.
func methodInterface(t reflect.Type) reflect.Type {
	if t.NumMethod() == 0 {
		return nil
	}
	return t
}

func isWrapper(t *model.Type) bool { return t.Kind == model.Pointer || t.Kind == model.Optional }

func isNullable(t *model.Type) bool { return isWrapper(t) || t.Kind == model.Any }

// unwrap returns the node for the value inside of src, a pointer or Optional. null is the error for a missing value; with "" a
// missing value is JSON null.
func (b *builder) unwrap(src *model.Type, elem node, null string) node {
	if src.Kind == model.Pointer {
		count := isWrapper(src.Elem) || src.Elem.Kind == model.Any
		return &pointerNode{elem: elem, null: null, count: count}
	}
	value, presence, ok := src.OptionalFields()
	if !ok {
		return failNode{src.Go.String() + " is not an Optional of this framework"}
	}
	return &optionalNode{elem: elem, value: value, presence: presence, null: null}
}

// buildMethod returns the node for a model that writes itself by MarshalJSON or MarshalText. A source of another type is converted
// first, where Go allows it and no value changes.
func (b *builder) buildMethod(src, mdl *model.Type, quote bool, path string) node {
	switch {
	case src == mdl && mdl.Out == model.ByJSON:
		return &jsonNode{mdl.Go}
	case src == mdl:
		return &textNode{mdl.Go}
	case src.Go.ConvertibleTo(mdl.Go) && (src.Kind == mdl.Kind && src.Go.Kind() == mdl.Go.Kind() && !isNumberKind(mdl.Kind) || numeric(src.Go, mdl.Go) != nil):
		return &convertNode{from: src.Go, to: mdl.Go, node: b.compile(mdl, mdl, filter{}, false, path)}
	}
	if n := b.byValue(src, mdl, quote, path); n != nil {
		return n
	}
	return b.mismatch(src, mdl, path)
}

// buildList returns the node for a list, array or set of the model, or nil when src is none of these.
func (b *builder) buildList(src, mdl *model.Type, f filter, path string) node {
	elem := src.Elem
	if src.Kind == model.Set || mdl.Kind == model.Set {
		return b.buildSet(src, mdl, f, path)
	}
	switch {
	case src.Kind == model.Bytes && mdl.Kind == model.List: // the model's bytes have methods of their own
		elem = b.c.reader.Type(src.Go.Elem())
	case src.Kind == model.List && mdl.Kind == model.List:
	case src.Kind == model.Array && (mdl.Kind == model.List || src.Go.Len() == mdl.Go.Len()):
	case b.dynamic && src.Kind == model.List && mdl.Kind == model.Array:
	default:
		return nil
	}
	list := listNode{b.compile(elem, mdl.Elem, f.elem(), false, path+"[]"), memory.ElemOf(src.Go)}
	if mdl.Kind == model.Array && src.Kind != model.Array {
		return &tupleNode{list, mdl.Go.Len()}
	}
	return &list
}

// buildMap returns the node for a map of the model, or nil when src is no map or has keys of another kind.
func (b *builder) buildMap(src, mdl *model.Type, f filter, path string) node {
	if src.Kind != model.Map {
		return nil
	}
	s, m := src.Go.Key(), mdl.Go.Key()
	key := keyText(s)
	if s != m && !(s.Kind() == reflect.String && m.Kind() == reflect.String) && numeric(s, m) == nil {
		if !b.dynamic || s.Kind() != reflect.String || src.Key.Out != model.ByKind {
			return nil
		}
		key = keyRead(mdl.Key)
	}
	if key == nil || s != m && keyText(m) == nil {
		return b.problem(path, "a map with keys of type %s has no JSON form; keys are strings, integers or types with MarshalText", s)
	}
	elem := b.compile(src.Elem, mdl.Elem, f.elem(), false, path+"[]")
	if m.Kind() == reflect.String {
		if n := objectNodeOf(src.Go, elem, b.flags&excludeNone != 0); n != nil {
			return n
		}
	}
	return &mapNode{typ: src.Go, key: key, elem: elem, dropNull: b.flags&excludeNone != 0, lendsPointers: lendsPointers(src.Go.Elem())}
}

// typeName returns the name of t in messages.
func typeName(t *model.Type) string {
	if t.Name != "" {
		return t.Name
	}
	if s := t.Go.String(); len(s) <= 40 || t.Kind != model.Struct {
		return s
	}
	return "struct{…}"
}
