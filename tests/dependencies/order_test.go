package dependencies_test

import (
	"context"
	"fmt"
	"net/http"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
)

// Dependencies that know which provider made them.
type (
	depA struct{ by string }
	depB struct{ by string }
	depC struct{ by string }
	depI interface{ By() string }
)

// contextKey is the key of a value that a middleware adds to the context.
type contextKey struct{}

func (d *depC) By() string { return d.by }

// The order is FastAPI's, measured: app, app.include, router, router.include, child router, route, parameters. Each
// dependency runs after what it needs itself.
func TestDependsRunsFromAppToRoute(t *testing.T) {
	t.Parallel()
	var tr testkit.Trace
	a := func() *depA { tr.Add("a"); return &depA{} }
	b := func(*depA) *depB { tr.Add("b"); return &depB{} }
	c := func(*depB) *depC { tr.Add("c"); return &depC{} }
	app := brio.New(testkit.Quiet(), brio.Provide(a, b, c), brio.Depends(tr.Guard("app1"), tr.Guard("app2")))
	router := brio.NewRouter(brio.Depends(tr.Guard("router")))
	child := brio.NewRouter(brio.Depends(func(*depB) { tr.Add("child") }))
	child.Get("/", func(*depA, *depC, *depB) { tr.Add("handler") }, brio.Depends(tr.Guard("route1"), tr.Guard("route2")))
	child.Get("/bare", func() { tr.Add("handler") })
	router.Include(child, brio.Depends(tr.Guard("router.include")))
	app.Include(router, brio.Depends(tr.Guard("app.include")))
	testkit.WantStatus(t, testkit.Get(app, "/"), 204)
	tr.Want(t, "app1, app2, app.include, router, router.include, a, b, child, route1, route2, c, handler")
	testkit.WantStatus(t, testkit.Get(app, "/bare"), 204)
	tr.Want(t, "app1, app2, app.include, router, router.include, a, b, child, handler") // no function needs c
}

// What the parameters of a handler need runs in the order of its signature.
func TestParametersRunInSignatureOrder(t *testing.T) {
	t.Parallel()
	var tr testkit.Trace
	app := brio.New(testkit.Quiet(), brio.Provide(
		func() *depA { tr.Add("a"); return nil }, func() *depB { tr.Add("b"); return nil }, func() *depC { tr.Add("c"); return nil }))
	app.Get("/", func(*depC, brio.Optional[int], *depA, *depB) { tr.Add("handler") }, brio.Provide(func() brio.Optional[int] { return brio.Some(1) }))
	testkit.WantStatus(t, testkit.Get(app, "/"), 204)
	tr.Want(t, "c, a, b, handler")
}

// A function runs once in a request, however often and at however many levels it is declared, as in FastAPI.
func TestDependencyRunsOncePerRequest(t *testing.T) {
	t.Parallel()
	var tr testkit.Trace
	current := func(r *http.Request) *depA { tr.Add("current"); return &depA{r.Header.Get("X-User")} }
	check := brio.Depends(func(a *depA) *depB { tr.Add("check"); return &depB{a.by} })
	app := brio.New(testkit.Quiet(), brio.Provide(current), check)
	r := brio.NewRouter(brio.Depends(current), check) // the function and the option of the app again
	r.Get("/", func(a *depA, b *depB) *brio.Response { return response.Text(a.by + b.by) }, check, brio.Depends(current))
	app.Include(r, check)
	for _, user := range []string{"ann", "bob"} {
		testkit.WantBody(t, testkit.Get(app, "/", "X-User", user), user+user)
		tr.Want(t, "current, check")
	}
}

// The identity of a dependency is its function value. Two closures of one function literal are two dependencies.
func TestClosuresAreTwoDependencies(t *testing.T) {
	t.Parallel()
	var tr testkit.Trace
	requires := func(role string) func() { return func() { tr.Add("%s", role) } }
	app := brio.New(testkit.Quiet(), brio.Depends(requires("user")))
	app.Get("/", func() {}, brio.Depends(requires("admin"), requires("admin")))
	testkit.WantStatus(t, testkit.Get(app, "/"), 204)
	tr.Want(t, "user, admin, admin")
}

