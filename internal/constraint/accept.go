package constraint

import (
	"cmp"
	"reflect"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

// The direct checks. Each may only say yes to what validator says yes to (FuzzCompiledAcceptsOnlyWhatValidatorAccepts),
// and none allocates for ints and strings. nil means that there is no direct check.

// acceptAny compiles a rule, or alternatives of which one is enough; of a string also as a test of the string itself.
func (e *Engine) acceptAny(t reflect.Type, r Rule, limit int) (accept func(reflect.Value) bool, text func(string) bool) {
	if r.Any == nil {
		return e.acceptRule(t, r, limit)
	}
	var alternatives []func(reflect.Value) bool
	for _, a := range r.Any {
		if f, _ := e.acceptRule(t, a, limit); f != nil {
			alternatives = append(alternatives, f)
		}
	}
	if alternatives == nil {
		return nil, nil
	}
	return func(v reflect.Value) bool {
		for _, f := range alternatives {
			if f(v) {
				return true
			}
		}
		return false
	}, nil
}

func (e *Engine) acceptRule(t reflect.Type, r Rule, limit int) (accept func(reflect.Value) bool, text func(string) bool) {
	if _, ok := e.custom[r.Name]; ok {
		return nil, nil
	}
	if t.Kind() == reflect.String {
		f := acceptString(t, r, limit)
		if f == nil {
			return nil, nil
		}
		return func(v reflect.Value) bool { return f(v.String()) }, f
	}
	switch r.Name {
	case "unique":
		return acceptUnique(t, r), nil
	case "oneof", "noneof":
		return acceptWords(t, r), nil
	}
	if o, ok := operatorOf(r.Name); ok {
		return acceptBound(t, r, o), nil
	}
	return nil, nil
}

// acceptString is acceptRule for strings of type t.
func acceptString(t reflect.Type, r Rule, limit int) func(string) bool {
	switch r.Name {
	case "unique":
		return nil
	case "oneof", "noneof":
		if subjectOf(t)&text == 0 {
			return nil
		}
		want := r.Name == "oneof"
		return func(s string) bool { return slices.Contains(r.Values, s) == want }
	}
	o, ok := operatorOf(r.Name)
	if !ok {
		return acceptText(r, limit)
	}
	b, err := parseBound(t, r)
	if err != nil {
		return nil
	}
	switch b := b.(type) {
	case string:
		return func(s string) bool { return holds(o, s, b) }
	case int:
		return acceptRunes(o, b)
	}
	return nil
}

// operator is the comparison that a rule makes of a value, or its length, and the bound.
type operator uint8

const (
	equal operator = iota
	notEqual
	less
	lessEqual
	greater
	greaterEqual
)

func operatorOf(rule string) (operator, bool) {
	switch rule {
	case "eq", "len":
		return equal, true
	case "ne":
		return notEqual, true
	case "lt":
		return less, true
	case "lte", "max":
		return lessEqual, true
	case "gt":
		return greater, true
	case "gte", "min":
		return greaterEqual, true
	}
	return 0, false
}

// holds compares as Go does: NaN satisfies notEqual alone, an infinity is a number like others.
func holds[T cmp.Ordered](o operator, a, b T) bool {
	switch o {
	case equal:
		return a == b
	case notEqual:
		return a != b
	case less:
		return a < b
	case lessEqual:
		return a <= b
	case greater:
		return a > b
	default:
		return a >= b
	}
}

func acceptBound(t reflect.Type, r Rule, o operator) func(reflect.Value) bool {
	b, err := parseBound(t, r)
	if err != nil {
		return nil
	}
	switch b := b.(type) {
	case int: // a length
		return func(v reflect.Value) bool { return holds(o, v.Len(), b) }
	case time.Duration:
		return func(v reflect.Value) bool { return holds(o, v.Int(), int64(b)) }
	case int64:
		return func(v reflect.Value) bool { return holds(o, v.Int(), b) }
	case uint64:
		return func(v reflect.Value) bool { return holds(o, v.Uint(), b) }
	case float64:
		return func(v reflect.Value) bool { return holds(o, v.Float(), b) }
	case bool:
		return func(v reflect.Value) bool { return (v.Bool() == b) == (o == equal) }
	}
	return nil // a moment: the clock is validator's
}

// acceptRunes compares the number of characters, which often is known without counting: it is at most that of bytes, and
// at least a quarter of it.
func acceptRunes(o operator, n int) func(string) bool {
	switch o {
	case lessEqual:
		return func(s string) bool { return len(s) <= n || utf8.RuneCountInString(s) <= n }
	case greaterEqual:
		return func(s string) bool {
			return len(s)/utf8.UTFMax >= n || len(s) >= n && utf8.RuneCountInString(s) >= n
		}
	}
	return func(s string) bool { return holds(o, utf8.RuneCountInString(s), n) }
}

func acceptWords(t reflect.Type, r Rule) func(reflect.Value) bool {
	want := r.Name == "oneof"
	switch on := subjectOf(t); {
	case on&integer != 0:
		numbers := make([]int64, len(r.Values))
		for i, w := range r.Values {
			numbers[i], _ = strconv.ParseInt(w, 10, 64)
		}
		return func(v reflect.Value) bool { return slices.Contains(numbers, v.Int()) == want }
	case on&unsigned != 0:
		numbers := make([]uint64, len(r.Values))
		for i, w := range r.Values {
			numbers[i], _ = strconv.ParseUint(w, 10, 64)
		}
		return func(v reflect.Value) bool { return slices.Contains(numbers, v.Uint()) == want }
	}
	return nil
}

// acceptUnique spares validator's boxing of every element, which is what makes unique cost 0.8 µs each.
func acceptUnique(t reflect.Type, r Rule) func(reflect.Value) bool {
	if r.Param != "" || t.Kind() != reflect.Slice && t.Kind() != reflect.Array {
		return nil
	}
	switch on := subjectOf(t.Elem()); {
	case on&text != 0:
		return func(v reflect.Value) bool { return distinct(v, reflect.Value.String) }
	case on&integer != 0:
		return func(v reflect.Value) bool { return distinct(v, reflect.Value.Int) }
	case on&unsigned != 0:
		return func(v reflect.Value) bool { return distinct(v, reflect.Value.Uint) }
	}
	return nil
}

func distinct[T comparable](v reflect.Value, get func(reflect.Value) T) bool {
	n := v.Len()
	if n <= 16 { // comparing all pairs is cheaper than a map, and allocates nothing
		for i := 1; i < n; i++ {
			for j := range i {
				if get(v.Index(i)) == get(v.Index(j)) {
					return false
				}
			}
		}
		return true
	}
	seen := make(map[T]struct{}, n)
	for i := range n {
		seen[get(v.Index(i))] = struct{}{}
		if len(seen) != i+1 {
			return false
		}
	}
	return true
}
