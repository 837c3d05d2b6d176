package middlewaretest

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	chi "github.com/go-chi/chi/v5/middleware"
	"github.com/justinas/alice"
	"github.com/klauspost/compress/gzhttp"
	"github.com/rs/cors"
	"go.opentelemetry.io/contrib/instrumentation/net/http/otelhttp"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/middleware"
)

// third are the middlewares under test, each made anew.
func third() map[string]func() brio.Middleware {
	quiet := log.New(io.Discard, "", 0)
	return map[string]func() brio.Middleware{
		"chi RequestID": func() brio.Middleware { return chi.RequestID },
		"chi Logger":    func() brio.Middleware { return chi.RequestLogger(&chi.DefaultLogFormatter{Logger: quiet}) },
		"chi Recoverer": func() brio.Middleware { return chi.Recoverer },
		"chi Compress":  func() brio.Middleware { return chi.Compress(5, "application/json", "application/jsonl") },
		"chi Timeout":   func() brio.Middleware { return chi.Timeout(time.Hour) },
		"chi Throttle":  func() brio.Middleware { return chi.ThrottleBacklog(10, 10, time.Hour) },
		"chi NoCache":   func() brio.Middleware { return chi.NoCache },
		"chi SetHeader": func() brio.Middleware { return chi.SetHeader("X-Set", "yes") },
		"chi GetHead":   func() brio.Middleware { return chi.WithValue("key", "value") },
		"otelhttp":      func() brio.Middleware { return otelhttp.NewMiddleware("test") },
		"gzhttp": func() brio.Middleware {
			wrap, err := gzhttp.NewWrapper(gzhttp.MinSize(1))
			if err != nil {
				panic(err)
			}
			return func(h http.Handler) http.Handler { return wrap(h) }
		},
		"rs/cors": func() brio.Middleware { return cors.AllowAll().Handler },
		"alice": func() brio.Middleware {
			return alice.New(chi.RequestID, otelhttp.NewMiddleware("test"), chi.Recoverer, chi.NoCache).Then
		},
		"all of Brio's": func() brio.Middleware {
			return alice.New(
				middleware.RequestID(), middleware.AccessLog(slog.New(slog.DiscardHandler)), middleware.SecurityHeaders(), middleware.TrustedHost("127.0.0.1"),
				middleware.CORS(middleware.CORSOptions{AllowOrigins: []string{"*"}}), middleware.Compress(), middleware.CSRF(), middleware.Timeout(time.Hour),
				middleware.ConcurrencyLimit(middleware.ConcurrencyOptions{Limit: 10}), middleware.RateLimit(middleware.RateLimitOptions{Limit: 1e6, Window: time.Second}),
			).Then
		},
	}
}

type item struct {
	ID   int    `json:"id"`
	Text string `json:"text"`
}

// program is an app that uses mw on one of its levels.
func program(level string, mw brio.Middleware, next chan struct{}) *brio.App {
	use := func(at string) brio.Option {
		if at == level {
			return brio.Use(mw)
		}
		return brio.Use()
	}
	app := brio.New(brio.Logger(slog.New(slog.DiscardHandler)), use("app"))
	router := brio.NewRouter(use("router"))
	app.Include(router, brio.Prefix("/api"))
	router.Get("/items/{id}", func(in *struct {
		ID int `path:"id"`
	}) item {
		return item{in.ID, strings.Repeat("text ", 100)}
	}, use("route"))
	router.Get("/fails", func() error { return fmt.Errorf("canary") }, use("route"))
	router.Get("/panics", func() { panic("canary") }, use("route"))
	router.Post("/echo", func(in *brio.Body[item]) item { return in.Value }, use("route"))
	items := func() iter.Seq[item] {
		return func(yield func(item) bool) {
			for i := range 3 {
				if !yield(item{ID: i}) {
					return
				}
				<-next
			}
		}
	}
	router.Get("/lines", items, use("route"))
	router.Get("/events", items, brio.EventStream(), use("route"))
	router.Get("/taken", func() {}, use("route"), brio.Use(takeOver))
	return app
}

// takeOver answers on the connection itself.
func takeOver(http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, rw, err := http.NewResponseController(w).Hijack()
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		_, _ = rw.WriteString("HTTP/1.1 299 Mine\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
		_ = rw.Flush()
		_ = conn.Close()
	})
}

