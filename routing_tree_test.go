package brio_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/response"
)

// The routers of these tests are drawn at random, and declared in random order. What each request must meet is known
// from a second, plain account of the same declarations.

// said is what one app, router, include or route has said.
type said struct {
	middleware, guards, tags []string
	a, b                     string // the values it provides
}

type provA struct{ s string }
type provB struct{ s string }

// forest draws and declares one app.
type forest struct {
	*rand.Rand
	trace []string // of the request in progress: middleware and guards, in order
	next  int
	kept  []keptOption
}

// keptOption is used several times.
type keptOption struct {
	brio.Option
	said said
}

func (f *forest) name(kind string) string {
	f.next++
	return fmt.Sprint(kind, f.next)
}

func (f *forest) middleware(name string) brio.Middleware {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			f.trace = append(f.trace, name)
			next.ServeHTTP(w, r)
		})
	}
}

// options draws up to nine options of each kind, single or bundled, new or used before.
func (f *forest) options(s *said) []brio.Option {
	var out []brio.Option
	some := func() int { return f.IntN(4) * f.IntN(4) }
	for range some() {
		name := f.name("m")
		s.middleware = append(s.middleware, name)
		out = append(out, brio.Use(f.middleware(name)))
	}
	for range some() {
		name := f.name("g")
		s.guards = append(s.guards, name)
		out = append(out, brio.Depends(func() { f.trace = append(f.trace, name) }))
	}
	for range some() {
		name := f.name("t")
		s.tags = append(s.tags, name)
		out = append(out, brio.Tags(name))
	}
	if f.IntN(3) == 0 {
		s.a = f.name("a")
		out = append(out, brio.Supply(&provA{s.a}))
	}
	if f.IntN(3) == 0 {
		s.b = f.name("b")
		value := &provB{s.b}
		out = append(out, brio.Provide(func() (*provB, error) { return value, nil }))
	}
	if f.IntN(3) == 0 {
		out = []brio.Option{brio.Options(out...)}
	}
	for len(f.kept) > 0 && f.IntN(3) == 0 {
		k := f.kept[f.IntN(len(f.kept))]
		out = append(out, k.Option)
		s.middleware = append(s.middleware, k.said.middleware...)
		s.guards = append(s.guards, k.said.guards...)
		s.tags = append(s.tags, k.said.tags...)
	}
	return out
}

type drawnRouter struct {
	*brio.Router
	said     said
	prefix   string
	depth    int
	includes []*drawnInclude
	routes   []*drawnRoute
}

type drawnInclude struct {
	router *drawnRouter
	said   said
	prefix string
}

type drawnRoute struct {
	path string
	said said
}

