package routing_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
)

// TestRouteInheritsFromAncestors draws routers at random and declares them in random order. It notes each declaration beside
// its options, and computes from these notes, without the code under test, what each route must have.

// declared is what one app, router, include or route declares.
type declared struct {
	middleware, guards, tags []string
	a, b                     string // the values that it provides
}

type provA struct{ s string }
type provB struct{ s string }

// generator draws and declares one app.
type generator struct {
	*rand.Rand
	trace  []string // middleware and guards of the current request, in order
	next   int      // the number of the next name
	shared []sharedOption
}

// sharedOption is an option that several levels use.
type sharedOption struct {
	brio.Option
	declared declared
}

// name returns a new name.
func (g *generator) name(kind string) string {
	g.next++
	return fmt.Sprint(kind, g.next)
}

// middleware returns a middleware that adds its name to the trace.
func (g *generator) middleware(name string) brio.Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			g.trace = append(g.trace, name)
			next.ServeHTTP(w, r)
		})
	}
}

// options draws up to nine options of each kind, single or bundled, new or shared, and notes them in s.
func (g *generator) options(s *declared) []brio.Option {
	var out []brio.Option
	some := func() int { return g.IntN(4) * g.IntN(4) }
	for range some() {
		name := g.name("m")
		s.middleware = append(s.middleware, name)
		out = append(out, brio.Use(g.middleware(name)))
	}
	for range some() {
		name := g.name("g")
		s.guards = append(s.guards, name)
		out = append(out, brio.Depends(func() { g.trace = append(g.trace, name) }))
	}
	for range some() {
		name := g.name("t")
		s.tags = append(s.tags, name)
		out = append(out, brio.Tags(name))
	}
	if g.IntN(3) == 0 {
		s.a = g.name("a")
		out = append(out, brio.Supply(&provA{s.a}))
	}
	if g.IntN(3) == 0 {
		s.b = g.name("b")
		value := &provB{s.b}
		out = append(out, brio.Provide(func() (*provB, error) { return value, nil }))
	}
	if g.IntN(3) == 0 {
		out = []brio.Option{brio.Options(out...)}
	}
	for len(g.shared) > 0 && g.IntN(3) == 0 {
		k := g.shared[g.IntN(len(g.shared))]
		out = append(out, k.Option)
		s.middleware = append(s.middleware, k.declared.middleware...)
		s.guards = append(s.guards, k.declared.guards...)
		s.tags = append(s.tags, k.declared.tags...)
	}
	return out
}

// drawnRouter is a router with a note of its declarations.
type drawnRouter struct {
	*brio.Router
	declared declared
	prefix   string
	depth    int // includes above it
	includes []*drawnInclude
	routes   []*drawnRoute
}

// drawnInclude is an include with a note of its declarations.
type drawnInclude struct {
	router   *drawnRouter
	declared declared
	prefix   string
}

// drawnRoute is a route with a note of its declarations.
type drawnRoute struct {
	path     string
	declared declared
}

// draw declares an app: first the routers, then includes, routes and middleware in random order.
func (g *generator) draw() (*brio.App, *drawnRouter) {
	for range 3 {
		name, guard, tag := g.name("m"), g.name("g"), g.name("t")
		g.shared = append(g.shared, sharedOption{
			brio.Options(brio.Use(g.middleware(name)), brio.Depends(func() { g.trace = append(g.trace, guard) }), brio.Tags(tag)),
			declared{middleware: []string{name}, guards: []string{guard}, tags: []string{tag}},
		})
	}
	root := &drawnRouter{}
	opts := []brio.AppOption{testkit.Quiet()}
	for _, o := range g.options(&root.declared) {
		opts = append(opts, o)
	}
	if root.declared.a == "" {
		root.declared.a = "a0"
		opts = append(opts, brio.Supply(&provA{"a0"}))
	}
	if root.declared.b == "" {
		root.declared.b = "b0"
		opts = append(opts, brio.Supply(&provB{"b0"}))
	}
	app := brio.New(opts...)
	root.Router = &app.Router
	routers := []*drawnRouter{root}
	var steps []func()
	for range g.IntN(7) {
		r := &drawnRouter{}
		if g.IntN(2) == 0 {
			r.prefix = "/" + g.name("p")
		}
		r.Router = brio.NewRouter(append(routerOptions(g.options(&r.declared)), brio.Prefix(r.prefix))...)
		for range 1 + g.IntN(4)/3 { // some are included twice
			parent := routers[g.IntN(len(routers))]
			if parent.depth == 4 {
				parent = root
			}
			r.depth = max(r.depth, parent.depth+1)
			steps = append(steps, func() {
				in := &drawnInclude{router: r, prefix: "/" + g.name("i")}
				parent.Include(r.Router, append(routerOptions(g.options(&in.declared)), brio.Prefix(in.prefix))...)
				parent.includes = append(parent.includes, in)
			})
		}
		routers = append(routers, r)
	}
	for _, r := range routers {
		for range g.IntN(4) {
			steps = append(steps, func() {
				route := &drawnRoute{path: "/" + g.name("r")}
				var opts []brio.RouteOption
				for _, o := range g.options(&route.declared) {
					opts = append(opts, o)
				}
				r.Get(route.path, g.handle, opts...)
				r.routes = append(r.routes, route)
			})
		}
		for range g.IntN(3) {
			steps = append(steps, func() {
				one, two := g.name("m"), g.name("m")
				r.Use(g.middleware(one), g.middleware(two))
				r.declared.middleware = append(r.declared.middleware, one, two)
			})
		}
	}
	g.Shuffle(len(steps), func(i, j int) { steps[i], steps[j] = steps[j], steps[i] })
	for _, step := range steps {
		step()
	}
	return app, root
}

