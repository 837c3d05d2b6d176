package routing_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
)

func listThings() *brio.Response { return response.Text("things") }

// TestIncludeJoinsPrefixes: a router may be included several times, and routes may be added to it after that. The path of a
// route is the prefixes of its routers and includes, and its own. Links have the path of the first include.
func TestIncludeJoinsPrefixes(t *testing.T) {
	t.Parallel()
	leaf := brio.NewRouter(brio.Prefix("/leaf"))
	leaf.Get("", replyText("leaf"))
	leaf.Get("/{id}", func(in struct {
		Shop string `path:"shop"`
		ID   int    `path:"id"`
	}) *brio.Response {
		return response.Text(fmt.Sprint(in.Shop, in.ID))
	}, brio.Name("leafByID"))
	middle := brio.NewRouter(brio.Prefix("/shops/{shop}"))
	middle.Include(leaf, brio.Prefix("/in"))
	app := brio.New(testkit.Quiet())
	app.Include(middle, brio.Prefix("/v1"))
	app.Include(middle, brio.Prefix("/v2"))
	plain := new(brio.Router)
	app.Include(plain)
	leaf.Get("/late/", replyText("late"))
	plain.Get("/", listThings)
	plain.Post("/", func() {})
	wantAnswers(t, app, []answer{
		{request: "GET /v1/shops/a/in/leaf", status: 200, body: "leaf"},
		{request: "GET /v2/shops/a/in/leaf/7", status: 200, body: "a7"},
		{request: "GET /v1/shops/a/in/leaf/late/", status: 200, body: "late"},
		{request: "GET /", status: 200, body: "things"},
		{request: "GET /shops/a/in/leaf", status: 404, body: notFound},
	})

	var routes []string
	for _, r := range app.Routes() {
		routes = append(routes, r.Method+" "+r.Path+" "+r.Name)
	}
	want := "GET /v1/shops/{shop}/in/leaf get /v1/shops/{shop}/in/leaf, GET /v1/shops/{shop}/in/leaf/{id} leafByID, GET /v1/shops/{shop}/in/leaf/late/ get /v1/shops/{shop}/in/leaf/late/, " +
		"GET /v2/shops/{shop}/in/leaf get /v2/shops/{shop}/in/leaf, GET /v2/shops/{shop}/in/leaf/{id} leafByID, GET /v2/shops/{shop}/in/leaf/late/ get /v2/shops/{shop}/in/leaf/late/, " +
		"GET / listThings, POST / post /"
	if got := strings.Join(routes, ", "); got != want {
		t.Errorf("routes\n%s\nwant\n%s", got, want)
	}
	for _, u := range []struct {
		name   string
		params []any
		want   string // the link, or a part of the error
	}{
		{"leafByID", []any{"shop", "a b", "id", 7}, "/v1/shops/a%20b/in/leaf/7"},
		{"listThings", nil, "/"},
		{"leafByID", []any{"shop", "a"}, "no value for {id}"},
		{"leafByID", []any{"shop"}, "name, value pairs"},
		{"leafByID", []any{1, 2}, "names are strings"},
		{"leafByID", []any{"shop", "..", "id", 7}, "dot segment"},
		{"leafByID", []any{"shop", "a", "id", 7, "x", 1}, `no wildcard "x"`},
		{"nobody", nil, `no route is called "nobody"`},
	} {
		got, err := app.URL(u.name, u.params...)
		if err != nil {
			got = err.Error()
		}
		if got != u.want && (err == nil || !strings.Contains(got, u.want)) {
			t.Errorf("URL(%q, %v): %q, want %q", u.name, u.params, got, u.want)
		}
	}
}

type thingStore struct{ name string }

func (s *thingStore) List() *brio.Response { return response.Text(s.name) }

func listOf[T any]() *brio.Response { return response.Text(fmt.Sprintf("%T", *new(T))) }

