package brio_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/middleware"
)

// What middleware refuses is answered in the app's format, wherever it is used.
func TestErrorsOfMiddlewareHaveTheFormatOfTheApp(t *testing.T) {
	block := make(chan struct{})
	defer close(block)
	for name, c := range map[string]struct {
		mw     func() brio.Middleware
		header string // of the request
		status int
		detail string
	}{
		"rate limit": {func() brio.Middleware {
			f := middleware.RateLimit(middleware.RateLimitOptions{Limit: 1, Window: time.Hour})
			f(http.NotFoundHandler()).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil)) // the one
			return f
		}, "", 429, "Too many requests"},
		"csrf":            {func() brio.Middleware { return middleware.CSRF() }, "Sec-Fetch-Site: cross-site", 403, "Cross-origin request refused"},
		"method override": {func() brio.Middleware { return middleware.MethodOverride() }, "X-Http-Method-Override: TRACE", 400, "The method cannot be overridden by that; legal are PUT, PATCH and DELETE"},
		"timeout":         {func() brio.Middleware { return middleware.Timeout(time.Millisecond) }, "X-Block: 1", 503, "The server took too long to respond"},
	} {
		handler := func(in *struct {
			Block string `header:"X-Block" default:""`
		}) string {
			if in.Block != "" {
				<-block
			}
			return "answer"
		}
		request := func() *http.Request {
			r := httptest.NewRequest("POST", "/", nil)
			if key, value, ok := strings.Cut(c.header, ": "); ok {
				r.Header.Set(key, value)
			}
			return r
		}
		for where, declare := range map[string]func(f brio.AppOption) *brio.App{
			"app": func(format brio.AppOption) *brio.App {
				app := brio.New(quiet(), format, brio.Use(c.mw()))
				app.Post("/", handler)
				return app
			},
			"router": func(format brio.AppOption) *brio.App {
				app, router := brio.New(quiet(), format), brio.NewRouter(brio.Use(c.mw()))
				router.Post("/", handler)
				app.Include(router)
				return app
			},
			"route": func(format brio.AppOption) *brio.App {
				app := brio.New(quiet(), format)
				app.Post("/", handler, brio.Use(c.mw()))
				return app
			},
		} {
			t.Run(name+" on "+where, func(t *testing.T) {
				w := httptest.NewRecorder()
				declare(brio.ProblemDetails()).ServeHTTP(w, request())
				if w.Code != c.status || w.Header().Get("Content-Type") != "application/problem+json" || !strings.Contains(w.Body.String(), c.detail) {
					t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
				}
				w = httptest.NewRecorder()
				declare(brio.Title("FastAPI's format")).ServeHTTP(w, request())
				if w.Code != c.status || w.Body.String() != `{"detail":"`+c.detail+`"}` {
					t.Errorf("%d %s", w.Code, w.Body)
				}
			})
		}
	}
}

func TestCORSHeadersAreOnEveryAnswer(t *testing.T) {
	cors := middleware.CORS(middleware.CORSOptions{AllowOrigins: []string{"https://a.com"}, AllowCredentials: true, ExposeHeaders: []string{"X-Request-ID"}})
	boom := func(http.Handler) http.Handler {
		return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("canary") })
	}
	block := make(chan struct{})
	defer close(block)
	app := brio.New(quiet(), brio.Use(cors))
	app.Get("/ok", func() string { return "ok" })
	app.Get("/empty", func() {})
	app.Get("/http-error", func() error { return brio.Error(409, "no") })
	app.Get("/error", func() error { return errors.New("canary") })
	app.Get("/panic", func() { panic("canary") })
	app.Get("/invalid", func(*struct {
		N int `query:"n"`
	}) {
	})
	app.Get("/middleware-panic", func() {}, brio.Use(boom))
	app.Get("/timeout", func() { <-block }, brio.Use(middleware.Timeout(time.Millisecond)))
	app.Post("/post", func() {})
	for path, status := range map[string]int{
		"/ok": 200, "/empty": 204, "/http-error": 409, "/error": 500, "/panic": 500, "/invalid": 422, "/none": 404, "/post": 405,
		"/ok/": 307, "/middleware-panic": 500, "/timeout": 503,
	} {
		for origin, allowed := range map[string]string{"https://a.com": "https://a.com", "https://b.com": ""} {
			r := httptest.NewRequest("GET", path, nil)
			r.Header.Set("Origin", origin)
			w := httptest.NewRecorder()
			app.ServeHTTP(w, r)
			h := w.Header()
			if w.Code != status || h.Get("Access-Control-Allow-Origin") != allowed || h.Get("Access-Control-Allow-Credentials") != "true" ||
				h.Get("Access-Control-Expose-Headers") != "X-Request-ID" || (h.Get("Vary") == "Origin") != (allowed != "") || strings.Contains(w.Body.String(), "canary") {
				t.Errorf("%s from %s: %d %v %s", path, origin, w.Code, h, w.Body)
			}
		}
	}
	// Of middleware inside of CORS, on the app, too.
	app = brio.New(quiet(), brio.Use(cors, boom))
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Origin", "https://a.com")
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	if w.Code != 500 || w.Header().Get("Access-Control-Allow-Origin") != "https://a.com" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
}

func TestCORSPreflightOfAnApp(t *testing.T) {
	app := brio.New(brio.Use(middleware.CORS(middleware.CORSOptions{AllowOrigins: []string{"*"}, AllowMethods: []string{"*"}})))
	app.Get("/items", func() {})
	for _, path := range []string{"/items", "/none"} { // FastAPI does not look whether there is such a route
		r := httptest.NewRequest("OPTIONS", path, nil)
		r.Header.Set("Origin", "https://a.com")
		r.Header.Set("Access-Control-Request-Method", "GET")
		w := httptest.NewRecorder()
		app.ServeHTTP(w, r)
		if w.Code != 200 || w.Body.String() != "OK" {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	w := send(app, "OPTIONS", "/items", "")
	if w.Code != 204 || w.Header().Get("Allow") != "GET, HEAD, OPTIONS" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
}
