package invoke

import (
	"errors"
	"reflect"
	"runtime"
	"testing"
	"unsafe"
)

// TestCall1: a function of one pointer gives by Call1 what it gives by Call, whatever happens to the stack meanwhile.
func TestCall1(t *testing.T) {
	in := &input{ID: 7, Name: "seven"}
	moved := func(in *input) *output {
		grow(100)
		runtime.GC()
		return &output{ID: in.ID, Name: in.Name + "!"}
	}
	seen := 0
	m := map[string]int{}
	for _, fn := range []any{
		func(in *input) { grow(100); seen += in.ID },
		func(in *input) *output { return moved(in) },
		func(in *input) error { moved(in); return errors.New("no " + in.Name) },
		func(in *input) (*output, error) { return moved(in), nil },
		func(in *input) (*output, *input, error) { return moved(in), in, errors.New("e") },
		func(in *input) (error, error) { moved(in); return nil, errors.New("second") },
		func(in *input) map[string]int { moved(in); return m },
		func(in *input) (map[string]int, error) { moved(in); return m, errors.New("e") },
		(&service{"p "}).one,
		func(in *input) string { return moved(in).Name },
		func(in *input) (string, error) { return moved(in).Name, errors.New("e") },
		func(in *input) []string { return []string{moved(in).Name, "x"} },
		func(in *input) ([]int, error) { return []int{moved(in).ID}, nil },
	} {
		f := New(reflect.ValueOf(fn))
		typ := reflect.TypeOf(fn)
		if f.TakesOnePointer() != canCallDirectly {
			t.Fatalf("%s takes one pointer: %t", typ, f.TakesOnePointer())
		}
		if !canCallDirectly {
			continue
		}
		var a, b Results
		f.Call(argsOf(f, Pointer(unsafe.Pointer(in))), &a)
		f.Call1(Pointer(unsafe.Pointer(in)), &b)
		runtime.GC()
		for i := range typ.NumOut() {
			x, y := a.At(f.Place(i)).Reflect(typ.Out(i)).Interface(), b.At(f.Place(i)).Reflect(typ.Out(i)).Interface()
			if !reflect.DeepEqual(x, y) {
				t.Errorf("%s: result %d is %v, by Call %v", typ, i, y, x)
			}
			if b.IsNil(f.Place(i)) != (y == nil) {
				t.Errorf("%s: result %d: IsNil", typ, i)
			}
		}
		mapped := typ.NumOut() > 0 && shapeOf(typ.Out(0)) == pointer && (typ.NumOut() == 1 || typ.Out(1).Kind() == reflect.Interface && typ.NumOut() == 2)
		if f.MapsPointer() != mapped {
			t.Errorf("%s maps a pointer: %t", typ, f.MapsPointer())
		}
		if !mapped {
			continue
		}
		p, err := f.CallPointer(Pointer(unsafe.Pointer(in)))
		runtime.GC()
		if x, y := a.At(0).Reflect(typ.Out(0)).Interface(), b.Put(p).Reflect(typ.Out(0)).Interface(); !reflect.DeepEqual(x, y) {
			t.Errorf("%s: the pointer is to %v, by Call to %v", typ, y, x)
		}
		if typ.NumOut() == 2 && !reflect.DeepEqual(a.At(f.Place(1)).Error(), err) || typ.NumOut() == 1 && err != nil {
			t.Errorf("%s: the error is %v", typ, err)
		}
	}
	for _, fn := range []any{
		func() string { grow(100); return "text" },
		func() (string, error) { grow(100); return "text", errors.New("e") },
		func(in *input) string { return moved(in).Name },
		func(in *input) (named, error) { return named(moved(in).Name), errors.New("e") },
	} {
		f := New(reflect.ValueOf(fn))
		if f.GivesText() != canCallDirectly {
			t.Fatalf("%T gives text: %t", fn, f.GivesText())
		}
		if !canCallDirectly {
			continue
		}
		var args Args
		if f.nin > 0 {
			args = *argsOf(f, Pointer(unsafe.Pointer(in)))
		}
		var a, b Results
		f.Call(&args, &a)
		v, err := f.CallText(Pointer(unsafe.Pointer(in)), &b)
		runtime.GC()
		if a.At(0).Text() != v.Text() || v.Text() == "" {
			t.Errorf("%T gives %q, by Call %q", fn, v.Text(), a.At(0).Text())
		}
		if f.results == 2 && !reflect.DeepEqual(a.At(f.Place(1)).Error(), err) || f.results == 1 && err != nil {
			t.Errorf("%T: the error is %v", fn, err)
		}
	}
	for _, fn := range []any{func(int) string { return "" }, func(error) string { return "" }, func(a, b *int) string { return "" }, func(*int) []byte { return nil }, func(*int) (*int, string) { return nil, "" }} {
		if New(reflect.ValueOf(fn)).GivesText() {
			t.Errorf("%T gives text", fn)
		}
	}
	if want := 14; seen != want && canCallDirectly {
		t.Errorf("seen %d, want %d", seen, want)
	}
	for _, fn := range []any{func() {}, func(int) {}, func(error) {}, func(a, b *int) {}, func(*int) int { return 0 }} {
		if New(reflect.ValueOf(fn)).TakesOnePointer() {
			t.Errorf("%T takes one pointer", fn)
		}
	}
}

func (s *service) one(in *input) (*output, error) { return &output{Name: s.prefix + in.Name}, nil }
