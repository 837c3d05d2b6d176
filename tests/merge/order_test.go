package merge_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
)

// mergeCase is a request in which a sub-dependency, a dependency and the handler use the temporal Response.
type mergeCase struct {
	name     string
	sub, dep func(*brio.Response)
	handler  func(*brio.Response) (any, error)
	opts     []brio.RouteOption
	status   int
	headers  map[string][]string // nil values mean that the header is absent
}

// run sends the request and returns the answer.
func (c *mergeCase) run(t *testing.T) *httptest.ResponseRecorder {
	t.Helper()
	call := func(f func(*brio.Response), res *brio.Response) {
		if f != nil {
			f(res)
		}
	}
	app := brio.New(testkit.Quiet(), brio.Provide(
		func(res *brio.Response) subDependency { call(c.sub, res); return subDependency{} },
		func(res *brio.Response, _ subDependency) dependency { call(c.dep, res); return dependency{} },
	))
	app.Get("/", func(res *brio.Response, _ dependency) (any, error) {
		if c.handler == nil {
			return message{"ok"}, nil
		}
		return c.handler(res)
	}, append(c.opts, brio.Name("handler"))...)
	if err := app.Check(); err != nil {
		t.Fatal(err)
	}
	return testkit.Get(app, "/")
}

// setHeader, and the three functions below it, return a step of a case: it changes the temporal Response.
func setHeader(key, value string) func(*brio.Response) {
	return func(res *brio.Response) { res.SetHeader(key, value) }
}

func addHeader(key, value string) func(*brio.Response) {
	return func(res *brio.Response) { res.AddHeader(key, value) }
}

func setCookie(name, value string, opts ...cookies.Option) func(*brio.Response) {
	return func(res *brio.Response) { res.SetCookie(cookies.New(name, value, opts...)) }
}

func setStatus(code int) func(*brio.Response) { return func(res *brio.Response) { res.Status(code) } }

// thenReturn is a handler that does f and returns v.
func thenReturn(f func(*brio.Response), v any) func(*brio.Response) (any, error) {
	return func(res *brio.Response) (any, error) { f(res); return v, nil }
}

// returnResponse is a handler that returns r.
func returnResponse(r *brio.Response) func(*brio.Response) (any, error) {
	return func(*brio.Response) (any, error) { return r, nil }
}

// returnError is a handler that returns err.
func returnError(err error) func(*brio.Response) (any, error) {
	return func(*brio.Response) (any, error) { return nil, err }
}

// merged is the option for cases in which the handler returns a Response or an error.
var merged = []brio.RouteOption{brio.MergeAlways()}

