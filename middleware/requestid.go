package middleware

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"slices"

	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/origin"
)

// maxRequestID is the longest identifier, in bytes, that is taken over from a request.
const maxRequestID = 128

// RequestIDOptions configure RequestIDWith. The zero value is what RequestID does.
type RequestIDOptions struct {
	// Header is read and answered: X-Request-ID when it is empty.
	Header string
	// Distrust gives every request an identifier of its own, whatever it came with: for servers that clients reach
	// without a proxy, where a client could make its requests look like another's in the log.
	Distrust bool
	// New makes an identifier; by default it is 26 random letters and digits. It is called concurrently.
	New func() string
}

// RequestID gives every request an identifier: that of its X-Request-ID header where it is 1 to 128 letters, digits and
// characters of "-_.~:+/=@", else a random one. Answers have it in the same header. RequestIDFrom and LogHandler read it,
// error answers and the logger that handlers ask for have it. The header of the request is set, too, so that what passes
// requests on passes it on.
//
// It costs four allocations for each request (400 bytes), two of them for the copy of the request that a context takes.
func RequestID() Func { return RequestIDWith(RequestIDOptions{}) }

// RequestIDWith is RequestID with options. It panics when Header is no name of a header.
func RequestIDWith(o RequestIDOptions) Func {
	if o.Header == "" {
		o.Header = "X-Request-Id"
	}
	mustBeToken("RequestID", "Header", o.Header)
	header := http.CanonicalHeaderKey(o.Header)
	if o.New == nil {
		o.New = rand.Text
	}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			var id string
			if v := r.Header[header]; !o.Distrust && len(v) == 1 && ValidRequestID(v[0]) {
				id = v[0]
			} else {
				id = o.New()
				exchange.SetHeader(r.Header, header, id)
			}
			exchange.SetHeader(w.Header(), header, id)
			origin.ServeContext(next, w, r, origin.WithRequestID(r.Context(), id))
		})
	}
}

// ValidRequestID reports whether RequestID takes over an identifier from a request: it has 1 to 128 letters, digits and
// characters of "-_.~:+/=@", which mean nothing in logs, headers, JSON and HTML.
func ValidRequestID(id string) bool {
	if len(id) == 0 || len(id) > maxRequestID {
		return false
	}
	for i := range len(id) {
		switch c := id[i]; {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case c == '-', c == '_', c == '.', c == '~', c == ':', c == '+', c == '/', c == '=', c == '@':
		default:
			return false
		}
	}
	return true
}

// RequestIDFrom is the identifier of the request that ctx belongs to, "" where RequestID is not used.
func RequestIDFrom(ctx context.Context) string { return origin.RequestID(ctx) }

// LogHandler adds request_id to every record that is logged with the context of a request:
//
//	slog.New(middleware.LogHandler(slog.NewJSONHandler(os.Stderr, nil)))
func LogHandler(h slog.Handler) slog.Handler { return logHandler{h, false} }

type logHandler struct {
	slog.Handler
	has bool // the logger has the identifier already, as that of handlers does
}

func (h logHandler) Handle(ctx context.Context, record slog.Record) error {
	if id := RequestIDFrom(ctx); id != "" && !h.has && !hasRequestID(record) {
		record = record.Clone()
		record.AddAttrs(slog.String("request_id", id))
	}
	return h.Handler.Handle(ctx, record)
}

func hasRequestID(record slog.Record) (has bool) {
	record.Attrs(func(a slog.Attr) bool {
		has = a.Key == "request_id"
		return !has
	})
	return has
}

func (h logHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	has := h.has || slices.ContainsFunc(attrs, func(a slog.Attr) bool { return a.Key == "request_id" })
	return logHandler{h.Handler.WithAttrs(attrs), has}
}

func (h logHandler) WithGroup(name string) slog.Handler {
	return logHandler{h.Handler.WithGroup(name), h.has}
}
