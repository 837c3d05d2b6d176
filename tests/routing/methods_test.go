package routing_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/tests/internal/contract"
)

// TestRouterAnswersMethods: HEAD is answered by the GET route and OPTIONS by the router, unless the program has routes for
// them. A path without a route for the method is answered with 405 and Allow (RFC 9110, 15.5.6), and methods are
// case-sensitive (9.1).
func TestRouterAnswersMethods(t *testing.T) {
	t.Parallel()
	app := brio.New(testkit.Quiet())
	app.Get("/items", replyText("get"))
	app.Post("/items", replyText("post"))
	app.Delete("/{what}", replyText("delete"))
	app.Get("/own-head", replyText("get"))
	app.Head("/own-head", func(res *brio.Response) { res.SetHeader("X-Head", "own").Status(200) })
	app.Options("/own-options", replyText("mine"))
	app.Handle([]string{"get", "PUT", "m-search"}, "/several", func(r *http.Request) *brio.Response { return response.Text(r.Method) })
	app.Patch("/patch", replyText("patch"))
	app.Put("/put", replyText("put"))
	app.Trace("/trace", replyText("trace"))
	app.Handle([]string{"purge"}, "/cache/{rest...}", replyText("purged"))
	wantAnswers(t, app, []answer{
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
	w := testkit.Do(app, "HEAD", "/items", "")
	testkit.WantStatus(t, w, 200)
	testkit.WantBody(t, w, "")
	testkit.WantHeader(t, w, "Content-Length", "3")
	w = testkit.Do(app, "HEAD", "/own-head", "")
	testkit.WantHeader(t, w, "X-Head", "own")
	testkit.WantHeader(t, testkit.Get(app, "/items/none"), "Content-Type", "application/json")
	w = testkit.Do(app, "OPTIONS", "/items", "")
	testkit.WantHeader(t, w, "Content-Type")
	testkit.WantHeader(t, w, "Content-Length")
}

// TestRouterRedirectsSlash: a path that differs from a route's by its last slash alone is redirected with 307, as in
// FastAPI. The Location is relative, so it holds behind a proxy, and keeps the query. RedirectSlashes(false) turns it off.
func TestRouterRedirectsSlash(t *testing.T) {
	t.Parallel()
	declare := func(opts ...brio.AppOption) *brio.App {
		app := brio.New(append(opts, testkit.Quiet())...)
		app.Get("/items", replyText("items"))
		app.Post("/our/shops/", replyText("shops"))
		app.Get("/{a}", replyText("a"))
		app.Get("/{a}/{b}/", replyText("b"))
		app.Get("/files/a/b/{rest...}", replyText("rest"))
		app.Get("/both", replyText("without"))
		app.Get("/both/", replyText("with"))
		return app
	}
	wantAnswers(t, declare(), []answer{
		{request: "GET /items/", status: 307, location: "../items"},
		{request: "GET /items/?a=1&b=%2F", status: 307, location: "../items?a=1&b=%2F"},
		{request: "DELETE /items/", status: 307, location: "../items"},
		{request: "POST /our/shops?x", status: 307, location: "shops/?x"},
		{request: "GET /our/shops", status: 307, location: "shops/"},
		{request: "PUT /our/shops/", status: 405, body: notAllowed, allow: "GET, HEAD, OPTIONS, POST"},
		{request: "POST /both", status: 405, body: notAllowed, allow: "GET, HEAD, OPTIONS"}, // no redirect to a path that has not the method either
		{request: "GET /both", status: 200, body: "without"},
		{request: "GET /both/", status: 200, body: "with"},
		{request: "GET /caf%C3%A9/", status: 307, location: "../caf%C3%A9"},
		{request: "GET /x%2Fy/", status: 404, body: notFound},
		{request: "GET /x%2Fy/z", status: 404, body: notFound},
		{request: "GET /files", status: 200, body: "a"},
		{request: "GET //evil.com/", status: 404, body: notFound},
		{request: "GET //evil.com", status: 404, body: notFound},
		{request: "GET /%2Fevil.com/", status: 404, body: notFound},
		{request: "GET /%5Cevil.com/", status: 404, body: notFound},
		{request: "GET http://evil.com/items/", status: 307, location: "../items"},
		{request: "GET /items//", status: 404, body: notFound},
	})
	wantAnswers(t, declare(brio.RedirectSlashes(false)), []answer{
		{request: "GET /items/", status: 404, body: notFound},
		{request: "POST /our/shops", status: 404, body: notFound},
	})
}

// TestRouterRedirectStaysOnHost: a client may be led to request any path, so a Location must never be read as another host.
func TestRouterRedirectStaysOnHost(t *testing.T) {
	t.Parallel()
	app := brio.New(testkit.Quiet())
	app.Get("/{rest...}", replyText("x"))
	app.Post("/{a}", replyText("x"))
	app.Post("/{a}/{b}", replyText("x"))
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
