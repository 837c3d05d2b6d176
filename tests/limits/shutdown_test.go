package limits_test

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
)

// TestServeRefusesTLSConfigWithoutCertificates: a TLSConfig without certificates is a start-up error, because no client could be served.
func TestServeRefusesTLSConfigWithoutCertificates(t *testing.T) {
	started := false
	app := brio.New(brio.Logger((&testkit.Log{}).Logger()), brio.Lifespan(func(context.Context) (func(context.Context) error, error) {
		started = true
		return nil, nil
	}))
	app.Get("/", func() string { return "plain" })
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	option := brio.Server(func(s *http.Server) { s.TLSConfig = &tls.Config{} })
	for name, err := range map[string]error{
		"Serve": app.Serve(t.Context(), l, option),
		"Run":   app.Run("127.0.0.1:0", option),
	} {
		if err == nil {
			t.Fatalf("%s: no error", name)
		}
		testkit.WantContains(t, err.Error(), "shutdown_test.go:", "without certificates", "legal: ", "TLSFiles")
	}
	if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("the listener was left open: %v", err)
	}
	if started {
		t.Error("the app was started")
	}
}

// TestServeRefusesNegativeDurations: a negative delay, and a negative timeout other than NoLimit, are errors of Serve. The app does
// not start.
func TestServeRefusesNegativeDurations(t *testing.T) {
	app := brio.New(brio.Logger((&testkit.Log{}).Logger()))
	for want, option := range map[string]brio.RunOption{
		"ShutdownDelay is -1ns":  brio.ShutdownDelay(brio.NoLimit),
		"ShutdownTimeout is -1s": brio.ShutdownTimeout(-time.Second),
	} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		if err := app.Serve(t.Context(), l, option); err == nil {
			t.Errorf("%s: no error", want)
		} else {
			testkit.WantContains(t, err.Error(), "shutdown_test.go:", want, "legal: ")
		}
	}
}

// TestServeWaitsWithoutShutdownTimeout: with NoLimit a request in flight may take any time after the shutdown has begun. 0 keeps
// the default.
func TestServeWaitsWithoutShutdownTimeout(t *testing.T) {
	began, release := make(chan bool), make(chan bool)
	s := serve(t, nil, func(app *brio.App) {
		app.Get("/", func() string { close(began); <-release; return "done" })
	}, brio.ShutdownTimeout(time.Nanosecond), brio.ShutdownTimeout(brio.NoLimit), brio.ShutdownTimeout(0))
	c := dial(t, s.address)
	_, _ = io.WriteString(c, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
	<-began
	s.stop()
	time.AfterFunc(100*time.Millisecond, func() { close(release) })
	if got, _ := io.ReadAll(c.read); !strings.Contains(string(got), "done") {
		t.Errorf("the request was cut off: %q", got)
	}
	if err := <-s.done; err != nil {
		t.Errorf("Serve: %v", err)
	}
}

// TestServeTakesTLSConfigWithTLSListener: a TLS listener uses the TLSConfig, for HTTP/2.
func TestServeTakesTLSConfigWithTLSListener(t *testing.T) {
	made := httptest.NewTLSServer(http.NotFoundHandler())
	config := &tls.Config{Certificates: made.TLS.Certificates, NextProtos: []string{"h2", "http/1.1"}}
	made.Close()
	transport := &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}, ForceAttemptHTTP2: true}
	defer transport.CloseIdleConnections()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	app := brio.New(brio.Logger((&testkit.Log{}).Logger()))
	app.Get("/", func(r *http.Request) string { return r.Proto })
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		done <- app.Serve(ctx, tls.NewListener(l, config), brio.ShutdownDelay(0), brio.Server(func(s *http.Server) { s.TLSConfig = config }))
	}()
	res, err := (&http.Client{Transport: transport}).Get("https://" + l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	body, _ := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if string(body) != `"HTTP/2.0"` {
		t.Errorf("body: %s", body)
	}
	stop()
	if err := testkit.Receive(t, done, "the end of Serve"); err != nil {
		t.Error(err)
	}
}

