package httpwriter

import (
	"bufio"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// plain is a writer without optional methods.
type plain struct{ http.ResponseWriter }

type hijackable struct{ plain }

func (hijackable) Hijack() (net.Conn, *bufio.ReadWriter, error) { return nil, nil, nil }

type server struct{ hijackable }

func (server) Flush() {}

type unwrapping struct{ inner http.ResponseWriter }

func (u unwrapping) Header() http.Header         { return u.inner.Header() }
func (u unwrapping) Write(p []byte) (int, error) { return u.inner.Write(p) }
func (u unwrapping) WriteHeader(status int)      { u.inner.WriteHeader(status) }
func (u unwrapping) Unwrap() http.ResponseWriter { return u.inner }

// log logs the hooks that are called, and refuses with err.
type log struct {
	calls  []string
	err    error
	body   strings.Builder
	copies bool
}

func (l *log) call(name string) error                             { l.calls = append(l.calls, name); return l.err }
func (l *log) Begin(status int) error                             { return l.call("begin " + http.StatusText(status)) }
func (l *log) Wrote(n int64)                                      { _ = l.call("wrote") }
func (l *log) BeginFlush() error                                  { return l.call("begin flush") }
func (l *log) Flushed(error)                                      { _ = l.call("flushed") }
func (l *log) BeginHijack() error                                 { return l.call("begin hijack") }
func (l *log) Hijacked(error)                                     { _ = l.call("hijacked") }
func (l *log) HandlerHeader() http.Header                         { return http.Header{"Of": {"the hooks"}} }
func (l *log) Interim(int)                                        { _ = l.call("interim") }
func (l *log) Control(func(*http.ResponseController) error) error { return l.call("control") }
func (l *log) Body(below http.ResponseWriter) io.Writer {
	if l.copies {
		return io.MultiWriter(below, &l.body)
	}
	return below
}

var writerCalls = []struct {
	name, hooks string
	do          func(http.ResponseWriter) error
}{
	{"status", "begin Not Found", func(w http.ResponseWriter) error { w.WriteHeader(404); return nil }},
	{"switching", "begin Switching Protocols", func(w http.ResponseWriter) error { w.WriteHeader(101); return nil }},
	{"write", "begin OK, wrote", func(w http.ResponseWriter) error { _, err := w.Write([]byte("a")); return err }},
	{"string", "begin OK, wrote", func(w http.ResponseWriter) error { _, err := io.WriteString(w, "a"); return err }},
	{"copy", "begin OK, wrote", func(w http.ResponseWriter) error {
		_, err := io.Copy(w, struct{ io.Reader }{strings.NewReader("a")})
		return err
	}},
	{"flush", "begin flush, flushed", func(w http.ResponseWriter) error { return http.NewResponseController(w).Flush() }},
	{"hijack", "begin hijack, hijacked", func(w http.ResponseWriter) error {
		_, _, err := http.NewResponseController(w).Hijack()
		return err
	}},
}

// Each call runs its hooks in order. A hook's error is returned, and the writer below is not called.
func TestWriterCallsHooks(t *testing.T) {
	refused := errors.New("refused")
	for _, tc := range writerCalls {
		for _, closed := range []bool{false, true} {
			for _, err := range []error{nil, refused} {
				below, hooks := httptest.NewRecorder(), &log{err: err}
				var w http.ResponseWriter
				if closed {
					c := new(Closed)
					c.Wrap(server{hijackable{plain{below}}}, hooks)
					w = c.Variant()
				} else {
					o := new(Writer)
					o.WrapBody(server{hijackable{plain{below}}}, hooks)
					w = o.Variant()
				}
				want, got := tc.hooks, tc.do(w)
				if closed {
					want = strings.TrimSuffix(want, ", wrote")
				}
				if err != nil {
					want, _, _ = strings.Cut(want, ",")
				}
				if calls := strings.Join(hooks.calls, ", "); calls != want {
					t.Errorf("%s, closed %t: hooks %s, want %s", tc.name, closed, calls, want)
				}
				if isStatus := tc.name == "status" || tc.name == "switching"; got != err && !isStatus {
					t.Errorf("%s, closed %t: got %v, want %v", tc.name, closed, got, err)
				}
				if err != nil && (below.Code != 200 || below.Body.Len() > 0) {
					t.Errorf("%s, closed %t: refused, but %d %s was written", tc.name, closed, below.Code, below.Body)
				}
				if HooksOf(w) != hooks {
					t.Errorf("closed %t: the hooks are %v", closed, HooksOf(w))
				}
			}
		}
	}
}

// Each write goes through the writer of Body.
func TestWriterCopiesBody(t *testing.T) {
	for _, tc := range writerCalls {
		below, hooks := httptest.NewRecorder(), &log{copies: true}
		w := new(Writer)
		w.WrapBody(below, hooks)
		_ = tc.do(w.Variant())
		if below.Body.String() != hooks.body.String() {
			t.Errorf("%s: %q was written, %q copied", tc.name, below.Body, hooks.body.String())
		}
	}
}

// Handlers cannot bypass the hooks of a Closed writer.
func TestClosedHasNoUnwrap(t *testing.T) {
	for name, below := range map[string]http.ResponseWriter{
		"plain": plain{httptest.NewRecorder()}, "flusher": httptest.NewRecorder(),
		"hijacker": hijackable{plain{httptest.NewRecorder()}}, "server": server{hijackable{plain{httptest.NewRecorder()}}},
	} {
		hooks := &log{}
		c := new(Closed)
		c.Wrap(below, hooks)
		w := c.Variant()
		if Unwrap(w) != nil {
			t.Errorf("%s: the writer unwraps", name)
		}
		_, flushes := below.(http.Flusher)
		_, hijacks := below.(http.Hijacker)
		f, flusher := w.(http.Flusher)
		h, hijacker := w.(http.Hijacker)
		if flusher != flushes || hijacker != hijacks {
			t.Errorf("%s: flushes %t, hijacks %t", name, flusher, hijacker)
		}
		if flushes {
			f.Flush()
		}
		if hijacks {
			_, _, _ = h.Hijack()
		}
		control := http.NewResponseController(w)
		_, _, _ = control.SetReadDeadline(time.Now()), control.SetWriteDeadline(time.Now()), control.EnableFullDuplex()
		w.WriteHeader(103)
		if calls := strings.Join(hooks.calls, ", "); !strings.HasSuffix(calls, "control, control, control, interim") {
			t.Errorf("%s: hooks %s", name, calls)
		}
		if w.Header().Get("Of") != "the hooks" {
			t.Errorf("%s: header %v", name, w.Header())
		}
	}
}

func TestUnwrap(t *testing.T) {
	below := httptest.NewRecorder()
	w := new(Writer)
	w.Wrap(below, &log{})
	for name, wrapper := range map[string]http.ResponseWriter{
		"Unwrap": unwrapping{below}, "struct": struct{ http.ResponseWriter }{below}, "pointer": &struct{ http.ResponseWriter }{below},
		"Writer": w, "variant": w.Variant(),
	} {
		if got := Unwrap(wrapper); got != below {
			t.Errorf("%s: got %v", name, got)
		}
	}
	if got := Unwrap(below); got != nil {
		t.Errorf("a recorder: got %v", got)
	}
	if HooksOf(below) != nil || HooksOf(unwrapping{w}) != nil {
		t.Error("another writer has hooks")
	}
}

func TestCanFlush(t *testing.T) {
	flushable := httptest.NewRecorder()
	for name, tc := range map[string]struct {
		w    http.ResponseWriter
		want bool
	}{
		"flusher": {flushable, true}, "plain": {plain{flushable}, false}, "unwrapping": {unwrapping{flushable}, true}, "unwrapping plain": {unwrapping{plain{flushable}}, false},
	} {
		if got := CanFlush(tc.w); got != tc.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestIsInterim(t *testing.T) {
	for status, want := range map[int]bool{99: false, 100: true, 101: false, 102: true, 103: true, 199: true, 200: false, 404: false} {
		if IsInterim(status) != want {
			t.Errorf("%d: %t", status, !want)
		}
	}
}

// Variant costs nothing beside the wrapper that has the Writer.
func TestVariantDoesNotAllocate(t *testing.T) {
	w, c := new(Writer), new(Closed)
	w.Wrap(server{}, &log{})
	c.Wrap(server{}, &log{})
	if n := testing.AllocsPerRun(100, func() { w.Variant(); c.Variant() }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
