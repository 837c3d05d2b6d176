package exchange

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// logged is the writer of a server that logs its calls. It has no optional methods.
type logged struct {
	calls  []string
	header http.Header
}

func (l *logged) log(format string, args ...any) {
	l.calls = append(l.calls, fmt.Sprintf(format, args...))
}
func (l *logged) Header() http.Header         { return l.header }
func (l *logged) WriteHeader(status int)      { l.log("status %d", status) }
func (l *logged) Write(p []byte) (int, error) { l.log("write %s", p); return len(p), nil }

type loggedFlusher struct{ *logged }

func (l loggedFlusher) Flush() { l.log("flush") }

type loggedHijacker struct{ *logged }

func (l loggedHijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	l.log("hijack")
	return nil, nil, nil
}

// loggedServer is a writer of net/http's HTTP/1 server.
type loggedServer struct{ *logged }

func (l loggedServer) Flush() { l.log("flush") }
func (l loggedServer) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	l.log("hijack")
	return nil, nil, nil
}
func (l loggedServer) ReadFrom(r io.Reader) (int64, error) {
	b, err := io.ReadAll(r)
	l.log("read from %s", b)
	return int64(len(b)), err
}
func (l loggedServer) WriteString(s string) (int, error) {
	l.log("write string %s", s)
	return len(s), nil
}
func (l loggedServer) SetReadDeadline(time.Time) error  { l.log("read deadline"); return nil }
func (l loggedServer) SetWriteDeadline(time.Time) error { l.log("write deadline"); return nil }
func (l loggedServer) EnableFullDuplex() error          { l.log("full duplex"); return nil }

// refusingFlusher cannot flush, and says so only when it is asked to.
type refusingFlusher struct{ *logged }

func (refusingFlusher) FlushError() error { return http.ErrNotSupported }

// refusingHijacker has lost its connection.
type refusingHijacker struct{ *logged }

func (refusingHijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return nil, nil, http.ErrHijacked
}

// A Writer has the optional interfaces of the writer below, and each call reaches it once.
func TestWriterPassesEveryCall(t *testing.T) {
	below := map[string]func(*logged) http.ResponseWriter{
		"plain":    func(l *logged) http.ResponseWriter { return l },
		"flusher":  func(l *logged) http.ResponseWriter { return loggedFlusher{l} },
		"hijacker": func(l *logged) http.ResponseWriter { return loggedHijacker{l} },
		"server":   func(l *logged) http.ResponseWriter { return loggedServer{l} },
		"refusing": func(l *logged) http.ResponseWriter { return refusingFlusher{l} },
		"hijacked": func(l *logged) http.ResponseWriter { return refusingHijacker{l} },
		"wrapped":  func(l *logged) http.ResponseWriter { return struct{ http.ResponseWriter }{loggedServer{l}} },
	}
	do := map[string]func(w http.ResponseWriter) error{
		"interim":     func(w http.ResponseWriter) error { w.WriteHeader(103); return nil },
		"status":      func(w http.ResponseWriter) error { w.WriteHeader(404); return nil },
		"switching":   func(w http.ResponseWriter) error { w.WriteHeader(101); return nil },
		"write":       func(w http.ResponseWriter) error { _, err := w.Write([]byte("a")); return err },
		"writestring": func(w http.ResponseWriter) error { _, err := io.WriteString(w, "a"); return err },
		"copy": func(w http.ResponseWriter) error {
			_, err := io.Copy(w, struct{ io.Reader }{strings.NewReader("a")})
			return err
		},
		"flush":    func(w http.ResponseWriter) error { return http.NewResponseController(w).Flush() },
		"hijack":   func(w http.ResponseWriter) error { _, _, err := http.NewResponseController(w).Hijack(); return err },
		"deadline": func(w http.ResponseWriter) error { return http.NewResponseController(w).SetWriteDeadline(time.Now()) },
		"duplex":   func(w http.ResponseWriter) error { return http.NewResponseController(w).EnableFullDuplex() },
		"header":   func(w http.ResponseWriter) error { w.Header().Set("A", "b"); return nil },
		"nothing":  func(w http.ResponseWriter) error { return nil },
	}
	for kind, newBelow := range below {
		for name, do := range do {
			bare, wrapped := &logged{header: http.Header{}}, &logged{header: http.Header{}}
			inner := newBelow(wrapped)
			x := Acquire(inner, httptest.NewRequest("GET", "/", nil))
			w := x.Writer()
			_, flushes := inner.(http.Flusher)
			_, hijacks := inner.(http.Hijacker)
			_, flusher := w.(http.Flusher)
			_, hijacker := w.(http.Hijacker)
			_, readerFrom := w.(io.ReaderFrom)
			_, stringWriter := w.(io.StringWriter)
			unwrapper, unwraps := w.(interface{ Unwrap() http.ResponseWriter })
			if flusher != flushes || hijacker != hijacks || !readerFrom || !stringWriter || !unwraps || unwrapper.Unwrap() != inner {
				t.Errorf("%s: flushes %t, hijacks %t, reads from %t, writes strings %t, unwraps %t", kind, flusher, hijacker, readerFrom, stringWriter, unwraps)
			}
			want, got := do(newBelow(bare)), do(w)
			if fmt.Sprint(bare.calls, bare.header) != fmt.Sprint(wrapped.calls, wrapped.header) || !errors.Is(got, want) && fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%s on %s: %q %q %v, without Writer %q %q %v", name, kind, wrapped.calls, wrapped.header, got, bare.calls, bare.header, want)
			}
			begins := got == nil && name != "interim" && name != "header" && name != "nothing" && name != "deadline" && name != "duplex"
			if x.Written() != begins {
				t.Errorf("%s on %s: Written is %t", name, kind, x.Written())
			}
			if flusher && name == "nothing" {
				w.(http.Flusher).Flush()
				if fmt.Sprint(wrapped.calls) != "[flush]" || !x.Written() {
					t.Errorf("Flush on %s: %q, Written is %t", kind, wrapped.calls, x.Written())
				}
			}
			if x.Writer() != w {
				t.Errorf("%s: a second Writer is another one", kind)
			}
			x.Release()
		}
	}
}

