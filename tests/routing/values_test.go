package routing_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
)

// pathValue has the path value "v".
type pathValue struct {
	Value string `path:"v"`
}

// TestRouterFillsPathValues: the most specific pattern gets the request, and its wildcards get unescaped segments. An
// encoded slash in a segment matches no wildcard.
func TestRouterFillsPathValues(t *testing.T) {
	t.Parallel()
	app := brio.New(testkit.Quiet())
	echo := func(prefix string) func(in pathValue) *brio.Response {
		return func(in pathValue) *brio.Response { return response.Text(prefix + in.Value) }
	}
	app.Get("/files/{v...}", echo("rest "))
	app.Get("/files/{v}", echo("one "))
	app.Get("/files/readme", replyText("readme"))
	app.Get("/slash/{v}/{$}", echo("slash "))
	app.Get("/x/{v}/y", echo("y "))
	app.Get("/x/{v}/{w}", echo("w "))
	app.Get("/x/z/y", replyText("exact"))
	wantAnswers(t, app, []answer{
		{request: "GET /files/", status: 200, body: "rest "},
		{request: "GET /files/a", status: 200, body: "one a"},
		{request: "GET /files/a/b", status: 200, body: "rest a/b"},
		{request: "GET /files/a%2Fb", status: 404, body: notFound},
		{request: "GET /files/a%2Fb/c%20d", status: 404, body: notFound},
		{request: "GET /files/readme", status: 200, body: "readme"},
		{request: "GET /files/%72eadme", status: 200, body: "readme"},
		{request: "GET /files/caf%C3%A9", status: 200, body: "one café"},
		{request: "GET /slash/a+b/", status: 200, body: "slash a+b"},
		{request: "GET /x/q/y", status: 200, body: "y q"},
		{request: "GET /x/z/q", status: 200, body: "w z"},
		{request: "GET /x/z/y", status: 200, body: "exact"},
		{request: "GET /x//y", status: 404, body: notFound},
	})
}

type contextKey struct{}

// TestRouterSetsPatternAndPathValue: net/http's Request.Pattern and Request.PathValue have the route's pattern and values,
// in middleware of routers and routes, in handlers, and after a middleware has replaced the request.
func TestRouterSetsPatternAndPathValue(t *testing.T) {
	t.Parallel()
	var seen []string
	note := func(name string) brio.Middleware {
		return func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if name != "app" {
					seen = append(seen, fmt.Sprintf("%s %s %s", name, r.Pattern, r.PathValue("id")))
					r = r.WithContext(context.WithValue(r.Context(), contextKey{}, name))
				}
				next.ServeHTTP(w, r)
				if name == "app" {
					seen = append(seen, "after "+r.Pattern)
				}
			})
		}
	}
	handler := func(r *http.Request, ctx context.Context, in struct {
		ID string `path:"id"`
	}) *brio.Response {
		seen = append(seen, fmt.Sprintf("handler %s %s %s %v", r.Pattern, r.PathValue("id"), in.ID, ctx.Value(contextKey{})))
		return response.Text("")
	}
	app := brio.New(testkit.Quiet(), brio.Use(note("app")))
	r := brio.NewRouter(brio.Prefix("/shops"), brio.Use(note("router")))
	r.Get("/{id}", handler, brio.Use(note("route")))
	app.Include(r)
	app.Get("/bare/{id}", handler)
	testkit.WantStatus(t, testkit.Get(app, "/shops/a%20b"), 200)
	testkit.WantStatus(t, testkit.Get(app, "/bare/7"), 200)
	want := "router /shops/{id} a b, route /shops/{id} a b, handler /shops/{id} a b a b route, after /shops/{id}, handler /bare/{id} 7 7 <nil>, after /bare/{id}"
	if got := strings.Join(seen, ", "); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
