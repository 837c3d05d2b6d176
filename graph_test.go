package brio_test

import (
	"fmt"
	"os"
	"reflect"
	"regexp"
	"runtime"
	"testing"
	"time"

	"github.com/brio-go/brio"
)

// Types of a graph in which one dependency is needed five times.
type (
	graphBase  struct{ n int }
	graphLeft  struct{ base *graphBase }
	graphRight struct{ base *graphBase }
	graphTop   struct{ bases []*graphBase }
)

func graphOf(base any) *brio.App {
	return brio.New(quiet(), brio.Provide(base,
		func(b *graphBase) *graphLeft { return &graphLeft{b} },
		func(b *graphBase) *graphRight { return &graphRight{b} },
		func(b *graphBase, l *graphLeft, r *graphRight) *graphTop {
			return &graphTop{[]*graphBase{b, l.base, r.base}}
		}))
}

func graphUse(b *graphBase, top *graphTop) []int {
	seen := []int{b.n}
	for _, b := range top.bases {
		seen = append(seen, b.n)
	}
	return seen
}

func TestDependencyUsedFiveTimesRunsOnce(t *testing.T) {
	calls := 0
	base := func() *graphBase { calls++; return &graphBase{calls} }
	guard := brio.Depends(func(*graphBase) {})

	app := graphOf(base)
	app.Get("/", graphUse, guard)
	for request := range 2 {
		calls = 0
		wantBody(t, send(app, "GET", "/", ""), `[1,1,1,1]`)
		if calls != 1 {
			t.Errorf("request %d: %d calls, want 1", request, calls)
		}
	}

	app = graphOf(brio.NoCache(base))
	app.Get("/", graphUse, guard)
	calls = 0
	wantBody(t, send(app, "GET", "/", ""), `[2,3,4,5]`)
	if calls != 5 {
		t.Errorf("NoCache: %d calls, want 5", calls)
	}
}

// Scopes: the innermost dependency answers with what it was asked for.
type (
	scopeUser   struct{ scopes string }
	scopeActive struct{ *scopeUser }
	scopeAdmin  struct{ *scopeUser }
	scopeDB     struct{}
)

func TestScopesAccumulateOutermostFirst(t *testing.T) {
	users, dbs := 0, 0
	user := func(_ *scopeDB, s brio.Scopes) *scopeUser { users++; return &scopeUser{s.String()} }
	active := func(_ *scopeDB, u *scopeUser) *scopeActive { return &scopeActive{u} }
	admin := func(u *scopeUser) *scopeAdmin { return &scopeAdmin{u} }
	db := func() *scopeDB { dbs++; return &scopeDB{} }
	newApp := func() *brio.App {
		return brio.New(quiet(), brio.Provide(brio.Scoped(user, "me"), brio.Scoped(active, "active", "me"), brio.Scoped(admin, "admin"), db))
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
			wantBody(t, send(app, "GET", "/", ""), c.want)
			if users != c.users || dbs != 1 {
				t.Errorf("the user was looked up %d times, want %d; the database, which does not look at scopes, opened %d times", users, c.users, dbs)
			}
		})
	}
}

// generated is a program with providers in chains and routes that need several of them; each route adds declarations of
// its own.
func generated(providers, routes int) *brio.App {
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
	app := brio.New(quiet(), brio.Provide(fns...))
	for i := range routes {
		in := []reflect.Type{types[i%providers], types[(i*7)%providers], types[(i*13)%providers]}
		handler := reflect.MakeFunc(reflect.FuncOf(in, []reflect.Type{reflect.TypeFor[string]()}, false), func([]reflect.Value) []reflect.Value {
			return []reflect.Value{reflect.ValueOf("fine")}
		}).Interface()
		app.Get(fmt.Sprintf("/routes/%d/{id}", i), handler)
	}
	return app
}

// TestLargeProgramStartsInLinearTime: ten times the routes may take ten times the work, not a hundred times. What is
// compared is allocations, which no other load of the machine changes; the time is printed: it is far below a second.
func TestLargeProgramStartsInLinearTime(t *testing.T) {
	start := func(routes int) (took time.Duration, mallocs uint64) {
		app := generated(200, routes)
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
		wantBody(t, send(app, "GET", fmt.Sprintf("/routes/%d/x", routes-1), ""), `"fine"`)
		return took, after.Mallocs - before.Mallocs
	}
	_, small := start(30)
	took, large := start(300)
	t.Logf("200 providers: Check and Start of 300 routes in %v, %d allocations; %d for 30 routes", took, large, small)
	if large > 20*small {
		t.Errorf("30 routes take %d allocations, 300 take %d", small, large)
	}
}

// graphPlaces are file:line of this program's declarations.
var graphPlaces = regexp.MustCompile(`[^\s(]*/(\w+_test\.go):\d+`)

// golden compares with a file of testdata, line numbers normalised.
func golden(t *testing.T, file, got string) {
	t.Helper()
	got = graphPlaces.ReplaceAllString(got, "$1:NNN")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", file, got, want)
	}
}
