package spec

import (
	"bytes"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// writer appends JSON. Objects of this package write themselves into it, so that a document is written once. With nested calls of
// MarshalJSON each level would be written again.
type writer struct {
	bytes.Buffer
	err      error
	before32 bool // members that OpenAPI has since 3.2 are written as extensions
}

// versioned is implemented by objects with other members before OpenAPI 3.2.
type versioned interface {
	in(before32 bool) []member
}

// writable is implemented by values that write themselves.
type writable interface{ write(w *writer) }

// marshal is the MarshalJSON of an object.
func marshal(o object) ([]byte, error) {
	w := &writer{}
	w.object(o)
	return w.Bytes(), w.err
}

// object writes the members and the Extra of an object.
func (w *writer) object(o object) {
	var extra map[string]any
	if p := o.extra(); p != nil {
		extra = *p
	}
	if d, ok := o.(*Document); ok {
		w.before32 = strings.HasPrefix(d.OpenAPI, "3.1") || strings.HasPrefix(d.OpenAPI, "3.0")
	}
	members := o.members
	if v, ok := o.(versioned); ok {
		members = func() []member { return v.in(w.before32) }
	}
	w.WriteByte('{')
	first := true
	for _, m := range members() {
		if _, replaced := extra[m.name]; !replaced && (m.always || !m.empty()) {
			w.key(m.name, &first)
			w.value(m.value)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(extra)) {
		w.key(name, &first)
		w.value(extra[name])
	}
	w.WriteByte('}')
}

func (w *writer) key(name string, first *bool) {
	if !*first {
		w.WriteByte(',')
	}
	*first = false
	w.leaf(name)
	w.WriteByte(':')
}

// value writes strings, booleans, lists and objects of this package without reflection, and other values by encoding/json.
func (w *writer) value(v any) {
	if s, ok := v.(writable); ok {
		s.write(w)
		return
	}
	rv := reflect.ValueOf(v)
	if rv.Kind() == reflect.Pointer && !rv.IsNil() {
		if o, ok := v.(object); ok {
			w.object(o)
			return
		}
		w.value(rv.Elem().Interface())
		return
	}
	switch {
	case !rv.IsValid(), rv.Kind() == reflect.Pointer:
		w.WriteString("null")
	case rv.Kind() == reflect.Struct && reflect.PointerTo(rv.Type()).Implements(objectType):
		p := reflect.New(rv.Type())
		p.Elem().Set(rv)
		w.object(p.Interface().(object))
	case rv.Type().Implements(marshaler):
		w.leaf(v)
	case rv.Kind() == reflect.Slice && rv.Type().Elem().Kind() != reflect.Uint8:
		w.WriteByte('[')
		for i := range rv.Len() {
			if i > 0 {
				w.WriteByte(',')
			}
			w.value(rv.Index(i).Interface())
		}
		w.WriteByte(']')
	case rv.Kind() == reflect.Map && rv.Type().Key().Kind() == reflect.String && !rv.IsNil():
		keys := rv.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return bytes.Compare([]byte(a.String()), []byte(b.String())) })
		w.WriteByte('{')
		first := true
		for _, k := range keys {
			w.key(k.String(), &first)
			w.value(rv.MapIndex(k).Interface())
		}
		w.WriteByte('}')
	default:
		w.leaf(v)
	}
}

var (
	marshaler  = reflect.TypeFor[json.Marshaler]()
	objectType = reflect.TypeFor[object]()
)

// leaf writes a value by encoding/json, with <, > and & unescaped.
func (w *writer) leaf(v any) {
	e := json.NewEncoder(&w.Buffer)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		w.WriteString("null")
		if w.err == nil {
			w.err = err
		}
		return
	}
	w.Truncate(w.Len() - 1) // without the newline that Encode writes
}

// empty reports whether the member is left out.
func (m member) empty() bool {
	if e, ok := m.value.(interface{ empty() bool }); ok {
		return e.empty()
	}
	v := reflect.ValueOf(m.value).Elem()
	switch v.Kind() {
	case reflect.Slice, reflect.Map:
		return v.Len() == 0
	}
	return v.IsZero()
}

// ordered is a map and the order in which it is written.
type ordered[T any] struct {
	values *map[string]T
	order  *[]string
}

func (o *ordered[T]) empty() bool { return len(*o.values) == 0 }

func (o *ordered[T]) write(w *writer) {
	w.WriteByte('{')
	first := true
	for _, name := range slices.Concat(*o.order, names(*o.values, *o.order)) {
		if v, ok := (*o.values)[name]; ok {
			w.key(name, &first)
			w.value(v)
		}
	}
	w.WriteByte('}')
}

// names returns the keys of m that known lacks, sorted.
func names[T any](m map[string]T, known []string) (out []string) {
	for _, name := range slices.Sorted(maps.Keys(m)) {
		if !slices.Contains(known, name) {
			out = append(out, name)
		}
	}
	return out
}

// oneOrMore is the keyword type: a string for one type, else a list.
type oneOrMore []string

func (t *oneOrMore) write(w *writer) {
	if len(*t) == 1 {
		w.leaf((*t)[0])
	} else {
		w.leaf([]string(*t))
	}
}

// schemaOrBool is a *Schema or a bool.
type schemaOrBool struct{ value *any }

func (s schemaOrBool) empty() bool     { return *s.value == nil }
func (s schemaOrBool) write(w *writer) { w.value(*s.value) }

// examples are written as an object, by name.
type examples []Example

func (e *examples) write(w *writer) {
	w.WriteByte('{')
	first := true
	for i := range *e {
		w.key((*e)[i].Name, &first)
		w.object(&(*e)[i])
	}
	w.WriteByte('}')
}
