package model

import (
	"fmt"
	"reflect"

	"github.com/brio-go/brio/internal/constraint"
)

// ComputedField is a member of JSON results whose value a function of the model computes. brio.Computed makes it.
type ComputedField struct {
	name    string
	in, out reflect.Type // in: the model or a pointer to it; out: the value
	tag     reflect.StructTag
	call    func(receiver any) any
}

// Computed makes a ComputedField of f, mostly a method expression such as User.FullName.
func Computed[M, T any](name string, f func(M) T, tag string) ComputedField {
	c := ComputedField{name: name, in: reflect.TypeFor[M](), out: reflect.TypeFor[T](), tag: reflect.StructTag(tag)}
	if f != nil {
		c.call = func(receiver any) any {
			m, ok := receiver.(M) // a pointer to the model: M itself when f takes a pointer
			if !ok {
				m = *receiver.(*M)
			}
			out := f(m)
			return &out
		}
	}
	return c
}

// Computer is implemented by models with computed fields. Computed is called once, at start-up, on a zero value.
type Computer interface{ Computed() []ComputedField }

var computer = reflect.TypeFor[Computer]()

// HasComputed reports whether t lists computed fields.
func HasComputed(t reflect.Type) bool {
	return t.Kind() != reflect.Interface && (t.Implements(computer) || reflect.PointerTo(t).Implements(computer))
}

// readComputed adds the computed fields of the struct m, and of the structs that it embeds, to m.Computed. Mistakes are problems of
// m.
func (r *Reader) readComputed(m *Type) {
	if !HasComputed(m.Go) {
		return
	}
	list, problem := listComputed(m.Go)
	if problem != "" {
		m.problem(output, "%s", problem)
	}
	for _, c := range list {
		f := &Field{Name: c.name, Go: c.name, Tag: c.tag, ReadOnly: true, Required: true, Rules: &constraint.Rules{}, call: c.call}
		in := c.in
		if in != nil && in.Kind() == reflect.Pointer {
			in = in.Elem()
		}
		index, ok := embedsAt(m.Go, in, nil)
		switch {
		case c.name == "":
			m.problem(output, "a computed field has no name; brio.Computed(\"full_name\", User.FullName)")
			continue
		case c.call == nil:
			m.problem(output, "the computed field %q has no function", c.name)
			continue
		case !ok:
			m.problem(output, "the computed field %q is a function of %s, which %s neither is nor embeds", c.name, c.in, m.Go)
			continue
		case m.FieldIndex(c.name) >= 0 || m.ComputedField(c.name) != nil:
			m.problem(output, "the computed field %q has the name of another field; rename one", c.name)
			continue
		}
		f.Index, f.Type = index, r.read(c.out)
		m.Computed = append(m.Computed, f)
	}
}

// listComputed calls the method Computed of a zero value. A panic becomes a problem.

func listComputed(t reflect.Type) (list []ComputedField, problem string) {
	defer func() {
		if v := recover(); v != nil {
			problem = fmt.Sprintf("the method Computed of a zero %s panics: %v", t, v)
		}
	}()
	return reflect.New(t).Interface().(Computer).Computed(), ""
}

// embedsAt returns the index of the struct in inside of t, which is in itself or embeds it by value. index is that of t.
func embedsAt(t, in reflect.Type, index []int) ([]int, bool) {
	if t == in {
		return index, true
	}
	if t.Kind() != reflect.Struct {
		return nil, false
	}
	for i := range t.NumField() {
		if sf := t.Field(i); sf.Anonymous {
			if found, ok := embedsAt(sf.Type, in, append(index[:len(index):len(index)], i)); ok {
				return found, true
			}
		}
	}
	return nil, false
}

// EmbedsAt returns the index of the struct in inside of t, which is in itself or embeds it by value.
func EmbedsAt(t, in reflect.Type) (index []int, ok bool) { return embedsAt(t, in, nil) }

// ComputedField returns the computed field called name, or nil.
func (t *Type) ComputedField(name string) *Field {
	for _, f := range t.Computed {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// Compute calls the function of a computed field on a pointer to its receiver and returns a pointer to the value.
func (f *Field) Compute(receiver any) any { return f.call(receiver) }
