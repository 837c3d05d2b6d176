package constraint

import "reflect"

// Rules are the compiled rules of one value and, after dive, of what it holds. They do not change after [Engine.Compile]
// and are safe for concurrent use. All methods work on a nil receiver, which has no rules.
type Rules struct {
	Required  bool     // the tag said required: the value must be present; it may be zero
	OmitEmpty bool     // omitempty, omitnil or omitzero was said
	Elem, Key *Rules   // of the elements, after dive; of the keys of a map, between keys and endkeys
	Cross     []string // rules about other fields (gtfield=Start), which [Engine.CheckCross] checks
	Schema    []Rule   // the value rules as written, for documentation

	checks []check
	quick  quick
}

// check is one value rule. A nil accept, or false from it, says nothing: refuse is asked.
type check struct {
	kind   reflect.Kind // what accept may be given
	accept func(reflect.Value) bool
	text   func(string) bool            // accept, of a string
	refuse func(reflect.Value) *Failure // nil when the value is fine after all
}

// Check gives the first broken value rule of this level, and nil when there is none. Elements and keys are the caller's to
// visit, with Elem and Key. A nil pointer is fine: presence is the caller's. Check does not panic, on any value; a value of
// another type than Compile was told is judged by validator.
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

// Accepts reports whether Check certainly finds nothing. A false means nothing.
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

// Empty says that there is nothing to check, here or below. Presence words do not count.
func (r *Rules) Empty() bool {
	return r == nil || len(r.checks) == 0 && len(r.Cross) == 0 && r.Elem.Empty() && r.Key.Empty()
}
