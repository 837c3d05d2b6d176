package constraint

import (
	"cmp"
	"fmt"
	"math"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// maxLength is the largest length that a tag may name: far more than fits into memory, and far from an overflow.
const maxLength = 1 << 40

// checkItem finds the mistakes in a rule that need no value: an unknown rule, one that does not fit t, or a meaningless param.
// validator panics on some of these when a value comes, and ignores the others.
func (e *Engine) checkItem(t reflect.Type, it item, use Use) error {
	if t.Kind() == reflect.Interface {
		return badTag(it.raw, "no rule can stand on %s: the client would choose the type, and the rule may panic on it", t)
	}
	rules := it.Any
	if rules == nil {
		rules = []Rule{it.Rule}
	}
	for _, r := range rules {
		if err := e.checkRule(t, r, it.raw, use); err != nil {
			return err
		}
	}
	return nil
}

// checkRule finds the mistakes in a single rule.
func (e *Engine) checkRule(t reflect.Type, r Rule, raw string, use Use) error {
	if _, ok := e.custom[r.Name]; ok {
		return nil
	}
	known, ok := builtin[r.Name]
	switch {
	case isWord(r.Name):
		return badTag(raw, "%s stands alone: it takes neither = nor |", r.Name)
	case !ok && !e.isKnown(r.Name):
		return badTag(raw, "unknown rule %q%s", r.Name, e.hint(r.Name))
	case !ok:
		return nil
	case known.arg.isCross():
		return badTag(raw, "a rule about other fields cannot be one of several alternatives")
	case known.restriction == disk && use == Request:
		return badTag(raw, "it reads the server's disk with a name that the client chooses")
	case known.restriction == dns && use == Request:
		return badTag(raw, "it asks DNS for a name that the client chooses")
	case known.on&subjectOf(t) == 0 || known.viaString && t.Kind() != reflect.String && !isModel(t):
		also := ""
		if e.comparesBound(r) {
			also = ", or a struct with UnmarshalText and a method Cmp or Compare"
		}
		return badTag(raw, "%s does not judge %s: it needs %s%s", r.Name, t, known.on, also)
	}
	return checkParam(t, r, known.arg, raw)
}

// checkParam finds the mistakes in the text after the =.
func checkParam(t reflect.Type, r Rule, arg argument, raw string) error {
	switch arg {
	case none:
		if r.Param != "" {
			return badTag(raw, "%s takes nothing after =", r.Name)
		}
	case someText:
		if r.Param == "" {
			return badTag(raw, "%s needs a text after =", r.Name)
		}
	case countryCode:
		if len(r.Param) != 2 || strings.ToUpper(r.Param) != r.Param {
			return badTag(raw, "%s needs a country code such as US after =", r.Name)
		}
	case layout:
		early, late := time.Date(2001, 2, 3, 4, 5, 6, 7e6, time.UTC), time.Date(2012, 11, 20, 19, 18, 17, 16e6, time.UTC)
		if early.Format(r.Param) == late.Format(r.Param) || namesLayout(r.Param) {
			return badTag(raw, "%q is not a layout of package time, such as 2006-01-02T15:04:05Z07:00", r.Param)
		}
	case bound:
		_, err := parseBound(t, r)
		if err != nil {
			return badTag(raw, "%s", err)
		}
	case divisor:
		if b, err := parseNumber(t, r); err != nil {
			return badTag(raw, "%s", err)
		} else if !isPositive(b) {
			return badTag(raw, "%s needs a number above 0 after =", r.Name)
		}
	case wordList:
		return checkWords(t, r, raw)
	case elementField:
		return checkElementField(t, r, raw)
	case methodName:
		return checkMethod(t, r, raw)
	}
	return nil
}

// namesLayout reports whether s is the name of a layout of package time. Some names are layouts themselves: in RFC3339 the 3 is the
// hour.
func namesLayout(s string) bool {
	switch s {
	case "Layout", "ANSIC", "UnixDate", "RubyDate", "RFC822", "RFC822Z", "RFC850", "RFC1123", "RFC1123Z", "RFC3339", "RFC3339Nano",
		"Kitchen", "Stamp", "StampMilli", "StampMicro", "StampNano", "DateTime", "DateOnly", "TimeOnly":
		return true
	}
	return false
}

// checkWords finds the mistakes in the words of oneof and noneof.
func checkWords(t reflect.Type, r Rule, raw string) error {
	if len(r.Values) == 0 {
		return badTag(raw, "%s needs at least one word after =, separated by spaces", r.Name)
	}
	for _, w := range r.Values {
		canonical := w
		switch subjectOf(t) & (integer | unsigned) {
		case integer:
			n, _ := strconv.ParseInt(w, 10, t.Bits())
			canonical = strconv.FormatInt(n, 10)
		case unsigned:
			n, _ := strconv.ParseUint(w, 10, t.Bits())
			canonical = strconv.FormatUint(n, 10)
		}
		if canonical != w {
			return badTag(raw, "%q is not a plain decimal number that %s can hold", w, t)
		}
	}
	return nil
}

// checkElementField finds the mistakes in the param of unique: the elements, or that field of them, must be comparable.
func checkElementField(t reflect.Type, r Rule, raw string) error {
	elem := t.Elem()
	for elem.Kind() == reflect.Pointer {
		elem = elem.Elem()
	}
	if r.Param != "" {
		if elem.Kind() != reflect.Struct || t.Kind() == reflect.Map {
			return badTag(raw, "%s=Field needs a list of structs, and %s is none", r.Name, t)
		}
		field, ok := elem.FieldByName(r.Param)
		if !ok || !field.IsExported() {
			return badTag(raw, "%s has no exported field %s", elem, r.Param)
		}
		elem = field.Type
	}
	if !hashable(elem) {
		return badTag(raw, "%s cannot be compared with ==", elem)
	}
	return nil
}

// checkMethod finds the mistakes in the param of validateFn, which names a method.
func checkMethod(t reflect.Type, r Rule, raw string) error {
	name := cmp.Or(r.Param, "Validate")
	m, ok := t.MethodByName(name)
	if !ok || m.Type.NumIn() != 1 || m.Type.NumOut() == 0 ||
		m.Type.Out(0).Kind() != reflect.Bool && !m.Type.Out(0).Implements(reflect.TypeFor[error]()) {
		return badTag(raw, "%s needs a method %s() error or %s() bool with a value receiver", t, name, name)
	}
	return nil
}

// hashable reports whether values of t can be compared without a panic. Interfaces cannot, also inside of t: the client may send a
// list for one.
func hashable(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Interface:
		return false
	case reflect.Array:
		return hashable(t.Elem())
	case reflect.Struct:
		for i := range t.NumField() {
			if !hashable(t.Field(i).Type) {
				return false
			}
		}
	}
	return t.Comparable()
}

