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

// maxRequestID is the longest identifier, in bytes, that is accepted from a request. Longer ones would fill the log.
const maxRequestID = 128

// RequestIDOptions configure RequestIDWith. The zero value has the defaults of RequestID.
type RequestIDOptions struct {
	// Header is the header of requests and answers. "" means X-Request-ID.
	Header string
	// Distrust ignores identifiers of requests and makes a new one for each. Use it if clients reach the server without a
	// proxy: a client could otherwise log its requests under the identifier of another client.
	Distrust bool
	// New makes an identifier. By default it is 26 random letters and digits. New must be safe for concurrent use.
	New func() string
}

// RequestID gives every request an identifier: that of its X-Request-ID header if ValidRequestID accepts it, else a random
// one. The answer has it in the same header. RequestIDFrom and LogHandler read it; error answers and the *slog.Logger of
// handlers contain it. RequestID also sets the header of the request, so that a reverse proxy inside passes it on.
//
// It costs four allocations for each request (400 bytes), two of them for the copy of the request with a new context.
func RequestID() Func { return RequestIDWith(RequestIDOptions{}) }

// RequestIDWith is RequestID with options. An illegal Header is a start-up mistake.
func RequestIDWith(o RequestIDOptions) Func {
	if o.Header == "" {
		o.Header = "X-Request-Id"
	}
	var c checks
	c.token("Header", o.Header)
	if refused := c.refused(); refused != nil {
		return refused
	}
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

// ValidRequestID reports whether RequestID accepts an identifier from a request: 1 to 128 letters, digits and characters of
// "-_.~:+/=@". None of these has a meaning in logs, headers, JSON or HTML.
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

// RequestIDFrom returns the identifier of the request that ctx belongs to, "" without RequestID.
func RequestIDFrom(ctx context.Context) string { return origin.RequestID(ctx) }

// LogHandler adds request_id to every record that is logged with a request's context:
//
//	slog.New(middleware.LogHandler(slog.NewJSONHandler(os.Stderr, nil)))
func LogHandler(h slog.Handler) slog.Handler { return logHandler{h, false} }

// logHandler is the result of LogHandler.
type logHandler struct {
	slog.Handler
	has bool // the logger already has a request_id, as the logger of handlers does
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
