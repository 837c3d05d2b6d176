package serve

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// fakeApp counts what Serve asks of an app.
type fakeApp struct {
	mu    sync.Mutex
	calls []string
}

func (a *fakeApp) note(call string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.calls = append(a.calls, call)
}

func (a *fakeApp) Start(context.Context) error                { a.note("start"); return nil }
func (a *fakeApp) CloseConnections()                          { a.note("close connections") }
func (a *fakeApp) Drain()                                     { a.note("drain") }
func (a *fakeApp) Counts() (int, int)                         { return 0, 0 }
func (a *fakeApp) FinishTasks(context.Context) int            { a.note("finish tasks"); return 0 }
func (a *fakeApp) End(context.Context) (ended int, err error) { a.note("end"); return 0, nil }

// newConfig returns the configuration of a server for a handler, without a delay.
func newConfig(t *testing.T, h http.Handler) (*Config, net.Listener) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return &Config{Handler: h, Listeners: []net.Listener{l}, Grace: 20 * time.Second, Logger: slog.New(slog.DiscardHandler)}, l
}

// TestServeStopsInOrder: the app is not ready before the listeners are closed, and its values end last.
func TestServeStopsInOrder(t *testing.T) {
	c, _ := newConfig(t, http.NotFoundHandler())
	ctx, stop := context.WithCancel(t.Context())
	stop()
	a := &fakeApp{}
	if err := Serve(ctx, a, c); err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Join(a.calls, ", "), "start, close connections, drain, finish tasks, end"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestClosedConnectionRunsNoRequest: http.Server.Shutdown may close a connection after a request on it was read, because it takes the
// connection for idle until then. Such a request does not run; others of the shutdown do.
func TestClosedConnectionRunsNoRequest(t *testing.T) {
	for _, cut := range []bool{true, false} {
		ran := make(chan bool, 1)
		c, l := newConfig(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { ran <- true }))
		s := &server{app: &fakeApp{}, config: c}
		c.Change = func(h *http.Server) {
			h.ConnState = func(conn net.Conn, state http.ConnState) {
				if state == http.StateActive && cut {
					_ = conn.Close() // as Shutdown does
				}
			}
		}
		if err := s.start(t.Context()); err != nil {
			t.Fatal(err)
		}
		s.phase.Store(sweeping)
		go func() { _ = s.accept(s.bound[0]) }()
		conn, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		answer, _ := io.ReadAll(conn)
		_ = conn.Close()
		_ = s.http.Close()
		if cut && (len(ran) > 0 || len(answer) > 0) {
			t.Errorf("a request of a closed connection ran; answer %q", answer)
		}
		if !cut && (len(ran) == 0 || !strings.Contains(string(answer), "\r\nConnection: close\r\n")) {
			t.Errorf("a request of the shutdown did not run, or its connection stays open: %q", answer)
		}
	}
}

// TestShutdownAnswersWhatRuns: without a delay, clients that send one request after the other on their connections get an answer to each
// request that the handler has seen.
func TestShutdownAnswersWhatRuns(t *testing.T) {
	for range 10 {
		var ran sync.Map
		c, l := newConfig(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { ran.Store(r.URL.Path, true) }))
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan error, 1)
		go func() { ended <- Serve(ctx, &fakeApp{}, c) }()
		var clients sync.WaitGroup
		var answers atomic.Int64
		for client := range 50 {
			clients.Go(func() {
				conn, err := net.Dial("tcp", l.Addr().String())
				if err != nil {
					return
				}
				defer conn.Close()
				read := bufio.NewReader(conn)
				for i := 0; ; i++ {
					path := fmt.Sprintf("/%d-%d", client, i)
					_, _ = io.WriteString(conn, "GET "+path+" HTTP/1.1\r\nHost: x\r\n\r\n")
					res, err := http.ReadResponse(read, nil)
					if err != nil {
						if _, ok := ran.Load(path); ok {
							t.Errorf("%s ran, and got no answer", path)
						}
						return
					}
					answers.Add(1)
					_, _ = io.Copy(io.Discard, res.Body)
					if res.Close {
						return
					}
				}
			})
		}
		for answers.Load() < 200 {
			time.Sleep(time.Millisecond)
		}
		stop()
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
		clients.Wait()
	}
}