// TestShutdownDelayClosesConnections: during ShutdownDelay the app serves, and each answer closes its connection, also answers of
// middleware and of requests that began before. A client must not send another request on such a connection (RFC 9112, 9.6).
func TestShutdownDelayClosesConnections(t *testing.T) {
	entered, release := make(chan bool), make(chan bool)
	s := serve(t, nil, func(app *brio.App) {
		app.Get("/", func() string { return "ok" })
		app.Get("/text", func() (string, error) { return "", brio.Error(418, nil) })
		app.Get("/slow", func() string {
			close(entered)
			<-release
			return "ok"
		})
	}, brio.ShutdownDelay(time.Second))
	paths := []string{"/", "/text", "/none"}
	var idle []*conn
	for range paths {
		c := dial(t, s.address)
		c.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		if res, _ := c.answer(); res.Close {
			t.Error("the connection is closed before the shutdown")
		}
		idle = append(idle, c)
	}
	inFlight := dial(t, s.address)
	inFlight.send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n")
	testkit.Receive(t, entered, "the request in flight")
	s.stop()
	testkit.Eventually(t, "the shutdown", func() bool { return s.log.Lines("shutting down") == 1 })
	time.Sleep(10 * time.Millisecond) // the log line comes just before
	for i, path := range paths {
		idle[i].send("GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n")
		if res, _ := idle[i].answer(); !res.Close {
			t.Errorf("%s: the connection is kept", path)
		}
	}
	close(release)
	if res, body := inFlight.answer(); !res.Close || body != `"ok"` {
		t.Errorf("the request in flight: %s, closes %v", body, res.Close)
	}
	if err := testkit.Receive(t, s.done, "the end of Serve"); err != nil {
		t.Error(err)
	}
}

// TestShutdownDelayClosesHTTP2Connections: an HTTP/2 server sends GOAWAY, so the client opens another connection for its next
// request.
func TestShutdownDelayClosesHTTP2Connections(t *testing.T) {
	s := serve(t, nil, func(app *brio.App) {
		app.Get("/", func(r *http.Request) string { return r.RemoteAddr })
	}, brio.ShutdownDelay(time.Second), brio.Server(func(s *http.Server) {
		s.Protocols = &http.Protocols{}
		s.Protocols.SetUnencryptedHTTP2(true)
	}))
	transport := &http.Transport{Protocols: &http.Protocols{}}
	transport.Protocols.SetUnencryptedHTTP2(true)
	defer transport.CloseIdleConnections()
	get := func() string {
		res, err := (&http.Client{Transport: transport}).Get("http://" + s.address)
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		body, _ := io.ReadAll(res.Body)
		return string(body)
	}
	first := get()
	if second := get(); second != first {
		t.Fatal("two connections before the shutdown")
	}
	s.stop()
	testkit.Eventually(t, "another connection", func() bool { return get() != first })
	if err := testkit.Receive(t, s.done, "the end of Serve"); err != nil {
		t.Error(err)
	}
}

// TestShutdownServesWrittenRequests: a request that the client wrote on an open connection before the shutdown is served.
func TestShutdownServesWrittenRequests(t *testing.T) {
	s := serve(t, nil, func(app *brio.App) { app.Post("/", func() string { return "ok" }) }, brio.ShutdownDelay(300*time.Millisecond))
	var clients sync.WaitGroup
	for range 20 {
		c := dial(t, s.address)
		clients.Go(func() {
			for {
				if _, err := io.WriteString(c, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n"); err != nil {
					t.Error("a request could not be written:", err)
					return
				}
				res, err := http.ReadResponse(c.read, nil)
				if err != nil {
					t.Error("a request was written and not answered:", err)
					return
				}
				_, _ = io.Copy(io.Discard, res.Body)
				if res.Close {
					return
				}
				time.Sleep(time.Millisecond)
			}
		})
	}
	time.AfterFunc(50*time.Millisecond, s.stop)
	clients.Wait()
	if err := testkit.Receive(t, s.done, "the end of Serve"); err != nil {
		t.Error(err)
	}
}

// TestSecondSignalEndsProcess: the first signal begins the shutdown. The second has its default effect and ends the process.
func TestSecondSignalEndsProcess(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("needs SIGTERM")
	}
	if address := os.Getenv("BRIO_SECOND_SIGNAL"); address != "" {
		app := brio.New()
		app.Get("/", func() string { select {} })
		_ = app.Run(address, brio.ShutdownTimeout(time.Hour))
		return
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close()
	child := exec.Command(os.Args[0], "-test.run=^TestSecondSignalEndsProcess$")
	log := &testkit.Log{}
	child.Env, child.Stderr = append(os.Environ(), "BRIO_SECOND_SIGNAL="+address), log
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	defer child.Process.Kill()
	over := make(chan error, 1)
	go func() { over <- child.Wait() }()
	testkit.Eventually(t, "the start of the child", func() bool { return strings.Contains(log.String(), "serving") })
	dial(t, address).send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	_ = child.Process.Signal(syscall.SIGTERM)
	testkit.Eventually(t, "the shutdown of the child", func() bool { return strings.Contains(log.String(), "shutting down") })
	testkit.Eventually(t, "the end of the child", func() bool {
		_ = child.Process.Signal(syscall.SIGTERM)
		select {
		case err := <-over:
			exit, ok := errors.AsType[*exec.ExitError](err)
			if !ok || exit.Sys().(syscall.WaitStatus).Signal() != syscall.SIGTERM {
				t.Errorf("the child ended with %v", err)
			}
			return true
		default:
			return false
		}
	})
}
