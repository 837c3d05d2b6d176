package middleware_test

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio/internal/testkit/writers"
	"github.com/brio-go/brio/middleware"
)

// Each middleware that wraps the writer keeps the optional interfaces of the writer below, and each call reaches it once. After the
// calls the log has the size of the body.
func TestWrappersPassEveryCall(t *testing.T) {
	below := writers.Kinds()

	do := map[string]func(w http.ResponseWriter) error{
		"interim":     func(w http.ResponseWriter) error { w.WriteHeader(103); return nil },
		"status":      func(w http.ResponseWriter) error { w.WriteHeader(404); return nil },
		"switching":   func(w http.ResponseWriter) error { w.WriteHeader(101); return nil },
		"write":       func(w http.ResponseWriter) error { _, err := w.Write([]byte("ab")); return err },
		"writestring": func(w http.ResponseWriter) error { _, err := io.WriteString(w, "ab"); return err },
		"copy": func(w http.ResponseWriter) error {
			_, err := io.Copy(w, struct{ io.Reader }{strings.NewReader("ab")})
			return err
		},
		"flush":    func(w http.ResponseWriter) error { return http.NewResponseController(w).Flush() },
		"hijack":   func(w http.ResponseWriter) error { _, _, err := http.NewResponseController(w).Hijack(); return err },
		"deadline": func(w http.ResponseWriter) error { return http.NewResponseController(w).SetWriteDeadline(time.Now()) },
		"duplex":   func(w http.ResponseWriter) error { return http.NewResponseController(w).EnableFullDuplex() },
		"header":   func(w http.ResponseWriter) error { w.Header().Set("A", "b"); return nil },
	}
	// Without a call, OnStart sees the empty 200 that net/http sends.
	status := map[string]int{"status": 404, "switching": 101}
	var record string
	wrappers := map[string]middleware.Func{
		"OnStart":   middleware.OnStart(func(h http.Header, status int) { h.Set("Started", strconv.Itoa(status)) }),
		"Timeout":   middleware.Timeout(time.Minute),
		"AccessLog": middleware.AccessLogWith(middleware.AccessLogOptions{Logger: slog.New(slog.NewTextHandler(writeFunc(func(p []byte) { record = string(p) }), nil))}),
		"BodyDump": middleware.BodyDump(middleware.BodyDumpOptions{
			Logger: slog.New(slog.NewTextHandler(writeFunc(func(p []byte) { record = string(p) }), &slog.HandlerOptions{Level: slog.LevelDebug}))}),
	}
	for wrapper, wrap := range wrappers {
		for kind, newBelow := range below {
			for name, do := range do {
				bare, wrapped := &writers.Logged{Headers: http.Header{}}, &writers.Logged{Headers: http.Header{}}
				inner := newBelow(wrapped)
				want := do(newBelow(bare))
				_, flushes := inner.(http.Flusher)
				_, hijacks := inner.(http.Hijacker)
				wrap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					_, flusher := w.(http.Flusher)
					_, hijacker := w.(http.Hijacker)
					_, readerFrom := w.(io.ReaderFrom)
					_, stringWriter := w.(io.StringWriter)
					_, unwraps := w.(interface{ Unwrap() http.ResponseWriter })
					if flusher != flushes || hijacker != hijacks || !readerFrom || !stringWriter || unwraps == (wrapper == "Timeout") {
						t.Errorf("%s around %s: flushes %t, hijacks %t, reads from %t, writes strings %t, unwraps %t", wrapper, kind, flusher, hijacker, readerFrom, stringWriter, unwraps)
					}
					if got := do(w); !errors.Is(got, want) && fmt.Sprint(got) != fmt.Sprint(want) {
						t.Errorf("%s of %s around %s: %v, without it %v", name, wrapper, kind, got, want)
					}
				})).ServeHTTP(inner, httptest.NewRequest("GET", "/", nil))
				calls := strings.NewReplacer()
				if wrapper == "BodyDump" { // writes a text as bytes, to copy it
					calls = strings.NewReplacer("write string ab", "write ab")
				}
				if w, g := calls.Replace(fmt.Sprint(bare.Calls)), calls.Replace(fmt.Sprint(wrapped.Calls)); w != g {
					t.Errorf("%s of %s around %s: %s, without it %s", name, wrapper, kind, g, w)
				}
				hijacked := name == "hijack" && hijacks
				started := cmp.Or(status[name], 200)
				if h := wrapped.Headers.Get("Started"); wrapper == "OnStart" && hijacked != (h == "") || h != "" && h != strconv.Itoa(started) {
					t.Errorf("%s of %s around %s: started with %q", name, wrapper, kind, h)
				}
				writes := name == "write" || name == "writestring" || name == "copy"
				bytes := 0
				if writes {
					bytes = 2
				}
				switch wrapper {
				case "AccessLog":
					if hijacked {
						started = 101
					}
					if !strings.Contains(record, fmt.Sprintf("status=%d bytes=%d ", started, bytes)) {
						t.Errorf("%s around %s: %s", name, kind, record)
					}
				case "BodyDump":
					if dumped := strings.Contains(record, "response=ab") || strings.Contains(record, `response="2 bytes"`); dumped != writes {
						t.Errorf("%s around %s: %s", name, kind, record)
					}
				}
			}
		}
	}
}

