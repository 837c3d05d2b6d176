package model

import (
	"fmt"
	"reflect"
	"strings"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/json"
)

// Default is the value of an absent field.
type Default struct {
	Value  reflect.Value // never handed out when it could be shared: see Apply
	text   string
	typ    *Type
	shared bool // holds pointers, slices or maps
}

// Apply sets dst to the default. Slices, maps and pointers are made anew, so that no request sees another's.
func (d *Default) Apply(dst reflect.Value) {
	if !d.shared {
		dst.Set(d.Value)
		return
	}
	// It was read once at start-up, so it can be read again.
	_ = d.typ.setDefault(d.text, dst)
}

// readDefault reads the tag once, so that a bad default is a start-up error.
func (r *Reader) readDefault(m *Type, f *Field, text string) *Default {
	v := reflect.New(f.Type.Go).Elem()
	if err := f.Type.setDefault(text, v); err != nil {
		m.problem(both, "%s: default:%q is not a %s: %v", f.Go, text, f.Type.Go, err)
		return nil
	}
	d := &Default{Value: v, text: text, typ: f.Type}
	switch f.Type.Kind {
	case Bool, String, Int, Uint, Float, Number, Time, Duration:
	default:
		d.shared = true
	}
	if failure := f.CheckRules(v); failure != nil {
		m.problem(both, "%s: default:%q breaks the field's own rule: %s", f.Go, text, failure.Msg)
	}
	return d
}

// CheckRules applies the field's own rules to a value of its type, elements included, and gives the first that fails.
func (f *Field) CheckRules(v reflect.Value) *constraint.Failure {
	for v.IsValid() && v.Kind() == reflect.Pointer {
		v = v.Elem()
	}
	if v.IsValid() && f.Type.Kind == Optional {
		v, _ = v.Addr().Interface().(Wrapper).Unwrap()
	}
	if !v.IsValid() {
		return nil
	}
	return checkRules(f.Rules, v)
}

func checkRules(r *constraint.Rules, v reflect.Value) *constraint.Failure {
	if r == nil {
		return nil
	}
	if failure := r.Check(v); failure != nil {
		return failure
	}
	if r.Elem == nil {
		return nil
	}
	switch v.Kind() {
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			if failure := checkRules(r.Elem, v.Index(i)); failure != nil {
				return failure
			}
		}
	}
	return nil
}

// setDefault reads the text of a default tag: scalars are their text, lists foo,bar or JSON, the rest is JSON.
func (t *Type) setDefault(text string, dst reflect.Value) error {
	switch base := t.Base(); {
	case t.Scalar() && base.Kind != Any:
		if failure := t.SetText(text, dst); failure != nil {
			return fmt.Errorf("%s", strings.ToLower(failure.Msg[:1])+failure.Msg[1:])
		}
		return nil
	case base.Kind == List && base.In == Plain && base.Elem.Scalar() && !strings.HasPrefix(text, "["):
		list := reflect.MakeSlice(base.Go, 0, 0)
		if text != "" {
			for part := range strings.SplitSeq(text, ",") {
				e := reflect.New(base.Elem.Go).Elem()
				if failure := base.Elem.SetText(part, e); failure != nil {
					return fmt.Errorf("element %q: %s", part, failure.Msg)
				}
				list = reflect.Append(list, e)
			}
		}
		t.Open(dst).Set(list)
		return nil
	}
	return json.Unmarshal([]byte(text), dst.Addr().Interface())
}

// Open makes the pointers and Optionals of dst, a settable value of t.Go, and gives the base value inside.
func (t *Type) Open(dst reflect.Value) reflect.Value {
	for ; ; t = t.Elem {
		switch t.Kind {
		case Pointer:
			dst.Set(reflect.New(t.Elem.Go))
			dst = dst.Elem()
		case Optional:
			v, presence := dst.Addr().Interface().(Wrapper).Unwrap()
			*presence = Present
			dst = v
		default:
			return dst
		}
	}
}
