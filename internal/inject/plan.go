package inject

import (
	"context"
	"fmt"
	"net/http"
	"reflect"
	"slices"
	"strings"

	"github.com/brio-go/brio/background"
	"github.com/brio-go/brio/internal/bind"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/invoke"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/response"
)

// Plan is a handler with everything it and its guards need, as a list of steps. It is immutable and safe for
// concurrent use.
type Plan struct {
	Settings *bind.Settings
	steps    []step // each fills the slot of its number
	handler  call

	Result      reflect.Type // of the handler; nil: none
	MaxBody     int64        // bytes that functions may read which take the *http.Request
	Request     bool         // a function takes the *http.Request
	UsesContext bool         // a function takes the context.Context
	Fails       bool         // some function returns an error

	explanation *explanation // nil: no provider is used
}

// explanation is read by Explain and the document only, never by a request.
type explanation struct {
	tree    []*Node // the guards in order, then the handler
	sources []SourceUse
}

// SourceUse is one use of a Source, such as a security scheme, with the scopes asked for on the way to it and the place
// of its declaration.
type SourceUse struct {
	Source Source
	Scopes []string
	Askers []*Provider // of the Scopes, one for each: what was declared with it
	Place  string
}

// step binds one parameter struct or calls one provider, and fills a slot.
type step struct {
	bind     *bind.Binder
	typ      reflect.Type // of the parameter struct
	sortEnd  bool         // the last parameter struct of a function: its errors are brought in order
	call     call
	value    *invoke.Value // of a provider that is not called
	provider *Provider
}

// call is a function with the origin of each of its arguments.
type call struct {
	fn   *invoke.Func // nil for a value, which is not called
	slot int32        // of the argument of one; negative: it is the exchange
	places
	onePointer    bool // fn takes one pointer, from a slot or the exchange
	pointerResult bool // and gives one, and perhaps an error, as most dependencies do
	textResult    bool // fn takes nothing or one pointer, and gives a text, and perhaps an error
	args          []arg
}

type arg struct {
	kind argKind
	slot int32
	from func(*Frame) invoke.Value // of the kinds fromSpecial and fromConverted
}

type argKind uint8

const (
	fromSlot      argKind = iota
	fromConverted         // a slot whose type implements the parameter's interface
	fromContext
	fromRequest
	fromResponse
	fromTasks
	fromExchange
	fromSpecial
)

var (
	contextType  = reflect.TypeFor[context.Context]()
	requestType  = reflect.TypeFor[*http.Request]()
	responseType = reflect.TypeFor[*response.Response]()
	tasksType    = reflect.TypeFor[*background.Tasks]()
	exchangeType = reflect.TypeFor[*exchange.Exchange]()
)

// Scope is what Compile resolves a route's functions in.
type Scope struct {
	Reader    *model.Reader
	Binders   *bind.Binders                              // nil: of this route alone
	Levels    []Level                                    // from the app inwards
	Path      []string                                   // the path's wildcards
	Settings  *bind.Settings                             // nil: the zero ones; shared by plans
	Specials  map[reflect.Type]func(*Frame) invoke.Value // further framework types
	Providers *Providers                                 // of the app's declarations; Compile does not read them
	Values    *Values                                    // of app-scoped providers; nil: there are none
	Overrides *Overrides                                 // nil: none
	Elsewhere map[reflect.Type]*Provider                 // what other routers provide, for the report
	Outside   bool                                       // there is no request: nothing that needs one can be asked for

	UncheckedScopes bool // scopes that no function takes are no mistake: they are documented only

	OfRequests map[reflect.Type]bool // further framework types that need a request

	ScopesType reflect.Type // the slice of strings by which functions receive the scopes; nil: none can
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
	plan       *Plan
	slots      map[any]int   // key of a provider, or parameter struct type, to its slot
	nodes      map[any]*Node // likewise, of providers
	scopeUsers map[any]bool  // whether a provider, by id, or something it needs receives Scopes
	calls      int32
	open       []*Provider // providers being resolved, to find cycles
	scopes     []string    // asked for on the way to the function being resolved
	askers     []*Provider // of scopes, one for each
	problems   []Problem
	current    Problem // names the function being resolved
	node       *Node   // of the function being resolved
	tree       []*Node // the guards in order, then the handler
	sources    []SourceUse
}

