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
	"github.com/brio-go/brio/internal/route"
	"github.com/brio-go/brio/openapi/spec"
	"github.com/brio-go/brio/routing"
)

// App is a Router and an http.Handler. Declare everything first, from one goroutine; then it serves any number of
// requests at once.
type App struct {
	Router
	webhooks *Router
	config   app.Config
	lifetime app.Lifetime
}

// New returns an App.
func New(opts ...AppOption) *App {
	a := &App{webhooks: routing.NewRouter()}
	s := appSettings{Config: app.Config{
		Router: routing.Declarations(&a.Router), Webhooks: routing.Declarations(a.webhooks), Handler: a,
		Route: route.Config{RedirectSlashes: true},
	}}
	s.Document.Path, s.Document.Option, s.Document.Info.Version = "/openapi.json", "OpenAPIURL", "0.1.0"
	runtime.Callers(2, s.Pages.Made[:])
	for _, o := range opts {
		o.applyApp(&s)
	}
	a.config = s.finish()
	return a
}

// Check reports every mistake that can be known before the first request, joined, each with route, function and
// file:line, what was found and what is legal. It may be called at any time before the app serves.
func (a *App) Check() error {
	_, err := a.compile()
	return err
}

// compile compiles what is declared. It starts nothing.
func (a *App) compile() (*app.Instance, error) { return app.Compile(&a.config, nil) }

// current is what serves, or, before anything does, what would.
func (a *App) current() (*app.Instance, error) {
	if in := a.lifetime.Running.Load(); in != nil {
		return in, nil
	}
	return a.compile()
}

// Start builds the values of SupplyFunc and runs the Lifespans; Run and Serve do it, and the first request does where
// the App is used as an http.Handler. It does so once. Its error is that of Check, or of what was to be started.
func (a *App) Start(ctx context.Context) error { return a.lifetime.Start(ctx, a.compile) }

// Shutdown ends what Start began, in reverse order, and joins the errors; before that it ends streams, as Drain does, and
// waits for background tasks until ctx ends. Serve does it after the last request. An app that has not started has
// nothing to end, and will not start any more.
func (a *App) Shutdown(ctx context.Context) error {
	return a.lifetime.Stop(ctx)
}

// Drain ends the app's streams, so that they do not keep a server from shutting down: the contexts of their requests end
// with ErrShutdown for a cause. Other requests go on. Serve does it; with a server of your own, give it to
// http.Server.RegisterOnShutdown.
func (a *App) Drain() {
	if in := a.lifetime.Running.Load(); in != nil {
		in.Drain()
	}
}

// ServeHTTP answers one request. The first one starts the app, and panics when Start has something to report.
func (a *App) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	in := a.lifetime.Running.Load()
	if in == nil {
		if err := a.Start(context.WithoutCancel(r.Context())); err != nil {
			panic(err)
		}
		in = a.lifetime.Running.Load()
	}
	in.Handler.ServeHTTP(w, r)
}

// Routes lists every route with its full path, one entry for each method; nil when Check has something to report.
func (a *App) Routes() []RouteInfo {
	in, err := a.current()
	if err != nil {
		return nil
	}
	return in.Routes()
}

// URL builds the path of a named route; params are name, value pairs for its wildcards.
func (a *App) URL(name string, params ...any) (string, error) {
	in, err := a.current()
	if err != nil {
		return "", err
	}
	return in.URL(name, params...)
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
	return in.Explain(method, path)
}

// Webhooks is the router of the requests that the app sends to its subscribers: their routes are described in
// the document, and never served. Their paths are names: app.Webhooks().Post("new-subscription", newSubscription).
func (a *App) Webhooks() *Router { return a.webhooks }

// OpenAPI makes the app's document, which the caller may change; nil when Check has something to report.
func (a *App) OpenAPI() *spec.Document {
	in, err := a.current()
	if err != nil {
		return nil
	}
	return in.OpenAPI()
}

// appSettings are what the options of an app set: the settings that routers have too, and those of the app alone.
type appSettings struct {
	declare.Settings
	app.Config
	proxies  Middleware
	trustAll string // place of a TrustProxies("*"); "" for none
}

// finish returns the declarations of an app after its last option.
func (s *appSettings) finish() app.Config {
	if s.proxies != nil {
		s.Middleware = slices.Insert(s.Middleware, 0, s.proxies)
	}
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
	option       func(*declare.Settings)
	routeOption  func(*declare.RouteSettings)
	appOption    func(*appSettings)
	prefixOption string
)

func (o option) applyApp(a *appSettings)                     { o(&a.Settings) }
func (o option) ApplyRouter(r *declare.RouterSettings)       { o(&r.Settings) }
func (o option) ApplyRoute(r *declare.RouteSettings)         { o(&r.Settings) }
func (o routeOption) ApplyRoute(r *declare.RouteSettings)    { o(r) }
func (o appOption) applyApp(a *appSettings)                  { o(a) }
func (p prefixOption) ApplyRouter(r *declare.RouterSettings) { r.Prefix += string(p) }

// switched makes an option of a switch, X(on ...bool): X() is on, X(false) takes it back. set stores what the switch says. More than one
// argument is a mistake at the call of X, whose caller is the program.
func switched(name string, on []bool, set func(s *declare.Settings, on bool)) Option {
	isOn, wrong := readSwitch(name, on, 2)
	return option(func(s *declare.Settings) {
		set(s, isOn)
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

// readSwitch reads the argument of a switch. The call to blame is skip frames above.
func readSwitch(name string, on []bool, skip int) (isOn bool, wrong []declare.Mistake) {
	isOn, m := argument.Switch(name, on)
	if m.Wrong() {
		wrong = []declare.Mistake{{Place: funcname.Caller(skip + 1), Found: m.Found, Legal: m.Legal}}
	}
	return isOn, wrong
}

// limited makes an option of a limit: a positive number or NoLimit is stored by set, 0 says nothing, and other negative numbers are a
// mistake at the call of the option.
func limited[N int | int64 | time.Duration](name string, n N, set func(s *declare.Settings, n N)) Option {
	isSet, wrong := readLimit(name, n, 2)
	return option(func(s *declare.Settings) {
		if isSet {
			set(s, n)
		}
		s.Mistakes = append(s.Mistakes, wrong...)
	})
}

// readLimit reads the argument of a limit. The call to blame is skip frames above.
func readLimit[N int | int64 | time.Duration](name string, n N, skip int) (isSet bool, wrong []declare.Mistake) {
	isSet, m := argument.Limit(name, n)
	if m.Wrong() {
		wrong = []declare.Mistake{{Place: funcname.Caller(skip + 1), Found: m.Found, Legal: m.Legal}}
	}
	return isSet, wrong
}
