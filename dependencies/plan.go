package dependencies

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"regexp"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/params"
	"github.com/brio-go/brio/response"
)

// Plan is a handler with everything it and its guards need, as a list of steps. It is immutable and safe for
// concurrent use.
type Plan struct {
	Result   reflect.Type // of the handler; nil: none
	Fields   []*params.Binder
	Asks     Asks
	Settings params.Settings

	steps   []step
	slots   int
	handler call
}

// Asks says which framework values a plan uses, so that nothing is made that nobody asked for.
type Asks struct{ Request, Response bool }

// step binds one parameter struct or calls one provider, and fills a slot.
type step struct {
	bind    *params.Binder
	typ     reflect.Type // of the parameter struct
	call    call
	slot    int
	sortEnd bool // the last parameter struct of a function: its errors are brought in order
}

// call is a function with the origin of each of its arguments.
type call struct {
	name   string
	fn     reflect.Value
	value  reflect.Value // a supplied value: nothing is called
	args   []arg
	result result
}

type arg struct {
	kind argKind
	slot int
	from func(*Frame) reflect.Value // of kind special
}

type argKind uint8

const (
	fromSlot  argKind = iota
	fromParam         // the struct that a slot points to
	fromParamPointer
	fromContext
	fromRequest
	fromResponse
	fromSpecial
)

var (
	contextType  = reflect.TypeFor[context.Context]()
	requestType  = reflect.TypeFor[*http.Request]()
	responseType = reflect.TypeFor[*response.Response]()
)

// Scope is what Compile resolves a route's functions in.
type Scope struct {
	Reader   *model.Reader
	Levels   []Level  // from the app inwards
	Path     []string // the path's wildcards
	Settings params.Settings
	Specials map[reflect.Type]func(*Frame) reflect.Value // further framework types
}

// Problem is one mistake in a declaration: the function it is in, what was found and what is legal.
type Problem struct {
	Func, Place string // "" and "" for the route's own handler
	Found       string
	Legal       string
}

// compiler lays out one route's graph.
type compiler struct {
	Scope
	plan     *Plan
	slots    map[any]int // provider id or parameter struct type to its slot
	open     []*Provider // providers being resolved, to find cycles
	problems []Problem
	current  Problem // names the function being resolved
}

// Compile lays out the handler fn and every guard of the scope.
func Compile(s Scope, fn any) (*Plan, []Problem) {
	c := &compiler{Scope: s, plan: &Plan{Settings: s.Settings}, slots: map[any]int{}}
	c.checkLevels()
	for depth, l := range s.Levels {
		for _, g := range l.Guards {
			c.provider(g, depth)
		}
	}
	v := reflect.ValueOf(fn)
	if fn == nil || v.Kind() != reflect.Func || v.IsNil() {
		c.report("the handler is "+describe(fn), "a handler is a function")
		return c.plan, c.problems
	}
	r, wrong := handlerResult(v.Type())
	if wrong != "" {
		c.report(wrong, "a handler returns nothing, error, T or (T, error)")
	}
	c.plan.Result = r.typ
	c.plan.handler = c.function("", v, r, len(s.Levels))
	c.plan.slots = len(c.slots)
	return c.plan, c.problems
}

// handlerResult reads the results of a handler: nothing, error, T or (T, error).
func handlerResult(t reflect.Type) (result, string) {
	r := result{-1, -1, -1, nil}
	n := t.NumOut()
	if n > 0 && t.Out(n-1) == errorType {
		n--
		r.err = n
	}
	if n > 0 {
		n--
		r.value, r.typ = n, t.Out(n)
	}
	if n > 0 || r.typ == errorType {
		return r, fmt.Sprintf("its results are %s", results(t))
	}
	if r.typ == reflect.TypeFor[response.Response]() {
		return r, "it returns a brio.Response by value; return *brio.Response"
	}
	return r, ""
}

