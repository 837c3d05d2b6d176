package encode

import (
	"bytes"
	stdjson "encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
)

// What an Encoder writes is byte for byte what encoding/json makes of a copy of the value that has been filtered by
// hand: of a third type, which has only the members that model and options leave, and its fields filled in one by one.
func FuzzDifferential(f *testing.F) {
	seeds(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 1000 {
			return
		}
		g := &twins{generator: newGenerator(data)}
		var o Options
		switch g.below(8) {
		case 0:
			o.ExcludeNone = true
		case 1:
			o.ExcludeUnset = true
		case 2:
			o.ExcludeDefaults = true
		}
		g.flags = o.flags()
		top := g.twin(4)
		g.paths(top, &o)
		src, mdl, ref := top.types(g.flags)
		v, filtered := reflect.New(src).Elem(), reflect.New(ref)
		g.fill(top, v, filtered.Elem(), false, false)
		want, wantErr := std(filtered.Interface())
		e, problems := newCompiler().Compile(src, mdl, o)
		if problems != nil {
			t.Fatalf("%v\nsource %s\nmodel  %s\n%+v", problems, src, mdl, o)
		}
		got, err := e.Append(nil, v)
		if wantErr != nil {
			if err == nil { // a json.Number that is none
				t.Fatalf("no error, encoding/json says %v", wantErr)
			}
			return
		}
		if o.ExcludeNone {
			want = withoutNulls(want)
		}
		if err != nil || string(got) != string(want) {
			t.Fatalf("%v\n got %s\nwant %s\nsource %s\nmodel  %s\n%+v", err, got, want, src, mdl, o)
		}
		if bytes.Contains(got, []byte(canary)) {
			t.Fatalf("leak: %s", got)
		}
	})
}

// twins makes a source, a model and the reference: the type and value that a programmer would copy the source to.
type twins struct {
	*generator
	flags flags
}

// twin is one place of the three types.
type twin struct {
	form           form // leaf, pointerOf, sliceOf, arrayOf, mapOf, structOf, dictOf, anyOf, freeOf
	leaf           *twinLeaf
	key            *twinKey
	elem           *twin
	fields         []*twinField
	srcPtr, mdlPtr bool
	slice          bool // an array of the source is a slice in the model
}

type twinField struct {
	*twin
	srcGo, srcTag string
	mdlGo, mdlTag string
	name, opts    string // of the model's tag
	fallback      bool   // the model has a default, "ok"
	shown         bool   // the model declares it
	kept          bool   // the options keep it
	embedded      bool
	promoted      bool // embedded in the model, but its fields stand in the source itself
	omits         bool
	keepNil       bool // omitzero tells nil from empty
}

func (g *twins) twin(depth int) *twin {
	t := &twin{form: leaf}
	if depth > 0 {
		t.form = form(g.below(int(freeOf) + 2))
		if t.form > freeOf {
			t.form = structOf
		}
	}
	switch t.form {
	case leaf:
		t.leaf = &twinLeaves[g.below(len(twinLeaves))]
		if t.leaf.src.Kind() == reflect.Pointer && g.flags&(excludeUnset|excludeDefaults) != 0 {
			t.leaf = &twinLeaves[0] // nil is left out in a struct, and only there
		}
	case structOf, dictOf:
		for range 1 + g.below(5) {
			t.fields = append(t.fields, g.field(t, depth-1))
		}
	case freeOf:
		if g.flags != 0 { // they go on inside, where this test has no reference
			return g.twin(0)
		}
	default:
		t.elem = g.twin(depth - 1)
		for (t.form == pointerOf || t.form == anyOf) && (t.elem.form == anyOf || t.elem.form == freeOf || t.elem.form == pointerOf || t.elem.opaque()) {
			t.elem = g.twin(0)
			if t.elem.opaque() {
				t.elem.leaf = &twinLeaves[0]
			}
		}
	}
	if t.form == pointerOf && t.elem.nullable() && g.flags&excludeDefaults != 0 {
		t.elem = &twin{form: leaf, leaf: &twinLeaves[0]} // a pointer to null would be the pointer's default
	}
	if t.form == mapOf {
		t.key = &twinKeys[g.below(len(twinKeys))]
	}
	t.slice = g.below(2) == 0
	if t.form != pointerOf && t.form != anyOf && t.form != freeOf && !t.opaque() {
		t.srcPtr, t.mdlPtr = g.below(5) == 0, g.below(5) == 0
	}
	return t
}

