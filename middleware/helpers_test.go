package middleware_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/middleware"
)

// wantMistake requires that middleware with an illegal option is refused with a text: in the report of an app that uses it, with the
// place of the constructor's call and the cure, and by a panic when it is called outside of an app. The constructor is called in the
// line of wantMistake.
func wantMistake(t *testing.T, want string, f middleware.Func) {
	t.Helper()
	_, file, line, _ := runtime.Caller(1)
	place := fmt.Sprintf("middleware/%s:%d: middleware.", filepath.Base(file), line)
	err := brio.New(brio.Use(f)).Check()
	if err == nil {
		t.Errorf("Check reports no mistake, want %s", want)
		return
	}
	if got := err.Error(); !strings.Contains(got, place) || !strings.Contains(got, want) || !strings.Contains(got, "\n\tlegal: ") {
		t.Errorf("got the report\n%s\nwant …%s…, at %s, and what is legal", got, want, place)
	}
	defer func() {
		t.Helper()
		if got := fmt.Sprint(recover()); !strings.Contains(err.Error(), "\n"+strings.SplitN(got, "\n", 2)[0]+"\n") || !strings.Contains(got, want) {
			t.Errorf("got panic %q\nwant the text of the report\n%s", got, err)
		}
	}()
	f(http.NotFoundHandler())
}

type httpHandler = http.Handler

// sink is a ResponseWriter that costs nothing.
type sink struct{ header http.Header }

func (s *sink) Header() http.Header         { return s.header }
func (s *sink) Write(p []byte) (int, error) { return len(p), nil }
func (s *sink) WriteHeader(int)             {}
func (s *sink) Flush()                      {}

var benchmarkBody = []byte(strings.Repeat(`{"name":"a thing","price":1}`, 40))

// benchmark measures what middleware adds to a request.
func benchmark(b *testing.B, f middleware.Func, change ...func(*http.Request)) {
	h := f(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(benchmarkBody) }))
	r := httptest.NewRequest("GET", "/", nil)
	r.RemoteAddr = "192.0.2.1:1234"
	for _, c := range change {
		c(r)
	}
	sent := r.Header.Clone()
	w := &sink{http.Header{}}
	b.ReportAllocs()
	for b.Loop() {
		clear(w.header)
		clear(r.Header)
		for k, v := range sent {
			r.Header[k] = v
		}
		h.ServeHTTP(w, r)
	}
}

// slogRecord keeps the attributes of the last record.
type slogRecord struct{ attrs map[string]string }

func (s *slogRecord) Enabled(context.Context, slog.Level) bool { return true }
func (s *slogRecord) WithAttrs([]slog.Attr) slog.Handler       { return s }
func (s *slogRecord) WithGroup(string) slog.Handler            { return s }
func (s *slogRecord) Handle(_ context.Context, r slog.Record) error {
	s.attrs = map[string]string{}
	r.Attrs(func(a slog.Attr) bool {
		s.attrs[a.Key] = a.Value.String()
		return true
	})
	return nil
}
