package http3

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/quic-go/quic-go/http3"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/middleware"
	"github.com/brio-go/brio/response"
)

// certificate returns a self-signed certificate for 127.0.0.1, and a pool with it.
func certificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	c := testkit.NewCertificate(t, 1, "127.0.0.1")
	return c.TLS, c.Pool
}

// stage is an app that Serve serves.
type stage struct {
	url, port string
	stop      context.CancelFunc
	served    chan error
	tcp, quic *http.Client
}

// sockets returns a TCP and a UDP socket with one port.
func sockets(t *testing.T) (net.Listener, net.PacketConn) {
	t.Helper()
	for range 20 {
		tcp, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		if udp, err := net.ListenPacket("udp", tcp.Addr().String()); err == nil {
			return tcp, udp
		}
		_ = tcp.Close() // another program has the UDP port
	}
	t.Fatal("no port is free for TCP and UDP")
	return nil, nil
}

// clients returns a client over TCP and one over HTTP/3.
func clients(t *testing.T, pool *x509.CertPool) (tcp, quic *http.Client) {
	trust := &tls.Config{RootCAs: pool}
	over := &http3.Transport{TLSClientConfig: trust}
	under := &http.Transport{TLSClientConfig: trust.Clone(), ForceAttemptHTTP2: true}
	t.Cleanup(func() { _ = over.Close(); under.CloseIdleConnections() })
	return &http.Client{Transport: under, Timeout: time.Minute}, &http.Client{Transport: over, Timeout: time.Minute}
}

func serve(t *testing.T, app *brio.App, opts ...brio.RunOption) *stage {
	t.Helper()
	cert, pool := certificate(t)
	tcp, udp := sockets(t)
	ctx, stop := context.WithCancel(t.Context())
	s := &stage{url: "https://" + tcp.Addr().String(), stop: stop, served: make(chan error, 1)}
	_, s.port, _ = net.SplitHostPort(tcp.Addr().String())
	s.tcp, s.quic = clients(t, pool)
	go func() {
		s.served <- Serve(ctx, app, Config{TLS: &tls.Config{Certificates: []tls.Certificate{cert}}}, tcp, udp, append(opts, brio.ShutdownDelay(0))...)
	}()
	return s
}

func quiet() brio.AppOption { return brio.Logger(slog.New(slog.DiscardHandler)) }

// get sends a GET request and reads the answer.
func get(t *testing.T, c *http.Client, url string) (*http.Response, string) {
	t.Helper()
	res, err := c.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}

// TestServe: an answer over TCP announces HTTP/3, and a client of HTTP/3 gets the same app at that port.
func TestServe(t *testing.T) {
	app := brio.New(quiet())
	app.Get("/", func(r *http.Request, urls *brio.URLs) (string, error) {
		link, err := urls.For("home")
		return r.Proto + " " + middleware.Scheme(r) + " " + link, err
	}, brio.Name("home"))
	app.Post("/echo", func(in *brio.Body[struct {
		N int `json:"n" validate:"gte=1"`
	}]) int {
		return in.Value.N
	})
	called := false
	s := serve(t, app, brio.Server(func(*http.Server) { called = true }))

	res, body := get(t, s.tcp, s.url+"/")
	if want := `h3=":` + s.port + `"; ma=86400`; res.Header.Get("Alt-Svc") != want || body != `"HTTP/2.0 https `+s.url+`/"` {
		t.Errorf("over TCP: got Alt-Svc %q, want %q; body %s", res.Header.Get("Alt-Svc"), want, body)
	}
	if res, body = get(t, s.quic, s.url+"/"); res.ProtoMajor != 3 || body != `"HTTP/3.0 https `+s.url+`/"` {
		t.Errorf("over UDP: got %s %s", res.Proto, body)
	}
	for sent, want := range map[string]string{"": `"type":"missing"`, `{"n":3}`: "3", `{"n":0}`: `"type":"greater_than_equal"`} {
		res, err := s.quic.Post(s.url+"/echo", "application/json", strings.NewReader(sent))
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if !strings.Contains(string(body), want) {
			t.Errorf("%s: got %s", sent, body)
		}
	}
	s.stop()
	if err := <-s.served; err != nil {
		t.Error(err)
	}
	if !called {
		t.Error("the option Server of the program was not called")
	}
}

