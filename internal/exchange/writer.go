package exchange

import (
	"errors"
	"net/http"

	"github.com/brio-go/brio/internal/httpwriter"
)

// Writer returns the response writer for code that writes the response itself: streams, files, WebSockets, wrapped
// http.Handlers. It is the writer given to Acquire inside one that notices writes, so that [Exchange.Written] knows
// of them. It has Unwrap, for http.ResponseController, and is an http.Flusher and http.Hijacker where the inner one
// is. It is made by the first call (one allocation) and is never pooled: code that wrongly keeps it after Release
// cannot reach another request's response.
func (x *Exchange) Writer() http.ResponseWriter { return x.WriterWithOwner(nil) }

// WriterWithOwner is Writer with an owner, which OwnerOf finds through the writer and its wrappers.
func (x *Exchange) WriterWithOwner(owner any) http.ResponseWriter {
	t := x.rare.tracker
	if t == nil {
		t = &trackingWriter{owner: owner}
		t.writer.Wrap(x.w, t)
		x.writeRare().tracker = t
	}
	return t.writer.Variant()
}

// Written reports whether the response has begun: by Send, or by anything done to Writer. After that no other
// response can be sent. Interim responses (100, 102 to 199) do not begin it.
func (x *Exchange) Written() bool {
	return x.sent || x.rare.tracker != nil && x.rare.tracker.written
}

// trackingWriter notices when the response begins.
type trackingWriter struct {
	httpwriter.Pass
	writer  httpwriter.Writer
	written bool
	exited  bool // see [Exchange.MarkExit]
	owner   any
}

// trackerOf returns the trackingWriter that a Writer is of, nil for other writers.
func trackerOf(w http.ResponseWriter) *trackingWriter {
	t, _ := httpwriter.HooksOf(w).(*trackingWriter)
	return t
}

// Begin implements httpwriter.Hooks.
func (t *trackingWriter) Begin(int) error {
	t.written = true
	return nil
}

// Flushed implements httpwriter.Hooks: a flush sends the headers, unless no writer below can flush.
func (t *trackingWriter) Flushed(err error) {
	t.written = t.written || !errors.Is(err, http.ErrNotSupported)
}

// Hijacked implements httpwriter.Hooks.
func (t *trackingWriter) Hijacked(err error) { t.written = t.written || err == nil }
