package serving_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"iter"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/response"
)

// TestShutdownLogsPhases: one line for each phase, in this order, with counts.
func TestShutdownLogsPhases(t *testing.T) {
	entered, release := make(chan bool), make(chan bool)
	s := testkit.NewStage(t, func(app *brio.App) {
		app.Get("/slow", func() string {
			close(entered)
			<-release
			return "ok"
		})
		app.Get("/events", func(ctx context.Context) iter.Seq[response.Event[int]] {
			return func(yield func(response.Event[int]) bool) {
				if yield(response.Data(1)) {
					<-ctx.Done()
				}
			}
		})
	})
	slow := make(chan string, 1)
	go func() {
		res, err := http.Get(s.URL + "/slow")
		if err != nil {
			slow <- err.Error()
			return
		}
		_ = res.Body.Close()
		slow <- res.Status
	}()
	testkit.Receive(t, entered, "the slow request")
	_, events := s.Open("/events")
	if line, err := events.ReadString('\n'); err != nil {
		t.Fatal(line, err)
	}
	s.BeginShutdown()
	s.WantLog("listeners closed")
	close(release)
	if got := testkit.Receive(t, slow, "the answer"); got != "200 OK" {
		t.Errorf("the slow request: %s", got)
	}
	if err := s.Stop(); err != nil {
		t.Error(err)
	}
	text := s.Log.String()
	for _, want := range []string{
		`"msg":"serving"`,
		`"msg":"shutting down","cause":"context canceled","delay":0,"grace":10000000000,"requests":2,"tasks":0`,
		`"msg":"listeners closed","listeners":1,"requests":2`,
		`"msg":"requests finished"`, `"cut":0,"streams_ended":1`,
		`"msg":"background tasks finished","tasks":0,"left":0`,
		`"msg":"stopped","ended":0`,
	} {
		_, after, ok := strings.Cut(text, want)
		if !ok {
			t.Fatalf("want %s, in this order, in\n%s", want, s.Log)
		}
		text = after
	}
}

// TestSecondSignalEndsProcess: the first signal waits for a request without a limit, the second one ends the process at once. Both signals
// count, in any order.
func TestSecondSignalEndsProcess(t *testing.T) {
	for _, signals := range [][2]syscall.Signal{{syscall.SIGTERM, syscall.SIGTERM}, {syscall.SIGINT, syscall.SIGTERM}, {syscall.SIGTERM, syscall.SIGINT}} {
		c := start(t, "endless", nil)
		url := c.address()
		answered := make(chan error, 1)
		go func() {
			res, err := http.Get(url + "/endless")
			if err == nil {
				_ = res.Body.Close()
			}
			answered <- err
		}()
		testkit.Eventually(t, "the endless request", func() bool { return strings.Contains(c.stderr.String(), "entered") })
		_ = c.Process.Signal(signals[0])
		testkit.Eventually(t, "the end of the listeners", func() bool { return strings.Contains(c.stderr.String(), "listeners closed") })
		_ = c.Process.Signal(signals[1])
		c.wait(-1) // by the signal
		if status, ok := c.ProcessState.Sys().(syscall.WaitStatus); !ok || status.Signal() != signals[1] {
			t.Errorf("%v: the process has ended with %v:\n%s", signals, c.ProcessState, c.stderr)
		}
		if err := testkit.Receive(t, answered, "the end of the request"); err == nil {
			t.Errorf("%v: an endless request was answered", signals)
		}
	}
}

// TestSignalsAtOnceEndProcess: a second signal counts that comes before the first one is handled.
func TestSignalsAtOnceEndProcess(t *testing.T) {
	for range 10 {
		c := start(t, "endless", nil)
		url := c.address()
		answered := make(chan error, 1)
		go func() {
			res, err := http.Get(url + "/endless")
			if err == nil {
				_ = res.Body.Close()
			}
			answered <- err
		}()
		testkit.Eventually(t, "the endless request", func() bool { return strings.Contains(c.stderr.String(), "entered") })
		_ = c.Process.Signal(syscall.SIGINT)
		_ = c.Process.Signal(syscall.SIGTERM)
		c.wait(-1)
		if err := testkit.Receive(t, answered, "the end of the request"); err == nil {
			t.Error("an endless request was answered")
		}
	}
}

// TestStartErrorsNameFunction: an error of a lifespan, and an error of its end, name the function. What had started is ended.
func TestStartErrorsNameFunction(t *testing.T) {
	wrong := errors.New("wrong")
	app := newApp("app", testkit.Quiet(), brio.Lifespan(openFirst(wrong)), brio.Lifespan(failSecond(wrong)))
	err := app.Serve(t.Context(), listen(t))
	if !errors.Is(err, wrong) {
		t.Fatalf("got %v", err)
	}
	testkit.WantContains(t, err.Error(), "brio: lifespan serving_test.failSecond: wrong", "brio: the end of lifespan serving_test.openFirst: wrong")
}

func openFirst(err error) func(context.Context) (func(context.Context) error, error) {
	return func(context.Context) (func(context.Context) error, error) {
		return func(context.Context) error { return err }, nil
	}
}

func failSecond(err error) func(context.Context) (func(context.Context) error, error) {
	return func(context.Context) (func(context.Context) error, error) { return nil, err }
}

