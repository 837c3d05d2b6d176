package exchange

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

// acquire returns an Exchange over a recorder. The end of the test releases it.
func acquire(t testing.TB, r *http.Request) (*Exchange, *httptest.ResponseRecorder) {
	t.Helper()
	w := httptest.NewRecorder()
	x := Acquire(w, r)
	t.Cleanup(x.Release)
	return x, w
}

func get(query string) *http.Request {
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.URL.RawQuery = query
	return r
}

func withHeader(name string, values ...string) *http.Request {
	r := get("")
	r.Header[name] = values
	return r
}

// readerFunc is a body made of a function.
type readerFunc func(p []byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }
func (f readerFunc) Close() error               { return nil }

var _ io.ReadCloser = readerFunc(nil)

func allocs(t *testing.T, want float64, f func()) {
	t.Helper()
	if raceEnabled {
		t.Skip("the race detector allocates")
	}
	if got := testing.AllocsPerRun(200, f); got > want {
		t.Errorf("%v allocations, want at most %v", got, want)
	}
}

// send sends headers that NewField has not checked.
func send(x *Exchange, status int, h http.Header, contentType string, body []byte) error {
	return x.Send(status, &Headers{Map: h}, ContentTypeOf(contentType), body)
}
