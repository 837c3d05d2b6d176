package model

import (
	"encoding"
	"errors"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"

	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/json"
)

// SetText parses s, the text of a parameter or default, into dst, a settable value of t.Go. t must be Scalar. After a failure dst
// must not be used.
func (t *Type) SetText(s string, dst reflect.Value) *constraint.Failure {
	dst, t = t.Allocate(dst), t.Base()
	failure := t.setText(s, dst)
	if t.Enum != nil && (failure != nil || t.CheckEnum(dst) != nil) {
		return t.EnumFailure()
	}
	return failure
}

// setText is SetText for types that are neither pointers nor Optionals.
func (t *Type) setText(s string, dst reflect.Value) *constraint.Failure {
	switch {
	case t.scalar != nil:
		return t.scalar.read(s, false, dst)
	case t.hasText:
		if err := dst.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(s)); err != nil {
			return t.TextFailure(s, err)
		}
		return nil
	}
	switch t.Kind {
	case String:
		dst.SetString(s)
	case Bool:
		return setBool(s, dst)
	case Int:
		return setInt(s, dst)
	case Uint:
		return setUint(s, dst)
	case Float:
		return setFloat(s, dst)
	case Bytes:
		dst.SetBytes([]byte(s))
	case Any:
		dst.Set(reflect.ValueOf(s))
	default:
		return constraint.ValueError(fmt.Sprintf("a %s cannot be read from text", t.Go))
	}
	return nil
}

// SetKey parses the key of a map. It does what SetText does, but refuses white space around numbers.
func (t *Type) SetKey(s string, dst reflect.Value) *constraint.Failure {
	if t.In == ByKind && (t.Kind == Int || t.Kind == Uint) && strings.TrimSpace(s) != s {
		return constraint.IntParsing()
	}
	return t.SetText(s, dst)
}

// setBool accepts pydantic's spellings, in any case.
func setBool(s string, dst reflect.Value) *constraint.Failure {
	v, ok := json.TextBool(s)
	if !ok {
		return constraint.BoolParsing()
	}
	dst.SetBool(v)
	return nil
}

// setInt parses an integer. White space around it and a sign are allowed, as in pydantic; underscores and hexadecimal digits are
// not.
func setInt(s string, dst reflect.Value) *constraint.Failure {
	s = strings.TrimSpace(s)
	v, err := strconv.ParseInt(s, 10, dst.Type().Bits())
	if err == nil {
		dst.SetInt(v)
		return nil
	}
	return IntFailure(s, dst.Type())
}

// setUint is setInt for unsigned integers.

func setUint(s string, dst reflect.Value) *constraint.Failure {
	s = strings.TrimSpace(s)
	v, err := strconv.ParseUint(strings.TrimPrefix(s, "+"), 10, dst.Type().Bits())
	if err == nil {
		dst.SetUint(v)
		return nil
	}
	return IntFailure(s, dst.Type())
}

// IntFailure returns why s is not an integer of type t: not an integer, beyond 64 bits, or out of t's range.
func IntFailure(s string, t reflect.Type) *constraint.Failure {
	v, err := strconv.ParseInt(s, 10, 64)
	_, uerr := strconv.ParseUint(strings.TrimPrefix(s, "+"), 10, 64)
	switch unsigned := kindOf(t) == Uint; {
	case err != nil && uerr != nil && (errors.Is(err, strconv.ErrRange) || errors.Is(uerr, strconv.ErrRange)):
		return constraint.IntParsingSize()
	case err != nil && uerr != nil:
		return constraint.IntParsing()
	case unsigned && err == nil && (v < 0 || s[0] == '-'): // -0 is not a uint for Go's decoders
		return constraint.GreaterThanEqual(int64(0))
	case unsigned:
		return constraint.LessThanEqual(uint64(math.MaxUint64) >> (64 - t.Bits()))
	case err == nil && v < 0:
		return constraint.GreaterThanEqual(int64(-1) << (t.Bits() - 1))
	}
	return constraint.LessThanEqual(int64(math.MaxInt64) >> (64 - t.Bits()))
}

// setFloat parses a finite number. An overflow, an infinity and NaN are the failure FiniteNumber.
func setFloat(s string, dst reflect.Value) *constraint.Failure {
	s = strings.TrimSpace(s)
	if strings.ContainsAny(s, "_xXpP") {
		return constraint.FloatParsing()
	}
	v, err := strconv.ParseFloat(s, dst.Type().Bits())
	switch {
	case err != nil && !errors.Is(err, strconv.ErrRange):
		return constraint.FloatParsing()
	case math.IsInf(v, 0) || math.IsNaN(v):
		return constraint.FiniteNumber()
	}
	dst.SetFloat(v)
	return nil
}

// isNumber reports whether s is a JSON number.

func isNumber(s string) bool {
	return json.Valid([]byte(s)) && s != "" && (s[0] == '-' || s[0] >= '0' && s[0] <= '9')
}
