package constraint

import (
	"reflect"
	"slices"
	"strings"

	"github.com/go-playground/validator/v10"
)

// Rules about other fields. They need the whole struct, so they run once it is filled, by Go field name.
//
// Presence rules (required_if, excluded_with, …) keep validator's meaning of present: a pointer or wrapper that is not nil, a
// list or map that is not nil, else a value that is not zero. Comparisons (gtfield, eqfield, …) are skipped when the
// field itself is nil, or zero under omitempty; a nil field on the other side fails, as in validator.

// crossPlan holds what CheckCross needs of one struct type: the rules by field.
type crossPlan map[string]crossField

type crossField struct {
	index     []int
	omitEmpty bool
	rules     []item
}

// CrossFields gives the Go names of the fields that a cross rule mentions, with dots for a nested one:
// "required_if=Kind card State new" gives Kind and State. It gives nil for every other rule.
func CrossFields(rule string) []string {
	name, param, _ := strings.Cut(rule, "=")
	if builtin[name].arg != otherFields {
		return nil
	}
	if !isPresence(name) {
		return []string{unescape(param)}
	}
	all := words(unescape(param))
	if !takesPairs(name) {
		return all
	}
	var fields []string
	for i := 0; i < len(all); i += 2 {
		fields = append(fields, all[i])
	}
	return fields
}

func isPresence(name string) bool {
	return strings.HasPrefix(name, "required_") || strings.HasPrefix(name, "excluded_") || name == "skip_unless"
}

// takesPairs says that field names alternate with values.
func takesPairs(name string) bool {
	return isPresence(name) && (strings.HasSuffix(name, "_if") || strings.HasSuffix(name, "_unless"))
}

// legalCross finds the mistakes in a cross rule that can be seen without the struct.
func legalCross(t reflect.Type, it item) error {
	fields := CrossFields(it.raw)
	switch {
	case it.Param == "" || len(fields) == 0:
		return badTag(it.raw, "%s needs the Go name of another field after =", it.Name)
	case takesPairs(it.Name) && len(words(it.Param))%2 != 0:
		return badTag(it.raw, "%s needs pairs of a field and a value, separated by spaces", it.Name)
	case takesPairs(it.Name) && len(slices.Compact(slices.Sorted(slices.Values(fields)))) != len(fields):
		return badTag(it.raw, "%s names a field twice", it.Name)
	case !isPresence(it.Name) && t.Kind() == reflect.Interface:
		return badTag(it.raw, "it cannot compare %s: the client would choose the type", t)
	case !isPresence(it.Name) && isModel(t):
		return badTag(it.raw, "it cannot compare %s, only a string, number, bool, list, map or time.Time", t)
	}
	return nil
}

// CompileCross prepares CheckCross for a struct type: the fields that the rules mention must exist, and the rules must
// bear a dry run on an empty and on a filled struct. Without it the first CheckCross prepares the rest unchecked.
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
}

func (e *Engine) tryCross(ptr reflect.Value, f crossField, it item) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = badTag(it.raw, "it fails on %s: %v", ptr.Type().Elem(), p)
		}
	}()
	e.crossHolds(ptr, f, it)
	return nil
}

// CheckCross checks the cross rules of the named fields of a struct, and gives the first failure of each field that has
// one, by Go field name; nil when all is well. ptr points to the struct. fields are names of fields with cross
// rules, promoted ones too. It does not panic and does not follow pointers into other structs.
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
			if guarded(func() bool { return e.crossHolds(v, f, it) }) {
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

func (e *Engine) crossHolds(ptr reflect.Value, f crossField, it item) bool {
	field, err := ptr.Elem().FieldByIndexErr(f.index)
	if err != nil {
		return true // in an embedded struct that is nil
	}
	field, nullable := unbox(field)
	absent := !field.IsValid()
	if isPresence(it.Name) {
		// validator would look into a struct instead of at it, so it sees whether there is a value, not the value
		if absent || !present(field, nullable) {
			return e.validator.VarWithValue((*bool)(nil), ptr.Interface(), it.raw) == nil
		}
		return e.validator.VarWithValue(true, ptr.Interface(), it.raw) == nil
	}
	if absent || f.omitEmpty && !present(field, nullable) {
		return true
	}
	return e.validator.VarWithValue(field.Interface(), ptr.Interface(), it.raw) == nil
}

// unbox follows pointers, interfaces and wrappers that implement validator.Valuer to the value, invalid when there is none;
// nullable says that there could have been none.
func unbox(v reflect.Value) (out reflect.Value, nullable bool) {
	for v.IsValid() {
		if v.CanInterface() && (v.Kind() != reflect.Pointer || !v.IsNil()) {
			if boxed, ok := v.Interface().(validator.Valuer); ok {
				v, nullable = reflect.ValueOf(boxed.ValidatorValue()), true
				continue
			}
		}
		switch v.Kind() {
		case reflect.Pointer, reflect.Interface:
			v, nullable = v.Elem(), true // invalid when nil
		default:
			return v, nullable
		}
	}
	return v, nullable
}

// present is validator's idea of it.
func present(v reflect.Value, nullable bool) bool {
	switch v.Kind() {
	case reflect.Slice, reflect.Map:
		return !v.IsNil()
	}
	return nullable || !v.IsZero()
}

// crossPlan reads the tags of a struct type once.
func (e *Engine) crossPlan(t reflect.Type) crossPlan {
	if known, ok := e.cross.Load(t); ok {
		return known.(crossPlan)
	}
	plan := crossPlan{}
	for _, f := range reflect.VisibleFields(t) {
		l, err := parse(f.Tag.Get("validate"))
		if err != nil || !f.IsExported() {
			continue // Compile has reported it
		}
		entry := crossField{index: f.Index, omitEmpty: l.omitEmpty}
		for _, it := range l.items {
			if it.Any == nil && builtin[it.Name].arg == otherFields {
				entry.rules = append(entry.rules, it)
			}
		}
		if _, hidden := plan[f.Name]; entry.rules != nil && !hidden {
			plan[f.Name] = entry
		}
	}
	known, _ := e.cross.LoadOrStore(t, plan)
	return known.(crossPlan)
}
