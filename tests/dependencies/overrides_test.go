package dependencies_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
	"github.com/brio-go/brio/internal/inject"
	"github.com/brio-go/brio/internal/testkit"
)

// The types of newOverApp: a supplied value, one that is built at start, the result of a guard, that of a provider, and one that
// the handler takes by an interface.
type (
	overConfig struct{ Name string }
	overDB     struct{ name string }
	overUser   struct{ Name string }
	overClock  struct{ at string }
	overMailer interface{ Mail() string }
	overSMTP   struct{}
	overFake   struct{ to string }
)

func (*overSMTP) Mail() string   { return "smtp" }
func (f *overFake) Mail() string { return "fake " + f.to }

func overGuard(in *struct {
	Key string `header:"X-Key" default:"none"`
}) error {
	if in.Key != "secret" {
		return brio.Error(403, "no key")
	}
	return nil
}

func overCurrentUser(db *overDB) *overUser { return &overUser{"user of " + db.name} }
func overNow() *overClock                  { return &overClock{"now"} }

// newOverApp returns an app whose answer has the value of each kind of dependency. It counts in built how often it builds the
// *overDB.
func newOverApp(built *sync.Map) *brio.App {
	app := brio.New(testkit.Quiet(), brio.Supply(&overConfig{"config"}), brio.Provide(overNow, func() *overSMTP { return &overSMTP{} }),
		brio.Depends(overGuard, overCurrentUser),
		brio.SupplyFunc(func(context.Context) (*overDB, func(context.Context) error, error) {
			n, _ := built.LoadOrStore("builds", new(int))
			*n.(*int)++
			return &overDB{"db"}, nil, nil
		}))
	app.Get("/", func(c *overConfig, u *overUser, at *overClock, m overMailer) string {
		return fmt.Sprintf("%s, %s, %s, %s", c.Name, u.Name, at.at, m.Mail())
	})
	return app
}

// overOwn is the answer of newOverApp without overrides.
const overOwn = `"config, user of db, now, smtp"`

// briotest.Override and Supply replace each kind of dependency for one client. The app itself is unchanged.
func TestOverrideReplacesEveryKind(t *testing.T) {
	t.Parallel()
	open := briotest.Override(briotest.Replace(overGuard, func() {}))
	for _, c := range []struct {
		name   string
		opts   []briotest.Option
		want   string
		builds int
	}{
		{"type", []briotest.Option{briotest.Override(func() *overClock { return &overClock{"noon"} })}, "config, user of db, noon, smtp", 1},
		{"Replace", []briotest.Option{briotest.Override(briotest.Replace(overNow, func() *overClock { return &overClock{"noon"} }))}, "config, user of db, noon, smtp", 1},
		{"guard with result", []briotest.Option{briotest.Override(func() *overUser { return &overUser{"ann"} })}, "config, ann, now, smtp", 1},
		{"Replace of guard with result", []briotest.Option{briotest.Override(briotest.Replace(overCurrentUser, func() (*overUser, error) { return &overUser{"ann"}, nil }))}, "config, ann, now, smtp", 1},
		{"supplied value", []briotest.Option{briotest.Supply(&overConfig{"test"})}, "test, user of db, now, smtp", 1},
		{"built value", []briotest.Option{briotest.Supply(&overDB{"memory"})}, "config, user of memory, now, smtp", 0},
		{"override needs what it replaces", []briotest.Option{briotest.Override(func(db *overDB) *overDB { return &overDB{"spied " + db.name} })}, "config, user of spied db, now, smtp", 1},
		{"interface", []briotest.Option{briotest.Override(func() overMailer { return &overFake{"ann"} })}, "config, user of db, now, fake ann", 1},
		{"override with parameters", []briotest.Option{briotest.Override(func(c *overConfig, in *struct {
			Q string `query:"q" default:"asked"`
		}) *overClock {
			return &overClock{c.Name + " " + in.Q}
		})}, "config, user of db, config asked, smtp", 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			var built sync.Map
			app := newOverApp(&built)
			briotest.New(t, app, append(c.opts, open)...).Get("/").Status(200).Body(`"` + c.want + `"`)
			builds := 0
			if n, ok := built.Load("builds"); ok {
				builds = *n.(*int)
			}
			if builds != c.builds {
				t.Errorf("builds: got %d, want %d", builds, c.builds)
			}
			w := testkit.Get(app, "/", "X-Key", "secret")
			testkit.WantBody(t, w, overOwn) // the app itself is unchanged
			testkit.WantStatus(t, testkit.Get(app, "/"), 403)
		})
	}
}

