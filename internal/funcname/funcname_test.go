package funcname

import (
	"reflect"
	"testing"
)

type plain struct{}

func (plain) Value()    {}
func (*plain) Pointer() {}

type generic[T any] struct{}

func (*generic[T]) Method() {}

func function()             {}
func typed[T any](*T) (t T) { return }

func TestOf(t *testing.T) {
	const here = "github.com/brio-go/brio/internal/funcname"
	literal := func() {}
	for name, tt := range map[string]struct {
		fn   any
		want Name
	}{
		"a function":                {function, Name{Package: here, Func: "function"}},
		"with a type argument":      {typed[map[string][]int], Name{Package: here, Func: "typed"}},
		"a method value":            {plain{}.Value, Name{Package: here, Receiver: "plain", Func: "Value"}},
		"of a pointer":              {(&plain{}).Pointer, Name{Package: here, Receiver: "plain", Func: "Pointer"}},
		"of a generic type":         {(&generic[[]int]{}).Method, Name{Package: here, Receiver: "generic", Func: "Method"}},
		"a method expression":       {(*plain).Pointer, Name{Package: here, Receiver: "plain", Func: "Pointer"}},
		"a literal":                 {literal, Name{Package: here, Outer: "TestOf"}},
		"a nil function":            {(func())(nil), Name{}},
		"no function":               {3, Name{}},
		"a function of the library": {reflect.DeepEqual, Name{Package: "reflect", Func: "DeepEqual"}},
	} {
		if got := Of(reflect.ValueOf(tt.fn)); got != tt.want {
			t.Errorf("%s: %+v, want %+v", name, got, tt.want)
		}
	}
}

func TestParse(t *testing.T) {
	for name, want := range map[string]Name{
		"main.main":                                {Package: "main", Func: "main"},
		"main.main.func1":                          {Package: "main", Outer: "main"},
		"main.(*T).Method.func2.1":                 {Package: "main", Outer: "Method"},
		"main.init.func1":                          {Package: "main", Outer: "init"},
		"gopkg.in/yaml%2ev3.Marshal":               {Package: "gopkg.in/yaml.v3", Func: "Marshal"},
		"example.com/a.b/c.(*T[...]).M-fm":         {Package: "example.com/a.b/c", Receiver: "T", Func: "M"},
		"example.com/a.F[go.shape.struct { A.B }]": {Package: "example.com/a", Func: "F"},
		"example.com/a.functional":                 {Package: "example.com/a", Func: "functional"},
	} {
		if got := Parse(name); got != want {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
}
