package inject

import (
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/bind"
	"github.com/brio-go/brio/internal/invoke"
	"github.com/brio-go/brio/internal/model"
)

// argument finds the origin of one parameter that is no parameter struct. own is the result type of the function it is
// a parameter of.
func (c *compiler) argument(i int, t, own reflect.Type, depth int) arg {
	if t == contextType {
		c.plan.UsesContext = true
		return arg{kind: fromContext}
	}
	if a, ok := c.ofRequest(t); ok {
		if c.Outside {
			c.needsRequest(i, t)
		}
		return a
	}
	if c.Outside && c.OfRequests[t] {
		c.needsRequest(i, t)
		return arg{}
	}
	if from := c.Specials[t]; from != nil {
		return arg{kind: fromSpecial, from: from}
	}
	if p, at := c.findFor(t, own, depth); p != nil {
		slot := c.provider(p, at)
		if p.Type() != t {
			return arg{kind: fromConverted, slot: int32(slot), from: convertSlot(slot, p.Type(), t)}
		}
		return arg{kind: fromSlot, slot: int32(slot)}
	}
	near := ""
	if c.fromOutside(t, own) {
		near = " on an outer level, where a provider finds its own result type"
	} else {
		near = c.nearMiss(t)
	}
	c.report(fmt.Sprintf("parameter %d (%s) has no origin%s", i+1, typeName(t), near),
		"a parameter is a framework type (context.Context, *http.Request, *brio.Response, *brio.BackgroundTasks, *brio.RouteInfo, *slog.Logger), a struct whose fields have source tags, or the result type of a provider in scope (Supply, Provide, Depends)")
	return arg{}
}

// origin says where a type comes from that no provider is asked for, "" for all others.
func (c *compiler) origin(t reflect.Type) string {
	if t == nil {
		return ""
	}
	switch t {
	case contextType, requestType, responseType, tasksType, c.ScopesType:
		return "is the framework's own"
	}
	switch {
	case c.Specials[t] != nil:
		return "is the framework's own"
	case bind.IsParams(t):
		return "is read from the request, for its fields have source tags"
	}
	return ""
}

func (c *compiler) needsRequest(i int, t reflect.Type) {
	c.report(fmt.Sprintf("parameter %d (%s) needs a request, and there is none", i+1, typeName(t)), "outside of requests: context.Context, *slog.Logger, and what providers make without a request")
}

// ofRequest is the origin of what each request has.
func (c *compiler) ofRequest(t reflect.Type) (arg, bool) {
	switch t {
	case requestType:
		c.plan.Request = true
		return arg{kind: fromRequest}, true
	case responseType:
		return arg{kind: fromResponse}, true
	case tasksType:
		return arg{kind: fromTasks}, true
	case exchangeType: // of Sources: unlike for the *http.Request, nothing has to be made ready
		return arg{kind: fromExchange}, true
	case c.ScopesType:
		scopes, as := slices.Clone(c.scopes), t
		return arg{kind: fromSpecial, from: func(*Frame) invoke.Value {
			return invoke.Of(reflect.ValueOf(slices.Clone(scopes)).Convert(as)) // a function may keep it, or filter it in place
		}}, true
	}
	return arg{}, false
}

// findFor is the provider of t for a function declared at a level: the nearest from that level outwards, so that nothing
// an inner router or route provides can redirect what an outer guard looks at; only what is not there at all is taken
// from further in. A provider that takes its own result type gets it from the next outer level, and one that overrides
// another from what it overrides.
func (c *compiler) findFor(t, own reflect.Type, depth int) (*Provider, int) {
	if c.fromOutside(t, own) {
		asks := c.open[len(c.open)-1]
		if asks.overrides {
			depth = min(depth+1, len(c.Levels))
		}
		return c.find(t, depth, asks.id)
	}
	if p, at := c.find(t, min(depth+1, len(c.Levels)), nil); p != nil {
		return p, at
	}
	return c.find(t, len(c.Levels), nil)
}

// fromOutside reports whether the function being resolved asks for its own result type, or an interface of it.
func (c *compiler) fromOutside(t, own reflect.Type) bool {
	return len(c.open) > 0 && own != nil && (t == own || t.Kind() == reflect.Interface && t.NumMethod() > 0 && own.Implements(t))
}

