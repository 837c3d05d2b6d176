package constraint

import (
	"fmt"
	"reflect"
	"time"
)

// dryRun runs a rule on sample values of t and returns a panic as a mistake in the tag. It finds what the table of rules does not
// know, such as a rule of the application that panics on t.
func (e *Engine) dryRun(t reflect.Type, it item) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = badTag(it.raw, "it fails on %s: %v", t, p)
		}
	}()
	f := e.custom[it.Name]
	for _, v := range samples(t) {
		switch {
		case t.Kind() != reflect.String && builtin[it.Name].viaString:
		case f != nil:
			f(v.Interface(), it.Param)
		case isModel(t):
			_ = e.validator.VarWithKey("value", v.Interface(), it.raw+",structonly")
		default:
			_ = e.validator.Var(v.Interface(), it.raw)
		}
	}
	return nil
}

// samples returns the zero value of t and some filled values.
func samples(t reflect.Type) []reflect.Value {
	out := []reflect.Value{reflect.Zero(t)}
	for _, seed := range []int{1, 2, 40} {
		v := reflect.New(t).Elem()
		fillSample(v, seed, 0)
		out = append(out, v)
	}
	return out
}

// fillSample fills v with values that depend on seed. It stops at depth 3, because types may contain themselves.
func fillSample(v reflect.Value, seed, depth int) {
	if depth > 3 || !v.CanSet() {
		return
	}
	if v.Type() == reflect.TypeFor[time.Time]() {
		v.Set(reflect.ValueOf(time.Unix(int64(seed)<<24, 0).UTC()))
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fillSample(v.Elem(), seed, depth+1)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		v.SetInt(int64(seed))
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(uint64(seed))
	case reflect.Float32, reflect.Float64:
		v.SetFloat(float64(seed) / 4)
	case reflect.String:
		v.SetString(fmt.Sprintf("%0*d", seed, seed))
	case reflect.Bool:
		v.SetBool(seed%2 == 1)
	case reflect.Array:
		for i := range min(v.Len(), 2) {
			fillSample(v.Index(i), seed+i, depth+1)
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fillSample(v.Index(0), seed, depth+1)
		fillSample(v.Index(1), seed+1, depth+1)
	case reflect.Map:
		key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fillSample(key, seed, depth+1)
		fillSample(value, seed, depth+1)
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(key, value)
	case reflect.Struct:
		for i := range v.NumField() {
			fillSample(v.Field(i), seed, depth+1)
		}
	}
}
