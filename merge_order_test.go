package brio_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/response"
)

// Each case says what three functions do with the temporal Response and what the handler returns.
type mergeCase struct {
	name     string
	sub, dep func(*brio.Response)
	handler  func(*brio.Response) (any, error)
	opts     []brio.RouteOption
	status   int
	headers  map[string][]string
}

func (c *mergeCase) run(t *testing.T) *httptest.ResponseRecorder {
	t.Helper()
	call := func(f func(*brio.Response), res *brio.Response) {
		if f != nil {
			f(res)
		}
	}
	app := brio.New(quiet(), brio.Provide(
		func(res *brio.Response) subDependency { call(c.sub, res); return subDependency{} },
		func(res *brio.Response, _ subDependency) dependency { call(c.dep, res); return dependency{} },
	))
	app.Get("/", func(res *brio.Response, _ dependency) (any, error) {
		if c.handler == nil {
			return Message{"ok"}, nil
		}
		return c.handler(res)
	}, append(c.opts, brio.Name("handler"))...)
	if err := app.Check(); err != nil {
		t.Fatal(err)
	}
	return send(app, "GET", "/", "")
}

func set(key, value string) func(*brio.Response) {
	return func(res *brio.Response) { res.SetHeader(key, value) }
}

func add(key, value string) func(*brio.Response) {
	return func(res *brio.Response) { res.AddHeader(key, value) }
}

func cookie(name, value string, opts ...cookies.Option) func(*brio.Response) {
	return func(res *brio.Response) { res.SetCookie(cookies.New(name, value, opts...)) }
}

func status(code int) func(*brio.Response) { return func(res *brio.Response) { res.Status(code) } }

// then does f and returns v.
func then(f func(*brio.Response), v any) func(*brio.Response) (any, error) {
	return func(res *brio.Response) (any, error) { f(res); return v, nil }
}

func direct(r *brio.Response) func(*brio.Response) (any, error) {
	return func(*brio.Response) (any, error) { return r, nil }
}

func failing(err error) func(*brio.Response) (any, error) {
	return func(*brio.Response) (any, error) { return nil, err }
}

var merged = []brio.RouteOption{brio.MergeAlways()}

