package compat_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/tests/internal/contract"
)

type counted struct {
	Name string `json:"name"`
	N    int    `json:"n" default:"1"`
}

type timed struct {
	D time.Duration `json:"d"`
	T time.Time     `json:"t"`
}

// newApp has a route for each difference between Brio and FastAPICompat.
func newApp(opts ...brio.AppOption) *brio.App {
	app := brio.New(append([]brio.AppOption{testkit.Quiet()}, opts...)...)
	app.Post("/item", func(in *brio.Body[counted]) counted { return in.Value })
	app.Post("/items", func(in *brio.Body[[]counted]) int { return len(in.Value) })
	app.Post("/text", func(in *brio.Body[string]) string { return in.Value })
	app.Post("/keyed", func(in *struct {
		A counted `body:"a"`
		B *int    `body:"b"`
		C string  `body:"c"`
	}) string {
		return in.C
	})
	app.Get("/floats", func(in *struct {
		F float64 `query:"f"`
	}) bool {
		return in.F > 1
	})
	app.Get("/nothing", func() {})
	app.Get("/nothing/error", func() error { return nil })
	app.Get("/nothing/201", func() {}, brio.Status(201))
	app.Get("/nothing/204", func() {}, brio.Status(204))
	app.Get("/nothing/set", func(r *brio.Response) { r.Status(204) })
	app.Get("/nothing/html", func() {}, brio.ResponseClass(response.HTMLClass))
	app.Get("/nothing/strict", func() {}, brio.NullResults(false))
	app.Get("/fails", func() error { return errors.New("secret") })
	app.Get("/panics", func() error { panic("secret") })
	app.Get("/declared", func() error { return brio.Error(500, "on purpose") })
	app.Get("/free", func() any {
		at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
		return map[string]any{"d": []time.Duration{90 * time.Second, 500 * time.Millisecond, 1, 0, -24 * time.Hour}, "t": at, "u": struct{ At *time.Time }{new(at.Add(1500))}}
	})
	app.Get("/model", func() any { return map[string]any{"d": time.Second, "t": time.Unix(0, 0).UTC()} }, brio.ResponseModel[timed]())
	app.Get("/slash/", func() int { return 1 })
	return app
}

