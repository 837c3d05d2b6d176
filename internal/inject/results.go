package inject

import (
	"reflect"
	"strings"

	"github.com/brio-go/brio/internal/invoke"
)

// result has the indexes of a function's results; -1: the function has no such result.
type result struct {
	value, cleanup, err int
	typ, closer         reflect.Type // of the value and of the clean-up; nil: none
}

var (
	errorType = reflect.TypeFor[error]()
	// closers are the types of clean-ups.
	closers = map[reflect.Type]bool{
		reflect.TypeFor[func()]():            true,
		reflect.TypeFor[func() error]():      true,
		reflect.TypeFor[func(error)]():       true,
		reflect.TypeFor[func(error) error](): true,
	}
)

// handlerResult reads the results of a handler: nothing, error, T or (T, error). ok is false for others.
func handlerResult(t reflect.Type) (_ result, ok bool) {
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
	return r, n == 0 && r.typ != errorType
}

// providerResult reads the results of a provider: nothing, error, T or (T, error), each also with a clean-up function
// before the error. ok is false for others.
func providerResult(t reflect.Type) (_ result, ok bool) {
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
	return r, n == 0 && r.typ != errorType
}

// noResult is the result of a function that returns nothing.
var noResult = result{value: -1, cleanup: -1, err: -1}

// places are the places in invoke.Results where a call leaves the results; -1: there is no such result. A call reads them for each
// request, so they take three bytes.
type places struct{ value, cleanup, err int8 }

// places returns where calls of fn leave the results.
func (r result) places(fn *invoke.Func) places {
	place := func(i int) int8 {
		if i < 0 {
			return -1
		}
		return int8(fn.Place(i))
	}
	return places{place(r.value), place(r.cleanup), place(r.err)}
}

// resultList returns the result types of a function type as Go writes them.
func resultList(t reflect.Type) string {
	var out []string
	for i := range t.NumOut() {
		out = append(out, t.Out(i).String())
	}
	return "(" + strings.Join(out, ", ") + ")"
}
