package model

import (
	"encoding"
	"reflect"

	"github.com/brio-go/brio/internal/constraint"
)

// Enum has the legal values of a type with a method Values.
type Enum struct {
	Values []any // as clients see them: strings, or integers of the type's kind
	has    map[any]bool
}

// readEnum calls the method Values of a string or integer type, once at start-up, and keeps the list in m.Enum.
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

// wire returns a listed value as clients see it.
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

// CheckEnum returns a failure for a value that its type does not list, else nil.
func (t *Type) CheckEnum(v reflect.Value) *constraint.Failure {
	if t.Enum == nil || t.Enum.has[v.Interface()] {
		return nil
	}
	return t.EnumFailure()
}

// EnumFailure returns the failure of a value that its type does not list.
func (t *Type) EnumFailure() *constraint.Failure { return constraint.Enum(t.Enum.Values) }
