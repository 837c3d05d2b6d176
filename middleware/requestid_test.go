package middleware_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/brio-go/brio/middleware"
)

func TestRequestIDTakesOverWhatIsHarmless(t *testing.T) {
	for _, c := range []struct {
		name     string
		sent     []string
		kept     bool
		distrust bool
	}{
		{"none", nil, false, false},
		{"uuid", []string{"0190f3c1-7f5e-7c2b-9d8a-5a1b2c3d4e5f"}, true, false},
		{"base64", []string{"a+b/c=="}, true, false},
		{"distrusted", []string{"abc"}, false, true},
		{"empty", []string{""}, false, false},
		{"longest", []string{strings.Repeat("x", 128)}, true, false},
		{"too long", []string{strings.Repeat("x", 129)}, false, false},
		{"two", []string{"a", "b"}, false, false},
		{"space", []string{"a b"}, false, false},
		{"markup", []string{"<script>"}, false, false},
		{"quote", []string{`a"b`}, false, false},
		{"comma", []string{"a,b"}, false, false},
		{"line break", []string{"a\nb"}, false, false},
		{"not ASCII", []string{"é"}, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			var inContext, inHeader string
			h := middleware.RequestIDWith(middleware.RequestIDOptions{Distrust: c.distrust})(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				inContext, inHeader = middleware.RequestIDFrom(r.Context()), r.Header.Get("X-Request-ID")
			}))
			r := httptest.NewRequest("GET", "/", nil)
			if c.sent != nil {
				r.Header["X-Request-Id"] = c.sent
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			got := w.Header().Get("X-Request-ID")
			if got != inContext || got != inHeader || !middleware.ValidRequestID(got) {
				t.Errorf("answer %q, context %q, header %q", got, inContext, inHeader)
			}
			if kept := len(c.sent) > 0 && got == c.sent[0]; kept != c.kept {
				t.Errorf("%q became %q", c.sent, got)
			}
		})
	}
}

func TestRequestIDsDiffer(t *testing.T) {
	h := middleware.RequestID()(http.NotFoundHandler())
	seen := map[string]bool{}
	for range 100 {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		seen[w.Header().Get("X-Request-ID")] = true
	}
	if len(seen) != 100 {
		t.Errorf("%d identifiers for 100 requests", len(seen))
	}
}

func TestRequestIDOptions(t *testing.T) {
	h := middleware.RequestIDWith(middleware.RequestIDOptions{Header: "x-trace", New: func() string { return "mine" }})(http.NotFoundHandler())
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if got := w.Header().Get("X-Trace"); got != "mine" {
		t.Errorf("got %q", got)
	}
	wantMistake(t, `middleware.RequestIDWith: Header is "a b"`, middleware.RequestIDWith(middleware.RequestIDOptions{Header: "a b"}))
}

func TestRequestIDIsInLog(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(middleware.LogHandler(slog.NewTextHandler(&out, nil))).With("a", 1)
	h := middleware.RequestIDWith(middleware.RequestIDOptions{New: func() string { return "mine" }})(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		log.InfoContext(r.Context(), "inside")
	}))
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	log.InfoContext(context.Background(), "outside")
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	if len(lines) != 2 || !strings.HasSuffix(lines[0], "msg=inside a=1 request_id=mine") || strings.Contains(lines[1], "request_id") {
		t.Errorf("%s", out.String())
	}
}

func TestPatternOfRouteIsSeenOutsideOfCopy(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /items/{id}", func(http.ResponseWriter, *http.Request) {})
	r := httptest.NewRequest("GET", "/items/1", nil)
	middleware.RequestID()(mux).ServeHTTP(httptest.NewRecorder(), r)
	if r.Pattern != "GET /items/{id}" {
		t.Errorf("Pattern is %q", r.Pattern)
	}
}

func FuzzRequestID(f *testing.F) {
	for _, s := range []string{"", "abc", "a b", "\r\nX: y", strings.Repeat("a", 129)} {
		f.Add(s)
	}
	h := middleware.RequestID()(http.NotFoundHandler())
	f.Fuzz(func(t *testing.T, id string) {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header["X-Request-Id"] = []string{id}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		got := w.Header().Get("X-Request-ID")
		if got == "" || len(got) > 128 || strings.ContainsFunc(got, func(c rune) bool { return c <= ' ' || c >= 0x7f || strings.ContainsRune(`"<>&;,\'`, c) }) {
			t.Errorf("%q became %q", id, got)
		}
	})
}

func BenchmarkRequestID(b *testing.B) { benchmark(b, middleware.RequestID()) }
