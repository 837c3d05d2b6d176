package routing_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/openapi/spec"
	"github.com/brio-go/brio/response"
)

// The tests of this file are the rows of FastAPI's table of routers, with FastAPICompat where a client can see the difference.
// TestIncludeJoinsPrefixes has prefixes and routes that are declared after Include, TestRouteInheritsFromAncestors the order of tags and
// dependencies, the reports of tests/startup wrong prefixes, the empty path and a router in itself, TestLifespansOfRoutersNest lifespans.

// order is a model of responses. Its description tells entries apart.
type order struct {
	ID int `json:"id"`
}

func operation(t *testing.T, app *brio.App, path string) *spec.Operation {
	t.Helper()
	doc := app.OpenAPI()
	if doc == nil || doc.Paths[path] == nil || doc.Paths[path].Operations["get"] == nil {
		t.Fatalf("no GET %s: %v", path, app.Check())
	}
	return doc.Paths[path].Operations["get"]
}

// include_router merges responses by status, and a more specific entry takes the place of the whole other one. Callbacks add up.
func TestIncludeMergesResponsesAndCallbacks(t *testing.T) {
	t.Parallel()
	callback := func(name string) brio.Option {
		r := brio.NewRouter()
		r.Post("{$request.query.url}/"+name, func() {}, brio.Name(name))
		return brio.Callbacks(name, r)
	}
	header := spec.Response{Headers: map[string]any{"X-Outer": &spec.Header{Description: "outer"}}}
	router := brio.NewRouter(brio.Prefix("/orders"), callback("ofRouter"),
		brio.Responds[order](404, "of the router", header), brio.Responds[order](418, "of the router"))
	router.Get("/mine", func() {}, callback("ofRoute"), brio.Responds[brio.NoContent](404, "of the route"), brio.Responds[order](403, "of the route"))
	app := brio.New(testkit.Quiet(), brio.FastAPICompat(), callback("ofApp"), brio.Responds[order](404, "of the app"), brio.Responds[order](402, "of the app"))
	app.Include(router, callback("ofInclude"), brio.Responds[order](418, "of the include"), brio.Responds[order](401, "of the include"))
	op := operation(t, app, "/orders/mine")
	got := map[string]string{}
	for status, r := range op.Responses {
		got[status] = r.Description
	}
	want := map[string]string{"200": "Successful Response", "401": "of the include", "402": "of the app", "403": "of the route", "404": "of the route", "418": "of the router"}
	if !maps.Equal(got, want) {
		t.Errorf("responses: got %v, want %v", got, want)
	}
	if r := op.Responses["404"]; len(r.Headers) > 0 || len(r.Content) > 0 {
		t.Errorf("the entry of the route has parts of outer ones: %+v", r)
	}
	if names := slices.Sorted(maps.Keys(op.Callbacks)); !slices.Equal(names, []string{"ofApp", "ofInclude", "ofRoute", "ofRouter"}) {
		t.Errorf("callbacks: %v", names)
	}
}

