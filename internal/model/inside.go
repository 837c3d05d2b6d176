package model

import (
	"iter"
	"reflect"

	"github.com/brio-go/brio/internal/constraint"
)

// Inside is a value directly inside of another one, a finished Go value.
type Inside struct {
	Type     *Type
	Rules    *constraint.Rules
	Value    reflect.Value // addressable if the value around it is; a copy of a Map's or Set's, always addressable
	Field    *Field        // of a Struct; its Extra for the map of undeclared members
	Index    int           // of a List or Array; -1 for others
	Key      reflect.Value // of a Map, and of a Set, whose elements are keys
	KeyRules *constraint.Rules
}

// Inside yields the values inside of v, a finished value of t without pointers: elements, fields and then the Extra of a struct, the
// variant of a union. rules are those of v.
//
// Unwrap and Inside are the one way through finished values, for each purpose: the check of what a decoder has made, the rules of
// a default, the Validate methods of a result.
func (t *Type) Inside(v reflect.Value, rules *constraint.Rules) iter.Seq[Inside] {
	return func(yield func(Inside) bool) {
		var elem, keys *constraint.Rules
		if rules != nil {
			elem, keys = rules.Elem, rules.Key
		}
		switch t.Kind {
		case List, Array:
			for i := range v.Len() {
				if !yield(Inside{Type: t.Elem, Rules: elem, Value: v.Index(i), Index: i}) {
					return
				}
			}
		case Map:
			for it := v.MapRange(); it.Next(); {
				if !yield(Inside{Type: t.Elem, Rules: elem, Value: copyOf(it.Value()), Index: -1, Key: it.Key(), KeyRules: keys}) {
					return
				}
			}
		case Set:
			for it := v.MapRange(); it.Next(); {
				if !yield(Inside{Type: t.Elem, Rules: elem, Value: copyOf(it.Key()), Index: -1, Key: it.Key()}) {
					return
				}
			}
		case Union:
			if i := t.Chosen(v); i >= 0 {
				yield(Inside{Type: t.Variants[i].Type, Value: v.Field(t.Variants[i].Index).Elem(), Index: -1})
			}
		case Struct:
			for _, f := range t.Fields {
				if field, err := v.FieldByIndexErr(f.Index); err == nil && !yield(Inside{Type: f.Type, Rules: f.Rules, Value: field, Field: f, Index: -1}) {
					return
				}
			}
			if f := t.Extra; f != nil {
				if extra, err := v.FieldByIndexErr(f.Index); err == nil {
					yield(Inside{Type: f.Type, Rules: f.Rules, Value: extra, Field: f, Index: -1})
				}
			}
		}
	}
}

// Unwrap follows the pointers and Optionals of v, an addressable value of t. ok is false if one is nil, null or absent.
func (t *Type) Unwrap(v reflect.Value) (base *Type, inner reflect.Value, ok bool) {
	for n := 0; n < maxPointers; n++ {
		switch t.Kind {
		case Pointer:
			if v.IsNil() {
				return t, v, false
			}
			v = v.Elem()
		case Optional:
			value, presence := v.Addr().Interface().(Wrapper).Unwrap()
			if *presence != Present {
				return t, v, false
			}
			v = value
		default:
			return t, v, true
		}
		t = t.Elem
	}
	return t, v, false
}

// BrokenCross yields the failures of the rules that compare fields of v, an addressable value of t, each with the index of its
// field.
func (t *Type) BrokenCross(e *constraint.Engine, v reflect.Value) iter.Seq2[int, *constraint.Failure] {
	return func(yield func(int, *constraint.Failure) bool) {
		for _, c := range t.Cross {
			in, err := v.FieldByIndexErr(c.Index)
			if err == nil && in.Kind() == reflect.Pointer {
				in = in.Elem()
			}
			if err != nil || !in.IsValid() || !in.CanInterface() {
				continue // in an embedded struct that is nil
			}
			failures := e.CheckCross(in.Addr().Interface(), c.Names)
			for n, name := range c.Names {
				if f := failures[name]; f != nil && !yield(c.At[n], f) {
					return
				}
			}
		}
	}
}

// copyOf returns an addressable copy of v. The keys and values of maps are not addressable.
func copyOf(v reflect.Value) reflect.Value {
	c := reflect.New(v.Type()).Elem()
	c.Set(v)
	return c
}
