package exchange

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"runtime"
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

// allDeadlines is the writer of a connection. It records the deadlines.
type allDeadlines struct {
	*httptest.ResponseRecorder
	read, write []time.Time
}

func (d *allDeadlines) SetReadDeadline(t time.Time) error {
	d.read = append(d.read, t)
	return nil
}

func (d *allDeadlines) SetWriteDeadline(t time.Time) error {
	d.write = append(d.write, t)
	return nil
}

// The deadlines of a stream of HTTP/2 that was reset are removed, but for those of the http.Server. There may be no http.Server: the
// servers of other modules have none in the context.
func TestDeadlinesOfResetStreamAreRemoved(t *testing.T) {
	for _, c := range []struct {
		name        string
		server      *http.Server
		major       int
		ended       bool
		read, write int
	}{
		{"no server", nil, 2, true, 1, 1},
		{"a server without timeouts", &http.Server{}, 2, true, 1, 1},
		{"a read timeout", &http.Server{ReadTimeout: time.Minute}, 2, true, 0, 1},
		{"a write timeout", &http.Server{WriteTimeout: time.Minute}, 2, true, 1, 0},
		{"HTTP/1", nil, 1, true, 0, 0},
		{"a request that has not ended", nil, 2, false, 0, 0},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		if c.server != nil {
			ctx = context.WithValue(ctx, http.ServerContextKey, c.server)
		}
		r := httptest.NewRequest("GET", "/", nil).WithContext(ctx)
		r.ProtoMajor = c.major
		w := &allDeadlines{ResponseRecorder: httptest.NewRecorder()}
		x := Acquire(w, r)
		if c.ended {
			cancel()
		}
		x.Release()
		cancel()
		if len(w.read) != c.read || len(w.write) != c.write || c.read > 0 && !w.read[0].IsZero() || c.write > 0 && !w.write[0].IsZero() {
			t.Errorf("%s: read deadlines %v, write deadlines %v; want %d and %d, each zero", c.name, w.read, w.write, c.read, c.write)
		}
	}
}

// countedConn is a connection that has memory of its own, so that the collector says when nothing refers to it.
type countedConn struct{ net.Conn }

// countedListener calls accepted with each connection.
type countedListener struct {
	net.Listener
	accepted func(*countedConn)
}

func (l countedListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	counted := &countedConn{c}
	l.accepted(counted)
	return counted, nil
}

// A client resets a stream of HTTP/2 and closes the connection while the handler works. The deadlines that the handler's reads and writes
// set afterwards, which are 30 seconds away, do not keep the memory of the connection.
func TestResetStreamKeepsNoMemory(t *testing.T) {
	for name, work := range map[string]func(x *Exchange){
		"read": func(x *Exchange) {
			if b, err := x.Body(1 << 20); err == nil {
				t.Errorf("read %d bytes of a stream that was reset", len(b))
			}
		},
		"write": func(x *Exchange) { _ = x.Send(200, nil, nil, make([]byte, 4*piece)) },
		"chunk": func(x *Exchange) { _ = x.Chunk([]byte("x"), time.Minute) },
	} {
		t.Run(name, func(t *testing.T) {
			freed, entered, worked := make(chan bool), make(chan bool), make(chan bool)
			protocols := new(http.Protocols)
			protocols.SetUnencryptedHTTP2(true)
			server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				x := Acquire(w, r)
				defer close(worked)
				defer x.Release()
				close(entered)
				<-r.Context().Done()
				work(x)
			}))
			server.Config.Protocols = protocols
			server.Listener = countedListener{server.Listener, func(c *countedConn) { runtime.AddCleanup(c, func(done chan bool) { close(done) }, freed) }}
			server.Start()
			defer server.Close()
			client, err := net.Dial("tcp", server.Listener.Addr().String())
			if err != nil {
				t.Fatal(err)
			}
			defer client.Close()
			_, _ = io.WriteString(client, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"+
				"\x00\x00\x00\x04\x00\x00\x00\x00\x00"+ // SETTINGS
				"\x00\x00\x06\x01\x04\x00\x00\x00\x01\x83\x86\x84\x41\x01x") // HEADERS: POST http://x/
			<-entered
			_, _ = io.WriteString(client, "\x00\x00\x04\x03\x00\x00\x00\x00\x01\x00\x00\x00\x08") // RST_STREAM
			<-worked
			time.Sleep(50 * time.Millisecond) // net/http sets deadlines in a goroutine, which the end of the connection ends
			_ = client.Close()
			for late := time.After(20 * time.Second); ; runtime.GC() {
				select {
				case <-freed:
					return
				case <-late:
					t.Fatal("the connection is kept")
				case <-time.After(20 * time.Millisecond):
				}
			}
		})
	}
}
