package brio

import (
	"context"
	"crypto/tls"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/brio-go/brio/internal/accesslog"
	"github.com/brio-go/brio/internal/app"
	"github.com/brio-go/brio/internal/ask"
	"github.com/brio-go/brio/internal/funcname"
	"github.com/brio-go/brio/internal/serve"
	"github.com/brio-go/brio/routing"
)

// RunOption configures Run and Serve.
type RunOption interface{ applyRun(any) } // a *runSettings, behind an interface as a declare.Target is

// runOption is an option that sets values of the settings.
type runOption func(*runSettings)

func (o runOption) applyRun(settings any) { o(settings.(*runSettings)) }

// runSettings is what the options of Run and Serve set.
type runSettings struct {
	serve.Config
	flags       *serve.Flags // of FromEnv; nil without it
	development *bool        // of Development
	requestLog  *bool        // of RequestLog
}

// Run serves on addr until SIGINT or SIGTERM, and then lets requests in flight finish, in the phases of ShutdownDelay and
// ShutdownTimeout. A second signal ends the process at once. The error is nil after a clean shutdown. If Check returns an error, Run
// returns it and does not listen.
//
// addr is one of these forms, also in [Listen]:
//
//	host:port          a TCP port, as in ":8000"; port 0 is a free one
//	http://host:port   a TCP port without TLS, beside others with it
//	unix:/path         a unix socket; a socket file that an ended process has left is removed
//	unix:@name         a socket in Linux's abstract namespace
//	systemd            the sockets of systemd's socket activation; systemd:name for those with that FileDescriptorName=
//
// Run asks whether the process is one in development: [Development] says so, or the environment variable BRIO_ENV is "development", or
// it is not set and the standard error is a terminal. In development Run prints a banner and logs each request. In production an app
// without a logger (Logger, slog.SetDefault) logs JSON lines to the standard error. Run reads no other variable and no flag: FromEnv does.
//
// The variable BRIO_ASK has a question of the command brio, as in BRIO_ASK="explain GET /items/{id}". Run answers it in place of serving,
// and ends the process: it opens no port, and only call and bench run lifespans. docs/reference/cli.md has the questions. Serve does the
// same.
func (a *App) Run(addr string, opts ...RunOption) error {
	c := coreOf(a)
	s := c.newRunSettings(opts)
	asked := c.answer(s)
	address := serve.Address{Text: addr, Place: funcname.Caller(1)}
	isDevelopment := serve.IsDevelopment()
	ownsLog := false
	if s.flags != nil {
		env := s.readEnv(addr)
		if env.Address.Text != "" {
			address = env.Address
		}
		if env.Development != nil {
			isDevelopment = *env.Development
		}
		ownsLog = c.useLog(&env, s.isDevelopment(isDevelopment))
	} else if c.config.Logger == nil && serve.IsDefaultLog() && !s.isDevelopment(isDevelopment) {
		c.config.Logger = serve.NewLogger(false, "", nil)
	}
	s.Addresses = append([]serve.Address{address}, s.Addresses...)
	s.serveFor(asked)
	ctx, release := serve.UntilSignal()
	defer release()
	err := c.serve(ctx, s, s.isDevelopment(isDevelopment))
	if err != nil && asked != nil {
		asked.Fail(err)
	}
	if err != nil && ownsLog {
		slog.SetLogLoggerLevel(slog.LevelError) // log.Fatal(err) was a line of level INFO, and none with BRIO_LOG_LEVEL=warn
	}
	return err
}

// Serve does what Run does on a listener, until ctx ends. It closes the listener in every case. Listen and Listener add further ones.
// Several apps of a process serve under one ctx, each with its own Serve.
//
// Serve reads no environment: it serves as in production, unless Development says otherwise, and FromEnv sets the log alone. It prints
// nothing, and logs to the app's logger.
func (a *App) Serve(ctx context.Context, l net.Listener, opts ...RunOption) error {
	c := coreOf(a)
	s := c.newRunSettings(opts)
	if l == nil {
		s.Report = append(s.Report, routing.Mistake{Place: funcname.Caller(1), Found: "the listener of Serve is nil", Legal: "a listener, as from net.Listen"})
	} else {
		s.Listeners = append([]net.Listener{l}, s.Listeners...)
	}
	asked := c.answer(s)
	isDevelopment := s.isDevelopment(asked != nil)
	if s.flags != nil {
		env := s.readEnv("")
		c.useLog(&env, isDevelopment)
	}
	s.serveFor(asked)
	err := c.serve(ctx, s, isDevelopment)
	if err != nil && asked != nil {
		asked.Fail(err)
	}
	return err
}

