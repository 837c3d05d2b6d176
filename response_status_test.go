package brio_test

import (
	"bytes"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/response"
)

// logged is an app option whose log lands in the buffer.
func logged() (brio.AppOption, *bytes.Buffer) {
	var b bytes.Buffer
	return brio.Logger(slog.New(slog.NewTextHandler(&b, nil))), &b
}

// wantInternalError is the one clean 500, with its cause in the log.
func wantInternalError(t *testing.T, w *httptest.ResponseRecorder, log *bytes.Buffer, cause string) {
	t.Helper()
	wantStatus(t, w, 500)
	wantBody(t, w, `{"detail":"Internal Server Error"}`)
	wantHeader(t, w, "Content-Type", "application/json")
	if log != nil && !strings.Contains(log.String(), cause) {
		t.Errorf("the log has no %q: %s", cause, log)
	}
}

func TestStatusesWithoutBody(t *testing.T) {
	anyValue := func() any { return Message{"ok"} }
	temporal := func(status int) any {
		return func(res *brio.Response) Message { res.Status(status); return Message{"ok"} }
	}
	for _, s := range []struct {
		status int
		length []string
	}{{204, nil}, {205, []string{"0"}}, {304, nil}} {
		app := brio.New(quiet())
		app.Get("/route", anyValue, brio.Status(s.status))
		app.Get("/route-nothing", func() {}, brio.Status(s.status))
		app.Get("/temporal", temporal(s.status))
		app.Get("/temporal-text", temporal(s.status), brio.ResponseClass(jsonText))
		app.Get("/direct", func() *brio.Response { return response.JSON(1).Status(s.status) })
		app.Get("/empty", func() *brio.Response { return response.Empty(s.status) })
		if s.status == 304 { // of Precondition: other errors have 400 to 599
			app.Get("/error", func() error { return brio.Error(s.status, "x").WithHeader("X-A", "b") })
		}
		app.Get("/injected", func(res *brio.Response) *brio.Response { return res.Status(s.status).SetHeader("Content-Type", "a/b") })
		if err := app.Check(); err != nil {
			t.Fatal(err)
		}
		for _, r := range app.Routes() {
			for _, method := range []string{"GET", "HEAD"} {
				w := send(app, method, r.Path, "")
				wantStatus(t, w, s.status)
				wantBody(t, w, "")
				wantHeader(t, w, "Content-Type")
				wantHeader(t, w, "Content-Length", s.length...)
			}
		}
		if s.status == 304 {
			wantHeader(t, send(app, "GET", "/error", ""), "X-A", "b")
		}
	}
}

var jsonText = response.NewClass("text/x", func(any) ([]byte, error) { return []byte("x"), nil })

func TestStatusWithoutBodyAndWithAValueIsAStartUpError(t *testing.T) {
	for _, status := range []int{204, 205, 304} {
		app := brio.New()
		app.Get("/", func() Message { return Message{} }, brio.Status(status))
		if err := app.Check(); err == nil || !strings.Contains(err.Error(), "has no body") {
			t.Errorf("%d: %v", status, err)
		}
	}
}

// An interim status is not an answer: after it net/http would send an empty 200.
func TestInterimAndImpossibleStatusesAreACleanError(t *testing.T) {
	for _, status := range []int{100, 102, 103, 199, 99, 1000, -1} {
		opt, log := logged()
		app := brio.New(opt)
		app.Get("/temporal", func(res *brio.Response) Message { res.Status(status); return Message{} })
		app.Get("/direct", func() *brio.Response { return response.Text("x").Status(status) })
		app.Get("/error", func() error { return brio.Error(status, "x") })
		for _, r := range app.Routes() {
			log.Reset()
			wantInternalError(t, send(app, "GET", r.Path, ""), log, "status")
		}
	}
}

func TestHeadHasTheHeadersOfGet(t *testing.T) {
	app := brio.New(quiet())
	app.Get("/value", func(res *brio.Response) Message {
		res.SetCookie(cookies.New("a", "b"))
		return Message{"ok"}
	})
	app.Get("/text", func() *brio.Response { return response.Text("four") })
	app.Get("/error", func() error { return brio.Error(404, nil) })
	app.Get("/nothing", func() {})
	app.Get("/wrapped", func() string { return "wrapped" }, brio.Use(func(next http.Handler) http.Handler { return next }))
	for _, r := range app.Routes() {
		get, head := send(app, "GET", r.Path, ""), send(app, "HEAD", r.Path, "")
		wantStatus(t, head, get.Code)
		wantBody(t, head, "")
		for _, key := range []string{"Content-Length", "Content-Type", "Set-Cookie"} {
			wantHeader(t, head, key, get.Header().Values(key)...)
		}
		if n := get.Body.Len(); n > 0 { // a recorder does not count, so it is told
			wantHeader(t, get, "Content-Length", strconv.Itoa(n))
		}
	}
	server := httptest.NewServer(app) // which counts
	defer server.Close()
	for _, r := range app.Routes() {
		res, err := http.Get(server.URL + r.Path)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		res.Body.Close()
		if res.ContentLength != int64(len(body)) || len(res.TransferEncoding) > 0 {
			t.Errorf("%s: %d bytes, Content-Length %d", r.Path, len(body), res.ContentLength)
		}
	}
}