// TestServeSeveralApps: two apps of a process serve under one context. Each ends with its own log and lifespans.
func TestServeSeveralApps(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	var apps sync.WaitGroup
	var ended sync.Map
	addresses := map[string]string{}
	for _, name := range []string{"api", "admin"} {
		l := listen(t)
		addresses[name] = l.Addr().String()
		app := newApp(name, testkit.Quiet(), brio.Lifespan(func(context.Context) (func(context.Context) error, error) {
			return func(context.Context) error { ended.Store(name, true); return nil }, nil
		}))
		apps.Go(func() {
			if err := app.Serve(ctx, l, brio.ShutdownDelay(0)); err != nil {
				t.Error(name, err)
			}
		})
	}
	for name, address := range addresses {
		if got := get(t, "http://"+address, &http.Transport{}); got != fmt.Sprintf("%q", name+" HTTP/1.1") {
			t.Errorf("%s: got %s", name, got)
		}
	}
	stop()
	testkit.Wait(t, &apps, "the end of the apps")
	for name := range addresses {
		if _, ok := ended.Load(name); !ok {
			t.Errorf("%s: the lifespan was not ended", name)
		}
	}
}

// TestMaxConnectionsBoundsConnections: a further connection waits, without an answer, until another one ends.
func TestMaxConnectionsBoundsConnections(t *testing.T) {
	l := listen(t)
	serve(t, t.Context(), l, brio.MaxConnections(2))
	dial := func() (net.Conn, *bufio.Reader) {
		c, err := net.Dial("tcp", l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close() })
		if _, err := c.Write([]byte("GET / HTTP/1.1\r\nHost: x\r\n\r\n")); err != nil {
			t.Fatal(err)
		}
		_ = c.SetReadDeadline(time.Now().Add(testkit.Patience))
		return c, bufio.NewReader(c)
	}
	first, read := dial()
	if _, err := http.ReadResponse(read, nil); err != nil {
		t.Fatal(err)
	}
	_, read = dial()
	if _, err := http.ReadResponse(read, nil); err != nil {
		t.Fatal(err)
	}
	third, read := dial()
	_ = third.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
	if _, err := read.Peek(1); err == nil {
		t.Fatal("a third connection is answered")
	}
	_ = first.Close()
	_ = third.SetReadDeadline(time.Now().Add(testkit.Patience))
	if _, err := http.ReadResponse(bufio.NewReader(third), nil); err != nil {
		t.Errorf("after the end of the first: %v", err)
	}
}

// TestShutdownAnswersEachProtocol: a request that runs when the shutdown begins is answered, and a stream ends without an error, whatever
// the client speaks.
func TestShutdownAnswersEachProtocol(t *testing.T) {
	h2c := &http.Transport{Protocols: &http.Protocols{}}
	h2c.Protocols.SetUnencryptedHTTP2(true)
	path := filepath.Join(socketDir(t), "app.sock")
	for _, c := range []struct {
		name, url string // "": that of the listener
		transport *http.Transport
		option    brio.RunOption
		proto     string
	}{
		{"HTTP/1.1", "", &http.Transport{}, brio.H2C(false), "HTTP/1.1"},
		{"TLS", "", &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}, brio.TLSSelfSigned(), "HTTP/1.1"},
		{"HTTP/2", "", insecure("localhost"), brio.TLSSelfSigned(), "HTTP/2.0"},
		{"HTTP/2 without TLS", "", h2c, brio.H2C(), "HTTP/2.0"},
		{"unix socket", "http://app", overUnix(path), brio.Listen("unix:" + path), "HTTP/1.1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			entered, release := make(chan string, 1), make(chan bool)
			log := &testkit.Log{}
			app := brio.New(brio.Logger(log.Logger()))
			app.Get("/slow", func(r *http.Request) string {
				entered <- r.Proto
				<-release
				return "slow"
			})
			app.Get("/events", func(ctx context.Context) iter.Seq[response.Event[int]] {
				return func(yield func(response.Event[int]) bool) {
					if yield(response.Data(1)) {
						<-ctx.Done()
					}
				}
			})
			l := listen(t)
			ctx, stop := context.WithCancel(t.Context())
			defer stop()
			ended := make(chan error, 1)
			go func() { ended <- app.Serve(ctx, l, brio.ShutdownDelay(0), c.option) }()
			url := c.url
			if url == "" {
				url = urlOf(t, log)
			} else {
				urlOf(t, log)
			}
			client := &http.Client{Transport: c.transport, Timeout: testkit.Patience}
			defer client.CloseIdleConnections()
			events, err := client.Get(url + "/events")
			if err != nil {
				t.Fatal(err)
			}
			defer events.Body.Close()
			answers := make(chan string, 1)
			go func() {
				res, err := client.Get(url + "/slow")
				if err != nil {
					answers <- err.Error()
					return
				}
				defer res.Body.Close()
				body, err := io.ReadAll(res.Body)
				answers <- fmt.Sprint(res.StatusCode, string(body), err)
			}()
			if got := testkit.Receive(t, entered, "the slow request"); got != c.proto {
				t.Errorf("the client speaks %s, want %s", got, c.proto)
			}
			stop()
			if text, err := io.ReadAll(events.Body); err != nil || !strings.Contains(string(text), "data: 1") {
				t.Errorf("the stream: %q, %v", text, err)
			}
			testkit.Eventually(t, "the end of the listeners", func() bool { return log.Lines("listeners closed") == 1 })
			close(release)
			if got := testkit.Receive(t, answers, "the answer"); got != `200"slow"<nil>` {
				t.Errorf("the slow request: %s", got)
			}
			if err := testkit.Receive(t, ended, "the end of Serve"); err != nil {
				t.Error(err)
			}
			if !log.HasLine("requests finished", "cut=0") {
				t.Errorf("the log:\n%s", log)
			}
		})
	}
}

// urlOf waits until an app serves, and returns its first address.
func urlOf(t *testing.T, log *testkit.Log) string {
	t.Helper()
	testkit.Eventually(t, "the start", func() bool { return log.Lines("serving") == 1 })
	_, url, _ := strings.Cut(log.String(), "address=")
	url, _, _ = strings.Cut(strings.Trim(url, `"`), " ")
	return strings.TrimRight(url, `,"`)
}