// OwnerOf finds the innermost owner through wrappers, and what has begun.
func TestOwnerOfLooksThroughWrappers(t *testing.T) {
	type wrapper struct{ http.ResponseWriter }
	inner := httptest.NewRecorder()
	outer := Acquire(inner, httptest.NewRequest("GET", "/", nil))
	defer outer.Release()
	middle := wrapper{outer.WriterWithOwner("outer")}
	x := Acquire(middle, httptest.NewRequest("GET", "/", nil))
	defer x.Release()
	if owner, begun := OwnerOf(wrapper{x.Writer()}); owner != "outer" || begun {
		t.Errorf("got %v, %t", owner, begun)
	}
	if owner, begun := OwnerOf(inner); owner != nil || begun {
		t.Errorf("without a Writer: got %v, %t", owner, begun)
	}
	_, _ = x.Writer().Write(nil)
	if owner, begun := OwnerOf(wrapper{x.Writer()}); owner != "outer" || !begun {
		t.Errorf("after a write: got %v, %t", owner, begun)
	}
	if x.MarkExit(); !x.Exited() || !outer.Exited() {
		t.Errorf("exited: %t, around it %t", x.Exited(), outer.Exited())
	}
	again := Acquire(middle, httptest.NewRequest("GET", "/", nil))
	defer again.Release()
	if owner, _ := OwnerOf(again.WriterWithOwner("inner")); owner != "inner" {
		t.Errorf("got %v", owner)
	}
}

// The Writer costs one allocation for a request.
func TestWriterAllocatesOnce(t *testing.T) {
	w, r := loggedServer{&logged{}}, httptest.NewRequest("GET", "/", nil)
	if n := testing.AllocsPerRun(100, func() {
		x := Acquire(w, r)
		x.Writer()
		x.Release()
	}); n > 1 && !raceEnabled {
		t.Errorf("%v allocations", n)
	}
}

// A writer that a handler has kept by mistake does not reach the next request.
func TestWriterIsNotReused(t *testing.T) {
	x := Acquire(newCounter(), get(""))
	kept := x.Writer()
	x.Release()
	next := newCounter()
	y := Acquire(next, get(""))
	defer y.Release()
	_, _ = kept.Write([]byte("late"))
	if y.Written() || next.writes > 0 {
		t.Error("a late write reached another request")
	}
}
