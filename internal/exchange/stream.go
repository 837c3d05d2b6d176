package exchange

import (
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Begin writes status and headers of a response whose body follows in chunks. It merges headers as Send does, without a Content-Length.
// body is false for HEAD and for statuses without a body: the response is then complete.
func (x *Exchange) Begin(status int, h *Headers, typ *ContentType) (body bool, err error) {
	if status == http.StatusNoContent || status == http.StatusResetContent || status == http.StatusNotModified {
		return false, x.Send(status, h, typ, nil)
	}
	if x.Written() {
		return false, fmt.Errorf("begin status %d: %w", status, ErrWritten)
	}
	if err := Check(status, h, typ); err != nil {
		return false, err
	}
	x.settleStream()
	header := x.w.Header()
	if ownType := x.mergeInto(header, h); !ownType && typ != nil {
		header["Content-Type"] = x.typeValues(typ)
	} else if _, set := header["Content-Type"]; !set {
		header["Content-Type"] = nil // present, so that net/http does not guess
	}
	delete(header, "Content-Length")
	delete(header, "Transfer-Encoding")
	x.sent = true
	x.w.WriteHeader(status)
	return x.Method() != http.MethodHead, nil
}

// Chunk writes a part of the body after Begin, and flushes it. The client has the timeout to receive it; 0 means no limit. The server's
// WriteTimeout does not count. Chunk removes the deadline afterwards: HTTP/2 resets a stream whose deadline passes between two chunks.
func (x *Exchange) Chunk(b []byte, timeout time.Duration) error {
	pace := newPace(x.w, timeout)
	pace.Advance()
	_, err := x.w.Write(b)
	if err == nil {
		err = http.NewResponseController(x.w).Flush()
	}
	if err != nil && !errors.Is(err, http.ErrNotSupported) {
		return fmt.Errorf("%w: %w", ErrConnection, err)
	}
	pace.End()
	return nil
}

// ClearWriteDeadline removes the server's WriteTimeout from this response.
func (x *Exchange) ClearWriteDeadline() {
	_ = http.NewResponseController(x.w).SetWriteDeadline(time.Time{})
}

// SetFinalWriteTimeout limits the writes of net/http after the handler has returned: the end of a chunked body. It does nothing for a
// server without WriteTimeout, where the limit would hold for the next request of the connection.
func (x *Exchange) SetFinalWriteTimeout(timeout time.Duration) {
	if s := x.server(); s != nil && s.WriteTimeout > 0 && timeout > 0 {
		_ = http.NewResponseController(x.w).SetWriteDeadline(time.Now().Add(timeout))
	}
}

// Flush sends the bytes in the buffers. It returns nil for a writer that cannot flush, and for a connection that was taken: net/http
// panics on a flush of one.
func (x *Exchange) Flush() error {
	if x.rare.hijacked || x.tracker != nil && x.tracker.hijacked {
		return nil
	}
	if err := http.NewResponseController(x.w).Flush(); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return fmt.Errorf("%w: %w", ErrConnection, err)
	}
	return nil
}

// CloseConnection makes this the last request of an HTTP/1 connection of a server, because the next request on it would wait for the
// end of this handler. It must be called before the headers leave.
func (x *Exchange) CloseConnection() {
	x.ForceContentLength()
	if x.isHTTP1() && x.server() != nil {
		x.SetConnectionClose()
	}
}

// SetConnectionClose makes this the last request of its connection. It must be called before the headers leave. For HTTP/2 net/http
// sends GOAWAY.
func (x *Exchange) SetConnectionClose() { CloseConnectionOf(x.w) }

// CloseConnectionOf is SetConnectionClose for handlers that have no Exchange.
func CloseConnectionOf(w http.ResponseWriter) { w.Header()["Connection"] = []string{"close"} }
