package main

import (
	"fmt"
	"io"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/brio-go/brio"
)

// dump writes all that a handler was given, also what JSON does not show: nil beside empty, the zone of a time, the type in an interface.
func dump(v any) string {
	var b strings.Builder
	dumpValue(&b, reflect.ValueOf(v), 0)
	return b.String()
}

func dumpValue(b *strings.Builder, v reflect.Value, depth int) {
	if !v.IsValid() {
		b.WriteString("nil")
		return
	}
	if depth > 100 {
		b.WriteString("…")
		return
	}
	t := v.Type()
	if v.CanInterface() && dumpSpecial(b, v) {
		return
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			b.WriteString("nil")
			return
		}
		if v.Kind() == reflect.Interface {
			fmt.Fprintf(b, "(%s)", v.Elem().Type())
		} else {
			b.WriteByte('&')
		}
		dumpValue(b, v.Elem(), depth+1)
	case reflect.Slice:
		if v.IsNil() {
			b.WriteString("nil")
			return
		}
		if t.Elem().Kind() == reflect.Uint8 {
			fmt.Fprintf(b, "%q", v.Bytes())
			return
		}
		dumpList(b, v, depth)
	case reflect.Array:
		dumpList(b, v, depth)
	case reflect.Map:
		if v.IsNil() {
			b.WriteString("nil")
			return
		}
		var members []string
		for key, elem := range v.Seq2() {
			var m strings.Builder
			dumpValue(&m, key, depth+1)
			m.WriteByte(':')
			dumpValue(&m, elem, depth+1)
			members = append(members, m.String())
		}
		slices.Sort(members)
		fmt.Fprintf(b, "map[%s]", strings.Join(members, " "))
	case reflect.Struct:
		b.WriteByte('{')
		for i := range v.NumField() {
			f := t.Field(i)
			if !f.IsExported() {
				continue
			}
			b.WriteString(f.Name)
			b.WriteByte(':')
			dumpValue(b, v.Field(i), depth+1)
			b.WriteByte(' ')
		}
		b.WriteByte('}')
	case reflect.String:
		fmt.Fprintf(b, "%q", v.String())
	default:
		fmt.Fprint(b, v)
	}
}

func dumpList(b *strings.Builder, v reflect.Value, depth int) {
	b.WriteByte('[')
	for i := range v.Len() {
		dumpValue(b, v.Index(i), depth+1)
		b.WriteByte(' ')
	}
	b.WriteByte(']')
}

// dumpSpecial writes values of types whose fields say nothing.
func dumpSpecial(b *strings.Builder, v reflect.Value) bool {
	t := v.Type()
	switch x := v.Interface().(type) {
	case time.Time:
		zone, offset := x.Zone()
		fmt.Fprintf(b, "%s(%s %d)", x.Format(time.RFC3339Nano), zone, offset)
		return true
	case brio.UploadFile:
		content, err := x.ReadAll()
		fmt.Fprintf(b, "file(%q %q %d %v %q %v)", x.Filename, x.ContentType, x.Size, x.Header, content, err)
		return true
	case io.Reader:
		if v.Kind() == reflect.Interface || v.Kind() == reflect.Pointer && !v.IsNil() {
			content, err := io.ReadAll(x)
			fmt.Fprintf(b, "reader(%q %v)", content, err)
			return true
		}
	}
	if t.Kind() != reflect.Struct {
		return false
	}
	if get := v.MethodByName("Get"); get.IsValid() && v.MethodByName("IsNull").IsValid() {
		out := get.Call(nil)
		fmt.Fprintf(b, "optional(%v %v %v ", v.MethodByName("IsSet").Call(nil)[0], v.MethodByName("IsNull").Call(nil)[0], out[1])
		dumpValue(b, out[0], 0)
		b.WriteByte(')')
		return true
	}
	if value := v.MethodByName("Value"); value.IsValid() && v.MethodByName("Has").IsValid() {
		b.WriteString("patch(")
		dumpValue(b, value.Call(nil)[0], 0)
		b.WriteByte(')')
		return true
	}
	for i := range t.NumField() {
		if t.Field(i).IsExported() {
			return false
		}
	}
	if s, ok := v.Interface().(fmt.Stringer); ok {
		fmt.Fprintf(b, "%s(%s)", t, s)
		return true
	}
	if v.CanAddr() {
		if s, ok := v.Addr().Interface().(fmt.Stringer); ok {
			fmt.Fprintf(b, "%s(%s)", t, s)
			return true
		}
	}
	return false
}
