package middleware

import (
	"io"
	"log/slog"
	"math"
	"mime"
	"net/http"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/brio-go/brio/internal/argument"
	"github.com/brio-go/brio/internal/origin"
)

// BodyDumpOptions configure BodyDump.
type BodyDumpOptions struct {
	// Logger receives the records, at level Debug. nil means slog.Default().
	Logger *slog.Logger
	// MaxBytes is how many bytes of each body are kept and logged. 0 means 4096; brio.NoLimit (-1) means all of them.
	MaxBytes int
	// Secrets are names of headers, JSON members and form fields to mask. Names that contain a word such as password,
	// secret, token, cookie or authorization are always masked.
	Secrets []string
}

// BodyDump logs headers and bodies of requests and answers. Use it for debugging only: bodies contain personal data. In
// headers, JSON and forms, values whose names look like secrets are "***". For bodies that are neither text, JSON nor a form
// it logs only the length. It does not read the request body itself: it logs the bytes that the handler has read. It keeps
// MaxBytes of both bodies for each request, and nothing if the logger drops Debug.
func BodyDump(o BodyDumpOptions) Func {
	var c checks
	o.MaxBytes = limit(&c, "MaxBytes", o.MaxBytes, 4096)
	if refused := c.refused(); refused != nil {
		return refused
	}
	if o.MaxBytes == argument.NoLimit {
		o.MaxBytes = math.MaxInt
	}
	s := newSecrets(o.Secrets)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			logger := o.Logger
			if logger == nil {
				logger = slog.Default()
			}
			if !logger.Enabled(r.Context(), slog.LevelDebug) {
				next.ServeHTTP(w, r)
				return
			}
			in, out := &head{max: o.MaxBytes}, &head{max: o.MaxBytes}
			sent := s.header(r.Header)
			changed := new(*r)
			if r.Body != nil && r.Body != http.NoBody {
				changed.Body = &dumped{r.Body, in}
			}
			rec := &copier{body: tee{copyTo: out}}
			rec.writer.WrapBody(w, rec)
			defer func() {
				logger.LogAttrs(r.Context(), slog.LevelDebug, "dump", slog.String("method", r.Method), slog.String("path", r.URL.Path), slog.String("query", s.query(r.URL.RawQuery)),
					slog.Int("status", rec.status), slog.Any("request_header", sent), slog.String("request", s.text(r.Header, in)),
					slog.Any("response_header", s.header(w.Header())), slog.String("response", s.text(w.Header(), out)))
			}()
			origin.ServeCopy(next, rec.writer.Variant(), r, changed)
			rec.end()
		})
	}
}

// head keeps the first bytes written to it. Its mutex is needed: after Timeout has answered, the handler may still read the
// body while BodyDump logs it.
type head struct {
	mu    sync.Mutex
	max   int
	kept  []byte
	total int64
}

func (h *head) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.total += int64(len(p))
	h.kept = append(h.kept, p[:min(len(p), h.max-len(h.kept))]...)
	return len(p), nil
}

// dumped is a request body that copies the bytes that the handler reads to a head.
type dumped struct {
	io.ReadCloser
	in *head
}

func (d *dumped) Read(p []byte) (int, error) {
	n, err := d.ReadCloser.Read(p)
	_, _ = d.in.Write(p[:n])
	return n, err
}

// text returns a body with masked secrets, for the log.
func (s secrets) text(h http.Header, body *head) string {
	body.mu.Lock()
	defer body.mu.Unlock()
	if body.total == 0 {
		return ""
	}
	mediaType, _, _ := mime.ParseMediaType(h.Get("Content-Type"))
	more := ""
	if left := body.total - int64(len(body.kept)); left > 0 {
		more = "… and " + slog.Int64Value(left).String() + " bytes"
	}
	switch {
	case h.Get("Content-Encoding") != "", !utf8.Valid(body.kept) && more == "":
	case strings.HasSuffix(mediaType, "json"), strings.HasSuffix(mediaType, "jsonl"), strings.HasSuffix(mediaType, "ndjson"):
		return string(s.json(body.kept)) + more
	case mediaType == "application/x-www-form-urlencoded":
		return s.form(string(body.kept)) + more
	case strings.HasPrefix(mediaType, "text/"):
		return string(s.json(body.kept)) + more // server-sent events contain JSON
	}
	return slog.Int64Value(body.total).String() + " bytes"
}
