package responses_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
)

// resultCase is a handler and its answer.
type resultCase struct {
	name     string
	handler  any
	opts     []brio.RouteOption
	status   int
	body     string
	mime     string // Content-Type; "" means none
	location string
	log      string // in the log of a 500; "" means another status, and an empty log
}

// runResults checks each case on an app of its own.
func runResults(t *testing.T, cases []resultCase) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			log := &testkit.Log{}
			app := brio.New(brio.Logger(log.Logger()))
			app.Get("/", c.handler, append(c.opts, brio.Name("theHandler"))...)
			if err := app.Check(); err != nil {
				t.Fatal(err)
			}
			w := testkit.Get(app, "/")
			if c.log != "" {
				testkit.WantInternalError(t, w, log, c.log)
				testkit.WantContains(t, log.String(), "theHandler")
				return
			}
			testkit.WantStatus(t, w, c.status)
			testkit.WantBody(t, w, c.body)
			if got := w.Header().Get("Content-Type"); got != c.mime {
				t.Errorf("Content-Type: got %q, want %q", got, c.mime)
			}
			if got := w.Header().Get("Location"); got != c.location {
				t.Errorf("Location: got %q, want %q", got, c.location)
			}
			if log.String() != "" {
				t.Errorf("log: got %s, want none", log)
			}
		})
	}
}

// The result of a handler is the body, as in FastAPI. No result is a 204. A nil pointer is an error unless the model is a pointer.
func TestHandlerResultBecomesResponse(t *testing.T) {
	t.Parallel()
	const json = "application/json"
	type A struct {
		X int `json:"x"`
	}
	runResults(t, []resultCase{
		{name: "no result", handler: func() {}, status: 204},
		{name: "error result only", handler: func() error { return nil }, status: 204},
		{name: "no result, status of the route", handler: func() {}, opts: []brio.RouteOption{brio.Status(201)}, status: 201},
		{name: "no result, temporal status", handler: func(r *brio.Response) { r.Status(202) }, status: 202},
		{name: "no result, invalid cookie", handler: func(r *brio.Response) { r.SetCookie(cookies.New("a b", "")) }, log: "a b"},
		{name: "nil *Response", handler: func() *brio.Response { return nil }, log: "nil *Response"},
		{name: "nil *Response as any", handler: func() any { return (*brio.Response)(nil) }, log: "nil *Response"},
		{name: "temporal Response", handler: func(r *brio.Response) *brio.Response { return r }, status: 200},
		{name: "any: value", handler: func() any { return A{1} }, status: 200, body: `{"x":1}`, mime: json},
		{name: "any: Response", handler: func() any { return response.Text("x").Status(203) }, status: 203, body: "x", mime: "text/plain; charset=utf-8"},
		{name: "any: Response, class of the route", handler: func() any { return response.Text("x").Status(203) }, status: 203, body: "x", mime: "text/plain; charset=utf-8",
			opts: []brio.RouteOption{brio.ResponseClass(response.HTMLClass)}},
		{name: "any: nil", handler: func() any { return nil }, status: 200, body: "null", mime: json},
		{name: "any: typed nil", handler: func() any { return (*A)(nil) }, status: 200, body: "null", mime: json},
		{name: "any: nil slice", handler: func() any { return []A(nil) }, status: 200, body: "[]", mime: json},
		{name: "nil slice", handler: func() []A { return nil }, status: 200, body: "[]", mime: json},
		{name: "nil map", handler: func() map[string]A { return nil }, status: 200, body: "{}", mime: json},
		{name: "nil pointer", handler: func() *A { return nil }, log: "nil"},
		{name: "nil pointer, pointer model", handler: func() *A { return nil }, opts: []brio.RouteOption{brio.ResponseModel[*A]()},
			status: 200, body: "null", mime: json},
		{name: "pointer", handler: func() (*A, error) { return &A{1}, nil }, status: 200, body: `{"x":1}`, mime: json},
		{name: "string", handler: func() string { return "<&>é" }, status: 200, body: `"<&>é"`, mime: json},
		{name: "raw bytes", handler: func() *brio.Response { return response.Bytes("image/png", []byte{1}) }, status: 200, body: "\x01", mime: "image/png"},
		{name: "bytes without media type", handler: func() *brio.Response { return response.Bytes("", []byte("<html>")) }, status: 200, body: "<html>"},
		{name: "JSON of nil", handler: func() *brio.Response { return response.JSON(nil) }, status: 200, body: "null", mime: json},
		{name: "JSON with another media type", handler: func() *brio.Response { return response.JSON(A{1}).MediaType("application/hal+json") },
			status: 200, body: `{"x":1}`, mime: "application/hal+json"},
		{name: "line break in header", handler: func(r *brio.Response) A { r.SetHeader("X-A", "b\r\nSet-Cookie: c=d"); return A{} }, log: "X-A"},
		{name: "space in header name", handler: func(r *brio.Response) A { r.SetHeader("X A", "b"); return A{} }, log: "X A"},
		{name: "line break in media type", handler: func(r *brio.Response) A { r.MediaType("a/b\n"); return A{} }, log: "Content-Type"},
	})
}

