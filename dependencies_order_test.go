package brio_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/response"
)

// tracer collects what ran, in order, of one request at a time.
type tracer struct{ steps []string }

func (tr *tracer) add(format string, args ...any) {
	tr.steps = append(tr.steps, fmt.Sprintf(format, args...))
}

// guard notes its name; each call makes another guard.
func (tr *tracer) guard(name string) func() { return func() { tr.add("%s", name) } }

// want compares and forgets what ran.
func (tr *tracer) want(t *testing.T, want string) {
	t.Helper()
	if got := strings.Join(tr.steps, ", "); got != want {
		t.Errorf("ran\n%s\nwant\n%s", got, want)
	}
	tr.steps = nil
}

type (
	depA struct{ by string }
	depB struct{ by string }
	depC struct{ by string }
	depI interface{ By() string }
)

func (d *depC) By() string { return d.by }

// TestOrderOfExecution is FastAPI's, measured: app, app.include, router, router.include, child router, route,
// parameters, each after what it needs itself.
func TestOrderOfExecution(t *testing.T) {
	var tr tracer
	a := func() *depA { tr.add("a"); return &depA{} }
	b := func(*depA) *depB { tr.add("b"); return &depB{} }
	c := func(*depB) *depC { tr.add("c"); return &depC{} }
	app := brio.New(quiet(), brio.Provide(a, b, c), brio.Depends(tr.guard("app1"), tr.guard("app2")))
	router := brio.NewRouter(brio.Depends(tr.guard("router")))
	child := brio.NewRouter(brio.Depends(func(*depB) { tr.add("child") }))
	child.Get("/", func(*depA, *depC, *depB) { tr.add("handler") }, brio.Depends(tr.guard("route1"), tr.guard("route2")))
	child.Get("/bare", func() { tr.add("handler") })
	router.Include(child, brio.Depends(tr.guard("router.include")))
	app.Include(router, brio.Depends(tr.guard("app.include")))
	wantStatus(t, send(app, "GET", "/", ""), 204)
	tr.want(t, "app1, app2, app.include, router, router.include, a, b, child, route1, route2, c, handler")
	wantStatus(t, send(app, "GET", "/bare", ""), 204)
	tr.want(t, "app1, app2, app.include, router, router.include, a, b, child, handler") // c is on demand
}

func TestParametersRunInTheOrderOfTheSignature(t *testing.T) {
	var tr tracer
	app := brio.New(quiet(), brio.Provide(
		func() *depA { tr.add("a"); return nil }, func() *depB { tr.add("b"); return nil }, func() *depC { tr.add("c"); return nil }))
	app.Get("/", func(*depC, brio.Optional[int], *depA, *depB) { tr.add("handler") }, brio.Provide(func() brio.Optional[int] { return brio.Some(1) }))
	wantStatus(t, send(app, "GET", "/", ""), 204)
	tr.want(t, "c, a, b, handler")
}

func TestOncePerRequest(t *testing.T) {
	var tr tracer
	current := func(r *http.Request) *depA { tr.add("current"); return &depA{r.Header.Get("X-User")} }
	check := brio.Depends(func(a *depA) *depB { tr.add("check"); return &depB{a.by} })
	app := brio.New(quiet(), brio.Provide(current), check)
	r := brio.NewRouter(brio.Depends(current), check) // the same function and the same option again
	r.Get("/", func(a *depA, b *depB) *brio.Response { return response.Text(a.by + b.by) }, check, brio.Depends(current))
	app.Include(r, check)
	for _, user := range []string{"ann", "bob"} {
		wantBody(t, send(app, "GET", "/", "", "X-User", user), user+user)
		tr.want(t, "current, check")
	}
}

// TestTwoClosuresOfOneLiteralAreTwo: identity is the function value, not its code.
func TestTwoClosuresOfOneLiteralAreTwo(t *testing.T) {
	var tr tracer
	requires := func(role string) func() { return func() { tr.add("%s", role) } }
	app := brio.New(quiet(), brio.Depends(requires("user")))
	app.Get("/", func() {}, brio.Depends(requires("admin"), requires("admin")))
	wantStatus(t, send(app, "GET", "/", ""), 204)
	tr.want(t, "user, admin, admin")
}

type authService struct{ tr *tracer }

func (s *authService) Check()      { s.tr.add("check") }
func (s *authService) User() *depA { s.tr.add("user"); return &depA{"ann"} }
func (s authService) Close()       { s.tr.add("by value") }

func TestMethodsAreProviders(t *testing.T) {
	var tr tracer
	s := &authService{&tr}
	app := brio.New(quiet(), brio.Depends(s.Check, s.Close), brio.Provide(s.User))
	app.Get("/", func(a *depA) string { return a.by })
	wantBody(t, send(app, "GET", "/", ""), `"ann"`)
	tr.want(t, "check, by value, user")
}

// TestNearestProviderWins tries every set of levels that provide a type, by each of the three ways to provide.
func TestNearestProviderWins(t *testing.T) {
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
			app := brio.New(quiet(), provide(0))
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
			if w := send(app, "GET", "/", ""); w.Body.String() != levels[nearest] {
				t.Fatalf("set %06b, way %d: %s, want %s", set, way, w.Body, levels[nearest])
			}
		}
	}
}

