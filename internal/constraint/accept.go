package constraint

import (
	"cmp"
	"reflect"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"
)

// The direct checks of rules. A direct check may accept only values that validator accepts
// (FuzzCompiledAcceptsOnlyWhatValidatorAccepts). Checks of integers and strings do not allocate. A nil function means that a rule
// has no direct check.

// acceptAny returns the direct check of a rule, or of alternatives, which accepts when one of them does. text is the same check for
// a string; nil for other types and for alternatives.
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

// acceptRule returns the direct check of a single rule. Rules of the application have none.
func (e *Engine) acceptRule(t reflect.Type, r Rule, limit int) (accept func(reflect.Value) bool, text func(string) bool) {
	if _, ok := e.custom[r.Name]; ok {
		return nil, nil
	}
	row := builtin[r.Name]
	switch {
	case t.Kind() == reflect.String:
		f := row.acceptString(t, r, limit)
		if f == nil {
			return nil, nil
		}
		return func(v reflect.Value) bool { return f(v.String()) }, f
	case row.values != nil:
		return row.values(t, r), nil
	case row.compares != NoComparison:
		return acceptBound(t, r, row.compares), nil
	}
	return nil, nil
}

// acceptString returns the direct check of a rule for strings of type t.
func (row *ruleInfo) acceptString(t reflect.Type, r Rule, limit int) func(string) bool {
	switch {
	case row.is != nil:
		return row.is
	case row.direct != nil:
		return row.direct(r, limit)
	case row.compares == NoComparison:
		return nil
	}
	b, err := parseBound(t, r)
	if err != nil {
		return nil
	}
	switch b := b.(type) {
	case string:
		return func(s string) bool { return compare(row.compares, s, b) }
	case int:
		return acceptRunes(row.compares, b)
	}
	return nil
}

// Operator is the comparison of a rule between a value, or its length, and the bound.
type Operator uint8

const (
	NoComparison Operator = iota
	Equal
	NotEqual
	Less
	LessEqual
	Greater
	GreaterEqual
)

// compare compares as Go does: NaN satisfies NotEqual only, and infinities are ordered like other numbers.
func compare[T cmp.Ordered](o Operator, a, b T) bool {
	switch o {
	case Equal:
		return a == b
	case NotEqual:
		return a != b
	case Less:
		return a < b
	case LessEqual:
		return a <= b
	case Greater:
		return a > b
	default:
		return a >= b
	}
}

// acceptBound returns the direct check of a comparison, for other types than strings.
func acceptBound(t reflect.Type, r Rule, o Operator) func(reflect.Value) bool {
	b, err := parseBound(t, r)
	if err != nil {
		return nil
	}
	switch b := b.(type) {
	case int: // the length of a list or map
		return func(v reflect.Value) bool { return compare(o, v.Len(), b) }
	case time.Duration:
		return func(v reflect.Value) bool { return compare(o, v.Int(), int64(b)) }
	case int64:
		return func(v reflect.Value) bool { return compare(o, v.Int(), b) }
	case uint64:
		return func(v reflect.Value) bool { return compare(o, v.Uint(), b) }
	case float64:
		return func(v reflect.Value) bool { return compare(o, v.Float(), b) }
	case bool:
		return func(v reflect.Value) bool { return (v.Bool() == b) == (o == Equal) }
	}
	return nil // a time.Time, which validator compares with its clock
}

// acceptRunes compares the number of characters with n. Often it is decided without counting: a string of b bytes has at most b
// characters, and at least b/4.
func acceptRunes(o Operator, n int) func(string) bool {
	switch o {
	case LessEqual:
		return func(s string) bool { return len(s) <= n || utf8.RuneCountInString(s) <= n }
	case GreaterEqual:
		return func(s string) bool {
			return len(s)/utf8.UTFMax >= n || len(s) >= n && utf8.RuneCountInString(s) >= n
		}
	}
	return func(s string) bool { return compare(o, utf8.RuneCountInString(s), n) }
}

// isWordOf is the direct check of oneof for strings.
func isWordOf(r Rule, _ int) func(string) bool {
	return func(s string) bool { return slices.Contains(r.Values, s) }
}

// isNoWordOf is the direct check of noneof for strings.
func isNoWordOf(r Rule, _ int) func(string) bool {
	return func(s string) bool { return !slices.Contains(r.Values, s) }
}

// isNumberOf returns the direct check of oneof for integers.
func isNumberOf(t reflect.Type, r Rule) func(reflect.Value) bool { return acceptNumbers(t, r, true) }

// isNoNumberOf returns the direct check of noneof for integers.
func isNoNumberOf(t reflect.Type, r Rule) func(reflect.Value) bool { return acceptNumbers(t, r, false) }

// acceptNumbers returns the direct check of integers that must be among the words, or must not.
func acceptNumbers(t reflect.Type, r Rule, want bool) func(reflect.Value) bool {
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

// acceptUnique returns the direct check of unique for lists of strings and integers. validator boxes every element, which costs 0.8
// µs each.
func acceptUnique(t reflect.Type, r Rule) func(reflect.Value) bool {
	if r.Param != "" || t.Kind() != reflect.Slice && t.Kind() != reflect.Array {
		return nil
	}
	switch on := subjectOf(t.Elem()); {
	case on&text != 0:
		return func(v reflect.Value) bool { return allDistinct(v, reflect.Value.String) }
	case on&integer != 0:
		return func(v reflect.Value) bool { return allDistinct(v, reflect.Value.Int) }
	case on&unsigned != 0:
		return func(v reflect.Value) bool { return allDistinct(v, reflect.Value.Uint) }
	}
	return nil
}

// allDistinct reports whether no two elements are equal.
func allDistinct[T comparable](v reflect.Value, get func(reflect.Value) T) bool {
	n := v.Len()
	if n <= 16 { // all pairs: faster than a map, without an allocation
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
