package route

import (
	"log/slog"
	"net/http"

	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/encode"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/internal/inject"
	"github.com/brio-go/brio/jobs"
	"github.com/brio-go/brio/response"
)

// Config has the options of an app that routers do not have.
type Config struct {
	Models          *encode.Compiler
	Scope           inject.Scope        // without Rows and levels, which Compile adds
	Logger          func() *slog.Logger // of the app; functions receive what it returns at their call
	RedirectSlashes bool

	AbsoluteRedirects bool // the Location of slash redirects has scheme and host
	DecodedPaths      bool // paths are unescaped before they are matched: an escaped slash divides segments, a backslash is text
	PlainErrors       bool // an unhandled error is answered in plain text
	PlainLimits       bool // errors of limits that FastAPI has too have FastAPI's text only

	App func(h http.Handler) *MountedApp // the app that h is, for mounts; nil: h is none

	Jobs jobs.Backend // of the app; nil: it has no jobs

	Introduce func(*http.Request) *http.Request // called for each *http.Request that functions take; nil: none

	ErrorFormat      response.ErrorFormat // nil: FastAPI's
	ErrorFormatPlace string
	Catalogues       []response.Catalogue
	CataloguesPlace  string
	ErrorKinds       map[string][]string // error types of the program, with the names in their ctx
	Versions         *declare.Versions   // nil: the API has none
	Debug            bool                // a 500 shows the error
	Trace            bool                // requests record the times of their steps, as they do under Debug
}

// limits returns the limits of requests under the settings.
func limits(s *declare.Settings) exchange.Limits {
	l := *exchange.DefaultLimits
	return exchange.Limits{
		ReadTimeout: s.ReadTimeout.Or(l.ReadTimeout), ReadRate: s.MinReadRate.Or(l.ReadRate),
		WriteTimeout: s.WriteTimeout.Or(l.WriteTimeout), Pairs: s.MaxPairs.Or(l.Pairs),
	}
}