// Compile lays out the handler fn and every guard of the scope.
func Compile(s Scope, fn any) (*Plan, []Problem) {
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
		c.report("the handler is "+describe(fn), "a handler is a function")
		return c.plan, c.problems
	}
	r, wrong := handlerResult(v.Type())
	if wrong != "" {
		c.report(wrong, "a handler returns nothing, error, T or (T, error)")
		r = noResult
	}
	c.plan.Result, c.plan.Fails = r.typ, c.plan.Fails || r.err >= 0
	c.plan.handler = c.function(v, r, len(s.Levels))
	c.node.Turn = c.callOrder()
	c.tree = append(c.tree, c.node)
	c.oneBody()
	return c.plan, c.problems
}

// finish keeps of the graph what the steps do not say.
func (c *compiler) finish() {
	c.plan.steps = slices.Clone(c.plan.steps)
	if len(c.tree) > 1 || len(c.tree) == 1 && (c.tree[0] != c.node || len(c.node.Needs) > 0) {
		c.plan.explanation = &explanation{c.tree, c.sources}
	}
}

// handlerResult reads the results of a handler: nothing, error, T or (T, error).
func handlerResult(t reflect.Type) (result, string) {
	r := noResult
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
	if r.typ == responseType.Elem() {
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
		for i, p := range slices.Concat(l.Provided, l.Guards) {
			c.current = Problem{Func: p.Name, Place: p.Place}
			if p.err != "" {
				c.report(p.err, p.legal)
				continue
			}
			t := p.Type()
			if origin := c.origin(t); origin != "" && i < len(l.Provided) {
				c.report(fmt.Sprintf("it provides %s, but a parameter of that type %s, so it would never be asked", typeName(t), origin), "provide a type of your own")
				continue
			}
			if t == nil {
				if i < len(l.Provided) {
					c.report("it is provided but has no result by which anything could ask for it", "give it a result, or use Depends to run it on every request")
				}
				continue
			}
			if o := byType[t]; o != nil && o.id != p.id {
				c.report(fmt.Sprintf("a second provider of %s on this level; the first is %s (%s)", t, o.Name, o.Place), "one provider of a type on each level: remove one, move it to another router, or give it a type of its own")
			}
			byType[t] = p
		}
	}
	c.current = Problem{}
}

// key identifies a result: two uses of a provider with equal keys share it. The key is the function, with the scopes if
// the provider or one of its dependencies takes Scopes. With NoCache each use has its own key.
func (c *compiler) key(p *Provider, depth int) any {
	if p.noCache {
		return new(byte)
	}
	if len(c.scopes) == 0 || !c.usesScopes(p, depth, nil) {
		return p.id
	}
	sorted := slices.Sorted(slices.Values(c.scopes))
	return scopedKey{p.id, strings.Join(sorted, " ")}
}

type scopedKey struct {
	id     any
	scopes string
}

// usesScopes reports whether p or something it needs receives Scopes.
func (c *compiler) usesScopes(p *Provider, depth int, open []*Provider) bool {
	if known, ok := c.scopeUsers[p.id]; ok {
		return known
	}
	if !p.fn.IsValid() || slices.Contains(open, p) {
		return false
	}
	open = append(open, p)
	looks := slices.ContainsFunc(slices.Collect(p.fn.Type().Ins()), func(t reflect.Type) bool {
		if t == c.ScopesType {
			return true
		}
		need, at := c.findFor(t, nil, depth)
		if t == p.Type() {
			need, at = c.find(t, depth, p.id) // from further out
		}
		return need != nil && c.usesScopes(need, at, open)
	})
	c.scopeUsers[p.id] = looks
	return looks
}

// provider emits the steps of p, once for each key, and gives its slot.
func (c *compiler) provider(p *Provider, depth int) int {
	if p.err != "" {
		return -1 // checkLevels has reported it
	}
	outer, outerNode := c.current, c.node
	defer func() { c.current, c.node = outer, outerNode }()
	defer c.askFor(p)()
	c.checkScopes(p, depth)
	key := c.key(p, depth)
	node := &Node{Provider: p}
	if p.fn.IsValid() && slices.Contains(slices.Collect(p.fn.Type().Ins()), c.ScopesType) {
		node.Scopes = c.scopes
	}
	outerNode.Needs = append(outerNode.Needs, node)
	c.plan.Fails = c.plan.Fails || p.result.err >= 0
	if p.source != nil {
		c.useSource(p.source, p.Place)
	}
	if slot, ok := c.slots[key]; ok {
		node.first = c.nodes[key]
		node.Turn = node.first.Turn
		node.Again = true
		c.useSourcesBelow(node)
		return slot
	}
	c.current = Problem{Func: p.Name, Place: p.Place}
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
		node.Turn = c.callOrder()
	}
	return c.addStep(key, s)
}

