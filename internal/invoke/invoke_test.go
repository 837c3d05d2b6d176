package invoke

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"runtime"
	"sync"
	"testing"
	"unsafe"
)

type input struct {
	ID   int
	Name string
	Tags []string
}

type output struct {
	ID   int
	Name string
	P    *[]byte
}

type sink struct{ seen []string }

type key struct{}

// grow makes the stack move while the words of the call are on it.
func grow(n int) int {
	var b [512]byte
	if n == 0 {
		return int(b[0])
	}
	return grow(n-1) + int(b[n%512])
}

func handler(ctx context.Context, in *input, s *sink) (*output, error) {
	grow(50)
	runtime.GC()
	s.seen = append(s.seen, fmt.Sprint("seen ", in.ID))
	if in.ID%3 == 0 {
		return nil, errors.New("refused " + in.Name)
	}
	b := make([]byte, 64)
	return &output{in.ID, in.Name + ctx.Value(key{}).(string), &b}, nil
}

type service struct{ prefix string }

func (s *service) handle(ctx context.Context, in *input, to *sink) (*output, error) {
	out, err := handler(ctx, in, to)
	if out != nil {
		out.Name = s.prefix + out.Name
	}
	return out, err
}

func argsOf(f *Func, values ...Value) *Args {
	a := &Args{}
	for i := range values {
		a.Add(f, i, values[i])
	}
	return a
}

func TestCallsAreWhatTheyWouldBeWithoutReflection(t *testing.T) {
	s := &service{"service "}
	captured := "captured "
	closure := func(ctx context.Context, in *input, to *sink) (*output, error) {
		out, err := handler(ctx, in, to)
		if out != nil {
			out.Name = captured + out.Name
		}
		return out, err
	}
	prefixes := []string{"", "service ", "captured "}
	var funcs []*Func
	for _, fn := range []any{handler, s.handle, closure} {
		f := New(reflect.ValueOf(fn))
		if f.Direct() != canCallDirectly {
			t.Errorf("%T: direct is %t", fn, f.Direct())
		}
		funcs = append(funcs, f)
	}
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			for i := range 100 {
				for k, f := range funcs {
					ctx := context.WithValue(context.Background(), key{}, fmt.Sprint(" v", i))
					in, to := &input{ID: i, Name: fmt.Sprint("n", g)}, &sink{}
					var r Results
					f.Call(argsOf(f, Interface(ctx), Pointer(unsafe.Pointer(in)), Pointer(unsafe.Pointer(to))), &r)
					err := r.At(f.Place(1)).Error()
					if to.seen[0] != fmt.Sprint("seen ", i) {
						t.Errorf("seen %q", to.seen)
					}
					if i%3 == 0 {
						if err == nil || err.Error() != "refused "+in.Name || !r.At(f.Place(0)).IsNil() {
							t.Errorf("error %v", err)
						}
						continue
					}
					out := r.At(f.Place(0)).Reflect(reflect.TypeFor[*output]()).Interface().(*output)
					if want := prefixes[k] + in.Name + fmt.Sprint(" v", i); err != nil || out.Name != want || len(*out.P) != 64 {
						t.Errorf("got %v, %v; want %s", out, err, want)
					}
				}
			}
		})
	}
	wg.Wait()
}

type stringer struct{ s string }

func (s stringer) String() string { return s.s }

func TestEveryShapeOfParameterAndResult(t *testing.T) {
	m := map[string]int{"a": 1}
	p := new(int)
	cases := []struct {
		name   string
		fn     any
		args   []any
		direct bool
	}{
		{"nothing", func() {}, nil, true},
		{"pointer", func(q *int) *int { return q }, []any{p}, true},
		{"map, chan, func", func(a map[string]int, b chan int, c func() int) (map[string]int, int) { return a, c() }, []any{m, make(chan int), func() int { return 7 }}, false},
		{"map", func(a map[string]int) map[string]int { return a }, []any{m}, true},
		{"interface with methods", func(s fmt.Stringer) fmt.Stringer { return s }, []any{stringer{"x"}}, false},
		{"struct by value", func(in input) input { in.ID++; return in }, []any{input{ID: 1, Name: "n"}}, false},
		{"string and error", func(s string) (string, error) { return s + "!", errors.New("e") }, []any{"a"}, false},
		{"three results", func(q *int) (*int, func(error) error, error) { return q, nil, nil }, []any{p}, true},
		{"eight words", func(a, b, c, d, e, f, g, h *int) *int { return h }, []any{p, p, p, p, p, p, p, p}, true},
		{"nine words", func(a, b, c, d, e, f, g, h, i *int) *int { return i }, []any{p, p, p, p, p, p, p, p, p}, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			v := reflect.ValueOf(c.fn)
			f := New(v)
			var args []Value
			var plain []reflect.Value
			for i, a := range c.args {
				in := reflect.New(v.Type().In(i)).Elem()
				in.Set(reflect.ValueOf(a))
				args, plain = append(args, Of(in)), append(plain, in)
			}
			if c.name != "interface with methods" && f.Direct() != (c.direct && canCallDirectly) {
				t.Errorf("direct is %t", f.Direct())
			}
			var r Results
			f.Call(argsOf(f, args...), &r)
			for i, want := range v.Call(plain) {
				got := r.At(f.Place(i)).Reflect(want.Type())
				if want.Kind() == reflect.Func {
					if !got.IsNil() {
						t.Errorf("result %d is not nil", i)
					}
				} else if !reflect.DeepEqual(got.Interface(), want.Interface()) {
					t.Errorf("result %d: %v, want %v", i, got, want)
				}
			}
		})
	}
}

func TestPanicPasses(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Fatal("no panic")
		}
	}()
	f := New(reflect.ValueOf(func(in *input) *output { return &output{Name: in.Name} }))
	f.Call(argsOf(f, Pointer(nil)), new(Results))
}

func TestVariadicFunctionsAreRefused(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Fatal("no panic")
		}
	}()
	New(reflect.ValueOf(func(...int) {}))
}

func TestDirectCallsDoNotAllocate(t *testing.T) {
	if !canCallDirectly {
		t.Skip("this build calls through reflect")
	}
	out := &output{}
	f := New(reflect.ValueOf(func(context.Context, *input) (*output, error) { return out, nil }))
	args := argsOf(f, Interface(context.Background()), Pointer(unsafe.Pointer(&input{})))
	r := new(Results)
	if n := testing.AllocsPerRun(100, func() { f.Call(args, r) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkCall(b *testing.B) {
	out := &output{}
	fn := reflect.ValueOf(func(context.Context, *input) (*output, error) { return out, nil })
	in := []Value{Interface(context.Background()), Pointer(unsafe.Pointer(&input{}))}
	r := new(Results)
	f := New(fn)
	slow := *f
	slow.direct = false
	b.Run("direct", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			f.Call(argsOf(f, in...), r)
		}
	})
	b.Run("reflect", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			slow.Call(argsOf(&slow, in...), r)
		}
	})
}
