package testkit

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/brio-go/brio"
)

// StagePing is how often an app on a stage sends a ping in a silent event stream. It is short so that tests see several.
const StagePing = 5 * time.Millisecond

// Stage is an app that App.Serve serves on a free port of the loopback. Serve is http.Server with Brio's graceful shutdown,
// which httptest.Server does not have.
type Stage struct {
	URL  string
	Addr string // host and port of URL
	Log  *Log   // what the app logs, as JSON lines
	// Refusing is closed when the listener is: from then on the app accepts no new connection.
	Refusing <-chan struct{}

	t       *testing.T
	stop    context.CancelFunc
	done    chan error
	stopped bool
}

// NewStage serves an app until the test ends. Then it fails the test when goroutines are left that were not there before.
// declare adds the routes. There is no delay before the shutdown; opts come after that option.
func NewStage(t *testing.T, declare func(*brio.App), opts ...brio.RunOption) *Stage {
	t.Helper()
	before := runtime.NumGoroutine()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener := &notingListener{Listener: l, closed: make(chan struct{})}
	ctx, stop := context.WithCancel(context.Background())
	s := &Stage{URL: "http://" + l.Addr().String(), Addr: l.Addr().String(), Log: &Log{}, Refusing: listener.closed,
		t: t, stop: stop, done: make(chan error, 1)}
	app := brio.New(brio.Logger(s.Log.JSONLogger()), brio.EventPing(StagePing))
	declare(app)
	opts = append([]brio.RunOption{brio.ShutdownDelay(0)}, opts...)
	go func() { s.done <- app.Serve(ctx, listener, opts...) }()
	t.Cleanup(func() {
		_ = s.Stop()
		http.DefaultClient.CloseIdleConnections()
		for deadline := time.Now().Add(Patience); runtime.NumGoroutine() > before; time.Sleep(time.Millisecond) {
			if time.Now().After(deadline) {
				stacks := make([]byte, 1<<20)
				t.Fatalf("goroutines are left:\n%s", stacks[:runtime.Stack(stacks, true)])
			}
		}
	})
	return s
}

// BeginShutdown ends the context of Serve and does not wait.
func (s *Stage) BeginShutdown() { s.stop() }

// Stop ends the context of Serve and returns the result of Serve. A second call returns nil.
func (s *Stage) Stop() error {
	s.t.Helper()
	s.stop()
	if s.stopped {
		return nil
	}
	s.stopped = true
	return Receive(s.t, s.done, "the end of Serve")
}

// WantServing fails the test when Serve has returned.
func (s *Stage) WantServing() {
	s.t.Helper()
	select {
	case err := <-s.done:
		s.stopped = true
		s.t.Errorf("Serve has returned: %v", err)
	default:
	}
}

// WantLog waits for a line of the log that contains all parts.
func (s *Stage) WantLog(parts ...string) {
	s.t.Helper()
	for deadline := time.Now().Add(Patience); !s.Log.HasLine(parts...); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("no line of the log has %s:\n%s", strings.Join(parts, ", "), s.Log)
		}
	}
}

// Open sends a GET request and returns the response with a reader of its body, which the test can read line by line. Headers
// are key, value pairs. The body is closed when the test ends.
func (s *Stage) Open(path string, headers ...string) (*http.Response, *bufio.Reader) {
	s.t.Helper()
	r, err := http.NewRequest(http.MethodGet, s.URL+path, nil)
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

// ReadAll sends a GET request and reads the body to its end. complete is false when the connection was cut.
func (s *Stage) ReadAll(path string) (res *http.Response, body string, complete bool) {
	s.t.Helper()
	res, r := s.Open(path)
	b, err := io.ReadAll(r)
	return res, string(b), err == nil
}

// notingListener closes a channel when it is closed, which is when a shutdown begins to refuse connections.
type notingListener struct {
	net.Listener
	once   sync.Once
	closed chan struct{}
}

func (l *notingListener) Close() error {
	err := l.Listener.Close()
	l.once.Do(func() { close(l.closed) })
	return err
}
