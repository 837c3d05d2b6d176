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
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/funcname"
	"github.com/brio-go/brio/routing"
)

// RunOption configures Run and Serve.
type RunOption interface{ applyRun(*runSettings) }

// runOption is an option that sets values of the settings.
type runOption func(*runSettings)

func (o runOption) applyRun(s *runSettings) { o(s) }

// runSettings is what the options of Run and Serve set. delay and grace are described at ShutdownDelay and ShutdownTimeout.
type runSettings struct {
	delay, grace time.Duration
	server       func(*http.Server)
	serverPlace  string // file:line of the option Server
	report       routing.Report
}

// ShutdownDelay is how long the app serves on after it is told to stop, 300 milliseconds by default. Each answer of this time closes its
// connection: without the delay, a request that a client has just written on an idle connection would be reset. Behind a load balancer,
// a longer delay lets it take the app out first. ShutdownTimeout begins after it.
//
// 0 is no delay. The option is a time to wait and not a limit, so NoLimit and other negative durations are errors of Run and Serve.
func ShutdownDelay(d time.Duration) RunOption {
	place := funcname.Caller(1)
	return runOption(func(s *runSettings) {
		if s.delay = d; d < 0 {
			s.report = append(s.report, routing.Mistake{Place: place, Found: fmt.Sprintf("ShutdownDelay is %v", d), Legal: "a duration of 0 or more"})
		}
	})
}

// ShutdownTimeout is how long requests and their background tasks may take to finish after ShutdownDelay, 10 seconds by default. Streams
// end at once. Then connections are cut. NoLimit waits for all of them.
func ShutdownTimeout(d time.Duration) RunOption {
	isSet, wrong := readLimit("ShutdownTimeout", d, 1)
	return runOption(func(s *runSettings) {
		if isSet {
			s.grace = d
		}
		s.report = append(s.report, routing.ReportOf(wrong)...)
	})
}

// Server changes the http.Server before it serves: timeouts, limits, protocols. f is called once. Several of these options are called in
// their order. Run and Serve add no TLS of their own, so a TLSConfig is a start-up error, unless the listener of Serve is made by
// tls.NewListener.
func Server(f func(*http.Server)) RunOption {
	place := funcname.Caller(1)
	return runOption(func(s *runSettings) {
		before := s.server
		s.serverPlace, s.server = place, func(server *http.Server) {
			if before != nil {
				before(server)
			}
			if f != nil {
				f(server)
			}
		}
	})
}

// Run serves on addr until SIGINT or SIGTERM, and then lets requests in flight finish. A second signal ends the process at once. The
// error is nil after a clean shutdown. If Check returns an error, Run returns it and does not listen.
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
	context.AfterFunc(ctx, stop) // the next signal ends the process
	return a.serve(ctx, l, in, opts)
}

// maxHeaderBytes limits the request line and the headers of a request, in bytes. net/http allows 1 MiB, which is 64 times as much as
// most clients and proxies send. net/http adds 4096 bytes and answers 431 above that.
const maxHeaderBytes = 64 << 10

// Serve does what Run does on a listener, until ctx ends. It closes the listener.
func (a *App) Serve(ctx context.Context, l net.Listener, opts ...RunOption) error {
	return a.serve(ctx, l, nil, opts)
}

// serve is Serve with the Instance that Run has compiled. With nil, Start compiles the app.
func (a *App) serve(ctx context.Context, l net.Listener, compiled *app.Instance, opts []RunOption) error {
	s := runSettings{delay: 300 * time.Millisecond, grace: 10 * time.Second}
	for i, o := range opts {
		if o == nil {
			s.report = append(s.report, routing.Mistake{Found: fmt.Sprintf("option %d of Run or Serve is nil", i+1), Legal: "an option, as in ShutdownTimeout(time.Minute)"})
			continue
		}
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
	handler := &closingHandler{next: server.Handler}
	server.Handler = handler
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
		handler.closing.Store(true)
		a.lifetime.Running.Load().CloseConnections()
		time.Sleep(s.delay)
	}
	deadline, cancel := graceOf(ctx, s.grace)
	defer cancel()
	a.Drain()
	err = server.Shutdown(deadline)
	if err != nil {
		a.lifetime.Running.Load().FinishTasks(deadline) // ends the contexts of tasks that are still running
		_ = server.Close()
		err = fmt.Errorf("brio: requests were cut off: %w", err)
	}
	last, cancel := graceOf(ctx, s.grace) // requests may have used up deadline
	defer cancel()
	return errors.Join(err, a.Shutdown(last))
}

// graceOf returns the context in which requests may finish. It has the values of ctx, and does not end with ctx.
func graceOf(ctx context.Context, grace time.Duration) (context.Context, context.CancelFunc) {
	if grace < 0 { // NoLimit
		return context.WithCancel(context.WithoutCancel(ctx))
	}
	return context.WithTimeout(context.WithoutCancel(ctx), grace)
}

// checkTLS reports a TLSConfig on a listener without TLS: the server would answer in plain text.
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

// closingHandler makes each answer close its connection once closing is true. In HTTP/2 the server then sends GOAWAY. It is used
// instead of http.Server.SetKeepAlivesEnabled, which cuts idle connections at once.
type closingHandler struct {
	next    http.Handler
	closing atomic.Bool
}

func (h *closingHandler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if h.closing.Load() {
		exchange.CloseConnectionOf(w)
	}
	h.next.ServeHTTP(w, r)
}

// Unwrap lets URLFor find the App.
func (h *closingHandler) Unwrap() http.Handler { return h.next }

// address returns a URL at which a browser on this machine reaches the listener.
func address(a net.Addr) string {
	host, port, err := net.SplitHostPort(a.String())
	if ip := net.ParseIP(host); err == nil && ip != nil && ip.IsUnspecified() {
		return "http://localhost:" + port
	}
	return "http://" + a.String()
}
