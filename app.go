package brio

import (
	"context"
	"net/http"
	"runtime"
	"slices"
	"time"

	"github.com/brio-go/brio/internal/app"
	"github.com/brio-go/brio/internal/argument"
	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/funcname"
	"github.com/brio-go/brio/internal/origin"
	"github.com/brio-go/brio/internal/route"
	"github.com/brio-go/brio/internal/startup"
	"github.com/brio-go/brio/internal/switches"
	"github.com/brio-go/brio/openapi/spec"
	"github.com/brio-go/brio/routing"
)

// App is a Router and an http.Handler. A program declares everything first, in one goroutine. Afterwards the App serves any number of
// requests at once, and a further declaration panics.
type App struct {
	Router
	webhooks *Router
	core     any // its *core, behind an interface as a declare.Target is
}

// core is what an App declares and runs beside its routes. Methods whose signatures have internal types are methods of core: the compiler
// would compile such types of App's methods with each program.
type core struct {
	app      *App
	config   app.Config
	lifetime app.Lifetime
}

// coreOf returns the core of an App.
func coreOf(a *App) *core { return a.core.(*core) }

// New returns an App. Mistakes in the options are in the error of Check, Start, Run and Serve.
func New(opts ...AppOption) *App {
	a := &App{webhooks: routing.NewRouter()}
	s := appSettings{Config: app.Config{
		Router: routing.Declarations(&a.Router), Webhooks: routing.Declarations(a.webhooks), Handler: a,
		Route: route.Config{RedirectSlashes: true},
	}}
	s.Document.Path, s.Document.Option, s.Document.Info.Version = "/openapi.json", "OpenAPIURL", app.DefaultVersion
	runtime.Callers(2, s.Pages.Made[:])
	for i, o := range opts {
		if o == nil {
			s.Mistakes = append(s.Mistakes, declare.NilOption(i, funcname.Caller(1)))
			continue
		}
		o.applyApp(&s)
	}
	a.core = &core{app: a, config: s.finish()}
	return a
}

// Check returns all mistakes that can be known before the first request, joined, and nil if there are none. Each says the route, the
// function and file:line, what was found and what is legal. A program may call it at any time before the app serves, also in a test.
func (a *App) Check() error {
	_, err := coreOf(a).compile()
	return err
}

// compile compiles the declarations. It starts nothing.
func (c *core) compile() (*app.Instance, error) { return app.Compile(&c.config, nil) }

// current returns the running Instance. Before the app has started, it compiles one.
func (c *core) current() (*app.Instance, error) {
	if in := c.lifetime.Running.Load(); in != nil {
		return in, nil
	}
	return c.compile()
}

// Start builds the values of SupplyFunc and runs the Lifespans, once. Run and Serve call it. An App that is the Handler of another
// server starts at its first request. The error is that of Check, or of a value or Lifespan that failed. Later calls return the same
// error. An app that was shut down does not start again.
func (a *App) Start(ctx context.Context) error { return coreOf(a).start(ctx) }

func (c *core) start(ctx context.Context) error { return c.lifetime.Start(ctx, c.compile) }

// Shutdown stops what Start has started, in reverse order, and joins the errors. Before that it ends streams, as Drain does, and waits
// for background tasks until ctx ends. Run and Serve call it after the last request. An app that has not started does not start any
// more, and the error is nil.
func (a *App) Shutdown(ctx context.Context) error {
	_, err := coreOf(a).lifetime.Stop(ctx)
	return err
}

// Drain ends the contexts of the app's streams, with the cause ErrShutdown, so that streams do not delay the shutdown of a server. Other
// requests go on. Run and Serve call it. With a server of your own, pass it to http.Server.RegisterOnShutdown.
func (a *App) Drain() {
	if in := coreOf(a).lifetime.Running.Load(); in != nil {
		in.Drain()
	}
}

// ServeHTTP answers one request. The first request starts the app. If Start fails, each request panics with its error: call Start
// before, where that must not happen.
func (a *App) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := a.core.(*core)
	in := c.lifetime.Running.Load()
	if in == nil {
		if err := c.start(context.WithoutCancel(r.Context())); err != nil {
			panic(err)
		}
		in = c.lifetime.Running.Load()
	}
	in.Handler.ServeHTTP(w, r)
}

// Routes lists the routes with their full paths, one entry for each method. It is nil if Check returns an error. Before the app has
// started, each call compiles the app.
func (a *App) Routes() []RouteInfo {
	in, err := coreOf(a).current()
	if err != nil {
		return nil
	}
	return in.Routes()
}

// URL builds the path of a named route, without the host of a Host. params are name, value pairs for its wildcards:
//
//	app.URL("readItem", "id", 3) // /items/3
func (a *App) URL(name string, params ...any) (string, error) {
	link, err := coreOf(a).link(name, params...)
	return link.Path, err
}

// link builds the link of a named route, with the host that the route is limited to.
func (c *core) link(name string, params ...any) (origin.Link, error) {
	in, err := c.current()
	if err != nil {
		return origin.Link{}, err
	}
	return in.Link(name, params...)
}

// Explain describes what runs for a request: middleware, guards, dependencies, the handler, and what the app does with its result. path
// is that of the route, as in "/items/{id}". Functions are numbered in the order of the calls. Each has the place of its declaration,
// what it reads and when its clean-up runs. Explain returns "" if there is no such route, or if Check returns an error.
func (a *App) Explain(method, path string) string {
	in, err := coreOf(a).current()
	if err != nil {
		return ""
	}
	return in.Explain(method, path)
}

// Webhooks returns the router of the requests that the app sends to its subscribers. Documents describe its routes, and the app does not
// serve them. Their paths are the names of the webhooks: app.Webhooks().Post("new-subscription", newSubscription).
func (a *App) Webhooks() *Router { return a.webhooks }