// resultCase is a handler and what it answers with.
type resultCase struct {
	name     string
	handler  any
	opts     []brio.RouteOption
	status   int
	body     string
	mime     string // "" is none
	location string
	log      string // of a 500
}

func runResults(t *testing.T, cases []resultCase) {
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			opt, log := logged()
			app := brio.New(opt)
			app.Get("/", c.handler, append(c.opts, brio.Name("theHandler"))...)
			if err := app.Check(); err != nil {
				t.Fatal(err)
			}
			w := send(app, "GET", "/", "")
			if c.log != "" {
				wantInternalError(t, w, log, c.log)
				if !strings.Contains(log.String(), "theHandler") {
					t.Errorf("the log does not name the handler: %s", log)
				}
				return
			}
			wantStatus(t, w, c.status)
			wantBody(t, w, c.body)
			if got := w.Header().Get("Content-Type"); got != c.mime {
				t.Errorf("Content-Type %q, want %q", got, c.mime)
			}
			if got := w.Header().Get("Location"); got != c.location {
				t.Errorf("Location %q, want %q", got, c.location)
			}
			if log.Len() > 0 {
				t.Errorf("the log has %s", log)
			}
		})
	}
}

func TestWhatHandlersReturn(t *testing.T) {
	t.Parallel()
	const json = "application/json"
	type A struct {
		X int `json:"x"`
	}
	runResults(t, []resultCase{
		{name: "nothing is 204", handler: func() {}, status: 204},
		{name: "only an error is 204", handler: func() error { return nil }, status: 204},
		{name: "nothing with a status", handler: func() {}, opts: []brio.RouteOption{brio.Status(201)}, status: 201},
		{name: "nothing with a temporal status", handler: func(r *brio.Response) { r.Status(202) }, status: 202},
		{name: "nothing and a cookie that clients refuse", handler: func(r *brio.Response) { r.SetCookie(cookies.New("a b", "")) }, log: "a b"},
		{name: "a nil *Response", handler: func() *brio.Response { return nil }, log: "nil *Response"},
		{name: "a nil *Response as any", handler: func() any { return (*brio.Response)(nil) }, log: "nil *Response"},
		{name: "the injected Response", handler: func(r *brio.Response) *brio.Response { return r }, status: 200},
		{name: "any: a value", handler: func() any { return A{1} }, status: 200, body: `{"x":1}`, mime: json},
		{name: "any: a Response", handler: func() any { return response.Text("x").Status(203) }, status: 203, body: "x", mime: "text/plain; charset=utf-8"},
		{name: "any: a Response, under a class", handler: func() any { return response.Text("x").Status(203) }, status: 203, body: "x", mime: "text/plain; charset=utf-8",
			opts: []brio.RouteOption{brio.ResponseClass(response.HTMLClass)}},
		{name: "any: nil", handler: func() any { return nil }, status: 200, body: "null", mime: json},
		{name: "any: a typed nil", handler: func() any { return (*A)(nil) }, status: 200, body: "null", mime: json},
		{name: "any: a nil slice", handler: func() any { return []A(nil) }, status: 200, body: "[]", mime: json},
		{name: "a nil slice", handler: func() []A { return nil }, status: 200, body: "[]", mime: json},
		{name: "a nil map", handler: func() map[string]A { return nil }, status: 200, body: "{}", mime: json},
		{name: "a nil pointer", handler: func() *A { return nil }, log: "nil"},
		{name: "a nil pointer where null is meant", handler: func() *A { return nil }, opts: []brio.RouteOption{brio.ResponseModel[*A]()},
			status: 200, body: "null", mime: json},
		{name: "a pointer", handler: func() (*A, error) { return &A{1}, nil }, status: 200, body: `{"x":1}`, mime: json},
		{name: "a string", handler: func() string { return "<&>é" }, status: 200, body: `"<&>é"`, mime: json},
		{name: "raw bytes", handler: func() *brio.Response { return response.Bytes("image/png", []byte{1}) }, status: 200, body: "\x01", mime: "image/png"},
		{name: "bytes without a media type", handler: func() *brio.Response { return response.Bytes("", []byte("<html>")) }, status: 200, body: "<html>"},
		{name: "JSON of nil", handler: func() *brio.Response { return response.JSON(nil) }, status: 200, body: "null", mime: json},
		{name: "JSON under another media type", handler: func() *brio.Response { return response.JSON(A{1}).MediaType("application/hal+json") },
			status: 200, body: `{"x":1}`, mime: "application/hal+json"},
		{name: "a header that HTTP does not allow", handler: func(r *brio.Response) A { r.SetHeader("X-A", "b\r\nSet-Cookie: c=d"); return A{} }, log: "X-A"},
		{name: "a header name that HTTP does not allow", handler: func(r *brio.Response) A { r.SetHeader("X A", "b"); return A{} }, log: "X A"},
		{name: "a media type that HTTP does not allow", handler: func(r *brio.Response) A { r.MediaType("a/b\n"); return A{} }, log: "Content-Type"},
	})
}

