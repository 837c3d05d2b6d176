package middleware

import (
	"errors"
	"io"
	"net/http"

	"github.com/brio-go/brio/internal/httpwriter"
)

// recorder records status and size of a response. Its writer has the optional interfaces of the writer below.
type recorder struct {
	httpwriter.Pass
	writer   httpwriter.Writer
	onStart  func(http.Header, int) // nil, or called just before the headers are sent
	status   int                    // 0 until the headers are sent
	bytes    int64                  // of the body
	hijacked bool
}

// record returns a recorder around w. onStart may be nil.
func record(w http.ResponseWriter, onStart func(http.Header, int)) *recorder {
	s := &recorder{onStart: onStart}
	s.writer.Wrap(w, s)
	return s
}

func (s *recorder) start(status int) {
	if s.status == 0 {
		s.status = status
		if s.onStart != nil {
			s.onStart(s.writer.Header(), status)
		}
	}
}

// end is called when the handler has returned. If it has sent nothing, net/http sends an empty 200.
func (s *recorder) end() {
	if !s.hijacked {
		s.start(http.StatusOK)
	}
}

// Begin implements httpwriter.Hooks. net/http panics for a status below 100.
func (s *recorder) Begin(status int) error {
	if status >= 100 {
		s.start(status)
	}
	return nil
}

// Wrote implements httpwriter.Hooks.
func (s *recorder) Wrote(n int64) { s.bytes += n }

// BeginFlush implements httpwriter.Hooks. A flush sends the headers.
func (s *recorder) BeginFlush() error {
	if s.status == 0 && !httpwriter.CanFlush(s.writer.Inner()) {
		return http.ErrNotSupported
	}
	s.start(http.StatusOK)
	return nil
}

// Hijacked implements httpwriter.Hooks.
func (s *recorder) Hijacked(err error) {
	s.hijacked = s.hijacked || err == nil || errors.Is(err, http.ErrHijacked)
}

// copier is a recorder that copies the body.
type copier struct {
	recorder
	copyTo io.Writer
}

// BodyCopy implements httpwriter.Hooks.
func (c *copier) BodyCopy() io.Writer { return c.copyTo }
