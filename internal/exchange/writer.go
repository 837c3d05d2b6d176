package exchange

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
)

// Writer returns the response writer for code that writes the response itself: streams, files, WebSockets, wrapped
// http.Handlers. It is the writer given to Acquire inside one that notices writes, so that [Exchange.Written] knows
// of them. It has Unwrap, for http.ResponseController, and is an http.Flusher and http.Hijacker where the inner one
// is. It is made by the first call (one allocation) and is never pooled: code that wrongly keeps it after Release
// cannot reach another request's response.
func (x *Exchange) Writer() http.ResponseWriter { return x.WriterWithOwner(nil) }

// WriterWithOwner is Writer with an owner, which OwnerOf finds through the writer and its wrappers.
func (x *Exchange) WriterWithOwner(owner any) http.ResponseWriter {
	if x.rare.tracker == nil {
		x.writeRare().tracker = &trackingWriter{inner: x.w, owner: owner}
	}
	_, flushes := x.w.(http.Flusher)
	_, hijacks := x.w.(http.Hijacker)
	switch {
	case flushes && hijacks:
		return flushHijackTracker{x.rare.tracker}
	case flushes:
		return flushTracker{x.rare.tracker}
	case hijacks:
		return hijackTracker{x.rare.tracker}
	}
	return x.rare.tracker
}

// Written reports whether the response has begun: by Send, or by anything done to Writer. After that no other
// response can be sent. Interim responses (100, 102 to 199) do not begin it.
func (x *Exchange) Written() bool {
	return x.sent || x.rare.tracker != nil && x.rare.tracker.written
}

type trackingWriter struct {
	inner   http.ResponseWriter
	written bool
	exited  bool // see [Exchange.MarkExit]
	owner   any
}

func (t *trackingWriter) tracked() *trackingWriter { return t }

func (t *trackingWriter) Header() http.Header         { return t.inner.Header() }
func (t *trackingWriter) Unwrap() http.ResponseWriter { return t.inner }

func (t *trackingWriter) WriteHeader(status int) {
	if !interim(status) {
		t.written = true
	}
	t.inner.WriteHeader(status)
}

func (t *trackingWriter) Write(p []byte) (int, error) {
	t.written = true
	return t.inner.Write(p)
}

func (t *trackingWriter) WriteString(s string) (int, error) {
	t.written = true
	return io.WriteString(t.inner, s)
}

// ReadFrom keeps sendfile for files: net/http's own writer has it, and io.Copy asks for it.
func (t *trackingWriter) ReadFrom(r io.Reader) (int64, error) {
	t.written = true
	return io.Copy(t.inner, r)
}

// FlushError is what http.ResponseController looks for before it unwraps.
func (t *trackingWriter) FlushError() error {
	err := http.NewResponseController(t.inner).Flush()
	if !errors.Is(err, http.ErrNotSupported) {
		t.written = true
	}
	return err
}

func (t *trackingWriter) hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(t.inner).Hijack()
	if err == nil {
		t.written = true
	}
	return conn, rw, err
}

type flushTracker struct{ *trackingWriter }

func (t flushTracker) Flush() { _ = t.FlushError() }

type hijackTracker struct{ *trackingWriter }

func (t hijackTracker) Hijack() (net.Conn, *bufio.ReadWriter, error) { return t.hijack() }

type flushHijackTracker struct{ *trackingWriter }

func (t flushHijackTracker) Flush()                                       { _ = t.FlushError() }
func (t flushHijackTracker) Hijack() (net.Conn, *bufio.ReadWriter, error) { return t.hijack() }

// interim reports whether a response with that status is followed by another one. 101 is final: what follows it is
// another protocol.
func interim(status int) bool {
	return status >= 100 && status < 200 && status != http.StatusSwitchingProtocols
}
