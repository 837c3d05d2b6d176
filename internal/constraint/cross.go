package constraint

import (
	"reflect"
	"slices"
	"strings"

	"github.com/go-playground/validator/v10"
)

// Rules about other fields need the whole struct, so they run when it is filled. Fields are named by their Go names.
//
// Presence rules (required_if, excluded_with, …) use validator's meaning of present: a pointer, wrapper, list or map that is not
// nil, or another value that is not zero. Comparisons (gtfield, eqfield, …) are skipped when the field itself is nil, or zero under
// omitempty. They fail when the other field is nil, as in validator.

// crossPlan has the rules about other fields of one struct type, by field.
type crossPlan map[string]crossField

// crossField is a field with such rules.
type crossField struct {
	index     []int
	omitEmpty bool
	rules     []crossRule
}

// crossRule is a rule about other fields. presence says that it checks whether there is a value, not the value.
type crossRule struct {
	item
	presence bool
}

// CrossFields returns the Go names of the fields that a rule mentions, with dots for a nested field: "required_if=Kind card State
// new" gives Kind and State. It returns nil for rules that mention none.
func CrossFields(rule string) []string {
	name, param, _ := strings.Cut(rule, "=")
	switch builtin[name].arg {
	case otherField:
		return []string{unescape(param)}
	case otherFields:
		return splitWords(unescape(param))
	case fieldsAndText:
		var fields []string
		for pair := range slices.Chunk(splitWords(unescape(param)), 2) {
			fields = append(fields, pair[0])
		}
		return fields
	}
	return nil
}

// checkCrossRule finds the mistakes in a rule that show without the struct.
func checkCrossRule(t reflect.Type, it item) error {
	fields, arg := CrossFields(it.raw), builtin[it.Name].arg
	switch {
	case it.Param == "" || len(fields) == 0:
		return badTag(it.raw, "%s needs the Go name of another field after =", it.Name)
	case arg == fieldsAndText && len(splitWords(it.Param))%2 != 0:
		return badTag(it.raw, "%s needs pairs of a field and a value, separated by spaces", it.Name)
	case arg == fieldsAndText && len(slices.Compact(slices.Sorted(slices.Values(fields)))) != len(fields):
		return badTag(it.raw, "%s names a field twice", it.Name)
	case arg == otherField && t.Kind() == reflect.Interface:
		return badTag(it.raw, "it cannot compare %s: the client would choose the type", t)
	case arg == otherField && isModel(t):
		return badTag(it.raw, "it cannot compare %s, only a string, number, bool, list, map or time.Time", t)
	}
	return nil
}

// CompileCross prepares CheckCross for a struct type. The fields that the rules mention must exist, and the rules must not panic on
// an empty and on a filled struct. Without CompileCross the first CheckCross reads the rules, unchecked.
func (e *Engine) CompileCross(t reflect.Type, fields []string) error {
	plan := e.crossPlan(t)
	for _, name := range fields {
		for _, it := range plan[name].rules {
			for _, other := range CrossFields(it.raw) {
				first, _, _ := strings.Cut(other, ".")
				first, _, _ = strings.Cut(first, "[")
				if _, ok := t.FieldByName(first); !ok {
					return badTag(it.raw, "%s has no field %s", t, first)
				}
			}
			for _, v := range samples(t) {
				p := reflect.New(t)
				p.Elem().Set(v)
				if err := e.tryCross(p, plan[name], it); err != nil {
					return err
				}
			}
		}
	}
	return nil
	// tryCross runs a rule on a sample and returns a panic as an error.
}

func (e *Engine) tryCross(ptr reflect.Value, f crossField, it crossRule) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = badTag(it.raw, "it fails on %s: %v", ptr.Type().Elem(), p)
		}
	}()
	e.crossHolds(ptr, f, it)
	return nil
}

// CheckCross checks the named fields' rules about other fields. ptr points to the struct. It returns the first failure of each
// field that has one, by Go field name, or nil. fields may name promoted fields. It does not panic, and does not follow pointers
// into other structs.
func (e *Engine) CheckCross(ptr any, fields []string) map[string]*Failure {
	v := reflect.ValueOf(ptr)
	if v.Kind() != reflect.Pointer || v.IsNil() || v.Elem().Kind() != reflect.Struct {
		return nil
	}
	plan := e.crossPlan(v.Type().Elem())
	var out map[string]*Failure
	for _, name := range fields {
		f := plan[name]
		for _, it := range f.rules {
			if recoverFalse(func() bool { return e.crossHolds(v, f, it) }) {
				continue
			}
			if out == nil {
				out = map[string]*Failure{}
			}
			out[name] = ValueError("must satisfy " + it.String())
			break
		}
	}
	return out
}

// crossHolds reports whether a rule holds for a field of the struct at ptr.
func (e *Engine) crossHolds(ptr reflect.Value, f crossField, it crossRule) bool {
	field, err := ptr.Elem().FieldByIndexErr(f.index)
	if err != nil {
		return true // its embedded struct is nil
	}
	field, nullable := unwrapValue(field)
	absent := !field.IsValid()
	if it.presence {
		// validator would check the fields of a struct; so it gets whether there is a value instead of the value
		if absent || !isPresent(field, nullable) {
			return e.validator.VarWithValue((*bool)(nil), ptr.Interface(), it.raw) == nil
		}
		return e.validator.VarWithValue(true, ptr.Interface(), it.raw) == nil
	}
	if absent || f.omitEmpty && !isPresent(field, nullable) {
		return true
	}
	return e.validator.VarWithValue(field.Interface(), ptr.Interface(), it.raw) == nil
}

// unwrapValue follows pointers, interfaces and wrappers that implement validator.Valuer to the value, which is invalid when one is
// nil. nullable reports whether there was one of these.
func unwrapValue(v reflect.Value) (out reflect.Value, nullable bool) {
	for v.IsValid() {
		if v.CanInterface() && (v.Kind() != reflect.Pointer || !v.IsNil()) {
			if boxed, ok := v.Interface().(validator.Valuer); ok {
				v, nullable = reflect.ValueOf(boxed.ValidatorValue()), true
				continue
			}
		}
		switch v.Kind() {
		case reflect.Pointer, reflect.Interface:
			v, nullable = v.Elem(), true // invalid for nil
		default:
			return v, nullable
		}
	}
	return v, nullable
}

// isPresent reports whether v is present in validator's sense.
func isPresent(v reflect.Value, nullable bool) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Map:
		return !v.IsNil()
	}
	return nullable || !v.IsZero()
}

// crossPlan returns the rules about other fields of a struct type. They are parsed at the first call.
func (e *Engine) crossPlan(t reflect.Type) crossPlan {
	if known, ok := e.cross.Load(t); ok {
		return known.(crossPlan)
	}
	plan := crossPlan{}
	for _, f := range reflect.VisibleFields(t) {
		l, err := parse(f.Tag.Get("validate"))
		if err != nil || !f.IsExported() {
			continue // Compile has reported the error
		}
		entry := crossField{index: f.Index, omitEmpty: l.omitEmpty}
		for _, it := range l.items {
			if arg := builtin[it.Name].arg; arg.isCross() {
				entry.rules = append(entry.rules, crossRule{it, arg != otherField})
			}
		}
		if _, hidden := plan[f.Name]; entry.rules != nil && !hidden {
			plan[f.Name] = entry
		}
	}
	known, _ := e.cross.LoadOrStore(t, plan)
	return known.(crossPlan)
}