// A response class turns the result into a body with its media type. A redirect escapes its target, so that no line break reaches
// the header.
func TestResponseClassWritesResult(t *testing.T) {
	t.Parallel()
	class := func(c response.Class, more ...brio.RouteOption) []brio.RouteOption {
		return append(more, brio.ResponseClass(c))
	}
	const html, text = "text/html; charset=utf-8", "text/plain; charset=utf-8"
	type page string
	failing := response.NewClass("a/b", func(any) ([]byte, error) { return []byte("half"), errors.New("no renderer today") })
	panicking := response.NewClass("a/b", func(any) ([]byte, error) { panic("renderer in panic") })
	upper := response.NewClass("text/upper", func(v any) ([]byte, error) { return []byte(strings.ToUpper(v.(string))), nil })
	runResults(t, []resultCase{
		{name: "HTML", handler: func() string { return "<p>" }, opts: class(response.HTMLClass), status: 200, body: "<p>", mime: html},
		{name: "HTML of bytes", handler: func() []byte { return []byte("<p>") }, opts: class(response.HTMLClass), status: 200, body: "<p>", mime: html},
		{name: "HTML of named string", handler: func() page { return "<p>" }, opts: class(response.HTMLClass), status: 200, body: "<p>", mime: html},
		{name: "HTML of nil pointer", handler: func() *string { return nil }, opts: class(response.HTMLClass), status: 200, mime: html},
		{name: "HTML of nil", handler: func() any { return nil }, opts: class(response.HTMLClass), status: 200, mime: html},
		{name: "HTML of struct", handler: func() message { return message{} }, opts: class(response.HTMLClass), log: "takes a string"},
		{name: "text", handler: func() string { return "é" }, opts: class(response.TextClass), status: 200, body: "é", mime: text},
		{name: "text with another media type", handler: func(r *brio.Response) string { r.MediaType("text/csv"); return "a,b" }, opts: class(response.TextClass),
			status: 200, body: "a,b", mime: "text/csv"},
		{name: "text, status of the route", handler: func() string { return "x" }, opts: class(response.TextClass, brio.Status(201)), status: 201, body: "x", mime: text},
		{name: "redirect", handler: func() string { return "/a b?q=ü&r=1#f" }, opts: class(response.RedirectClass), status: 307, location: "/a%20b?q=%C3%BC&r=1#f"},
		{name: "redirect, status of the route", handler: func() string { return "/" }, opts: class(response.RedirectClass, brio.Status(303)), status: 303, location: "/"},
		{name: "redirect, temporal status", handler: func(r *brio.Response) string { r.Status(301); return "/" }, opts: class(response.RedirectClass), status: 301, location: "/"},
		{name: "redirect with line break", handler: func() string { return "/\r\nX: y" }, opts: class(response.RedirectClass), status: 307, location: "/%0D%0AX:%20y"},
		{name: "redirect as Response", handler: func() *brio.Response { return response.Redirect("/é").Status(302) }, status: 302, location: "/%C3%A9"},
		{name: "own class", handler: func() string { return "abc" }, opts: class(upper), status: 200, body: "ABC", mime: "text/upper"},
		{name: "own class without renderer", handler: func() message { return message{"x"} }, opts: class(response.NewClass("application/hal+json", nil)),
			status: 200, body: `{"message":"x"}`, mime: "application/hal+json"},
		{name: "renderer fails", handler: func() string { return "" }, opts: class(failing), log: "no renderer today"},
		{name: "renderer panics", handler: func() string { return "" }, opts: class(panicking), log: "renderer in panic"},
	})
}

// Merging into a Response that a program returns for each request does not change it: clients do not see the cookies of others.
func TestResponseKeptByProgramStaysUnchanged(t *testing.T) {
	t.Parallel()
	kept := response.JSON(message{"kept"})
	app := brio.New(testkit.Quiet(), brio.MergeAlways())
	app.Get("/{user}", func(res *brio.Response, in *struct {
		User string `path:"user"`
	}) *brio.Response {
		res.SetCookie(cookies.New("session-"+in.User, "secret")).AddHeader("X-User", in.User)
		return kept
	})
	app.Get("/noise", func() map[string]string { return map[string]string{"noise": "overwrites pooled buffers"} })
	for _, user := range []string{"ann", "bob"} {
		w := testkit.Get(app, "/"+user)
		testkit.WantBody(t, w, `{"message":"kept"}`)
		testkit.WantHeader(t, w, "Set-Cookie", "session-"+user+"=secret; Path=/; SameSite=Lax")
		testkit.WantHeader(t, w, "X-User", user)
		_, _ = io.Copy(io.Discard, testkit.Get(app, "/noise").Body)
	}
}

// heldTexts are the receivers that the method of heldText has kept.
var heldTexts []*heldText

// heldText is a result whose method keeps its receiver.
type heldText string

func (h *heldText) MarshalText() ([]byte, error) {
	heldTexts = append(heldTexts, h)
	return []byte(*h), nil
}

// A method of a result may keep a pointer to its receiver: the value does not change with later requests.
func TestResultKeptByItsMethodStaysUnchanged(t *testing.T) {
	app := brio.New(testkit.Quiet())
	app.Get("/{text}", func(in *struct {
		Text string `path:"text"`
	}) heldText {
		return heldText(in.Text)
	})
	const requests = 20 // more than one of them has memory that the pool has given before
	for i := range requests {
		testkit.WantBody(t, testkit.Get(app, fmt.Sprintf("/%d", i)), fmt.Sprintf(`"%d"`, i))
	}
	if len(heldTexts) != requests {
		t.Fatalf("kept: got %d values, want %d", len(heldTexts), requests)
	}
	for i, text := range heldTexts {
		if want := fmt.Sprint(i); string(*text) != want {
			t.Errorf("result of request %d: kept %q, want %q", i, *text, want)
		}
	}
}
