package middleware

import "net/http"

// OnStart calls f just before the status and the headers of a response are sent. f may change h. It is called once for each
// response, in the goroutine that sends it. If the handler writes nothing, f is called for the empty 200 of net/http. f is not
// called for interim responses (1xx), for hijacked connections, and after a panic before the headers.
//
// f must be safe for concurrent use; a nil f is a start-up mistake. The writer stays an http.Flusher and http.Hijacker if it was one, and
// http.ResponseController reaches the writer below. OnStart costs one allocation for each request.
//
//go:noinline
func OnStart(f func(h http.Header, status int)) Func {
	var c checks
	c.must(f != nil, "a func(h http.Header, status int)", "the function is nil")
	if refused := c.refused(); refused != nil {
		return refused
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s := record(w, f)
			next.ServeHTTP(s.writer.Variant(), r)
			s.end()
		})
	}
}
