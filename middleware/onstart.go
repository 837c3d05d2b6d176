package middleware

import "net/http"

// OnStart calls f just before status and headers of a response leave, whoever sends them; f may change h. It is called
// once for each response, in the goroutine that sends; an answer that nobody writes is the empty 200 that net/http sends.
// Interim responses (1xx) and connections that a handler takes over are not reported, and neither is an answer that a
// panic prevents. The writer stays an http.Flusher and http.Hijacker where it was one, and http.ResponseController
// reaches what is below. It costs one allocation for each request.
//
//go:noinline
func OnStart(f func(h http.Header, status int)) Func {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s := &recorder{inner: w, onStart: f}
			next.ServeHTTP(s.writer(), r)
			s.end()
		})
	}
}
