package iterate

import (
	"iter"
	"reflect"
)

// ItemOf reports the item type of a Go iterator: iter.Seq[T] or iter.Seq2[T, error].
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

// Pull makes items and errors of an iterator's value, one at a time. The iterator runs as a coroutine of the caller's
// goroutine: nothing is left of it after stop, which lets it run its deferred calls.
func Pull(seq reflect.Value) (next func() (item reflect.Value, err error, ok bool), stop func()) {
	if seq.Type().In(0).NumIn() == 1 {
		one, stop := iter.Pull(seq.Seq())
		return func() (reflect.Value, error, bool) {
			item, ok := one()
			return item, nil, ok
		}, stop
	}
	two, stop := iter.Pull2(seq.Seq2())
	return func() (reflect.Value, error, bool) {
		item, e, ok := two()
		if !ok || e.IsNil() {
			return item, nil, ok
		}
		return item, e.Interface().(error), ok
	}, stop
}
