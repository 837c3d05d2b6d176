package exchange

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/brio-go/brio/internal/httptext"
	"github.com/brio-go/brio/internal/httpwriter"
)

// Content is a body that can be read from any place, such as a file. The client may ask for ranges of it.
type Content struct {
	Size     int64 // bytes
	Modified time.Time
	Reader   io.ReadSeeker
}

// Refused is the error for a 412 or 416 of ServeContent. Nothing has been written. Of the headers Content-Range stays.
type Refused struct{ Status int }

func (r *Refused) Error() string { return fmt.Sprintf("refused with status %d", r.Status) }

// The headers of a request that http.ServeContent reads.
var contentHeaders = []string{"Range", "If-Range", "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since"}

// contentRequest returns the request for http.ServeContent, which reads its method and the headers above. With them it follows RFC 9110,
// 14: Range applies to GET only, unknown units are ignored, "bytes" is case-insensitive, and a suffix of 0 bytes is not satisfiable.
// Without any of these headers it costs no allocation. whole means that conditions and ranges do not count.
func (x *Exchange) contentRequest(whole bool, size int64) *http.Request {
	var header http.Header
	if !whole {
		for _, key := range contentHeaders {
			if values := x.header(key); len(values) > 0 {
				if header == nil {
					header = http.Header{}
				}
				header[key] = values
			}
		}
	}
	switch {
	case header == nil && x.Method() == http.MethodHead:
		return wholeHead
	case header == nil:
		return wholeGet
	}
	for _, key := range []string{"If-Match", "If-None-Match"} {
		if lines := header[key]; lines != nil {
			header[key] = []string{httptext.EntityTags(lines)} // as Conditions reads it; net/http reads "*x" as "*", and one line only
		}
	}
	if value := header.Get("Range"); value != "" {
		if ranges := normalizeRange(value, x.Method(), size); ranges != "" {
			header["Range"] = []string{ranges}
		} else {
			delete(header, "Range")
		}
	}
	return &http.Request{Method: x.Method(), Header: header}
}

// The requests for content without conditions and ranges. A POST that answers with content is like a GET.
var (
	wholeGet  = &http.Request{Method: http.MethodGet}
	wholeHead = &http.Request{Method: http.MethodHead}
)

// maxRanges is the largest number of ranges in a request. Players and download managers send a few. Each range costs about 150 bytes of
// headers, for as little as one byte of the file. With more the answer is the whole content (RFC 9110, 14.2).
const maxRanges = 100

// normalizeRange returns the value of Range in net/http's spelling, "" for one that does not count.
func normalizeRange(value, method string, size int64) string {
	unit, list, ok := strings.Cut(value, "=")
	if !ok || method != http.MethodGet || !strings.EqualFold(strings.TrimSpace(unit), "bytes") || strings.Count(value, ",") >= maxRanges {
		return ""
	}
	specs := strings.Split(list, ",")
	for i, spec := range specs {
		if zeros, suffix := strings.CutPrefix(strings.Trim(spec, " \t"), "-"); suffix && zeros != "" && strings.Trim(zeros, "0") == "" {
			specs[i] = strconv.FormatInt(size, 10) + "-" // begins behind the end, so it is not satisfiable
		}
	}
	return "bytes=" + strings.Join(specs, ",")
}

// RefusesContent returns the 412 or 416 that a request for c ends in, 0 for none, and the Content-Range of a 416. etag is that of the
// content. It sends nothing, and the content stands at its start
// afterwards.
func (x *Exchange) RefusesContent(etag string, c Content) (status int, contentRange string) {
	r := x.contentRequest(false, c.Size)
	if r == wholeGet || r == wholeHead {
		return 0, ""
	}
	w := &statusProbe{header: http.Header{}}
	if etag != "" {
		w.header["Etag"] = []string{etag}
	}
	w.header["Content-Type"] = nil // present, so that ServeContent does not read the content to detect the type
	http.ServeContent(w, r, "", c.Modified, c.Reader)
	_, _ = c.Reader.Seek(0, io.SeekStart) // it stands at the range; content that cannot be sought is noticed when it is sent
	if w.status != http.StatusPreconditionFailed && w.status != http.StatusRequestedRangeNotSatisfiable {
		return 0, ""
	}
	return w.status, w.header.Get("Content-Range")
}