// An override has the scopes and the lifetime of the declaration that it replaces, as FastAPI's dependency_overrides.
func TestOverrideKeepsScopesAndLifetime(t *testing.T) {
	t.Parallel()
	user := func(s brio.Scopes) (*overUser, func(error) error) { return nil, nil }
	app := brio.New(testkit.Quiet(), brio.Provide(brio.BeforeResponse(brio.Scoped(user, "me"))))
	app.Get("/", func(u *overUser) string { return u.Name }, brio.Security(user, "items"))
	c := briotest.New(t, app, briotest.Override(func(s brio.Scopes) (*overUser, func() error) {
		return &overUser{s.String()}, func() error { return brio.Error(409, "scopes "+s.String()) }
	}))
	c.Get("/").Status(200).Body(`"items"`) // the declaration of the route is not BeforeResponse
	app.Get("/me", func(u *overUser) string { return u.Name })
	c = briotest.New(t, app, briotest.AllowStatus(409), briotest.Override(func(s brio.Scopes) (*overUser, func() error) {
		return &overUser{s.String()}, func() error { return brio.Error(409, "scopes "+s.String()) }
	}))
	c.Get("/me").Status(409).Body(`{"detail":"scopes me"}`)
}

// An override that replaces no declaration is an error: the test would go on with the real dependency.
func TestOverrideOfUnknownIsMistake(t *testing.T) {
	t.Parallel()
	var built sync.Map
	app := newOverApp(&built)
	service := &authService{}
	for name, c := range map[string]struct {
		declare func(*inject.Overrides)
		want    string
	}{
		"no such type": {func(o *inject.Overrides) {
			o.ByType(inject.Func(func() *strings.Builder { return nil }, "here:1"))
		}, "there is no provider of *strings.Builder"},
		"method value": {func(o *inject.Overrides) { o.Replace(service.User, inject.Func(overNow, "here:1")) }, "User is declared nowhere as that function value"},
		"another result": {func(o *inject.Overrides) {
			o.Replace(overNow, inject.Func(func() int { return 1 }, "here:1"))
		}, "stands in for overNow, whose *dependencies_test.overClock is needed here, but its results are (int)"},
	} {
		t.Run(name, func(t *testing.T) {
			var o inject.Overrides
			c.declare(&o)
			if _, _, _, _, err := app.WithOverrides(t.Context(), &o); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %s in it", err, c.want)
			}
		})
	}
	if _, ok := built.Load("builds"); ok {
		t.Error("the refused override has built a value")
	}
}

// An override of a provider or guard that no route needs replaces it all the same: it is no mistake.
func TestOverrideOfUnneededIsLegal(t *testing.T) {
	t.Parallel()
	for name, app := range map[string]*brio.App{
		"provider": brio.New(testkit.Quiet(), brio.Provide(overNow)), "guard": brio.New(testkit.Quiet(), brio.Depends(overNow)),
	} {
		app.Include(brio.NewRouter())
		briotest.New(t, app, briotest.Override(func() *overClock { return &overClock{"noon"} })).Get("/").Status(404)
		if t.Failed() {
			t.Fatal(name)
		}
	}
}

