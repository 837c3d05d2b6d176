package brio_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/contract"
	"github.com/brio-go/brio/response"
)

// says is a handler that answers with a text.
func says(text string) func() *brio.Response {
	return func() *brio.Response { return response.Text(text) }
}

// routeAnswer is one expected answer: "METHOD /target" and status, body, Allow or Location.
type routeAnswer struct {
	request string
	status  int
	body    string // "" is not compared
	allow   string
	to      string
}

func runAnswers(t *testing.T, app *brio.App, answers []routeAnswer) {
	t.Helper()
	if err := app.Check(); err != nil {
		t.Fatal(err)
	}
	for _, a := range answers {
		method, target, _ := strings.Cut(a.request, " ")
		w := send(app, method, target, "")
		if w.Code != a.status || a.body != "" && w.Body.String() != a.body || w.Header().Get("Allow") != a.allow || w.Header().Get("Location") != a.to {
			t.Errorf("%s: %d %q, Allow %q, Location %q; want %+v", a.request, w.Code, w.Body, w.Header().Get("Allow"), w.Header().Get("Location"), a)
		}
	}
}

const (
	notFound   = `{"detail":"Not Found"}`
	notAllowed = `{"detail":"Method Not Allowed"}`
)

func TestMethods(t *testing.T) {
	app := brio.New(quiet())
	app.Get("/items", says("get"))
	app.Post("/items", says("post"))
	app.Delete("/{what}", says("delete"))
	app.Get("/own-head", says("get"))
	app.Head("/own-head", func(res *brio.Response) { res.SetHeader("X-Head", "own").Status(200) })
	app.Options("/own-options", says("mine"))
	app.Handle([]string{"get", "PUT", "m-search"}, "/several", func(r *http.Request) *brio.Response { return response.Text(r.Method) })
	app.Patch("/patch", says("patch"))
	app.Put("/put", says("put"))
	app.Trace("/trace", says("trace"))
	app.Handle([]string{"purge"}, "/cache/{rest...}", says("purged"))
	runAnswers(t, app, []routeAnswer{
		{request: "GET /items", status: 200, body: "get"},
		{request: "POST /items", status: 200, body: "post"},
		{request: "DELETE /items", status: 200, body: "delete"},
		{request: "PUT /items", status: 405, body: notAllowed, allow: "DELETE, GET, HEAD, OPTIONS, POST"},
		{request: "PUT /other", status: 405, body: notAllowed, allow: "DELETE, OPTIONS"},
		{request: "get /items", status: 405, body: notAllowed, allow: "DELETE, GET, HEAD, OPTIONS, POST"},
		{request: "OPTIONS /items", status: 204, allow: "DELETE, GET, HEAD, OPTIONS, POST"},
		{request: "OPTIONS /own-options", status: 200, body: "mine"},
		{request: "HEAD /own-options", status: 405, allow: "DELETE, OPTIONS"},
		{request: "OPTIONS /no/where", status: 404, body: notFound},
		{request: "GET /several", status: 200, body: "GET"},
		{request: "PUT /several", status: 200, body: "PUT"},
		{request: "M-SEARCH /several", status: 200, body: "M-SEARCH"},
		{request: "POST /several", status: 405, allow: "DELETE, GET, HEAD, M-SEARCH, OPTIONS, PUT"},
		{request: "PATCH /patch", status: 200, body: "patch"},
		{request: "PUT /put", status: 200, body: "put"},
		{request: "TRACE /trace", status: 200, body: "trace"},
		{request: "PURGE /cache/", status: 200, body: "purged"},
		{request: "GET /no/where", status: 404, body: notFound},
		{request: "HEAD /no/where", status: 404},
	})
	w := send(app, "HEAD", "/items", "")
	wantStatus(t, w, 200)
	wantBody(t, w, "")
	wantHeader(t, w, "Content-Length", "3")
	w = send(app, "HEAD", "/own-head", "")
	wantHeader(t, w, "X-Head", "own")
	wantHeader(t, send(app, "GET", "/items/none", ""), "Content-Type", "application/json")
	w = send(app, "OPTIONS", "/items", "")
	wantHeader(t, w, "Content-Type")
	wantHeader(t, w, "Content-Length")
}