// statusProbe is a ResponseWriter that records the status and refuses the body.
type statusProbe struct {
	header http.Header
	status int
}

func (w *statusProbe) Header() http.Header { return w.header }

func (w *statusProbe) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
}

func (w *statusProbe) Write([]byte) (int, error)         { return 0, io.ErrShortWrite }
func (w *statusProbe) ReadFrom(io.Reader) (int64, error) { return 0, io.ErrShortWrite }

// ServeContent writes a response whose body is content. It merges headers as Send does. For status 200 it evaluates the conditions and
// ranges of the request, and the answer may be a 304 or a 206; other statuses have the whole content. For a 412 or 416 it returns
// [*Refused]. For content that is shorter than its Content-Length it returns an error, and the caller must close the connection.
func (x *Exchange) ServeContent(status int, h *Headers, typ *ContentType, c Content) error {
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
	r := x.contentRequest(status != http.StatusOK, c.Size)
	if r == wholeGet || r == wholeHead {
		return x.serveWhole(status, header, h, c)
	}
	w := &contentWriter{x: x, status: status, sniff: sniff, sniffSet: set, body: pacedWriter{to: x.w, pace: x.pace()}}
	w.writer.WrapBody(x.w, w)
	http.ServeContent(&w.writer, r, "", c.Modified, c.Reader)
	if w.refused != 0 {
		for _, key := range []string{"Content-Encoding", "Content-Length", "Content-Type", "Etag", "Last-Modified"} {
			delete(header, key) // it describes the content
		}
		w.withoutContent(header)
		return &Refused{w.refused}
	}
	if w.body.err != nil {
		return fmt.Errorf("%w: %w", ErrConnection, w.body.err)
	}
	w.body.pace.End()
	if want := header.Get("Content-Length"); want != "" && x.Method() != http.MethodHead && want != strconv.FormatInt(w.written, 10) {
		return fmt.Errorf("the body has %d of the %s bytes that were announced", w.written, want)
	}
	return nil
}

// serveWhole is ServeContent for a request without conditions and ranges. It writes what http.ServeContent writes, without the two
// system calls with which that one asks a file for its size. The content of an answer with a Content-Encoding of its own has a
// Content-Length too; http.ServeContent leaves it out, because middleware may compress what it has declared as compressed.
func (x *Exchange) serveWhole(status int, header http.Header, h *Headers, c Content) error {
	if !c.Modified.IsZero() && !c.Modified.Equal(time.Unix(0, 0)) {
		header["Last-Modified"] = x.values.of(c.Modified.UTC().Format(http.TimeFormat))
	}
	header["Accept-Ranges"] = x.values.of("bytes")
	if header.Get("Content-Encoding") == "" || h.has("Content-Encoding") {
		header["Content-Length"] = x.values.of(strconv.FormatInt(c.Size, 10))
	}
	x.sent = true
	x.w.WriteHeader(status)
	if x.Method() == http.MethodHead {
		return nil
	}
	body := pacedWriter{to: x.w}
	if c.Size > piece {
		body.pace = x.pace()
	}
	n, err := body.copyContent(c)
	switch {
	case body.err != nil:
		return fmt.Errorf("%w: %w", ErrConnection, body.err)
	case err != nil:
		return err
	}
	body.pace.End()
	if n != c.Size {
		return fmt.Errorf("the body has %d of the %d bytes that were announced", n, c.Size)
	}
	return nil
}

// smallContent is the size, in bytes, up to which a file is read into memory. One write then has headers and content, where they fit
// into the buffer of net/http. For more, sendfile is cheaper.
const smallContent = 8 << 10