func TestClasses(t *testing.T) {
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
		{name: "HTML of a named string", handler: func() page { return "<p>" }, opts: class(response.HTMLClass), status: 200, body: "<p>", mime: html},
		{name: "HTML of nil is empty", handler: func() *string { return nil }, opts: class(response.HTMLClass), status: 200, mime: html},
		{name: "HTML of any nil is empty", handler: func() any { return nil }, opts: class(response.HTMLClass), status: 200, mime: html},
		{name: "HTML of a struct", handler: func() Message { return Message{} }, opts: class(response.HTMLClass), log: "takes a string"},
		{name: "text", handler: func() string { return "é" }, opts: class(response.TextClass), status: 200, body: "é", mime: text},
		{name: "text with another media type", handler: func(r *brio.Response) string { r.MediaType("text/csv"); return "a,b" }, opts: class(response.TextClass),
			status: 200, body: "a,b", mime: "text/csv"},
		{name: "text with the route's status", handler: func() string { return "x" }, opts: class(response.TextClass, brio.Status(201)), status: 201, body: "x", mime: text},
		{name: "redirect", handler: func() string { return "/a b?q=ü&r=1#f" }, opts: class(response.RedirectClass), status: 307, location: "/a%20b?q=%C3%BC&r=1#f"},
		{name: "redirect with the route's status", handler: func() string { return "/" }, opts: class(response.RedirectClass, brio.Status(303)), status: 303, location: "/"},
		{name: "redirect with the temporal status", handler: func(r *brio.Response) string { r.Status(301); return "/" }, opts: class(response.RedirectClass), status: 301, location: "/"},
		{name: "redirect that would split the header", handler: func() string { return "/\r\nX: y" }, opts: class(response.RedirectClass), status: 307, location: "/%0D%0AX:%20y"},
		{name: "a direct redirect", handler: func() *brio.Response { return response.Redirect("/é").Status(302) }, status: 302, location: "/%C3%A9"},
		{name: "a class of one's own", handler: func() string { return "abc" }, opts: class(upper), status: 200, body: "ABC", mime: "text/upper"},
		{name: "a class of one's own without a renderer", handler: func() Message { return Message{"x"} }, opts: class(response.NewClass("application/hal+json", nil)),
			status: 200, body: `{"message":"x"}`, mime: "application/hal+json"},
		{name: "a renderer with an error", handler: func() string { return "" }, opts: class(failing), log: "no renderer today"},
		{name: "a renderer in panic", handler: func() string { return "" }, opts: class(panicking), log: "renderer in panic"},
	})
}

func TestResponseThatTheProgramKeepsTakesUpNothingOfARequest(t *testing.T) {
	kept := response.JSON(Message{"kept"})
	app := brio.New(quiet(), brio.MergeAlways())
	app.Get("/{user}", func(res *brio.Response, in *struct {
		User string `path:"user"`
	}) *brio.Response {
		res.SetCookie(cookies.New("session-"+in.User, "secret")).AddHeader("X-User", in.User)
		return kept
	})
	app.Get("/noise", func() map[string]string { return map[string]string{"noise": "overwrites pooled buffers"} })
	for _, user := range []string{"ann", "bob"} {
		w := send(app, "GET", "/"+user, "")
		wantBody(t, w, `{"message":"kept"}`)
		wantHeader(t, w, "Set-Cookie", "session-"+user+"=secret; Path=/; SameSite=Lax")
		wantHeader(t, w, "X-User", user)
		_, _ = io.Copy(io.Discard, send(app, "GET", "/noise", "").Body)
	}
}
