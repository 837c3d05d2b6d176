package brio_test

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/brio-go/brio"
)

// logbook collects what an app logs.
type logbook struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logbook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logbook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

func (l *logbook) option() brio.AppOption { return brio.Logger(slog.New(slog.NewJSONHandler(l, nil))) }

// stage is an app on a real server whose WriteTimeout is short, as a careful operator has it.
type stage struct {
	t     *testing.T
	url   string
	addr  string
	log   *logbook
	stop  context.CancelFunc
	done  chan error
	ended bool
}

const stageWriteTimeout = time.Second

// newStage serves an app until the test ends, and then wants every goroutine gone.
func newStage(t *testing.T, declare func(*brio.App), opts ...brio.RunOption) *stage {
	t.Helper()
	before := runtime.NumGoroutine()
	s := &stage{t: t, log: &logbook{}, done: make(chan error, 1)}
	app := brio.New(s.log.option(), brio.EventPing(5*time.Millisecond))
	declare(app)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.addr = l.Addr().String()
	s.url = "http://" + s.addr
	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	opts = append([]brio.RunOption{brio.ShutdownDelay(0), brio.Server(func(h *http.Server) { h.WriteTimeout = stageWriteTimeout })}, opts...)
	go func() { s.done <- app.Serve(ctx, l, opts...) }()
	t.Cleanup(func() {
		s.end()
		http.DefaultClient.CloseIdleConnections()
		eventually(t, func() bool { return runtime.NumGoroutine() <= before }, func() string {
			stacks := make([]byte, 1<<20)
			return "goroutines are left:\n" + string(stacks[:runtime.Stack(stacks, true)])
		})
	})
	return s
}

// end stops the server and returns what Serve did.
func (s *stage) end() error {
	s.stop()
	if s.ended {
		return nil
	}
	s.ended = true
	select {
	case err := <-s.done:
		return err
	case <-time.After(20 * time.Second):
		s.t.Fatal("Serve has not returned")
		return nil
	}
}

// eventually waits for something that another goroutine does.
func eventually(t *testing.T, ok func() bool, complaint func() string) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !ok(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal(complaint())
		}
	}
}

func (s *stage) wantLog(parts ...string) {
	s.t.Helper()
	eventually(s.t, func() bool {
		for line := range strings.Lines(s.log.String()) {
			if containsAll(line, parts) {
				return true
			}
		}
		return false
	}, func() string { return "no line of the log has " + strings.Join(parts, ", ") + ":\n" + s.log.String() })
}

func containsAll(s string, parts []string) bool {
	for _, p := range parts {
		if !strings.Contains(s, p) {
			return false
		}
	}
	return true
}

// open begins a request and returns its lines as they come.
func (s *stage) open(path string, headers ...string) (*http.Response, *bufio.Reader) {
	s.t.Helper()
	r, err := http.NewRequest("GET", s.url+path, nil)
	if err != nil {
		s.t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = res.Body.Close() })
	return res, bufio.NewReader(res.Body)
}

// all reads a body to its end; whole is false when the connection was cut.
func (s *stage) all(path string) (res *http.Response, body string, whole bool) {
	s.t.Helper()
	res, r := s.open(path)
	b, err := io.ReadAll(r)
	return res, string(b), err == nil
}

func wantLine(t *testing.T, r *bufio.Reader, want string) {
	t.Helper()
	if line, err := r.ReadString('\n'); err != nil || line != want+"\n" {
		t.Fatalf("line %q, %v; want %q", line, err, want)
	}
}
