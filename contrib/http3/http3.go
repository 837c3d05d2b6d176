package http3

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os/signal"
	"slices"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/quic-go/quic-go"
	"github.com/quic-go/quic-go/http3"

	"github.com/brio-go/brio"
)

// The limits of HTTP/3 connections. They are those of brio.App.Run for TCP.
const (
	maxHeaderBytes = 64 << 10
	idleTimeout    = 2 * time.Minute
)

// Config says how an app is served.
type Config struct {
	// TLS has the certificates. It is required and copied. HTTP/3 needs TLS 1.3; MinVersion counts for TCP alone.
	TLS *tls.Config
	// ShutdownTimeout is how long requests over HTTP/3 may take to finish; 0 is 10 seconds. Those over TCP have brio.ShutdownTimeout.
	ShutdownTimeout time.Duration
	// MaxAge is how long clients remember HTTP/3 (ma of Alt-Svc), in whole seconds; 0 is 24 hours.
	MaxAge time.Duration
}

// Run serves the app on the TCP port and the UDP port of addr until SIGINT or SIGTERM, as brio.App.Run does.
func Run(app *brio.App, addr string, c Config, opts ...brio.RunOption) error {
	tcp, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("http3: %w", err)
	}
	udp, err := net.ListenPacket("udp", tcp.Addr().String())
	if err != nil {
		_ = tcp.Close()
		return fmt.Errorf("http3: %w", err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // the next signal ends the process
	return Serve(ctx, app, c, tcp, udp, opts...)
}

// Serve does what Run does on sockets, until ctx ends. tcp is without TLS, which Serve adds. Serve closes both.
//
// At the end streams end and requests over HTTP/3 finish first; clients are told to send further ones elsewhere (GOAWAY). Then the app
// shuts down as in brio.App.Serve.
//
// Requests that a client sends before the handshake is complete (0-RTT) are not accepted: an attacker can send them again (RFC 8470).
func Serve(ctx context.Context, app *brio.App, c Config, tcp net.Listener, udp net.PacketConn, opts ...brio.RunOption) error {
	defer udp.Close()
	err := c.check()
	if err == nil {
		err = app.Start(ctx)
	}
	if err != nil {
		_ = tcp.Close()
		return err
	}
	handler := &counting{next: app}
	server := &http3.Server{
		Handler: handler, TLSConfig: c.TLS.Clone(), QUICConfig: &quic.Config{Allow0RTT: false, MaxIdleTimeout: idleTimeout},
		MaxHeaderBytes: maxHeaderBytes, IdleTimeout: idleTimeout,
	}
	inner, stop := context.WithCancel(context.WithoutCancel(ctx)) // ends the app over TCP, after HTTP/3
	defer stop()
	failed := make(chan error, 1)
	go func() {
		err := server.Serve(udp)
		if errors.Is(err, http.ErrServerClosed) {
			err = nil
		} else {
			stop()
		}
		failed <- err
	}()
	finished := make(chan error, 1)
	go func() {
		defer stop()
		select {
		case <-ctx.Done():
		case <-inner.Done():
		}
		app.Drain()
		finished <- c.finish(ctx, server, handler)
	}()
	tcp = tls.NewListener(tcp, withProtocols(c.TLS))
	err = app.Serve(inner, tcp, append(slices.Clone(opts), brio.Server(c.announce(udp)))...)
	stop()
	return errors.Join(err, <-finished, <-failed, app.Shutdown(context.WithoutCancel(ctx)))
}

// check returns the mistakes of a Config.
func (c *Config) check() error {
	var wrong []error
	if c.TLS == nil || len(c.TLS.Certificates) == 0 && c.TLS.GetCertificate == nil && c.TLS.GetConfigForClient == nil {
		wrong = append(wrong, errors.New("http3: TLS has no certificate; legal is a tls.Config with Certificates or GetCertificate"))
	}
	if c.ShutdownTimeout < 0 {
		wrong = append(wrong, fmt.Errorf("http3: ShutdownTimeout is %v; legal is a positive duration, and 0 for 10 seconds", c.ShutdownTimeout))
	}
	if c.MaxAge < 0 {
		wrong = append(wrong, fmt.Errorf("http3: MaxAge is %v; legal is a positive duration, and 0 for 24 hours", c.MaxAge))
	}
	return errors.Join(wrong...)
}

// linger is how long clients have, after the last request, to receive the end of its answer and to close their connections. A connection
// that the server closes loses what the client has not acknowledged.
const linger = time.Second

// finish lets requests finish, and cuts off the ones that take too long.
func (c *Config) finish(ctx context.Context, server *http3.Server, requests *counting) error {
	timeout := c.ShutdownTimeout
	if timeout == 0 {
		timeout = 10 * time.Second
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	closed := make(chan struct{})
	go func() {
		defer close(closed)
		_ = server.Shutdown(ctx) // its error says only that clients keep connections open
	}()
	deadline := time.Now().Add(timeout)
	for requests.running.Load() > 0 && time.Now().Before(deadline) {
		time.Sleep(10 * time.Millisecond)
	}
	var err error
	if requests.running.Load() > 0 {
		err = errors.New("http3: requests were cut off")
	} else {
		select {
		case <-closed:
		case <-time.After(linger):
		}
	}
	cancel()
	<-closed
	return err
}

// counting counts the requests that run.
type counting struct {
	next    http.Handler
	running atomic.Int64
}

func (c *counting) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.running.Add(1)
	defer c.running.Add(-1)
	c.next.ServeHTTP(w, r)
}

// withProtocols returns the configuration for TCP.
func withProtocols(config *tls.Config) *tls.Config {
	config = config.Clone()
	if len(config.NextProtos) == 0 {
		config.NextProtos = []string{"h2", "http/1.1"}
	}
	return config
}

// announce returns a function that adds Alt-Svc to the answers of a server.
func (c *Config) announce(udp net.PacketConn) func(*http.Server) {
	age := c.MaxAge
	if age == 0 {
		age = 24 * time.Hour
	}
	_, port, _ := net.SplitHostPort(udp.LocalAddr().String())
	value := fmt.Sprintf(`h3=":%s"; ma=%d`, port, int(age.Seconds()))
	return func(s *http.Server) { s.Handler = &announcing{s.Handler, value} }
}

// announcing adds Alt-Svc to answers.
type announcing struct {
	next  http.Handler
	value string
}

func (a *announcing) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Alt-Svc", a.value)
	a.next.ServeHTTP(w, r)
}

// Unwrap lets brio.URLFor find the App.
func (a *announcing) Unwrap() http.Handler { return a.next }
