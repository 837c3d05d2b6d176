package constraint

import (
	"fmt"
	"reflect"
	"regexp"
	"time"

	"github.com/go-playground/validator/v10"
)

// Compile compiles the tags validate and pattern of a value of type t. t is without pointers and wrappers, as the values for Check
// are. Either tag may be empty. A pattern beside a dive is for the elements.
//
// An error is a [TagError]: the tag could panic on a value later, can never hold, or has a rule without effect. Without an error
// the Rules are not nil.
func (e *Engine) Compile(t reflect.Type, tag, pattern string, use Use) (*Rules, error) {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	parsed, err := parse(tag)
	if err != nil {
		return nil, err
	}
	out, err := e.compileLevel(t, parsed, use, "")
	if err != nil || pattern == "" {
		return out, err
	}
	at, of := out, t
	for ; at.Elem != nil; at = at.Elem {
		of = e.unwrap(elemOf(of))
	}
	return out, at.addPattern(of, pattern)
}

// compileLevel compiles the rules of one level. after is "dive" or "keys" below the first level, else "".
func (e *Engine) compileLevel(t reflect.Type, l *level, use Use, after string) (*Rules, error) {
	out := &Rules{Required: l.required, OmitEmpty: l.omitEmpty}
	for _, it := range l.items {
		if it.Any == nil && builtin[it.Name].arg.isCross() {
			if after != "" {
				return nil, badTag(it.raw, "a rule about other fields cannot stand after %s", after)
			}
			if err := checkCrossRule(t, it); err != nil {
				return nil, err
			}
			out.Cross = append(out.Cross, it.raw)
			continue
		}
		if c, ok, err := e.orderedCheck(t, it); err != nil {
			return nil, err
		} else if ok {
			out.Schema, out.checks = append(out.Schema, it.Rule), append(out.checks, c)
			continue
		}
		if err := e.checkItem(t, it, use); err != nil {
			return nil, err
		}
		if err := e.dryRun(t, it); err != nil {
			return nil, err
		}
		out.Schema = append(out.Schema, it.Rule)
		out.checks = append(out.checks, e.newCheck(t, it, slowLimit(t, it, l.items)))
	}
	out.setFast(t)
	if !l.dive {
		return out, nil
	}
	return out, e.compileDive(t, l, use, out)
}

// compileDive compiles the rules of the elements and keys of t into out.
func (e *Engine) compileDive(t reflect.Type, l *level, use Use, out *Rules) (err error) {
	switch t.Kind() {
	case reflect.Slice, reflect.Array, reflect.Map:
	default:
		return badTag("dive", "it needs a list or a map, and %s is neither", t)
	}
	if l.keys != nil {
		if t.Kind() != reflect.Map {
			return badTag("keys", "it needs a map, and %s is none", t)
		}
		if out.Key, err = e.compileLevel(e.unwrap(t.Key()), l.keys, use, "keys"); err != nil {
			return err
		}
	}
	out.Elem, err = e.compileLevel(e.unwrap(elemOf(t)), l.elem, use, "dive")
	return err
}

// isSet reports whether t is a map to empty structs, which holds its keys.
func isSet(t reflect.Type) bool {
	return t.Kind() == reflect.Map && t.Elem().Kind() == reflect.Struct && t.Elem().NumField() == 0
}

// elemOf returns the type that the rules after dive are for.
func elemOf(t reflect.Type) reflect.Type {
	if isSet(t) {
		return t.Key()
	}
	return t.Elem()
}

