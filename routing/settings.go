package routing

import (
	"context"
	"reflect"
	"time"

	"github.com/brio-go/brio/background"
	"github.com/brio-go/brio/dependencies"
	"github.com/brio-go/brio/internal/bind"
	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/exchange"
	"github.com/brio-go/brio/openapi/spec"
	"github.com/brio-go/brio/params"
	"github.com/brio-go/brio/response"
)

// Settings are what an app, router, include or route may set alike. The type of a field says how the levels are merged.
type Settings struct {
	Tags              declare.Appended[string]
	Deprecated        declare.Sticky
	Hidden            declare.Sticky
	Dependencies      declare.Levels[Dependency]
	Middleware        declare.Appended[Middleware]
	MergeAlways       declare.Sticky
	StrictContentType declare.Nearest[bool]
	ContentTypeErrors declare.Nearest[bool]
	LaxJSON           declare.Nearest[bool]
	LaxText           declare.Nearest[bool]
	HeaderFieldNames  declare.Nearest[bool]
	NullResults       declare.Nearest[bool]
	EncodedSlashes    declare.Nearest[bool]  // a {name} may have an escaped slash or a backslash
	MaxBody           declare.Nearest[int64] // bytes
	Uploads           UploadLimits
	MaxDepth          declare.Nearest[int] // levels of JSON
	MaxElements       declare.Nearest[int] // of JSON
	ReadTimeout       declare.Nearest[time.Duration]
	MinReadRate       declare.Nearest[int64] // bytes per second
	WriteTimeout      declare.Nearest[time.Duration]
	MaxPairs          declare.Nearest[int]           // of a query, and of cookies
	Decoders          declare.Appended[bind.Decoder] // the last that reads a media type counts
	Class             declare.Nearest[response.Class]
	Responses         declare.Levels[Documented]
	DocumentErrors    declare.Nearest[bool]
	OperationIDs      declare.Nearest[func(RouteInfo) string]
	Callbacks         declare.Levels[CallbackRouter]
	Lifespans         declare.Appended[Lifespan]
	Stream            StreamSettings
	Around            declare.Appended[Around]
	Queue             declare.Nearest[background.Queue]
	Filter            Filter
	Encoders          declare.Appended[Encoder] // for results that clients ask for in another media type than JSON
	AutoETag          declare.Nearest[bool]
	Raises            declare.Appended[dependencies.Raised] // error types, beside those of providers
	ErrorHandlers     declare.Levels[ErrorHandler]
}

// inherit adds what holds for the level outside.
func (s *Settings) inherit(outer *Settings) { declare.Inherit(s, outer) }

// Dependency is a provider that a level declares.
type Dependency struct {
	Provider *dependencies.Provider
	Guard    bool // it always runs; otherwise a function must ask for its result
}

// UploadLimits are the limits of forms, each a setting of its own. A negative number is no limit.
type UploadLimits struct {
	Files, Fields               declare.Nearest[int]
	FileSize, FieldSize, Memory declare.Nearest[int64] // bytes
}

// Set sets the limits of l that are not 0.
func (u *UploadLimits) Set(l params.UploadLimits) {
	for _, limit := range []struct {
		setting *declare.Nearest[int]
		value   int
	}{{&u.Files, l.Files}, {&u.Fields, l.Fields}} {
		if limit.value != 0 {
			limit.setting.Set(limit.value)
		}
	}
	for _, limit := range []struct {
		setting *declare.Nearest[int64]
		value   int64
	}{{&u.FileSize, l.FileSize}, {&u.FieldSize, l.FieldSize}, {&u.Memory, l.Memory}} {
		if limit.value != 0 {
			limit.setting.Set(limit.value)
		}
	}
}

// limits returns the limits that are set. The others are 0.
func (u *UploadLimits) limits() params.UploadLimits {
	return params.UploadLimits{
		Files: u.Files.Value(), Fields: u.Fields.Value(),
		FileSize: u.FileSize.Value(), FieldSize: u.FieldSize.Value(), Memory: u.Memory.Value(),
	}
}

// Lifespan runs when the app starts; what it returns runs when it stops.
type Lifespan func(ctx context.Context) (stop func(context.Context) error, err error)

// limits are the limits of requests in scope.
func (s *Settings) limits() exchange.Limits {
	l := *exchange.DefaultLimits
	return exchange.Limits{
		ReadTimeout: s.ReadTimeout.Or(l.ReadTimeout), ReadRate: s.MinReadRate.Or(l.ReadRate),
		WriteTimeout: s.WriteTimeout.Or(l.WriteTimeout), Pairs: s.MaxPairs.Or(l.Pairs),
	}
}

// level returns the dependencies of one level as functions are compiled with them.
func level(list []Dependency) (l dependencies.Level) {
	for _, d := range list {
		if d.Guard {
			l.Guards = append(l.Guards, d.Provider)
		} else {
			l.Provided = append(l.Provided, d.Provider)
		}
	}
	return l
}

// Level returns the dependencies that one level declares as functions are compiled with them.
func (s *Settings) Level() dependencies.Level { return level(s.Dependencies.Nearest()) }

// Documented is a further response that a route may give, for the document.
type Documented struct {
	Status      int    // 0: Range
	Range       string // 4XX, 5XX, … or default
	Description string
	Model       reflect.Type // nil: no body
	More        []spec.Response
	Raised      bool // of an error type: it stands beside others of its status, not in their place
	Place       string
}

// RouteSettings are what only a route may set, beside Settings. They have no outer level.
type RouteSettings struct {
	Settings
	Status              int
	Model               reflect.Type // nil: the handler's result type
	NoModel             bool
	Name                string
	Summary             string
	Description         string
	OperationID         string
	ResponseDescription string
	Extra               []map[string]any // merged into the operation
	Examples            []NamedExamples
}

// RouterSettings are what a router or include may set.
type RouterSettings struct {
	Settings
	Prefix string
}

// RouterOption configures a router or an include.
type RouterOption interface{ ApplyRouter(*RouterSettings) }

// RouteOption configures a route.
type RouteOption interface{ ApplyRoute(*RouteSettings) }