// answer answers the question in the environment and ends the process. It returns nil without a question, and the question where the
// answer is to serve.
func (c *core) answer(s *runSettings) *ask.Asked {
	asked := ask.FromEnvironment()
	if asked == nil || asked.IsServe() {
		return asked
	}
	c.config.Route.Trace = asked.Measures()
	in, err := c.current()
	if len(s.Report) > 0 {
		err = errors.Join(s.Report, err)
	}
	os.Exit(asked.Answer(&inspected{served{c.app, in}, in}, err))
	return nil
}

// inspected is an App that answers questions.
type inspected struct {
	served
	*app.Instance
}

func (i *inspected) ServeHTTP(w http.ResponseWriter, r *http.Request) { i.app.ServeHTTP(w, r) }
func (i *inspected) Start(ctx context.Context) error                  { return i.served.Start(ctx) }
func (i *inspected) Shutdown(ctx context.Context) error               { return i.app.Shutdown(ctx) }

// serveFor makes an app that is asked to serve do so on a free port of the loopback alone, without TLS, and answer with its URL. What the
// command brio dev listens on is in front of it.
func (s *runSettings) serveFor(asked *ask.Asked) {
	if asked == nil {
		return
	}
	for _, l := range s.Listeners {
		_ = l.Close()
	}
	s.Listeners, s.Addresses = nil, []serve.Address{{Text: "127.0.0.1:0", Place: "brio dev"}}
	s.TLS, s.H2C = serve.TLS{}, false
	s.Ready = func(url string) { asked.Write(os.Stdout, url+"\n") }
}

// newRunSettings reads the options.
func (c *core) newRunSettings(opts []RunOption) *runSettings {
	s := &runSettings{Config: serve.Config{Handler: c.app, Title: c.config.Document.Info.Title, Delay: 300 * time.Millisecond, Grace: 10 * time.Second}}
	for i, o := range opts {
		if o == nil {
			s.mistake("", fmt.Sprintf("option %d of Run or Serve is nil", i+1), "an option, as in ShutdownTimeout(time.Minute)")
			continue
		}
		o.applyRun(s)
	}
	return s
}

func (s *runSettings) mistake(place, found, legal string) {
	s.Report = append(s.Report, routing.Mistake{Place: place, Found: found, Legal: legal})
}

// isDevelopment returns what the option Development says, otherwise if none.
func (s *runSettings) isDevelopment(otherwise bool) bool {
	if s.development != nil {
		return *s.development
	}
	return otherwise
}

// readEnv reads the environment and the flags of FromEnv.
func (s *runSettings) readEnv(addr string) serve.Settings {
	env := s.flags.Read(addr)
	s.Report = append(s.Report, env.Report...)
	return env
}

// useLog sets the level and the format of the log as the environment says, and reports whether it has called slog.SetDefault. The logger
// that a program has chosen stays.
func (c *core) useLog(env *serve.Settings, isDevelopment bool) (isDefault bool) {
	if c.config.Logger != nil || !serve.IsDefaultLog() {
		if env.Level != nil || env.Format != "" {
			c.config.LoggerOrDefault().Warn("the level and the format of the log stay as they are: the program has chosen its logger")
		}
		return false
	}
	l := serve.NewLogger(isDevelopment, env.Format, env.Level)
	if l == nil || len(env.Report) > 0 {
		return false
	}
	slog.SetDefault(l)
	return true
}

// serve compiles the app and serves it.
func (c *core) serve(ctx context.Context, s *runSettings, isDevelopment bool) error {
	closeAll := func() {
		for _, l := range s.Listeners {
			_ = l.Close()
		}
	}
	if len(s.Report) > 0 {
		closeAll()
		return s.Report
	}
	in, err := c.current()
	if err != nil {
		closeAll()
		return err
	}
	in.Seal()
	s.Logger = c.config.LoggerOrDefault()
	switch logs := s.requestLog; {
	case logs != nil && *logs:
		s.Around = accesslog.Around(s.Logger)
	case logs == nil && isDevelopment:
		s.Around = accesslog.AroundOthers(s.Logger)
	}
	s.Routes = len(in.Routes())
	if isDevelopment {
		s.Banner = &serve.Banner{Version: c.config.Document.Info.Version, Docs: c.config.DocsURL(), Out: os.Stderr}
		s.Notes = append(in.Notes(), serve.BuildNotes()...)
	}
	return serve.Serve(ctx, &served{c.app, in}, &s.Config)
}

