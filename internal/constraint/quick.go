package constraint

import (
	"math"
	"reflect"
	"unicode/utf8"
)

// quick is what the direct checks of one level come to, for values that a caller has in hand and not in a reflect.Value:
// strings, signed integers and lists. It says what Accepts says.
type quick struct {
	is        bool
	low, high int64 // inclusive: of the integer, of the characters of the string, of the items of the list
	texts     []func(string) bool
}

// IsQuick reports whether AcceptsString, AcceptsInt or AcceptsLen, by the kind of the values, can stand in for Accepts.
func (r *Rules) IsQuick() bool { return r == nil || r.quick.is }

// AcceptsString is Accepts for a string.
func (r *Rules) AcceptsString(s string) bool { return r == nil || r.quick.acceptsString(s) }

func (q *quick) acceptsString(s string) bool {
	n := int64(len(s))
	if n < q.low { // characters are no more than bytes
		return false
	}
	if n > q.high || q.low > 1 && n/utf8.UTFMax < q.low && !ascii(s) { // and no fewer than a quarter
		if n = int64(utf8.RuneCountInString(s)); n < q.low || n > q.high {
			return false
		}
	}
	for _, f := range q.texts {
		if !f(s) {
			return false
		}
	}
	return true
}

// ascii reports whether s is certainly one character for each byte.
func ascii(s string) bool {
	var all byte
	for i := range len(s) {
		all |= s[i]
	}
	return all < utf8.RuneSelf
}

// AcceptsInt is Accepts for a signed integer.
func (r *Rules) AcceptsInt(n int64) bool {
	return r == nil || n >= r.quick.low && n <= r.quick.high
}

// AcceptsLen is Accepts for a slice of that length.
func (r *Rules) AcceptsLen(n int) bool { return r.AcceptsInt(int64(n)) }

// quicken finds out what the checks of values of type t come to.
func (r *Rules) quicken(t reflect.Type) {
	q := quick{low: math.MinInt64, high: math.MaxInt64}
	switch t.Kind() {
	case reflect.String:
		q.low = 0
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Slice:
	default:
		return
	}
	for i := range r.checks {
		c := &r.checks[i]
		switch low, high, ok := boundsOf(t, r.Schema[i]); {
		case c.accept == nil:
			return
		case ok:
			q.low, q.high = max(q.low, low), min(q.high, high)
		case c.text != nil:
			q.texts = append(q.texts, c.text)
		default:
			return
		}
	}
	q.is = true
	r.quick = q
}

// boundsOf is the range of what a rule accepts, where it accepts a range of integers.
func boundsOf(t reflect.Type, r Rule) (low, high int64, ok bool) {
	o, ok := operatorOf(r.Name)
	if !ok || r.Any != nil {
		return 0, 0, false
	}
	b, err := parseBound(t, r)
	if err != nil {
		return 0, 0, false
	}
	var n int64
	switch b := b.(type) {
	case int:
		n = int64(b)
	case int64:
		n = b
	default:
		return 0, 0, false
	}
	low, high = math.MinInt64, math.MaxInt64
	switch {
	case o == equal:
		low, high = n, n
	case o == lessEqual:
		high = n
	case o == greaterEqual:
		low = n
	case o == less && n > math.MinInt64:
		high = n - 1
	case o == greater && n < math.MaxInt64:
		low = n + 1
	default:
		return 0, 0, false
	}
	return low, high, true
}
