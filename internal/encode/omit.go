package encode

import (
	"reflect"
	"slices"

	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/memory"
	"github.com/brio-go/brio/internal/model"
)

// keyOf returns the key of a member called name.
func keyOf(name string) key { return makeKey(string(json.AppendKey([]byte{','}, name))) }

func joinPath(path, name string) string { return path + "." + name }

// omit adds the tests of omitempty and omitzero. They are tests of the model's value; the source may have another type.
func (b *builder) omit(m *member, from *model.Type, f *model.Field, inside filter, path string) {
	same := from == f.Type
	if f.OmitEmpty {
		if same {
			m.addTest(emptyTest(from.Go))
		} else if f.Type.Kind != model.Optional {
			m.addTest(testAs(from.Go, f.Type, isEmpty))
		}
	}
	switch {
	case !f.OmitZero:
	case same:
		m.addTest(zeroTest(from.Go))
	case f.Type.Kind == model.Pointer && f.Type.Go.Implements(zeroer):
		m.addTest(testAs(from.Go, f.Type, isNil))
		m.addTest(testAs(from.Go, f.Type.Elem, zeroOnce(f.Type.Elem.Go)))
	case slices.Contains([]reflect.Kind{reflect.Pointer, reflect.Slice, reflect.Map}, f.Type.Go.Kind()) && !reflect.PointerTo(f.Type.Go).Implements(zeroer):
		// a value that is not nil may have the same JSON as nil, so dropZero would drop too much
		m.addTest(testAs(from.Go, f.Type, isNil))
	default:
		m.addTest(testAs(from.Go, f.Type, zeroOnce(f.Type.Go)))
		if zeroTest(f.Type.Go)(memory.New(f.Type.Go)) {
			b.dropZero(m, f, inside, path)
		}
	}
}

// zeroOnce returns the test whether a value is zero after its conversion to t.
func zeroOnce(t reflect.Type) func(reflect.Value) bool {
	zero := zeroTest(t)
	return func(v reflect.Value) bool {
		if v.Kind() != t.Kind() || !v.CanConvert(t) {
			return false
		}
		fresh := reflect.New(t)
		fresh.Elem().Set(v.Convert(t))
		return zero(memory.OfValue(fresh.Elem()))
	}
}

// dropZero leaves out values whose JSON is that of the model's zero value. An empty list inside of a struct counts as nil there.
func (b *builder) dropZero(m *member, f *model.Field, inside filter, path string) {
	n := b.compile(f.Type, f.Type, inside, f.AsString, path)
	m.hasConditions = true
	b.later = append(b.later, func() {
		if text, err := n.append(nil, memory.New(f.Type.Go), 0); err == nil {
			m.dropTexts = append(m.dropTexts, string(text))
		}
	})
}

// addTest leaves the member out when test reports true, beside the tests that it has.
func (m *member) addTest(test func(memory.Place) bool) {
	switch first := m.skip; {
	case test == nil:
	case first == nil:
		m.skip = test
	default:
		m.skip = func(p memory.Place) bool { return first(p) || test(p) }
	}
}

// emptyTest returns the test of omitempty, as encoding/json has it. It is nil for types that are never empty.
func emptyTest(t reflect.Type) func(memory.Place) bool {
	switch t.Kind() {
	case reflect.String:
		return func(p memory.Place) bool { return memory.Load[string](p) == "" }
	case reflect.Slice:
		return func(p memory.Place) bool { return p.Len() == 0 }
	case reflect.Pointer, reflect.Interface:
		return func(p memory.Place) bool { return p.IsNil() }
	case reflect.Float32:
		return func(p memory.Place) bool { return memory.Load[float32](p) == 0 } // -0 too
	case reflect.Float64:
		return func(p memory.Place) bool { return memory.Load[float64](p) == 0 }
	case reflect.Map:
		return func(p memory.Place) bool { return p.Value(t).Len() == 0 }
	case reflect.Array:
		if t.Len() == 0 {
			return func(memory.Place) bool { return true }
		}
	case reflect.Bool:
		return func(p memory.Place) bool { return !memory.Load[bool](p) }
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64,
		reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		switch t.Size() {
		case 1:
			return func(p memory.Place) bool { return memory.Load[uint8](p) == 0 }
		case 2:
			return func(p memory.Place) bool { return memory.Load[uint16](p) == 0 }
		case 4:
			return func(p memory.Place) bool { return memory.Load[uint32](p) == 0 }
		case 8:
			return func(p memory.Place) bool { return memory.Load[uint64](p) == 0 }
		}
	}
	return nil
}

// testAs returns a test of values of type from, which asks how the value would be as a value of mdl.
func testAs(from reflect.Type, mdl *model.Type, test func(reflect.Value) bool) func(memory.Place) bool {
	return func(p memory.Place) bool { return holdsAs(p.Value(from), mdl, test) }
}

// holdsAs reports whether v, as a value of mdl, would be nil or pass the test.
func holdsAs(v reflect.Value, mdl *model.Type, test func(reflect.Value) bool) bool {
	if v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	if !v.IsValid() || v.Kind() == reflect.Pointer && v.IsNil() {
		return isNullable(mdl)
	}
	if v.Kind() == reflect.Pointer {
		return !isWrapper(mdl) && holdsAs(v.Elem(), mdl, test)
	}
	if w, ok := addressable(v).Addr().Interface().(model.Wrapper); ok {
		inside, presence := w.Unwrap()
		if *presence != model.Present {
			return isNullable(mdl)
		}
		return !isWrapper(mdl) && holdsAs(inside, mdl, test)
	}
	return !isNullable(mdl) && test(v) // a pointer to an empty value is not empty
}

func isEmpty(v reflect.Value) bool {
	switch v.Kind() {
	case reflect.Array, reflect.Map, reflect.Slice, reflect.String:
		return v.Len() == 0
	case reflect.Struct:
		return false
	}
	return v.IsZero()
}

func isNil(v reflect.Value) bool {
	return (v.Kind() == reflect.Map || v.Kind() == reflect.Slice) && v.IsNil()
}

// addressable returns v, or an addressable copy of it.
func addressable(v reflect.Value) reflect.Value {
	if v.CanAddr() {
		return v
	}
	fresh := reflect.New(v.Type()).Elem()
	fresh.Set(v)
	return fresh
}

// isZero is implemented by types that decide themselves whether omitzero leaves them out.
type isZero interface{ IsZero() bool }

var zeroer = reflect.TypeFor[isZero]()

// zeroTest returns the test of omitzero, as encoding/json has it: the IsZero method, or else equality with the zero value.
func zeroTest(t reflect.Type) func(memory.Place) bool {
	switch {
	case t.Kind() == reflect.Interface && t.Implements(zeroer):
		return func(p memory.Place) bool {
			v := p.Value(t)
			return v.IsNil() || v.Elem().Kind() == reflect.Pointer && v.Elem().IsNil() || v.Interface().(isZero).IsZero()
		}
	case t.Kind() == reflect.Pointer && t.Implements(zeroer):
		return func(p memory.Place) bool {
			v := p.Value(t)
			return v.IsNil() || v.Interface().(isZero).IsZero()
		}
	case reflect.PointerTo(t).Implements(zeroer):
		return func(p memory.Place) bool { return p.Value(t).Addr().Interface().(isZero).IsZero() }
	}
	if word := emptyTest(t); word != nil {
		switch t.Kind() {
		case reflect.Slice, reflect.Map, reflect.Array: // empty is not nil
		default:
			return word
		}
	}
	return func(p memory.Place) bool { return p.Value(t).IsZero() }
}
