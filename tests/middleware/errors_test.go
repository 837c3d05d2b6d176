package middleware_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/middleware"
)

// TestMiddlewareErrorsHaveAppFormat: a refusal by middleware is written in the app's error format, whether the app, a router
// or a route uses the middleware.
func TestMiddlewareErrorsHaveAppFormat(t *testing.T) {
	block := make(chan struct{})
	defer close(block)
	for _, c := range []struct {
		name          string
		newMiddleware func() brio.Middleware
		headers       []string // of the request
		status        int
		detail        string
	}{
		{"rate limit", func() brio.Middleware {
			f := middleware.RateLimit(middleware.RateLimitOptions{Limit: 1, Window: time.Hour})
			f(http.NotFoundHandler()).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil)) // the only one that it lets through
			return f
		}, nil, 429, "Too many requests"},
		{"csrf", func() brio.Middleware { return middleware.CSRF() }, []string{"Sec-Fetch-Site", "cross-site"}, 403, "Cross-origin request refused"},
		{"method override", func() brio.Middleware { return middleware.MethodOverride() }, []string{"X-Http-Method-Override", "TRACE"}, 400, "The method cannot be overridden by that; legal are PUT, PATCH and DELETE"},
		{"timeout", func() brio.Middleware { return middleware.Timeout(time.Millisecond) }, []string{"X-Block", "1"}, 503, "The server took too long to respond"},
	} {
		handler := func(in *struct {
			Block string `header:"X-Block" default:""`
		}) string {
			if in.Block != "" {
				<-block
			}
			return "answer"
		}
		for where, declare := range map[string]func(format brio.AppOption) *brio.App{
			"app": func(format brio.AppOption) *brio.App {
				app := brio.New(testkit.Quiet(), format, brio.Use(c.newMiddleware()))
				app.Post("/", handler)
				return app
			},
			"router": func(format brio.AppOption) *brio.App {
				app, router := brio.New(testkit.Quiet(), format), brio.NewRouter(brio.Use(c.newMiddleware()))
				router.Post("/", handler)
				app.Include(router)
				return app
			},
			"route": func(format brio.AppOption) *brio.App {
				app := brio.New(testkit.Quiet(), format)
				app.Post("/", handler, brio.Use(c.newMiddleware()))
				return app
			},
		} {
			t.Run(c.name+" on "+where, func(t *testing.T) {
				w := testkit.Do(declare(brio.ProblemDetails()), "POST", "/", "", c.headers...)
				testkit.WantStatus(t, w, c.status)
				testkit.WantHeader(t, w, "Content-Type", "application/problem+json")
				testkit.WantContains(t, w.Body.String(), c.detail)
				w = testkit.Do(declare(brio.Title("FastAPI's format")), "POST", "/", "", c.headers...)
				testkit.WantStatus(t, w, c.status)
				testkit.WantBody(t, w, `{"detail":"`+c.detail+`"}`)
			})
		}
	}
}

// TestMiddlewarePanicIsInternalError: a panic of middleware is answered with 500, and the client does not see its text.
func TestMiddlewarePanicIsInternalError(t *testing.T) {
	t.Parallel()
	onApp := brio.New(testkit.Quiet(), brio.Use(panicking))
	onRoute := brio.New(testkit.Quiet())
	onRoute.Get("/", func() string { return "" }, brio.Use(panicking))
	for name, app := range map[string]*brio.App{"app": onApp, "route": onRoute} {
		t.Run(name, func(t *testing.T) {
			w := testkit.Get(app, "/")
			testkit.WantStatus(t, w, 500)
			testkit.WantBody(t, w, testkit.InternalError)
		})
	}
}

// TestMiddlewarePanicAfterAnswerCutsConnection: when the answer is written, the app cannot replace it. It panics with
// http.ErrAbortHandler, by which net/http closes the connection.
func TestMiddlewarePanicAfterAnswerCutsConnection(t *testing.T) {
	t.Parallel()
	app := brio.New(testkit.Quiet(), brio.Use(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(w, r)
			panic("late")
		})
	}))
	app.Get("/", func() string { return "sent" })
	defer func() {
		if v := recover(); v != http.ErrAbortHandler {
			t.Errorf("recovered %v, want http.ErrAbortHandler", v)
		}
	}()
	testkit.Get(app, "/")
}
