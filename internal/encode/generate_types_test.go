package encode

import (
	stdjson "encoding/json"
	"fmt"
	"reflect"
	"strings"
	"time"
)

// typed are types for the comparison with encoding/json, where values need not be readable back.
var typed = []reflect.Type{of[color](), of[text](), of[time.Time](), of[stdjson.Number](), of[jsonKind](), of[map[int]string](), of[map[textKey]bool](),
	of[outer](), of[omits](), of[zeros](), of[strs](), of[ptrs](), of[any](), of[[2]uint16](), of[onePointer](), of[*branch]()}

// typed makes a type: structs, containers and pointers of the types above.
func (g *generator) typed(depth int) reflect.Type {
	if depth == 0 {
		if g.below(2) == 0 {
			return leaves[g.below(len(leaves))]
		}
		return typed[g.below(len(typed))]
	}
	switch g.below(8) {
	case 0:
		return reflect.PointerTo(g.typed(depth - 1))
	case 1:
		return reflect.SliceOf(g.typed(depth - 1))
	case 2:
		return reflect.ArrayOf(g.below(3), g.typed(depth-1))
	case 3:
		return reflect.MapOf(stringType, g.typed(depth-1))
	case 4, 5, 6:
		var fields []reflect.StructField
		for i := range g.below(6) {
			tag := []string{"", `json:"aN"`, `json:"-"`, `json:",omitempty"`, `json:"b<N,omitzero"`, `json:"cN,string"`, `json:"dN,omitempty,omitzero"`}[g.below(7)]
			tag = strings.ReplaceAll(tag, "N", fmt.Sprint(i))
			t := g.typed(depth - 1)
			if strings.Contains(t.String(), "Number") {
				tag = strings.ReplaceAll(tag, ",string", "") // internal/model does not read it there
			}
			fields = append(fields, reflect.StructField{Name: fmt.Sprint("F", i), Type: t, Tag: reflect.StructTag(tag)})
		}
		return reflect.StructOf(fields)
	}
	return g.typed(0)
}

// random fills v. Slices and maps are not nil, where encoding/json and this package differ on purpose.
func (g *generator) random(v reflect.Value, depth int) {
	switch t := v.Type(); t {
	case of[time.Time]():
		v.Set(reflect.ValueOf(time.Unix(int64(g.below(256))*1e7, int64(g.below(2))).UTC()))
		return
	case of[stdjson.Number]():
		v.SetString([]string{"", "1", "-1.5e3", "00", "x"}[min(4, g.below(40)%(3+g.below(3)))])
		return
	case of[jsonKind]():
		v.Set(reflect.ValueOf(jsonKind{[]string{"1", ` { "a" : "<" } `, "null"}[g.below(3)]}))
		return
	case of[text]():
		v.Set(reflect.ValueOf(text{"a<", "b"}))
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if depth > 0 && g.below(3) > 0 {
			v.Set(reflect.New(v.Type().Elem()))
			g.random(v.Elem(), depth-1)
		}
	case reflect.Interface:
		if v.NumMethod() == 0 && depth > 0 && g.below(3) > 0 {
			e := reflect.New(g.typed(min(2, depth-1))).Elem()
			g.random(e, depth-1)
			v.Set(e)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Field(i).CanSet() {
				g.random(v.Field(i), depth-1)
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes([]byte("1")) // also a json.RawMessage
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 0, 0))
		for range g.below(3) {
			if depth <= 0 {
				return
			}
			e := reflect.New(v.Type().Elem()).Elem()
			g.random(e, depth-1)
			v.Set(reflect.Append(v, e))
		}
	case reflect.Array:
		for i := range v.Len() {
			g.random(v.Index(i), depth-1)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range g.below(3) {
			k, e := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			g.random(k, 0)
			g.random(e, depth-1)
			v.SetMapIndex(k, e)
		}
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32:
		v.SetUint(uint64(g.below(100)))
	case reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(int64(g.below(100)))
	default:
		g.fillLeaf(v, true)
	}
}
