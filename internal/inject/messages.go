package inject

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/bind"
	"github.com/brio-go/brio/internal/mistakes"
	"github.com/brio-go/brio/internal/startup"
)

// frameworkOrigin says where a parameter of type t comes from if not from a provider, as the end of a message; "" for other types.
func (c *compiler) frameworkOrigin(t reflect.Type) string {
	if t == nil {
		return ""
	}
	switch {
	case c.row(t) != nil:
		return mistakes.FromFramework
	case bind.IsParams(t):
		return mistakes.FromRequest
	}
	return ""
}

// needsRequest reports a parameter that needs a request in a function that is called without one.
func (c *compiler) needsRequest(i int, t reflect.Type) {
	c.report(fmt.Sprintf("parameter %d (%s) needs a request, and there is none", i+1, typeName(t)), "outside of requests: "+c.injectables("")+", and what providers make without a request")
}

// reportCycle reports a cycle. The chain begins with the same function wherever the cycle was entered, so equal problems are listed once.
func (c *compiler) reportCycle(round []*Provider) {
	first := 0
	for i, p := range round {
		if p.Place+" "+p.Name < round[first].Place+" "+round[first].Name {
			first = i
		}
	}
	chain := slices.Concat(round[first:], round[:first+1])
	names := make([]string, len(chain))
	for i, p := range chain {
		names[i] = fmt.Sprintf("%s (%s)", p.Name, p.Place)
	}
	c.current = startup.Mistake{Func: chain[0].Name, Place: chain[0].Place}
	c.report("a cycle: "+strings.Join(names, " needs "), "dependencies without cycles: let two of them share a third, or pass the value in a call")
}

// nearMiss returns a hint at the likely mistake behind a parameter without origin: a pointer for a value, a provider of another router.
func (c *compiler) nearMiss(t reflect.Type) string {
	for _, r := range c.Rows {
		if hint := r.Near[t]; hint != "" {
			return "; " + hint
		}
	}
	other := reflect.PointerTo(t)
	if t.Kind() == reflect.Pointer {
		other = t.Elem()
	}
	if p, _ := c.find(other, len(c.Levels), nil); p != nil {
		return mistakes.OtherProvided(p.Name, p.Place, typeName(other))
	}
	if t.Kind() == reflect.Interface && t.NumMethod() > 0 {
		for _, l := range slices.Backward(c.Levels) {
			for _, p := range slices.Concat(l.Provided, l.Guards) {
				if p.Type() != nil && reflect.PointerTo(p.Type()).Implements(t) {
					return mistakes.PointerHasMethods(p.Name, p.Place, typeName(p.Type()))
				}
			}
		}
	}
	for _, near := range []reflect.Type{t, other} {
		if p := c.Elsewhere[near]; p != nil {
			what := "it"
			if near != t {
				what = typeName(near)
			}
			return fmt.Sprintf("; %s (%s) provides %s, on a router that this route is not in", p.Name, p.Place, what)
		}
	}
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch kind := t.Kind(); {
	case kind == reflect.Struct && c.Has <= Request:
		if meant := c.Reader.MeantParams(t); meant != "" {
			return ": " + meant
		}
		return mistakes.NoProviderOfStruct(typeName(t))
	case kind == reflect.Interface:
		return mistakes.NoImplementation()
	}
	return mistakes.NoProvider()
}

// typeName returns a type as programs write it.
func typeName(t reflect.Type) string {
	if t.Name() == "" && t.Kind() == reflect.Struct {
		return mistakes.Anonymous
	}
	return mistakes.TypeName(t.String())
}

// describe says in a message what v is, where a function is expected.
func describe(v any) string {
	if rv := reflect.ValueOf(v); v == nil || rv.Kind() == reflect.Func && rv.IsNil() {
		return "nil"
	}
	return fmt.Sprintf("a %T", v)
}
