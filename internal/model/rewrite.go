package model

import (
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/json"
)

// Some values are read by the decoder in another form than clients write them. Documents that hold such are rewritten:
// scalars that are spelled laxly, and durations, text or seconds for clients, become nanoseconds; of a union the decoder sees the chosen variant as a member;
// of types that the framework reads itself it sees a blank, which is filled afterwards.

// Rewrites reports whether values of t may hold what the decoder reads in another form.
func (t *Type) Rewrites() bool {
	return t.Holds(func(t *Type) bool { return t.In == ByKind && t.Kind == Duration || t.Kind == Union || t.stdType != nil })
}

// Rewriter rewrites the values of a document.
type Rewriter struct {
	Doc    []byte
	Lax    bool                                // scalars may be spelled laxly
	Choose func(union *Type, at json.Span) int // the variant that a value is, or -1; nil is never
}

// Append appends the value at a span, which is valid for t, as the decoder wants it. What is wrong all the same is copied
// as it is; the decoder refuses it. It is false where no variant of a union was chosen.
func (r *Rewriter) Append(dst []byte, t *Type, at json.Span) ([]byte, bool) {
	at.Start = json.Space(r.Doc, at.Start)
	raw := r.Doc[at.Start:at.End]
	if t.Kind == Union && len(raw) > 0 && raw[0] == 'n' {
		return dst, false // none of its variants
	}
	t = t.Base()
	if len(raw) == 0 {
		return dst, true
	}
	switch {
	case raw[0] == 'n':
	case t.stdType != nil:
		return append(dst, t.stdType.blank...), true
	case r.Lax && t.Lax():
		if dst, ok := t.convert(dst, raw[:json.Skip(raw, 0)]); ok {
			return dst, true
		}
	case t.In != ByKind:
	case t.Kind == Float && t.Go.Bits() == 32 && raw[0] != '"': // the decoder would round it twice
		if dst, ok := t.convert(dst, raw[:json.Skip(raw, 0)]); ok {
			return dst, true
		}
	case t.Kind == Duration:
		if d, failure := ReadDuration(raw[:json.Skip(raw, 0)], false); failure == nil {
			return strconv.AppendInt(dst, int64(d), 10), true
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
		case i >= 0 && t.Fields[i].ReadOnly: // what is sent does not count
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

// ReadText reads a JSON value into a type that the framework reads from its text: a string or, of numbers, as it stands.
func (t *Type) ReadText(raw []byte, v reflect.Value) *constraint.Failure {
	s, quoted := Unquote(raw)
	if !quoted {
		if t.In != ByJSON || raw[0] != '-' && (raw[0] < '0' || raw[0] > '9') {
			return t.TypeFailure()
		}
		if s = string(raw); strings.ContainsAny(s, ".eE") {
			return constraint.IntFromFloat()
		}
	}
	return t.SetText(s, v)
}

// ReadJSON reads a JSON value of a type without members that is not written as a plain one: a text, or what its own method
// reads.
func (t *Type) ReadJSON(raw []byte, v reflect.Value) *constraint.Failure {
	switch s, quoted := Unquote(raw); {
	case t.stdType != nil:
		return t.ReadText(raw, v)
	case t.In == ByJSON, t.Kind == Bytes:
		if err := json.Unmarshal(raw, v.Addr().Interface()); err != nil {
			return t.JSONFailure(string(raw), err)
		}
		return nil
	case t.Kind == Duration:
		d, failure := ReadDuration(raw, false)
		v.SetInt(int64(d))
		return failure
	case !quoted:
		return t.TypeFailure()
	default:
		return t.SetText(s, v)
	}
}

// ReadDuration reads a JSON value as a duration, with lax as pydantic does.
func ReadDuration(raw []byte, lax bool) (time.Duration, *constraint.Failure) {
	s, quoted := Unquote(raw)
	if !quoted {
		if s = string(raw); s[0] != '-' && (s[0] < '0' || s[0] > '9') {
			return 0, constraint.TimeDeltaType()
		}
	}
	d, err := ParseDuration(s, lax)
	if err != nil {
		return 0, constraint.TimeDeltaParsing(err.Error())
	}
	return d, nil
}

// Unquote is the text of a JSON string; ok is false for other values.
func Unquote(raw []byte) (s string, ok bool) {
	if len(raw) < 2 || raw[0] != '"' {
		return "", false
	}
	if inner := string(raw[1 : len(raw)-1]); !strings.Contains(inner, `\`) {
		return inner, true
	}
	return s, json.Unmarshal(raw, &s) == nil
}
