package exchange

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// Refused is the error for a 412 or 416 of Serve's handler. Nothing has been written. Of the headers of the handler Content-Range stays.
type Refused struct{ Status int }

func (r *Refused) Error() string { return fmt.Sprintf("refused with status %d", r.Status) }

// Serve writes a response through a handler such as http.ServeContent, which sets the framing. It merges headers as Send does. status
// replaces the handler's 200. For another status than 200 the request loses its conditions and ranges, which are about a 200. For a
// 412 or 416 of the handler Serve returns [*Refused]. For a body that is shorter than its Content-Length Serve returns an error, and the
// caller must close the connection.
func (x *Exchange) Serve(status int, h *Headers, typ *ContentType, handler func(http.ResponseWriter, *http.Request)) error {
	if status == http.StatusNoContent || status == http.StatusResetContent || status == http.StatusNotModified {
		return x.Send(status, h, typ, nil)
	}
	if x.Written() {
		return fmt.Errorf("serve with status %d: %w", status, ErrWritten)
	}
	if err := Check(status, h, typ); err != nil {
		return err
	}
	x.settle()
	header := x.w.Header()
	sniff, set := header["X-Content-Type-Options"] // set by middleware
	if ownType := x.mergeInto(header, h); !ownType && typ != nil {
		header["Content-Type"] = x.typeValues(typ)
	}
	delete(header, "Content-Length")
	delete(header, "Transfer-Encoding")
	r := x.Request()
	if status != http.StatusOK {
		whole := r
		r = new(http.Request)
		*r = *whole
		r.Header = whole.Header.Clone()
		for _, key := range []string{"Range", "If-Range", "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since"} {
			delete(r.Header, key)
		}
	}
	w := &servedWriter{ResponseWriter: x.Writer(), head: x.Method() == http.MethodHead, ok: status, pace: x.pace()}
	handler(w, r)
	if w.refused != 0 {
		for _, key := range []string{"Content-Disposition", "Content-Encoding", "Content-Length", "Content-Type", "Etag", "Last-Modified", "X-Content-Type-Options"} {
			delete(header, key) // it describes the file
		}
		if set {
			header["X-Content-Type-Options"] = sniff
		}
		return &Refused{w.refused}
	}
	if w.err != nil {
		return fmt.Errorf("%w: %w", ErrConnection, w.err)
	}
	w.pace.end()
	if want := header.Get("Content-Length"); want != "" && !w.head && want != strconv.FormatInt(w.written, 10) {
		return fmt.Errorf("the body has %d of the %s bytes that were announced", w.written, want)
	}
	return nil
}

// maxRanges is the largest number of ranges in a request. Players and download managers send a few. Each range costs about 150 bytes of
// headers, for as little as one byte of the file.
const maxRanges = 100

// LimitRanges returns r without Range if that has more than 100 ranges. The answer is then the whole file (RFC 9110, 14.2).
func LimitRanges(r *http.Request) *http.Request {
	if strings.Count(r.Header.Get("Range"), ",") < maxRanges {
		return r
	}
	out := new(http.Request)
	*out = *r
	out.Header = r.Header.Clone()
	out.Header.Del("Range")
	return out
}

// servedWriter is the writer of Serve's handler.
type servedWriter struct {
	http.ResponseWriter
	head    bool
	ok      int // the status that replaces 200
	began   bool
	refused int // 412 or 416: the body is dropped; 0: neither
	written int64
	err     error
	pace    pace
}

func (w *servedWriter) WriteHeader(status int) {
	if w.began {
		return
	}
	w.began = true
	switch status {
	case http.StatusOK:
		status = w.ok
	case http.StatusPreconditionFailed, http.StatusRequestedRangeNotSatisfiable:
		w.refused = status
		return
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *servedWriter) Write(p []byte) (int, error) {
	if w.WriteHeader(http.StatusOK); w.refused != 0 {
		return len(p), nil
	}
	w.pace.advance()
	n, err := w.ResponseWriter.Write(p)
	w.count(int64(n), err)
	return n, err
}

// ReadFrom implements io.ReaderFrom, which keeps sendfile.
func (w *servedWriter) ReadFrom(r io.Reader) (int64, error) {
	if w.WriteHeader(http.StatusOK); w.refused != 0 {
		return io.Copy(io.Discard, r)
	}
	n, err := w.pace.copyPieces(w.ResponseWriter, r)
	w.count(n, err)
	return n, err
}

func (w *servedWriter) count(n int64, err error) {
	w.written += n
	if w.err == nil {
		w.err = err
	}
}