// deprecated is true if one level says so, include_in_schema is false if one level says so. Of response class, operation ids and the
// check of the media type the nearest level counts: route, router, include, parent, app.
func TestIncludeMergesSwitches(t *testing.T) {
	t.Parallel()
	ids := func(prefix string) brio.Option {
		return brio.OperationIDs(func(r brio.RouteInfo) string { return prefix + "_" + r.Name })
	}
	route := func(name string, options ...brio.RouteOption) func(*brio.Router) {
		return func(r *brio.Router) {
			r.Get("/"+name, func() string { return "<p>" }, append(options, brio.Name(name))...)
			r.Post("/"+name, func(in *brio.Body[order]) string { return "<p>" }, append(options, brio.Name("post_"+name))...)
		}
	}
	html, text := brio.ResponseClass(response.HTMLClass), brio.ResponseClass(response.TextClass)
	for _, tc := range []struct {
		name                                string
		app, parent, include, router, route []brio.Option
		deprecated, hidden                  bool
		id, class                           string
		status                              int // of a body without a media type
	}{
		{name: "nothing", id: "x_x_get", class: "application/json", status: 422},
		{name: "app", app: []brio.Option{ids("app"), html, brio.StrictContentType(false), brio.Deprecated()}, deprecated: true, id: "app_x", class: "text/html", status: 200},
		{name: "parent before app", app: []brio.Option{ids("app"), html}, parent: []brio.Option{ids("parent"), text}, id: "parent_x", class: "text/plain", status: 422},
		{name: "include before parent", parent: []brio.Option{ids("parent"), text, brio.Hidden()}, include: []brio.Option{ids("include"), html, brio.StrictContentType(false)}, hidden: true, id: "include_x", class: "text/html", status: 200},
		{name: "router before include", include: []brio.Option{ids("include"), html, brio.StrictContentType(false)}, router: []brio.Option{ids("router"), text, brio.StrictContentType(true), brio.Deprecated()}, deprecated: true, id: "router_x", class: "text/plain", status: 422},
		{name: "route before router", router: []brio.Option{ids("router"), text, brio.StrictContentType(true)}, route: []brio.Option{ids("route"), html, brio.StrictContentType(false)}, id: "route_x", class: "text/html", status: 200},
		{name: "false takes nothing back", app: []brio.Option{brio.Deprecated(), brio.Hidden()}, route: []brio.Option{brio.Deprecated(false), brio.Hidden(false)}, deprecated: true, hidden: true, id: "x_x_get", class: "application/json", status: 422},
	} {
		t.Run(tc.name, func(t *testing.T) {
			appOptions := []brio.AppOption{testkit.Quiet(), brio.FastAPICompat(), brio.Document("/all.json", brio.WithHidden())}
			for _, o := range tc.app {
				appOptions = append(appOptions, o)
			}
			var routeOptions []brio.RouteOption
			for _, o := range tc.route {
				routeOptions = append(routeOptions, o)
			}
			app, parent, router := brio.New(appOptions...), brio.NewRouter(routerOptions(tc.parent)...), brio.NewRouter(routerOptions(tc.router)...)
			route("x", routeOptions...)(router)
			parent.Include(router, routerOptions(tc.include)...)
			app.Include(parent)
			if err := app.Check(); err != nil {
				t.Fatal(err)
			}
			if hidden := app.OpenAPI().Paths["/x"] == nil; hidden != tc.hidden {
				t.Errorf("hidden: %t, want %t", hidden, tc.hidden)
			}
			all := testkit.Get(app, "/all.json").Body.String()
			_, all, _ = strings.Cut(all, `"get":`)
			if !strings.Contains(all, `"operationId":"`+tc.id+`"`) || strings.Contains(all, `"deprecated":true`) != tc.deprecated {
				t.Errorf("want the id %s, deprecated %t in\n%s", tc.id, tc.deprecated, all)
			}
			if got := testkit.Get(app, "/x").Header().Get("Content-Type"); !strings.HasPrefix(got, tc.class) {
				t.Errorf("class: %s, want %s", got, tc.class)
			}
			testkit.WantStatus(t, testkit.Do(app, "POST", "/x", `{"id":1}`), tc.status)
		})
	}
}

// A router that is included twice has routes with ids of their own.
func TestIncludeTwiceHasDistinctOperations(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string][]brio.AppOption{"default": nil, "compat": {brio.FastAPICompat()}} {
		items := brio.NewRouter(brio.Prefix("/items"))
		items.Get("/{id}", func(in *struct {
			ID int `path:"id"`
		}) int {
			return in.ID
		}, brio.Name("readItem"))
		app := brio.New(append(opts, testkit.Quiet())...)
		app.Include(items, brio.Prefix("/v1"))
		app.Include(items, brio.Prefix("/v2"))
		one, two := operation(t, app, "/v1/items/{id}").ID, operation(t, app, "/v2/items/{id}").ID
		if one == "" || one == two {
			t.Errorf("%s: the ids are %q and %q", name, one, two)
		}
		if name == "compat" && (one != "read_item_v1_items__id__get" || two != "read_item_v2_items__id__get") {
			t.Errorf("FastAPI's ids: got %q and %q", one, two)
		}
	}
}

// Live inclusion: what a router gets after Include is in the document too, also after a document was made.
func TestLateRoutesAreInDocument(t *testing.T) {
	t.Parallel()
	app, outer, inner := brio.New(testkit.Quiet()), brio.NewRouter(brio.Prefix("/outer")), brio.NewRouter(brio.Prefix("/inner"))
	app.Include(outer)
	outer.Get("/first", replyText("first"))
	operation(t, app, "/outer/first")
	outer.Include(inner)
	inner.Get("", replyText("second"))
	operation(t, app, "/outer/inner")
	testkit.WantBody(t, testkit.Get(app, "/outer/inner"), "second")
}
