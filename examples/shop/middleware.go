package main

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"time"
)

// requestID is plain net/http middleware: it gives every answer an X-Request-Id to ask about.
func requestID(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Request-Id", rand.Text())
		next.ServeHTTP(w, r)
	})
}

// timing says in Server-Timing how long it took to make an answer. Headers leave with the status, so it must wait for
// that moment.
func timing(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(&timedWriter{ResponseWriter: w, start: time.Now()}, r)
	})
}

type timedWriter struct {
	http.ResponseWriter
	start time.Time
}

func (w *timedWriter) WriteHeader(status int) {
	milliseconds := float64(time.Since(w.start).Microseconds()) / 1000
	w.Header().Set("Server-Timing", fmt.Sprintf("app;dur=%.3f", milliseconds))
	w.ResponseWriter.WriteHeader(status)
}

// Unwrap is how http.ResponseController finds what the writer inside can do.
func (w *timedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
