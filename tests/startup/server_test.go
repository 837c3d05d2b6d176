package startup_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

// answerOf returns status and body of the answer to a GET request, or "error: " and the error. It may run in a goroutine other than
// that of the test, so it does not end the test.
func answerOf(url string) string {
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

// Serve returns nil when its context ends and no request is running.
func TestServeStopsWithContext(t *testing.T) {
	s := testkit.NewStage(t, func(app *brio.App) { app.Get("/", func() string { return "ok" }) })
	if got := answerOf(s.URL); got != `200 "ok"` {
		t.Errorf("answer: got %s", got)
	}
	s.BeginShutdown()
	if err := s.Stop(); err != nil {
		t.Errorf("Serve: got %v, want nil", err)
	}
}

// A shutdown refuses new connections and lets running requests finish. Their contexts do not end.
func TestShutdownFinishesRequests(t *testing.T) {
	entered, release := make(chan struct{}), make(chan struct{})
	s := testkit.NewStage(t, func(app *brio.App) {
		app.Get("/slow", func(ctx context.Context) (string, error) {
			close(entered)
			<-release
			return "done", ctx.Err()
		})
	})
	slow := make(chan string, 1)
	go func() { slow <- answerOf(s.URL + "/slow") }()
	testkit.Receive(t, entered, "the request")
	s.BeginShutdown()
	testkit.Receive(t, s.Refusing, "the shutdown")
	if conn, err := net.Dial("tcp", s.Addr); err == nil {
		_ = conn.Close()
		t.Error("the app still accepts connections")
	}
	s.WantServing()
	close(release)
	if got := testkit.Receive(t, slow, "the answer"); got != `200 "done"` {
		t.Errorf("the request in flight got %s", got)
	}
	if err := s.Stop(); err != nil {
		t.Errorf("Serve: got %v, want nil", err)
	}
}

// After ShutdownTimeout the connections are cut, the contexts of the requests end, and Serve returns an error.
func TestShutdownTimeoutCutsRequests(t *testing.T) {
	entered, cut := make(chan struct{}), make(chan struct{})
	s := testkit.NewStage(t, func(app *brio.App) {
		app.Get("/stuck", func(ctx context.Context) {
			close(entered)
			<-ctx.Done() // ends when the connection is cut
			close(cut)
		})
	}, brio.ShutdownTimeout(time.Millisecond))
	stuck := make(chan string, 1)
	go func() { stuck <- answerOf(s.URL + "/stuck") }()
	testkit.Receive(t, entered, "the request")
	s.BeginShutdown()
	if err := s.Stop(); !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "cut off") {
		t.Errorf("Serve: got %v, want an error of the deadline that says cut off", err)
	}
	testkit.Receive(t, cut, "the end of the context")
	if got := testkit.Receive(t, stuck, "the answer"); !strings.HasPrefix(got, "error: ") {
		t.Errorf("the request that was cut off got %s", got)
	}
}

// The Server option gets the http.Server with Brio's defaults, and its changes are in use.
func TestServerOptionChangesServer(t *testing.T) {
	var seen http.Server
	s := testkit.NewStage(t, func(app *brio.App) {
		app.Get("/", func(r *http.Request) string { return r.Context().Value(http.ServerContextKey).(*http.Server).Addr })
	}, brio.Server(func(server *http.Server) {
		seen.ReadHeaderTimeout, seen.Handler = server.ReadHeaderTimeout, server.Handler
		server.Addr = "changed"
	}))
	if got := answerOf(s.URL); got != `200 "changed"` {
		t.Errorf("answer: got %s, want the address that the option set", got)
	}
	if seen.ReadHeaderTimeout == 0 || seen.Handler == nil {
		t.Errorf("server before the option: got ReadHeaderTimeout %v, Handler %v; want defaults", seen.ReadHeaderTimeout, seen.Handler)
	}
}

// Serve returns the error of its listener.
func TestServeReturnsListenerError(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	if err := brio.New(testkit.Quiet()).Serve(context.Background(), l); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Serve returned %v", err)
	}
}

// Run returns an error of its address.
func TestRunReturnsAddressError(t *testing.T) {
	t.Parallel()
	app := brio.New(testkit.Quiet())
	app.Get("/", func() {})
	if err := app.Run("127.0.0.1:http-alt-nonsense"); err == nil || !strings.HasPrefix(err.Error(), "brio: ") {
		t.Errorf("Run: %v", err)
	}
}

// Several options Server change one http.Server, in their order.
func TestServerOptionsAddUp(t *testing.T) {
	var order []string
	note := func(name string) brio.RunOption {
		return brio.Server(func(*http.Server) { order = append(order, name) })
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := brio.New(testkit.Quiet()).Serve(ctx, l, note("first"), note("second"), brio.ShutdownDelay(0)); err != nil {
		t.Fatal(err)
	}
	if len(order) != 2 || order[0] != "first" || order[1] != "second" {
		t.Errorf("got %q", order)
	}
}