// TestNeedsAreThoseOfTheOwnLevel: what an inner router or route provides does not redirect what an outer dependency
// looks at; only what is not there at all is taken from further in.
func TestNeedsAreThoseOfTheOwnLevel(t *testing.T) {
	seen := ""
	guard := func(a *depA) { seen = a.by }
	app := brio.New(quiet(), brio.Supply(&depA{"app"}), brio.Provide(func(a *depA) *depB { return &depB{a.by} }), brio.Depends(guard))
	app.Get("/", func(b *depB, a *depA) *brio.Response { return response.Text(b.by + " " + a.by) }, brio.Supply(&depA{"route"}))
	wantBody(t, send(app, "GET", "/", ""), "app route")
	if seen != "app" {
		t.Errorf("the app's guard saw what %s provides", seen)
	}

	app = brio.New(quiet(), brio.Provide(func(a *depA) *depB { return &depB{a.by} }))
	app.Get("/", func(b *depB) *brio.Response { return response.Text(b.by) }, brio.Supply(&depA{"route"}))
	wantBody(t, send(app, "GET", "/", ""), "route")
}

func wrapA(a *depA) *depA { return &depA{"wrapped " + a.by} }

// TestOwnTypeComesFromTheNextOuterLevel: from User to active User.
func TestOwnTypeComesFromTheNextOuterLevel(t *testing.T) {
	app := brio.New(quiet(), brio.Supply(&depA{"base"}))
	outer := brio.NewRouter(brio.Provide(wrapA))
	inner := brio.NewRouter(brio.Provide(wrapA)) // the same function: it runs once
	get := func(a *depA) *brio.Response { return response.Text(a.by) }
	outer.Get("/one", get)
	outer.Get("/guarded", get, brio.Depends(func(a *depA) *depA { return &depA{"active " + a.by} }))
	inner.Get("/two", get)
	outer.Include(inner)
	app.Include(outer)
	app.Get("/none", get)
	wantBody(t, send(app, "GET", "/none", ""), "base")
	wantBody(t, send(app, "GET", "/one", ""), "wrapped base")
	wantBody(t, send(app, "GET", "/guarded", ""), "active wrapped base")
	wantBody(t, send(app, "GET", "/two", ""), "wrapped base")
}

func TestInterfaces(t *testing.T) {
	app := brio.New(quiet(), brio.Provide(func() *depC { return &depC{"pointer"} }))
	get := func(i depI) *brio.Response { return response.Text(i.By()) }
	app.Get("/implemented", get)
	app.Get("/exact", get, brio.Provide(func() depI { return &depC{"interface"} }))
	// A decorator, whose result implements what it takes.
	app.Get("/decorated", get, brio.Provide(func(i depI) *loudI { return &loudI{i} }))
	app.Get("/guard", get, brio.Depends(func(i depI) (depI, error) { return &loudI{i}, nil }))
	if err := app.Check(); err != nil {
		t.Fatal(err)
	}
	wantBody(t, send(app, "GET", "/implemented", ""), "pointer")
	wantBody(t, send(app, "GET", "/exact", ""), "interface")
	wantBody(t, send(app, "GET", "/decorated", ""), "pointer!")
	wantBody(t, send(app, "GET", "/guard", ""), "pointer!")
}

type loudI struct{ depI }

func (l *loudI) By() string { return l.depI.By() + "!" }

// TestKindsOfValues: results that are no pointers, nil results, and values of every kind go where they are asked for.
func TestKindsOfValues(t *testing.T) {
	type role string
	var nothing *depB
	app := brio.New(quiet(), brio.Supply(role("admin"), 42, []string{"a", "b"}, map[string]int{"x": 1}, depA{"by value"}, nothing),
		brio.Provide(func() (float64, error) { return 1.5, nil }, func() depI { return nil }, func() func() string { return func() string { return "called" } }))
	app.Get("/", func(r role, n int, list []string, m map[string]int, a depA, b *depB, f float64, i depI, call func() string) *brio.Response {
		return response.Text(fmt.Sprintf("%v %v %v %v %v %v %v %v %v", r, n, list, m, a, b == nil, f, i == nil, call()))
	})
	wantBody(t, send(app, "GET", "/", ""), "admin 42 [a b] map[x:1] {by value} true 1.5 true called")
}

func TestTemporalResponseIsOneObject(t *testing.T) {
	var seen []*brio.Response
	note := func(res *brio.Response) { seen = append(seen, res) }
	app := brio.New(quiet(), brio.Depends(note), brio.Provide(func(res *brio.Response) *depA { seen = append(seen, res); return nil }))
	app.Get("/", func(res, again *brio.Response, _ *depA) { seen = append(seen, res, again) }, brio.Depends(func(res *brio.Response) { seen = append(seen, res) }))
	for range 2 {
		wantStatus(t, send(app, "GET", "/", ""), 204)
	}
	if len(seen) != 10 {
		t.Fatalf("%d", len(seen))
	}
	for i, res := range seen {
		if res != seen[i/5*5] || res == nil {
			t.Errorf("%d is another Response", i)
		}
	}
	if seen[0] == seen[5] {
		t.Error("two requests had one Response")
	}
}

// TestContextIsTheRequests: also where a middleware has replaced it.
func TestContextIsTheRequests(t *testing.T) {
	app := brio.New(quiet())
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
	wantStatus(t, send(app, "GET", "/", ""), 204)
}
