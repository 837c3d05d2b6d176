package dependencies_test

import (
	"fmt"
	"reflect"
	"runtime"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

// The types of a graph in which graphBase is needed five times.
type (
	graphBase  struct{ n int }
	graphLeft  struct{ base *graphBase }
	graphRight struct{ base *graphBase }
	graphTop   struct{ bases []*graphBase }
)

// newGraph returns an app in which base provides a *graphBase to three other providers.
func newGraph(base any) *brio.App {
	return brio.New(testkit.Quiet(), brio.Provide(base,
		func(b *graphBase) *graphLeft { return &graphLeft{b} },
		func(b *graphBase) *graphRight { return &graphRight{b} },
		func(b *graphBase, l *graphLeft, r *graphRight) *graphTop {
			return &graphTop{[]*graphBase{b, l.base, r.base}}
		}))
}

// graphUse is a handler that returns the numbers of each *graphBase that reaches it, directly and through graphTop.
func graphUse(b *graphBase, top *graphTop) []int {
	seen := []int{b.n}
	for _, b := range top.bases {
		seen = append(seen, b.n)
	}
	return seen
}

// A dependency that is needed five times runs once in a request. NoCache lets it run for each use, as FastAPI's
// use_cache=False.
func TestNoCacheRunsForEachUse(t *testing.T) {
	t.Parallel()
	calls := 0
	base := func() *graphBase { calls++; return &graphBase{calls} }
	guard := brio.Depends(func(*graphBase) {})

	app := newGraph(base)
	app.Get("/", graphUse, guard)
	for request := range 2 {
		calls = 0
		testkit.WantBody(t, testkit.Get(app, "/"), `[1,1,1,1]`)
		if calls != 1 {
			t.Errorf("request %d: got %d calls, want 1", request, calls)
		}
	}

	app = newGraph(brio.NoCache(base))
	app.Get("/", graphUse, guard)
	calls = 0
	testkit.WantBody(t, testkit.Get(app, "/"), `[2,3,4,5]`)
	if calls != 5 {
		t.Errorf("NoCache: got %d calls, want 5", calls)
	}
}

// The types of dependencies that need each other, of which scopeUser has the scopes that its provider received.
type (
	scopeUser   struct{ scopes string }
	scopeActive struct{ *scopeUser }
	scopeAdmin  struct{ *scopeUser }
	scopeDB     struct{}
)

// A dependency gets the scopes of all that need it, outermost first, as FastAPI's SecurityScopes. It runs once for each set
// of scopes, and a dependency without Scopes runs once.
func TestScopesAccumulateOutermostFirst(t *testing.T) {
	t.Parallel()
	users, dbs := 0, 0
	user := func(_ *scopeDB, s brio.Scopes) *scopeUser { users++; return &scopeUser{s.String()} }
	active := func(_ *scopeDB, u *scopeUser) *scopeActive { return &scopeActive{u} }
	admin := func(u *scopeUser) *scopeAdmin { return &scopeAdmin{u} }
	db := func() *scopeDB { dbs++; return &scopeDB{} }
	newApp := func() *brio.App {
		return brio.New(testkit.Quiet(), brio.Provide(brio.Scoped(user, "me"), brio.Scoped(active, "active", "me"), brio.Scoped(admin, "admin"), db))
	}
	for _, c := range []struct {
		name    string
		handler any
		opts    []brio.RouteOption
		want    string
		users   int
	}{
		{"on the edge alone", func(u *scopeUser) []string { return []string{u.scopes} }, nil, `["me"]`, 1},
		{"along the edges", func(a *scopeActive) []string { return []string{a.scopes} }, nil, `["active me"]`, 1},
		{"once per set", func(a *scopeActive, b *scopeAdmin, c *scopeAdmin, u *scopeUser) []string {
			return []string{a.scopes, b.scopes, c.scopes, u.scopes}
		}, nil, `["active me","admin me","admin me","me"]`, 3},
		{"another set runs again", func(a *scopeActive) []string { return []string{a.scopes} }, []brio.RouteOption{brio.Security(user, "active")}, `["active me"]`, 2},
		{"security of the route is outermost", func(a *scopeActive) []string { return []string{a.scopes} },
			[]brio.RouteOption{brio.Security(active, "items", "active")}, `["items active me"]`, 1},
		{"a set is a set", func(a *scopeActive) []string { return []string{a.scopes} },
			[]brio.RouteOption{brio.Depends(brio.Scoped(active, "me", "active"), brio.Scoped(active, "active", "me"))}, `["me active"]`, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			users, dbs = 0, 0
			app := newApp()
			app.Get("/", c.handler, c.opts...)
			testkit.WantBody(t, testkit.Get(app, "/"), c.want)
			if users != c.users || dbs != 1 {
				t.Errorf("calls: got %d of the user, %d of the database; want %d, and 1 because it takes no Scopes", users, dbs, c.users)
			}
		})
	}
}

// newLargeApp returns an app with providers in chains of ten, and routes that need three of them each.
func newLargeApp(providers, routes int) *brio.App {
	types := make([]reflect.Type, providers)
	fns := make([]any, providers)
	for i := range fns {
		types[i] = reflect.PointerTo(reflect.ArrayOf(i+1, reflect.TypeFor[byte]()))
		var in []reflect.Type
		if i%10 > 0 {
			in = append(in, types[i-1])
		}
		if i%10 > 4 {
			in = append(in, types[i-4])
		}
		fns[i] = reflect.MakeFunc(reflect.FuncOf(in, []reflect.Type{types[i]}, false), func([]reflect.Value) []reflect.Value {
			return []reflect.Value{reflect.New(types[i].Elem())}
		}).Interface()
	}
	app := brio.New(testkit.Quiet(), brio.Provide(fns...))
	for i := range routes {
		in := []reflect.Type{types[i%providers], types[(i*7)%providers], types[(i*13)%providers]}
		handler := reflect.MakeFunc(reflect.FuncOf(in, []reflect.Type{reflect.TypeFor[string]()}, false), func([]reflect.Value) []reflect.Value {
			return []reflect.Value{reflect.ValueOf("fine")}
		}).Interface()
		app.Get(fmt.Sprintf("/routes/%d/{id}", i), handler)
	}
	return app
}

// Ten times the routes may take ten times the work of a start, not a hundred times. The test compares allocations, because
// the load of the machine does not change them. It prints the time, which is far below a second.
func TestStartIsLinearInRoutes(t *testing.T) {
	start := func(routes int) (took time.Duration, mallocs uint64) {
		app := newLargeApp(200, routes)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		began := time.Now()
		if err := app.Check(); err != nil {
			t.Fatal(err)
		}
		if err := app.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		took = time.Since(began)
		runtime.ReadMemStats(&after)
		testkit.WantBody(t, testkit.Get(app, fmt.Sprintf("/routes/%d/x", routes-1)), `"fine"`)
		return took, after.Mallocs - before.Mallocs
	}
	_, small := start(30)
	took, large := start(300)
	t.Logf("200 providers: Check and Start of 300 routes in %v, %d allocations; %d for 30 routes", took, large, small)
	if large > 20*small {
		t.Errorf("allocations: got %d for 30 routes, %d for 300; want at most 20 times as many", small, large)
	}
}
