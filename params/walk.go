package params

import (
	"context"
	"encoding/base64"
	"errors"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/model"
)

// walker goes through a well-formed document along its model. With decoded values beside it, it fills defaults and
// checks rules; without, because the scan or the decoder refused the document, it finds every reason, decoding leaf by
// leaf what rules need to see. Both are one walk, so both report alike, in the order of declaration.
type walker struct {
	ctx     context.Context
	reader  *model.Reader
	doc     []byte
	errs    *Errors
	loc     []any
	decoded bool
}

func (w *walker) raw(at json.Span) []byte { return w.doc[at.Start:at.End] }

func (w *walker) fail(f *constraint.Failure, at json.Span, secret bool) {
	var input any
	if !secret {
		input = jsonInput(w.raw(at))
	}
	w.errs.add(f, w.loc, input)
}

// field walks the value of a member or body field, and applies the field's rules.
func (w *walker) field(f *model.Field, at json.Span, v reflect.Value) {
	if f.AsString {
		w.asString(f, at, v)
		return
	}
	w.value(f.Type, f.Rules, at, v, f.Secret)
}

// value walks one value: its form first, its rules, then what is inside. v is settable, and meaningful only where
// w.decoded.
func (w *walker) value(t *model.Type, rules *constraint.Rules, at json.Span, v reflect.Value, secret bool) {
	for t.Kind == model.Pointer || t.Kind == model.Optional {
		if w.doc[at.Start] == 'n' {
			return
		}
		switch {
		case !w.decoded:
		case t.Kind == model.Pointer:
			v = v.Elem()
		default:
			v, _ = v.Addr().Interface().(model.Wrapper).Unwrap()
		}
		t = t.Elem
	}
	if t.In == model.Plain {
		switch t.Kind {
		case model.Struct:
			w.object(t, rules, at, v, secret)
			return
		case model.List, model.Array:
			w.list(t, rules, at, v, secret)
			return
		case model.Map:
			w.mapping(t, rules, at, v, secret)
			return
		}
	}
	if failure := leaf(t, w.raw(at)); failure != nil {
		w.fail(failure, at, secret)
		return
	}
	w.check(t, rules, at, v, secret)
}

// check applies the rules of one level and the type's own Validate. A value that was not decoded is decoded for it.
func (w *walker) check(t *model.Type, rules *constraint.Rules, at json.Span, v reflect.Value, secret bool) {
	validates := reflect.PointerTo(t.Go).Implements(validatorType)
	if rules.Empty() && !validates && (w.decoded || t.In == model.Plain) {
		return
	}
	if !w.decoded {
		v = reflect.New(t.Go).Elem()
		if err := json.Unmarshal(rewrite(nil, t, w.raw(at)), v.Addr().Interface()); err != nil {
			if t.In == model.ByText {
				w.fail(t.TextFailure(), at, secret)
			} else if t.In == model.ByJSON {
				w.fail(constraint.ValueError("not a valid "+t.Name), at, secret)
			}
			return // something inside was wrong and has been reported
		}
	}
	if failure := rules.Check(v); failure != nil {
		w.fail(failure, at, secret)
		return
	}
	if validates {
		w.validate(v.Addr().Interface().(Validator), at, secret)
	}
}

// validate asks the value itself. Its error is written for the client.
func (w *walker) validate(v Validator, at json.Span, secret bool) {
	err := v.Validate(w.ctx)
	if err == nil {
		return
	}
	if d, ok := errors.AsType[*ErrorDetail](err); ok {
		detail := *d
		detail.Loc = slices.Concat(w.loc, d.Loc)
		w.errs.addDetail(detail)
		return
	}
	w.fail(constraint.ValueError(err.Error()), at, secret)
}

// leaf checks the form of a value that has nothing inside.
func leaf(t *model.Type, raw []byte) *constraint.Failure {
	c := raw[0]
	number := c == '-' || c >= '0' && c <= '9'
	if t.In == model.ByText {
		if c != '"' {
			return constraint.StringType()
		}
		return nil
	}
	if t.In == model.ByJSON {
		return nil
	}
	switch t.Kind {
	case model.Bool:
		if c != 't' && c != 'f' {
			return constraint.BoolType()
		}
	case model.String:
		if c != '"' {
			return constraint.StringType()
		}
	case model.Int, model.Uint:
		switch {
		case !number:
			return constraint.IntType()
		case strings.ContainsAny(string(raw), ".eE"):
			return constraint.IntFromFloat()
		}
		return integer(string(raw), t.Go)
	case model.Float, model.Number:
		if !number {
			return constraint.FloatType()
		}
		bits := 64
		if t.Kind == model.Float {
			bits = t.Go.Bits()
		}
		if _, err := strconv.ParseFloat(string(raw), bits); err != nil {
			return constraint.FiniteNumber()
		}
	case model.Bytes:
		s, ok := unquote(raw)
		if !ok {
			return constraint.BytesType()
		}
		if _, err := base64.StdEncoding.DecodeString(s); err != nil {
			return constraint.ValueError("the text is not base64")
		}
	case model.Time:
		s, ok := unquote(raw)
		if !ok {
			return constraint.DatetimeType()
		}
		return model.CheckTime(s)
	case model.Duration:
		_, failure := duration(raw)
		return failure
	}
	return nil
}