// OpenAPI makes the app's OpenAPI document. The caller may change it. It is nil if Check returns an error.
func (a *App) OpenAPI() *spec.Document {
	in, err := coreOf(a).current()
	if err != nil {
		return nil
	}
	return in.OpenAPI()
}

// appSettings is what the options of an app set: the settings that routers have too, and those of the app alone.
type appSettings struct {
	declare.Settings
	app.Config
	proxies     Middleware
	versionUses []versionUse // the names of versions in options
	trustAll    string       // file:line of a TrustProxies("*"), "" for none
}

// finish returns the declarations of an app, after its last option.
func (s *appSettings) finish() app.Config {
	if s.proxies != nil {
		s.Middleware = slices.Insert(s.Middleware, 0, s.proxies)
	}
	s.checkVersions()
	s.Router.Settings.Settings = s.Settings
	if s.Route.Debug {
		s.Warnings = append(s.Warnings, app.Warning{Text: "Debug(true): clients see the texts of internal errors and stacks; this is for development alone"})
	}
	if s.trustAll != "" {
		s.Warnings = append(s.Warnings, app.Warning{
			Text: `TrustProxies("*"): a client that reaches the app directly can claim any address, scheme and host; list the addresses of the proxies`,
			Args: []any{"place", s.trustAll},
		})
	}
	return s.Config
}

// The three kinds of options, each a function on what it configures.
type (
	// option sets what apps, routers and routes have alike.
	option func(*declare.Settings)
	// routeOption sets what only routes have.
	routeOption func(*declare.RouteSettings)
	// appOption sets what only an app has.
	appOption func(*appSettings)
	// prefixOption is the prefix of a router.
	prefixOption string
)

func (o option) applyApp(t declare.Target)          { o(&t.(*appSettings).Settings) }
func (o option) ApplyRouter(t declare.Target)       { o(&t.(*declare.RouterSettings).Settings) }
func (o option) ApplyRoute(t declare.Target)        { o(&t.(*declare.RouteSettings).Settings) }
func (o routeOption) ApplyRoute(t declare.Target)   { o(t.(*declare.RouteSettings)) }
func (o appOption) applyApp(t declare.Target)       { o(t.(*appSettings)) }
func (p prefixOption) ApplyRouter(t declare.Target) { t.(*declare.RouterSettings).Prefix += string(p) }

// switched makes an option of a switch, X(on ...bool): X() is on, X(false) takes it back. set stores the switch. More than one argument
// is a mistake at the call of X, so X calls switched itself, and the program calls X.
func switched(name string, on []bool, set func(s *declare.Settings, on bool)) Option {
	isOn, wrong := readSwitch(name, on, 2)
	return option(func(s *declare.Settings) {
		set(s, isOn)
		s.Mistakes = append(s.Mistakes, wrong...)
	})
}

// switchedRoute is switched for a setting that requests read.
func switchedRoute(name string, on []bool, one switches.Set) Option {
	isOn, wrong := readSwitch(name, on, 2)
	return option(func(s *declare.Settings) {
		s.Switches.Set(one, isOn)
		s.Mistakes = append(s.Mistakes, wrong...)
	})
}

// switchedApp is switched for options of the app alone.
func switchedApp(name string, on []bool, set func(a *appSettings, on bool)) AppOption {
	isOn, wrong := readSwitch(name, on, 2)
	return appOption(func(a *appSettings) {
		set(a, isOn)
		a.Mistakes = append(a.Mistakes, wrong...)
	})
}

// switchedDocument is switched for options of a document.
func switchedDocument(name string, on []bool, set func(d *app.Document, on bool)) DocumentOption {
	isOn, wrong := readSwitch(name, on, 2)
	return documentOption(func(d *app.Document) {
		set(d, isOn)
		d.Mistakes = append(d.Mistakes, wrong...)
	})
}

// refused makes an option of a mistake at the call of an option, which calls refused itself.
func refused(found, legal string) option { return refusedAt(funcname.Caller(2), found, legal) }

// refusedAt is refused for a mistake at a place.
func refusedAt(place, found, legal string) option {
	m := startup.Mistake{Place: place, Found: found, Legal: legal}
	return option(func(s *declare.Settings) { s.Mistakes = append(s.Mistakes, m) })
}

// readSwitch reads the argument of a switch. A mistake is at the call skip frames above.
func readSwitch(name string, on []bool, skip int) (isOn bool, wrong []startup.Mistake) {
	isOn, m := argument.Switch(name, on)
	if m.Wrong() {
		wrong = []startup.Mistake{{Place: funcname.Caller(skip + 1), Found: m.Found, Legal: m.Legal}}
	}
	return isOn, wrong
}

// limited makes an option of a limit. set stores a positive number or NoLimit. 0 has no effect. Other negative numbers are a mistake at
// the call of the option.
func limited[N int | int64 | time.Duration](name string, n N, set func(s *declare.Settings, n N)) Option {
	isSet, wrong := readLimit(name, n, 2)
	return option(func(s *declare.Settings) {
		if isSet {
			set(s, n)
		}
		s.Mistakes = append(s.Mistakes, wrong...)
	})
}

// readLimit reads the argument of a limit. isSet is false for 0 and for mistakes. A mistake is at the call skip frames above.
func readLimit[N int | int64 | time.Duration](name string, n N, skip int) (isSet bool, wrong []startup.Mistake) {
	isSet, m := argument.Limit(name, n)
	if m.Wrong() {
		wrong = []startup.Mistake{{Place: funcname.Caller(skip + 1), Found: m.Found, Legal: m.Legal}}
	}
	return isSet, wrong
}
