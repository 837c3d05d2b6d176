package constraint

import (
	"math"
	"reflect"
	"unicode/utf8"
)

// Rules are the compiled rules of a value and, after dive, of its elements. They do not change after [Engine.Compile] and are safe
// for concurrent use. All methods work on a nil receiver, which has no rules.
type Rules struct {
	Required  bool     // the tag has required: the value must be present, and may be zero
	OmitEmpty bool     // the tag has omitempty, omitnil or omitzero
	Elem, Key *Rules   // of the elements, after dive; of the keys of a map, between keys and endkeys
	Cross     []string // rules about other fields (gtfield=Start), which [Engine.CheckCross] checks
	Schema    []Rule   // the rules as written, for documentation

	checks []check
	fast   fastRules
}

// check is one rule. When accept is nil or returns false, refuse decides.
type check struct {
	kind   reflect.Kind // the kind of values for accept
	accept func(reflect.Value) bool
	text   func(string) bool            // accept for a string
	refuse func(reflect.Value) *Failure // returns nil when the value satisfies the rule
}

// Check returns the failure of the first rule of this level that v breaks, or nil. The caller checks elements and keys with Elem
// and Key, and whether the value is present: a nil pointer breaks no rule. Check does not panic. validator decides about a value of
// another type than that of Compile.
func (r *Rules) Check(v reflect.Value) *Failure {
	if r == nil || len(r.checks) == 0 {
		return nil
	}
	for v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return nil
		}
		v = v.Elem()
	}
	kind := v.Kind()
	if kind == reflect.Invalid {
		return nil
	}
	for i := range r.checks {
		c := &r.checks[i]
		if c.accept != nil && kind == c.kind && c.accept(v) {
			continue
		}
		if f := c.refuse(v); f != nil {
			return f
		}
	}
	return nil
}

// Accepts reports whether Check certainly returns nil. On false Check must decide.
func (r *Rules) Accepts(v reflect.Value) bool {
	if r == nil {
		return true
	}
	for i := range r.checks {
		if c := &r.checks[i]; c.accept == nil || v.Kind() != c.kind || !c.accept(v) {
			return false
		}
	}
	return true
}

// Empty reports whether there is nothing to check, on this level or below. Required and OmitEmpty do not count.
func (r *Rules) Empty() bool {
	return r == nil || len(r.checks) == 0 && len(r.Cross) == 0 && r.Elem.Empty() && r.Key.Empty()
}

// fastRules are the direct checks of one level in another form: for strings, signed integers and lists that are not in a
// reflect.Value. They accept what Accepts accepts.
type fastRules struct {
	is        bool
	low, high int64 // inclusive bounds: of an integer, of the characters of a string, of the length of a list
	texts     []func(string) bool
}

// IsFast reports whether AcceptsString or AcceptsInt, by the kind of the values, has the result of Accepts.
func (r *Rules) IsFast() bool { return r == nil || r.fast.is }

// AcceptsString is Accepts for a string.
func (r *Rules) AcceptsString(s string) bool { return r == nil || r.fast.acceptsString(s) }

// acceptsString is AcceptsString. It counts characters only when the number of bytes does not decide.
func (q *fastRules) acceptsString(s string) bool {
	n := int64(len(s))
	if n < q.low { // a string has no more characters than bytes
		return false
	}
	if n > q.high {
		if n = int64(utf8.RuneCountInString(s)); n < q.low || n > q.high {
			return false
		}
	} else if q.low > 1 && n/utf8.UTFMax < q.low { // and at least a quarter as many
		var all byte
		for _, c := range []byte(s[:q.low]) {
			all |= c
		}
		if all >= utf8.RuneSelf && int64(utf8.RuneCountInString(s)) < q.low {
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

// AcceptsInt is Accepts for a signed integer, and for a slice or map with n elements.
func (r *Rules) AcceptsInt(n int64) bool {
	return r == nil || n >= r.fast.low && n <= r.fast.high
}

// setFast sets r.fast when all direct checks of values of type t have a fast form.
func (r *Rules) setFast(t reflect.Type) {
	q := fastRules{low: math.MinInt64, high: math.MaxInt64}
	switch t.Kind() {
	case reflect.String:
		q.low = 0
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Slice, reflect.Map:
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
	r.fast = q
}

// boundsOf returns the range of integers that a rule accepts. ok is false for rules that accept no single range.
func boundsOf(t reflect.Type, r Rule) (low, high int64, ok bool) {
	o := builtin[r.Name].compares
	if o == NoComparison {
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
	case o == Equal:
		low, high = n, n
	case o == LessEqual:
		high = n
	case o == GreaterEqual:
		low = n
	case o == Less && n > math.MinInt64:
		high = n - 1
	case o == Greater && n < math.MaxInt64:
		low = n + 1
	default:
		return 0, 0, false
	}
	return low, high, true
}
