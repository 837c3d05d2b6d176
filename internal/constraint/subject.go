package constraint

import (
	"fmt"
	"reflect"
	"strings"
	"time"
)

// subjectOf returns the sorts of values that t is.
func subjectOf(t reflect.Type) subject {
	out := anything
	switch t.Kind() {
	case reflect.String:
		out |= text
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		out |= integer
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		out |= unsigned
	case reflect.Float32, reflect.Float64:
		out |= float
	case reflect.Bool:
		out |= boolean
	case reflect.Slice:
		out |= list
		if t.Elem().Kind() == reflect.Uint8 {
			out |= raw
		}
	case reflect.Array:
		out |= list
	case reflect.Map:
		out |= dict
	case reflect.Struct:
		if t.ConvertibleTo(reflect.TypeFor[time.Time]()) {
			out |= moment
		}
	}
	if t.Implements(reflect.TypeFor[fmt.Stringer]()) {
		out |= stringer
	}
	return out
}

// String names the sorts for an error: a string, a number or a list.
func (s subject) String() string {
	var names []string
	for _, n := range []struct {
		set  subject
		name string
	}{
		{text, "a string"}, {number, "a number"}, {integer | unsigned, "a whole number"}, {boolean, "a bool"},
		{list, "a list"}, {dict, "a map"}, {moment, "a time.Time"}, {raw, "bytes"}, {stringer, "a fmt.Stringer"},
	} {
		if s&n.set == n.set {
			names = append(names, n.name)
			s &^= n.set
		}
	}
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	last := len(names) - 1
	return strings.Join(names[:last], ", ") + " or " + names[last]
}
