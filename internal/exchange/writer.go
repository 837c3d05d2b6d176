package exchange

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/brio-go/brio/internal/httpwriter"
)

// Writer returns the response writer for code that writes the response itself: streams, files, WebSockets, wrapped http.Handlers. It
// wraps the writer given to Acquire and notices writes, for [Exchange.Written]. It has Unwrap, for http.ResponseController, and is an
// http.Flusher and http.Hijacker if the inner writer is. The first call makes it, with one allocation. It is not pooled: code that
// wrongly keeps it after Release cannot reach the response of another request.
func (x *Exchange) Writer() http.ResponseWriter { return x.WriterWithOwner(nil) }

// WriterWithOwner is Writer with an owner, which OwnerOf finds through the writer and its wrappers.
func (x *Exchange) WriterWithOwner(owner any) http.ResponseWriter {
	t := x.tracker
	if t == nil {
		t = &trackingWriter{owner: owner}
		t.writer.Wrap(x.w, t)
		x.tracker = t
	}
	return t.writer.Variant()
}

// trackingWriter notices when the response begins.
type trackingWriter struct {
	httpwriter.Pass
	writer   httpwriter.Writer
	written  bool
	hijacked bool
	exited   bool // see [Exchange.MarkExit]
	owner    any
}

// Begin implements httpwriter.Hooks. A status that is none begins no response: Begin panics as the writer of net/http does, which may stand
// below a writer that keeps the status for later.
func (t *trackingWriter) Begin(status int) error {
	if (status < 100 || status > 999) && !t.written {
		panic(fmt.Sprintf("invalid WriteHeader code %v", status))
	}
	t.written = true
	return nil
}

// Flushed implements httpwriter.Hooks: a flush sends the headers, unless no writer below can flush.
func (t *trackingWriter) Flushed(err error) {
	t.written = t.written || !errors.Is(err, http.ErrNotSupported)
}

// Hijacked implements httpwriter.Hooks.
func (t *trackingWriter) Hijacked(err error) {
	t.written, t.hijacked = t.written || err == nil, t.hijacked || err == nil
}
