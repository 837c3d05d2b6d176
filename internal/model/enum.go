package model

import (
	"encoding"
	"reflect"

	"github.com/brio-go/brio/internal/constraint"
)

// Enum is what a type with a method Values lists.
type Enum struct {
	Values []any // as they stand on the wire: strings, or integers of the type's own kind
	has    map[any]bool
}

// readEnum asks a string or integer type for its values.
func readEnum(m *Type) {
	if m.Kind != String && m.Kind != Int && m.Kind != Uint {
		return
	}
	method := reflect.New(m.Go).MethodByName("Values")
	if !method.IsValid() || method.Type().NumIn() != 0 || method.Type().NumOut() != 1 || method.Type().Out(0) != reflect.SliceOf(m.Go) {
		return
	}
	e := &Enum{has: map[any]bool{}}
	p := guard(func() {
		list := method.Call(nil)[0]
		for i := range list.Len() {
			v := list.Index(i)
			e.has[v.Interface()] = true
			e.Values = append(e.Values, m.wire(v))
		}
	})
	switch {
	case p != nil:
		m.problem(both, "%s.Values panics: %v", m, p)
	case len(e.Values) == 0:
		m.problem(both, "%s.Values lists nothing, so no value is legal", m)
	}
	m.Enum = e
}

// wire is a listed value as clients see it.
func (t *Type) wire(v reflect.Value) any {
	if t.Out == ByText {
		p := reflect.New(t.Go)
		p.Elem().Set(v)
		if text, err := p.Interface().(encoding.TextMarshaler).MarshalText(); err == nil {
			return string(text)
		}
	}
	switch t.Kind {
	case String:
		return v.String()
	case Uint:
		return v.Uint()
	}
	return v.Int()
}

// CheckEnum reports a value that its type does not list.
func (t *Type) CheckEnum(v reflect.Value) *constraint.Failure {
	if t.Enum == nil || t.Enum.has[v.Interface()] {
		return nil
	}
	return t.EnumFailure()
}

// EnumFailure is what is said of anything that is none of the listed values.
func (t *Type) EnumFailure() *constraint.Failure { return constraint.Enum(t.Enum.Values) }
