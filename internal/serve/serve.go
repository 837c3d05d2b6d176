package serve

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/brio-go/brio/routing"
)

// App starts and stops what is served.
type App interface {
	// Start starts the app. Nothing is accepted before.
	Start(context.Context) error
	// CloseConnections makes the app not ready, and each later answer the last one of its connection.
	CloseConnections()
	// Drain ends the app's streams.
	Drain()
	// Counts says how many streams Drain has ended, and how many background tasks wait or run.
	Counts() (streams, tasks int)
	// FinishTasks waits for background tasks until ctx ends, and returns how many are left.
	FinishTasks(ctx context.Context) (left int)
	// End ends what Start has started, in reverse order, and returns how many values and lifespans that were.
	End(ctx context.Context) (ended int, err error)
}

// Config is what the options of Run and Serve set.
type Config struct {
	Report routing.Report // mistakes in the arguments of options

	Addresses      []Address      // to listen on
	Listeners      []net.Listener // that the program has opened
	SocketMode     *Mode          // of unix sockets; nil: what the umask leaves
	MaxConnections int            // open at a time, on all listeners; 0 or less: any number

	TLS TLS
	H2C bool // HTTP/2 without TLS

	Change      func(*http.Server) // the option Server; nil for none
	ChangePlace string             // its file:line

	Delay time.Duration // between the signal and the closing of the listeners
	Grace time.Duration // for requests after Delay, and for tasks; less than 0: no limit

	Handler http.Handler                    // the app
	Around  func(http.Handler) http.Handler // goes around the app, inside of what Change sets; nil for none

	Logger *slog.Logger
	Title  string
	Routes int
	Banner *Banner  // is printed when the server begins to accept; nil: one line in the log
	Notes  []string // what is slow or unsafe about the app, for the banner

	// Ready is called with the URL of the first listener when the server accepts, in place of the banner and of the line in the log; nil
	// for none.
	Ready func(url string)
}

// Limits of the http.Server. docs/running.md lists them.
const (
	readHeaderTimeout = 10 * time.Second // for the request line and the headers, and for a TLS handshake
	idleTimeout       = 2 * time.Minute  // between two requests of a connection
	maxHeaderBytes    = 64 << 10         // request line and headers. net/http allows 1 MiB, which is 64 times as much as most clients send
	pingAfter         = time.Minute      // without a frame of an HTTP/2 client: it is asked whether it is there
	pingTimeout       = 15 * time.Second // for its answer
	writeByteTimeout  = 30 * time.Second // without a byte that an HTTP/2 client takes
)

// Serve serves the app until ctx ends, and then stops it in phases. It closes the listeners in every case. The app is started if the
// configuration has no mistake and all addresses could be opened.
func Serve(ctx context.Context, a App, c *Config) error {
	s := &server{app: a, config: c}
	if err := s.start(ctx); err != nil {
		for _, l := range c.Listeners {
			_ = l.Close()
		}
		return err
	}
	failed := make(chan error, len(s.bound))
	for _, b := range s.bound {
		go func() { failed <- s.accept(b) }()
	}
	var err error
	select {
	case err = <-failed:
		err = fmt.Errorf("brio: %w", err)
	case <-ctx.Done():
	}
	return errors.Join(err, s.shutdown(ctx, err))
}

