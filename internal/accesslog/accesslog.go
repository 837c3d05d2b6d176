package accesslog

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/brio-go/brio/internal/httpwriter"
	"github.com/brio-go/brio/internal/origin"
)

// Record is what the access log has of one request. Inner handlers may change the request: method, path and client are those with which
// it came.
type Record struct {
	Method   string
	Route    string // the pattern, such as /items/{id}
	Path     string
	Query    string // not an attribute: it may have secrets
	Status   int    // 101 for a hijacked connection, 500 for a panic before the headers were sent
	Bytes    int64  // of the body of the answer
	Duration time.Duration
	Client   string
}

// Attrs returns the record as attributes of a log record.
func (r *Record) Attrs() []slog.Attr {
	return []slog.Attr{slog.String("method", r.Method), slog.String("route", r.Route), slog.String("path", r.Path), slog.Int("status", r.Status),
		slog.Int64("bytes", r.Bytes), slog.Duration("duration", r.Duration), slog.String("client", r.Client)}
}

// Level is Error for a status of 500 and more, else Info.
func (r *Record) Level() slog.Level {
	if r.Status >= http.StatusInternalServerError {
		return slog.LevelError
	}
	return slog.LevelInfo
}

// Serve calls next, and then log, also when next panics. It allocates once.
func Serve(next http.Handler, w http.ResponseWriter, r *http.Request, log func(Record)) {
	if hasOther, ok := r.Context().Value(otherKey{}).(*atomic.Bool); ok {
		hasOther.Store(true)
	}
	rec := &recorder{}
	rec.writer.WrapBody(w, rec)
	record := Record{Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, Client: origin.ClientHost(r)}
	began, panicked := time.Now(), true
	defer func() {
		switch record.Status = rec.status; {
		case rec.hijacked:
			record.Status = http.StatusSwitchingProtocols
		case record.Status == 0 && panicked:
			record.Status = http.StatusInternalServerError
		case record.Status == 0:
			record.Status = http.StatusOK
		}
		record.Route, record.Bytes, record.Duration = r.Pattern, rec.bytes, time.Since(began)
		log(record)
	}()
	next.ServeHTTP(rec.writer.Variant(), r)
	panicked = false
}

// Around returns middleware that logs each request.
func Around(logger *slog.Logger) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			Serve(next, w, r, func(record Record) { record.write(r, logger) })
		})
	}
}

// write writes the record of r.
func (r *Record) write(of *http.Request, logger *slog.Logger) {
	logger.LogAttrs(context.WithoutCancel(of.Context()), r.Level(), "request", r.Attrs()...)
}

// otherKey is the key of the context value by which Serve tells AroundOthers of a log further in: an *atomic.Bool.
type otherKey struct{}

// AroundOthers is Around for requests that no other access log further in writes. It costs a copy of the request.
func AroundOthers(logger *slog.Logger) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			hasOther := new(atomic.Bool)
			ctx := context.WithValue(r.Context(), otherKey{}, hasOther)
			inner := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { origin.ServeContext(next, w, r, ctx) })
			Serve(inner, w, r, func(record Record) {
				if !hasOther.Load() {
					record.write(r, logger)
				}
			})
		})
	}
}

// recorder records status and size of an answer.
type recorder struct {
	httpwriter.PassBody
	writer   httpwriter.Writer
	status   int   // 0 until the headers are sent
	bytes    int64 // of the body
	hijacked bool
}

// Begin implements httpwriter.Hooks. net/http panics for a status below 100.
func (s *recorder) Begin(status int) error {
	if s.status == 0 && status >= 100 && !httpwriter.IsInterim(status) {
		s.status = status
	}
	return nil
}

// Wrote implements httpwriter.BodyHooks.
func (s *recorder) Wrote(n int64) { s.bytes += n }

// BeginFlush implements httpwriter.Hooks. A flush sends the headers.
func (s *recorder) BeginFlush() error {
	if s.status != 0 {
		return nil
	}
	if !httpwriter.CanFlush(s.writer.Inner()) {
		return http.ErrNotSupported
	}
	return s.Begin(http.StatusOK)
}

// Hijacked implements httpwriter.Hooks.
func (s *recorder) Hijacked(err error) {
	s.hijacked = s.hijacked || err == nil || errors.Is(err, http.ErrHijacked)
}
