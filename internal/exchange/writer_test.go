package exchange

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio/internal/testkit/writers"
)

// A Writer has the optional interfaces of the writer below, and each call reaches it once.
func TestWriterPassesEveryCall(t *testing.T) {
	below := writers.Kinds()
	below["wrapped"] = func(l *writers.Logged) http.ResponseWriter {
		return struct{ http.ResponseWriter }{writers.Server{Logged: l}}
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
			bare, wrapped := &writers.Logged{Headers: http.Header{}}, &writers.Logged{Headers: http.Header{}}
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
			if fmt.Sprint(bare.Calls, bare.Headers) != fmt.Sprint(wrapped.Calls, wrapped.Headers) || !errors.Is(got, want) && fmt.Sprint(got) != fmt.Sprint(want) {
				t.Errorf("%s on %s: %q %q %v, without Writer %q %q %v", name, kind, wrapped.Calls, wrapped.Headers, got, bare.Calls, bare.Headers, want)
			}
			begins := got == nil && name != "interim" && name != "header" && name != "nothing" && name != "deadline" && name != "duplex"
			if x.Written() != begins {
				t.Errorf("%s on %s: Written is %t", name, kind, x.Written())
			}
			if flusher && name == "nothing" {
				w.(http.Flusher).Flush()
				if fmt.Sprint(wrapped.Calls) != "[flush]" || !x.Written() {
					t.Errorf("Flush on %s: %q, Written is %t", kind, wrapped.Calls, x.Written())
				}
			}
			if x.Writer() != w {
				t.Errorf("%s: a second Writer is another one", kind)
			}
			x.Release()
		}
	}
}

// A status that is none panics before the answer begins, and reaches no writer below. After the answer has begun the writer below decides.
func TestStatusThatIsNonePanics(t *testing.T) {
	for _, status := range []int{-1, 0, 99, 1000} {
		below := &writers.Logged{Headers: http.Header{}}
		x := Acquire(writers.Server{Logged: below}, httptest.NewRequest("GET", "/", nil))
		func() {
			defer func() {
				if p := recover(); p != fmt.Sprintf("invalid WriteHeader code %d", status) {
					t.Errorf("%d: panic %v", status, p)
				}
			}()
			x.Writer().WriteHeader(status)
		}()
		if len(below.Calls) > 0 || x.Written() {
			t.Errorf("%d: %q below, Written is %t", status, below.Calls, x.Written())
		}
		x.Writer().WriteHeader(999)
		x.Writer().WriteHeader(status)
		if !x.Written() || len(below.Calls) == 0 {
			t.Errorf("999, then %d: %q below, Written is %t", status, below.Calls, x.Written())
		}
		x.Release()
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
	w, r := writers.Server{Logged: &writers.Logged{}}, httptest.NewRequest("GET", "/", nil)
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