// authService has providers as methods, with pointer and value receivers.
type authService struct{ tr *testkit.Trace }

func (s *authService) Check()      { s.tr.Add("check") }
func (s *authService) User() *depA { s.tr.Add("user"); return &depA{"ann"} }
func (s authService) Close()       { s.tr.Add("by value") }

// Method values are dependencies, with pointer and with value receivers.
func TestMethodsAreProviders(t *testing.T) {
	t.Parallel()
	var tr testkit.Trace
	s := &authService{&tr}
	app := brio.New(testkit.Quiet(), brio.Depends(s.Check, s.Close), brio.Provide(s.User))
	app.Get("/", func(a *depA) string { return a.by })
	testkit.WantBody(t, testkit.Get(app, "/"), `"ann"`)
	tr.Want(t, "check, by value, user")
}

// A parameter gets the value of the innermost level that provides its type. The test tries every set of levels, by each of
// the three ways to provide a value.
func TestNearestProviderWins(t *testing.T) {
	t.Parallel()
	levels := []string{"app", "app.include", "router", "router.include", "child", "route"}
	for set := 1; set < 1<<len(levels); set++ {
		for way := range 3 {
			provide := func(level int) brio.Option {
				if set&(1<<level) == 0 {
					return brio.Options()
				}
				d := &depA{levels[level]}
				switch (way + level) % 3 {
				case 0:
					return brio.Supply(d)
				case 1:
					return brio.Provide(func() *depA { return d })
				}
				return brio.Depends(func() (*depA, error) { return d, nil })
			}
			app := brio.New(testkit.Quiet(), provide(0))
			router, child := brio.NewRouter(provide(2)), brio.NewRouter(provide(4))
			child.Get("/", func(a *depA) *brio.Response { return response.Text(a.by) }, provide(5))
			router.Include(child, provide(3))
			app.Include(router, provide(1))
			nearest := 0
			for i := range levels {
				if set&(1<<i) != 0 {
					nearest = i
				}
			}
			if w := testkit.Get(app, "/"); w.Body.String() != levels[nearest] {
				t.Fatalf("set %06b, way %d: %s, want %s", set, way, w.Body, levels[nearest])
			}
		}
	}
}

// A provider's parameters are resolved from the level that declares it, outwards. So a router cannot change what a guard of
// the app receives. Inner levels are searched only for types that no outer level provides.
func TestProviderNeedsAreOfItsLevel(t *testing.T) {
	t.Parallel()
	seen := ""
	guard := func(a *depA) { seen = a.by }
	app := brio.New(testkit.Quiet(), brio.Supply(&depA{"app"}), brio.Provide(func(a *depA) *depB { return &depB{a.by} }), brio.Depends(guard))
	app.Get("/", func(b *depB, a *depA) *brio.Response { return response.Text(b.by + " " + a.by) }, brio.Supply(&depA{"route"}))
	testkit.WantBody(t, testkit.Get(app, "/"), "app route")
	if seen != "app" {
		t.Errorf("the app's guard: got the value of %s, want that of the app", seen)
	}

	app = brio.New(testkit.Quiet(), brio.Provide(func(a *depA) *depB { return &depB{a.by} }))
	app.Get("/", func(b *depB) *brio.Response { return response.Text(b.by) }, brio.Supply(&depA{"route"}))
	testkit.WantBody(t, testkit.Get(app, "/"), "route")
}

func wrapA(a *depA) *depA { return &depA{"wrapped " + a.by} }

// A provider that takes its own result type gets it from the next outer level: from a User to an active User.
func TestProviderOfItsOwnTypeDecorates(t *testing.T) {
	t.Parallel()
	app := brio.New(testkit.Quiet(), brio.Supply(&depA{"base"}))
	outer := brio.NewRouter(brio.Provide(wrapA))
	inner := brio.NewRouter(brio.Provide(wrapA)) // the same function, so it runs once
	get := func(a *depA) *brio.Response { return response.Text(a.by) }
	outer.Get("/one", get)
	outer.Get("/guarded", get, brio.Depends(func(a *depA) *depA { return &depA{"active " + a.by} }))
	inner.Get("/two", get)
	outer.Include(inner)
	app.Include(outer)
	app.Get("/none", get)
	testkit.WantBody(t, testkit.Get(app, "/none"), "base")
	testkit.WantBody(t, testkit.Get(app, "/one"), "wrapped base")
	testkit.WantBody(t, testkit.Get(app, "/guarded"), "active wrapped base")
	testkit.WantBody(t, testkit.Get(app, "/two"), "wrapped base")
}

