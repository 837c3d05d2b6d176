package inject

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/bind"
	"github.com/brio-go/brio/internal/invoke"
	"github.com/brio-go/brio/internal/mistakes"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/internal/startup"
)

// Scope is what Compile finds the origins of a route's parameters in.
type Scope struct {
	Reader    *model.Reader
	Binders   *bind.Binders              // compiled parameter structs of the app; nil: this route shares none
	Levels    []Level                    // from the app inwards
	Path      []string                   // names of the path's wildcards
	Settings  *bind.Settings             // of parameter structs, shared by plans; nil: the zero Settings
	Rows      []Row                      // the framework types
	Route     any                        // describes the route, for the rows; nil outside of requests
	Has       Need                       // what there is when the function is called; a parameter that needs more is a problem
	Providers *Providers                 // of the app's declarations; Compile does not read them
	Values    *Values                    // of app-scoped providers; nil: there are none
	Overrides *Overrides                 // nil: none
	Elsewhere map[reflect.Type]*Provider // providers of other routers, for hints in messages

	UncheckedScopes bool // scopes that no function takes are documented, and are no problem
}

// compiler makes the plan of one route.
type compiler struct {
	Scope
	plan       *Plan
	slots      map[any]int   // key of a provider, or parameter struct type, to its slot
	nodes      map[any]*Node // key of a provider to its node
	scopeUsers map[any]bool  // id of a provider to: it, or a provider that it needs, receives scopes
	calls      int32         // number of functions that the plan calls so far
	open       []*Provider   // providers being resolved, to find cycles
	scopes     []string      // required on the way to the function being resolved
	requiredBy []*Provider   // for each scope the provider that was declared with it
	problems   []startup.Mistake
	current    startup.Mistake // names the function being resolved
	node       *Node           // of the function being resolved
	tree       []*Node         // the guards in order, then the handler
	sources    []SourceUse
}

// Compile makes the plan that runs the guards of a scope and then fn. It reports all problems; the plan may run only if there are none.
// A route is compiled once, when the app starts.
func Compile(s Scope, fn any) (*Plan, []startup.Mistake) {
	if s.Binders == nil {
		s.Binders = &bind.Binders{}
	}
	if s.Settings == nil {
		s.Settings = &bind.Settings{}
	}
	c := &compiler{Scope: s, plan: &Plan{Settings: s.Settings}, slots: map[any]int{}, nodes: map[any]*Node{}, scopeUsers: map[any]bool{}, node: &Node{}}
	defer c.finish()
	c.checkLevels()
	for depth, l := range s.Levels {
		for _, g := range l.Guards {
			c.provider(c.overrideOf(g), depth)
		}
	}
	c.tree = c.node.Needs
	c.node = &Node{}
	v := reflect.ValueOf(fn)
	if fn == nil || v.Kind() != reflect.Func || v.IsNil() {
		c.report(mistakes.HandlerIs(describe(fn)))
		return c.plan, c.problems
	}
	r, ok := handlerResult(v.Type())
	if !ok {
		c.report(mistakes.HandlerResults(resultList(v.Type())))
		r = noResult
	}
	c.plan.Result, c.plan.ReturnsError = r.typ, c.plan.ReturnsError || r.err >= 0
	c.plan.InlineResult = r.typ != nil && invoke.IsInline(r.typ)
	c.plan.handler = c.function(v, r, len(s.Levels))
	c.node.CallOrder = c.callOrder()
	c.tree = append(c.tree, c.node)
	c.checkBody()
	return c.plan, c.problems
}

// finish stores the explanation, unless the handler alone is called: Tree then makes it of the steps, which saves memory per route.
func (c *compiler) finish() {
	c.plan.steps = slices.Clone(c.plan.steps)
	if len(c.tree) > 1 || len(c.tree) == 1 && (c.tree[0] != c.node || len(c.node.Needs) > 0) {
		c.plan.explanation = &explanation{c.tree, c.sources}
	}
}

// report adds a problem of the function being resolved.
func (c *compiler) report(found, legal string) {
	p := c.current
	p.Found, p.Legal = found, legal
	c.problems = append(c.problems, p)
}

// checkLevels reports the mistakes of declarations: the ones of Func and Value, providers without a result or of a framework type,
// and two providers of one type on one level.
func (c *compiler) checkLevels() {
	for _, l := range c.Levels {
		byType := map[reflect.Type]*Provider{}
		for i, p := range slices.Concat(l.Provided, l.Guards) {
			c.current = startup.Mistake{Func: p.Name, Place: p.Place}
			if p.mistake != "" {
				c.report(p.mistake, p.legal)
				continue
			}
			t := p.Type()
			if origin := c.frameworkOrigin(t); origin != "" && i < len(l.Provided) {
				c.report(mistakes.ProvidesOwn(typeName(t), origin))
				continue
			}
			if t == nil {
				if i < len(l.Provided) {
					c.report(mistakes.ProvidesNothing())
				}
				continue
			}
			if o := byType[t]; o != nil && o.id != p.id {
				c.report(mistakes.SecondProvider(t.String(), o.Name, o.Place))
			}
			byType[t] = p
		}
	}
	c.current = startup.Mistake{}
}

