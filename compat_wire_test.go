package brio_test

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/contract"
	"github.com/brio-go/brio/response"
)

type compatItem struct {
	Name string `json:"name"`
	N    int    `json:"n" default:"1"`
}

type timed struct {
	D time.Duration `json:"d"`
	T time.Time     `json:"t"`
}

func compatApp(opts ...brio.AppOption) *brio.App {
	app := brio.New(append([]brio.AppOption{quiet()}, opts...)...)
	app.Post("/item", func(in *brio.Body[compatItem]) compatItem { return in.Value })
	app.Post("/items", func(in *brio.Body[[]compatItem]) int { return len(in.Value) })
	app.Post("/text", func(in *brio.Body[string]) string { return in.Value })
	app.Post("/keyed", func(in *struct {
		A compatItem `body:"a"`
		B *int       `body:"b"`
		C string     `body:"c"`
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

// What a client sees by default, and with FastAPICompat: status, then Content-Type or Location, then the body.
func TestWhatAClientSeesByDefaultAndWithFastAPICompat(t *testing.T) {
	t.Parallel()
	const (
		js      = "application/json"
		text    = "text/plain; charset=utf-8"
		missing = `{"type":"missing","loc":["body","a"],"msg":"Field required","input":null},{"type":"missing","loc":["body","b"],"msg":"Field required","input":null},{"type":"missing","loc":["body","c"],"msg":"Field required","input":null}`
		noModel = `{"type":"model_attributes_type","loc":["body"],"msg":"Input should be a valid dictionary or object to extract fields from","input":`
		refused = `415 application/json {"detail":"Unsupported Media Type"}`
	)
	for _, c := range []struct{ name, request, contentType, body, strict, compat string }{
		{"a string for an int", "POST /item", js, `{"name":"a","n":" 7 "}`,
			`422 application/json {"detail":[{"type":"int_type","loc":["body","n"],"msg":"Input should be a valid integer","input":" 7 "}]}`,
			`200 application/json {"name":"a","n":7}`},
		{"an ill string for an int", "POST /item", js, `{"name":"a","n":"x"}`,
			`422 application/json {"detail":[{"type":"int_type","loc":["body","n"],"msg":"Input should be a valid integer","input":"x"}]}`,
			`422 application/json {"detail":[{"type":"int_parsing","loc":["body","n"],"msg":"Input should be a valid integer, unable to parse string as an integer","input":"x"}]}`},
		{"an int for a string", "POST /item", js, `{"name":1}`,
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
		{"bytes that are no text", "POST /item", "application/octet-stream", "\xff", refused,
			`422 application/json {"detail":[` + noModel + `"` + "\uFFFD" + `"}]}`},
		{"no body needs no type", "POST /item", "", ``,
			`422 application/json {"detail":[{"type":"missing","loc":["body"],"msg":"Field required","input":null}]}`,
			`422 application/json {"detail":[{"type":"missing","loc":["body"],"msg":"Field required","input":null}]}`},
		{"a key given twice", "POST /item", js, `{"name":"a","name":"b"}`,
			`422 application/json {"detail":[{"type":"duplicate_key","loc":["body","name"],"msg":"Key 'name' appears more than once","input":"b","ctx":{"key":"name"}}]}`,
			`422 application/json {"detail":[{"type":"duplicate_key","loc":["body","name"],"msg":"Key 'name' appears more than once","input":"b","ctx":{"key":"name"}}]}`},
		{"an infinite float", "GET /floats?f=inf", "", "",
			`422 application/json {"detail":[{"type":"finite_number","loc":["query","f"],"msg":"Input should be a finite number","input":"inf"}]}`,
			`200 application/json true`},
		{"no result", "GET /nothing", "", "", "204  ", "200 application/json null"},
		{"no result but an error", "GET /nothing/error", "", "", "204  ", "200 application/json null"},
		{"no result and a status", "GET /nothing/201", "", "", "201  ", "201 application/json null"},
		{"no result and 204", "GET /nothing/204", "", "", "204  ", "204  "},
		{"no result and 204 set", "GET /nothing/set", "", "", "204  ", "204  "},
		{"no result and HTML", "GET /nothing/html", "", "", "204  ", "200 text/html; charset=utf-8 "},
		{"no result where the route says 204", "GET /nothing/strict", "", "", "204  ", "204  "},
		{"no result for HEAD", "HEAD /nothing", "", "", "204  ", "200 application/json "},
		{"an unhandled error", "GET /fails", "", "", `500 application/json {"detail":"Internal Server Error"}`, "500 " + text + " Internal Server Error"},
		{"a panic", "GET /panics", "", "", `500 application/json {"detail":"Internal Server Error"}`, "500 " + text + " Internal Server Error"},
		{"a declared 500", "GET /declared", "", "", `500 application/json {"detail":"on purpose"}`, `500 application/json {"detail":"on purpose"}`},
		{"a missing slash", "GET /slash?a=%20b", "", "", "307 slash/?a=%20b ", "307 http://example.com/slash/?a=%20b "},
		{"a slash too many", "POST /item/", "", "", "307 ../item ", "307 http://example.com/item "},
		{"times without a model", "GET /free", "", "",
			`200 application/json {"d":["PT1M30S","PT0.5S","PT0.000000001S","PT0S","-P1D"],"t":"2026-01-02T03:04:05Z","u":{"At":"2026-01-02T03:04:05.0000015Z"}}`,
			`200 application/json {"d":[90.0,0.5,1e-09,0.0,-86400.0],"t":"2026-01-02T03:04:05+00:00","u":{"At":"2026-01-02T03:04:05.0000015Z"}}`},
		{"times with a model", "GET /model", "", "",
			`200 application/json {"d":"PT1S","t":"1970-01-01T00:00:00Z"}`,
			`200 application/json {"d":"PT1S","t":"1970-01-01T00:00:00Z"}`},
		{"no such path", "GET /nowhere", "", "", `404 application/json {"detail":"Not Found"}`, `404 application/json {"detail":"Not Found"}`},
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
				w := send(compatApp(v.opts...), method, target, c.body, headers...)
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

// An option after FastAPICompat, and one of a router, has the last word; each works alone.
func TestOptionsOfCompat(t *testing.T) {
	t.Parallel()
	w := send(compatApp(brio.FastAPICompat(), brio.LaxJSON(false)), "POST", "/item", `{"name":"a","n":"7"}`, "Content-Type", "application/json")
	wantStatus(t, w, 422)
	app := brio.New(quiet(), brio.FastAPICompat())
	router := brio.NewRouter(brio.ContentTypeErrors(true), brio.NullResults(false))
	router.Post("/item", func(in *brio.Body[compatItem]) {})
	app.Include(router)
	wantStatus(t, send(app, "POST", "/item", `{}`, "Content-Type", "text/plain"), 415)
	wantStatus(t, send(app, "POST", "/item", `{"name":"a"}`, "Content-Type", "application/json"), 204)

	app = compatApp(brio.StrictContentType(false), brio.ContentTypeErrors(false))
	wantStatus(t, send(app, "POST", "/item", `{"name":"a"}`), 200)
	wantStatus(t, send(app, "POST", "/item", `{"name":"a"}`, "Content-Type", "text/plain"), 422)
}

func TestAbsoluteRedirectsHaveTheSchemeOfTheConnection(t *testing.T) {
	app := compatApp(brio.AbsoluteRedirects(true))
	r := httptest.NewRequest("GET", "/slash", nil)
	r.Host, r.TLS = "shop.example:8443", &tls.ConnectionState{}
	r.Header.Set("X-Forwarded-Proto", "gopher") // anybody can write it
	w := httptest.NewRecorder()
	contract.Serve(app, w, r)
	if got := w.Header().Get("Location"); got != "https://shop.example:8443/slash/" {
		t.Errorf("Location %q", got)
	}
}

func TestTheTitleOfFastAPIUnlessThereIsAnother(t *testing.T) {
	for _, c := range []struct {
		opts []brio.AppOption
		want string
	}{
		{[]brio.AppOption{brio.FastAPICompat()}, "app=FastAPI "},
		{[]brio.AppOption{brio.FastAPICompat(), brio.Title("Shop")}, "app=Shop "},
		{[]brio.AppOption{brio.Title("Shop"), brio.FastAPICompat()}, "app=Shop "},
	} {
		var log strings.Builder
		app := brio.New(append(c.opts, brio.Logger(slog.New(slog.NewTextHandler(&log, nil))))...)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		if err := app.Serve(ctx, l); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(log.String(), c.want) {
			t.Errorf("want %q in %s", c.want, &log)
		}
	}
}