// opaque leaves have an any for their reference, or are pointers of their own: another pointer around them says nothing.
func (t *twin) opaque() bool { return t.form == leaf && t.leaf.ref == anyType }

func (g *twins) field(parent *twin, depth int) *twinField {
	f := &twinField{twin: g.twin(depth), shown: g.below(3) > 0, kept: true}
	id := g.id()
	f.srcGo = fmt.Sprint("F", id)
	f.mdlGo, f.name = f.srcGo, f.srcGo
	if f.form == structOf && parent.form == structOf && f.shown && !f.srcPtr && !f.mdlPtr && g.below(2) == 0 {
		f.embedded, f.promoted = true, g.below(2) == 0
		return f
	}
	switch g.below(5) {
	case 0: // another name in the model
		f.name = fmt.Sprint("m<", id)
		f.srcTag = fmt.Sprintf(`json:"s%d,omitempty"`, id)
	case 1: // found by the JSON name
		if f.name = fmt.Sprint("j", id); f.shown {
			f.mdlGo = fmt.Sprint("G", id)
		}
		f.srcTag = fmt.Sprintf(`json:"j%d,omitzero"`, id)
	case 2:
		f.srcTag = `json:"-"`
	case 3:
		f.name = fmt.Sprint("ü-/", id)
	}
	if !(f.form == leaf && f.leaf.absent) {
		switch n := g.below(6); {
		case n == 0:
			f.opts, f.omits = ",omitempty", true
		case n < 3 && f.zeroIsNil():
			f.opts, f.omits, f.keepNil = []string{"", ",omitzero", ",omitempty,omitzero"}[n], true, true
		case n == 3:
			if f.form == leaf && f.leaf.quotable {
				f.opts = ",string"
			}
		}
	}
	f.mdlTag = fmt.Sprintf(`json:"%s%s"`, f.name, f.opts)
	if f.name == f.mdlGo {
		f.mdlTag = fmt.Sprintf(`json:"%s"`, f.opts)
	}
	if f.fallback = f.shown && f.opts == "" && f.leaf == &twinLeaves[0] && !f.srcPtr && !f.mdlPtr; f.fallback {
		f.mdlTag += ` default:"ok"`
	}
	if f.shown && g.below(12) == 0 {
		f.mdlTag += ` writeonly:"true"`
		f.shown = false
	}
	return f
}

// types gives the three types of a place.
func (t *twin) types(fl flags) (src, mdl, ref reflect.Type) {
	switch t.form {
	case leaf:
		src, mdl, ref = t.leaf.src, t.leaf.mdl, t.leaf.ref
	case pointerOf:
		src, mdl, ref = t.elem.types(fl)
		src, mdl, ref = reflect.PointerTo(src), reflect.PointerTo(mdl), reflect.PointerTo(ref)
	case sliceOf:
		src, mdl, ref = t.elem.types(fl)
		src, mdl, ref = reflect.SliceOf(src), reflect.SliceOf(mdl), reflect.SliceOf(ref)
	case arrayOf:
		src, mdl, ref = t.elem.types(fl)
		if src = reflect.ArrayOf(2, src); t.slice {
			mdl, ref = reflect.SliceOf(mdl), reflect.SliceOf(ref)
		} else {
			mdl, ref = reflect.ArrayOf(2, mdl), reflect.ArrayOf(2, ref)
		}
	case mapOf:
		src, mdl, ref = t.elem.types(fl)
		src, mdl, ref = reflect.MapOf(t.key.src, src), reflect.MapOf(t.key.mdl, mdl), reflect.MapOf(t.key.mdl, ref)
	case structOf, dictOf:
		src, mdl, ref = t.structs(fl)
	case anyOf:
		_, mdl, ref = t.elem.types(fl)
		src = anyType
	case freeOf:
		src, mdl, ref = anyType, anyType, anyType
	}
	if t.srcPtr {
		src = reflect.PointerTo(src)
	}
	if t.mdlPtr {
		mdl, ref = reflect.PointerTo(mdl), reflect.PointerTo(ref)
	}
	return src, mdl, ref
}