// integer reports an integer that t cannot hold.
func integer(s string, t reflect.Type) *constraint.Failure {
	var err error
	if t.Kind() >= reflect.Uint && t.Kind() <= reflect.Uintptr {
		_, err = strconv.ParseUint(s, 10, t.Bits())
		if s == "-0" {
			err = nil
		}
	} else {
		_, err = strconv.ParseInt(s, 10, t.Bits())
	}
	if err != nil {
		return model.IntFailure(s, t)
	}
	return nil
}

func duration(raw []byte) (time.Duration, *constraint.Failure) {
	s, quoted := unquote(raw)
	if !quoted {
		if s = string(raw); s[0] != '-' && (s[0] < '0' || s[0] > '9') {
			return 0, constraint.TimeDeltaType()
		}
	}
	d, err := model.ParseDuration(s)
	if err != nil {
		return 0, constraint.TimeDeltaParsing(err.Error())
	}
	return d, nil
}

// asString is a member with the json option string: a scalar inside a JSON string.
func (w *walker) asString(f *model.Field, at json.Span, v reflect.Value) {
	raw := w.raw(at)
	if raw[0] == 'n' && f.Type.Nullable() {
		return
	}
	s, ok := unquote(raw)
	if !ok {
		w.fail(constraint.StringType(), at, f.Secret)
		return
	}
	base := f.Type.Base()
	inner := reflect.New(base.Go).Elem()
	if base.Kind == model.String { // the string is quoted twice
		if s, ok = unquote([]byte(s)); !ok {
			w.fail(constraint.StringType(), at, f.Secret)
			return
		}
	}
	failure := base.SetText(s, inner)
	if failure == nil {
		failure = f.Rules.Check(inner)
	}
	if failure != nil {
		w.fail(failure, at, f.Secret)
	}
}

func (w *walker) list(t *model.Type, rules *constraint.Rules, at json.Span, v reflect.Value, secret bool) {
	if w.doc[at.Start] != '[' {
		w.fail(constraint.ListType(), at, secret)
		return
	}
	before := w.errs.Len()
	var elemRules *constraint.Rules
	if rules != nil {
		elemRules = rules.Elem
	}
	n, depth := 0, len(w.loc)
	for i, e := range json.Elements(w.doc, at.Start) {
		n++
		if t.Kind == model.Array && i >= t.Go.Len() || w.errs.Len() >= maxErrors {
			continue
		}
		var elem reflect.Value
		if w.decoded {
			elem = v.Index(i)
		}
		w.loc = append(w.loc[:depth], i)
		w.element(t.Elem, elemRules, e, elem, secret)
	}
	w.loc = w.loc[:depth]
	if t.Kind == model.Array {
		if failure := arrayLength(t.Go.Len(), n); failure != nil {
			w.fail(failure, at, secret)
			return
		}
	}
	if w.errs.Len() == before {
		w.check(t, rules, at, v, secret)
	}
}

// element walks a list element or map value: null is a value only where the type has it.
func (w *walker) element(t *model.Type, rules *constraint.Rules, at json.Span, v reflect.Value, secret bool) {
	w.value(t, rules, at, v, secret)
}

func (w *walker) mapping(t *model.Type, rules *constraint.Rules, at json.Span, v reflect.Value, secret bool) {
	if w.doc[at.Start] != '{' {
		w.fail(constraint.DictType(), at, secret)
		return
	}
	before, depth := w.errs.Len(), len(w.loc)
	var elemRules, keyRules *constraint.Rules
	if rules != nil {
		elemRules, keyRules = rules.Elem, rules.Key
	}
	seen := map[string]bool{}
	for name, e := range json.Members(w.doc, at.Start) {
		w.loc = append(w.loc[:depth], name)
		if seen[name] {
			w.fail(constraint.DuplicateKey(name), e, secret)
			continue
		}
		seen[name] = true
		key := reflect.New(t.Key.Go).Elem()
		w.loc = append(w.loc, "[key]")
		failure := t.Key.SetText(name, key)
		if failure == nil {
			failure = keyRules.Check(key)
		}
		if failure != nil {
			w.errs.add(failure, w.loc, textInput(name))
		}
		w.loc = w.loc[:depth+1]
		// Values of a map cannot be set in place: a copy is walked, and put back where defaults may have changed it.
		elem := reflect.New(t.Elem.Go).Elem()
		if w.decoded && failure == nil {
			elem.Set(v.MapIndex(key))
		}
		w.element(t.Elem, elemRules, e, elem, secret)
		if w.decoded && failure == nil {
			v.SetMapIndex(key, elem)
		}
	}
	w.loc = w.loc[:depth]
	if w.errs.Len() == before {
		w.check(t, rules, at, v, secret)
	}
}

