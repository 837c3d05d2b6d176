package exchange

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// readDeadlines is a connection's writer, which notes the read deadlines.
type readDeadlines struct {
	*httptest.ResponseRecorder
	set []time.Time
}

func (d *readDeadlines) SetReadDeadline(t time.Time) error { d.set = append(d.set, t); return nil }

// Before an answer the rest of the body is read, as net/http would do, but with a deadline. What net/http does not read, or
// is read by the handler, is left alone: a client that expects 100 Continue must not be asked for its body, and a long
// body must not hold back the answer.
func TestDrainReadsWhatNetHTTPWouldRead(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(x *Exchange, r *http.Request)
		reads  bool
	}{
		{"a short body", func(*Exchange, *http.Request) {}, true},
		{"as long as can be", func(_ *Exchange, r *http.Request) { r.ContentLength = unread }, true},
		{"of unknown length", func(_ *Exchange, r *http.Request) { r.ContentLength = -1 }, true},
		{"longer", func(_ *Exchange, r *http.Request) { r.ContentLength = unread + 1 }, false},
		{"100-continue", func(_ *Exchange, r *http.Request) { r.Header.Set("Expect", "100-continue") }, false},
		{"HTTP/2", func(_ *Exchange, r *http.Request) { r.ProtoMajor = 2 }, false},
		{"no body", func(_ *Exchange, r *http.Request) { r.ContentLength = 0 }, false},
		{"read", func(x *Exchange, _ *http.Request) { x.used().bodyRead = true }, false},
		{"given away", func(x *Exchange, _ *http.Request) { x.used().bodyGiven = true }, false},
		{"without a timeout", func(x *Exchange, _ *http.Request) { x.SetReadTimeout(0) }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			reads := 0
			r := httptest.NewRequest(http.MethodPost, "/", readerFunc(func(b []byte) (int, error) {
				if reads++; reads > 3 {
					return 0, io.EOF
				}
				return len(b), nil
			}))
			r.ContentLength = 100
			w := &readDeadlines{ResponseRecorder: httptest.NewRecorder()}
			x := Acquire(w, r)
			defer x.Release()
			x.SetReadTimeout(time.Minute)
			c.change(x, r)
			x.drain()
			if (reads > 0) != c.reads || (len(w.set) > 0) != c.reads {
				t.Errorf("%d reads and deadlines %v, want some: %t", reads, w.set, c.reads)
			}
			if n := len(w.set); n > 0 && (w.set[0].IsZero() || !w.set[n-1].IsZero()) {
				t.Errorf("deadlines %v, want one, and none in the end", w.set)
			}
			if x.drain(); c.reads && reads != 4 {
				t.Errorf("%d reads, want 4: a body is drained once", reads)
			}
		})
	}
}
