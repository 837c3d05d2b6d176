package middleware_test

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/middleware"
)

func textLogger(out io.Writer, level slog.Level) *slog.Logger {
	return slog.New(slog.NewTextHandler(out, &slog.HandlerOptions{Level: level, ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
}

func TestAccessLog(t *testing.T) {
	for name, c := range map[string]struct {
		handler http.HandlerFunc
		want    string
	}{
		"body": {func(w http.ResponseWriter, r *http.Request) {
			time.Sleep(time.Second)
			_, _ = io.WriteString(w, "four")
		},
			"level=INFO msg=request method=GET route=/items/{id} path=/items/7 status=200 bytes=4 duration=1s client=192.0.2.1 request_id=abc"},
		"nothing": {func(http.ResponseWriter, *http.Request) {},
			"level=INFO msg=request method=GET route=/items/{id} path=/items/7 status=200 bytes=0 duration=0s client=192.0.2.1 request_id=abc"},
		"error": {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(503) },
			"level=ERROR msg=request method=GET route=/items/{id} path=/items/7 status=503 bytes=0 duration=0s client=192.0.2.1 request_id=abc"},
		"panic": {func(http.ResponseWriter, *http.Request) { panic("canary") },
			"level=ERROR msg=request method=GET route=/items/{id} path=/items/7 status=500 bytes=0 duration=0s client=192.0.2.1 request_id=abc"},
		"abort": {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("x")); panic(http.ErrAbortHandler) },
			"level=INFO msg=request method=GET route=/items/{id} path=/items/7 status=200 bytes=1 duration=0s client=192.0.2.1 request_id=abc"},
		"copy": {func(w http.ResponseWriter, _ *http.Request) { _, _ = io.Copy(w, strings.NewReader("12345")) },
			"level=INFO msg=request method=GET route=/items/{id} path=/items/7 status=200 bytes=5 duration=0s client=192.0.2.1 request_id=abc"},
	} {
		synctest.Test(t, func(t *testing.T) {
			var out bytes.Buffer
			mux := http.NewServeMux()
			mux.HandleFunc("/items/{id}", c.handler)
			h := middleware.RequestID()(middleware.AccessLog(textLogger(&out, slog.LevelInfo))(mux))
			func() {
				defer func() { _ = recover() }()
				h.ServeHTTP(httptest.NewRecorder(), request("GET", "/items/7?token=canary", "X-Request-ID", "abc"))
			}()
			if got := strings.TrimSpace(out.String()); got != c.want {
				t.Errorf("%s\ngot  %s\nwant %s", name, got, c.want)
			}
		})
	}
}

func TestAccessLogOptions(t *testing.T) {
	var out bytes.Buffer
	f := middleware.AccessLogWith(middleware.AccessLogOptions{
		Logger: textLogger(&out, slog.LevelInfo), Query: true, Secrets: []string{"code"},
		Skip:  func(r *http.Request) bool { return r.URL.Path == "/health" },
		Level: func(*http.Request, int) slog.Level { return slog.LevelWarn },
	})
	serve(f, request("GET", "/health"))
	serve(f, request("GET", "/?page=2&access_token=canary&API-Key=canary&code=canary&%70assword=canary&x"))
	want := `level=WARN msg=request method=GET route="" path=/ status=200 bytes=9`
	query := `query="page=2&access_token=***&API-Key=***&code=***&%70assword=***&x"`
	if got := out.String(); !strings.HasPrefix(got, want) || !strings.Contains(got, query) || strings.Contains(got, "canary") || strings.Count(got, "\n") != 1 {
		t.Error(got)
	}
}

func TestAccessLogOfConnectionTakenOver(t *testing.T) {
	var out bytes.Buffer
	ended := make(chan struct{})
	inner := middleware.AccessLog(textLogger(&out, slog.LevelInfo))(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err == nil {
			_ = conn.Close()
		}
	}))
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer close(ended)
		inner.ServeHTTP(w, r)
	}))
	defer s.Close()
	r, _ := http.NewRequest("POST", s.URL, nil) // not sent again
	_, _ = http.DefaultClient.Do(r)
	testkit.Receive(t, ended, "the end of the request")
	if !strings.Contains(out.String(), "status=101") {
		t.Error(out.String())
	}
}

