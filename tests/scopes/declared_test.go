package scopes_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
	"github.com/brio-go/brio/dependencies"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/middleware"
	"github.com/brio-go/brio/security"
)

type holder struct{ scopes []string }

func (u *holder) Scopes() []string { return u.scopes }

var (
	bearer = security.OAuth2PasswordBearer("token", map[string]string{"me": "Me", "items": "Items", "admin": "Everything"})

	plainUser      = func(t *security.Token) (*holder, error) { return &holder{strings.Split(t.Value, ",")}, nil }
	checkingHolder = func(t *security.Token, s brio.Scopes) (*holder, error) {
		u := &holder{strings.Split(t.Value, ",")}
		for _, want := range s {
			if !slices.Contains(u.scopes, want) {
				return nil, security.InsufficientScope(s)
			}
		}
		return u, nil
	}
	check = security.RequireScopes((*holder).Scopes, bearer)
)

type owner struct{ *holder }

// TestUncheckedScopesAreMistakes: what Security and Scoped ask for is checked only by a function on the way that
// takes brio.Scopes. Credentials with scopes of their own do not count. The mistake has the place of the option.
func TestUncheckedScopesAreMistakes(t *testing.T) {
	handler := func() string { return "secret" }
	for _, c := range []struct {
		name    string
		declare func(app *brio.App)
		opts    []brio.AppOption
		want    string // in the report; "": there is none
	}{
		{"a guard without scopes", func(app *brio.App) { app.Get("/x", handler, brio.Security(plainUser, "admin")) }, nil, "admin"},
		{"the scheme alone", func(app *brio.App) { app.Get("/x", handler, brio.Security(bearer, "admin")) }, nil, "admin"},
		{"a guard that needs none", func(app *brio.App) { app.Get("/x", handler, brio.Security(func() error { return nil }, "admin")) }, nil, "admin"},
		{"credentials with scopes of their own", func(app *brio.App) {
			app.Get("/x", handler, brio.Security(func(u *holder) error { return nil }, "admin"), brio.Provide(plainUser))
		}, nil, "admin"},
		{"on the app", nil, []brio.AppOption{brio.Security(plainUser, "items")}, "items"},
		{"on a router", func(app *brio.App) {
			r := brio.NewRouter(brio.Prefix("/r"), brio.Security(plainUser, "items"))
			r.Get("/x", handler)
			app.Include(r)
		}, nil, "items"},
		{"on an include", func(app *brio.App) {
			r := brio.NewRouter(brio.Prefix("/r"))
			r.Get("/x", handler)
			app.Include(r, brio.Security(plainUser, "items"))
		}, nil, "items"},
		{"Scoped, provided", func(app *brio.App) {
			app.Get("/x", func(*holder) string { return "" }, brio.Provide(brio.Scoped(plainUser, "me")))
		}, nil, "me"},
		{"Scoped, a guard", func(app *brio.App) { app.Get("/x", handler, brio.Depends(brio.Scoped(plainUser, "me"))) }, nil, "me"},
		{"the handler takes them, but is not on the way", func(app *brio.App) {
			app.Get("/x", func(brio.Scopes) string { return "" }, brio.Security(plainUser, "me"))
		}, nil, "me"},
		{"another guard takes them", func(app *brio.App) {
			app.Get("/x", handler, brio.Security(plainUser, "me"), brio.Security(check, "items"), brio.Provide(plainUser))
		}, nil, "scopes me "},
		{"a wrapped guard", func(app *brio.App) { app.Get("/x", handler, brio.Security(brio.NoCache(plainUser), "me")) }, nil, "me"},

		{"RequireScopes", func(app *brio.App) { app.Get("/x", handler, brio.Security(check, "admin"), brio.Provide(plainUser)) }, nil, ""},
		{"a function that takes them", func(app *brio.App) { app.Get("/x", handler, brio.Security(checkingHolder, "admin")) }, nil, ""},
		{"something that the guard needs takes them", func(app *brio.App) {
			app.Get("/x", handler, brio.Security(func(*holder) {}, "admin"), brio.Provide(checkingHolder))
		}, nil, ""},
		{"a decorated dependency takes them", func(app *brio.App) {
			r := brio.NewRouter(brio.Provide(func(u *holder) *holder { return u }))
			r.Get("/x", handler, brio.Security(func(*holder) {}, "admin"))
			app.Include(r)
		}, []brio.AppOption{brio.Provide(checkingHolder)}, ""},
		{"through a decorated dependency, Scoped", func(app *brio.App) {
			app.Get("/x", func(*owner) string { return "" }, brio.Provide(brio.Scoped(func(u *holder) *owner { return &owner{u} }, "me")))
		}, []brio.AppOption{brio.Provide(checkingHolder)}, ""},
		{"no scopes", func(app *brio.App) { app.Get("/x", handler, brio.Security(plainUser)) }, nil, ""},
	} {
		app := brio.New(append([]brio.AppOption{brio.Provide(bearer)}, c.opts...)...)
		if c.declare != nil {
			c.declare(app)
		} else {
			app.Get("/x", handler)
		}
		err := app.Check()
		if (err != nil) != (c.want != "") {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if err == nil {
			continue
		}
		text := err.Error()
		for _, part := range []string{"1 mistake", c.want, "nothing checks them", "declared_test.go", "legal: ", "RequireScopes"} {
			if !strings.Contains(text, part) {
				t.Errorf("%s: the report lacks %q:\n%s", c.name, part, text)
			}
		}
	}
}

// TestUndeclaredScopesAreMistakes: for OAuth2 alone, since other schemes declare none. Each is reported once,
// at the option that asks for it.
func TestUndeclaredScopesAreMistakes(t *testing.T) {
	find := func(t *security.Token, s brio.Scopes) {}
	findAny := func(t *security.Authorization, s brio.Scopes) {}
	for _, c := range []struct {
		name string
		opts []brio.AppOption
		want []string
	}{
		{"declared", []brio.AppOption{brio.Provide(bearer), brio.Security(checkingHolder, "me", "admin")}, nil},
		{"misspelled", []brio.AppOption{brio.Provide(bearer), brio.Security(checkingHolder, "me", "amdin")}, []string{`the scope "amdin"`, "OAuth2PasswordBearer", "admin, items, me"}},
		{"none declared", []brio.AppOption{brio.Provide(security.OAuth2PasswordBearer("token", nil)), brio.Security(find, "me")}, []string{`the scope "me"`, "declares none"}},
		{"of several flows", []brio.AppOption{brio.Provide(security.OAuth2(security.Flows{
			Password: &security.Flow{TokenURL: "t", Scopes: map[string]string{"a": ""}}, ClientCredentials: &security.Flow{TokenURL: "t", Scopes: map[string]string{"b": ""}},
		})), brio.Security(findAny, "a", "b")}, nil},
		{"further in", []brio.AppOption{brio.Provide(bearer, brio.Scoped(checkingHolder, "you")), brio.Security(func(*holder) {}, "me")}, []string{`the scope "you"`}},
		{"one of AnyOf", []brio.AppOption{
			brio.Security(func(_ *security.Credentials, _ brio.Scopes) {}, "me", "x"), brio.Provide(security.AnyOf(bearer, security.APIKeyHeader("X-Key")))}, []string{`the scope "x"`}},
		{"not OAuth2", []brio.AppOption{brio.Provide(security.HTTPBearer()), brio.Security(find, "role")}, nil},
		{"OpenID Connect", []brio.AppOption{brio.Provide(security.OpenIDConnect("https://issuer.example/x")), brio.Security(findAny, "role")}, nil},
	} {
		app := brio.New(c.opts...)
		app.Get("/x", func() string { return "" })
		app.Get("/y", func() string { return "" })
		err := app.Check()
		if (err != nil) != (c.want != nil) {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		for _, part := range c.want {
			if !strings.Contains(err.Error(), part) || !strings.Contains(err.Error(), "1 mistake") || !strings.Contains(err.Error(), "declared_test.go") {
				t.Errorf("%s: the report lacks %q:\n%v", c.name, part, err)
			}
		}
	}
}

// TestScopesAddUp: those of app, include, router and route, and of Scoped further in, all reach the function that checks,
// outermost first, also through a dependency that decorates another of its type.
func TestScopesAddUp(t *testing.T) {
	scheme := security.OAuth2PasswordBearer("token", map[string]string{"app": "", "include": "", "router": "", "route": "", "inner": "", "deep": ""})
	var got []string
	checkUser := func(_ *security.Token, s brio.Scopes) *holder {
		got = append(got, s.String())
		return &holder{}
	}
	guard := func(*owner) {}
	app := brio.New(brio.Provide(scheme, brio.Scoped(checkUser, "deep")), brio.Security(guard, "app"))
	r := brio.NewRouter(brio.Security(guard, "router"), brio.Provide(func(u *holder) *holder { return u }))
	r.Get("/x", func() string { return "" }, brio.Security(guard, "route"))
	app.Include(r, brio.Security(guard, "include"), brio.Provide(brio.Scoped(func(u *holder) *owner { return &owner{u} }, "inner")))
	testkit.WantStatus(t, testkit.Get(app, "/x", "Authorization", "Bearer x"), 200)
	want := "[app inner deep include inner deep router inner deep route inner deep]"
	if fmt.Sprint(got) != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

// TestUncheckedScopesAreDocumentedUnderFastAPICompat: as FastAPI does, also where the app has the guard already, which then
// is resolved once.
func TestUncheckedScopesAreDocumentedUnderFastAPICompat(t *testing.T) {
	guard := func(*security.Token) {}
	outer := func(*holder) {}
	for _, c := range []struct {
		name    string
		declare func(opts ...brio.AppOption) *brio.App
		want    string
	}{
		{"a guard of the app as well", func(opts ...brio.AppOption) *brio.App {
			app := brio.New(append(opts, brio.Provide(bearer), brio.Depends(guard))...)
			app.Get("/x", func() int { return 1 }, brio.Security(guard, "read"))
			return app
		}, `[{"OAuth2PasswordBearer":["read"]}]`},
		{"what the guard needs is shared", func(opts ...brio.AppOption) *brio.App {
			app := brio.New(append(opts, brio.Provide(bearer, plainUser), brio.Depends(func(*holder) {}))...)
			app.Get("/x", func() int { return 1 }, brio.Security(outer, "read", "b"), brio.Security(outer, "a"))
			return app
		}, `[{"OAuth2PasswordBearer":["read","b","a"]}]`},
		{"further in", func(opts ...brio.AppOption) *brio.App {
			app := brio.New(append(opts, brio.Provide(bearer, brio.Scoped(plainUser, "deep")), brio.Depends(outer))...)
			app.Get("/x", func() int { return 1 }, brio.Security(outer, "read"))
			return app
		}, `[{"OAuth2PasswordBearer":["deep","read"]}]`},
	} {
		if err := c.declare().Check(); err == nil {
			t.Errorf("%s: no mistake by default", c.name)
		}
		for _, opt := range []brio.AppOption{brio.FastAPICompat(), brio.UncheckedScopes()} {
			if got := securityOf(t, c.declare(opt)); got != c.want {
				t.Errorf("%s: got %s, want %s", c.name, got, c.want)
			}
		}
	}
}

func securityOf(t *testing.T, app *brio.App) string {
	t.Helper()
	var d struct {
		Paths map[string]map[string]struct{ Security json.RawMessage }
	}
	w := testkit.Get(app, "/openapi.json")
	if err := json.Unmarshal(w.Body.Bytes(), &d); err != nil {
		t.Fatal(err, w.Body)
	}
	return string(d.Paths["/x"]["get"].Security)
}

// TestOverridesMayLeaveScopesUnchecked: a test puts a user in the place of what checks.
func TestOverridesMayLeaveScopesUnchecked(t *testing.T) {
	app := brio.New(brio.Provide(bearer))
	app.Get("/x", func() string { return "x" }, brio.Security(checkingHolder, "admin"))
	client := briotest.New(t, app, briotest.Override(func() *holder { return &holder{} }))
	client.Get("/x").Status(200)
}

// TestProvidersInUseAreNoWarning: a function that runs for a route is needed, in whatever option it stands.
func TestProvidersInUseAreNoWarning(t *testing.T) {
	other := func(*security.Token, brio.Scopes) (*owner, error) { return nil, nil }
	for _, c := range []struct {
		name    string
		declare func(app *brio.App)
		opts    []brio.AppOption
		want    int // warnings
	}{
		{"Security", func(app *brio.App) { app.Get("/x", func() string { return "" }, brio.Security(checkingHolder, "me")) }, []brio.AppOption{brio.Provide(bearer, checkingHolder)}, 0},
		{"Depends", func(app *brio.App) { app.Get("/x", func() string { return "" }, brio.Depends(checkingHolder)) }, []brio.AppOption{brio.Provide(bearer, checkingHolder)}, 0},
		{"a scheme", func(app *brio.App) { app.Get("/x", func() string { return "" }, brio.Depends(bearer)) }, []brio.AppOption{brio.Provide(bearer)}, 0},
		{"wrapped", func(app *brio.App) {
			app.Get("/x", func() string { return "" }, brio.Depends(brio.NoCache(checkingHolder)))
		}, []brio.AppOption{brio.Provide(bearer, brio.Scoped(checkingHolder, "me"))}, 0},
		{"by type", func(app *brio.App) { app.Get("/x", func(*holder) string { return "" }) }, []brio.AppOption{brio.Provide(bearer, checkingHolder)}, 0},
		{"not at all", func(app *brio.App) { app.Get("/x", func() string { return "" }) }, []brio.AppOption{brio.Provide(bearer, checkingHolder, other)}, 3},
	} {
		var log testkit.Log
		app := brio.New(append(c.opts, brio.Logger(log.Logger()))...)
		c.declare(app)
		start(t, app)
		if n := log.Lines("no route needs"); n != c.want {
			t.Errorf("%s: %d warnings\n%s", c.name, n, log.String())
		}
	}
}

type database struct{}

// TestSuppliedNilIsWarning: every use of it would panic.
func TestSuppliedNilIsWarning(t *testing.T) {
	for name, v := range map[string]any{"pointer": (*database)(nil), "map": map[string]int(nil), "func": (func())(nil)} {
		var log testkit.Log
		app := brio.New(brio.Supply(v), brio.Logger(log.Logger()))
		app.Get("/x", func() string { return "" })
		start(t, app)
		if log.Lines("a supplied value is nil") != 1 || !strings.Contains(log.String(), "declared_test.go") {
			t.Errorf("%s: %s", name, log.String())
		}
	}
	var log testkit.Log
	app := brio.New(brio.Supply(&database{}, 0, ""), brio.Logger(log.Logger()))
	start(t, app)
	if log.Lines("nil") != 0 {
		t.Error(log.String())
	}
}

func start(t *testing.T, app *brio.App) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	stop()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := app.Serve(ctx, l); err != nil {
		t.Fatal(err)
	}
}

// TestCORSWarnsOfAnyOrigin: "*" with credentials, on whatever level, once.
func TestCORSWarnsOfAnyOrigin(t *testing.T) {
	cors := func(origin string, credentials bool) brio.Option {
		return brio.Use(middleware.CORS(middleware.CORSOptions{AllowOrigins: []string{origin}, AllowCredentials: credentials}))
	}
	for _, c := range []struct {
		name         string
		app, further brio.Option
		want         int
	}{
		{"on the app", cors("*", true), brio.Tags(), 1},
		{"on a router", brio.Tags(), cors("*", true), 1},
		{"on both", cors("*", true), cors("*", true), 1},
		{"without credentials", cors("*", false), cors("*", false), 0},
		{"one origin", cors("https://app.example.com", true), brio.Tags(), 0},
	} {
		var log testkit.Log
		app := brio.New(c.app, brio.Logger(log.Logger()))
		r := brio.NewRouter(c.further)
		r.Get("/x", func() string { return "" })
		app.Include(r)
		start(t, app)
		if n := log.Lines("every page on the web"); n != c.want {
			t.Errorf("%s: %d warnings\n%s", c.name, n, log.String())
		}
	}
}

// TestOptionalSchemesDeclareTheirRefusal: an optional scheme refuses what was sent for it and cannot be read. The document
// has that status; a scheme that takes whatever is sent has none.
func TestOptionalSchemesDeclareTheirRefusal(t *testing.T) {
	for _, c := range []struct {
		scheme    security.Scheme
		malformed string // Authorization
		status    int    // 0: nothing is refused
	}{
		{security.HTTPBearer(security.Optional()), "Bearer", 401},
		{security.HTTPBasic(security.Optional()), "Basic %", 401},
		{security.HTTPBasic(security.Optional(), security.Status(403)), "Basic %", 403},
		{security.OAuth2PasswordBearer("t", nil, security.Optional()), "Bearer ", 401},
		{security.OpenIDConnect("https://x.example/y", security.Optional()), "x", 401},
		{security.AnyOf(security.APIKeyHeader("X-Key"), security.HTTPBearer(security.Optional())), "Bearer", 401},
		{security.APIKeyHeader("X-Key", security.Optional()), "", 0},
		{security.AnyOf(security.APIKeyHeader("X-Key", security.Optional()), security.APIKeyQuery("key")), "", 0},
	} {
		app := brio.New(brio.Depends(c.scheme))
		app.Get("/x", func() string { return "" })
		testkit.WantStatus(t, testkit.Get(app, "/x"), 200)
		var statuses []string
		for status := range app.OpenAPI().Paths["/x"].Operations["get"].Responses {
			if status[0] == '4' {
				statuses = append(statuses, status)
			}
		}
		if c.status == 0 {
			if len(statuses) != 0 {
				t.Errorf("%s: %v", c.scheme.ProviderName(), statuses)
			}
			continue
		}
		testkit.WantStatus(t, testkit.Get(app, "/x", "Authorization", c.malformed), c.status)
		if fmt.Sprint(statuses) != fmt.Sprint([]int{c.status}) {
			t.Errorf("%s: %v", c.scheme.ProviderName(), statuses)
		}
	}
}

var _ dependencies.Source = bearer

// TestPasswordFormUnderFastAPICompat: FastAPI writes format beside anyOf, since its form has it as json_schema_extra.
func TestPasswordFormUnderFastAPICompat(t *testing.T) {
	app := brio.New(brio.FastAPICompat())
	app.Post("/token", func(*security.PasswordForm) int { return 1 })
	var d struct {
		Components struct {
			Schemas map[string]struct{ Properties map[string]json.RawMessage }
		}
	}
	if err := json.Unmarshal(testkit.Get(app, "/openapi.json").Body.Bytes(), &d); err != nil {
		t.Fatal(err)
	}
	for _, schema := range d.Components.Schemas {
		if text := string(schema.Properties["client_secret"]); text != "" {
			var got any
			_ = json.Unmarshal([]byte(text), &got)
			if want := "map[anyOf:[map[type:string] map[type:null]] format:password title:Client Secret]"; fmt.Sprint(got) != want {
				t.Errorf("got %v, want %s", got, want)
			}
			return
		}
	}
	t.Error("no form in the document")
}