// draw declares an app: first the routers, then includes, routes and uses in any order.
func (f *forest) draw() (*brio.App, *drawnRouter) {
	for range 3 {
		name, guard, tag := f.name("m"), f.name("g"), f.name("t")
		f.kept = append(f.kept, keptOption{
			brio.Options(brio.Use(f.middleware(name)), brio.Depends(func() { f.trace = append(f.trace, guard) }), brio.Tags(tag)),
			said{middleware: []string{name}, guards: []string{guard}, tags: []string{tag}},
		})
	}
	root := &drawnRouter{}
	opts := []brio.AppOption{quiet()}
	for _, o := range f.options(&root.said) {
		opts = append(opts, o)
	}
	if root.said.a == "" {
		root.said.a = "a0"
		opts = append(opts, brio.Supply(&provA{"a0"}))
	}
	if root.said.b == "" {
		root.said.b = "b0"
		opts = append(opts, brio.Supply(&provB{"b0"}))
	}
	app := brio.New(opts...)
	root.Router = &app.Router
	routers := []*drawnRouter{root}
	var steps []func()
	for range f.IntN(7) {
		r := &drawnRouter{}
		if f.IntN(2) == 0 {
			r.prefix = "/" + f.name("p")
		}
		r.Router = brio.NewRouter(append(routerOptions(f.options(&r.said)), brio.Prefix(r.prefix))...)
		for range 1 + f.IntN(4)/3 { // some are included twice
			parent := routers[f.IntN(len(routers))]
			if parent.depth == 4 {
				parent = root
			}
			r.depth = max(r.depth, parent.depth+1)
			steps = append(steps, func() {
				in := &drawnInclude{router: r, prefix: "/" + f.name("i")}
				parent.Include(r.Router, append(routerOptions(f.options(&in.said)), brio.Prefix(in.prefix))...)
				parent.includes = append(parent.includes, in)
			})
		}
		routers = append(routers, r)
	}
	for _, r := range routers {
		for range f.IntN(4) {
			steps = append(steps, func() {
				route := &drawnRoute{path: "/" + f.name("r")}
				var opts []brio.RouteOption
				for _, o := range f.options(&route.said) {
					opts = append(opts, o)
				}
				r.Get(route.path, f.handle, opts...)
				r.routes = append(r.routes, route)
			})
		}
		for range f.IntN(3) {
			steps = append(steps, func() {
				one, two := f.name("m"), f.name("m")
				r.Use(f.middleware(one), f.middleware(two))
				r.said.middleware = append(r.said.middleware, one, two)
			})
		}
	}
	f.Shuffle(len(steps), func(i, j int) { steps[i], steps[j] = steps[j], steps[i] })
	for _, step := range steps {
		step()
	}
	return app, root
}

func routerOptions(opts []brio.Option) []brio.RouterOption {
	var out []brio.RouterOption
	for _, o := range opts {
		out = append(out, o)
	}
	return out
}

func (f *forest) handle(info *brio.RouteInfo, a *provA, b *provB) *brio.Response {
	return response.Text(fmt.Sprintf("%s|%s|%s|%s", strings.Join(f.trace, " "), strings.Join(info.Tags, " "), a.s, b.s))
}

// expect lists what each route below r must answer.
func expect(r *drawnRouter, prefix string, above []said, out map[string]string) {
	above = append(slices.Clone(above), r.said)
	for _, route := range r.routes {
		var all said
		for _, s := range append(slices.Clone(above), route.said) {
			all.middleware = append(all.middleware, s.middleware...)
			for _, g := range s.guards {
				if !slices.Contains(all.guards, g) { // one guard runs once, where it comes first
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
		expect(in.router, prefix+in.prefix+in.router.prefix, append(slices.Clone(above), in.said), out)
	}
}

// TestEveryRouteHasItsAncestorsChain: middleware, guards, tags and providers come from the ancestors of a route and from
// nobody else, in the order app, include, router, …, route.
func TestEveryRouteHasItsAncestorsChain(t *testing.T) {
	t.Parallel()
	trees := 2000
	if testing.Short() {
		trees = 200
	}
	routes, longest := 0, 0
	for seed := range uint64(trees) {
		f := &forest{Rand: rand.New(rand.NewPCG(seed, 1))}
		app, root := f.draw()
		if err := app.Check(); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		want := map[string]string{}
		expect(root, "", nil, want)
		if got := len(app.Routes()); got != len(want) {
			t.Fatalf("seed %d: %d routes, want %d", seed, got, len(want))
		}
		for path, want := range want {
			f.trace = nil
			w := httptest.NewRecorder()
			app.ServeHTTP(w, httptest.NewRequest("GET", path, nil)) // not through the contract: ten thousand apps
			if w.Code != 200 || w.Body.String() != want {
				t.Fatalf("seed %d: %s: %d\n%s\nwant\n%s", seed, path, w.Code, w.Body, want)
			}
			routes++
			longest = max(longest, len(f.trace))
		}
	}
	t.Logf("%d routes in %d trees, up to %d middleware and guards", routes, trees, longest)
	if routes < 3*trees || longest < 30 {
		t.Error("the generator is too weak to show anything")
	}
}
