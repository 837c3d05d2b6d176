package memory

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"runtime"
	"testing"
)

// leaves are the types that the random types of these tests are made of.
var leaves = []reflect.Type{
	reflect.TypeFor[bool](), reflect.TypeFor[int](), reflect.TypeFor[int8](), reflect.TypeFor[uint16](), reflect.TypeFor[int32](),
	reflect.TypeFor[uint64](), reflect.TypeFor[float32](), reflect.TypeFor[float64](), reflect.TypeFor[string](), reflect.TypeFor[any](),
	reflect.TypeFor[error](), reflect.TypeFor[[]byte](), reflect.TypeFor[map[string]int](), reflect.TypeFor[struct{}](),
}

// randomType returns a struct, list, array, pointer or leaf.
func randomType(r *rand.Rand, depth int) reflect.Type {
	if depth == 0 {
		return leaves[r.IntN(len(leaves))]
	}
	inner := func() reflect.Type { return randomType(r, r.IntN(depth)) }
	switch r.IntN(5) {
	case 0:
		return reflect.PointerTo(inner())
	case 1:
		return reflect.SliceOf(inner())
	case 2:
		return reflect.ArrayOf(r.IntN(4), inner())
	case 3:
		return leaves[r.IntN(len(leaves))]
	}
	return randomStruct(r, depth)
}

func randomStruct(r *rand.Rand, depth int) reflect.Type {
	fields := make([]reflect.StructField, 1+r.IntN(6))
	for i := range fields {
		fields[i] = reflect.StructField{Name: fmt.Sprintf("F%d", i), Type: randomType(r, r.IntN(depth+1))}
	}
	return reflect.StructOf(fields)
}

// fill gives v, which is addressable, a random value.
func fill(r *rand.Rand, v reflect.Value) {
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(r.IntN(2) == 0)
	case reflect.String:
		v.SetString(fmt.Sprint(r.IntN(1000)))
	case reflect.Float32, reflect.Float64:
		v.SetFloat(float64(r.IntN(1000)) / 4)
	case reflect.Slice:
		n := r.IntN(4)
		v.Set(reflect.MakeSlice(v.Type(), n, n+r.IntN(3)))
		for i := range n {
			fill(r, v.Index(i))
		}
	case reflect.Array:
		for i := range v.Len() {
			fill(r, v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fill(r, v.Field(i))
		}
	case reflect.Pointer:
		if r.IntN(4) > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			fill(r, v.Elem())
		}
	case reflect.Map:
		v.Set(reflect.ValueOf(map[string]int{"n": r.IntN(9)}))
	case reflect.Interface:
		held := []any{nil, 7, "text", &struct{ N int }{3}, map[string]int{"m": 1}, [1]*int{new(int)}, fmt.Errorf("e")}
		if h := reflect.ValueOf(held[r.IntN(len(held))]); h.IsValid() && h.Type().Implements(v.Type()) {
			v.Set(h)
		}
	default:
		if v.CanInt() {
			v.SetInt(int64(int8(r.Uint64())))
		} else {
			v.SetUint(r.Uint64() & 0xff)
		}
	}
}

