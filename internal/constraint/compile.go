package constraint

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"time"

	"github.com/go-playground/validator/v10"
)

// Compile reads the `validate` tag and the `pattern` tag of a value of type t. Pointers and wrappers are stripped: t is the
// type that the rules see, and the values that Check gets. Either tag may be empty. A pattern next to a dive is the
// pattern of the elements.
//
// An error is a [TagError]: a mistake that would otherwise surface as a panic, a rule that can never hold, or
// silence. The Rules are never nil without one.
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

// compileLevel compiles one depth; after is "dive" or "keys" below the first.
func (e *Engine) compileLevel(t reflect.Type, l *level, use Use, after string) (*Rules, error) {
	out := &Rules{Required: l.required, OmitEmpty: l.omitEmpty}
	for _, it := range l.items {
		if it.Any == nil && builtin[it.Name].arg == otherFields {
			if after != "" {
				return nil, badTag(it.raw, "a rule about other fields cannot stand after %s", after)
			}
			if err := legalCross(t, it); err != nil {
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
		if err := e.legal(t, it, use); err != nil {
			return nil, err
		}
		if err := e.dryRun(t, it); err != nil {
			return nil, err
		}
		out.Schema = append(out.Schema, it.Rule)
		out.checks = append(out.checks, e.newCheck(t, it, slowLimit(t, it, l.items)))
	}
	out.quicken(t)
	if !l.dive {
		return out, nil
	}
	return out, e.compileDive(t, l, use, out)
}

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

// isSet says that t is a map of nothing, whose keys are what it holds.
func isSet(t reflect.Type) bool {
	return t.Kind() == reflect.Map && t.Elem().Kind() == reflect.Struct && t.Elem().NumField() == 0
}

// elemOf is the type that the rules after dive see.
func elemOf(t reflect.Type) reflect.Type {
	if isSet(t) {
		return t.Key()
	}
	return t.Elem()
}

// addPattern adds the rule of a pattern tag, after those of the validate tag. The expression is Go's (RE2, which takes
// linear time on any text) and need not match the whole text, as in pydantic.
func (r *Rules) addPattern(t reflect.Type, pattern string) error {
	if t.Kind() != reflect.String {
		return &TagError{Tag: "pattern", Text: pattern, Reason: fmt.Sprintf("it needs a string, and %s is none", t)}
	}
	expr, err := regexp.Compile(pattern)
	if err != nil {
		return &TagError{Tag: "pattern", Text: pattern, Reason: err.Error()}
	}
	r.Schema = append(r.Schema, Rule{Name: "pattern", Param: pattern})
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
	r.quicken(t)
	return nil
}

// newCheck joins the three parts of a rule: the direct check, validator, and the words for a broken one. A text over
// the limit (negative: no limit) is refused unread.
func (e *Engine) newCheck(t reflect.Type, it item, limit int) check {
	out := check{kind: t.Kind()}
	if !t.Implements(reflect.TypeFor[validator.Valuer]()) { // validator would look at another value than we see
		out.accept, out.text = e.acceptAny(t, it.Rule, limit)
	}
	judge, report := e.judgeOf(t, it), e.reporter(t, it.Rule)
	exact := out.accept != nil && it.Any == nil && e.exact(t, it.Rule)
	out.refuse = func(v reflect.Value) *Failure {
		if v.Kind() != t.Kind() { // the caller's mistake; the words below are for t alone
			if judge(v) {
				return nil
			}
			return ValueError("must satisfy " + it.String())
		}
		if limit >= 0 && v.Kind() == reflect.String && v.Len() > limit {
			return report(v, true)
		}
		if exact && !out.accept(v) || refused(it.Rule, v) || !judge(v) {
			return report(v, false)
		}
		return nil
	}
	return out
}

// exact says that the direct check and validator always agree, so that a no needs no judge: comparisons of integers and of
// lengths (TestExactChecksAgreeWithValidator).
func (e *Engine) exact(t reflect.Type, r Rule) bool {
	if _, custom := e.custom[r.Name]; custom {
		return false
	}
	if _, ok := operatorOf(r.Name); !ok {
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

// refused says that a text certainly breaks a rule whose judge is slow.
func refused(r Rule, v reflect.Value) bool {
	return r.Name == "email" && v.Kind() == reflect.String && strings.IndexByte(v.String(), '@') < 0
}

// judgeOf gives the last word on a rule: the application's function, or validator's Var.
func (e *Engine) judgeOf(t reflect.Type, it item) func(reflect.Value) bool {
	if f, ok := e.custom[it.Name]; ok {
		return func(v reflect.Value) bool {
			return guarded(func() bool { return f(v.Interface(), it.Param) })
		}
	}
	if t.Kind() != reflect.String && isURLRule(it.Name) { // validator knows them for strings alone
		return func(v reflect.Value) bool {
			s, ok := textOf(v)
			return ok && guarded(func() bool { return e.validator.Var(s, it.raw) == nil })
		}
	}
	if isModel(t) {
		// Var looks into a struct instead of at it, unless it has a name and structonly stops it.
		tag := it.raw + ",structonly"
		return func(v reflect.Value) bool {
			return guarded(func() bool { return e.validator.VarWithKey("value", v.Interface(), tag) == nil })
		}
	}
	return func(v reflect.Value) bool {
		return guarded(func() bool { return e.validator.Var(v.Interface(), it.raw) == nil })
	}
}

func isURLRule(name string) bool {
	return name == "url" || name == "uri" || name == "http_url" || name == "https_url"
}

// guarded counts a panic as a refusal: one value must not take the server's goroutine down, and a rule that could not be
// checked is not kept. The dry run at start-up finds what a type alone can cause.
func guarded(f func() bool) (ok bool) {
	defer func() {
		if recover() != nil {
			ok = false
		}
	}()
	return f()
}

// isModel says that t is a struct which validator would look into.
func isModel(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && !t.ConvertibleTo(reflect.TypeFor[time.Time]())
}

// bits is the size of a float type for strconv.
func bits(t reflect.Type) int {
	if t.Kind() == reflect.Float32 {
		return 32
	}
	return 64
}
