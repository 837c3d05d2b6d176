package encode

import (
	stdjson "encoding/json"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
)

// A generator makes, from the bytes of a fuzzer, a pair of types, a value of the first, and what must come out.
//
//	shape := g.shape(depth)    what both types look like; a struct's fields are declared in the model or not
//	g.source(shape), g.model(shape)
//	g.value(shape, true)       strings of undeclared fields begin with the canary
//	expect(shape, value)       the value as generic JSON, undeclared fields left out
type generator struct {
	data  []byte
	rest  *rand.Rand
	count int
}

func newGenerator(data []byte) *generator {
	h := fnv.New64a()
	_, _ = h.Write(data)
	return &generator{data: data, rest: rand.New(rand.NewPCG(h.Sum64(), 1))}
}

// below gives a number from 0 to n-1: the fuzzer's bytes first, then chance that depends on them.
func (g *generator) below(n int) int {
	if len(g.data) == 0 {
		return g.rest.IntN(n)
	}
	b := g.data[0]
	g.data = g.data[1:]
	return int(b) % n
}

func (g *generator) id() int { g.count++; return g.count }

const canary = "CANARY"

type form int

const (
	leaf form = iota
	pointerOf
	sliceOf
	arrayOf
	mapOf
	structOf
	dictOf // map[string]any in the source, a struct in the model
	anyOf  // an interface in the source, the type itself in the model
	freeOf // an interface in the model too: everything is declared
)

type shape struct {
	form   form
	typ    reflect.Type // leaf
	elem   *shape
	fields []*shapeField
	// The pointers that source and model have around it.
	srcPtr, mdlPtr bool
	free           bool // under an interface of the model
}

type shapeField struct {
	*shape
	srcGo, srcTag string
	mdlGo, mdlTag string
	name          string // on the wire
	declared      bool
	excluded      bool // by the options
	omitEmpty     bool
}

var leaves = []reflect.Type{
	of[string](), of[string](), of[string](), of[int](), of[bool](), of[float64](), of[int8](), of[uint64](), of[float32](), of[slug](), of[[]byte](),
}

func (g *generator) shape(depth int) *shape {
	s := &shape{form: leaf, typ: leaves[g.below(len(leaves))]}
	if depth > 0 {
		s.form = form(g.below(int(freeOf) + 1))
	}
	switch s.form {
	case leaf:
	case structOf, dictOf:
		for i := range 1 + g.below(5) {
			s.fields = append(s.fields, g.field(i, g.shape(depth-1)))
		}
	case pointerOf:
		s.elem = g.shape(depth - 1)
		if s.elem.form == pointerOf || s.elem.form == anyOf || s.elem.form == freeOf {
			s.form, s.elem = leaf, nil // null has one place
		}
	case anyOf, freeOf:
		s.elem = g.shape(depth - 1)
		if s.elem.form == anyOf || s.elem.form == freeOf || s.elem.form == pointerOf {
			s.form, s.elem = leaf, nil
		} else if s.form == freeOf {
			s.elem.declareAll()
		}
	default:
		s.elem = g.shape(depth - 1)
	}
	if s.form != pointerOf && s.form != anyOf && s.form != freeOf {
		s.srcPtr, s.mdlPtr = g.below(5) == 0, g.below(5) == 0
	}
	return s
}

func (g *generator) field(i int, s *shape) *shapeField {
	f := &shapeField{shape: s, declared: g.below(2) == 0}
	f.srcGo = fmt.Sprint("F", i)
	f.mdlGo = f.srcGo
	f.name = f.srcGo
	switch g.below(4) {
	case 0: // another name in the model
		f.name = fmt.Sprint("m", i)
		f.srcTag = fmt.Sprintf(`json:"s%d"`, i)
	case 1: // found by the JSON name
		f.name = fmt.Sprint("j", i)
		f.mdlGo = fmt.Sprint("G", i)
		f.srcTag = fmt.Sprintf(`json:"j%d,omitempty"`, i)
	case 2:
		f.srcTag = `json:"-"`
	}
	f.mdlTag = fmt.Sprintf(`json:"%s"`, f.name)
	if g.below(4) == 0 {
		f.omitEmpty = true
		f.mdlTag = fmt.Sprintf(`json:"%s,omitempty"`, f.name)
	}
	return f
}

func (g *generator) source(s *shape) reflect.Type {
	t := g.bare(s, g.source, func(f *shapeField) (reflect.StructField, bool) {
		return reflect.StructField{Name: f.srcGo, Type: g.source(f.shape), Tag: reflect.StructTag(f.srcTag)}, true
	})
	switch s.form {
	case dictOf:
		t = of[map[string]any]()
	case anyOf, freeOf:
		t = of[any]()
	}
	if s.srcPtr {
		t = reflect.PointerTo(t)
	}
	return t
}