func TestBodyDumpMasksSecrets(t *testing.T) {
	for name, c := range map[string]struct {
		mediaType, body string
		want            string // of the request body
	}{
		"json":        {"application/json", `{"user":"ann","password":"canary","nested":[{"api_key": {"deep":["canary"]}, "n":1}],"refreshToken":canary}`, `{"user":"ann","password":"***","nested":[{"api_key": "***", "n":1}],"refreshToken":"***"}`},
		"escaped":     {"application/json", `{"\u0070assword":"canary","p\"in":1}`, `{"\u0070assword":"***","p\"in":1}`},
		"own":         {"application/problem+json", `{"PIN":12345,"pincode":1}`, `{"PIN":"***","pincode":1}`},
		"cut off":     {"application/json", `{"token":"canary`, `{"token":"***"`},
		"form":        {"application/x-www-form-urlencoded", "user=ann&password=canary&%zz=canary", "user=ann&password=***&%zz=***"},
		"binary":      {"image/png", "\x89PNGcanary", "10 bytes"},
		"no type":     {"", "canary", "6 bytes"},
		"long":        {"text/plain", strings.Repeat("x", 206), strings.Repeat("x", 200) + "… and 6 bytes"},
		"secret tail": {"application/json", `{"a":"` + strings.Repeat("x", 30) + `","secret":"` + strings.Repeat("canary", 30) + `"}`, `{"a":"` + strings.Repeat("x", 30) + `","secret":"***"… and 30 bytes`},
	} {
		t.Run(name, func(t *testing.T) {
			var log slogRecord
			var got []byte
			f := middleware.BodyDump(middleware.BodyDumpOptions{Logger: slog.New(&log), MaxBytes: 200, Secrets: []string{"pin"}})
			r := httptest.NewRequest("POST", "/?session=canary", strings.NewReader(c.body))
			r.Header = http.Header{"Content-Type": {c.mediaType}, "Authorization": {"canary"}, "Cookie": {"a=canary"}, "X-Api-Key": {"canary"}}
			w := httptest.NewRecorder()
			f(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				got, _ = io.ReadAll(r.Body)
				w.Header().Set("Content-Type", "application/json")
				w.Header().Set("Set-Cookie", "canary")
				w.WriteHeader(201)
				_, _ = io.WriteString(w, `{"token":"canary",`)
				_, _ = io.WriteString(w, `"ok":true}`)
			})).ServeHTTP(w, r)
			if string(got) != c.body || w.Body.String() != `{"token":"canary","ok":true}` {
				t.Errorf("the bodies were changed: %q %q", got, w.Body)
			}
			if log.attrs["request"] != c.want {
				t.Errorf("got  %s\nwant %s", log.attrs["request"], c.want)
			}
			if log.attrs["response"] != `{"token":"***","ok":true}` || log.attrs["status"] != "201" || log.attrs["query"] != "session=***" {
				t.Errorf("%v", log.attrs)
			}
			for key, value := range log.attrs {
				if strings.Contains(value, "canary") {
					t.Errorf("%s has a secret: %s", key, value)
				}
			}
		})
	}
	wantMistake(t, "BodyDump: MaxBytes is -2", middleware.BodyDump(middleware.BodyDumpOptions{MaxBytes: -2}))
}

func TestBodyDumpIsNothingWithoutDebug(t *testing.T) {
	var out bytes.Buffer
	serve(middleware.BodyDump(middleware.BodyDumpOptions{Logger: textLogger(&out, slog.LevelInfo)}), request("GET", "/"))
	if out.Len() > 0 {
		t.Error(out.String())
	}
}

func FuzzBodyDumpMasks(f *testing.F) {
	for _, s := range []string{`{"a":1}`, `"password"`, `{"x":"\"`, `[[`, `{"a":{"b":"c"}},`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, before string) {
		var log slogRecord
		// A member in an object of its own is masked, whatever stands before the document, unless that ends in the middle of
		// a string.
		r := httptest.NewRequest("POST", "/", strings.NewReader(strings.ReplaceAll(before, `"`, "")+`{"password":"canary"}`))
		r.Header.Set("Content-Type", "application/json")
		middleware.BodyDump(middleware.BodyDumpOptions{Logger: slog.New(&log)})(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
		})).ServeHTTP(httptest.NewRecorder(), r)
		if strings.Contains(log.attrs["request"], `"canary"`) {
			t.Errorf("%q: %s", before, log.attrs["request"])
		}
	})
}

func BenchmarkAccessLog(b *testing.B) {
	benchmark(b, middleware.AccessLog(slog.New(slog.DiscardHandler)))
}