// An interface parameter gets the result of that very type, or one that implements it. A decorator of an interface gets the
// outer value.
func TestInterfaceIsImplementedByResult(t *testing.T) {
	t.Parallel()
	app := brio.New(testkit.Quiet(), brio.Provide(func() *depC { return &depC{"pointer"} }))
	get := func(i depI) *brio.Response { return response.Text(i.By()) }
	app.Get("/implemented", get)
	app.Get("/exact", get, brio.Provide(func() depI { return &depC{"interface"} }))
	app.Get("/decorated", get, brio.Provide(func(i depI) *loudI { return &loudI{i} }))
	app.Get("/guard", get, brio.Depends(func(i depI) (depI, error) { return &loudI{i}, nil }))
	if err := app.Check(); err != nil {
		t.Fatal(err)
	}
	testkit.WantBody(t, testkit.Get(app, "/implemented"), "pointer")
	testkit.WantBody(t, testkit.Get(app, "/exact"), "interface")
	testkit.WantBody(t, testkit.Get(app, "/decorated"), "pointer!")
	testkit.WantBody(t, testkit.Get(app, "/guard"), "pointer!")
}

// loudI decorates a depI and is one.
type loudI struct{ depI }

func (l *loudI) By() string { return l.depI.By() + "!" }

// Results that are no pointers, nil results, and values of every kind reach the parameters of their types.
func TestProvidersOfEveryKind(t *testing.T) {
	t.Parallel()
	type role string
	var nothing *depB
	app := brio.New(testkit.Quiet(), brio.Supply(role("admin"), 42, []string{"a", "b"}, map[string]int{"x": 1}, depA{"by value"}, nothing),
		brio.Provide(func() (float64, error) { return 1.5, nil }, func() depI { return nil }, func() func() string { return func() string { return "called" } }))
	app.Get("/", func(r role, n int, list []string, m map[string]int, a depA, b *depB, f float64, i depI, call func() string) *brio.Response {
		return response.Text(fmt.Sprintf("%v %v %v %v %v %v %v %v %v", r, n, list, m, a, b == nil, f, i == nil, call()))
	})
	testkit.WantBody(t, testkit.Get(app, "/"), "admin 42 [a b] map[x:1] {by value} true 1.5 true called")
}

// All functions of a request get one *Response, and no other request has it.
func TestTemporalResponseIsShared(t *testing.T) {
	t.Parallel()
	var seen []*brio.Response
	guard := func(res *brio.Response) { seen = append(seen, res) }
	app := brio.New(testkit.Quiet(), brio.Depends(guard), brio.Provide(func(res *brio.Response) *depA { seen = append(seen, res); return nil }))
	app.Get("/", func(res, again *brio.Response, _ *depA) { seen = append(seen, res, again) }, brio.Depends(func(res *brio.Response) { seen = append(seen, res) }))
	for range 2 {
		testkit.WantStatus(t, testkit.Get(app, "/"), 204)
	}
	if len(seen) != 10 {
		t.Fatalf("got %d Responses, want 10", len(seen))
	}
	for i, res := range seen {
		if res != seen[i/5*5] || res == nil {
			t.Errorf("parameter %d is another Response than the first of its request", i)
		}
	}
	if seen[0] == seen[5] {
		t.Error("two requests have one Response")
	}
}

// A context.Context parameter is the request's context, also where a middleware has replaced it.
func TestContextIsOfRequest(t *testing.T) {
	t.Parallel()
	app := brio.New(testkit.Quiet())
	app.Get("/", func(ctx context.Context, r *http.Request) error {
		if ctx != r.Context() || ctx.Value(contextKey{}) != "value" {
			return brio.Error(418, nil)
		}
		return nil
	}, brio.Use(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), contextKey{}, "value")))
		})
	}))
	testkit.WantStatus(t, testkit.Get(app, "/"), 204)
}
