package constraint

import (
	"math/big"
	"reflect"
	"strconv"
	"time"

	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/openapi/spec"
)

// The rule multiple_of, pydantic's, which validator lacks.

// isMultiple returns the check of multiple_of. A float counts as the shortest decimal that reads as it, so 0.3 is a multiple of 0.1, as it
// is for JSON Schema. 0.30000000000000004 is none: pydantic, which forgives a billionth of the value, accepts it.
func isMultiple(t reflect.Type, r Rule) func(reflect.Value) bool {
	b, err := parseNumber(t, r)
	if err != nil {
		return nil
	}
	switch n := b.(type) {
	case time.Duration:
		return func(v reflect.Value) bool { return v.Int()%int64(n) == 0 }
	case int64:
		return func(v reflect.Value) bool { return v.Int()%n == 0 }
	case uint64:
		return func(v reflect.Value) bool { return v.Uint()%n == 0 }
	case float64:
		step, _ := rationalOf(decimal(r.Param, n), 64)
		return func(v reflect.Value) bool {
			x, ok := rationalOf(v.Float(), v.Type().Bits())
			return ok && x.Quo(x, step).IsInt()
		}
	}
	return nil
}

// rationalOf returns the number that the shortest decimal of a float writes. ok is false for infinities and NaN.
func rationalOf(f float64, bits int) (x *big.Rat, ok bool) {
	return new(big.Rat).SetString(strconv.FormatFloat(f, 'g', -1, bits))
}

// reportMultiple is the report of multiple_of.
func reportMultiple(_ *Engine, r Rule) reporter {
	return func(v reflect.Value, _ bool) *Failure {
		n, _ := parseNumber(v.Type(), r)
		switch b := n.(type) {
		case time.Duration: // as in the tag: pydantic has no nanoseconds
			n = b.String()
		case float64:
			n = decimal(r.Param, b)
		}
		return MultipleOf(n)
	}
}

// isPositive reports whether a bound is more than 0.
func isPositive(b any) bool {
	switch n := b.(type) {
	case time.Duration:
		return n > 0
	case int64:
		return n > 0
	case uint64:
		return n > 0
	case float64:
		return n > 0
	}
	return false
}

// multipleOf is the schema of multiple_of. Whole numbers of a tag may be hexadecimal.
func multipleOf(r Rule, on subject) *spec.Schema {
	var text string
	if on&float != 0 {
		n, _ := strconv.ParseFloat(r.Param, 64)
		text = strconv.FormatFloat(n, 'g', -1, 64)
	} else {
		n, _ := strconv.ParseUint(r.Param, 0, 64)
		text = strconv.FormatUint(n, 10)
	}
	return &spec.Schema{MultipleOf: json.Number(text)}
}