// compare reads all that can be read at p by accessors, and by reflect from v, which is the value at p.
func compare(t *testing.T, p Place, v reflect.Value) {
	t.Helper()
	if !p.IsValid() {
		t.Fatalf("the place of a %s is not valid", v.Type())
	}
	if p.Pointer() != v.Addr().UnsafePointer() {
		t.Fatalf("the place of a %s is not that of the value", v.Type())
	}
	if got := p.Value(v.Type()); got.Addr().Interface() != v.Addr().Interface() {
		t.Fatalf("Value is another %s", v.Type())
	}
	switch v.Kind() {
	case reflect.Bool:
		same(t, Load[bool](p), v.Bool())
	case reflect.Int:
		same(t, Load[int](p), int(v.Int()))
	case reflect.Int8:
		same(t, Load[int8](p), int8(v.Int()))
		same(t, Load[uint8](p), uint8(v.Int()))
	case reflect.Uint16:
		same(t, Load[uint16](p), uint16(v.Uint()))
	case reflect.Int32:
		same(t, Load[int32](p), int32(v.Int()))
		same(t, Load[uint32](p), uint32(v.Int()))
	case reflect.Uint64:
		same(t, Load[uint64](p), v.Uint())
	case reflect.Float32:
		same(t, Load[float32](p), float32(v.Float()))
	case reflect.Float64:
		same(t, Load[float64](p), v.Float())
	case reflect.String:
		same(t, Load[string](p), v.String())
	case reflect.Struct:
		for i := range v.NumField() {
			f, ok := FieldOf(v.Type(), []int{i})
			if !ok {
				t.Fatalf("FieldOf(%s, %d) has no field", v.Type(), i)
			}
			compare(t, p.Field(f), v.Field(i))
			if within, ok := FieldWithin(v, v.Field(i)); !ok || p.Field(within).Pointer() != v.Field(i).Addr().UnsafePointer() {
				t.Fatalf("FieldWithin does not find the field %d of %s", i, v.Type())
			}
		}
	case reflect.Slice, reflect.Array:
		e := ElemOf(v.Type())
		list := e.List(p)
		same(t, list.Len, v.Len())
		same(t, e.Size, v.Type().Elem().Size())
		if v.Kind() == reflect.Slice {
			same(t, p.Len(), v.Len())
			same(t, ListOf(v).Len, v.Len())
		}
		for i := range v.Len() {
			compare(t, list.At(i), v.Index(i))
			if v.Kind() == reflect.Array {
				compare(t, e.At(p, i), v.Index(i))
			} else {
				compare(t, ListOf(v).At(i), v.Index(i))
			}
		}
	case reflect.Pointer:
		same(t, p.IsNil(), v.IsNil())
		same(t, p.Follow().IsValid(), !v.IsNil())
		if !v.IsNil() {
			compare(t, p.Follow(), v.Elem())
		}
	case reflect.Interface:
		same(t, p.IsNil(), v.IsNil())
		if v.IsNil() {
			break
		}
		held, of := HeldOf(v.Elem().Type()), v.Elem().Type()
		if got := held.In(p).Value(of).Interface(); !reflect.DeepEqual(got, v.Elem().Interface()) {
			t.Fatalf("In gives %v, not %v", got, v.Elem())
		}
		if !held.IsDirect() {
			if got := held.Of(v.Interface()).Value(of).Interface(); !reflect.DeepEqual(got, v.Elem().Interface()) {
				t.Fatalf("Of gives %v, not %v", got, v.Elem())
			}
		}
	}
}

func same[T comparable](t *testing.T, got, want T) {
	t.Helper()
	if got != want {
		t.Fatalf("got %v, want %v", got, want)
	}
}

// change writes to all that is at p by accessors, and to want by reflect. Both are values of one type.
func change(r *rand.Rand, p Place, want reflect.Value) {
	switch want.Kind() {
	case reflect.Bool:
		v := r.IntN(2) == 0
		Store(p, v)
		want.SetBool(v)
	case reflect.Int:
		v := int(r.Int32())
		Store(p, v)
		want.SetInt(int64(v))
	case reflect.Int8:
		v := int8(r.Uint32())
		Store(p, uint8(v)) // the same memory
		want.SetInt(int64(v))
	case reflect.Uint16:
		v := uint16(r.Uint32())
		Store(p, v)
		want.SetUint(uint64(v))
	case reflect.Float32:
		v := r.Float32()
		Store(p, v)
		want.SetFloat(float64(v))
	case reflect.String:
		v := fmt.Sprint(r.Uint64())
		Store(p, v)
		want.SetString(v)
	case reflect.Pointer:
		at := p.SetNew(want.Type().Elem())
		want.Set(reflect.New(want.Type().Elem()))
		change(r, at, want.Elem())
	case reflect.Struct:
		for i := range want.NumField() {
			f, _ := FieldOf(want.Type(), []int{i})
			change(r, p.Field(f), want.Field(i))
		}
	case reflect.Slice:
		e := ElemOf(want.Type())
		for range 3 {
			at := e.Extend(p)
			if !at.IsValid() {
				p.Value(want.Type()).Grow(2)
				at = e.Extend(p)
			}
			at.Value(want.Type().Elem()).SetZero() // beyond its length a slice may have any values
			want.Set(reflect.Append(want, reflect.Zero(want.Type().Elem())))
			change(r, at, want.Index(want.Len()-1))
		}
	case reflect.Array:
		e := ElemOf(want.Type())
		for i := range want.Len() {
			change(r, e.At(p, i), want.Index(i))
		}
	}
}

// check compares the accessors with reflect on one random struct.
func check(t *testing.T, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 1))
	typ := randomStruct(r, 4)
	v := reflect.New(typ).Elem()
	fill(r, v)
	compare(t, OfValue(v), v)
	compare(t, At(typ, v.Addr().UnsafePointer()), v)

	p, want := New(typ), reflect.New(typ).Elem()
	p.Value(typ).Set(v)
	want.Set(v)
	unshare(p.Value(typ))
	unshare(want)
	change(r, p, want)
	if seed%64 == 0 {
		runtime.GC() // what SetNew and Extend have stored stays
	}
	if got := p.Value(typ); !reflect.DeepEqual(got.Interface(), want.Interface()) {
		t.Fatalf("seed %d: accessors wrote %v, reflect %v", seed, got, want)
	}
}

