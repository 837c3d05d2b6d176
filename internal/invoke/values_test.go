package invoke

import (
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"unsafe"
)

type named string

type record struct {
	id   int
	name string
}

// Every number of words in, with and without an error, for a string and for slices of other elements than pointers.
func TestStringsAndSlicesAreCalledDirectly(t *testing.T) {
	pointer := reflect.TypeFor[*int]()
	for n := range maxIn + 1 {
		for _, first := range []reflect.Type{reflect.TypeFor[string](), reflect.TypeFor[named](), reflect.TypeFor[[]byte](), reflect.TypeFor[[]record]()} {
			for _, fails := range []bool{false, true} {
				in, out := []reflect.Type{}, []reflect.Type{first}
				for range n {
					in = append(in, pointer)
				}
				if fails {
					out = append(out, errorType)
				}
				var args []Value
				var want []string
				for i := range n {
					i := i
					args = append(args, PointerTo(&i))
					want = append(want, fmt.Sprint(i))
				}
				make := func(texts []string) reflect.Value {
					grow(50)
					runtime.GC()
					s := strings.Join(texts, ",") + "."
					switch first {
					case reflect.TypeFor[[]byte]():
						return reflect.ValueOf([]byte(s))
					case reflect.TypeFor[[]record]():
						return reflect.ValueOf([]record{{n, s}, {n + 1, s + s}})
					}
					return reflect.ValueOf(s).Convert(first)
				}
				fn := reflect.MakeFunc(reflect.FuncOf(in, out, false), func(got []reflect.Value) []reflect.Value {
					var texts []string
					for _, v := range got {
						texts = append(texts, fmt.Sprint(v.Elem().Int()))
					}
					out := []reflect.Value{make(texts)}
					if fails {
						out = append(out, reflect.ValueOf(errors.New("e")).Convert(errorType))
					}
					return out
				})
				f := New(fn)
				if f.Direct() != canCallDirectly {
					t.Fatalf("%s: direct is %t", fn.Type(), f.Direct())
				}
				r := new(Results)
				f.Call(argsOf(f, args...), r)
				kept := r.Keep(0)
				if got := r.At(f.Place(0)).Reflect(first).Interface(); !reflect.DeepEqual(got, make(want).Interface()) {
					t.Errorf("%s: %v", fn.Type(), got)
				}
				if fails && (r.At(f.Place(1)).Error() == nil || r.At(f.Place(1)).Error().Error() != "e") {
					t.Errorf("%s: error %v", fn.Type(), r.At(f.Place(1)).Error())
				}
				f.Call(argsOf(f, args...), r)
				r.Clear()
				runtime.GC()
				if got := kept.Reflect(first).Interface(); !reflect.DeepEqual(got, make(want).Interface()) {
					t.Errorf("%s: what was kept is %v", fn.Type(), got)
				}
				if r.text != "" || r.list != nil || !r.At(f.Place(0)).IsNil() {
					t.Errorf("%s: Clear left %v", fn.Type(), r)
				}
			}
		}
	}
}

var errorType = reflect.TypeFor[error]()

func TestStringsDoNotAllocate(t *testing.T) {
	if !canCallDirectly {
		t.Skip("this build calls through reflect")
	}
	f := New(reflect.ValueOf(func(in *record) (string, error) { return in.name, nil }))
	args, r := argsOf(f, Pointer(unsafe.Pointer(&record{name: "n"}))), new(Results)
	if n := testing.AllocsPerRun(100, func() { f.Call(args, r) }); n != 0 || *(*string)(r.At(f.Place(0)).Place(reflect.TypeFor[string]()).Pointer()) != "n" {
		t.Errorf("%v allocations, %v", n, r)
	}
}

func TestOnlyFirstResultMayBeString(t *testing.T) {
	for _, fn := range []any{
		func() (*int, string) { return nil, "" },
		func() (string, string) { return "", "" },
		func() (string, *int) { return "", nil },
		func(string) string { return "" },
		func([]int) []int { return nil },
		func() struct{} { return struct{}{} },
		func() int { return 1 },
	} {
		if New(reflect.ValueOf(fn)).Direct() {
			t.Errorf("%T is called directly", fn)
		}
	}
}
