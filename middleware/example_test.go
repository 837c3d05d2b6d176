package middleware_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/middleware"
	"github.com/brio-go/brio/routing"
)

// Middleware is net/http's. The first that Use names is outermost. Here each answer has a request ID, those to preflights too, which CORS writes.
func Example() {
	app := brio.New(brio.Use(
		middleware.RequestID(),
		middleware.CORS(middleware.CORSOptions{AllowOrigins: []string{"https://shop.example"}}),
	))
	app.Get("/", func() string { return "hello" })

	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("Origin", "https://shop.example")
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	fmt.Println(w.Code, w.Header().Get("Access-Control-Allow-Origin"), w.Header().Get("X-Request-Id") != "")
	// Output:
	// 200 https://shop.example true
}

// A handler or a dependency reads the request ID from its context.
func ExampleRequestIDFrom() {
	handler := middleware.RequestID()(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Println(middleware.RequestIDFrom(r.Context()))
	}))
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Header.Set("X-Request-Id", "order-7")
	handler.ServeHTTP(httptest.NewRecorder(), r)
	// Output:
	// order-7
}

// An app reports illegal options of all its middleware at once, with the place of each call, which is left out here.
func Example_mistakes() {
	app := brio.New(brio.Use(
		middleware.CORS(middleware.CORSOptions{AllowMethods: []string{"get"}}),
		middleware.Timeout(-time.Second),
	))
	var report routing.Report
	if errors.As(app.Check(), &report) {
		for _, m := range report {
			fmt.Printf("%s: %s; legal: %s\n", m.Func, m.Found, m.Legal)
		}
	}
	// Output:
	// middleware.CORS: AllowMethods has "get"; legal: methods in upper case, and "*"
	// middleware.Timeout: the duration is -1s; legal: a positive number; brio.NoLimit (-1) for none
}

// Each client may make two requests a minute, at once or spread.
func ExampleRateLimit() {
	limit := middleware.RateLimit(middleware.RateLimitOptions{Limit: 2, Window: time.Minute})
	app := brio.New(brio.Use(limit))
	app.Get("/", func() string { return "hello" })

	for range 3 {
		w := httptest.NewRecorder()
		app.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
		fmt.Println(w.Code, w.Header().Get("RateLimit-Policy"), w.Header().Get("Retry-After") != "")
	}
	// Output:
	// 200 "default";q=2;w=60 false
	// 200 "default";q=2;w=60 false
	// 429 "default";q=2;w=60 true
}

// Four requests run at once, eight more wait for up to a second, and others are answered with 503. The timeout is outside, so that a late
// handler still counts.
func ExampleConcurrencyLimit() {
	app := brio.New(brio.Use(
		middleware.Timeout(5*time.Second),
		middleware.ConcurrencyLimit(middleware.ConcurrencyOptions{Limit: 4, Queue: 8, MaxWait: time.Second}),
	))
	app.Get("/", func() string { return "hello" })

	w := httptest.NewRecorder()
	app.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	fmt.Println(w.Code, w.Body)
	// Output:
	// 200 "hello"
}

// A session counts the visits of a browser. The provider makes the session a parameter of handlers.
func ExampleSessions() {
	codec, err := cookies.NewCodec(cookies.Key{Sign: bytes.Repeat([]byte{7}, 32)}) // a program reads the key from its secret store
	if err != nil {
		fmt.Println(err)
		return
	}
	app := brio.New(
		brio.Use(middleware.Sessions(codec, middleware.SessionOptions{MaxAge: 24 * time.Hour})),
		brio.Provide(middleware.SessionFrom),
	)
	app.Get("/", func(s *middleware.Session) (int, error) {
		var visits int
		s.Get("visits", &visits)
		return visits + 1, s.Set("visits", visits+1)
	})

	r := httptest.NewRequest(http.MethodGet, "/", nil)
	for range 2 {
		w := httptest.NewRecorder()
		app.ServeHTTP(w, r)
		fmt.Println(w.Body)
		r.Header.Set("Cookie", w.Result().Cookies()[0].String())
	}
	// Output:
	// 1
	// 2
}

// OnStart changes headers when the status is known, just before both are sent.
func ExampleOnStart() {
	noStore := middleware.OnStart(func(h http.Header, status int) {
		if status >= 400 {
			h.Set("Cache-Control", "no-store")
		}
	})
	app := brio.New(brio.Use(noStore))
	app.Get("/", func() string { return "hello" })

	for _, path := range []string{"/", "/missing"} {
		w := httptest.NewRecorder()
		app.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		fmt.Printf("%d %q\n", w.Code, w.Header().Get("Cache-Control"))
	}
	// Output:
	// 200 ""
	// 404 "no-store"
}

// A program may keep its limits in a store that several servers share. This one counts in the memory of the process.
func ExampleStore() {
	var store middleware.Store = middleware.NewMemoryStore(10_000)
	policy := middleware.Policy{Name: "login", Interval: time.Minute, Burst: 1}
	for range 2 {
		d, err := store.Take(context.Background(), "192.0.2.1", policy)
		fmt.Println(d.Allowed, d.Remaining, err)
	}
	// Output:
	// true 0 <nil>
	// false 0 <nil>
}