func (c *compiler) report(found, legal string) {
	p := c.current
	p.Found, p.Legal = found, legal
	c.problems = append(c.problems, p)
}

// checkLevels finds two providers of one type on one level, and declarations that are wrong in themselves.
func (c *compiler) checkLevels() {
	for _, l := range c.Levels {
		byType := map[reflect.Type]*Provider{}
		for _, p := range slices.Concat(l.Provided, l.Guards) {
			c.current = Problem{Func: p.Name, Place: p.Place}
			if p.err != "" {
				c.report(p.err, p.legal)
				continue
			}
			t := p.Type()
			if origin := c.origin(t); origin != "" && slices.Contains(l.Provided, p) {
				c.report(fmt.Sprintf("it provides %s, but a parameter of that type %s, so it would never be asked", typeName(t), origin), "provide a type of your own")
				continue
			}
			if t == nil {
				if slices.Contains(l.Provided, p) {
					c.report("it is provided but has no result by which anything could ask for it", "give it a result, or use Depends to run it on every request")
				}
				continue
			}
			if o := byType[t]; o != nil && o.id != p.id {
				c.report(fmt.Sprintf("a second provider of %s on this level; the first is %s (%s)", typeName(t), o.Name, o.Place), "one provider of a type on each level: remove one, move it to another router, or give it a type of its own")
			}
			byType[t] = p
		}
	}
	c.current = Problem{}
}

// origin says where a type comes from that no provider is asked for, "" for all others.
func (c *compiler) origin(t reflect.Type) string {
	switch {
	case t == nil:
		return ""
	case t == contextType, t == requestType, t == responseType, c.Specials[t] != nil:
		return "is the framework's own"
	case model.IsParams(t):
		return "is read from the request, for its fields have source tags"
	}
	return ""
}

// find is the nearest provider of t on the levels below the given one, and its level. not is the identity of a provider
// that is not meant, the one that asks; nil for none.
func (c *compiler) find(t reflect.Type, below int, not any) (*Provider, int) {
	for depth := below - 1; depth >= 0; depth-- {
		l := c.Levels[depth]
		for _, p := range slices.Concat(l.Provided, l.Guards) {
			if p.err == "" && p.Type() == t && p.id != not {
				return p, depth
			}
		}
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
			return found, depth
		}
	}
	return nil, 0
}

// provider emits the steps of p, once, and gives its slot.
func (c *compiler) provider(p *Provider, depth int) int {
	if slot, ok := c.slots[p.id]; ok {
		return slot
	}
	if p.err != "" {
		return -1 // checkLevels has reported it
	}
	outer := c.current
	defer func() { c.current = outer }()
	if i := slices.IndexFunc(c.open, func(o *Provider) bool { return o.id == p.id }); i >= 0 {
		var chain []string
		for _, o := range append(c.open[i:len(c.open):len(c.open)], p) {
			chain = append(chain, fmt.Sprintf("%s (%s)", o.Name, o.Place))
		}
		c.current = Problem{Func: p.Name, Place: p.Place}
		c.report("a cycle: "+strings.Join(chain, " needs "), "dependencies without cycles: let two of them share a third, or pass the value in a call")
		return -1
	}
	c.open = append(c.open, p)
	c.current = Problem{Func: p.Name, Place: p.Place}
	var do call
	if p.value.IsValid() {
		do = call{name: p.Name, value: p.value, result: p.result}
	} else {
		do = c.function(p.Name, p.fn, p.result, depth)
	}
	c.open = c.open[:len(c.open)-1]
	slot := c.newSlot(p.id)
	c.plan.steps = append(c.plan.steps, step{call: do, slot: slot})
	return slot
}

func (c *compiler) newSlot(id any) int {
	slot := len(c.slots)
	c.slots[id] = slot
	return slot
}