func TestSlashRedirects(t *testing.T) {
	declare := func(opts ...brio.AppOption) *brio.App {
		app := brio.New(append(opts, quiet())...)
		app.Get("/items", says("items"))
		app.Post("/our/shops/", says("shops"))
		app.Get("/{a}", says("a"))
		app.Get("/{a}/{b}/", says("b"))
		app.Get("/files/a/b/{rest...}", says("rest"))
		app.Get("/both", says("without"))
		app.Get("/both/", says("with"))
		return app
	}
	runAnswers(t, declare(), []routeAnswer{
		{request: "GET /items/", status: 307, to: "../items"},
		{request: "GET /items/?a=1&b=%2F", status: 307, to: "../items?a=1&b=%2F"},
		{request: "DELETE /items/", status: 307, to: "../items"},
		{request: "POST /our/shops?x", status: 307, to: "shops/?x"},
		{request: "GET /our/shops", status: 307, to: "shops/"},
		{request: "PUT /our/shops/", status: 405, body: notAllowed, allow: "GET, HEAD, OPTIONS, POST"},
		{request: "POST /both", status: 405, body: notAllowed, allow: "GET, HEAD, OPTIONS"}, // and not a redirect to a path of other methods
		{request: "GET /both", status: 200, body: "without"},
		{request: "GET /both/", status: 200, body: "with"},
		{request: "GET /caf%C3%A9/", status: 307, to: "../caf%C3%A9"},
		{request: "GET /x%2Fy/", status: 404, body: notFound},
		{request: "GET /x%2Fy/z", status: 404, body: notFound},
		{request: "GET /files", status: 200, body: "a"},
		{request: "GET //evil.com/", status: 404, body: notFound},
		{request: "GET //evil.com", status: 404, body: notFound},
		{request: "GET /%2Fevil.com/", status: 404, body: notFound},
		{request: "GET /%5Cevil.com/", status: 404, body: notFound},
		{request: "GET http://evil.com/items/", status: 307, to: "../items"},
		{request: "GET /items//", status: 404, body: notFound},
	})
	runAnswers(t, declare(brio.RedirectSlashes(false)), []routeAnswer{
		{request: "GET /items/", status: 404, body: notFound},
		{request: "POST /our/shops", status: 404, body: notFound},
	})
}

// TestRedirectsStayOnTheHost: whatever path a client is led to ask for, the Location is read as a path of this host.
func TestRedirectsStayOnTheHost(t *testing.T) {
	app := brio.New(quiet())
	app.Get("/{rest...}", says("x"))
	app.Post("/{a}", says("x"))
	app.Post("/{a}/{b}", says("x"))
	for _, path := range []string{"//evil.com/", "///evil.com/", "/\\evil.com/", "/%09/evil.com/", "/%2F%2Fevil.com/", "/\t/evil.com/", "/.//evil.com/"} {
		r := httptest.NewRequest("POST", "/", nil)
		r.URL.Path, r.URL.RawPath = path, ""
		w := httptest.NewRecorder()
		contract.Serve(app, w, r)
		to := w.Header().Get("Location")
		if w.Code != 307 {
			continue
		}
		u, err := (&url.URL{Scheme: "http", Host: "here", Path: path}).Parse(to)
		if err != nil || u.Host != "here" || strings.ContainsAny(to, "\\\t") || strings.HasPrefix(to, "//") {
			t.Errorf("%q redirects to %q", path, to)
		}
	}
}

type pathValue struct {
	Value string `path:"v"`
}

func TestPathValues(t *testing.T) {
	app := brio.New(quiet())
	echo := func(prefix string) func(in pathValue) *brio.Response {
		return func(in pathValue) *brio.Response { return response.Text(prefix + in.Value) }
	}
	app.Get("/files/{v...}", echo("rest "))
	app.Get("/files/{v}", echo("one "))
	app.Get("/files/readme", says("readme"))
	app.Get("/slash/{v}/{$}", echo("slash "))
	app.Get("/x/{v}/y", echo("y "))
	app.Get("/x/{v}/{w}", echo("w "))
	app.Get("/x/z/y", says("exact"))
	runAnswers(t, app, []routeAnswer{
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

// TestPatternAndPathValueInMiddleware: net/http's own ways to ask for the route work, also once a middleware has
// replaced the request.
func TestPatternAndPathValueInMiddleware(t *testing.T) {
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
	app := brio.New(quiet(), brio.Use(note("app")))
	r := brio.NewRouter(brio.Prefix("/shops"), brio.Use(note("router")))
	r.Get("/{id}", handler, brio.Use(note("route")))
	app.Include(r)
	app.Get("/bare/{id}", handler)
	wantStatus(t, send(app, "GET", "/shops/a%20b", ""), 200)
	wantStatus(t, send(app, "GET", "/bare/7", ""), 200)
	want := "router /shops/{id} a b, route /shops/{id} a b, handler /shops/{id} a b a b route, after /shops/{id}, handler /bare/{id} 7 7 <nil>, after /bare/{id}"
	if got := strings.Join(seen, ", "); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}
