package middleware

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
)

// recorder is a ResponseWriter that records status and size of the response. Its writer is an http.Flusher and http.Hijacker if
// the inner one is, and http.ResponseController reaches the writer below.
type recorder struct {
	inner    http.ResponseWriter
	onStart  func(http.Header, int) // nil, or called just before the headers are sent
	copyTo   io.Writer              // nil, or receives a copy of the body
	status   int                    // 0 until the headers are sent
	bytes    int64                  // of the body
	hijacked bool
}

// writer returns a writer with the optional interfaces that the inner writer has.
func (s *recorder) writer() http.ResponseWriter {
	_, flushes := s.inner.(http.Flusher)
	_, hijacks := s.inner.(http.Hijacker)
	switch {
	case flushes && hijacks:
		return flushHijackRecorder{s}
	case flushes:
		return flushRecorder{s}
	case hijacks:
		return hijackRecorder{s}
	}
	return s
}

func (s *recorder) start(status int) {
	if s.status == 0 {
		s.status = status
		if s.onStart != nil {
			s.onStart(s.inner.Header(), status)
		}
	}
}

// end is called when the handler has returned. If it has sent nothing, net/http sends an empty 200.
func (s *recorder) end() {
	if !s.hijacked {
		s.start(http.StatusOK)
	}
}

func (s *recorder) Header() http.Header         { return s.inner.Header() }
func (s *recorder) Unwrap() http.ResponseWriter { return s.inner }

func (s *recorder) WriteHeader(status int) {
	if status >= 200 || status == http.StatusSwitchingProtocols {
		s.start(status)
	}
	s.inner.WriteHeader(status)
}

func (s *recorder) Write(p []byte) (int, error) {
	s.start(http.StatusOK)
	n, err := s.inner.Write(p)
	s.bytes += int64(n)
	if s.copyTo != nil {
		_, _ = s.copyTo.Write(p[:n])
	}
	return n, err
}

func (s *recorder) WriteString(p string) (int, error) {
	if s.copyTo != nil {
		return s.Write([]byte(p))
	}
	s.start(http.StatusOK)
	n, err := io.WriteString(s.inner, p)
	s.bytes += int64(n)
	return n, err
}

// ReadFrom keeps sendfile for files: io.Copy uses the ReadFrom of net/http's writer.
func (s *recorder) ReadFrom(r io.Reader) (int64, error) {
	s.start(http.StatusOK)
	if s.copyTo != nil {
		r = io.TeeReader(r, s.copyTo)
	}
	n, err := io.Copy(s.inner, r)
	s.bytes += n
	return n, err
}

// FlushError is the method that http.ResponseController calls before it unwraps. A flush sends the headers.
func (s *recorder) FlushError() error {
	if s.status == 0 && !flushable(s.inner) {
		return http.ErrNotSupported
	}
	s.start(http.StatusOK)
	return http.NewResponseController(s.inner).Flush()
}

// flushable reports whether http.ResponseController can flush w. The controller itself can only report it by a flush.
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

func (s *recorder) hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(s.inner).Hijack()
	s.hijacked = s.hijacked || err == nil || errors.Is(err, http.ErrHijacked)
	return conn, rw, err
}

type flushRecorder struct{ *recorder }

func (s flushRecorder) Flush() { _ = s.FlushError() }

type hijackRecorder struct{ *recorder }

func (s hijackRecorder) Hijack() (net.Conn, *bufio.ReadWriter, error) { return s.hijack() }

type flushHijackRecorder struct{ *recorder }

func (s flushHijackRecorder) Flush()                                       { _ = s.FlushError() }
func (s flushHijackRecorder) Hijack() (net.Conn, *bufio.ReadWriter, error) { return s.hijack() }
