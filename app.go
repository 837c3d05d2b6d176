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
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/brio-go/brio/dependencies"
	"github.com/brio-go/brio/internal/constraint"
	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/document"
	"github.com/brio-go/brio/internal/encode"
	"github.com/brio-go/brio/internal/funcname"
	"github.com/brio-go/brio/internal/invoke"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/internal/origin"
	"github.com/brio-go/brio/internal/route"
	"github.com/brio-go/brio/routing"
)

// App is a Router and an http.Handler. Declare everything first, from one goroutine; then it serves any number of
// requests at once.
type App struct {
	Router
	settings appSettings
	webhooks *Router

	start   sync.Once
	running atomic.Pointer[instance] // set by start, when nothing failed
	failed  error
}

// New returns an App.
func New(opts ...AppOption) *App {
	a := &App{webhooks: routing.NewRouter(), settings: appSettings{redirectSlashes: true}}
	a.settings.document.path, a.settings.document.option, a.settings.document.Info.Version = "/openapi.json", "OpenAPIURL", "0.1.0"
	runtime.Callers(2, a.settings.docs.made[:])
	for _, o := range opts {
		o.applyApp(&a.settings)
	}
	if a.settings.proxies != nil {
		a.settings.Middleware = slices.Insert(a.settings.Middleware, 0, a.settings.proxies)
	}
	a.declarations().Settings.Settings = a.settings.Settings
	return a
}

// declarations are those of the app's own router.
func (a *App) declarations() *declare.Router { return routing.Declarations(&a.Router) }

// Check reports every mistake that can be known before the first request, joined, each with route, function and
// file:line, what was found and what is legal. It may be called at any time before the app serves.
func (a *App) Check() error {
	_, err := a.compile(nil)
	return err
}

// compile compiles the declarations. Nothing has started yet, and the values of SupplyFunc are not built.
func (a *App) compile(overrides *dependencies.Overrides) (*instance, error) {
	values := new(dependencies.Values)
	engine := constraint.New()
	var bad []error
	for _, v := range a.settings.validations {
		if err := engine.Register(v.tag, v.f); err != nil {
			bad = append(bad, fmt.Errorf("brio: RegisterValidation(%q): %w", v.tag, err))
		}
	}
	reader := model.NewReader(engine)
	reader.Foreign = a.settings.foreignTags
	var table *route.Table // known below
	build := func(name string, params ...any) (string, error) { return table.URL(name, params...) }
	scope := dependencies.Scope{
		Reader:    reader,
		Values:    values,
		Overrides: overrides,

		UncheckedScopes: a.settings.uncheckedScopes,
		Specials: map[reflect.Type]func(*dependencies.Frame) invoke.Value{
			reflect.TypeFor[*slog.Logger](): func(f *dependencies.Frame) invoke.Value { return invoke.PointerTo(a.loggerOf(f)) },
			reflect.TypeFor[*URLs](): func(f *dependencies.Frame) invoke.Value {
				var r *http.Request
				if f.Exchange != nil {
					r = f.Exchange.Request()
				}
				return invoke.PointerTo(routing.NewURLs(build, r))
			},
		},
	}
	models := encode.NewCompiler(reader)
	models.Jsonable(a.settings.jsonable)
	models.AbsentNulls(a.settings.absentNulls)
	if on := a.settings.validateResponses; on != nil && *on || on == nil && overrides != nil {
		models = models.Validating()
	}
	var report routing.Report
	cfg := route.Config{
		Models: models, Logger: a.logger(), Scope: scope, RedirectSlashes: a.settings.redirectSlashes,
		AbsoluteRedirects: a.settings.absoluteRedirects, DecodedPaths: a.settings.decodedPaths, PlainErrors: a.settings.plainErrors, PlainLimits: a.settings.plainLimits, Introduce: a.withURLs,
		ErrorFormat: a.settings.errorFormat, ErrorFormatPlace: a.settings.errorFormatPlace,
		Debug: a.settings.debug, Catalogues: a.settings.catalogues, CataloguesPlace: a.settings.cataloguesPlace, ErrorKinds: a.settings.errorKinds,
	}
	table, report = route.Compile(a.declarations(), cfg)
	webhooks, more := route.Described(routing.Declarations(a.webhooks), a.declarations(), cfg)
	report = append(report, more...)
	documentConfig := document.Config{Reader: reader, Errors: table.ErrorFormat()}
	if len(report) == 0 {
		report = append(report, checkDocument(table, webhooks, documentConfig)...)
	}
	documents, more := a.compileDocuments(table, webhooks, documentConfig)
	report = append(report, more...)
	if overrides != nil {
		a.useAppDocuments(documents)
	}
	pages, more := a.pages(table, documents)
	report = append(report, more...)
	report = append(report, table.AddPages(pages...)...)
	report = append(report, a.settings.mistakes...)
	if len(report) > 0 {
		bad = append(bad, report)
	}
	scope.Levels = []dependencies.Level{a.settings.Level()}
	return &instance{table: table, scope: scope, values: values, documents: documents}, errors.Join(bad...)
}

func (a *App) logger() *slog.Logger {
	if a.settings.logger != nil {
		return a.settings.logger
	}
	return slog.Default()
}

// loggerOf is the logger that a function of a request gets: it writes the request's identifier, where there is one.
func (a *App) loggerOf(f *dependencies.Frame) *slog.Logger {
	if f.Exchange != nil {
		if id := origin.RequestID(f.Exchange.Request().Context()); id != "" {
			return a.logger().With("request_id", id)
		}
	}
	return a.logger()
}

// current is what serves, or, before anything does, what would.
func (a *App) current() (*instance, error) {
	if in := a.running.Load(); in != nil {
		return in, nil
	}
	return a.compile(nil)
}