func (g *generator) model(s *shape) reflect.Type {
	t := g.bare(s, g.model, func(f *shapeField) (reflect.StructField, bool) {
		return reflect.StructField{Name: f.mdlGo, Type: g.model(f.shape), Tag: reflect.StructTag(f.mdlTag)}, f.declared
	})
	switch s.form {
	case anyOf:
		t = g.model(s.elem)
	case freeOf:
		t = of[any]()
	}
	if s.mdlPtr {
		t = reflect.PointerTo(t)
	}
	return t
}

func (g *generator) bare(s *shape, of func(*shape) reflect.Type, member func(*shapeField) (reflect.StructField, bool)) reflect.Type {
	switch s.form {
	case pointerOf:
		return reflect.PointerTo(of(s.elem))
	case sliceOf:
		return reflect.SliceOf(of(s.elem))
	case arrayOf:
		return reflect.ArrayOf(2, of(s.elem))
	case mapOf:
		return reflect.MapOf(stringType, of(s.elem))
	case structOf, dictOf:
		var fields []reflect.StructField
		for _, f := range s.fields {
			if sf, ok := member(f); ok {
				fields = append(fields, sf)
			}
		}
		return reflect.StructOf(fields)
	case anyOf, freeOf:
		return anyType
	}
	return s.typ
}

// value makes a value of the source type. declared tells whether the model lets it through.
func (g *generator) value(s *shape, declared bool) reflect.Value {
	t := g.source(s)
	v := reflect.New(t).Elem()
	if s.srcPtr {
		if s.mdlPtr && g.below(3) == 0 {
			return v
		}
		v.Set(reflect.New(t.Elem()))
		g.fill(v.Elem(), s, declared)
		return v
	}
	g.fill(v, s, declared)
	return v
}

func (g *generator) fill(v reflect.Value, s *shape, declared bool) {
	switch s.form {
	case leaf:
		g.fillLeaf(v, declared)
	case pointerOf:
		if s.elem.srcPtr && !s.elem.mdlPtr || g.below(3) > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			v.Elem().Set(g.value(s.elem, declared))
		}
	case sliceOf:
		for range g.below(4) {
			v.Set(reflect.Append(v, g.value(s.elem, declared)))
		}
	case arrayOf:
		for i := range 2 {
			v.Index(i).Set(g.value(s.elem, declared))
		}
	case mapOf:
		n := g.below(3)
		if n > 0 {
			v.Set(reflect.MakeMap(v.Type()))
		}
		for range n {
			v.SetMapIndex(reflect.ValueOf(fmt.Sprint("k", g.below(5))), g.value(s.elem, declared))
		}
	case structOf:
		for i, f := range s.fields {
			v.Field(i).Set(g.value(f.shape, declared && f.declared && !f.excluded))
		}
	case dictOf:
		v.Set(reflect.MakeMap(v.Type()))
		for _, f := range s.fields {
			if f.omitEmpty && g.below(3) == 0 {
				continue // not required: the key may be absent
			}
			v.SetMapIndex(reflect.ValueOf(f.name), g.value(f.shape, declared && f.declared && !f.excluded))
		}
		if !s.free {
			v.SetMapIndex(reflect.ValueOf("undeclared"), reflect.ValueOf(canary))
		}
	case anyOf, freeOf:
		v.Set(g.value(s.elem, declared))
	}
}

func (g *generator) fillLeaf(v reflect.Value, declared bool) {
	switch v.Kind() {
	case reflect.String:
		switch {
		case !declared:
			v.SetString(fmt.Sprint(canary, g.id()))
		case g.below(4) > 0:
			v.SetString([]string{"ok", "<&>", "ü€😀", "\u2028\x00\"\\\n", "long enough for words of eight bytes"}[g.below(5)] + fmt.Sprint(g.id()))
		}
	case reflect.Int, reflect.Int8:
		v.SetInt(int64(g.below(256) - 128))
	case reflect.Uint64:
		v.SetUint(uint64(g.below(100)))
	case reflect.Bool:
		v.SetBool(g.below(2) == 0)
	case reflect.Float32, reflect.Float64:
		v.SetFloat([]float64{0, 0.5, -1e21, 1e-7, 3}[g.below(5)])
	case reflect.Slice: // of bytes
		if declared {
			v.SetBytes([]byte("ok"))
		} else {
			v.SetBytes([]byte{})
		}
	}
}

// declareAll makes s as an interface in the model shows it: by its own names.
func (s *shape) declareAll() {
	s.free = true
	for _, f := range s.fields {
		f.declared = true
		f.shape.declareAll()
	}
	if s.elem != nil {
		s.elem.declareAll()
	}
}