// Headers, cookies and status of the temporal Response are merged in the order of execution, as in FastAPI. The status of the
// handler wins over that of dependencies, then the route, then the class. What a returned Response or an error sets itself stands.
func TestMergeOrderAndPrecedence(t *testing.T) {
	t.Parallel()
	const tail = "; Path=/; SameSite=Lax"
	ok := message{"ok"}
	for _, c := range []mergeCase{
		{name: "appended headers",
			sub: addHeader("X-M", "s"), dep: addHeader("X-M", "d"), handler: thenReturn(addHeader("X-M", "h"), ok),
			status: 200, headers: map[string][]string{"X-M": {"s", "d", "h"}}},
		{name: "SetHeader after AddHeader",
			sub: addHeader("X-M", "s"), dep: addHeader("X-M", "d"), handler: thenReturn(setHeader("X-M", "h"), ok),
			status: 200, headers: map[string][]string{"X-M": {"h"}}},
		{name: "AddHeader of single-valued header",
			sub: addHeader("Etag", `"s"`), dep: addHeader("ETag", `"d"`), handler: thenReturn(addHeader("etag", `"h"`), ok),
			status: 200, headers: map[string][]string{"Etag": {`"h"`}}},
		{name: "Header().Add of single-valued header",
			sub: func(res *brio.Response) { res.Header().Add("Etag", `"1"`); res.Header().Add("Etag", `"2"`) },
			handler: func(res *brio.Response) (any, error) {
				return response.Text("x"), nil
			}, opts: merged,
			status: 200, headers: map[string][]string{"Etag": {`"2"`}}},
		{name: "temporal Content-Type",
			dep:    setHeader("Content-Type", "text/csv"),
			status: 200, headers: map[string][]string{"Content-Type": {"text/csv"}}},
		{name: "temporal MediaType",
			dep:    func(res *brio.Response) { res.MediaType("application/problem+json") },
			status: 200, headers: map[string][]string{"Content-Type": {"application/problem+json"}}},
		{name: "temporal Content-Length",
			dep:    setHeader("Content-Length", "99"),
			status: 200, headers: map[string][]string{"Content-Length": {"16"}}},
		{name: "Content-Length of returned Response",
			handler: returnResponse(response.Text("four").SetHeader("Content-Length", "99")), dep: setHeader("Content-Length", "7"), opts: merged,
			status: 200, headers: map[string][]string{"Content-Length": {"4"}}},
		{name: "two cookies of one name",
			sub: setCookie("a", "s"), dep: setCookie("b", "d"), handler: thenReturn(setCookie("a", "h"), ok),
			status: 200, headers: map[string][]string{"Set-Cookie": {"b=d" + tail, "a=h" + tail}}},
		{name: "cookies of one name, other paths and domains",
			sub: setCookie("a", "1"), dep: setCookie("a", "2", cookies.Path("/x")), handler: thenReturn(setCookie("a", "3", cookies.Domain("example.com")), ok),
			status: 200, headers: map[string][]string{"Set-Cookie": {"a=1" + tail, "a=2; Path=/x; SameSite=Lax", "a=3; Path=/; Domain=example.com; SameSite=Lax"}}},
		{name: "cookie changed after SetCookie",
			handler: func(res *brio.Response) (any, error) {
				c := cookies.New("a", "1")
				res.SetCookie(c)
				c.Path, c.Value = "/x", "2"
				res.SetCookie(c)
				return ok, nil
			},
			status: 200, headers: map[string][]string{"Set-Cookie": {"a=1" + tail, "a=2; Path=/x; SameSite=Lax"}}},
		{name: "handler deletes header of dependency",
			dep: setHeader("X-A", "d"), handler: thenReturn(func(res *brio.Response) { res.Header().Del("x-a") }, ok),
			status: 200, headers: map[string][]string{"X-A": nil}},
		{name: "handler deletes cookie of dependency",
			dep: setCookie("a", "d"), handler: thenReturn(func(res *brio.Response) { res.DeleteCookie("a") }, ok),
			status: 200, headers: map[string][]string{"Set-Cookie": {"a=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; SameSite=Lax"}}},

		{name: "status of class", status: 200},
		{name: "status of route", opts: []brio.RouteOption{brio.Status(202)}, status: 202},
		{name: "temporal status over route's", sub: setStatus(201), opts: []brio.RouteOption{brio.Status(202)}, status: 201},
		{name: "status of handler over dependencies'", sub: setStatus(201), dep: setStatus(203), handler: thenReturn(setStatus(207), ok), status: 207},
		{name: "status 0, route has one", sub: setStatus(201), handler: thenReturn(setStatus(0), ok), opts: []brio.RouteOption{brio.Status(202)}, status: 202},
		{name: "status 0, class has one", sub: setStatus(201), handler: thenReturn(setStatus(0), ok), status: 200},
		{name: "redirect class without status", handler: thenReturn(setStatus(0), "/x"), opts: []brio.RouteOption{brio.ResponseClass(response.RedirectClass)}, status: 307},
		{name: "redirect class, status of route", handler: thenReturn(setStatus(0), "/x"), status: 303,
			opts: []brio.RouteOption{brio.ResponseClass(response.RedirectClass), brio.Status(303)}},
		{name: "redirect class, temporal status and Location", status: 308,
			dep: setStatus(308), handler: thenReturn(setHeader("Location", "/y"), "/x"), headers: map[string][]string{"Location": {"/y"}},
			opts: []brio.RouteOption{brio.ResponseClass(response.RedirectClass), brio.Status(303)}},
		{name: "returned Response, status of route", handler: returnResponse(response.Text("x")), opts: []brio.RouteOption{brio.Status(202)}, status: 200},

		{name: "returned Response, appended headers",
			sub: addHeader("X-M", "s"), dep: addHeader("X-M", "d"), handler: returnResponse(response.Text("x").AddHeader("X-M", "own")), opts: merged,
			status: 200, headers: map[string][]string{"X-M": {"s", "d", "own"}}},
		{name: "returned Response, single-valued header",
			dep: setHeader("Etag", `"d"`), handler: returnResponse(response.Text("x").SetHeader("ETag", `"own"`)), opts: merged,
			status: 200, headers: map[string][]string{"Etag": {`"own"`}}},
		{name: "returned Response, Content-Type",
			dep: setHeader("Content-Type", "text/csv"), handler: returnResponse(response.Text("x")), opts: merged,
			status: 200, headers: map[string][]string{"Content-Type": {"text/plain; charset=utf-8"}}},
		{name: "returned Response, cookies",
			sub: setCookie("a", "s"), dep: setCookie("b", "d"), handler: returnResponse(response.Text("x").SetCookie(cookies.New("a", "own"))), opts: merged,
			status: 200, headers: map[string][]string{"Set-Cookie": {"b=d" + tail, "a=own" + tail}}},
		{name: "returned redirect, Location",
			dep: setHeader("Location", "/d"), handler: returnResponse(response.Redirect("/own")), opts: merged,
			status: 307, headers: map[string][]string{"Location": {"/own"}}},
		{name: "returned temporal Response",
			dep: addHeader("X-M", "d"), handler: func(res *brio.Response) (any, error) { return res.AddHeader("X-M", "h"), nil }, opts: merged,
			status: 200, headers: map[string][]string{"X-M": {"d", "h"}, "Content-Type": nil, "Content-Length": {"0"}}},

		{name: "error with headers",
			handler: returnError(brio.Error(401, nil).WithHeader("WWW-Authenticate", "Bearer").WithHeader("Retry-After", "9")),
			status:  401, headers: map[string][]string{"Www-Authenticate": {"Bearer"}, "Retry-After": {"9"}}},
		{name: "error with headers, merged",
			dep:     func(res *brio.Response) { res.SetHeader("Retry-After", "1").AddHeader("WWW-Authenticate", "Basic") },
			handler: returnError(brio.Error(401, nil).WithHeader("WWW-Authenticate", "Bearer").WithHeader("Retry-After", "9")), opts: merged,
			status: 401, headers: map[string][]string{"Www-Authenticate": {"Basic", "Bearer"}, "Retry-After": {"9"}}},
		{name: "error with Content-Type",
			handler: returnError(brio.Error(400, nil).WithHeader("Content-Type", "application/vnd.err+json")),
			status:  400, headers: map[string][]string{"Content-Type": {"application/vnd.err+json"}}},
		{name: "error, temporal Content-Type",
			dep: setHeader("Content-Type", "text/html"), handler: returnError(brio.Error(400, nil)), opts: merged,
			status: 400, headers: map[string][]string{"Content-Type": {"application/json"}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := c.run(t)
			testkit.WantStatus(t, w, c.status)
			for key, want := range c.headers {
				testkit.WantHeader(t, w, key, want...)
			}
		})
	}
}

