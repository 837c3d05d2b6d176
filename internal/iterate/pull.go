package iterate

import (
	"iter"
	"reflect"
)

// ItemOf returns the item type of a Go iterator: T of iter.Seq[T] or iter.Seq2[T, error]. ok is false for other types.
func ItemOf(t reflect.Type) (item reflect.Type, ok bool) {
	if t == nil || t.Kind() != reflect.Func || t.NumIn() != 1 || t.NumOut() != 0 || t.IsVariadic() {
		return nil, false
	}
	yield := t.In(0)
	if yield.Kind() != reflect.Func || yield.NumOut() != 1 || yield.Out(0).Kind() != reflect.Bool || yield.IsVariadic() {
		return nil, false
	}
	switch {
	case yield.NumIn() == 1:
		return yield.In(0), true
	case yield.NumIn() == 2 && yield.In(1) == reflect.TypeFor[error]():
		return yield.In(0), true
	}
	return nil, false
}

// Pull returns a function that gives the items and errors of an iterator one at a time. seq is a value of a type that ItemOf
// accepts. The iterator runs as a coroutine of the caller's goroutine. The caller must call stop, which lets the iterator run
// its deferred calls.
func Pull(seq reflect.Value) (next func() (item reflect.Value, err error, ok bool), stop func()) {
	if seq.Type().In(0).NumIn() == 1 {
		items, stop := iter.Pull(seq.Seq())
		return func() (reflect.Value, error, bool) {
			item, ok := items()
			return item, nil, ok
		}, stop
	}
	pairs, stop := iter.Pull2(seq.Seq2())
	return func() (reflect.Value, error, bool) {
		item, err, ok := pairs()
		if !ok || err.IsNil() {
			return item, nil, ok
		}
		return item, err.Interface().(error), ok
	}, stop
}