// expect is v as generic JSON. own asks for v by its own type, without the model.
func expect(s *shape, v reflect.Value, own bool) any {
	if s.srcPtr {
		if v.IsNil() {
			return nil
		}
		v = v.Elem()
	}
	switch s.form {
	case pointerOf:
		if v.IsNil() {
			return nil
		}
		return expect(s.elem, v.Elem(), own)
	case anyOf:
		return expect(s.elem, v.Elem(), own)
	case freeOf:
		return expect(s.elem, v.Elem(), true)
	case sliceOf, arrayOf:
		out := []any{}
		for i := range v.Len() {
			out = append(out, expect(s.elem, v.Index(i), own))
		}
		return out
	case mapOf:
		out := map[string]any{}
		for _, k := range v.MapKeys() {
			out[k.String()] = expect(s.elem, v.MapIndex(k), own)
		}
		return out
	case structOf:
		out := map[string]any{}
		for i, f := range s.fields {
			name, omit, show := f.name, f.omitEmpty && emptyModel(f.shape, v.Field(i)), f.declared && !f.excluded
			if own {
				tag := reflect.StructTag(f.srcTag).Get("json")
				name, _, _ = strings.Cut(tag, ",")
				show, omit = tag != "-", strings.HasSuffix(tag, "omitempty") && emptySource(v.Field(i))
				if name == "" {
					name = f.srcGo
				}
			}
			if show && !omit {
				out[name] = expect(f.shape, v.Field(i), own)
			}
		}
		return out
	case dictOf:
		out := map[string]any{}
		for _, f := range s.fields {
			e := v.MapIndex(reflect.ValueOf(f.name))
			if !own && e.IsValid() && f.declared && !f.excluded && !(f.omitEmpty && emptyModel(f.shape, e.Elem())) || own && e.IsValid() {
				out[f.name] = expectHeld(f.shape, e, own)
			}
		}
		return out
	}
	var out any
	text, _ := std(v.Interface())
	_ = stdjson.Unmarshal(text, &out)
	if v.Kind() == reflect.Slice && v.Len() == 0 {
		out = ""
	}
	return out
}

// expectHeld is expect for what stands in an interface of a map, where interfaces in the source have collapsed.
func expectHeld(s *shape, e reflect.Value, own bool) any {
	e = e.Elem()
	switch s.form {
	case anyOf:
		return expect(s.elem, e, own)
	case freeOf:
		return expect(s.elem, e, true)
	}
	return expect(s, e, own)
}

func emptySource(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Struct:
		return false
	case reflect.Array, reflect.Slice, reflect.Map, reflect.String:
		return v.Len() == 0
	}
	return v.IsZero()
}

// emptyModel tells whether v, once of the model's type, is empty.
func emptyModel(s *shape, v reflect.Value) bool {
	if v.Kind() == reflect.Interface && s.form != freeOf {
		v = v.Elem()
	}
	switch {
	case s.form == freeOf:
		return v.Kind() == reflect.Interface && v.IsNil()
	case s.form == anyOf:
		return emptyModel(s.elem, v)
	case s.form == pointerOf:
		return v.IsNil()
	case s.srcPtr && v.IsNil():
		return true
	case s.mdlPtr, s.form == dictOf:
		return false
	case s.srcPtr:
		v = v.Elem()
	}
	return emptySource(v)
}

// options gives random options, and marks in s what they exclude.
func (g *generator) options(s *shape) (o Options) {
	for top := s; ; top = top.elem {
		if top.form == structOf || top.form == dictOf {
			g.include(top, &o)
		}
		if top.elem == nil || top.form == freeOf {
			break
		}
	}
	if g.below(2) == 0 {
		g.exclude(s, "", &o)
	}
	return o
}

func (g *generator) include(s *shape, o *Options) {
	if g.below(3) > 0 {
		return
	}
	for _, f := range s.fields {
		if f.declared && g.below(2) == 0 {
			o.Include = append(o.Include, f.name)
		}
	}
	for _, f := range s.fields {
		f.excluded = o.Include != nil && !slices.Contains(o.Include, f.name)
	}
}

func (g *generator) exclude(s *shape, path string, o *Options) {
	switch s.form {
	case leaf, freeOf:
	case structOf, dictOf:
		for _, f := range s.fields {
			switch {
			case !f.declared || f.excluded:
			case g.below(4) == 0:
				f.excluded = true
				o.Exclude = append(o.Exclude, path+f.name)
			default:
				g.exclude(f.shape, path+f.name+".", o)
			}
		}
	case sliceOf, arrayOf, mapOf:
		if g.below(2) == 0 {
			path += "*."
		}
		g.exclude(s.elem, path, o)
	default:
		g.exclude(s.elem, path, o)
	}
}