func TestMiddlewareOfOthersOnEveryLevel(t *testing.T) {
	for name, mw := range third() {
		for _, level := range []string{"app", "router", "route"} {
			t.Run(name+" on "+level, func(t *testing.T) {
				next := make(chan struct{})
				s := httptest.NewServer(program(level, mw(), next))
				defer s.Close()
				for _, c := range []struct {
					method, path, body string
					status             int
					want               string
				}{
					{"GET", "/api/items/7", "", 200, `{"id":7,"text":"` + strings.Repeat("text ", 100) + `"}`},
					{"GET", "/api/fails", "", 500, `{"detail":"Internal Server Error"}`},
					{"GET", "/api/panics", "", 500, `{"detail":"Internal Server Error"}`},
					{"POST", "/api/echo", `{"id":1,"text":"x"}`, 200, `{"id":1,"text":"x"}`},
					{"GET", "/api/none", "", 404, `{"detail":"Not Found"}`},
					{"GET", "/api/taken", "", 299, ""},
				} {
					r, _ := http.NewRequest(c.method, s.URL+c.path, strings.NewReader(c.body))
					r.Header.Set("Content-Type", "application/json")
					res, err := http.DefaultClient.Do(r)
					if err != nil {
						t.Fatal(c.path, err)
					}
					body, err := io.ReadAll(res.Body)
					if err != nil || res.StatusCode != c.status || string(body) != c.want {
						t.Errorf("%s: %d %s %v", c.path, res.StatusCode, body, err)
					}
					_ = res.Body.Close()
				}
				for path, prefix := range map[string]string{"/api/lines": "", "/api/events": "data: "} {
					res, err := http.Get(s.URL + path)
					if err != nil {
						t.Fatal(path, err)
					}
					lines := bufio.NewScanner(res.Body)
					for i := range 3 { // each arrives before the next is made
						for lines.Scan() && lines.Text() == "" {
						}
						var got item
						if err := json.Unmarshal([]byte(strings.TrimPrefix(lines.Text(), prefix)), &got); err != nil || got.ID != i {
							t.Fatalf("%s: %q %v", path, lines.Text(), err)
						}
						next <- struct{}{}
					}
					_ = res.Body.Close()
				}
			})
		}
	}
}

// OpenTelemetry names spans after the route wherever it stands, also outside of the routing.
func TestOpenTelemetrySeesRoute(t *testing.T) {
	for _, level := range []string{"app", "router", "route"} {
		spans := tracetest.NewSpanRecorder()
		provider := sdk.NewTracerProvider(sdk.WithSpanProcessor(spans))
		s := httptest.NewServer(program(level, otelhttp.NewMiddleware("server", otelhttp.WithTracerProvider(provider)), nil))
		res, err := http.Get(s.URL + "/api/items/7")
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		s.Close()
		_ = provider.Shutdown(context.Background())
		ended := spans.Ended()
		if len(ended) != 1 {
			t.Fatalf("%s: %d spans", level, len(ended))
		}
		var route string
		for _, a := range ended[0].Attributes() {
			if a.Key == "http.route" {
				route = a.Value.AsString()
			}
		}
		if !strings.Contains(ended[0].Name()+route, "/api/items/{id}") {
			t.Errorf("%s: the span is %q, http.route %q", level, ended[0].Name(), route)
		}
	}
}

// Brio's own middleware hands the pattern on to what is outside of it.
func TestPatternIsSeenOutsideOfBriosMiddleware(t *testing.T) {
	var seen string
	probe := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			next.ServeHTTP(w, r)
			seen = r.Pattern
		})
	}
	mw := alice.New(probe, middleware.ProxyHeaders("127.0.0.1"), middleware.RequestID(), middleware.Timeout(time.Hour), middleware.MethodOverride(), middleware.Compress()).Then
	s := httptest.NewServer(program("app", mw, nil))
	r, _ := http.NewRequest("GET", s.URL+"/api/items/7", nil)
	r.Header.Set("X-Forwarded-For", "192.0.2.1")
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	s.Close()
	if seen != "/api/items/{id}" {
		t.Errorf("Pattern is %q", seen)
	}
}

// Middleware runs once for each level, outermost first, and each of two routes has its own.
func TestOrderOfLevels(t *testing.T) {
	var order []string
	note := func(name string) brio.Middleware {
		return alice.New(func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				order = append(order, name)
				next.ServeHTTP(w, r)
			})
		}).Then
	}
	app := brio.New(brio.Use(note("app 1"), note("app 2")))
	router := brio.NewRouter(brio.Use(note("router")))
	router.Get("/a", func() {}, brio.Use(note("a")))
	router.Get("/b", func() {}, brio.Use(note("b")))
	app.Include(router, brio.Use(note("include")))
	app.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/b", nil))
	if want := []string{"app 1", "app 2", "include", "router", "b"}; !slices.Equal(order, want) {
		t.Errorf("%v, want %v", order, want)
	}
}