// A header replaces the one of middleware, but Vary and Set-Cookie are added to it. A name without values removes the header.
func TestMergeReplacesHeadersOfMiddleware(t *testing.T) {
	t.Parallel()
	app := brio.New(brio.Use(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-A", "middleware")
			w.Header().Set("X-B", "middleware")
			w.Header().Set("Vary", "Origin")
			w.Header().Set("Set-Cookie", "m=1")
			next.ServeHTTP(w, r)
		})
	}))
	app.Get("/value", func(res *brio.Response) message {
		res.SetHeader("X-A", "handler").AddHeader("Vary", "Accept").SetCookie(cookies.New("h", "1"))
		res.Header()["X-B"] = nil
		return message{"ok"}
	})
	app.Get("/direct", func() *brio.Response {
		res := response.Text("x").SetHeader("X-A", "handler").AddHeader("Vary", "Accept").SetCookie(cookies.New("h", "1"))
		res.Header()["X-B"] = nil
		return res
	})
	for _, path := range []string{"/value", "/direct"} {
		w := testkit.Get(app, path)
		testkit.WantHeader(t, w, "X-A", "handler")
		testkit.WantHeader(t, w, "X-B")
		testkit.WantHeader(t, w, "Vary", "Origin", "Accept")
		testkit.WantHeader(t, w, "Set-Cookie", "m=1", "h=1; Path=/; SameSite=Lax")
	}
}