// find is the nearest provider of t on the levels below the given one, and its level; an override takes its place. not
// is the identity of a provider that is not meant, the one that asks; nil for none.
func (c *compiler) find(t reflect.Type, below int, not any) (*Provider, int) {
	for depth := below - 1; depth >= 0; depth-- {
		l := c.Levels[depth]
		for _, p := range slices.Concat(l.Provided, l.Guards) {
			if (p.err == "" || p.resultKnown) && p.Type() == t && p.id != not {
				by := c.overrideOf(p)
				if by.Type() != t {
					c.report(fmt.Sprintf("%s (%s) stands in for %s, whose %s is needed here, but its results are %s", by.Name, by.Place, p.Name, t, results(by.fn.Type())), "a replacement with the same result")
					return p, depth
				}
				return by, depth
			}
		}
	}
	if by := c.Overrides.overrideForType(t); by != nil && !c.resolving(by) {
		return by, len(c.Levels)
	}
	if t.Kind() != reflect.Interface || t.NumMethod() == 0 {
		return nil, 0
	}
	return c.findImplementation(t, below, not)
}

// findImplementation is the one provider on the nearest level whose result implements the interface t.
func (c *compiler) findImplementation(t reflect.Type, below int, not any) (*Provider, int) {
	for depth := below - 1; depth >= 0; depth-- {
		var found *Provider
		l := c.Levels[depth]
		for _, p := range slices.Concat(l.Provided, l.Guards) {
			if p.err != "" || p.id == not || p.Type() == nil || !p.Type().Implements(t) || found != nil && found.id == p.id {
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

// nearMiss says what a missing provider may have been meant to be.
func (c *compiler) nearMiss(t reflect.Type) string {
	switch {
	case t == responseType.Elem():
		return "; the response is injected as *brio.Response"
	case t == requestType.Elem():
		return "; the request is injected as *http.Request"
	case t == reflect.TypeFor[http.ResponseWriter]():
		return "; set cookies, headers and the status on a *brio.Response instead"
	}
	other := reflect.PointerTo(t)
	if t.Kind() == reflect.Pointer {
		other = t.Elem()
	}
	if p, _ := c.find(other, len(c.Levels), nil); p != nil {
		return fmt.Sprintf("; %s (%s) provides %s", p.Name, p.Place, typeName(other))
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
	switch t.Kind() {
	case reflect.Struct:
		if meant := model.MeantParams(t); meant != "" {
			return ": " + meant
		}
		return fmt.Sprintf(": no provider in scope gives it; if it is meant to be the request body, take brio.Body[%s]", typeName(t))
	case reflect.Interface:
		return ": no provider in scope gives it or implements it"
	}
	return ": no provider in scope gives it"
}

// folders are those of the import paths in the name of a generic type.
var folders = regexp.MustCompile(`[\w.~-]+/`)

// aliases are the names under which the root package has what users meet of others.
var aliases = strings.NewReplacer("params.Body[", "brio.Body[", "params.Query[", "brio.Query[", "params.Header[", "brio.Header[",
	"params.Cookie[", "brio.Cookie[", "params.Form[", "brio.Form[", "params.Patch[", "brio.Patch[", "params.Optional[", "brio.Optional[",
	"params.Parts", "brio.Parts", "response.Response", "brio.Response")

// typeName is a type as users write it.
func typeName(t reflect.Type) string {
	if t.Name() == "" && t.Kind() == reflect.Struct {
		return "struct{…}"
	}
	return aliases.Replace(folders.ReplaceAllString(t.String(), ""))
}

// params emits the step that binds a parameter struct, once for each type.
func (c *compiler) params(i int, t reflect.Type) arg {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if c.Outside {
		c.needsRequest(i, t)
		return arg{}
	}
	if slot, ok := c.slots[t]; ok {
		c.node.Params = append(c.node.Params, Param{c.plan.steps[slot].bind, true})
		return arg{kind: fromSlot, slot: int32(slot)}
	}
	binder, problems := c.Binders.Compile(c.Reader, t, c.Path)
	for _, p := range problems {
		if rest, ok := strings.CutPrefix(p, t.String()); ok {
			p = typeName(t) + rest
		}
		c.report(p, "a field has one source tag, a type that can be read from there, and a default and rules that fit the type (docs/parameters.md)")
	}
	c.node.Params = append(c.node.Params, Param{binder, false})
	return arg{kind: fromSlot, slot: int32(c.addStep(t, step{bind: binder, typ: t}))}
}