// TestFastAPICompatChangesAnswers: with FastAPICompat a client sees the answers of FastAPI. Each row has both: status, then
// Content-Type, or Location of a redirect, then the body.
func TestFastAPICompatChangesAnswers(t *testing.T) {
	t.Parallel()
	const (
		js      = "application/json"
		text    = "text/plain; charset=utf-8"
		missing = `{"type":"missing","loc":["body","a"],"msg":"Field required","input":null},{"type":"missing","loc":["body","b"],"msg":"Field required","input":null},{"type":"missing","loc":["body","c"],"msg":"Field required","input":null}`
		noModel = `{"type":"model_attributes_type","loc":["body"],"msg":"Input should be a valid dictionary or object to extract fields from","input":`
		refused = `415 application/json {"detail":"Unsupported Media Type"}`
	)
	for _, c := range []struct{ name, request, contentType, body, strict, compat string }{
		{"string for an int", "POST /item", js, `{"name":"a","n":" 7 "}`,
			`422 application/json {"detail":[{"type":"int_type","loc":["body","n"],"msg":"Input should be a valid integer","input":" 7 "}]}`,
			`200 application/json {"name":"a","n":7}`},
		{"malformed string for an int", "POST /item", js, `{"name":"a","n":"x"}`,
			`422 application/json {"detail":[{"type":"int_type","loc":["body","n"],"msg":"Input should be a valid integer","input":"x"}]}`,
			`422 application/json {"detail":[{"type":"int_parsing","loc":["body","n"],"msg":"Input should be a valid integer, unable to parse string as an integer","input":"x"}]}`},
		{"int for a string", "POST /item", js, `{"name":1}`,
			`422 application/json {"detail":[{"type":"string_type","loc":["body","name"],"msg":"Input should be a valid string","input":1}]}`,
			`422 application/json {"detail":[{"type":"string_type","loc":["body","name"],"msg":"Input should be a valid string","input":1}]}`},
		{"another content type", "POST /item", "text/json", `{"name":"é"}`, refused,
			`422 application/json {"detail":[` + noModel + `"{\"name\":\"é\"}"}]}`},
		{"no content type", "POST /item", "", `{"name":"a"}`, refused,
			`422 application/json {"detail":[` + noModel + `"{\"name\":\"a\"}"}]}`},
		{"another content type for a list", "POST /items", "text/plain", `[]`, refused,
			`422 application/json {"detail":[{"type":"list_type","loc":["body"],"msg":"Input should be a valid list","input":"[]"}]}`},
		{"another content type for a string", "POST /text", "text/plain", `hello`, refused, `200 application/json "hello"`},
		{"another content type for several fields", "POST /keyed", "text/plain", `{"c":"x"}`, refused,
			`422 application/json {"detail":[` + missing + `]}`},
		{"bytes that are not UTF-8", "POST /item", "application/octet-stream", "\xff", refused,
			`422 application/json {"detail":[` + noModel + `"` + "\uFFFD" + `"}]}`},
		{"no body and no content type", "POST /item", "", ``,
			`422 application/json {"detail":[{"type":"missing","loc":["body"],"msg":"Field required","input":null}]}`,
			`422 application/json {"detail":[{"type":"missing","loc":["body"],"msg":"Field required","input":null}]}`},
		{"key given twice", "POST /item", js, `{"name":"a","name":"b"}`,
			`422 application/json {"detail":[{"type":"duplicate_key","loc":["body","name"],"msg":"Key 'name' appears more than once","input":"b","ctx":{"key":"name"}}]}`,
			`422 application/json {"detail":[{"type":"duplicate_key","loc":["body","name"],"msg":"Key 'name' appears more than once","input":"b","ctx":{"key":"name"}}]}`},
		{"infinite float", "GET /floats?f=inf", "", "",
			`422 application/json {"detail":[{"type":"finite_number","loc":["query","f"],"msg":"Input should be a finite number","input":"inf"}]}`,
			`200 application/json true`},
		{"no result", "GET /nothing", "", "", "204  ", "200 application/json null"},
		{"no result but an error", "GET /nothing/error", "", "", "204  ", "200 application/json null"},
		{"no result and a status", "GET /nothing/201", "", "", "201  ", "201 application/json null"},
		{"no result and 204", "GET /nothing/204", "", "", "204  ", "204  "},
		{"no result and 204 set", "GET /nothing/set", "", "", "204  ", "204  "},
		{"no result and HTML", "GET /nothing/html", "", "", "204  ", "200 text/html; charset=utf-8 "},
		{"no result and no null results", "GET /nothing/strict", "", "", "204  ", "204  "},
		{"no result for HEAD", "HEAD /nothing", "", "", "204  ", "200 application/json "},
		{"unhandled error", "GET /fails", "", "", `500 application/json {"detail":"Internal Server Error"}`, "500 " + text + " Internal Server Error"},
		{"panic", "GET /panics", "", "", `500 application/json {"detail":"Internal Server Error"}`, "500 " + text + " Internal Server Error"},
		{"declared 500", "GET /declared", "", "", `500 application/json {"detail":"on purpose"}`, `500 application/json {"detail":"on purpose"}`},
		{"missing slash", "GET /slash?a=%20b", "", "", "307 slash/?a=%20b ", "307 http://example.com/slash/?a=%20b "},
		{"extra slash", "POST /item/", "", "", "307 ../item ", "307 http://example.com/item "},
		{"times without a model", "GET /free", "", "",
			`200 application/json {"d":["PT1M30S","PT0.5S","PT0.000000001S","PT0S","-P1D"],"t":"2026-01-02T03:04:05Z","u":{"At":"2026-01-02T03:04:05.0000015Z"}}`,
			`200 application/json {"d":[90.0,0.5,1e-09,0.0,-86400.0],"t":"2026-01-02T03:04:05+00:00","u":{"At":"2026-01-02T03:04:05.0000015Z"}}`},
		{"times with a model", "GET /model", "", "",
			`200 application/json {"d":"PT1S","t":"1970-01-01T00:00:00Z"}`,
			`200 application/json {"d":"PT1S","t":"1970-01-01T00:00:00Z"}`},
		{"unknown path", "GET /nowhere", "", "", `404 application/json {"detail":"Not Found"}`, `404 application/json {"detail":"Not Found"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			method, target, _ := strings.Cut(c.request, " ")
			var headers []string
			if c.contentType != "" {
				headers = []string{"Content-Type", c.contentType}
			}
			for _, v := range []struct {
				want string
				opts []brio.AppOption
			}{{c.strict, nil}, {c.compat, []brio.AppOption{brio.FastAPICompat()}}} {
				w := testkit.Do(newApp(v.opts...), method, target, c.body, headers...)
				kind := w.Header().Get("Content-Type")
				if w.Code == 307 {
					kind = w.Header().Get("Location")
				}
				if got := fmt.Sprintf("%d %s %s", w.Code, kind, w.Body); got != v.want {
					t.Errorf("with %d options\n%s, want\n%s", len(v.opts), got, v.want)
				}
			}
		})
	}
}

// TestFastAPICompatYieldsToOptions: an option after FastAPICompat, or one of a router, counts instead of that in
// FastAPICompat. Each option also works alone.
func TestFastAPICompatYieldsToOptions(t *testing.T) {
	t.Parallel()
	w := testkit.Do(newApp(brio.FastAPICompat(), brio.LaxJSON(false)), "POST", "/item", `{"name":"a","n":"7"}`, "Content-Type", "application/json")
	testkit.WantStatus(t, w, 422)
	app := brio.New(testkit.Quiet(), brio.FastAPICompat())
	router := brio.NewRouter(brio.ContentTypeErrors(true), brio.NullResults(false))
	router.Post("/item", func(in *brio.Body[counted]) {})
	app.Include(router)
	testkit.WantStatus(t, testkit.Do(app, "POST", "/item", `{}`, "Content-Type", "text/plain"), 415)
	testkit.WantStatus(t, testkit.Do(app, "POST", "/item", `{"name":"a"}`, "Content-Type", "application/json"), 204)

	app = newApp(brio.StrictContentType(false), brio.ContentTypeErrors(false))
	testkit.WantStatus(t, testkit.Do(app, "POST", "/item", `{"name":"a"}`), 200)
	testkit.WantStatus(t, testkit.Do(app, "POST", "/item", `{"name":"a"}`, "Content-Type", "text/plain"), 422)
}

// TestAbsoluteRedirectsUseConnectionScheme: X-Forwarded-Proto does not change the scheme of a redirect, because any client
// can send it.
func TestAbsoluteRedirectsUseConnectionScheme(t *testing.T) {
	t.Parallel()
	app := newApp(brio.AbsoluteRedirects(true))
	r := httptest.NewRequest("GET", "/slash", nil)
	r.Host, r.TLS = "shop.example:8443", &tls.ConnectionState{}
	r.Header.Set("X-Forwarded-Proto", "gopher")
	w := httptest.NewRecorder()
	contract.Serve(app, w, r)
	if got := w.Header().Get("Location"); got != "https://shop.example:8443/slash/" {
		t.Errorf("Location %q", got)
	}
}

// TestTitleDefaultsToFastAPI: with FastAPICompat the title is FastAPI, as FastAPI's default, unless Title sets one before
// or after it.
func TestTitleDefaultsToFastAPI(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		opts []brio.AppOption
		want string
	}{
		{[]brio.AppOption{brio.FastAPICompat()}, "app=FastAPI "},
		{[]brio.AppOption{brio.FastAPICompat(), brio.Title("Shop")}, "app=Shop "},
		{[]brio.AppOption{brio.Title("Shop"), brio.FastAPICompat()}, "app=Shop "},
	} {
		var log testkit.Log
		app := brio.New(append(c.opts, brio.Logger(log.Logger()))...)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		if err := app.Serve(ctx, l); err != nil {
			t.Fatal(err)
		}
		testkit.WantContains(t, log.String(), c.want)
	}
}
