package middleware_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/middleware"
)

// TestCORSHeadersOnEveryAnswer: errors, refusals and redirects have the headers of CORS too, so that a page can read them.
func TestCORSHeadersOnEveryAnswer(t *testing.T) {
	cors := middleware.CORS(middleware.CORSOptions{AllowOrigins: []string{"https://a.com"}, AllowCredentials: true, ExposeHeaders: []string{"X-Request-ID"}})
	block := make(chan struct{})
	defer close(block)
	app := brio.New(testkit.Quiet(), brio.Use(cors))
	app.Get("/ok", func() string { return "ok" })
	app.Get("/empty", func() {})
	app.Get("/http-error", func() error { return brio.Error(409, "no") })
	app.Get("/error", func() error { return errors.New(testkit.Canary) })
	app.Get("/panic", func() { panic(testkit.Canary) })
	app.Get("/invalid", func(*struct {
		N int `query:"n"`
	}) {
	})
	app.Get("/middleware-panic", func() {}, brio.Use(panicking))
	app.Get("/timeout", func() { <-block }, brio.Use(middleware.Timeout(time.Millisecond)))
	app.Post("/post", func() {})
	for path, status := range map[string]int{
		"/ok": 200, "/empty": 204, "/http-error": 409, "/error": 500, "/panic": 500, "/invalid": 422, "/none": 404, "/post": 405,
		"/ok/": 307, "/middleware-panic": 500, "/timeout": 503,
	} {
		for origin, allowed := range map[string]string{"https://a.com": "https://a.com", "https://b.com": ""} {
			w := testkit.Get(app, path, "Origin", origin)
			h := w.Header()
			if w.Code != status || h.Get("Access-Control-Allow-Origin") != allowed || h.Get("Access-Control-Allow-Credentials") != "true" ||
				h.Get("Access-Control-Expose-Headers") != "X-Request-ID" || (h.Get("Vary") == "Origin") != (allowed != "") || strings.Contains(w.Body.String(), testkit.Canary) {
				t.Errorf("%s from %s: got %d %v %s, want %d for %q", path, origin, w.Code, h, w.Body, status, allowed)
			}
		}
	}
	// A panic of middleware inside of CORS is answered outside of all routes.
	app = brio.New(testkit.Quiet(), brio.Use(cors, panicking))
	w := testkit.Get(app, "/", "Origin", "https://a.com")
	testkit.WantStatus(t, w, 500)
	testkit.WantHeader(t, w, "Access-Control-Allow-Origin", "https://a.com")
}

// TestCORSAnswersPreflight: a preflight of any path is answered, as in FastAPI, whose middleware does not look for a route.
// An OPTIONS request that is no preflight goes to the router.
func TestCORSAnswersPreflight(t *testing.T) {
	t.Parallel()
	app := brio.New(brio.Use(middleware.CORS(middleware.CORSOptions{AllowOrigins: []string{"*"}, AllowMethods: []string{"*"}})))
	app.Get("/items", func() {})
	for _, path := range []string{"/items", "/none"} {
		w := testkit.Do(app, "OPTIONS", path, "", "Origin", "https://a.com", "Access-Control-Request-Method", "GET")
		testkit.WantStatus(t, w, 200)
		testkit.WantBody(t, w, "OK")
	}
	w := testkit.Do(app, "OPTIONS", "/items", "")
	testkit.WantStatus(t, w, 204)
	testkit.WantHeader(t, w, "Allow", "GET, HEAD, OPTIONS")
}