// useSource notes a use of a Source, once for each set of scopes.
func (c *compiler) useSource(s Source, place string) {
	seen := slices.ContainsFunc(c.sources, func(u SourceUse) bool { return u.Source == s && slices.Equal(u.Scopes, c.scopes) })
	if !seen {
		c.sources = append(c.sources, SourceUse{s, slices.Clone(c.scopes), slices.Clone(c.askers), place})
	}
}

// useSourcesBelow notes the Sources that a shared function needs, for the scopes asked for on the way to it here: they are
// others than on the way on which it was resolved.
func (c *compiler) useSourcesBelow(n *Node) {
	if n.first != nil {
		n = n.first
	}
	for _, need := range n.Needs {
		restore := c.askFor(need.Provider)
		if need.source != nil {
			c.useSource(need.source, need.Place)
		}
		c.useSourcesBelow(need)
		restore()
	}
}

// askFor adds the scopes that p is declared with to the required scopes. The function that it returns takes them back.
func (c *compiler) askFor(p *Provider) (restore func()) {
	scopes, askers := c.scopes, c.askers
	c.scopes = union(c.scopes, p.scopes)
	c.askers = slices.Clip(c.askers)
	for range len(c.scopes) - len(scopes) {
		c.askers = append(c.askers, p)
	}
	return func() { c.scopes, c.askers = scopes, askers }
}

// checkScopes refuses scopes that no function takes: they would be documented and not enforced. In a test with Overrides
// the functions that check may be replaced; the app is checked without.
func (c *compiler) checkScopes(p *Provider, depth int) {
	if len(p.scopes) == 0 || c.UncheckedScopes || c.Overrides != nil || c.usesScopes(p, depth, nil) {
		return
	}
	outer := c.current
	c.current = Problem{Func: p.Name, Place: p.Place}
	c.report(fmt.Sprintf("the scopes %s are asked for, but neither it nor anything that it needs takes brio.Scopes: nothing checks them", strings.Join(p.scopes, ", ")),
		"a function on the way that takes brio.Scopes and refuses the request, as security.RequireScopes makes one; or no scopes")
	c.current = outer
}

// callOrder returns the number of the next call, counted from 1.
func (c *compiler) callOrder() int32 {
	c.calls++
	return c.calls
}

// reportCycle prints the chain, from the same function wherever it was entered, so that it is reported once.
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
	c.current = Problem{Func: chain[0].Name, Place: chain[0].Place}
	c.report("a cycle: "+strings.Join(names, " needs "), "dependencies without cycles: let two of them share a third, or pass the value in a call")
}

// valueOf returns the value of a provider that is not called. The value of an app-scoped provider is set when the app starts.
func (c *compiler) valueOf(p *Provider) *invoke.Value {
	if p.build != nil {
		return c.Values.of(p)
	}
	v := invoke.Of(p.value)
	return &v
}

// checkLifetimes refuses a clean-up that runs after the response and needs something that is cleaned up before it.
func (c *compiler) checkLifetimes(p *Provider, n *Node) {
	if p.result.cleanup < 0 || p.before {
		return
	}
	if short := n.endsEarly(); short != nil {
		c.report(fmt.Sprintf("its clean-up runs after the response, but it needs %s (%s), whose clean-up runs before", short.Name, short.Place),
			"wrap it in BeforeResponse too, or take BeforeResponse from "+short.Name)
	}
}

// union appends the scopes of b that a does not have, in order.
func union(a, b []string) []string {
	a = slices.Clip(a)
	for _, s := range b {
		if !slices.Contains(a, s) {
			a = append(a, s)
		}
	}
	return a
}

// addStep appends a step, and gives its slot.
func (c *compiler) addStep(key any, s step) int {
	slot := len(c.plan.steps)
	c.plan.steps = append(c.plan.steps, s)
	c.slots[key] = slot
	return slot
}

// function finds the origin of every parameter of fn, declared at the given level: first what other functions
// provide, in the order of the signature, then its own parameter structs, as FastAPI does.
func (c *compiler) function(fn reflect.Value, r result, depth int) call {
	t := fn.Type()
	do := call{args: make([]arg, t.NumIn())}
	if t.IsVariadic() {
		c.report("it is variadic", "every parameter has one origin; take a slice from a provider instead")
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
