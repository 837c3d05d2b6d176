package middleware

import (
	"errors"
	"io"
	"net/http"

	"github.com/brio-go/brio/internal/httpwriter"
)

// recorder records status and size of a response. Its writer has the optional interfaces of the writer below.
type recorder struct {
	httpwriter.PassBody
	writer   httpwriter.Writer
	onStart  func(http.Header, int) // nil, or called just before the headers are sent
	status   int                    // 0 until the headers are sent
	bytes    int64                  // of the body
	hijacked bool
}

// record returns a recorder around w. onStart may be nil.
func record(w http.ResponseWriter, onStart func(http.Header, int)) *recorder {
	s := &recorder{onStart: onStart}
	s.writer.WrapBody(w, s)
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

// Wrote implements httpwriter.BodyHooks.
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
	body tee
}

// Body implements httpwriter.BodyHooks.
func (c *copier) Body(below http.ResponseWriter) io.Writer {
	c.body.to = below
	return &c.body
}

// tee copies each write to another writer, whose errors are ignored.
type tee struct{ to, copyTo io.Writer }

func (t *tee) Write(p []byte) (int, error) {
	n, err := t.to.Write(p)
	_, _ = t.copyTo.Write(p[:n])
	return n, err
}

// ReadFrom implements io.ReaderFrom.
func (t *tee) ReadFrom(r io.Reader) (int64, error) { return io.Copy(t.to, io.TeeReader(r, t.copyTo)) }

// headRecorder is a recorder of an answer to HEAD. It drops the body: net/http drops it too, but sends the length of a short body.
type headRecorder struct {
	recorder
	body discard
}

// Body implements httpwriter.BodyHooks.
func (h *headRecorder) Body(below http.ResponseWriter) io.Writer {
	h.body.to = below
	return &h.body
}

// discard drops what is written to it. Each write sends the headers.
type discard struct{ to io.Writer }

func (d *discard) Write(p []byte) (int, error) {
	_, err := d.to.Write(nil)
	return len(p), err
}