// An override gives nothing that the app does not give: such an app would start in tests only. Overrides may take results of each other.
func TestOverrideMakesNoOrigin(t *testing.T) {
	t.Parallel()
	app := brio.New(testkit.Quiet())
	app.Get("/", func(c *overClock) string { return c.at })
	var o inject.Overrides
	o.ByType(inject.Value(&overClock{"noon"}, "here:1"))
	if _, _, _, _, err := app.WithOverrides(t.Context(), &o); err == nil || !strings.Contains(err.Error(), "parameter 1 (*dependencies_test.overClock) has no origin") {
		t.Errorf("got %v", err)
	}
	app = brio.New(testkit.Quiet())
	app.Get("/", func(m overMailer) string { return m.Mail() })
	o = inject.Overrides{}
	o.ByType(inject.Func(func() overMailer { return &overFake{"ann"} }, "here:1"))
	if _, _, _, _, err := app.WithOverrides(t.Context(), &o); err == nil || !strings.Contains(err.Error(), "has no origin") {
		t.Errorf("interface: got %v", err)
	}
	app = brio.New(testkit.Quiet(), brio.Supply(&overClock{"now"}))
	app.Get("/", func(c *overClock) string { return c.at })
	briotest.New(t, app, briotest.Override(func(text string) *overClock { return &overClock{text} }), briotest.Supply("noon")).Get("/").Status(200).Body(`"noon"`)
}

// No client sees the overrides of another, and neither does the app. Values that are built at start and not overridden are
// shared.
func TestOverridesAreOfOneClient(t *testing.T) {
	var mu sync.Mutex
	builds := 0
	app := brio.New(testkit.Quiet(), brio.Provide(overNow, overCurrentUser), brio.SupplyFunc(func(context.Context) (*overDB, func(context.Context) error, error) {
		mu.Lock()
		defer mu.Unlock()
		builds++
		return &overDB{"db"}, nil, nil
	}))
	router := brio.NewRouter(brio.Prefix("/r"))
	router.Get("/", func(u *overUser, at *overClock) string { return u.Name + " at " + at.at })
	app.Include(router)
	var group sync.WaitGroup
	for n := range 64 {
		group.Go(func() {
			name := fmt.Sprint("client ", n)
			opts := []briotest.Option{briotest.Override(func(db *overDB) *overUser { return &overUser{name + " of " + db.name} })}
			want := name + " of db at now"
			switch n % 3 {
			case 1:
				opts, want = append(opts, briotest.Supply(&overDB{name})), name+" of "+name+" at now"
			case 2:
				opts, want = append(opts, briotest.Override(briotest.Replace(overNow, func() *overClock { return &overClock{name} }))), name+" of db at "+name
			}
			c := briotest.New(t, app, opts...)
			for range 20 {
				c.Get("/r/").Send().Body(`"` + want + `"`)
				testkit.WantBody(t, testkit.Get(app, "/r/"), `"user of db at now"`)
			}
		})
	}
	testkit.Wait(t, &group, "the requests")
	if want := 64 - 21 + 1; builds != want { // 21 clients supply their own; the app builds once
		t.Errorf("builds: got %d, want %d", builds, want)
	}
}

// A client without overrides serves a request with as many allocations as the app.
func TestOverridesCostNothingUnused(t *testing.T) {
	app := brio.New(testkit.Quiet(), brio.Provide(overNow))
	app.Get("/", func(*overClock) {})
	plain, _, _, _, err := app.WithOverrides(t.Context(), &inject.Overrides{})
	if err != nil {
		t.Fatal(err)
	}
	r, w := httptest.NewRequest("GET", "/", nil), httptest.NewRecorder()
	fewest := func(h http.Handler) float64 { // of 50 runs, because the race detector empties pools at random
		n := 1e9
		for range 50 {
			n = min(n, testing.AllocsPerRun(1, func() { h.ServeHTTP(w, r) }))
		}
		return n
	}
	own, client := fewest(app), fewest(plain)
	if own != client {
		t.Errorf("allocations: got %v in a client without overrides, want %v as in the app", client, own)
	}
}