// start makes the http.Server, opens the addresses and starts the app. After an error it leaves open what the program has opened.
func (s *server) start(ctx context.Context) (err error) {
	c := s.config
	if len(c.Report) > 0 {
		return c.Report
	}
	tlsConfig, notes, err := c.TLS.build(c.Logger)
	if err != nil {
		return err
	}
	inner := c.Handler
	if c.Around != nil {
		inner = &around{c.Around(c.Handler), c.Handler}
	}
	s.http = &http.Server{
		Handler:           inner,
		ReadHeaderTimeout: readHeaderTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		TLSConfig:         tlsConfig,
		HTTP2:             &http.HTTP2Config{SendPingTimeout: pingAfter, PingTimeout: pingTimeout, WriteByteTimeout: writeByteTimeout},
		ErrorLog:          slog.NewLogLogger(c.Logger.Handler(), slog.LevelWarn),
	}
	if c.H2C {
		s.http.Protocols = new(http.Protocols)
		s.http.Protocols.SetHTTP1(true)
		s.http.Protocols.SetHTTP2(true)
		s.http.Protocols.SetUnencryptedHTTP2(true)
	}
	if c.Change != nil {
		if c.Change(s.http); s.http.TLSConfig != nil {
			s.http.TLSConfig = s.http.TLSConfig.Clone() // it may be the program's
		}
	}
	if err := checkCertificates(s.http.TLSConfig, c); err != nil {
		return err
	}
	if t := s.http.TLSConfig; t != nil && !slices.Contains(t.NextProtos, "h2") {
		// http.Server sets up HTTP/2 when it first serves a listener. If that one has no TLS, h2 here says that another one has it. ServeTLS
		// removes h2 where Protocols do not have it.
		t.NextProtos = append(slices.Clip(t.NextProtos), "h2")
	}
	s.next, s.http.Handler = s.http.Handler, s
	s.noteConnections()
	for _, l := range c.Listeners {
		s.bind(l, true)
	}
	var opened []net.Listener
	defer func() {
		if err != nil {
			for _, l := range opened {
				_ = l.Close()
			}
		}
	}()
	for _, a := range c.Addresses {
		list, err := a.open(c.SocketMode)
		if err != nil {
			return err
		}
		for _, l := range list {
			opened = append(opened, l)
			s.bind(l, !a.isPlain())
		}
	}
	if len(s.bound) == 0 {
		return routing.Report{{Found: "there is no listener", Legal: "an address, as in app.Run(\":8000\"), or a listener"}}
	}
	if err := s.app.Start(ctx); err != nil {
		return err
	}
	s.announce(append(notes, s.notes()...))
	return nil
}

// bound is a listener that is served.
type bound struct {
	net.Listener
	addTLS bool   // true: the server adds TLS
	url    string // for people
}

// bind adds a listener. tls says that connections get TLS if the server has it; a listener with TLS of its own, and a unix socket, do
// not.
func (s *server) bind(l net.Listener, tls bool) {
	_, isUnix := l.Addr().(*net.UnixAddr)
	b := bound{Listener: l, addTLS: tls && s.http.TLSConfig != nil && !isUnix && !isTLS(l)}
	scheme := "http"
	if b.addTLS || isTLS(l) {
		scheme = "https"
	}
	b.url = urlOf(scheme, l.Addr())
	if s.slots != nil {
		b.Listener = &limited{Listener: l, slots: s.slots, closed: make(chan struct{})}
	}
	s.bound = append(s.bound, b)
}

func (s *server) accept(b bound) error {
	if b.addTLS {
		return s.http.ServeTLS(b.Listener, "", "")
	}
	return s.http.Serve(b.Listener)
}

// urlOf returns a URL at which a program on this machine reaches a listener, and the path of a unix socket.
func urlOf(scheme string, a net.Addr) string {
	if a.Network() == "unix" {
		return "unix:" + a.String()
	}
	host, port, err := net.SplitHostPort(a.String())
	if ip := net.ParseIP(host); err == nil && ip != nil && ip.IsUnspecified() {
		return scheme + "://localhost:" + port
	}
	return scheme + "://" + a.String()
}

// announce says that the server accepts: in a banner if there is one, and in one line of the log.
func (s *server) announce(notes []string) {
	c := s.config
	urls := make([]string, len(s.bound))
	for i, b := range s.bound {
		urls[i] = b.url
	}
	if c.Ready != nil {
		c.Ready(urls[0])
		return
	}
	if c.Banner != nil {
		c.Banner.print(c, urls, append(c.Notes, notes...))
		notes = nil
	}
	attrs := []slog.Attr{slog.String("app", c.Title), slog.String("address", strings.Join(urls, ", ")), slog.Int("routes", c.Routes)}
	if len(notes) > 0 {
		attrs = append(attrs, slog.Any("notes", notes))
	}
	s.log(slog.LevelInfo, "serving", attrs...)
}
