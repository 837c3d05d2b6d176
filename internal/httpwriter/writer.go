package httpwriter

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"time"
)

// Writer is an http.ResponseWriter around another one, and has Unwrap for http.ResponseController. It serves one request. It is
// safe for concurrent use only where its hooks and the writer below are. The zero Writer must be given to Wrap first.
type Writer struct{ steps }

// Closed is a Writer without Unwrap: each call passes its hooks.
type Closed struct {
	steps
	hooks ClosedHooks
}

// steps are the methods that Writer and Closed share.
type steps struct {
	inner http.ResponseWriter
	hooks Hooks
	body  BodyHooks // nil: the body goes to inner, which saves two indirect calls for each write
}

// Wrap sets the writer below and the hooks. A wrapper that has the Writer as a field passes itself as hooks, so that both cost one
// allocation.
func (w *Writer) Wrap(inner http.ResponseWriter, hooks Hooks) { w.steps = steps{inner, hooks, nil} }

// WrapBody is Wrap for hooks of which Body and Wrote are called too.
func (w *Writer) WrapBody(inner http.ResponseWriter, hooks BodyHooks) {
	w.steps = steps{inner, hooks, hooks}
}

// Wrap sets the writer below and the hooks.
func (w *Closed) Wrap(inner http.ResponseWriter, hooks ClosedHooks) {
	w.steps, w.hooks = steps{inner, hooks, nil}, hooks
}

// HooksOf returns the hooks of a Writer, a Closed or a variant of them, nil for other writers.
func HooksOf(w http.ResponseWriter) Hooks {
	if s, ok := w.(interface{ responseSteps() *steps }); ok {
		return s.responseSteps().hooks
	}
	return nil
}

func (s *steps) responseSteps() *steps { return s }

// Inner returns the writer below.
func (s *steps) Inner() http.ResponseWriter { return s.inner }

// Redirect replaces the writer below, in Begin or BeginHijack: for a wrapper that decides by the status where the answer goes.
func (s *steps) Redirect(inner http.ResponseWriter) { s.inner = inner }

// Header implements http.ResponseWriter.
func (s *steps) Header() http.Header { return s.inner.Header() }

// WriteHeader implements http.ResponseWriter.
func (s *steps) WriteHeader(status int) {
	if IsInterim(status) || s.hooks.Begin(status) == nil {
		s.inner.WriteHeader(status)
	}
}

// Write implements http.ResponseWriter.
func (s *steps) Write(p []byte) (int, error) {
	if err := s.hooks.Begin(http.StatusOK); err != nil && err != ErrHeld {
		return 0, err
	}
	if s.body == nil {
		return s.inner.Write(p)
	}
	n, err := s.body.Body(s.inner).Write(p)
	s.body.Wrote(int64(n))
	return n, err
}

// WriteString implements io.StringWriter, which saves a copy of the text if the writer below implements it too.
func (s *steps) WriteString(text string) (int, error) {
	if err := s.hooks.Begin(http.StatusOK); err != nil && err != ErrHeld {
		return 0, err
	}
	if s.body == nil {
		return io.WriteString(s.inner, text)
	}
	n, err := io.WriteString(s.body.Body(s.inner), text)
	s.body.Wrote(int64(n))
	return n, err
}

// ReadFrom implements io.ReaderFrom, which io.Copy uses. It keeps sendfile for files: net/http's own writer has it.
func (s *steps) ReadFrom(r io.Reader) (int64, error) {
	if err := s.hooks.Begin(http.StatusOK); err != nil && err != ErrHeld {
		return 0, err
	}
	if s.body == nil {
		return io.Copy(s.inner, r)
	}
	n, err := io.Copy(s.body.Body(s.inner), r)
	s.body.Wrote(n)
	return n, err
}

// FlushError is the method that http.ResponseController calls before it unwraps.
func (s *steps) FlushError() error {
	if err := s.hooks.BeginFlush(); err != nil {
		return err
	}
	err := http.NewResponseController(s.inner).Flush()
	s.hooks.Flushed(err)
	return err
}

func (s *steps) hijack() (net.Conn, *bufio.ReadWriter, error) {
	if err := s.hooks.BeginHijack(); err != nil {
		return nil, nil, err
	}
	conn, rw, err := http.NewResponseController(s.inner).Hijack()
	s.hooks.Hijacked(err)
	return conn, rw, err
}

// Unwrap returns the writer below, for methods of http.ResponseController that Writer does not have.
func (w *Writer) Unwrap() http.ResponseWriter { return w.inner }

// Header returns the map of the hooks.
func (w *Closed) Header() http.Header { return w.hooks.HandlerHeader() }

// WriteHeader implements http.ResponseWriter.
func (w *Closed) WriteHeader(status int) {
	if IsInterim(status) {
		w.hooks.Interim(status)
		return
	}
	w.steps.WriteHeader(status)
}

// SetReadDeadline is a method of http.ResponseController.
func (w *Closed) SetReadDeadline(t time.Time) error {
	return w.hooks.Control(func(c *http.ResponseController) error { return c.SetReadDeadline(t) })
}

// SetWriteDeadline is a method of http.ResponseController.
func (w *Closed) SetWriteDeadline(t time.Time) error {
	return w.hooks.Control(func(c *http.ResponseController) error { return c.SetWriteDeadline(t) })
}

// EnableFullDuplex is a method of http.ResponseController.
func (w *Closed) EnableFullDuplex() error {
	return w.hooks.Control(func(c *http.ResponseController) error { return c.EnableFullDuplex() })
}
