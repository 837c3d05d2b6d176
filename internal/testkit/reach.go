package testkit

import (
	"fmt"
	"math/big"
	"reflect"
	"slices"
	"strings"
)

// TextOf returns everything that v leads to, as text without addresses. A value that a handler keeps has the same text later.
func TextOf(v any) string {
	var b strings.Builder
	writeText(&b, reflect.ValueOf(v), map[reflect.Value]bool{}, 0)
	return b.String()
}

func writeText(b *strings.Builder, v reflect.Value, open map[reflect.Value]bool, depth int) {
	if !v.IsValid() || depth > 20 {
		b.WriteString("nil")
		return
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			b.WriteString("nil")
			return
		}
		if v.Kind() == reflect.Pointer {
			if open[v] {
				return
			}
			open[v] = true
		}
		writeText(b, v.Elem(), open, depth+1)
	case reflect.Struct:
		if v.CanAddr() && v.Type() == reflect.TypeFor[big.Int]() {
			b.WriteString(v.Addr().Interface().(*big.Int).String())
			return
		}
		b.WriteByte('{')
		for i := range v.NumField() {
			writeText(b, v.Field(i), open, depth+1)
			b.WriteByte(' ')
		}
		b.WriteByte('}')
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 && v.Kind() == reflect.Slice {
			b.Write(v.Bytes())
			return
		}
		for i := range v.Len() {
			writeText(b, v.Index(i), open, depth+1)
			b.WriteByte(',')
		}
	case reflect.Map:
		var entries []string
		for it := v.MapRange(); it.Next(); {
			var e strings.Builder
			writeText(&e, it.Key(), open, depth+1)
			e.WriteByte(':')
			writeText(&e, it.Value(), open, depth+1)
			entries = append(entries, e.String())
		}
		slices.Sort(entries)
		fmt.Fprint(b, entries)
	case reflect.String:
		b.WriteString(v.String())
	case reflect.Func, reflect.Chan, reflect.UnsafePointer:
	default:
		fmt.Fprint(b, v)
	}
}