func TestMergeOrderAndPrecedence(t *testing.T) {
	const tail = "; Path=/; SameSite=Lax"
	ok := Message{"ok"}
	for _, c := range []mergeCase{
		{name: "appended headers stand in the order of execution",
			sub: add("X-M", "s"), dep: add("X-M", "d"), handler: then(add("X-M", "h"), ok),
			status: 200, headers: map[string][]string{"X-M": {"s", "d", "h"}}},
		{name: "SetHeader replaces what was appended before",
			sub: add("X-M", "s"), dep: add("X-M", "d"), handler: then(set("X-M", "h"), ok),
			status: 200, headers: map[string][]string{"X-M": {"h"}}},
		{name: "AddHeader of a single-valued header replaces",
			sub: add("Etag", `"s"`), dep: add("ETag", `"d"`), handler: then(add("etag", `"h"`), ok),
			status: 200, headers: map[string][]string{"Etag": {`"h"`}}},
		{name: "Header().Add of a single-valued header sends the last",
			sub: func(res *brio.Response) { res.Header().Add("Etag", `"1"`); res.Header().Add("Etag", `"2"`) },
			handler: func(res *brio.Response) (any, error) {
				return response.Text("x"), nil
			}, opts: merged,
			status: 200, headers: map[string][]string{"Etag": {`"2"`}}},
		{name: "Content-Type of the temporal Response replaces the class's",
			dep:    set("Content-Type", "text/csv"),
			status: 200, headers: map[string][]string{"Content-Type": {"text/csv"}}},
		{name: "MediaType of the temporal Response replaces the class's",
			dep:    func(res *brio.Response) { res.MediaType("application/problem+json") },
			status: 200, headers: map[string][]string{"Content-Type": {"application/problem+json"}}},
		{name: "Content-Length is computed, never doubled",
			dep:    set("Content-Length", "99"),
			status: 200, headers: map[string][]string{"Content-Length": {"16"}}},
		{name: "Content-Length of a direct Response is computed",
			handler: direct(response.Text("four").SetHeader("Content-Length", "99")), dep: set("Content-Length", "7"), opts: merged,
			status: 200, headers: map[string][]string{"Content-Length": {"4"}}},
		{name: "cookies of one name, path and domain: the last wins",
			sub: cookie("a", "s"), dep: cookie("b", "d"), handler: then(cookie("a", "h"), ok),
			status: 200, headers: map[string][]string{"Set-Cookie": {"b=d" + tail, "a=h" + tail}}},
		{name: "cookies of other paths and domains are other cookies",
			sub: cookie("a", "1"), dep: cookie("a", "2", cookies.Path("/x")), handler: then(cookie("a", "3", cookies.Domain("example.com")), ok),
			status: 200, headers: map[string][]string{"Set-Cookie": {"a=1" + tail, "a=2; Path=/x; SameSite=Lax", "a=3; Path=/; Domain=example.com; SameSite=Lax"}}},
		{name: "a cookie that is changed after it was set is what it was",
			handler: func(res *brio.Response) (any, error) {
				c := cookies.New("a", "1")
				res.SetCookie(c)
				c.Path, c.Value = "/x", "2"
				res.SetCookie(c)
				return ok, nil
			},
			status: 200, headers: map[string][]string{"Set-Cookie": {"a=1" + tail, "a=2; Path=/x; SameSite=Lax"}}},
		{name: "the handler deletes a header of a dependency",
			dep: set("X-A", "d"), handler: then(func(res *brio.Response) { res.Header().Del("x-a") }, ok),
			status: 200, headers: map[string][]string{"X-A": nil}},
		{name: "the handler deletes a cookie of a dependency at the client",
			dep: cookie("a", "d"), handler: then(func(res *brio.Response) { res.DeleteCookie("a") }, ok),
			status: 200, headers: map[string][]string{"Set-Cookie": {"a=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; SameSite=Lax"}}},

		{name: "the class's status is the last resort", status: 200},
		{name: "the route's status wins over the class's", opts: []brio.RouteOption{brio.Status(202)}, status: 202},
		{name: "the temporal status wins over the route's", sub: status(201), opts: []brio.RouteOption{brio.Status(202)}, status: 201},
		{name: "the handler has the last word", sub: status(201), dep: status(203), handler: then(status(207), ok), status: 207},
		{name: "0 takes a status back, to the route's", sub: status(201), handler: then(status(0), ok), opts: []brio.RouteOption{brio.Status(202)}, status: 202},
		{name: "0 takes a status back, to the class's", sub: status(201), handler: then(status(0), ok), status: 200},
		{name: "a redirect class without a status", handler: then(status(0), "/x"), opts: []brio.RouteOption{brio.ResponseClass(response.RedirectClass)}, status: 307},
		{name: "the route's status wins over the redirect's", handler: then(status(0), "/x"), status: 303,
			opts: []brio.RouteOption{brio.ResponseClass(response.RedirectClass), brio.Status(303)}},
		{name: "the temporal status and Location win over the redirect's", status: 308,
			dep: status(308), handler: then(set("Location", "/y"), "/x"), headers: map[string][]string{"Location": {"/y"}},
			opts: []brio.RouteOption{brio.ResponseClass(response.RedirectClass), brio.Status(303)}},
		{name: "the route's status is not a direct Response's", handler: direct(response.Text("x")), opts: []brio.RouteOption{brio.Status(202)}, status: 200},

		{name: "appended headers of the temporal Response stand before the returned one's",
			sub: add("X-M", "s"), dep: add("X-M", "d"), handler: direct(response.Text("x").AddHeader("X-M", "own")), opts: merged,
			status: 200, headers: map[string][]string{"X-M": {"s", "d", "own"}}},
		{name: "single-valued headers of the returned Response stand",
			dep: set("Etag", `"d"`), handler: direct(response.Text("x").SetHeader("ETag", `"own"`)), opts: merged,
			status: 200, headers: map[string][]string{"Etag": {`"own"`}}},
		{name: "the returned Response's Content-Type stands",
			dep: set("Content-Type", "text/csv"), handler: direct(response.Text("x")), opts: merged,
			status: 200, headers: map[string][]string{"Content-Type": {"text/plain; charset=utf-8"}}},
		{name: "cookies of the returned Response win",
			sub: cookie("a", "s"), dep: cookie("b", "d"), handler: direct(response.Text("x").SetCookie(cookies.New("a", "own"))), opts: merged,
			status: 200, headers: map[string][]string{"Set-Cookie": {"b=d" + tail, "a=own" + tail}}},
		{name: "a redirect keeps its Location",
			dep: set("Location", "/d"), handler: direct(response.Redirect("/own")), opts: merged,
			status: 307, headers: map[string][]string{"Location": {"/own"}}},
		{name: "the injected Response returned is merged once",
			dep: add("X-M", "d"), handler: func(res *brio.Response) (any, error) { return res.AddHeader("X-M", "h"), nil }, opts: merged,
			status: 200, headers: map[string][]string{"X-M": {"d", "h"}, "Content-Type": nil, "Content-Length": {"0"}}},

		{name: "an error's own headers are sent",
			handler: failing(brio.Error(401, nil).WithHeader("WWW-Authenticate", "Bearer").WithHeader("Retry-After", "9")),
			status:  401, headers: map[string][]string{"Www-Authenticate": {"Bearer"}, "Retry-After": {"9"}}},
		{name: "an error's own single-valued headers stand, others are appended to",
			dep:     func(res *brio.Response) { res.SetHeader("Retry-After", "1").AddHeader("WWW-Authenticate", "Basic") },
			handler: failing(brio.Error(401, nil).WithHeader("WWW-Authenticate", "Bearer").WithHeader("Retry-After", "9")), opts: merged,
			status: 401, headers: map[string][]string{"Www-Authenticate": {"Basic", "Bearer"}, "Retry-After": {"9"}}},
		{name: "an error replaces its own Content-Type",
			handler: failing(brio.Error(400, nil).WithHeader("Content-Type", "application/vnd.err+json")),
			status:  400, headers: map[string][]string{"Content-Type": {"application/vnd.err+json"}}},
		{name: "an error is JSON whatever Content-Type a dependency set",
			dep: set("Content-Type", "text/html"), handler: failing(brio.Error(400, nil)), opts: merged,
			status: 400, headers: map[string][]string{"Content-Type": {"application/json"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := c.run(t)
			wantStatus(t, w, c.status)
			for key, want := range c.headers {
				wantHeader(t, w, key, want...)
			}
		})
	}
}

// What middleware has set is replaced, except Vary and Set-Cookie, which are added to; a name without values removes it.
func TestMergeWithTheHeadersOfMiddleware(t *testing.T) {
	app := brio.New(brio.Use(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-A", "middleware")
			w.Header().Set("X-B", "middleware")
			w.Header().Set("Vary", "Origin")
			w.Header().Set("Set-Cookie", "m=1")
			next.ServeHTTP(w, r)
		})
	}))
	app.Get("/value", func(res *brio.Response) Message {
		res.SetHeader("X-A", "handler").AddHeader("Vary", "Accept").SetCookie(cookies.New("h", "1"))
		res.Header()["X-B"] = nil
		return Message{"ok"}
	})
	app.Get("/direct", func() *brio.Response {
		res := response.Text("x").SetHeader("X-A", "handler").AddHeader("Vary", "Accept").SetCookie(cookies.New("h", "1"))
		res.Header()["X-B"] = nil
		return res
	})
	for _, path := range []string{"/value", "/direct"} {
		w := send(app, "GET", path, "")
		wantHeader(t, w, "X-A", "handler")
		wantHeader(t, w, "X-B")
		wantHeader(t, w, "Vary", "Origin", "Accept")
		wantHeader(t, w, "Set-Cookie", "m=1", "h=1; Path=/; SameSite=Lax")
	}
}