// provider adds the steps of p, declared at a level, once for each key. It returns the slot of p's result, -1 if p has a mistake.
func (c *compiler) provider(p *Provider, depth int) int {
	if p.mistake != "" {
		return -1 // checkLevels has reported it
	}
	outer, outerNode := c.current, c.node
	defer func() { c.current, c.node = outer, outerNode }()
	defer c.addScopes(p)()
	c.checkScopes(p, depth)
	key := c.key(p, depth)
	node := &Node{Provider: p}
	if p.fn.IsValid() && slices.ContainsFunc(slices.Collect(p.fn.Type().Ins()), c.takesScopes) {
		node.Scopes = c.scopes
	}
	outerNode.Needs = append(outerNode.Needs, node)
	c.plan.ReturnsError = c.plan.ReturnsError || p.result.err >= 0
	if p.source != nil {
		c.useSource(p.source, p.Place)
	}
	if slot, ok := c.slots[key]; ok {
		node.first = c.nodes[key]
		node.CallOrder = node.first.CallOrder
		node.IsShared = true
		c.useSourcesBelow(node)
		return slot
	}
	c.current = startup.Mistake{Func: p.Name, Place: p.Place}
	if i := slices.IndexFunc(c.open, func(o *Provider) bool { return o.id == p.id }); i >= 0 {
		c.reportCycle(c.open[i:])
		return -1
	}
	c.open, c.node = append(c.open, p), node
	s := step{provider: p}
	if p.fn.IsValid() {
		s.call = c.function(p.fn, p.result, depth)
		c.checkLifetimes(p, node)
	} else {
		s.value = c.valueOf(p)
	}
	c.open = c.open[:len(c.open)-1]
	c.nodes[key] = node
	if p.fn.IsValid() {
		node.CallOrder = c.callOrder()
	}
	return c.addStep(key, s)
}

// callOrder returns the number of the next call, counted from 1.
func (c *compiler) callOrder() int32 {
	c.calls++
	return c.calls
}

// valueOf returns the value of a provider that is not called. The value of an app-scoped provider is set when the app starts.
func (c *compiler) valueOf(p *Provider) *invoke.Value {
	if p.build != nil {
		return c.Values.of(p)
	}
	v := invoke.Of(p.value)
	return &v
}

// checkLifetimes reports a clean-up that runs after the response and needs a value whose clean-up runs before it.
func (c *compiler) checkLifetimes(p *Provider, n *Node) {
	if p.result.cleanup < 0 || p.beforeResponse {
		return
	}
	if early := n.earlyCleanUp(); early != nil {
		c.report(fmt.Sprintf("its clean-up runs after the response, but it needs %s (%s), whose clean-up runs before", early.Name, early.Place),
			"wrap it in BeforeResponse too, or take BeforeResponse from "+early.Name)
	}
}

// addStep appends a step and returns its slot.
func (c *compiler) addStep(key any, s step) int {
	slot := len(c.plan.steps)
	c.plan.steps = append(c.plan.steps, s)
	c.slots[key] = slot
	return slot
}

// function finds the origin of each parameter of fn, declared at a level: first the results of providers, in the order of the signature,
// then the parameter structs of fn, as FastAPI does. So authentication runs before the body is read.
func (c *compiler) function(fn reflect.Value, r result, depth int) call {
	t := fn.Type()
	do := call{args: make([]arg, t.NumIn())}
	if t.IsVariadic() {
		c.report(mistakes.Variadic())
		return do
	}
	do.fn = invoke.New(fn)
	do.places = r.places(do.fn)
	var structs []int
	for i := range t.NumIn() {
		if bind.IsParams(t.In(i)) {
			structs = append(structs, i)
			continue
		}
		do.args[i] = c.argument(i, t.In(i), r.typ, depth)
	}
	before := len(c.plan.steps)
	for _, i := range structs {
		do.args[i] = c.params(i, t.In(i))
	}
	if len(c.plan.steps) > before {
		c.plan.steps[len(c.plan.steps)-1].sortEnd = true
	}
	if do.fn.TakesOnePointer() {
		switch a := do.args[0]; a.kind {
		case fromSlot:
			do.onePointer, do.slot = true, a.slot
		case fromExchange:
			do.onePointer, do.slot = true, -1
		}
	}
	do.textResult = do.fn.GivesText() && (do.onePointer || len(do.args) == 0)
	do.pointerResult = do.onePointer && do.value == 0 && do.cleanup < 0 && do.fn.MapsPointer()
	return do
}

// params adds the step that binds a parameter struct, once for each type.
func (c *compiler) params(i int, t reflect.Type) arg {
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if c.Has > Request {
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
		c.report(p, mistakes.LegalField)
	}
	c.node.Params = append(c.node.Params, Param{binder, false})
	return arg{kind: fromSlot, slot: int32(c.addStep(t, step{bind: binder, typ: t}))}
}
