package brio_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

// running is an app that serves on a port of its own.
type running struct {
	url      string
	stop     context.CancelFunc
	done     chan error    // what Serve returned
	refusing chan struct{} // closed once no new connection is accepted
}

// serve starts an app until the test ends.
func serve(t *testing.T, declare func(*brio.App), opts ...brio.RunOption) *running {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	signal := &signalListener{Listener: l, closed: make(chan struct{})}
	app := brio.New(quiet())
	declare(app)
	ctx, stop := context.WithCancel(context.Background())
	opts = append([]brio.RunOption{brio.ShutdownDelay(0)}, opts...)
	r := &running{"http://" + l.Addr().String(), stop, make(chan error, 1), signal.closed}
	go func() { r.done <- app.Serve(ctx, signal, opts...) }()
	t.Cleanup(stop)
	return r
}

// signalListener tells when it was closed, which is when a shutdown begins to refuse, so that tests need no sleep.
type signalListener struct {
	net.Listener
	once   sync.Once
	closed chan struct{}
}

func (l *signalListener) Close() error {
	err := l.Listener.Close()
	l.once.Do(func() { close(l.closed) })
	return err
}

// wait gives the result of Serve, and fails rather than hang.
func (r *running) wait(t *testing.T) error {
	t.Helper()
	select {
	case err := <-r.done:
		return err
	case <-time.After(20 * time.Second):
		t.Fatal("Serve did not return")
		return nil
	}
}

// outcome is what a request came to, for goroutines that must not end the test.
func outcome(url string) string {
	res, err := http.Get(url)
	if err != nil {
		return "error: " + err.Error()
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		return "error: " + err.Error()
	}
	return fmt.Sprint(res.StatusCode, " ", string(body))
}

func TestServeStopsCleanlyWithItsContext(t *testing.T) {
	r := serve(t, func(app *brio.App) { app.Get("/", func() string { return "ok" }) })
	if status, _, body := testkit.Fetch(t, r.url); status != 200 || body != `"ok"` {
		t.Errorf("%d %s", status, body)
	}
	r.stop()
	if err := r.wait(t); err != nil {
		t.Error(err)
	}
}

func TestShutdownLetsRequestsFinishAndRefusesNewOnes(t *testing.T) {
	entered, release := make(chan struct{}), make(chan struct{})
	r := serve(t, func(app *brio.App) {
		app.Get("/slow", func(ctx context.Context) (string, error) {
			close(entered)
			<-release
			return "done", ctx.Err()
		})
	})
	slow := make(chan string, 1)
	go func() { slow <- outcome(r.url + "/slow") }()
	testkit.Receive(t, entered, "the request")
	r.stop()
	testkit.Receive(t, r.refusing, "the shutdown")
	if conn, err := net.Dial("tcp", strings.TrimPrefix(r.url, "http://")); err == nil {
		_ = conn.Close()
		t.Error("the app still accepts connections")
	}
	select {
	case err := <-r.done:
		t.Errorf("Serve returned before the request had finished: %v", err)
	default:
	}
	close(release)
	if got := testkit.Receive(t, slow, "the answer"); got != `200 "done"` {
		t.Errorf("the request in flight got %s", got)
	}
	if err := r.wait(t); err != nil {
		t.Error(err)
	}
}

func TestShutdownTimeoutCutsRequestsOff(t *testing.T) {
	entered, cut := make(chan struct{}), make(chan struct{})
	r := serve(t, func(app *brio.App) {
		app.Get("/stuck", func(ctx context.Context) {
			close(entered)
			<-ctx.Done() // the connection is closed under it
			close(cut)
		})
	}, brio.ShutdownTimeout(time.Millisecond))
	stuck := make(chan string, 1)
	go func() { stuck <- outcome(r.url + "/stuck") }()
	testkit.Receive(t, entered, "the request")
	r.stop()
	if err := r.wait(t); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "cut off") {
		t.Errorf("Serve returned %v", err)
	}
	testkit.Receive(t, cut, "the end of the context")
	if got := testkit.Receive(t, stuck, "the answer"); !strings.HasPrefix(got, "error: ") {
		t.Errorf("the request that was cut off got %s", got)
	}
}

func TestServerOptionChangesTheServer(t *testing.T) {
	var seen http.Server
	r := serve(t, func(app *brio.App) {
		app.Get("/", func(r *http.Request) string { return r.Context().Value(http.ServerContextKey).(*http.Server).Addr })
	}, brio.Server(func(s *http.Server) {
		seen.ReadHeaderTimeout, seen.Handler = s.ReadHeaderTimeout, s.Handler
		s.Addr = "changed"
	}))
	if _, _, body := testkit.Fetch(t, r.url); body != `"changed"` {
		t.Errorf("body %s", body)
	}
	if seen.ReadHeaderTimeout == 0 || seen.Handler == nil {
		t.Errorf("the option got a server without defaults: %v %v", seen.ReadHeaderTimeout, seen.Handler)
	}
}

func TestServeReturnsTheErrorOfItsListener(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	if err := brio.New(quiet()).Serve(context.Background(), l); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Serve returned %v", err)
	}
}

func TestRunAndServeRefuseABrokenApp(t *testing.T) {
	app := brio.New(quiet())
	app.Get("no-slash", func(string) {})
	if err := app.Run("127.0.0.1:0"); err == nil || !strings.Contains(err.Error(), "no-slash") {
		t.Errorf("Run: %v", err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := app.Serve(context.Background(), l); err == nil || !strings.Contains(err.Error(), "no-slash") {
		t.Errorf("Serve: %v", err)
	}
	if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("the listener was left open: %v", err)
	}
	defer func() {
		if v := recover(); v == nil || !strings.Contains(v.(error).Error(), "no-slash") {
			t.Errorf("ServeHTTP: %v", v)
		}
	}()
	send(app, "GET", "/", "")
}

func TestRunReturnsWhatIsWrongWithTheAddress(t *testing.T) {
	app := brio.New(quiet())
	app.Get("/", func() {})
	if err := app.Run("127.0.0.1:http-alt-nonsense"); err == nil || !strings.HasPrefix(err.Error(), "brio: ") {
		t.Errorf("Run: %v", err)
	}
}
