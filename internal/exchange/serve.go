package exchange

import (
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// Refused is a 412 or 416 of Serve's handler: nothing has been written. Of the headers that the handler has set,
// Content-Range stays.
type Refused struct{ Status int }

func (r *Refused) Error() string { return fmt.Sprintf("refused with status %d", r.Status) }

// Serve writes a response with the help of a handler such as http.ServeContent, which sets the framing itself. Headers
// are merged as Send does. status replaces the handler's 200; with another one the request has neither conditions nor
// ranges, for they are about a 200. A 412 or 416 of the handler is the error [*Refused]. A body that is shorter than announced
// is an error, after which the connection must be cut off.
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
	sniff, set := header["X-Content-Type-Options"] // of middleware
	if ownType := x.mergeInto(header, h); !ownType && typ != nil {
		header["Content-Type"] = x.typeValues(typ)
	}
	delete(header, "Content-Length")
	delete(header, "Transfer-Encoding")
	r := x.r
	if status != http.StatusOK {
		r = new(http.Request)
		*r = *x.r
		r.Header = x.r.Header.Clone()
		for _, key := range []string{"Range", "If-Range", "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since"} {
			delete(r.Header, key)
		}
	}
	w := &servedWriter{ResponseWriter: x.Writer(), head: x.r.Method == http.MethodHead, ok: status, pace: x.pace()}
	handler(w, r)
	if w.refused != 0 {
		for _, key := range []string{"Content-Disposition", "Content-Encoding", "Content-Length", "Content-Type", "Etag", "Last-Modified", "X-Content-Type-Options"} {
			delete(header, key) // of the file
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

// maxRanges is how many ranges one request may ask for. Players and download managers ask for a few; each further one costs
// about 150 bytes of headers for as little as one byte of the file.
const maxRanges = 100

// LimitRanges is r without its Range when that has more than 100 ranges: the answer is then the whole (RFC 9110, 14.2).
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

// servedWriter is what the handler of Serve writes to.
type servedWriter struct {
	http.ResponseWriter
	head    bool
	ok      int // the status in the place of 200
	began   bool
	refused int // the status; what the handler writes is dropped
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

// ReadFrom keeps sendfile.
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
