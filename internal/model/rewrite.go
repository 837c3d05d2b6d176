package model

import (
	"reflect"
	"strings"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/json"
)

// The decoder reads some values in another form than clients write them, so their documents are rewritten. Laxly spelled scalars
// get the strict form. A duration, which clients write as text or seconds, becomes nanoseconds. A value of a union becomes an
// object with the chosen variant as its member. Types that the framework reads become a blank value, which is set after decoding.

// Rewrites reports whether documents of t must be rewritten for the decoder.
func (t *Type) Rewrites() bool {
	return t.Holds(func(t *Type) bool {
		return t.Kind == Union || t.SetsText() || t.scalar != nil && t.scalar.rewrite != nil
	})
}

// Rewriter rewrites the values of a document for the decoder.
//
// It is no part of the scan or of the walker: the scan stops at the first reason for a misfit and makes no copy, and the walker fills values
// one by one, which is slower than to rewrite the few values of a document that fits and decode it as a whole.
type Rewriter struct {
	Doc    []byte
	Lax    bool                                // accept lax spellings
	Choose func(union *Type, at json.Span) int // returns the variant that a value is, or -1; nil: never one
}

// Append appends the value at a span in the decoder's form. The value is valid for t. If it is not, it is copied unchanged, and the
// decoder refuses it. ok is false when a union has no variant for the value.
func (r *Rewriter) Append(dst []byte, t *Type, at json.Span) ([]byte, bool) {
	at.Start = json.Space(r.Doc, at.Start)
	raw := r.Doc[at.Start:at.End]
	if t.Kind == Union && len(raw) > 0 && raw[0] == 'n' {
		return dst, false // null is no variant
	}
	t = t.Base()
	if len(raw) == 0 {
		return dst, true
	}
	switch {
	case raw[0] == 'n':
	case t.SetsText():
		return append(dst, t.scalar.blank...), true
	case r.Lax && t.Lax():
		if dst, ok := t.appendConverted(dst, raw[:json.Skip(raw, 0)]); ok {
			return dst, true
		}
	case t.In != ByKind:
	case t.Kind == Float && t.Go.Bits() == 32 && raw[0] != '"': // the decoder would round it twice, by way of float64
		if dst, ok := t.appendConverted(dst, raw[:json.Skip(raw, 0)]); ok {
			return dst, true
		}
	case t.scalar != nil && t.scalar.rewrite != nil:
		if dst, ok := t.scalar.rewrite(dst, raw[:json.Skip(raw, 0)], false); ok {
			return dst, true
		}
	case t.Kind == Union:
		i := -1
		if r.Choose != nil {
			i = r.Choose(t, at)
		}
		if i < 0 {
			return dst, false
		}
		dst, ok := r.Append(json.AppendKey(append(dst, '{'), t.Variants[i].Key), t.Variants[i].Type, at)
		return append(dst, '}'), ok
	case (t.Kind == List || t.Kind == Array || t.Kind == Set) && raw[0] == '[':
		dst = append(dst, '[')
		for i, e := range json.Elements(r.Doc, at.Start) {
			if i > 0 {
				dst = append(dst, ',')
			}
			var ok bool
			if dst, ok = r.Append(dst, t.Elem, e); !ok {
				return dst, false
			}
		}
		return append(dst, ']'), true
	case (t.Kind == Struct || t.Kind == Map) && raw[0] == '{':
		return r.members(append(dst, '{'), t, at)
	}
	return append(dst, raw...), true
}

// members appends the members of an object and the closing brace.
func (r *Rewriter) members(dst []byte, t *Type, at json.Span) (_ []byte, ok bool) {
	first := true
	for name, e := range json.Members(r.Doc, at.Start) {
		if !first {
			dst = append(dst, ',')
		}
		first = false
		dst = json.AppendKey(dst, name)
		elem, i := t.Elem, t.FieldIndex(name)
		if i >= 0 {
			elem = t.Fields[i].Type
		}
		switch {
		case i >= 0 && t.Fields[i].ReadOnly: // a readonly member is ignored
			dst = append(dst, "null"...)
		case elem == nil, i >= 0 && t.Fields[i].AsString && elem.Base().Lax():
			dst = append(dst, r.Doc[e.Start:e.End]...)
		default:
			if dst, ok = r.Append(dst, elem, e); !ok {
				return dst, false
			}
		}
	}
	return append(dst, '}'), true
}

// WrongToken returns the failure of a JSON value that ReadText does not take: of an object, or of a number where only texts are read.
func (t *Type) WrongToken(raw []byte) *constraint.Failure {
	var is token
	switch c := raw[0]; {
	case c == '"':
		is = texts
	case c == '-', c >= '0' && c <= '9':
		is = numbers
	}
	if t.scalar.tokens&is == 0 {
		return t.TypeFailure()
	}
	return nil
}

// ReadText reads a JSON value into a type with a row of scalars: a string or a number, as the row says.
func (t *Type) ReadText(raw []byte, v reflect.Value) *constraint.Failure {
	if failure := t.WrongToken(raw); failure != nil {
		return failure
	}
	if s, quoted := Unquote(raw); quoted {
		return t.scalar.read(s, false, v)
	}
	return t.scalar.read(string(raw), true, v)
}

// ReadJSON reads a JSON scalar into a type that reads text, or by the type's own UnmarshalJSON. The value is in the client's form,
// not rewritten.
func (t *Type) ReadJSON(raw []byte, v reflect.Value) *constraint.Failure {
	switch s, quoted := Unquote(raw); {
	case t.scalar != nil:
		return t.ReadText(raw, v)
	case t.In == ByJSON, t.Kind == Bytes:
		if err := json.Unmarshal(raw, v.Addr().Interface()); err != nil {
			return t.JSONFailure(string(raw), err)
		}
		return nil
	case !quoted:
		return t.TypeFailure()
	default:
		return t.SetText(s, v)
	}
}

// Unquote returns the text of a JSON string; ok is false for other values.
func Unquote(raw []byte) (s string, ok bool) {
	if len(raw) < 2 || raw[0] != '"' {
		return "", false
	}
	if inner := string(raw[1 : len(raw)-1]); !strings.Contains(inner, `\`) {
		return inner, true
	}
	return s, json.Unmarshal(raw, &s) == nil
}