// Start builds the values of SupplyFunc and runs the Lifespans; Run and Serve do it, and the first request does where
// the App is used as an http.Handler. It does so once. Its error is that of Check, or of what was to be started.
func (a *App) Start(ctx context.Context) error { return a.startAs(ctx, nil) }

// startAs is Start with what Check has compiled; nil: the app is compiled first.
func (a *App) startAs(ctx context.Context, compiled *instance) error {
	a.start.Do(func() {
		a.failed = errNotStarted // stands when what is started calls runtime.Goexit
		in := compiled
		if in == nil {
			var err error
			if in, err = a.compile(nil); err != nil {
				a.failed = err
				return
			}
		}
		if err := a.begin(ctx, in, nil); err != nil {
			a.failed = err
			return
		}
		in.table.Seal()
		if a.settings.debug {
			a.logger().Warn("Debug(true): clients see the texts of internal errors and stacks; this is for development alone")
		}
		for _, text := range in.table.Warnings {
			a.logger().Warn(text)
		}
		for _, p := range in.table.Nil {
			a.logger().Warn("a supplied value is nil", "provider", p.Name, "place", p.Place)
		}
		if a.settings.trustAll != "" {
			a.logger().Warn(`TrustProxies("*"): a client that reaches the app directly can claim any address, scheme and host; list the addresses of the proxies`, "place", a.settings.trustAll)
		}
		for _, p := range in.table.Unused {
			a.logger().Warn("no route needs a provider", "provider", p.Name, "place", p.Place)
		}
		a.failed = nil
		a.running.Store(in)
	})
	return a.failed
}

// Shutdown ends what Start began, in reverse order, and joins the errors; before that it ends streams, as Drain does, and
// waits for background tasks until ctx ends. Serve does it after the last request. An app that has not started has
// nothing to end, and will not start any more.
func (a *App) Shutdown(ctx context.Context) error {
	a.start.Do(func() { a.failed = errShutDown })
	if a.failed != nil {
		return nil
	}
	return a.running.Load().stop(ctx)
}

// Drain ends the app's streams, so that they do not keep a server from shutting down: the contexts of their requests end
// with ErrShutdown for a cause. Other requests go on. Serve does it; with a server of your own, give it to
// http.Server.RegisterOnShutdown.
func (a *App) Drain() {
	if in := a.running.Load(); in != nil {
		in.table.Drain()
	}
}

var errNotStarted = errors.New("brio: the app has not started: a lifespan, or what builds a value, called runtime.Goexit")

var errShutDown = errors.New("brio: the app was shut down before it had started")

// ServeHTTP answers one request. The first one starts the app, and panics when Start has something to report.
func (a *App) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	in := a.running.Load()
	if in == nil {
		if err := a.Start(context.WithoutCancel(r.Context())); err != nil {
			panic(err)
		}
		in = a.running.Load()
	}
	in.handler.ServeHTTP(w, r)
}

// Routes lists every route with its full path, one entry for each method; nil when Check has something to report.
func (a *App) Routes() []RouteInfo {
	in, err := a.current()
	if err != nil {
		return nil
	}
	return in.table.Routes()
}

// URL builds the path of a named route; params are name, value pairs for its wildcards.
func (a *App) URL(name string, params ...any) (string, error) {
	in, err := a.current()
	if err != nil {
		return "", err
	}
	return in.table.URL(name, params...)
}

// Explain prints what happens for a request of method and path (the route's, as in "/items/{id}"): middleware, guards and
// what the handler needs, numbered in the order in which they are called, with the place of each declaration, what each
// reads and when it is cleaned up, and what becomes of the handler's result. It is "" when there is no such route or
// Check has something to report.
func (a *App) Explain(method, path string) string {
	in, err := a.current()
	if err != nil {
		return ""
	}
	return in.table.Explain(method, path)
}

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
		s.report = append(s.report, reportOf(wrong)...)
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
	in.table.Seal()
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
func (a *App) serve(ctx context.Context, l net.Listener, compiled *instance, opts []RunOption) error {
	s := runSettings{delay: 300 * time.Millisecond, grace: 10 * time.Second}
	for _, o := range opts {
		o.applyRun(&s)
	}
	server := &http.Server{
		Handler:           a,
		ReadHeaderTimeout: 10 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    maxHeaderBytes,
		ErrorLog:          slog.NewLogLogger(a.logger().Handler(), slog.LevelWarn),
	}
	if s.server != nil {
		s.server(server)
	}
	var err error
	s.report = append(s.report, checkTLS(server, l, s.serverPlace)...)
	if len(s.report) > 0 {
		err = s.report
	} else {
		err = a.startAs(ctx, compiled)
	}
	if err != nil {
		_ = l.Close()
		return err
	}
	var closing atomic.Bool
	server.Handler = closeConnections(server.Handler, &closing)
	a.logger().Info("serving", "app", a.settings.document.Info.Title, "address", address(l.Addr()))
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(l) }()
	select {
	case err := <-failed:
		deadline, cancel := graceOf(ctx, s.grace)
		defer cancel()
		return errors.Join(fmt.Errorf("brio: %w", err), a.Shutdown(deadline))
	case <-ctx.Done():
	}
	a.logger().Info("shutting down", "delay", s.delay, "grace", s.grace)
	if s.delay > 0 {
		closing.Store(true)
		a.running.Load().table.CloseConnections()
		time.Sleep(s.delay)
	}
	deadline, cancel := graceOf(ctx, s.grace)
	defer cancel()
	a.Drain()
	err = server.Shutdown(deadline)
	if err != nil {
		a.running.Load().table.FinishTasks(deadline) // they have had their time
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
