package exchange

import (
	"errors"
	"fmt"
	"net/http"
)

// Begin writes status and headers of a response whose body follows in chunks, of a length nobody knows yet. Headers are
// merged as Send does; there is no Content-Length. body is false where nothing must follow: for HEAD and for statuses
// without a body, which are then complete.
func (x *Exchange) Begin(status int, h http.Header, contentType string) (body bool, err error) {
	if status < 200 || status == http.StatusNoContent || status == http.StatusResetContent || status == http.StatusNotModified || x.r.Method == http.MethodHead {
		return false, x.Send(status, h, contentType, nil)
	}
	if x.Written() {
		return false, fmt.Errorf("begin status %d: %w", status, ErrWritten)
	}
	if err := checkSend(status, h, contentType); err != nil {
		return false, err
	}
	header := x.w.Header()
	if ownType := mergeHeader(header, h); !ownType && contentType != "" {
		header["Content-Type"] = contentTypeValue(contentType)
	}
	delete(header, "Content-Length")
	delete(header, "Transfer-Encoding")
	x.sent = true
	x.w.WriteHeader(status)
	return true, nil
}

// Chunk writes a part of the body that Begin announced, and sees to it that it leaves now.
func (x *Exchange) Chunk(b []byte) error {
	if _, err := x.w.Write(b); err != nil {
		return fmt.Errorf("%w: %w", ErrConnection, err)
	}
	return x.Flush()
}

// Flush sends what has been written. A writer that cannot flush is no error.
func (x *Exchange) Flush() error {
	if err := http.NewResponseController(x.w).Flush(); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return fmt.Errorf("%w: %w", ErrConnection, err)
	}
	return nil
}
