package inject

import (
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/bind"
	"github.com/brio-go/brio/internal/startup"
)

// frameworkOrigin says where a parameter of type t comes from if not from a provider, as the end of a message; "" for other types.
func (c *compiler) frameworkOrigin(t reflect.Type) string {
	if t == nil {
		return ""
	}
	switch {
	case c.row(t) != nil:
		return "is the framework's own"
	case bind.IsParams(t):
		return "is read from the request, for its fields have source tags"
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
		return fmt.Sprintf("; %s (%s) provides %s: take a %s in its place", p.Name, p.Place, typeName(other), typeName(other))
	}
	if t.Kind() == reflect.Interface && t.NumMethod() > 0 {
		for _, l := range slices.Backward(c.Levels) {
			for _, p := range slices.Concat(l.Provided, l.Guards) {
				if p.Type() != nil && reflect.PointerTo(p.Type()).Implements(t) {
					return fmt.Sprintf("; %s (%s) provides %s, and only *%s has the methods", p.Name, p.Place, typeName(p.Type()), typeName(p.Type()))
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
		return fmt.Sprintf(": no provider in scope gives it; if it is meant to be the request body, take brio.Body[%s]", typeName(t))
	case kind == reflect.Interface:
		return ": no provider in scope gives it or implements it"
	}
	return ": no provider in scope gives it"
}

// importFolders matches the folders of import paths in the name of a generic type.
var importFolders = regexp.MustCompile(`[\w.~-]+/`)

// rootNames writes types of other packages under their names in package brio, which programs use.
var rootNames = strings.NewReplacer("params.Body[", "brio.Body[", "params.Query[", "brio.Query[", "params.Header[", "brio.Header[",
	"params.Cookie[", "brio.Cookie[", "params.Form[", "brio.Form[", "params.Patch[", "brio.Patch[", "params.Optional[", "brio.Optional[",
	"params.Parts", "brio.Parts", "response.Response", "brio.Response", "websocket.Socket", "brio.WebSocket")

// typeName returns a type as programs write it.
func typeName(t reflect.Type) string {
	if t.Name() == "" && t.Kind() == reflect.Struct {
		return "struct{…}"
	}
	return rootNames.Replace(importFolders.ReplaceAllString(t.String(), ""))
}

// describe says in a message what v is, where a function is expected.
func describe(v any) string {
	if rv := reflect.ValueOf(v); v == nil || rv.Kind() == reflect.Func && rv.IsNil() {
		return "nil"
	}
	return fmt.Sprintf("a %T", v)
}