func (t *twin) structs(fl flags) (src, mdl, ref reflect.Type) {
	var srcs, mdls, refs []reflect.StructField
	for _, f := range t.fields {
		s, m, r := f.twin.types(fl)
		if f.promoted {
			for i := range s.NumField() {
				srcs = append(srcs, s.Field(i))
			}
		} else {
			srcs = append(srcs, reflect.StructField{Name: f.srcGo, Type: s, Tag: reflect.StructTag(f.srcTag), Anonymous: f.embedded})
		}
		declared := f.shown || strings.Contains(f.mdlTag, "writeonly")
		if declared {
			mdls = append(mdls, reflect.StructField{Name: f.mdlGo, Type: m, Tag: reflect.StructTag(f.mdlTag), Anonymous: f.embedded})
		}
		if f.fallback {
			r = anyType
		}
		if f.shown && f.kept {
			refs = append(refs, reflect.StructField{Name: f.mdlGo, Type: r, Tag: f.refTag(fl, t.form == dictOf), Anonymous: f.embedded})
		}
	}
	if src = reflect.StructOf(srcs); t.form == dictOf {
		src = of[map[string]any]()
	}
	return src, reflect.StructOf(mdls), reflect.StructOf(refs)
}

// refTag is the model's tag; what the options leave out by its value is an omitempty here, since only nil is left out.
func (f *twinField) refTag(fl flags, ofMap bool) reflect.StructTag {
	unset := f.form == pointerOf || f.srcPtr && f.mdlPtr
	switch {
	case f.fallback, f.form == leaf && f.leaf.absent && !ofMap, unset && !ofMap && fl&excludeUnset != 0, f.nullable() && fl&excludeDefaults != 0:
		return reflect.StructTag(fmt.Sprintf(`json:"%s%s,omitempty"`, f.name, f.opts))
	}
	return reflect.StructTag(f.mdlTag)
}

// zeroIsNil reports whether the zero value of the model's type tells nil from empty, and is that of the copy. That of a
// struct does not where the source has another type: it is known by how it is written.
func (t *twin) zeroIsNil() bool {
	switch t.form {
	case leaf:
		return t.mdlPtr || t.leaf.ref == t.leaf.mdl || t.leaf.mdl.Kind() != reflect.Struct
	case structOf, dictOf, arrayOf:
		return t.mdlPtr
	case anyOf:
		return t.elem.zeroIsNil()
	}
	return true
}

// nullable reports whether the model has a pointer.
func (t *twin) nullable() bool {
	return t.mdlPtr || t.form == pointerOf || t.form == anyOf && t.elem.nullable()
}

// fill fills a place of the source and its copy. secret says that the copy is thrown away. keepNil leaves a nil list or
// map nil in the copy; elsewhere the copy has an empty one, because the schema says array or object.
func (g *twins) fill(t *twin, src, ref reflect.Value, secret, keepNil bool) {
	switch {
	case t.srcPtr && t.mdlPtr && g.below(3) == 0:
		return
	case t.srcPtr:
		src.Set(reflect.New(src.Type().Elem()))
		src = src.Elem()
	}
	if t.mdlPtr {
		ref.Set(reflect.New(ref.Type().Elem()))
		ref, keepNil = ref.Elem(), false
	}
	switch t.form {
	case leaf:
		s, r := t.leaf.value(g, secret)
		src.Set(reflect.ValueOf(s))
		if r != nil {
			ref.Set(reflect.ValueOf(r))
		}
	case pointerOf:
		if g.below(3) > 0 {
			src.Set(reflect.New(src.Type().Elem()))
			ref.Set(reflect.New(ref.Type().Elem()))
			g.fill(t.elem, src.Elem(), ref.Elem(), secret, false)
		}
	case sliceOf, arrayOf:
		g.elems(t, src, ref, secret, keepNil)
	case mapOf:
		g.entries(t, src, ref, secret, keepNil)
	case structOf, dictOf:
		g.members(t, src, ref, secret)
	case anyOf:
		held, _, _ := t.elem.types(g.flags)
		s := reflect.New(held).Elem()
		g.fill(t.elem, s, ref, secret, keepNil)
		src.Set(s)
	case freeOf:
		if secret {
			src.Set(reflect.ValueOf([]string{canary}))
			return
		}
		v := reflect.New(g.typed(2)).Elem()
		g.random(v, 3)
		src.Set(v)
		ref.Set(v)
	}
}

