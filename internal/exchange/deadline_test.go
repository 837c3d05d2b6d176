package exchange

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"testing/iotest"
	"time"
)

// readDeadlines is the writer of a connection. It records the read deadlines.
type readDeadlines struct {
	*httptest.ResponseRecorder
	set []time.Time
}

func (d *readDeadlines) SetReadDeadline(t time.Time) error { d.set = append(d.set, t); return nil }

func (d *readDeadlines) EnableFullDuplex() error { return nil }

// The unread rest of a body is drained before the answer, up to maxDrain bytes under a deadline, and the connection is reused. For a
// rest that does not come in time, for a client that waits for 100 Continue, and for a longer body, the answer closes the connection.
func TestUnreadBodyIsDrained(t *testing.T) {
	for _, c := range []struct {
		name          string
		change        func(x *Exchange, r *http.Request)
		reads, closes bool
	}{
		{"a short body", func(*Exchange, *http.Request) {}, true, false},
		{"as long as can be", func(_ *Exchange, r *http.Request) { r.ContentLength = maxDrain }, true, false},
		{"of unknown length", func(_ *Exchange, r *http.Request) { r.ContentLength = -1 }, true, false},
		{"late", func(_ *Exchange, r *http.Request) { r.Body = io.NopCloser(iotest.ErrReader(os.ErrDeadlineExceeded)) }, false, true},
		{"longer", func(_ *Exchange, r *http.Request) { r.ContentLength = maxDrain + 1 }, false, true},
		{"100-continue", func(_ *Exchange, r *http.Request) { r.Header.Set("Expect", "100-continue") }, false, true},
		{"read in vain", func(x *Exchange, _ *http.Request) { x.writeRare().bodyRead, x.rare.bodyErr = true, ErrStalled }, false, true},
		{"HTTP/2", func(_ *Exchange, r *http.Request) { r.ProtoMajor = 2 }, false, false},
		{"no body", func(_ *Exchange, r *http.Request) { r.ContentLength = 0 }, false, false},
		{"read", func(x *Exchange, _ *http.Request) { x.writeRare().bodyRead = true }, false, false},
		{"read by a handler", func(x *Exchange, _ *http.Request) { x.writeRare().reader = &reader{err: io.EOF} }, false, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			reads := 0
			r := httptest.NewRequest(http.MethodPost, "/", readerFunc(func(b []byte) (int, error) {
				if reads++; reads > 3 {
					return 0, io.EOF
				}
				return len(b), nil
			}))
			r = r.WithContext(context.WithValue(r.Context(), http.ServerContextKey, &http.Server{}))
			r.ContentLength = 100
			w := &readDeadlines{ResponseRecorder: httptest.NewRecorder()}
			x := Acquire(w, r)
			c.change(x, r)
			if err := x.Send(200, nil, nil, []byte("ok")); err != nil {
				t.Fatal(err)
			}
			if (reads > 0) != c.reads {
				t.Errorf("%d reads, want some: %t", reads, c.reads)
			}
			if closes := w.Header().Get("Connection") == "close"; closes != c.closes {
				t.Errorf("the answer closes the connection: %t, want %t", closes, c.closes)
			}
			x.Release()
			if n := len(w.set); c.reads && (n != 2 || w.set[0].IsZero() || !w.set[1].IsZero()) {
				t.Errorf("deadlines %v, want one, and none in the end", w.set)
			}
		})
	}
}
