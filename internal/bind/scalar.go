package bind

import (
	"encoding/base64"
	"reflect"
	"strconv"
	"strings"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/internal/switches"
)

// scalar reads a value without a model inside, unless the decoder has read it.
func (w *walker) scalar(t *model.Type, n node, v reflect.Value) {
	if n.names != nil {
		w.scalarOfNames(t, n, v)
		return
	}
	if t.SetsText() { // the decoder read a rewritten document, without this value
		if failure := t.ReadText(w.raw(n.Span), v); failure != nil {
			w.fail(failure, n, t)
		}
		return
	}
	if w.decoded {
		return
	}
	if t.In == model.ByJSON || t.Kind == model.Any || t.Kind == model.Raw {
		before := w.errs.Len()
		if w.checkUntyped(n, t.Kind == model.Any); w.errs.Len() > before {
			return
		}
	}
	raw := w.raw(n.Span)
	failure, lax := (*constraint.Failure)(nil), w.on&switches.LaxJSON != 0 && t.Lax()
	switch {
	case lax:
		failure = t.SetLax(raw, v)
	case t.HasRow():
		failure = t.ReadText(raw, v)
	default:
		failure = wrongForm(t, raw)
	}
	switch {
	case lax, t.HasRow(), failure != nil:
	case t.Kind == model.Any && t.In == model.ByKind:
		if value, err := json.UnmarshalAny(raw); err != nil {
			failure = t.JSONFailure(string(raw), err)
		} else if value != nil {
			v.Set(reflect.ValueOf(value))
		}
	case t.In == model.ByText:
		s, _ := model.Unquote(raw)
		failure = t.SetText(s, v)
	default:
		doc, _ := (&model.Rewriter{Doc: raw}).Append(nil, t, json.Span{End: len(raw)})
		if err := json.Unmarshal(doc, v.Addr().Interface()); err != nil {
			failure = t.JSONFailure(string(raw), err)
		}
	}
	if failure != nil && t.Enum != nil {
		failure = t.EnumFailure()
	}
	if failure != nil {
		w.fail(failure, n, t)
	}
}

// maxDigits is Python's limit for the digits of an integer (sys.set_int_max_str_digits).
const maxDigits = 4300

// wrongForm returns the failure of a JSON value that has not the form of type t, or nil.
func wrongForm(t *model.Type, raw []byte) *constraint.Failure {
	c := raw[0]
	number, quoted := c == '-' || c >= '0' && c <= '9', c == '"'
	switch {
	case t.In == model.ByJSON:
		return nil
	case t.HasRow():
		return t.WrongToken(raw)
	case t.In == model.ByText:
		if !quoted {
			return t.TypeFailure()
		}
		return nil
	}
	switch t.Kind {
	case model.Bool:
		if c != 't' && c != 'f' {
			return constraint.BoolType()
		}
	case model.String:
		if !quoted {
			return constraint.StringType()
		}
	case model.Int, model.Uint:
		return wrongInteger(t, raw, number)
	case model.Float:
		if !number {
			return constraint.FloatType()
		}
		if _, err := strconv.ParseFloat(string(raw), t.Go.Bits()); err != nil {
			return constraint.FiniteNumber()
		}
	case model.Bytes:
		s, ok := model.Unquote(raw)
		if !ok {
			return constraint.BytesType()
		}
		if _, err := base64.StdEncoding.DecodeString(s); err != nil {
			return constraint.ValueError("the text is not base64")
		}
	}
	return nil
}

// wrongInteger returns the failure of a JSON value that is no integer of type t, or nil.
func wrongInteger(t *model.Type, raw []byte, number bool) *constraint.Failure {
	switch {
	case !number:
		return constraint.IntType()
	case strings.ContainsAny(string(raw), ".eE"):
		return constraint.IntFromFloat()
	}
	return t.SetText(string(raw), reflect.New(t.Go).Elem())
}

// walkQuoted reads a member with the json option string: a scalar inside of a JSON string, read as a parameter is.
func (w *walker) walkQuoted(f *model.Field, n node, v reflect.Value) {
	raw := w.raw(n.Span)
	if raw[0] == 'n' && f.Type.Nullable() {
		return
	}
	base := f.Type.Base()
	s, ok := model.Unquote(raw)
	if ok && base.Kind == model.String {
		s, ok = model.Unquote([]byte(s)) // encoding/json quotes such a string twice
	}
	if !ok {
		w.fail(constraint.StringType(), n, base)
		return
	}
	v = f.Type.Allocate(v)
	if failure := base.SetText(s, v); failure != nil {
		w.fail(failure, n, base)
		return
	}
	w.check(base, f.Rules, n, v)
}

// checkUntyped checks a value without a type: a repeated key is an error and, with numbers, so is a number that a float64 does not
// hold. An integer may have up to maxDigits digits.
func (w *walker) checkUntyped(n node, numbers bool) {
	if w.decoded || n.names != nil {
		return // the scan and the decoder have found no error; a deepObject has no numbers, and each name once
	}
	switch c := w.doc[n.Start]; {
	case c == '{':
		seen := map[string]bool{}
		for name, e := range w.members(n) {
			w.push(w.clientName(name))
			if seen[name] {
				w.errs.add(constraint.DuplicateKey(w.clientName(name)), w.loc(), w.echo(e, false))
			} else {
				w.checkUntyped(e, numbers)
			}
			seen[name] = true
			w.pop()
		}
	case c == '[':
		for i, e := range w.elements(n) {
			w.path = append(w.path, step{index: i})
			w.checkUntyped(e, numbers)
			w.pop()
		}
	case numbers && (c == '-' || c >= '0' && c <= '9'):
		switch raw := w.raw(n.Span); {
		case len(raw) > maxDigits && json.IsLarge(string(raw)):
			w.errs.add(constraint.IntParsingSize(), w.loc(), w.echo(n, false))
		case !json.IsLarge(string(raw)):
			if _, err := strconv.ParseFloat(string(raw), 64); err != nil {
				w.errs.add(constraint.FiniteNumber(), w.loc(), w.echo(n, false))
			}
		}
	}
}
