package constraint

import "reflect"

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