func (w *walker) object(t *model.Type, rules *constraint.Rules, at json.Span, v reflect.Value, secret bool) {
	if w.doc[at.Start] != '{' {
		w.fail(constraint.ModelAttributesType(), at, secret)
		return
	}
	before, depth := w.errs.Len(), len(w.loc)
	var unknown []unknownMember
	spans := w.members(at.Start, t.FieldIndex, len(t.Fields), &unknown)
	var crossed []string
	for i, f := range t.Fields {
		w.loc = append(w.loc[:depth], f.Name)
		var fv reflect.Value
		if w.decoded {
			fv = fieldOf(v, f.Index)
		}
		switch present := spans[i].End != 0; {
		case present && f.ReadOnly:
			if w.decoded && fv.IsValid() {
				fv.SetZero() // the server's to say
			}
		case present:
			w.field(f, spans[i], fv)
		case f.Default != nil && w.decoded:
			f.Default.Apply(fv)
		case f.Required:
			var input any
			if !secret && !hasSecret(t, map[*model.Type]bool{}) {
				input = jsonInput(w.raw(at))
			}
			w.errs.add(constraint.Missing(), w.loc, input)
		}
		if len(f.Rules.Cross) > 0 {
			crossed = append(crossed, f.Go)
		}
	}
	for _, u := range unknown {
		w.loc = append(w.loc[:depth], u.name)
		if folded := foldedField(t, u.name); folded != "" {
			w.fail(constraint.FoldedKey(u.name, folded), u.at, secret)
		} else if t.Forbid {
			w.fail(constraint.ExtraForbidden(), u.at, secret)
		}
	}
	w.loc = w.loc[:depth]
	if w.errs.Len() > before {
		return
	}
	if len(crossed) > 0 {
		w.cross(t, crossed, spans, at, v)
	}
	if w.errs.Len() == before {
		w.check(t, rules, at, v, secret)
	}
}

// cross checks the rules that compare fields, once each field alone is right.
func (w *walker) cross(t *model.Type, names []string, spans []json.Span, at json.Span, v reflect.Value) {
	if !w.decoded {
		v = reflect.New(t.Go).Elem()
		if json.Unmarshal(rewrite(nil, t, w.raw(at)), v.Addr().Interface()) != nil {
			return
		}
	}
	depth := len(w.loc)
	failures := w.reader.Rules.CheckCross(v.Addr().Interface(), names)
	for i, f := range t.Fields {
		if failure := failures[f.Go]; failure != nil {
			span := spans[i]
			if span.End == 0 {
				span = at
			}
			w.loc = append(w.loc[:depth], f.Name)
			w.fail(failure, span, f.Secret || span == at && hasSecret(t, map[*model.Type]bool{}))
		}
	}
	w.loc = w.loc[:depth]
}

type unknownMember struct {
	name string
	at   json.Span
}

// members finds where the values of an object's known members stand; a repeated member is an error, of which the
// first value counts.
func (w *walker) members(start int, index func(string) int, n int, unknown *[]unknownMember) []json.Span {
	spans := make([]json.Span, n)
	seen := map[string]bool{}
	for name, at := range json.Members(w.doc, start) {
		i := index(name)
		if i < 0 {
			if seen[name] {
				w.errs.add(constraint.DuplicateKey(name), append(w.loc[:len(w.loc):len(w.loc)], name), nil)
			} else if unknown != nil {
				*unknown = append(*unknown, unknownMember{name, at})
			}
			seen[name] = true
			continue
		}
		if spans[i].End != 0 {
			w.errs.add(constraint.DuplicateKey(name), append(w.loc[:len(w.loc):len(w.loc)], name), nil)
			continue
		}
		spans[i] = at
	}
	return spans
}

// foldedField is the field that the decoder would take name for.
func foldedField(t *model.Type, name string) string {
	for _, f := range t.Fields {
		if f.Name != name && strings.EqualFold(f.Name, name) {
			return f.Name
		}
	}
	return ""
}

// fieldOf is v.FieldByIndex that makes embedded pointers on the way.
func fieldOf(v reflect.Value, index []int) reflect.Value {
	for _, i := range index {
		if v.Kind() == reflect.Pointer {
			if v.IsNil() {
				v.Set(reflect.New(v.Type().Elem()))
			}
			v = v.Elem()
		}
		v = v.Field(i)
	}
	return v
}

// hasSecret reports whether an object of type t may hold what must not be echoed.
func hasSecret(t *model.Type, seen map[*model.Type]bool) bool {
	if t == nil || seen[t] {
		return false
	}
	seen[t] = true
	return hasSecret(t.Elem, seen) || slices.ContainsFunc(t.Fields, func(f *model.Field) bool {
		return f.Secret || hasSecret(f.Type, seen)
	})
}