// unshare copies the slices in v. Otherwise two copies of a value would write to the same arrays.
func unshare(v reflect.Value) {
	switch v.Kind() {
	case reflect.Slice:
		own := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
		reflect.Copy(own, v)
		v.Set(own)
		for i := range v.Len() {
			unshare(v.Index(i))
		}
	case reflect.Array:
		for i := range v.Len() {
			unshare(v.Index(i))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			unshare(v.Field(i))
		}
	}
}

func TestAccessorsDoWhatReflectDoes(t *testing.T) {
	for seed := range uint64(2000) {
		check(t, seed)
	}
}

func FuzzAccessors(f *testing.F) {
	f.Add(uint64(1))
	f.Fuzz(check)
}

type (
	inner  struct{ text string }
	middle struct {
		_ int8
		*inner
	}
	Outer struct {
		_ bool
		*middle
		wrapped struct{ in inner }
	}
)

func TestLocateGoesThroughEmbeddedPointers(t *testing.T) {
	v := Outer{middle: &middle{inner: &inner{"deep"}}}
	v.wrapped.in.text = "near"
	hops, f := Locate(reflect.TypeOf(v), []int{1, 1, 0})
	if p := Of(&v).Through(hops); !p.IsValid() || Load[string](p.Field(f)) != "deep" {
		t.Errorf("%d pointers lead elsewhere", len(hops))
	}
	v.middle.inner = nil
	if Of(&v).Through(hops).IsValid() {
		t.Error("a nil pointer leads to a value")
	}
	v.middle = nil
	if Of(&v).Through(hops).IsValid() {
		t.Error("a nil pointer at the first hop leads to a value")
	}
	hops, f = Locate(reflect.TypeOf(v), []int{2, 0, 0})
	if len(hops) != 0 || Load[string](Of(&v).Field(f)) != "near" {
		t.Error("a field of a struct inside is not found")
	}
	if hops, f = Locate(reflect.TypeOf(v), nil); len(hops) != 0 || Of(&v).Field(f).Pointer() != Of(&v).Pointer() {
		t.Error("no index leads to another value")
	}
}

func TestFieldsAreCheckedAgainstTheType(t *testing.T) {
	typ := reflect.TypeFor[Outer]()
	for _, index := range [][]int{{3}, {-1}, {0, 0}, {1, 0}} {
		if _, ok := FieldOf(typ, index); ok {
			t.Errorf("Outer has a field %v", index)
		}
	}
	v, other := reflect.New(typ).Elem(), reflect.New(reflect.TypeFor[bool]()).Elem()
	if _, ok := FieldWithin(v, other); ok {
		t.Error("another value is a field of Outer")
	}
}

func TestNewMakesZeroValues(t *testing.T) {
	type node struct {
		text string
		next *node
		list []string
		n    int8
	}
	var first *node
	for i := range 2000 {
		n := New(reflect.TypeFor[node]()).Value(reflect.TypeFor[node]()).Addr().Interface().(*node)
		if !reflect.DeepEqual(*n, node{}) {
			t.Fatalf("made %+v", *n)
		}
		n.text, n.next, n.list, n.n = string(rune('a'+i%26)), first, make([]string, 3), int8(i)
		first = n
		if i%500 == 0 {
			runtime.GC() // what the values hold stays: they were made with their type
		}
	}
	for i := 1999; i >= 0; i, first = i-1, first.next {
		if first.text != string(rune('a'+i%26)) || len(first.list) != 3 || first.n != int8(i) {
			t.Fatalf("the %d-th became %+v", i, *first)
		}
	}
}

func TestTypeWordIsThatOfTheDynamicType(t *testing.T) {
	var a, b, c error = fmt.Errorf("a"), fmt.Errorf("b"), &wrapped{}
	if TypeWord(a) != TypeWord(b) || TypeWord(a) == TypeWord(c) || TypeWord[any](1) == TypeWord[any]("") {
		t.Error("TypeWord does not follow the type")
	}
}

type wrapped struct{ error }

func TestCursorsReadAndWriteText(t *testing.T) {
	text := "0123456789abcdefghij"
	from := CursorOf(text)
	b := make([]byte, 2, 40)
	to := CursorIn(b, 2)
	to.PutBlock((*[16]byte)([]byte(text)))
	to.Add(16).PutHalf(from.Add(16).Half())
	if got := string(b[2:22]); got != text {
		t.Errorf("copied %q", got)
	}
	to.PutWord(from.Add(8).Word())
	to.Add(8).PutHalf(from.Half())
	if got, want := string(b[2:14]), "89abcdef0123"; got != want {
		t.Errorf("copied %q, want %q", got, want)
	}
	if from.Word() != 0x3736353433323130 || from.Half() != 0x33323130 {
		t.Error("the first byte is not in the lowest bits")
	}
	if View([]byte(text)) != text || View(nil) != "" {
		t.Error("View has another text")
	}
}
