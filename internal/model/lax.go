package model

import (
	"encoding"
	"math"
	"reflect"
	"strconv"
	"strings"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/json"
)

// Lax reports whether lax reading accepts further spellings for values of the type, as pydantic does.
func (t *Type) Lax() bool {
	switch {
	case t.scalar != nil:
		return t.scalar.lax != nil
	case t.In != ByKind:
		return t.laxText
	}
	switch t.Kind {
	case Bool, Int, Uint, Float:
		return true
	}
	return false
}

// laxKinds has the json.Kind of the number kinds.
var laxKinds = map[Kind]json.Kind{Int: json.Int, Uint: json.Uint, Float: json.Float}

// appendConverted appends a JSON value of a Lax type in the form that the decoder reads. It reports false for a value that has
// none.
func (t *Type) appendConverted(dst, raw []byte) ([]byte, bool) {
	switch {
	case t.scalar != nil && t.scalar.rewrite != nil:
		return t.scalar.rewrite(dst, raw, true)
	case t.laxText, t.scalar != nil:
		v := reflect.New(t.Go)
		if t.SetLax(raw, v.Elem()) != nil {
			return dst, false
		}
		text, err := v.Interface().(encoding.TextMarshaler).MarshalText()
		if err != nil {
			return dst, false
		}
		return json.AppendString(dst, string(text)), true
	case t.Kind == Bool:
		return json.Convert(dst, json.Bool, 0, raw)
	}
	return json.Convert(dst, laxKinds[t.Kind], t.Go.Bits(), raw)
}

// SetTextLax is SetText with pydantic's further forms: underscores between digits, an integer as 1.0, non-finite floats, and all
// its dates, times and durations.
func (t *Type) SetTextLax(s string, dst reflect.Value) *constraint.Failure {
	dst, t = t.Allocate(dst), t.Base()
	switch {
	case !t.Lax():
	case t.laxText:
		return t.readLax(s, false, dst)
	case t.scalar != nil:
		return t.scalar.lax(s, false, dst)
	case t.Kind == Int, t.Kind == Uint:
		if digits, ok := json.TextInteger(s); ok {
			s = digits
		}
	case t.Kind == Float:
		v, ok := json.TextFloat(s, t.Go.Bits())
		wide, _ := json.TextFloat(s, 64)
		switch {
		case !ok:
		case math.IsInf(v, 0) && !math.IsInf(wide, 0): // a float32 overflows
			return constraint.FiniteNumber()
		case t.Enum == nil:
			dst.SetFloat(v)
			return nil
		}
	}
	return t.SetText(s, dst)
}

// SetLax reads a JSON value into a Lax type. The failure is the one that pydantic reports.
func (t *Type) SetLax(raw []byte, dst reflect.Value) *constraint.Failure {
	if t.laxText || t.scalar != nil {
		return t.setLaxText(raw, dst)
	}
	if doc, ok := t.appendConverted(nil, raw); ok && json.Unmarshal(doc, dst.Addr().Interface()) == nil {
		return nil
	}
	s, quoted := Unquote(raw)
	number := raw[0] == '-' || raw[0] >= '0' && raw[0] <= '9'
	f, err := 0.0, error(nil)
	if number {
		f, err = strconv.ParseFloat(string(raw), 64)
	}
	switch {
	case t.Kind == Bool && (quoted || number && f == math.Trunc(f)):
		return constraint.BoolParsing()
	case t.Kind == Bool:
		return constraint.BoolType()
	case quoted:
		return t.SetTextLax(s, dst)
	case t.Kind == Float && number:
		return constraint.FiniteNumber()
	case t.Kind == Float:
		return constraint.FloatType()
	case !number:
		return constraint.IntType()
	case !strings.ContainsAny(string(raw), ".eE"):
		return IntFailure(string(raw), t.Go)
	case err != nil:
		return constraint.FiniteNumber()
	case f != math.Trunc(f):
		return constraint.IntFromFloat()
	case math.Abs(f) >= 1<<63:
		return constraint.IntParsingSize()
	}
	return IntFailure(strconv.FormatInt(int64(f), 10), t.Go)
}

// setLaxText reads a JSON value into a date, time or duration: a string in one of pydantic's forms, or a number of seconds.
func (t *Type) setLaxText(raw []byte, dst reflect.Value) *constraint.Failure {
	s, quoted := Unquote(raw)
	number := raw[0] == '-' || raw[0] >= '0' && raw[0] <= '9'
	switch {
	case quoted:
		return t.SetTextLax(s, dst)
	case number && t.laxText:
		return t.readLax(string(raw), true, dst)
	case number:
		return t.scalar.lax(string(raw), true, dst)
	}
	return t.TypeFailure()
}