// function finds the origin of every parameter of fn, declared at the given level: first what other functions
// provide, in the order of the signature, then its own parameter structs, as FastAPI does.
func (c *compiler) function(name string, fn reflect.Value, r result, depth int) call {
	t := fn.Type()
	do := call{name: name, fn: fn, result: r, args: make([]arg, t.NumIn())}
	if t.IsVariadic() {
		c.report("it is variadic", "every parameter has one origin; take a slice from a provider instead")
		return do
	}
	var structs []int
	for i := range t.NumIn() {
		if model.IsParams(t.In(i)) {
			structs = append(structs, i)
			continue
		}
		do.args[i] = c.argument(i, t.In(i), r.typ, depth)
	}
	before := len(c.plan.steps)
	for _, i := range structs {
		do.args[i] = c.params(t.In(i))
	}
	if len(c.plan.steps) > before {
		c.plan.steps[len(c.plan.steps)-1].sortEnd = true
	}
	return do
}

// argument finds the origin of one parameter that is no parameter struct.
func (c *compiler) argument(i int, t, own reflect.Type, depth int) arg {
	switch t {
	case contextType:
		return arg{kind: fromContext}
	case requestType:
		c.plan.Asks.Request = true
		return arg{kind: fromRequest}
	case responseType:
		c.plan.Asks.Response = true
		return arg{kind: fromResponse}
	}
	if from := c.Specials[t]; from != nil {
		return arg{kind: fromSpecial, from: from}
	}
	below, not, where := len(c.Levels), any(nil), ""
	if len(c.open) > 0 && own != nil && (t == own || t.Kind() == reflect.Interface && t.NumMethod() > 0 && own.Implements(t)) {
		// A provider that takes its own result type, or an interface of it, gets it from the next outer level.
		below, not, where = depth, c.open[len(c.open)-1].id, " on an outer level, where a provider finds its own result type"
	}
	if p, at := c.find(t, below, not); p != nil {
		return arg{kind: fromSlot, slot: c.provider(p, at)}
	}
	if where == "" {
		where = c.nearMiss(t)
	}
	c.report(fmt.Sprintf("parameter %d (%s) has no origin%s", i+1, typeName(t), where),
		"a parameter is a framework type (context.Context, *http.Request, *brio.Response, *brio.RouteInfo, *slog.Logger), a struct whose fields have source tags, or the result type of a provider in scope (Supply, Provide, Depends)")
	return arg{}
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
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t.Kind() {
	case reflect.Struct:
		return fmt.Sprintf(": no provider in scope gives it; if it is meant to be the request body, take brio.Body[%s]", typeName(t))
	case reflect.Interface:
		return ": no provider in scope gives it or implements it"
	}
	return ": no provider in scope gives it"
}

// folders are those of the import paths in the name of a generic type.
var folders = regexp.MustCompile(`[\w.~-]+/`)

// typeName is a type as users write it.
func typeName(t reflect.Type) string {
	if t.Name() == "" && t.Kind() == reflect.Struct {
		return "struct{…}"
	}
	return strings.NewReplacer("params.Body[", "brio.Body[", "params.Optional[", "brio.Optional[", "response.Response", "brio.Response").
		Replace(folders.ReplaceAllString(t.String(), ""))
}

// params emits the step that binds a parameter struct, once for each type.
func (c *compiler) params(t reflect.Type) arg {
	kind := fromParam
	if t.Kind() == reflect.Pointer {
		kind, t = fromParamPointer, t.Elem()
	}
	if slot, ok := c.slots[t]; ok {
		return arg{kind: kind, slot: slot}
	}
	binder, problems := params.Compile(c.Reader, t, c.Path)
	for _, p := range problems {
		c.report(p, "a field has one source tag, a type that can be read from there, and a default and rules that fit the type (docs/parameters.md)")
	}
	slot := c.newSlot(t)
	c.plan.Fields = append(c.plan.Fields, binder)
	c.plan.steps = append(c.plan.steps, step{bind: binder, typ: t, slot: slot})
	return arg{kind: kind, slot: slot}
}
