package model

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/json"
)

// Default is the value of an absent field, from its tag default.
type Default struct {
	Value  reflect.Value // requests get a copy when shared is true: see Apply
	text   string
	typ    *Type
	shared bool // the value may hold pointers, slices or maps
	copies bool // it holds only the pointers of its type, and at most one list of scalars
}

// Apply sets dst to the default. Slices, maps and pointers are made for each call, so that requests do not share them. Most such values
// are lists of scalars, which are copied with one allocation. Others are read from the text again: the type of a program may hold pointers
// that no copy could follow.
func (d *Default) Apply(dst reflect.Value) {
	switch {
	case !d.shared:
		dst.Set(d.Value)
	case d.copies:
		_, value, _ := d.typ.Unwrap(d.Value)
		dst = d.typ.Allocate(dst)
		if value.Kind() != reflect.Slice || value.Len() == 0 {
			dst.Set(value)
			return
		}
		dst.SetZero() // not the memory of a list that a first reading has left here
		dst.Grow(value.Len())
		dst.SetLen(value.Len())
		reflect.Copy(dst, value)
	default:
		_ = d.set(dst, nil) // set has succeeded with this text at start-up
	}
}

// isCopied reports whether Apply can copy the value: a scalar or a list of scalars, behind pointers and Optionals that are all set.
func (d *Default) isCopied() bool {
	base, _, ok := d.typ.Unwrap(d.Value)
	if base.Kind == List && base.In == ByKind {
		base = base.Elem
	}
	switch base.Kind {
	case Bool, String, Int, Uint, Float, Number:
		return ok && !base.hasText && base.In == ByKind
	}
	return false
}

// readDefault makes the Default of a field. The text is parsed when all types are read; a text that does not fit the type or breaks
// a rule is a problem of m.
func (r *Reader) readDefault(m *Type, f *Field, text string) *Default {
	d := &Default{Value: reflect.New(f.Type.Go).Elem(), text: text, typ: f.Type}
	switch f.Type.Kind {
	case Bool, String, Int, Uint, Float, Number, Time, Duration: // requests can share such a value: a copy of it is whole
	default:
		d.shared = true
	}
	r.later = append(r.later, func() {
		if err := d.set(d.Value, nil); err != nil {
			m.problem(both, "%s: default:%q does not fit %s: %v", f.Go, text, typeName(f.Type.Go), err)
		} else if failure := f.Type.firstBroken(f.Rules, d.Value); failure != nil {
			m.problem(both, "%s: default:%q breaks a rule: %s", f.Go, text, failure.Msg)
		} else {
			d.copies = d.isCopied()
		}
	})
	return d
}

// set parses the text into dst. A scalar is its text, a list of scalars is foo,bar or JSON, any other type is JSON. open has the
// defaults that are being parsed around this one; a default that contains itself is an error.
func (d *Default) set(dst reflect.Value, open []*Default) error {
	t, base := d.typ, d.typ.Base()
	switch {
	case slices.Contains(open, d):
		return errors.New("it contains itself without end")
	case t.Scalar() && base.Kind != Any:
		return textError(t.SetText(d.text, dst))
	case (base.Kind == List || base.Kind == Set) && base.In == ByKind && base.Elem.Scalar() && !strings.HasPrefix(d.text, "["):
		list := reflect.MakeSlice(reflect.SliceOf(base.Elem.Go), 0, 0)
		if d.text != "" {
			for part := range strings.SplitSeq(d.text, ",") {
				e := reflect.New(base.Elem.Go).Elem()
				if err := textError(base.Elem.SetText(part, e)); err != nil {
					return fmt.Errorf("element %q: %w", part, err)
				}
				list = reflect.Append(list, e)
			}
		}
		base.Collect(t.Allocate(dst), list)
		return nil
	}
	doc := []byte(d.text)
	if !json.Valid(doc) {
		return errors.New("it is not JSON")
	}
	doc, ok := (&Rewriter{Doc: doc}).Append(nil, t, json.Span{End: len(doc)})
	if !ok {
		return errors.New("a union cannot be written in a tag; make the field a pointer and fill it in code")
	}
	if err := json.Unmarshal(doc, dst.Addr().Interface()); err != nil {
		return err
	}
	doc = []byte(d.text)
	return t.addDefaults(doc, dst, append(open, d), true)
}

// textError returns the message of f in lower case, as the end of a problem; nil for no failure.
func textError(f *constraint.Failure) error {
	if f == nil {
		return nil
	}
	return errors.New(strings.ToLower(f.Msg[:1]) + f.Msg[1:])
}

// SetDefaults sets the fields of a struct with defaults, also in structs inside. v is a value of t.
func (t *Type) SetDefaults(v reflect.Value) {
	if t.Kind != Struct || t.In != ByKind {
		return
	}
	for in := range t.Inside(v, nil) {
		if d := in.Field.Default; d != nil {
			d.Apply(in.Value)
		} else {
			in.Type.SetDefaults(in.Value)
		}
	}
}

