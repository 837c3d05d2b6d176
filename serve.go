package brio

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os/signal"
	"reflect"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/brio-go/brio/internal/app"
	"github.com/brio-go/brio/internal/funcname"
	"github.com/brio-go/brio/routing"
)

// RunOption configures Run and Serve.
type RunOption interface{ applyRun(*runSettings) }

type runOption func(*runSettings)

func (o runOption) applyRun(s *runSettings) { o(s) }

type runSettings struct {
	delay, grace time.Duration
	server       func(*http.Server)
	serverPlace  string // of the option Server
	report       routing.Report
}

// ShutdownDelay is how long the app goes on to serve once it is asked to stop, 300 milliseconds by default. Each answer
// then closes its connection, so that a request which a client has just written on an idle connection is served and not
// reset. Behind a load balancer, a longer delay lets it take the app out first. 0 is no delay: it is a time to wait and not a limit,
// so NoLimit and other negative durations are errors of Run and Serve. ShutdownTimeout begins after it.
func ShutdownDelay(d time.Duration) RunOption {
	place := funcname.Caller(1)
	return runOption(func(s *runSettings) {
		if s.delay = d; d < 0 {
			s.report = append(s.report, routing.Mistake{Place: place, Found: fmt.Sprintf("ShutdownDelay is %v", d), Legal: "a duration of 0 or more"})
		}
	})
}

// ShutdownTimeout is how long requests in flight and their background tasks may take to finish once the app is asked to
// stop and ShutdownDelay is over; 10 seconds by default. Streams end at once. NoLimit waits for all of them.
func ShutdownTimeout(d time.Duration) RunOption {
	isSet, wrong := readLimit("ShutdownTimeout", d, 1)
	return runOption(func(s *runSettings) {
		if isSet {
			s.grace = d
		}
		s.report = append(s.report, app.ReportOf(wrong)...)
	})
}

// Server changes the http.Server before it serves: timeouts, limits, protocols. A TLSConfig is a start-up error, unless
// Serve is given the listener of tls.NewListener: Run and Serve add no TLS of their own.
func Server(f func(*http.Server)) RunOption {
	place := funcname.Caller(1)
	return runOption(func(s *runSettings) { s.server, s.serverPlace = f, place })
}

// Run serves on addr until SIGINT or SIGTERM, then lets requests in flight finish. A second signal ends the process at
// once. Run refuses to start when Check has something to report. A clean shutdown returns nil.
func (a *App) Run(addr string, opts ...RunOption) error {
	in, err := a.current()
	if err != nil {
		return err
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("brio: %w", err)
	}
	in.Seal()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // the next signal has its default effect
	return a.serve(ctx, l, in, opts)
}

// maxHeaderBytes is what the request line and the headers of a request may have, in bytes. net/http allows 1 MiB, which is
// 64 times what most clients and proxies send at all. net/http adds 4096 bytes of slop and answers more with 431.
const maxHeaderBytes = 64 << 10

// Serve does what Run does on a listener, until ctx ends.
func (a *App) Serve(ctx context.Context, l net.Listener, opts ...RunOption) error {
	return a.serve(ctx, l, nil, opts)
}

// serve is Serve with what Run has compiled; nil: Start compiles the app.
func (a *App) serve(ctx context.Context, l net.Listener, compiled *app.Instance, opts []RunOption) error {
	s := runSettings{delay: 300 * time.Millisecond, grace: 10 * time.Second}
	for _, o := range opts {
		o.applyRun(&s)
	}
	server := &http.Server{
		Handler:           a,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(a.config.LoggerOrDefault().Handler(), slog.LevelWarn),
	}
	if s.server != nil {
		s.server(server)
	}
	var err error
	s.report = append(s.report, checkTLS(server, l, s.serverPlace)...)
	if len(s.report) > 0 {
		err = s.report
	} else {
		err = a.lifetime.Start(ctx, func() (*app.Instance, error) {
			if compiled != nil {
				return compiled, nil
			}
			return a.compile()
		})
	}
	if err != nil {
		_ = l.Close()
		return err
	}
	var closing atomic.Bool
	server.Handler = closeConnections(server.Handler, &closing)
	a.config.LoggerOrDefault().Info("serving", "app", a.config.Document.Info.Title, "address", address(l.Addr()))
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	select {
	case err := <-failed:
		deadline, cancel := graceOf(ctx, s.grace)
		defer cancel()
		return errors.Join(fmt.Errorf("brio: %w", err), a.Shutdown(deadline))
	case <-ctx.Done():
	}
	a.config.LoggerOrDefault().Info("shutting down", "delay", s.delay, "grace", s.grace)
	if s.delay > 0 {
		closing.Store(true)
		a.lifetime.Running.Load().CloseConnections()
		time.Sleep(s.delay)
	}
	deadline, cancel := graceOf(ctx, s.grace)
	defer cancel()
	a.Drain()
	err = server.Shutdown(deadline)
	if err != nil {
		a.lifetime.Running.Load().FinishTasks(deadline) // they have had their time
		_ = server.Close()
		err = fmt.Errorf("brio: requests were cut off: %w", err)
	}
	last, cancel := graceOf(ctx, s.grace) // requests may have used up the first
	defer cancel()
	return errors.Join(err, a.Shutdown(last))
}

// graceOf is the context in which requests may finish: with the values of ctx, but not its end.
func graceOf(ctx context.Context, grace time.Duration) (context.Context, context.CancelFunc) {
	if grace < 0 { // NoLimit
		return context.WithCancel(context.WithoutCancel(ctx))
	}
	return context.WithTimeout(context.WithoutCancel(ctx), grace)
}

// checkTLS reports a server with a TLSConfig that a listener without TLS would make no use of: clients would be answered
// in plain text.
func checkTLS(server *http.Server, l net.Listener, place string) routing.Report {
	if server.TLSConfig == nil || reflect.TypeOf(l) == reflect.TypeOf(tls.NewListener(nil, nil)) {
		return nil
	}
	return routing.Report{{
		Place: place,
		Found: "Server sets TLSConfig, but Run and Serve accept connections without TLS: clients would be answered in plain text",
		Legal: "app.Serve(ctx, tls.NewListener(l, config)); or an http.Server of your own, with the app as its Handler, and ListenAndServeTLS; or no TLSConfig, behind a proxy that ends TLS",
	}}
}

// closeConnections makes each request that begins while closing is set the last one of its connection. In HTTP/2 the
// server then sends GOAWAY. http.Server.SetKeepAlivesEnabled would cut idle connections at once.
func closeConnections(h http.Handler, closing *atomic.Bool) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if closing.Load() {
			w.Header().Set("Connection", "close")
		}
		h.ServeHTTP(w, r)
	})
}

// address is where to point a browser.
func address(a net.Addr) string {
	host, port, err := net.SplitHostPort(a.String())
	if ip := net.ParseIP(host); err == nil && ip != nil && ip.IsUnspecified() {
		return "http://localhost:" + port
	}
	return "http://" + a.String()
}
