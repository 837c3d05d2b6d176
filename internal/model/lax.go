package model

import (
	"math"
	"reflect"
	"strconv"
	"strings"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/json"
)

// Lax reports whether a value of the type may be spelled in other ways where JSON or text is read laxly, as pydantic does.
func (t *Type) Lax() bool {
	return t.In == Plain && t.foreign == nil && (t.Kind == Bool || t.Kind == Int || t.Kind == Uint || t.Kind == Float)
}

// laxKinds are the kinds of Lax types for the scan.
var laxKinds = map[Kind]json.Kind{Bool: json.Bool, Int: json.Int, Uint: json.Uint, Float: json.Float}

// convert appends a JSON value of a Lax type as the decoder wants it.
func (t *Type) convert(dst, raw []byte) ([]byte, bool) {
	bits := 0
	if t.Kind != Bool {
		bits = t.Go.Bits()
	}
	return json.Convert(dst, laxKinds[t.Kind], bits, raw)
}

// SetTextLax is SetText with underscores between digits, an integer as 1.0, and floats that are not finite.
func (t *Type) SetTextLax(s string, dst reflect.Value) *constraint.Failure {
	dst, t = t.Open(dst), t.Base()
	switch {
	case !t.Lax():
	case t.Kind == Int, t.Kind == Uint:
		if digits, ok := json.TextInteger(s); ok {
			s = digits
		}
	case t.Kind == Float:
		v, ok := json.TextFloat(s)
		switch {
		case !ok:
		case t.Go.Bits() == 32 && math.Abs(v) > math.MaxFloat32 && !math.IsInf(v, 0):
			return constraint.FiniteNumber()
		case t.Enum == nil:
			dst.SetFloat(v)
			return nil
		}
	}
	return t.SetText(s, dst)
}

// SetLax reads a JSON value into a Lax type.
func (t *Type) SetLax(raw []byte, dst reflect.Value) *constraint.Failure {
	if doc, ok := t.convert(nil, raw); ok && json.Unmarshal(doc, dst.Addr().Interface()) == nil {
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
