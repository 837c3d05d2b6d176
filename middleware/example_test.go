package middleware_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/middleware"
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
