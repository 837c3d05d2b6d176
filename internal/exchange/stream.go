package exchange

import (
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Begin writes status and headers of a response whose body follows in chunks, of a length that is not known yet. Headers are
// merged as Send does; there is no Content-Length. body is false where nothing must follow: for HEAD and for statuses
// without a body, which are then complete.
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
	x.settle()
	x.drainBeside()
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
	return x.r.Method != http.MethodHead, nil
}

// Chunk writes a part of the body that Begin announced, and sees to it that it leaves now. The client has the timeout to
// take it, whatever the server's WriteTimeout is; 0 is no limit. The deadline is taken back afterwards: HTTP/2 resets a
// stream whose deadline passes while it waits for the next chunk.
func (x *Exchange) Chunk(b []byte, timeout time.Duration) error {
	pace := newPace(x.w, timeout)
	pace.advance()
	_, err := x.w.Write(b)
	if err == nil {
		err = http.NewResponseController(x.w).Flush()
	}
	if err != nil && !errors.Is(err, http.ErrNotSupported) {
		return fmt.Errorf("%w: %w", ErrConnection, err)
	}
	pace.end()
	return nil
}

// ClearWriteDeadline takes back the server's WriteTimeout for this response.
func (x *Exchange) ClearWriteDeadline() {
	_ = http.NewResponseController(x.w).SetWriteDeadline(time.Time{})
}

// SetFinalWriteTimeout limits what net/http still has to write when the request's function has returned: the end of a body whose
// length it did not know. Where the server has no WriteTimeout, nothing would lift the limit for the connection's next
// request, so there is none.
func (x *Exchange) SetFinalWriteTimeout(timeout time.Duration) {
	if s, ok := x.r.Context().Value(http.ServerContextKey).(*http.Server); ok && s.WriteTimeout > 0 && timeout > 0 {
		_ = http.NewResponseController(x.w).SetWriteDeadline(time.Now().Add(timeout))
	}
}

// Flush sends what has been written. A writer that cannot flush is no error.
func (x *Exchange) Flush() error {
	if err := http.NewResponseController(x.w).Flush(); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return fmt.Errorf("%w: %w", ErrConnection, err)
	}
	return nil
}

// CloseConnection makes this the last request of an HTTP/1 connection that a server has accepted: what comes next on it would
// wait until this request's function has returned. It must be called before the headers leave.
func (x *Exchange) CloseConnection() {
	x.ForceContentLength()
	if x.r.ProtoMajor == 1 && x.r.Context().Value(http.ServerContextKey) != nil {
		x.SetConnectionClose()
	}
}

// SetConnectionClose makes this the last request of its connection. It must be called before the headers leave. net/http
// sends GOAWAY for it in HTTP/2.
func (x *Exchange) SetConnectionClose() { x.w.Header()["Connection"] = []string{"close"} }