// TestServeShutdown: at the end a stream ends with brio.ErrShutdown, a request in flight is answered, and values of the app end after it.
func TestServeShutdown(t *testing.T) {
	begun, cause, ended := make(chan struct{}, 1), make(chan error, 1), make(chan struct{})
	finish := make(chan struct{})
	app := brio.New(quiet(), brio.Lifespan(func(context.Context) (func(context.Context) error, error) {
		return func(context.Context) error { close(ended); return nil }, nil
	}))
	app.Get("/slow", func() string {
		begun <- struct{}{}
		<-finish
		select {
		case <-ended:
			return "too late"
		default:
			return "in time"
		}
	})
	app.Get("/stream", func(ctx context.Context) *brio.Response {
		return response.Stream("text/plain", func(yield func([]byte) bool) {
			if yield([]byte("first\n")) {
				<-ctx.Done()
				cause <- context.Cause(ctx)
			}
		})
	})
	s := serve(t, app)
	stream, err := s.quic.Get(s.url + "/stream")
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Body.Close()
	if line, err := bufio.NewReader(stream.Body).ReadString('\n'); line != "first\n" {
		t.Fatalf("got %q, %v", line, err)
	}
	answer := make(chan string, 1)
	go func() {
		res, err := s.quic.Get(s.url + "/slow")
		if err != nil {
			answer <- err.Error()
			return
		}
		body, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		answer <- string(body)
	}()
	<-begun
	s.stop()
	if err := <-cause; !errors.Is(err, brio.ErrShutdown) {
		t.Errorf("cause of the stream: got %v", err)
	}
	close(finish)
	if got := <-answer; got != `"in time"` {
		t.Errorf("request in flight: got %s", got)
	}
	if err := <-s.served; err != nil {
		t.Error(err)
	}
	<-ended
}

// TestConfigMistakes: mistakes are errors, and the sockets are closed.
func TestConfigMistakes(t *testing.T) {
	cert, _ := certificate(t)
	for text, c := range map[string]Config{
		"TLS has no certificate":  {TLS: &tls.Config{}},
		"ShutdownTimeout is -1ns": {TLS: &tls.Config{Certificates: []tls.Certificate{cert}}, ShutdownTimeout: -1},
		"MaxAge is -1ns":          {TLS: &tls.Config{Certificates: []tls.Certificate{cert}}, MaxAge: -1},
	} {
		tcp, udp := sockets(t)
		if err := Serve(t.Context(), brio.New(), c, tcp, udp); err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("%s: got %v", text, err)
		}
		if _, err := tcp.Accept(); err == nil {
			t.Errorf("%s: TCP is open", text)
		}
		if _, _, err := udp.ReadFrom(nil); err == nil {
			t.Errorf("%s: UDP is open", text)
		}
	}
	wrong := brio.New(quiet())
	wrong.Get("/", 1)
	tcp, udp := sockets(t)
	if err := Serve(t.Context(), wrong, Config{TLS: &tls.Config{Certificates: []tls.Certificate{cert}}}, tcp, udp); err == nil || !strings.Contains(err.Error(), "http3_test.go") {
		t.Errorf("a mistake of the app: got %v", err)
	}
}

// TestServeCutsRequests: a request that takes longer than ShutdownTimeout is cut off, and the error says so.
func TestServeCutsRequests(t *testing.T) {
	cert, pool := certificate(t)
	tcp, udp := sockets(t)
	begun := make(chan struct{})
	app := brio.New(quiet())
	app.Get("/", func(ctx context.Context) string { close(begun); <-ctx.Done(); return "" })
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	config := Config{TLS: &tls.Config{Certificates: []tls.Certificate{cert}}, ShutdownTimeout: 50 * time.Millisecond}
	go func() { served <- Serve(ctx, app, config, tcp, udp, brio.ShutdownDelay(0)) }()
	_, client := clients(t, pool)
	answer := make(chan error, 1)
	go func() {
		res, err := client.Get("https://" + tcp.Addr().String() + "/")
		if err == nil {
			_ = res.Body.Close()
		}
		answer <- err
	}()
	<-begun
	stop()
	if err := <-served; err == nil || !strings.Contains(err.Error(), "requests were cut off") {
		t.Errorf("got %v", err)
	}
	if err := <-answer; err == nil {
		t.Error("the client got an answer")
	}
}
