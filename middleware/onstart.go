package middleware

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
)

// OnStart calls f just before status and headers of a response leave, whoever sends them; f may change h. It is called
// once for each response, in the goroutine that sends; an answer that nobody writes is the empty 200 that net/http sends.
// Interim responses (1xx) and connections that a handler takes over are not reported, and neither is an answer that a
// panic prevents. The writer stays an http.Flusher and http.Hijacker where it was one, and http.ResponseController
// reaches what is below.
func OnStart(f func(h http.Header, status int)) Func {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s := &starter{inner: w, f: f}
			next.ServeHTTP(s.writer(), r)
			if !s.hijacked {
				s.start(http.StatusOK)
			}
		})
	}
}

// starter notices the start of a response.
type starter struct {
	inner             http.ResponseWriter
	f                 func(http.Header, int)
	started, hijacked bool
}

// writer has the interfaces that the inner writer has.
func (s *starter) writer() http.ResponseWriter {
	_, flushes := s.inner.(http.Flusher)
	_, hijacks := s.inner.(http.Hijacker)
	switch {
	case flushes && hijacks:
		return flushHijackStarter{s}
	case flushes:
		return flushStarter{s}
	case hijacks:
		return hijackStarter{s}
	}
	return s
}

func (s *starter) start(status int) {
	if !s.started {
		s.started = true
		s.f(s.inner.Header(), status)
	}
}

func (s *starter) Header() http.Header         { return s.inner.Header() }
func (s *starter) Unwrap() http.ResponseWriter { return s.inner }

func (s *starter) WriteHeader(status int) {
	if status >= 200 || status == http.StatusSwitchingProtocols {
		s.start(status)
	}
	s.inner.WriteHeader(status)
}

func (s *starter) Write(p []byte) (int, error) {
	s.start(http.StatusOK)
	return s.inner.Write(p)
}

func (s *starter) WriteString(p string) (int, error) {
	s.start(http.StatusOK)
	return io.WriteString(s.inner, p)
}

// ReadFrom keeps sendfile for files: net/http's own writer has it, and io.Copy asks for it.
func (s *starter) ReadFrom(r io.Reader) (int64, error) {
	s.start(http.StatusOK)
	return io.Copy(s.inner, r)
}

// FlushError is what http.ResponseController looks for before it unwraps. A flush sends the headers.
func (s *starter) FlushError() error {
	c := http.NewResponseController(s.inner)
	if !s.started && !flushable(s.inner) {
		return http.ErrNotSupported
	}
	s.start(http.StatusOK)
	return c.Flush()
}

// flushable reports whether http.ResponseController could flush w, which cannot be tried without doing it.
func flushable(w http.ResponseWriter) bool {
	for {
		switch t := w.(type) {
		case interface{ FlushError() error }, http.Flusher:
			return true
		case interface{ Unwrap() http.ResponseWriter }:
			w = t.Unwrap()
		default:
			return false
		}
	}
}

func (s *starter) hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(s.inner).Hijack()
	s.hijacked = s.hijacked || err == nil || errors.Is(err, http.ErrHijacked)
	return conn, rw, err
}

type flushStarter struct{ *starter }

func (s flushStarter) Flush() { _ = s.FlushError() }

type hijackStarter struct{ *starter }

func (s hijackStarter) Hijack() (net.Conn, *bufio.ReadWriter, error) { return s.hijack() }

type flushHijackStarter struct{ *starter }

func (s flushHijackStarter) Flush()                                       { _ = s.FlushError() }
func (s flushHijackStarter) Hijack() (net.Conn, *bufio.ReadWriter, error) { return s.hijack() }
