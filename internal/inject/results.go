package inject

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/brio-go/brio/internal/invoke"
)

// result says which of a function's results is what; -1 is none.
type result struct {
	value, cleanup, err int
	typ, closer         reflect.Type // of the value and the clean-up
}

var (
	errorType = reflect.TypeFor[error]()
	closers   = map[reflect.Type]bool{
		reflect.TypeFor[func()]():            true,
		reflect.TypeFor[func() error]():      true,
		reflect.TypeFor[func(error)]():       true,
		reflect.TypeFor[func(error) error](): true,
	}
)

// handlerResult reads the results of a handler: nothing, error, T or (T, error).
func handlerResult(t reflect.Type) (result, string) {
	r := noResult
	n := t.NumOut()
	if n > 0 && t.Out(n-1) == errorType {
		n--
		r.err = n
	}
	if n > 0 {
		n--
		r.value, r.typ = n, t.Out(n)
	}
	if n > 0 || r.typ == errorType {
		return r, fmt.Sprintf("its results are %s", results(t))
	}
	if r.typ == responseType.Elem() {
		return r, "it returns a brio.Response by value; return *brio.Response"
	}
	return r, ""
}

// providerResult reads the results of a provider: nothing, error, T or (T, error), each also with a clean-up function
// before the error.
func providerResult(t reflect.Type) (result, string) {
	r := noResult
	n := t.NumOut()
	if n > 0 && t.Out(n-1) == errorType {
		n--
		r.err = n
	}
	if n > 0 && closers[t.Out(n-1)] {
		n--
		r.cleanup, r.closer = n, t.Out(n)
	}
	if n > 0 {
		n--
		r.value, r.typ = n, t.Out(n)
	}
	if n > 0 || r.typ == errorType {
		return r, fmt.Sprintf("its results are %s", results(t))
	}
	return r, ""
}

// noResult is that of a function without results.
var noResult = result{value: -1, cleanup: -1, err: -1}

// places are where a call leaves the results; -1 is nowhere.
type places struct{ value, cleanup, err int8 }

func (r result) places(fn *invoke.Func) places {
	place := func(i int) int8 {
		if i < 0 {
			return -1
		}
		return int8(fn.Place(i))
	}
	return places{place(r.value), place(r.cleanup), place(r.err)}
}

func results(t reflect.Type) string {
	var out []string
	for i := range t.NumOut() {
		out = append(out, t.Out(i).String())
	}
	return "(" + strings.Join(out, ", ") + ")"
}