// copyContent writes the content. A file of the program may keep the buffer that it reads into, so its buffer is for this answer alone.
// The writer gets pooled memory here as in Send: an io.Writer keeps nothing of its argument.
func (w *pacedWriter) copyContent(c Content) (written int64, err error) {
	if _, sendable := c.Reader.(syscall.Conn); sendable && c.Size > smallContent {
		return w.ReadFrom(&io.LimitedReader{R: c.Reader, N: c.Size})
	}
	var buffer []byte
	if keepsNoBuffer(c.Reader) {
		pooled := copyBuffers.Get().(*copyBuffer)
		defer copyBuffers.Put(pooled)
		buffer = pooled[:]
	} else {
		buffer = make([]byte, min(c.Size, int64(len(copyBuffer{}))))
	}
	for written < c.Size {
		n, err := io.ReadFull(c.Reader, buffer[:min(c.Size-written, int64(len(buffer)))])
		if n > 0 {
			if _, err := w.Write(buffer[:n]); err != nil {
				return written, err
			}
			written += int64(n)
		}
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			return written, nil // the caller compares the lengths
		}
		if err != nil {
			return written, err
		}
	}
	return written, nil
}

// keepsNoBuffer reports whether the reader is a file of packages os or embed, whose Read does not keep its argument.
func keepsNoBuffer(r io.Reader) bool {
	t := reflect.TypeOf(r)
	if t.Kind() != reflect.Pointer {
		return false
	}
	pkg := t.Elem().PkgPath()
	return pkg == "embed" || pkg == "os"
}

// contentWriter has the hooks of http.ServeContent's writer.
type contentWriter struct {
	httpwriter.PassBody
	writer   httpwriter.Writer
	x        *Exchange
	status   int      // the status that replaces 200
	sniff    []string // X-Content-Type-Options of middleware, if sniffSet
	sniffSet bool
	began    bool
	refused  int // 412 or 416: nothing is written; 0: neither
	written  int64
	body     pacedWriter
}

// errDone ends a call of the writer below: the hook has done it, or refuses it.
var errDone = errors.New("the call goes no further")

// Begin implements httpwriter.Hooks. ServeContent calls WriteHeader first.
func (w *contentWriter) Begin(status int) error {
	switch {
	case w.refused != 0:
		return errDone
	case w.began:
		return nil
	}
	w.began = true
	if status == http.StatusPreconditionFailed || status == http.StatusRequestedRangeNotSatisfiable {
		w.refused = status
		return errDone
	}
	if status == http.StatusNotModified {
		w.withoutContent(w.writer.Inner().Header()) // ServeContent has removed the others
	}
	w.x.sent = true
	if status == http.StatusOK && w.status != http.StatusOK {
		w.writer.Inner().WriteHeader(w.status)
		return errDone
	}
	return nil
}

// withoutContent removes headers of the content that say how a client handles it. X-Content-Type-Options of middleware stays.
func (w *contentWriter) withoutContent(header http.Header) {
	delete(header, "Content-Disposition")
	delete(header, "X-Content-Type-Options")
	if w.sniffSet {
		header["X-Content-Type-Options"] = w.sniff
	}
}

// Body implements httpwriter.BodyHooks.
func (w *contentWriter) Body(http.ResponseWriter) io.Writer { return &w.body }

// Wrote implements httpwriter.BodyHooks.
func (w *contentWriter) Wrote(n int64) { w.written += n }

// pacedWriter gives the client time for each piece of a body. It keeps the first error.
type pacedWriter struct {
	to   http.ResponseWriter
	pace Pace
	err  error
}

func (w *pacedWriter) Write(p []byte) (int, error) {
	w.pace.Advance()
	n, err := w.to.Write(p)
	w.keep(err)
	return n, err
}

// ReadFrom implements io.ReaderFrom, which keeps sendfile.
func (w *pacedWriter) ReadFrom(r io.Reader) (int64, error) {
	n, err := w.pace.copyPieces(w.to, r)
	w.keep(err)
	return n, err
}

func (w *pacedWriter) keep(err error) {
	if w.err == nil {
		w.err = err
	}
}
