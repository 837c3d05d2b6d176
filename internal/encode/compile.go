package encode

import (
	"fmt"
	"reflect"

	"github.com/brio-go/brio/internal/model"
)

// builder makes the nodes of one Encoder.
type builder struct {
	c        *Compiler
	flags    flags
	memo     map[pair]node
	validate bool
	dynamic  bool     // the source is known at run time only: its numbers and texts are compared by value, see decoded.go
	models   *builder // what writes the members of structs, where flags has jsonable
	problems []string
	trying   map[pair]bool // what is only tried, for a variant of a union
	later    []func()      // what needs finished nodes: the encodings of defaults
}

// pair is what a node depends on, beside the builder's flags.
type pair struct {
	src, mdl reflect.Type
	filter   filter
	quote    bool // the option string of a json tag
}

func (b *builder) finish() {
	for len(b.later) > 0 { // each may ask for more
		f := b.later[0]
		b.later = b.later[1:]
		f()
	}
	if b.models != nil {
		b.models.finish()
		b.problems = append(b.problems, b.models.problems...)
	}
}

// problem keeps a sentence for the start-up report. The node is for plans made at run time, where there is none.
func (b *builder) problem(path, format string, args ...any) node {
	text := fmt.Sprintf(format, args...)
	b.problems = append(b.problems, path+": "+text)
	return failNode{text}
}

// compile gives the node that writes values of src as mdl.
func (b *builder) compile(src, mdl *model.Type, f filter, quote bool, path string) node {
	key := pair{src.Go, mdl.Go, f, quote}
	if known := b.memo[key]; known != nil {
		return known
	}
	back := &backNode{}
	b.memo[key] = back
	n := b.build(src, mdl, f, quote, path)
	if n == node(back) { // a model that is nothing but pointers to itself
		n = b.mismatch(src, mdl, path)
	}
	back.node = n
	b.memo[key] = n
	return n
}

func (b *builder) build(src, mdl *model.Type, f filter, quote bool, path string) node {
	switch {
	case mdl.Kind == model.Opaque:
		return b.problem(path, "%s has no JSON form; use a type that has, or leave the field out with json:\"-\"", mdl.Go)
	case mdl.Kind == model.Any:
		return b.buildAny(src, mdl, path)
	case src.Kind == model.Any:
		return &castNode{c: b.c, flags: b.flags, validate: b.validate, methods: methods(src.Go), mdl: mdl, filter: f, quote: quote}
	case wrapped(mdl) && wrapped(src):
		return b.unwrap(src, b.compile(src.Elem, mdl.Elem, f, quote, path), "")
	case wrapped(mdl):
		return b.compile(src, mdl.Elem, f, quote, path)
	case wrapped(src):
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
	case mdl.Out != model.Plain:
		return b.buildMethod(src, mdl, quote, path)
	}
	switch mdl.Kind {
	case model.Struct:
		if inside := b.inModel(); inside != b {
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
			return b.flags.form(n)
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
		return &anyNode{c: b.c, flags: b.flags, methods: methods(src.Go)}
	}
	return b.compile(src, src, filter{}, false, path)
}

// methods is t if it is an interface with methods.
func methods(t reflect.Type) reflect.Type {
	if t.NumMethod() == 0 {
		return nil
	}
	return t
}

func wrapped(t *model.Type) bool { return t.Kind == model.Pointer || t.Kind == model.Optional }

func nullable(t *model.Type) bool { return wrapped(t) || t.Kind == model.Any }

// unwrap writes the inside of src, a pointer or Optional. null is the error when there is none, or "" for JSON null.
func (b *builder) unwrap(src *model.Type, elem node, null string) node {
	if src.Kind == model.Pointer {
		count := wrapped(src.Elem) || src.Elem.Kind == model.Any
		return &pointerNode{elem: elem, null: null, count: count}
	}
	value, presence, ok := optionalOffsets(src)
	if !ok {
		return failNode{src.Go.String() + " is not an Optional of this framework"}
	}
	return &optionalNode{elem: elem, value: value, presence: presence, null: null}
}

// optionalOffsets asks a sample where its parts are.
func optionalOffsets(t *model.Type) (value, presence uintptr, ok bool) {
	sample := reflect.New(t.Go)
	v, p := sample.Interface().(model.Wrapper).Unwrap()
	return offsets(sample.Elem(), v.Addr().UnsafePointer(), pointer(p), v.Type().Size())
}

func (b *builder) buildMethod(src, mdl *model.Type, quote bool, path string) node {
	switch {
	case src == mdl && mdl.Out == model.ByJSON:
		return &jsonNode{mdl.Go}
	case src == mdl:
		return &textNode{mdl.Go}
	case src.Go.ConvertibleTo(mdl.Go) && (src.Kind == mdl.Kind && src.Go.Kind() == mdl.Go.Kind() && !number(mdl.Kind) || numeric(src.Go, mdl.Go) != nil):
		return &convertNode{from: src.Go, to: mdl.Go, node: b.compile(mdl, mdl, filter{}, false, path)}
	}
	if n := b.byValue(src, mdl, quote, path); n != nil {
		return n
	}
	return b.mismatch(src, mdl, path)
}

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
	n := b.compile(elem, mdl.Elem, f.elem(), false, path+"[]")
	if src.Kind == model.Array {
		return &arrayNode{elem: n, stride: elem.Go.Size(), len: src.Go.Len()}
	}
	list := listNode{elem: n, stride: elem.Go.Size()}
	if mdl.Kind == model.Array {
		return &tupleNode{list, mdl.Go.Len()}
	}
	return &list
}

func (b *builder) buildMap(src, mdl *model.Type, f filter, path string) node {
	if src.Kind != model.Map {
		return nil
	}
	s, m := src.Go.Key(), mdl.Go.Key()
	key := keyText(s)
	if s != m && !(s.Kind() == reflect.String && m.Kind() == reflect.String) && numeric(s, m) == nil {
		if !b.dynamic || s.Kind() != reflect.String || src.Key.Out != model.Plain {
			return nil
		}
		key = keyRead(mdl.Key)
	}
	if key == nil || s != m && keyText(m) == nil {
		return b.problem(path, "a map with keys of type %s has no JSON form; keys are strings, integers or types with MarshalText", s)
	}
	elem := b.compile(src.Elem, mdl.Elem, f.elem(), false, path+"[]")
	if src.Go == reflect.TypeFor[map[string]any]() && m.Kind() == reflect.String {
		return &objectNode{elem: elem, dropNull: b.flags&noNone != 0}
	}
	return &mapNode{typ: src.Go, key: key, elem: elem, dropNull: b.flags&noNone != 0, kept: mutable(src.Go.Elem())}
}

// typeName is the type as messages call it.
func typeName(t *model.Type) string {
	if t.Name != "" {
		return t.Name
	}
	if s := t.Go.String(); len(s) <= 40 || t.Kind != model.Struct {
		return s
	}
	return "struct{…}"
}