// routerOptions returns options as router options.
func routerOptions(opts []brio.Option) []brio.RouterOption {
	var out []brio.RouterOption
	for _, o := range opts {
		out = append(out, o)
	}
	return out
}

// handle is the handler of all routes. It answers with the trace, the tags and the provided values.
func (g *generator) handle(info *brio.RouteInfo, a *provA, b *provB) *brio.Response {
	return response.Text(fmt.Sprintf("%s|%s|%s|%s", strings.Join(g.trace, " "), strings.Join(info.Tags, " "), a.s, b.s))
}

// expect adds what each route below r must answer with to out, by path.
func expect(r *drawnRouter, prefix string, above []declared, out map[string]string) {
	above = append(slices.Clone(above), r.declared)
	for _, route := range r.routes {
		var all declared
		for _, s := range append(slices.Clone(above), route.declared) {
			all.middleware = append(all.middleware, s.middleware...)
			for _, g := range s.guards {
				if !slices.Contains(all.guards, g) { // a guard that several levels declare runs once, at the outermost
					all.guards = append(all.guards, g)
				}
			}
			all.tags = append(all.tags, s.tags...)
			if s.a != "" {
				all.a = s.a
			}
			if s.b != "" {
				all.b = s.b
			}
		}
		out[prefix+route.path] = fmt.Sprintf("%s|%s|%s|%s", strings.Join(append(all.middleware, all.guards...), " "), strings.Join(all.tags, " "), all.a, all.b)
	}
	for _, in := range r.includes {
		expect(in.router, prefix+in.prefix+in.router.prefix, append(slices.Clone(above), in.declared), out)
	}
}

// TestRouteInheritsFromAncestors: a route has the middleware, guards, tags and providers of its ancestors and of no other
// level, in the order app, include, router, and so on to the route.
func TestRouteInheritsFromAncestors(t *testing.T) {
	t.Parallel()
	trees := 2000
	if testing.Short() {
		trees = 200
	}
	routes, longest := 0, 0
	for seed := range uint64(trees) {
		g := &generator{Rand: rand.New(rand.NewPCG(seed, 1))}
		app, root := g.draw()
		if err := app.Check(); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		want := map[string]string{}
		expect(root, "", nil, want)
		if got := len(app.Routes()); got != len(want) {
			t.Fatalf("seed %d: got %d routes, want %d", seed, got, len(want))
		}
		for path, want := range want {
			g.trace = nil
			w := httptest.NewRecorder()
			app.ServeHTTP(w, httptest.NewRequest("GET", path, nil)) // not through testkit: a document for each of thousands of apps takes minutes
			if w.Code != 200 || w.Body.String() != want {
				t.Fatalf("seed %d: %s: got %d\n%s\nwant\n%s", seed, path, w.Code, w.Body, want)
			}
			routes++
			longest = max(longest, len(g.trace))
		}
	}
	t.Logf("%d routes in %d trees, up to %d middleware and guards", routes, trees, longest)
	if routes < 3*trees || longest < 30 {
		t.Error("the generator draws too few routes, or too short chains")
	}
}
