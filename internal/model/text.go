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

// SetText reads s, as it stands in a path, query, header, cookie or default, into dst, a settable value of t.Go; after a
// failure dst is of no use. Only types for which Scalar is true can be read.
func (t *Type) SetText(s string, dst reflect.Value) *constraint.Failure {
	dst, t = t.Allocate(dst), t.Base()
	failure := t.setText(s, dst)
	if t.Enum != nil && (failure != nil || t.CheckEnum(dst) != nil) {
		return t.EnumFailure()
	}
	return failure
}

// setText is SetText for what is neither a pointer nor an Optional.
func (t *Type) setText(s string, dst reflect.Value) *constraint.Failure {
	switch {
	case t.stdType != nil:
		return t.stdType.read(s, dst)
	case t.hasText:
		if err := dst.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(s)); err != nil {
			return t.TextFailure(s, err)
		}
		return nil
	}
	switch t.Kind {
	case String:
		dst.SetString(s)
	case Number:
		if s = strings.TrimSpace(s); !isNumber(s) {
			return constraint.FloatParsing()
		}
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
	case Time:
		v, failure := ReadMoment(s)
		if failure != nil {
			return failure
		}
		dst.Set(reflect.ValueOf(v))
	case Duration:
		d, err := ParseDuration(s, false)
		if err != nil {
			return constraint.TimeDeltaParsing(err.Error())
		}
		dst.SetInt(int64(d))
	case Any:
		dst.Set(reflect.ValueOf(s))
	default:
		return constraint.ValueError(fmt.Sprintf("a %s cannot be read from text", t.Go))
	}
	return nil
}

// SetKey reads the key of a map, as SetText does but for the white space that numbers may have around them elsewhere.
func (t *Type) SetKey(s string, dst reflect.Value) *constraint.Failure {
	if t.In == ByKind && (t.Kind == Int || t.Kind == Uint) && strings.TrimSpace(s) != s {
		return constraint.IntParsing()
	}
	return t.SetText(s, dst)
}

// setBool takes pydantic's spellings, in any case.
func setBool(s string, dst reflect.Value) *constraint.Failure {
	v, ok := json.TextBool(s)
	if !ok {
		return constraint.BoolParsing()
	}
	dst.SetBool(v)
	return nil
}

// Numbers in text may have white space around them and a sign, as pydantic allows; nothing else of Go's syntax
// (underscores, hexadecimal) is taken.
func setInt(s string, dst reflect.Value) *constraint.Failure {
	s = strings.TrimSpace(s)
	v, err := strconv.ParseInt(s, 10, dst.Type().Bits())
	if err == nil {
		dst.SetInt(v)
		return nil
	}
	return IntFailure(s, dst.Type())
}

func setUint(s string, dst reflect.Value) *constraint.Failure {
	s = strings.TrimSpace(s)
	v, err := strconv.ParseUint(strings.TrimPrefix(s, "+"), 10, dst.Type().Bits())
	if err == nil {
		dst.SetUint(v)
		return nil
	}
	return IntFailure(s, dst.Type())
}

// IntFailure says why s is not an integer of type t: no integer at all, outside of 64 bits, or outside of t.
func IntFailure(s string, t reflect.Type) *constraint.Failure {
	v, err := strconv.ParseInt(s, 10, 64)
	_, uerr := strconv.ParseUint(strings.TrimPrefix(s, "+"), 10, 64)
	switch unsigned := kindOf(t) == Uint; {
	case err != nil && uerr != nil && (errors.Is(err, strconv.ErrRange) || errors.Is(uerr, strconv.ErrRange)):
		return constraint.IntParsingSize()
	case err != nil && uerr != nil:
		return constraint.IntParsing()
	case unsigned && err == nil && (v < 0 || s[0] == '-'): // -0 is no uint for Go's decoders
		return constraint.GreaterThanEqual(int64(0))
	case unsigned:
		return constraint.LessThanEqual(uint64(math.MaxUint64) >> (64 - t.Bits()))
	case err == nil && v < 0:
		return constraint.GreaterThanEqual(int64(-1) << (t.Bits() - 1))
	}
	return constraint.LessThanEqual(int64(math.MaxInt64) >> (64 - t.Bits()))
}

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

func isNumber(s string) bool {
	return json.Valid([]byte(s)) && s != "" && (s[0] == '-' || s[0] >= '0' && s[0] <= '9')
}