// addPattern adds the rule of a pattern tag after those of the validate tag. The expression is one of Go's (RE2), which takes
// linear time on any text. As in pydantic it need not match the whole text.
func (r *Rules) addPattern(t reflect.Type, pattern string) error {
	if t.Kind() != reflect.String {
		return &TagError{Tag: "pattern", Text: pattern, Reason: fmt.Sprintf("it needs a string, and %s is none", t)}
	}
	expr, err := regexp.Compile(pattern)
	if err != nil {
		return &TagError{Tag: "pattern", Text: pattern, Reason: err.Error()}
	}
	r.Schema = append(r.Schema, Rule{Name: patternTag, Param: pattern})
	r.checks = append(r.checks, check{
		kind:   reflect.String,
		accept: func(v reflect.Value) bool { return expr.MatchString(v.String()) },
		text:   expr.MatchString,
		refuse: func(v reflect.Value) *Failure {
			if v.Kind() == reflect.String && expr.MatchString(v.String()) {
				return nil
			}
			return StringPatternMismatch(pattern)
		},
	})
	r.setFast(t)
	return nil
}

// newCheck combines the direct check of a rule, validator's judgement, and the failure. A text of more than limit bytes is refused
// unread; a negative limit is none.
func (e *Engine) newCheck(t reflect.Type, it item, limit int) check {
	out := check{kind: t.Kind()}
	if !t.Implements(reflect.TypeFor[validator.Valuer]()) { // validator would check another value than the direct check
		out.accept, out.text = e.acceptAny(t, it.Rule, limit)
	}
	judge, report := e.judgeOf(t, it), e.reporter(t, it.Rule)
	exact := out.accept != nil && it.Any == nil && e.isExact(t, it.Rule)
	isNot := builtin[it.Name].isNot
	if t.Kind() != reflect.String {
		isNot = nil
	}
	out.refuse = func(v reflect.Value) *Failure {
		if v.Kind() != t.Kind() { // the caller passed another type; the reporter is for t only
			if judge(v) {
				return nil
			}
			return ValueError("must satisfy " + it.String())
		}
		if limit >= 0 && v.Kind() == reflect.String && v.Len() > limit {
			return report(v, true)
		}
		if exact && !out.accept(v) || isNot != nil && isNot(v.String()) || !judge(v) {
			return report(v, false)
		}
		return nil
	}
	return out
}

// isExact reports whether the direct check and validator always agree, so that validator need not confirm a refusal: comparisons of
// integers and of lengths (TestExactChecksAgreeWithValidator).
func (e *Engine) isExact(t reflect.Type, r Rule) bool {
	if _, custom := e.custom[r.Name]; custom {
		return false
	}
	if builtin[r.Name].compares == NoComparison {
		return false
	}
	b, err := parseBound(t, r)
	if err != nil {
		return false
	}
	switch b.(type) {
	case int, int64, uint64:
		return true
	}
	return false
}

// judgeOf returns the function that decides about a rule: the application's, or validator's Var.
func (e *Engine) judgeOf(t reflect.Type, it item) func(reflect.Value) bool {
	if f, ok := e.custom[it.Name]; ok {
		return func(v reflect.Value) bool {
			return recoverFalse(func() bool { return f(v.Interface(), it.Param) })
		}
	}
	if t.Kind() != reflect.String && builtin[it.Name].viaString {
		return func(v reflect.Value) bool {
			s, ok := textOf(v)
			return ok && recoverFalse(func() bool { return e.validator.Var(s, it.raw) == nil })
		}
	}
	if isModel(t) {
		// Var checks the fields of a struct instead of the struct, unless the value has a name and structonly is given.
		tag := it.raw + ",structonly"
		return func(v reflect.Value) bool {
			return recoverFalse(func() bool { return e.validator.VarWithKey("value", v.Interface(), tag) == nil })
		}
	}
	return func(v reflect.Value) bool {
		return recoverFalse(func() bool { return e.validator.Var(v.Interface(), it.raw) == nil })
	}
}

// recoverFalse calls f and returns false when it panics. One value must not end the server's goroutine, and a rule that could not
// be checked does not hold. Panics that the type alone causes are found by the dry run at start-up.
func recoverFalse(f func() bool) (ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	return f()
}

// isModel reports whether t is a struct whose fields validator would check.
func isModel(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && !t.ConvertibleTo(reflect.TypeFor[time.Time]())
}

// bits returns the size of a float type in bits.
func bits(t reflect.Type) int {
	if t.Kind() == reflect.Float32 {
		return 32
	}
	return 64
}
