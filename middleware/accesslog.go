package middleware

import (
	"log/slog"
	"net/http"
	"time"
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
			rec, began := record(w, nil), time.Now()
			method, path, client := r.Method, r.URL.Path, ClientHost(r) // read now: the inner handler may change them
			panicked := true
			defer func() {
				status := rec.status
				switch {
				case rec.hijacked:
					status = http.StatusSwitchingProtocols
				case status == 0 && panicked:
					status = http.StatusInternalServerError
				case status == 0:
					status = http.StatusOK
				}
				o.write(r, status, s, slog.String("method", method), slog.String("route", r.Pattern), slog.String("path", path), slog.Int("status", status),
					slog.Int64("bytes", rec.bytes), slog.Duration("duration", time.Since(began)), slog.String("client", client))
			}()
			next.ServeHTTP(rec.writer.Variant(), r)
			panicked = false
		})
	}
}

// write writes the record of a request, unless the logger drops its level.
func (o *AccessLogOptions) write(r *http.Request, status int, s secrets, attrs ...slog.Attr) {
	logger, level := o.Logger, slog.LevelInfo
	if logger == nil {
		logger = slog.Default()
	}
	switch {
	case o.Level != nil:
		level = o.Level(r, status)
	case status >= http.StatusInternalServerError:
		level = slog.LevelError
	}
	if !logger.Enabled(r.Context(), level) {
		return
	}
	if o.Query && r.URL.RawQuery != "" {
		attrs = append(attrs, slog.String("query", s.query(r.URL.RawQuery)))
	}
	if _, adds := logger.Handler().(logHandler); !adds {
		if id := RequestIDFrom(r.Context()); id != "" {
			attrs = append(attrs, slog.String("request_id", id))
		}
	}
	logger.LogAttrs(r.Context(), level, "request", attrs...)
}