// Decode reads doc, the JSON of a result that was encoded as t, into dst, a zero value of t. Left-out members get their defaults.
// It reports false when it cannot read doc: t has a union inside, or a type whose UnmarshalJSON does not read what its MarshalJSON
// writes.
func (t *Type) Decode(doc []byte, dst reflect.Value) bool {
	rewritten, ok := (&Rewriter{Doc: doc}).Append(nil, t, json.Span{End: len(doc)})
	return ok && json.Unmarshal(rewritten, dst.Addr().Interface()) == nil && t.addDefaults(doc, dst, nil, false) == nil
}

// addDefaults sets the fields of v that doc has no member for to their defaults. v was decoded from doc. With strict, an unknown
// member and a missing one without a default are errors.
//
// It stands beside the walker of internal/bind, which sets defaults too: it reads what the program has written, a tag or a result, so it
// stops at the first error and has neither locations nor rules, and this package is below the walker's.
func (t *Type) addDefaults(doc []byte, v reflect.Value, open []*Default, strict bool) error {
	start := json.Space(doc, 0)
	switch {
	case doc[start] == 'n':
		return nil
	case t.SetsText():
		return textError(t.ReadText(doc[start:json.Skip(doc, start)], v))
	case t.In != ByKind:
		return nil
	}
	switch t.Kind {
	case Any:
		value, err := json.UnmarshalAny(doc[start:json.Skip(doc, start)])
		if err == nil {
			v.Set(reflect.ValueOf(value))
		}
		return err
	case Pointer:
		return t.Elem.addDefaults(doc, v.Elem(), open, strict)
	case Optional:
		v, _ = v.Addr().Interface().(Wrapper).Unwrap()
		return t.Elem.addDefaults(doc, v, open, strict)
	case List, Array:
		for i, at := range json.Elements(doc, start) {
			if err := t.Elem.addDefaults(doc[at.Start:at.End], v.Index(i), open, strict); err != nil {
				return err
			}
		}
	case Map:
		for name, at := range json.Members(doc, start) {
			key, elem := reflect.New(t.Key.Go).Elem(), reflect.New(t.Elem.Go).Elem()
			if err := textError(t.Key.SetKey(name, key)); err != nil {
				return err
			}
			if at := v.MapIndex(key); at.IsValid() {
				elem.Set(at)
			}
			if err := t.Elem.addDefaults(doc[at.Start:at.End], elem, open, strict); err != nil {
				return err
			}
			v.SetMapIndex(key, elem)
		}
	case Struct:
		given := map[int]json.Span{}
		for name, at := range json.Members(doc, start) {
			i := t.FieldIndex(name)
			if i < 0 && t.Extra != nil {
				if err := t.Extra.putExtra(name, doc[at.Start:at.End], FieldOf(v, t.Extra.Index), open, strict); err != nil {
					return err
				}
				continue
			}
			if i < 0 && !strict {
				continue
			}
			if i < 0 {
				return fmt.Errorf("%s has no member %q", typeName(t.Go), name)
			}
			given[i] = at
		}
		for i, f := range t.Fields {
			at, ok := given[i]
			var err error
			switch {
			case ok:
				err = f.Type.addDefaults(doc[at.Start:at.End], FieldOf(v, f.Index), open, strict)
			case f.Default != nil:
				err = f.Default.set(FieldOf(v, f.Index), open)
			case f.Required && strict:
				err = fmt.Errorf("the member %q is missing", f.Name)
			}
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// putExtra reads an undeclared member into the map of the field with extra:"allow".
func (f *Field) putExtra(name string, doc []byte, into reflect.Value, open []*Default, strict bool) error {
	elem, t := reflect.New(f.Type.Elem.Go).Elem(), f.Type.Elem
	rewritten, ok := (&Rewriter{Doc: doc}).Append(nil, t, json.Span{End: len(doc)})
	if !ok {
		return errors.New("a union cannot be written in a tag")
	}
	if err := json.Unmarshal(rewritten, elem.Addr().Interface()); err != nil {
		return err
	}
	if err := t.addDefaults(doc, elem, open, strict); err != nil {
		return err
	}
	if into.IsNil() {
		into.Set(reflect.MakeMap(f.Type.Go))
	}
	into.SetMapIndex(reflect.ValueOf(name).Convert(f.Type.Go.Key()), elem)
	return nil
}

// firstBroken returns the failure of the first rule that v, a value of t, or a value inside of v breaks. It is nil when v breaks none.
func (t *Type) firstBroken(rules *constraint.Rules, v reflect.Value) *constraint.Failure {
	t, v, ok := t.Unwrap(v)
	if !ok {
		return nil
	}
	if t.In == ByKind {
		for in := range t.Inside(v, rules) {
			if failure := in.KeyRules.Check(in.Key); failure != nil {
				return failure
			}
			if failure := in.Type.firstBroken(in.Rules, in.Value); failure != nil {
				return failure
			}
		}
	}
	return rules.Check(v)
}

// Collect sets dst, a list or Set of type t, to the elements of list.
func (t *Type) Collect(dst, list reflect.Value) {
	if t.Kind != Set {
		dst.Set(list.Convert(t.Go))
		return
	}
	dst.Set(reflect.MakeMapWithSize(t.Go, list.Len()))
	nothing := reflect.Zero(t.Go.Elem())
	for i := range list.Len() {
		dst.SetMapIndex(list.Index(i), nothing)
	}
}
