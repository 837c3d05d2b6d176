package testkit

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/brio-go/brio"
)

// Patience is how long a test waits for something that must happen. It is long because machines under load are slow; no
// test that passes waits for it.
const Patience = time.Minute

// Answer has h answer each request of Do. A test's judge of exchanges takes its place: contract.Main of the module tests.
var Answer = func(h http.Handler, w *httptest.ResponseRecorder, r *http.Request) { h.ServeHTTP(w, r) }

// Do sends a request to h in memory, through Answer. Headers are key, value pairs. An empty body sends none.
func Do(h http.Handler, method, target, body string, headers ...string) *httptest.ResponseRecorder {
	var reader io.Reader
	if body != "" {
		reader = strings.NewReader(body)
	}
	r := httptest.NewRequest(method, target, reader)
	for i := 0; i < len(headers); i += 2 {
		r.Header.Add(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	Answer(h, w, r)
	return w
}

// Get is Do with GET and without a body.
func Get(h http.Handler, target string, headers ...string) *httptest.ResponseRecorder {
	return Do(h, http.MethodGet, target, "", headers...)
}

// PostJSON is Do with POST and a JSON body.
func PostJSON(h http.Handler, target, body string, headers ...string) *httptest.ResponseRecorder {
	return Do(h, http.MethodPost, target, body, append([]string{"Content-Type", "application/json"}, headers...)...)
}

// WantStatus fails the test when the answer has another status. The failure shows the body.
func WantStatus(t *testing.T, w *httptest.ResponseRecorder, want int) {
	t.Helper()
	if w.Code != want {
		t.Errorf("status: got %d, want %d\nbody: %s", w.Code, want, w.Body)
	}
}

// WantBody fails the test when the answer has another body.
func WantBody(t *testing.T, w *httptest.ResponseRecorder, want string) {
	t.Helper()
	if got := w.Body.String(); got != want {
		t.Errorf("body: got\n%s\nwant\n%s", got, want)
	}
}

// WantHeader fails the test when the values of a response header are others than want. Without want there must be none.
func WantHeader(t *testing.T, w *httptest.ResponseRecorder, key string, want ...string) {
	t.Helper()
	if got := w.Header().Values(key); !slices.Equal(got, want) {
		t.Errorf("%s: got %q, want %q", key, got, want)
	}
}

// WantContains fails the test when text lacks one of the parts.
func WantContains(t *testing.T, text string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(text, part) {
			t.Errorf("got\n%s\nwant %q in it", text, part)
		}
	}
}

// Serve serves h on a free port of the loopback until the test ends and returns the server's URL.
func Serve(t *testing.T, h http.Handler) string {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL
}

// Fetch gets a URL over a connection and reads the body to its end.
func Fetch(t *testing.T, url string) (status int, header http.Header, body string) {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, res.Header, string(b)
}

// Receive returns the next value of c, or the zero value when c is closed. It fails the test after Patience; what names the
// event that did not come.
func Receive[T any](t *testing.T, c <-chan T, what string) T {
	t.Helper()
	select {
	case v := <-c:
		return v
	case <-time.After(Patience):
		t.Fatalf("%s: nothing came within %s", what, Patience)
		panic("unreachable")
	}
}

// groupPatience is how long Wait waits. A group may do the work of minutes on a machine under load, and still end.
const groupPatience = 5 * time.Minute

// Wait waits for the goroutines of a group. It fails the test after groupPatience; what names what they do.
func Wait(t *testing.T, group *sync.WaitGroup, what string) {
	t.Helper()
	done := make(chan struct{})
	go func() { group.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(groupPatience):
		t.Fatalf("%s: not done within %s", what, groupPatience)
	}
}

// Eventually waits until condition holds. It fails the test after Patience; what names the condition.
func Eventually(t *testing.T, what string, condition func() bool) {
	t.Helper()
	for deadline := time.Now().Add(Patience); !condition(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%s: did not happen within %s", what, Patience)
		}
	}
}

// Log collects what a logger writes, as text. It is safe for concurrent use.
type Log struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (l *Log) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

// String returns what was written so far.
func (l *Log) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

// Reset forgets what was written so far.
func (l *Log) Reset() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.text.Reset()
}

// Lines returns the number of lines that contain part.
func (l *Log) Lines(part string) (n int) {
	for line := range strings.Lines(l.String()) {
		if strings.Contains(line, part) {
			n++
		}
	}
	return n
}

// Logger returns a logger that writes lines of slog's text form to l.
func (l *Log) Logger() *slog.Logger { return slog.New(slog.NewTextHandler(l, nil)) }

// JSONLogger returns a logger that writes lines of slog's JSON form to l.
func (l *Log) JSONLogger() *slog.Logger { return slog.New(slog.NewJSONHandler(l, nil)) }

// HasLine reports whether a line contains all parts.
func (l *Log) HasLine(parts ...string) bool {
	for line := range strings.Lines(l.String()) {
		if !slices.ContainsFunc(parts, func(part string) bool { return !strings.Contains(line, part) }) {
			return true
		}
	}
	return false
}

// Quiet is the option of an app that logs nothing.
func Quiet() brio.AppOption { return brio.Logger(slog.New(slog.DiscardHandler)) }
