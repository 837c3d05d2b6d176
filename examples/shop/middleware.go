package main

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"time"

	"github.com/brio-go/brio/middleware"
)

// requestID is plain net/http middleware: it gives every answer an X-Request-Id. middleware.RequestID also puts it into log and errors.
func requestID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Request-Id", rand.Text())
		next.ServeHTTP(w, r)
	})
}

// timing adds the header Server-Timing with the time until the answer began. OnStart calls its function just before the headers are
// sent: afterwards the header map has no effect.
func timing(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		middleware.OnStart(func(h http.Header, _ int) {
			milliseconds := float64(time.Since(start).Microseconds()) / 1000
			h.Set("Server-Timing", fmt.Sprintf("app;dur=%.3f", milliseconds))
		})(next).ServeHTTP(w, r)
	})
}
