package brio

import (
	"log/slog"
	"slices"
	"time"

	"github.com/brio-go/brio/internal/argument"
	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/funcname"
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

// NoLimit takes a limit away where an option takes a number or a duration: brio.MaxBody(brio.NoLimit). Other negative numbers
// are start-up errors. 0 says nothing: the limit of an option before it or of the level outside holds, and at last the default.
const NoLimit = argument.NoLimit

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
func switchedDocument(name string, on []bool, set func(d *documentSettings, on bool)) DocumentOption {
	isOn, wrong := readSwitch(name, on, 2)
	return documentOption(func(d *documentSettings) {
		set(d, isOn)
		d.mistakes = append(d.mistakes, wrong...)
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

// reportOf returns mistakes in the arguments of options as the start-up report has them.
func reportOf(mistakes []declare.Mistake) (report routing.Report) {
	for _, m := range mistakes {
		report = append(report, routing.Mistake{Place: m.Place, Found: m.Found, Legal: m.Legal})
	}
	return report
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
