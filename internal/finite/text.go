package finite

import (
	"fmt"
	"reflect"
	"runtime"
	"strings"
)

// The largest value that Text prints with fmt. A larger value is cut.
const (
	maxDepth  = 100    // levels of nested maps, slices, structs and interfaces
	maxValues = 10_000 // values on all levels
)

// The part of a value that Text prints when it cuts.
const (
	cutDepth  = 4    // nested levels
	cutValues = 20   // elements, entries or fields of each value
	cutString = 200  // bytes of each string
	cutText   = 4096 // bytes in total
)

var (
	errorType     = reflect.TypeFor[error]()
	stringerType  = reflect.TypeFor[fmt.Stringer]()
	formatterType = reflect.TypeFor[fmt.Formatter]()
)

// Text returns fmt.Sprint(v). It cuts a value that contains itself, or is too large for a line of a log.
func Text(v any) string {
	left := maxValues
	if isFinite(reflect.ValueOf(v), 0, &left) {
		return fmt.Sprint(v)
	}
	p := printer{}
	p.print(reflect.ValueOf(v), 0)
	return p.b.String()
}

// isFinite walks v as fmt does and reports whether v is within the bounds. left is the number of values that it may still visit.
func isFinite(v reflect.Value, depth int, left *int) bool {
	if *left--; *left < 0 || depth > maxDepth {
		return false
	}
	if !v.IsValid() || hasMethod(v) {
		return true
	}
	switch v.Kind() {
	case reflect.Interface:
		return isFinite(v.Elem(), depth+1, left)
	case reflect.Pointer: // fmt prints what the outermost pointer points to, and the address for others
		return depth > 0 || isFinite(v.Elem(), depth+1, left)
	case reflect.Struct:
		for i := range v.NumField() {
			if !isFinite(v.Field(i), depth+1, left) {
				return false
			}
		}
	case reflect.Slice, reflect.Array:
		if isScalar(v.Type().Elem()) {
			return true
		}
		for i := range v.Len() {
			if !isFinite(v.Index(i), depth+1, left) {
				return false
			}
		}
	case reflect.Map:
		for entries := v.MapRange(); entries.Next(); {
			if !isFinite(entries.Key(), depth+1, left) || !isFinite(entries.Value(), depth+1, left) {
				return false
			}
		}
	}
	return true
}

// hasMethod reports whether fmt prints v by a method of its type.
func hasMethod(v reflect.Value) bool {
	if !v.CanInterface() || v.Kind() == reflect.Interface {
		return false
	}
	t := v.Type()
	return t.Implements(errorType) || t.Implements(stringerType) || t.Implements(formatterType)
}

// isScalar reports whether values of a type contain no other values.
func isScalar(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Interface, reflect.Pointer, reflect.Struct, reflect.Slice, reflect.Array, reflect.Map:
		return false
	}
	return true
}

// printer prints the first part of a value.
type printer struct{ b strings.Builder }

// print prints v, which depth values enclose.
func (p *printer) print(v reflect.Value, depth int) {
	if p.b.Len() > cutText || depth > cutDepth {
		p.b.WriteString("…")
		return
	}
	if !v.IsValid() {
		p.b.WriteString("<nil>")
		return
	}
	if !hasMethod(v) {
		switch v.Kind() {
		case reflect.Interface:
			p.print(v.Elem(), depth)
			return
		case reflect.Pointer:
			switch {
			case v.IsNil():
				p.b.WriteString("<nil>")
			case depth == 0:
				p.b.WriteByte('&')
				p.print(v.Elem(), depth+1)
			default: // the address, as inside of fmt. fmt.Sprint(v) would print what v points to, which may contain itself
				fmt.Fprintf(&p.b, "0x%x", v.Pointer())
			}
			return
		case reflect.Struct:
			p.list("{", "}", v.NumField(), func(i int) { p.print(v.Field(i), depth+1) })
			return
		case reflect.Slice, reflect.Array:
			p.list("[", "]", v.Len(), func(i int) { p.print(v.Index(i), depth+1) })
			return
		case reflect.Map:
			entries := v.MapRange()
			p.list("map[", "]", v.Len(), func(int) {
				if entries.Next() {
					p.print(entries.Key(), depth+1)
					p.b.WriteByte(':')
					p.print(entries.Value(), depth+1)
				}
			})
			return
		}
	}
	s := fmt.Sprint(v)
	if len(s) > cutString {
		s = strings.ToValidUTF8(s[:cutString], "") + "…"
	}
	p.b.WriteString(s)
}

// list prints n elements between begin and end.
func (p *printer) list(begin, end string, n int, print func(i int)) {
	p.b.WriteString(begin)
	for i := range min(n, cutValues) {
		if i > 0 {
			p.b.WriteByte(' ')
		}
		print(i)
	}
	if n > cutValues {
		p.b.WriteString(" …")
	}
	p.b.WriteString(end)
}

// IsRecursive reports whether the calling function has called itself many times on its own stack, as a method that prints its
// receiver does. It walks the stack only when that has 300 frames or more.
func IsRecursive() bool {
	const deep, often = 300, 10 // frames; calls of the function
	var one [1]uintptr
	if runtime.Callers(deep, one[:]) == 0 {
		return false
	}
	var frames [4096]uintptr
	n := runtime.Callers(2, frames[:])
	caller, calls := runtime.FuncForPC(frames[0]-1).Entry(), 0
	for _, pc := range frames[:n] {
		if runtime.FuncForPC(pc-1).Entry() == caller {
			calls++
		}
	}
	return calls > often
}