type writeFunc func([]byte)

func (f writeFunc) Write(p []byte) (int, error) { f(p); return len(p), nil }

// After the 503 of Timeout each call of the handler fails, and none reaches the writer below.
func TestTimeoutRefusesLateCalls(t *testing.T) {
	inner := &writers.Logged{Headers: http.Header{}}
	ended := make(chan []error)
	middleware.Timeout(time.Millisecond)(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		<-r.Context().Done()
		c := http.NewResponseController(w)
		w.Header().Set("Late", "yes")
		w.WriteHeader(103)
		w.WriteHeader(200)
		_, write := w.Write([]byte("a"))
		_, text := io.WriteString(w, "a")
		_, from := io.Copy(w, struct{ io.Reader }{strings.NewReader("a")})
		_, _, hijack := c.Hijack()
		ended <- []error{write, text, from, hijack, c.Flush(), c.SetReadDeadline(time.Now()), c.SetWriteDeadline(time.Now()), c.EnableFullDuplex()}
	})).ServeHTTP(writers.Server{Logged: inner}, httptest.NewRequest("GET", "/", nil))
	calls := fmt.Sprint(inner.Calls)
	for i, err := range <-ended {
		if err != http.ErrHandlerTimeout {
			t.Errorf("call %d: %v", i, err)
		}
	}
	if fmt.Sprint(inner.Calls) != calls || !strings.Contains(calls, "status 503") || inner.Headers.Get("Late") != "" {
		t.Errorf("%q became %q, header %q", calls, inner.Calls, inner.Headers)
	}
}

// Compress flushes and hijacks what it does not compress through the writer below; its own writer is always an http.Flusher.
func TestCompressPassesControl(t *testing.T) {
	for name, tc := range map[string]struct {
		do   func(http.ResponseWriter) error
		want string
	}{
		"flush":    {func(w http.ResponseWriter) error { w.WriteHeader(204); return http.NewResponseController(w).Flush() }, "[status 204 flush]"},
		"hijack":   {func(w http.ResponseWriter) error { _, _, err := http.NewResponseController(w).Hijack(); return err }, "[hijack]"},
		"deadline": {func(w http.ResponseWriter) error { return http.NewResponseController(w).SetReadDeadline(time.Now()) }, "[read deadline]"},
		"interim":  {func(w http.ResponseWriter) error { w.WriteHeader(103); w.WriteHeader(304); return nil }, "[status 103 status 304]"},
		"copy": {func(w http.ResponseWriter) error {
			w.Header().Set("Content-Type", "image/png")
			_, err := io.Copy(w, struct{ io.Reader }{strings.NewReader("ab")})
			return err
		}, "[read from ab]"},
	} {
		inner := &writers.Logged{Headers: http.Header{}}
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Accept-Encoding", "gzip")
		middleware.Compress()(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if err := tc.do(w); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		})).ServeHTTP(writers.Server{Logged: inner}, r)
		if got := fmt.Sprint(inner.Calls); got != tc.want {
			t.Errorf("%s: %s, want %s", name, got, tc.want)
		}
	}
}
