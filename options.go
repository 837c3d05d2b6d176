package brio

import (
	"log/slog"
	"slices"

	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/routing"
)

// Options say by their type where they may be used, so that a misplaced one does not compile.
type (
	// AppOption configures an App.
	AppOption interface{ applyApp(*appSettings) }
	// RouterOption configures a Router or an Include.
	RouterOption = routing.RouterOption
	// RouteOption configures a route.
	RouteOption = routing.RouteOption
	// Option configures any of them.
	Option interface {
		AppOption
		RouterOption
		RouteOption
	}
)

// appSettings are what only an app may say, beside what every router may.
type appSettings struct {
	declare.Settings
	document        documentSettings
	documents       []func(*documentSettings) // further ones, each made of the first
	rootPath        string
	rootPathHidden  bool // it is not among the servers
	logger          *slog.Logger
	redirectSlashes bool
	proxySettings

	absoluteRedirects, plainErrors, plainLimits, jsonable, absentNulls bool
	validations                                                        []validation
	decodedPaths, uncheckedScopes                                      bool

	validateResponses *bool // nil: in tests only
	foreignTags       model.Foreign

	docs docsSettings

	errorFormat      ErrorFormat // nil: FastAPI's
	errorFormatPlace string
	debug            bool
	catalogues       []Catalogue
	cataloguesPlace  string
	errorKinds       map[string][]string
}

type validation struct {
	tag string
	f   func(value any, param string) bool
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

// Options makes one option of many, for reuse.
func Options(opts ...Option) Option {
	opts = slices.Clone(opts) // routes apply them when the app starts
	return option(func(s *declare.Settings) {
		r := declare.RouterSettings{Settings: *s}
		for _, o := range opts {
			o.ApplyRouter(&r)
		}
		*s = r.Settings
	})
}

// isOn reads the argument of a switch: X() is X(true).
func isOn(on []bool) bool { return len(on) == 0 || on[0] }