func (g *twins) elems(t *twin, src, ref reflect.Value, secret, keepNil bool) {
	n := 2
	if t.form == sliceOf {
		if n = g.below(4) - 1; n >= 0 {
			src.Set(reflect.MakeSlice(src.Type(), n, n))
		}
	}
	if ref.Kind() == reflect.Slice && (n >= 0 || !keepNil) {
		ref.Set(reflect.MakeSlice(ref.Type(), max(n, 0), max(n, 0)))
	}
	for i := range max(n, 0) {
		g.fill(t.elem, src.Index(i), ref.Index(i), secret, false)
	}
}

func (g *twins) entries(t *twin, src, ref reflect.Value, secret, keepNil bool) {
	n := g.below(4) - 1
	if n >= 0 {
		src.Set(reflect.MakeMap(src.Type()))
	}
	if n >= 0 || !keepNil {
		ref.Set(reflect.MakeMap(ref.Type()))
	}
	for i := range max(n, 0) {
		sk, mk := t.key.value(i)
		s, r := reflect.New(src.Type().Elem()).Elem(), reflect.New(ref.Type().Elem()).Elem()
		g.fill(t.elem, s, r, secret, false)
		src.SetMapIndex(reflect.ValueOf(sk), s)
		ref.SetMapIndex(reflect.ValueOf(mk), r)
	}
}

func (g *twins) members(t *twin, src, ref reflect.Value, secret bool) {
	if t.form == dictOf {
		src.Set(reflect.ValueOf(map[string]any{"undeclared": canary}))
	}
	for _, f := range t.fields {
		st, _, rt := f.twin.types(g.flags)
		s, r, hide := reflect.Value{}, reflect.New(rt).Elem(), secret || !f.shown || !f.kept
		switch {
		case t.form == dictOf && !f.required() && g.below(3) == 0: // a key that may be absent
			if f.fallback && !hide && g.flags&(excludeUnset|excludeDefaults) == 0 {
				ref.FieldByName(f.mdlGo).Set(reflect.ValueOf("ok"))
			}
			continue
		case t.form == dictOf:
			s = reflect.New(st).Elem()
		case f.promoted:
			s = src
		default:
			s = src.FieldByName(f.srcGo)
		}
		if !secret && f.shown && f.kept {
			r = ref.FieldByName(f.mdlGo)
		}
		g.fill(f.twin, s, r, hide, f.keepNil)
		if f.fallback && !hide && g.flags&excludeDefaults != 0 && r.Interface() == any("ok") {
			r.SetZero()
		}
		if t.form == dictOf {
			src.SetMapIndex(reflect.ValueOf(f.name), s)
		}
	}
}

// required reports whether a map must have the member's key; without it the copy's zero is left out, too.
func (f *twinField) required() bool {
	return !f.fallback && !(f.omits && (f.form == sliceOf || f.form == mapOf || f.form == leaf && f.leaf.quotable))
}

// withoutNulls drops the null members of all objects of a document, and leaves every other byte.
func withoutNulls(doc []byte) []byte {
	if doc[0] != '{' && doc[0] != '[' {
		return doc
	}
	d := stdjson.NewDecoder(bytes.NewReader(doc))
	_, _ = d.Token()
	out := []byte{doc[0]}
	for d.More() {
		var key []byte
		if doc[0] == '{' {
			start := d.InputOffset()
			_, _ = d.Token()
			key = append(bytes.TrimLeft(doc[start:d.InputOffset()], ","), ':')
		}
		var elem stdjson.RawMessage
		_ = d.Decode(&elem)
		if key == nil || string(elem) != "null" {
			out = append(append(append(out, key...), withoutNulls(elem)...), ',')
		}
	}
	return append(bytes.TrimSuffix(out, []byte(",")), doc[0]+2) // the bracket that closes it
}