// served is an App as serve.Serve needs it.
type served struct {
	app      *App
	compiled *app.Instance
}

func (s *served) Start(ctx context.Context) error {
	return coreOf(s.app).lifetime.Start(ctx, func() (*app.Instance, error) { return s.compiled, nil })
}

func (s *served) CloseConnections()                    { s.running().CloseConnections() }
func (s *served) Drain()                               { s.running().Drain() }
func (s *served) Counts() (streams, tasks int)         { return s.running().Counts() }
func (s *served) FinishTasks(ctx context.Context) int  { return s.running().FinishTasks(ctx) }
func (s *served) End(ctx context.Context) (int, error) { return coreOf(s.app).lifetime.Stop(ctx) }
func (s *served) running() *app.Instance               { return coreOf(s.app).lifetime.Running.Load() }

// ShutdownDelay is how long the app serves on after it is told to stop, 300 milliseconds by default. Each answer of this time closes its
// connection: without the delay, a request that a client has just written on an idle connection would be reset. Behind a load balancer,
// a longer delay lets it take the app out first. ShutdownTimeout begins after it.
//
// 0 is no delay. The option is a time to wait and not a limit, so NoLimit and other negative durations are errors of Run and Serve.
//
//go:noinline
func ShutdownDelay(d time.Duration) RunOption {
	place := funcname.Caller(1)
	return runOption(func(s *runSettings) {
		if s.Delay = d; d < 0 {
			s.mistake(place, fmt.Sprintf("ShutdownDelay is %v", d), "a duration of 0 or more")
		}
	})
}

// ShutdownTimeout is how long requests and their background tasks may take to finish after ShutdownDelay, 10 seconds by default. Streams
// end at once. Then connections are cut. NoLimit waits for all of them.
//
//go:noinline
func ShutdownTimeout(d time.Duration) RunOption {
	isSet, wrong := readLimit("ShutdownTimeout", d, 1)
	return runOption(func(s *runSettings) {
		if isSet {
			s.Grace = d
		}
		s.Report = append(s.Report, routing.ReportOf(wrong)...)
	})
}

// Server changes the http.Server before it serves: timeouts, limits, protocols. f is called once. Several of these options are called in
// their order. A TLSConfig that f sets is served, as that of TLS.
//
//go:noinline
func Server(f func(*http.Server)) RunOption {
	place := funcname.Caller(1)
	return runOption(func(s *runSettings) {
		before := s.Change
		s.ChangePlace, s.Change = place, func(server *http.Server) {
			if before != nil {
				before(server)
			}
			if f != nil {
				f(server)
			}
		}
	})
}

// Listen adds an address, beside that of Run or the listener of Serve. The forms are those of Run. The app does not start if one of its
// addresses cannot be listened on.
//
//go:noinline
func Listen(addr string) RunOption {
	place := funcname.Caller(1)
	return runOption(func(s *runSettings) { s.Addresses = append(s.Addresses, serve.Address{Text: addr, Place: place}) })
}

// Listener adds a listener, beside the address of Run or the listener of Serve. Run and Serve close it.
//
//go:noinline
func Listener(l net.Listener) RunOption {
	place := funcname.Caller(1)
	return runOption(func(s *runSettings) {
		if l == nil {
			s.mistake(place, "the listener of Listener is nil", "a listener, as from net.Listen")
			return
		}
		s.Listeners = append(s.Listeners, l)
	})
}

// TLS serves with TLS, HTTP/2 included. config is copied. It has certificates, or a function that finds them, or TLSFiles or
// TLSSelfSigned adds them.
//
// The TLS options hold for TCP addresses and listeners. Unix sockets, addresses that begin with "http://" and listeners of
// tls.NewListener get no TLS of theirs.
//
//go:noinline
func TLS(config *tls.Config) RunOption {
	place := funcname.Caller(1)
	return runOption(func(s *runSettings) {
		if config == nil {
			s.mistake(place, "the configuration of TLS is nil", "a *tls.Config, or TLSFiles")
			return
		}
		s.TLS.Config, s.TLS.ConfigPlace = config, place
	})
}

