package constraint

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strconv"

	"github.com/brio-go/brio/internal/json"
)

// Structs that order themselves take the rules gt, gte, lt, lte, min, max, eq and ne: decimals, big numbers, addresses. Such a type
// has UnmarshalText, and a method Cmp or Compare that takes another value, or a pointer to one, and returns an int as cmp.Compare
// does. The bound is parsed by the type itself, at start-up.

// ordering says how to compare the values of such a type.
type ordering struct {
	typ     reflect.Type
	method  int  // the index of the method of a pointer to the type
	pointer bool // the method takes a pointer
}

// orderingOf returns the ordering of t. ok is false for types without one, and for types that validator orders.
func orderingOf(t reflect.Type) (o ordering, ok bool) {
	p := reflect.PointerTo(t)
	if !isModel(t) || !p.Implements(reflect.TypeFor[encoding.TextUnmarshaler]()) {
		return o, false
	}
	for _, name := range []string{"Cmp", "Compare"} {
		m, has := p.MethodByName(name)
		if !has || m.Type.NumIn() != 2 || m.Type.NumOut() != 1 || m.Type.Out(0).Kind() != reflect.Int {
			continue
		}
		if in := m.Type.In(1); in == t || in == p {
			return ordering{t, m.Index, in == p}, true
		}
	}
	return o, false
}

// parse parses the bound of a rule by the type's UnmarshalText.
func (o ordering) parse(r Rule) (bound reflect.Value, err error) {
	bound = reflect.New(o.typ)
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%s.UnmarshalText panics on %q: %v", o.typ, r.Param, p)
		}
	}()
	if r.Param == "" {
		return bound, fmt.Errorf("%s needs a %s after =", r.Name, o.typ)
	}
	if err := bound.Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(r.Param)); err != nil {
		return bound, fmt.Errorf("%q is not a %s: %v", r.Param, o.typ, err)
	}
	return bound, nil
}

// accepter returns the check of a rule.
func (o ordering) accepter(r Rule) (func(reflect.Value) bool, error) {
	row := builtin[r.Name]
	if row.on&selfOrdered == 0 {
		return nil, fmt.Errorf("%s does not judge %s: it takes gt, gte, lt, lte, min, max, eq and ne", r.Name, o.typ)
	}
	bound, err := o.parse(r)
	if err != nil {
		return nil, err
	}
	if !o.pointer {
		bound = bound.Elem()
	}
	return func(v reflect.Value) bool {
		return recoverFalse(func() bool {
			p := reflect.New(o.typ) // the method may have a pointer receiver, and v may not be addressable
			p.Elem().Set(v)
			return compare(row.compares, p.Method(o.method).Call([]reflect.Value{bound})[0].Int(), 0)
		})
	}, nil
}

// orderedCheck compiles a rule on a type that orders itself. ok is false for other types and rules.
func (e *Engine) orderedCheck(t reflect.Type, it item) (c check, ok bool, err error) {
	rules := it.Any
	if rules == nil {
		rules = []Rule{it.Rule}
	}
	o, ordered := orderingOf(t)
	if !ordered || !slices.ContainsFunc(rules, e.comparesBound) {
		return c, false, nil
	}
	var accept []func(reflect.Value) bool
	for _, r := range rules {
		f, err := o.accepter(r)
		if err != nil {
			return c, true, badTag(it.raw, "%s", err)
		}
		accept = append(accept, f)
	}
	failure := ValueError("must satisfy " + it.String())
	if op := builtin[it.Name].compares; it.Any == nil && op != NotEqual {
		failure = reportNumber(op, numberOrText(it.Param))(reflect.Value{}, false)
	}
	yes := func(v reflect.Value) bool {
		return slices.ContainsFunc(accept, func(f func(reflect.Value) bool) bool { return f(v) })
	}
	return check{kind: t.Kind(), accept: yes, refuse: func(v reflect.Value) *Failure {
		if v.Type() == t && yes(v) {
			return nil
		}
		return failure
	}}, true, nil
}

// comparesBound reports whether the rule is a comparison with a bound, and not one of the application.
func (e *Engine) comparesBound(r Rule) bool {
	_, custom := e.custom[r.Name]
	return !custom && builtin[r.Name].on&selfOrdered != 0
}

// numberOrText returns a bound for ctx: a number with all of its digits, or a text.
func numberOrText(s string) any {
	if _, err := strconv.ParseFloat(s, 64); err == nil && json.Valid([]byte(s)) {
		return json.Number(s)
	}
	return s
}
