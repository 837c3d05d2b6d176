package middleware

import (
	"log/slog"
	"net/http"

	"github.com/brio-go/brio/internal/accesslog"
)

// AccessLogOptions configure AccessLogWith.
type AccessLogOptions struct {
	// Logger receives the records. nil means slog.Default().
	Logger *slog.Logger
	// Query adds the query to the record, up to 4 KiB. Values whose names look like secrets (password, token, key, …) are "***".
	Query bool
	// Secrets are further names of query parameters to mask.
	Secrets []string
	// Skip reports whether a request is not logged, such as a health check. It must be safe for concurrent use.
	Skip func(r *http.Request) bool
	// Level returns the level of a record. By default it is Error for 500 and more, else Info. It must be safe for concurrent use.
	Level func(r *http.Request, status int) slog.Level
}

// AccessLog writes one record to slog for each request, when its handler has returned. The record has method, route (the pattern, such as
// /items/{id}), path without the query, status, bytes of the body, duration, client (ClientHost), and request_id if
// RequestID is outside of it. A panic before the headers were sent has the status 500, a hijacked connection 101. The level is Info, and
// Error for 500 and more. A nil logger means slog.Default().
//
// AccessLog costs one allocation (64 bytes) and the cost of the slog.Handler.
func AccessLog(logger *slog.Logger) Func { return AccessLogWith(AccessLogOptions{Logger: logger}) }

// AccessLogWith is AccessLog with options.
func AccessLogWith(o AccessLogOptions) Func {
	s := newSecrets(o.Secrets)
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if o.Skip != nil && o.Skip(r) {
				next.ServeHTTP(w, r)
				return
			}
			accesslog.Serve(next, w, r, func(record accesslog.Record) { o.write(r, record, s) })
		})
	}
}

// write writes the record of a request, unless the logger drops its level.
func (o *AccessLogOptions) write(r *http.Request, record accesslog.Record, s secrets) {
	logger, level := o.Logger, record.Level()
	if logger == nil {
		logger = slog.Default()
	}
	if o.Level != nil {
		level = o.Level(r, record.Status)
	}
	if !logger.Enabled(r.Context(), level) {
		return
	}
	attrs := record.Attrs()
	if o.Query && record.Query != "" {
		attrs = append(attrs, slog.String("query", s.query(record.Query)))
	}
	if _, adds := logger.Handler().(logHandler); !adds {
		if id := RequestIDFrom(r.Context()); id != "" {
			attrs = append(attrs, slog.String("request_id", id))
		}
	}
	logger.LogAttrs(r.Context(), level, "request", attrs...)
}