// TLSFiles serves with TLS and a certificate from files in PEM: the certificate with its chain, and its private key. When the files
// change, the next handshake uses the new ones, and open connections stay. A file that cannot be used then is logged, and the
// certificate before stays. Of several TLSFiles the first one that fits the name that the client asks for is used.
//
// A handshake looks at the files at most once in a second, which costs two stat calls for each certificate.
//
//go:noinline
func TLSFiles(certificate, key string) RunOption {
	place := funcname.Caller(1)
	return runOption(func(s *runSettings) {
		s.TLS.Files = append(s.TLS.Files, serve.CertificateFiles{Certificate: certificate, Key: key, Place: place})
	})
}

// TLSSelfSigned serves with TLS and a certificate that is made at the start, for development. It is for localhost, the loopback
// addresses and hosts, is valid for 30 days and exists in memory alone.
//
//go:noinline
func TLSSelfSigned(hosts ...string) RunOption {
	place := funcname.Caller(1)
	return runOption(func(s *runSettings) { s.TLS.SelfSigned, s.TLS.Hosts, s.TLS.SelfPlace = true, hosts, place })
}

// H2C serves HTTP/2 without TLS too (RFC 9113, 3.3, with prior knowledge), for proxies and clients in one's own network that speak it.
// HTTP/1.1 stays.
//
//go:noinline
func H2C(on ...bool) RunOption {
	isOn, wrong := readSwitch("H2C", on, 1)
	return runOption(func(s *runSettings) {
		s.H2C = isOn
		s.Report = append(s.Report, routing.ReportOf(wrong)...)
	})
}

// SocketMode is the file mode of unix sockets, as in SocketMode(0o660). A client needs write permission. In Linux the file has no further
// permission at any time. By default the mode is what the umask of the process leaves of 0o777.
//
//go:noinline
func SocketMode(mode fs.FileMode) RunOption {
	place := funcname.Caller(1)
	return runOption(func(s *runSettings) {
		if s.SocketMode = &mode; mode&^fs.ModePerm != 0 {
			s.mistake(place, fmt.Sprintf("SocketMode is %v", mode), "permissions, as in SocketMode(0o660)")
		}
	})
}

// MaxConnections limits the connections that are open at a time, on all listeners together. The client of a further one waits in the
// queue of the operating system, without an answer, until one ends. An idle connection costs about 17 KiB of memory (`make attack`). There is no limit
// by default, beside that of open files of the process. Connections that a handler has taken over do not count.
//
//go:noinline
func MaxConnections(n int) RunOption {
	isSet, wrong := readLimit("MaxConnections", n, 1)
	return runOption(func(s *runSettings) {
		if isSet {
			s.MaxConnections = n
		}
		s.Report = append(s.Report, routing.ReportOf(wrong)...)
	})
}

// Development says whether the process is one in development: it prints a banner, and logs each request. Run describes what counts
// without the option.
//
//go:noinline
func Development(on ...bool) RunOption {
	isOn, wrong := readSwitch("Development", on, 1)
	return runOption(func(s *runSettings) {
		s.development = &isOn
		s.Report = append(s.Report, routing.ReportOf(wrong)...)
	})
}

// RequestLog logs each request to the app's logger, as middleware.AccessLog does, outside of all middleware. By default it is on in
// development and off in production. A request that middleware.AccessLog logs, of the app or of a router, then has no second line.
//
//go:noinline
func RequestLog(on ...bool) RunOption {
	isOn, wrong := readSwitch("RequestLog", on, 1)
	return runOption(func(s *runSettings) {
		s.requestLog = &isOn
		s.Report = append(s.Report, routing.ReportOf(wrong)...)
	})
}

// FromEnv lets the environment and the command line decide what the program leaves open. A flag counts more than a variable, and a
// variable more than the address of Run. The option Development counts more than both.
//
//	flag          variable          what it sets
//	-addr         BRIO_ADDRESS      the address of Run
//	              HOST, PORT        the host and the port in the address of Run
//	-env          BRIO_ENV          development, or production
//	-log-level    BRIO_LOG_LEVEL    debug, info, warn, error; info is the default
//	-log-format   BRIO_LOG_FORMAT   text or json; json is the default in production
//
// FromEnv defines its flags in flags: flag.CommandLine for those of the program, nil for none. Run parses the arguments of the program if
// the program has not. A value that is not legal is an error of Run and Serve.
//
// The log is that of slog.Default, for the app and for the rest of the program: Run calls slog.SetDefault. A logger that the program has
// chosen (Logger, slog.SetDefault) stays as it is.
//
//go:noinline
func FromEnv(flags *flag.FlagSet) RunOption {
	defined := serve.NewFlags(flags, funcname.Caller(1))
	return runOption(func(s *runSettings) { s.flags = &defined })
}