// TestRouteIsNamedAfterHandler: a route has the name of its function or method, without package and type arguments. Name
// wins, and a function literal has none. Methods and Place describe the declaration.
func TestRouteIsNamedAfterHandler(t *testing.T) {
	t.Parallel()
	app := brio.New()
	for _, c := range []struct {
		route *brio.Route
		want  string
	}{
		{app.Get("/a", listThings), "listThings"},
		{app.Get("/b", (&thingStore{}).List), "List"},
		{app.Get("/c", listOf[map[string][]int]), "listOf"},
		{app.Get("/d", listThings, brio.Name("all things")), "all things"},
		{app.Get("/e", func() {}), ""},
		{app.Get("/f", brio.NewRouter), "NewRouter"},
	} {
		if got := c.route.Name(); got != c.want {
			t.Errorf("%s: got %q, want %q", c.route.Path(), got, c.want)
		}
	}
	r := app.Handle([]string{"get", "post"}, "/g", listThings)
	methods := r.Methods()
	methods[0] = "X"
	if got := strings.Join(r.Methods(), " "); got != "GET POST" || !strings.HasPrefix(r.Place(), strings.TrimSuffix(testkit.Place(-3), ": ")) {
		t.Errorf("got the methods %q and the place %s", got, r.Place())
	}
}

// TestRouteInfoDescribesRequestedRoute: a handler may take a *RouteInfo, with the method of the route that matched; HEAD
// matches that of GET. Each request has its own copy.
func TestRouteInfoDescribesRequestedRoute(t *testing.T) {
	t.Parallel()
	app := brio.New(testkit.Quiet(), brio.Tags("app"))
	var kept []*brio.RouteInfo
	handler := func(info *brio.RouteInfo) *brio.Response {
		kept = append(kept, info)
		return response.Text(fmt.Sprintf("%s %s %s %q", info.Method, info.Path, info.Name, info.Tags))
	}
	app.Handle([]string{"GET", "PUT"}, "/{id}", handler, brio.Name("n"), brio.Tags("route"))
	for _, method := range []string{"GET", "PUT"} {
		testkit.WantBody(t, testkit.Do(app, method, "/1", ""), method+` /{id} n ["app" "route"]`)
	}
	testkit.WantStatus(t, testkit.Do(app, "HEAD", "/1", ""), 200)
	kept[0].Tags[0] = "changed"
	if kept[1].Tags[0] != "app" || kept[2].Method != "GET" {
		t.Errorf("%+v %+v", kept[1], kept[2])
	}
}

// TestDeclarationAfterServingPanics: an app that has served takes no further declarations. The panic names the line of the
// declaration. Routes, URL and Check may still be called.
func TestDeclarationAfterServingPanics(t *testing.T) {
	t.Parallel()
	app := brio.New(testkit.Quiet())
	r := brio.NewRouter()
	r.Get("/", listThings)
	app.Include(r)
	testkit.WantStatus(t, testkit.Get(app, "/"), 200)
	app.Routes()
	if _, err := app.URL("listThings"); err != nil || app.Check() != nil {
		t.Error(err, app.Check())
	}
	var at string
	for name, add := range map[string]func(){
		"route":          func() { at = testkit.Place(0); app.Get("/x", listThings) },
		"router's route": func() { at = testkit.Place(0); r.Post("/x", listThings) },
		"handle":         func() { at = testkit.Place(0); r.Handle([]string{"GET"}, "/x", listThings) },
		"include":        func() { at = testkit.Place(0); r.Include(brio.NewRouter()) },
		"use":            func() { at = testkit.Place(0); app.Use(func(next http.Handler) http.Handler { return next }) },
	} {
		func() {
			defer func() {
				if text, _ := recover().(string); !strings.HasPrefix(text, "brio: "+at) || !strings.Contains(text, "declare everything first") {
					t.Errorf("%s: panic %q, want %q", name, text, at)
				}
			}()
			add()
		}()
	}
	testkit.WantStatus(t, testkit.Get(app, "/x"), 404)
}

// TestMiddlewareIsBuiltByFirstRequest: Check and Routes compile the app without calling its middleware. The first request
// calls each once.
func TestMiddlewareIsBuiltByFirstRequest(t *testing.T) {
	t.Parallel()
	built := 0
	app := brio.New(testkit.Quiet())
	app.Get("/", listThings, brio.Use(func(next http.Handler) http.Handler { built++; return next }))
	for range 3 {
		if err := app.Check(); err != nil {
			t.Fatal(err)
		}
		app.Routes()
	}
	testkit.WantStatus(t, testkit.Get(app, "/"), 200)
	testkit.WantStatus(t, testkit.Get(app, "/"), 200)
	if built != 1 {
		t.Errorf("built %d times, want once", built)
	}
}