// parseBound parses a param as validator does for values of type t. The result is an int64, uint64, float64, bool or time.Duration;
// an int for a length; a string for eq and ne on text; nil for a time.Time, which is compared with now.
func parseBound(t reflect.Type, r Rule) (any, error) {
	switch on := subjectOf(t); {
	case on&text != 0 && builtin[r.Name].literal:
		return r.Param, nil
	case on&sized != 0:
		return parseLength(r)
	case on&number != 0:
		return parseNumber(t, r)
	case on&boolean != 0:
		b, err := strconv.ParseBool(r.Param)
		if err != nil {
			return nil, notA("boolean", r, err)
		}
		return b, nil
	case r.Param != "":
		return nil, fmt.Errorf("%s compares %s with the present moment and takes nothing after =", r.Name, t)
	}
	return nil, nil
}

// parseNumber is parseBound for numbers.
func parseNumber(t reflect.Type, r Rule) (any, error) {
	switch on := subjectOf(t); {
	case t == reflect.TypeFor[time.Duration]():
		if d, err := time.ParseDuration(r.Param); err == nil {
			return d, nil
		}
		n, err := strconv.ParseInt(r.Param, 0, 64)
		if err != nil {
			return nil, fmt.Errorf("%q is not a duration such as 1m30s, nor a number of nanoseconds", r.Param)
		}
		return time.Duration(n), nil
	case on&integer != 0:
		n, err := strconv.ParseInt(r.Param, 0, 64)
		if err != nil {
			return nil, notA("whole number", r, err)
		}
		return n, nil
	case on&unsigned != 0:
		n, err := strconv.ParseUint(r.Param, 0, 64)
		if err != nil {
			return nil, notA("whole number from 0", r, err)
		}
		return n, nil
	case on&float != 0:
		n, err := strconv.ParseFloat(r.Param, bits(t))
		if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
			return nil, notA("finite number", r, err)
		}
		return n, nil
	}
	return nil, fmt.Errorf("%s is no number", t)
}

// parseLength parses the bound of a length.
func parseLength(r Rule) (int, error) {
	n, err := strconv.ParseInt(r.Param, 0, 64)
	switch {
	case err != nil:
		return 0, notA("number", r, err)
	case n < 0:
		return 0, fmt.Errorf("a length is never negative, and %s is", r.Param)
	case n == 0 && builtin[r.Name].compares == Less:
		return 0, fmt.Errorf("no length is less than 0")
	case n > maxLength:
		return 0, fmt.Errorf("%s is too large for a length", r.Param)
	}
	return int(n), nil
}

func notA(what string, r Rule, err error) error {
	if r.Param == "" {
		return fmt.Errorf("%s needs a %s after =", r.Name, what)
	}
	if err != nil && strings.Contains(err.Error(), "out of range") {
		return fmt.Errorf("%s is out of range", r.Param)
	}
	return fmt.Errorf("%q is not a %s", r.Param, what)
}
