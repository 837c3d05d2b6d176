package middleware_test

import (
	"net/http"
	"net/http/httptest"

	"github.com/brio-go/brio/internal/testkit"
)

// panicking is a middleware that panics before the handler is called.
func panicking(http.Handler) http.Handler {
	return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(testkit.Canary) })
}

// newRequest returns a request without a body. Headers are key, value pairs.
func newRequest(method, target string, headers ...string) *http.Request {
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	return r
}
