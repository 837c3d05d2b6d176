package inject

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/brio-go/brio/internal/mistakes"
)

// argument returns the origin of parameter i, of type t, which is no parameter struct. own is the result type of the function, which is
// declared at the level depth.
func (c *compiler) argument(i int, t, own reflect.Type, depth int) arg {
	if r := c.row(t); r != nil {
		switch {
		case r.Needs >= c.Has:
			return c.injected(r, t)
		case r.Needs == Job:
			c.report(fmt.Sprintf("parameter %d (%s) is of a job, and the function is called without one", i+1, typeName(t)), "functions of jobs.Handle, and providers that only they need; a body is a brio.Body[T]")
		case c.Has == Request:
			c.report(mistakes.NeedsConnection(i, typeName(t)))
		default:
			c.needsRequest(i, t)
		}
		return arg{}
	}
	if p, at := c.findFor(t, own, depth); p != nil {
		slot := c.provider(p, at)
		if p.Type() != t {
			return arg{kind: fromConverted, slot: int32(slot), from: convertSlot(slot, p.Type(), t)}
		}
		return arg{kind: fromSlot, slot: int32(slot)}
	}
	near := ""
	if c.takesOwnResult(t, own) {
		near = " on an outer level, where a provider finds its own result type"
	} else {
		near = c.nearMiss(t)
	}
	found, legal := mistakes.NoOrigin(i, typeName(t), near, c.injectables(""))
	if c.Has > Request {
		legal = fmt.Sprintf("a parameter is %s, or the result type of a provider in scope (Supply, Provide, Depends)", c.injectables("a "))
	}
	c.report(found, legal)
	return arg{}
}

// findFor returns the provider of t, and its level, for a function declared at the level depth: the nearest from that level outwards. So a
// router cannot change what a guard of the app receives. Inner levels count only if no outer one provides t. A provider that takes its
// own result type receives it from the next outer level; an override receives it from the provider that it replaces.
func (c *compiler) findFor(t, own reflect.Type, depth int) (*Provider, int) {
	if c.takesOwnResult(t, own) {
		taker := c.open[len(c.open)-1]
		if taker.overrides {
			depth = min(depth+1, len(c.Levels))
		}
		return c.find(t, depth, taker.id)
	}
	if p, at := c.find(t, min(depth+1, len(c.Levels)), nil); p != nil {
		return p, at
	}
	return c.find(t, len(c.Levels), nil)
}

// takesOwnResult reports whether the function being resolved has a parameter t of its own result type, or of an interface of it.
func (c *compiler) takesOwnResult(t, own reflect.Type) bool {
	return len(c.open) > 0 && own != nil && (t == own || t.Kind() == reflect.Interface && t.NumMethod() > 0 && own.Implements(t))
}

// find returns the nearest provider of t on the levels outside of the level below, and its level. An override takes its place. The provider
// with the identity not is left out: it is the one whose parameter is resolved.
func (c *compiler) find(t reflect.Type, below int, not any) (*Provider, int) {
	for depth := below - 1; depth >= 0; depth-- {
		l := c.Levels[depth]
		for _, p := range slices.Concat(l.Provided, l.Guards) {
			if (p.mistake == "" || p.resultKnown) && p.Type() == t && p.id != not {
				by := c.overrideOf(p)
				if by.Type() != t {
					c.report(fmt.Sprintf("%s (%s) stands in for %s, whose %s is needed here, but its results are %s", by.Name, by.Place, p.Name, t, resultList(by.fn.Type())), "a replacement with the same result")
					return p, depth
				}
				return by, depth
			}
		}
	}
	var p *Provider
	at := 0
	if t.Kind() == reflect.Interface && t.NumMethod() > 0 {
		p, at = c.findImplementation(t, below, not)
	}
	// An override of t replaces what the app gives. Where the app gives nothing there is no origin: the app would start in tests only.
	// An override may take the result of another one.
	if p != nil || len(c.open) > 0 && c.open[len(c.open)-1].overrides {
		if by := c.Overrides.overrideForType(t); by != nil && !c.resolving(by) {
			return by, len(c.Levels)
		}
	}
	return p, at
}

// findImplementation returns the only provider on the nearest level whose result implements the interface t. Two are a problem.
func (c *compiler) findImplementation(t reflect.Type, below int, not any) (*Provider, int) {
	for depth := below - 1; depth >= 0; depth-- {
		var found *Provider
		l := c.Levels[depth]
		for _, p := range slices.Concat(l.Provided, l.Guards) {
			if p.mistake != "" || p.id == not || p.Type() == nil || !p.Type().Implements(t) || found != nil && found.id == p.id {
				continue
			}
			if found != nil {
				c.report(fmt.Sprintf("the interface %s is implemented by the results of %s (%s) and %s (%s)", typeName(t), found.Name, found.Place, p.Name, p.Place), "one implementation on the nearest level; or ask for the concrete type")
				return found, depth
			}
			found = p
		}
		if found != nil {
			if by := c.overrideOf(found); by.Type() != nil && by.Type().Implements(t) {
				return by, depth
			}
			return found, depth
		}
	}
	return nil, 0
}
