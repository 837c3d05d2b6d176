package declare

import (
	"context"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/brio-go/brio/background"
	"github.com/brio-go/brio/internal/startup"
	"github.com/brio-go/brio/openapi/spec"
	"github.com/brio-go/brio/params"
	"github.com/brio-go/brio/response"
)

// Settings are what an app, router, include or route may set alike. The type of a field says how the levels are merged.
type Settings struct {
	Tags           Appended[string]
	Deprecated     Sticky
	Deprecation    Nearest[Deprecation]
	Gone           Nearest[bool] // after the sunset of Deprecation
	Callers        Appended[Caller]
	Hidden         Sticky
	Unversioned    Sticky
	Versions       Appended[VersionRange]
	Dependencies   Levels[*Dependency]
	Middleware     Appended[Middleware]
	Switches       Switches // the ones that requests read
	NullResults    Nearest[bool]
	MaxBody        Nearest[int64] // bytes
	Uploads        UploadLimits
	MaxDepth       Nearest[int] // levels of JSON
	MaxElements    Nearest[int] // of JSON
	ReadTimeout    Nearest[time.Duration]
	MinReadRate    Nearest[int64] // bytes per second
	WriteTimeout   Nearest[time.Duration]
	MaxPairs       Nearest[int]      // of a query, and of cookies
	Decoders       Appended[Decoder] // the last that reads a media type counts
	Class          Nearest[response.Class]
	Responses      Levels[Documented]
	DocumentErrors Nearest[bool]
	OperationIDs   Nearest[func(Info) string]
	Callbacks      Levels[CallbackRouter]
	Lifespans      Appended[Lifespan]
	Stream         StreamSettings
	Socket         SocketSettings
	Around         Appended[Around]
	Queue          Nearest[background.Queue]
	Filter         Filter
	Encoders       Appended[Encoder] // for results that clients ask for in another media type than JSON
	Raises         Appended[Raised]  // error types, beside those of providers
	ErrorHandlers  Levels[ErrorHandler]
	Mistakes       Appended[startup.Mistake] // in the arguments of options
}

// Inherit adds what holds for the level outside.
func (s *Settings) Inherit(outer *Settings) { Inherit(s, outer) }

// NilOption returns the mistake of a nil option, of index i among the options that a call at a place has.
func NilOption(i int, place string) startup.Mistake {
	return startup.Mistake{Place: place, Found: "option " + strconv.Itoa(i+1) + " is nil", Legal: "an option; brio.Options() is one that changes nothing"}
}

// UploadLimits are the limits of forms, each a setting of its own. A negative number is no limit.
type UploadLimits struct {
	Files, Fields               Nearest[int]
	FileSize, FieldSize, Memory Nearest[int64] // bytes
}

// Set sets the limits of l that are not 0.
func (u *UploadLimits) Set(l params.UploadLimits) {
	for _, limit := range []struct {
		setting *Nearest[int]
		value   int
	}{{&u.Files, l.Files}, {&u.Fields, l.Fields}} {
		if limit.value != 0 {
			limit.setting.Set(limit.value)
		}
	}
	for _, limit := range []struct {
		setting *Nearest[int64]
		value   int64
	}{{&u.FileSize, l.FileSize}, {&u.FieldSize, l.FieldSize}, {&u.Memory, l.Memory}} {
		if limit.value != 0 {
			limit.setting.Set(limit.value)
		}
	}
}

// Limits returns the limits that are set. The others are 0.
func (u *UploadLimits) Limits() params.UploadLimits {
	return params.UploadLimits{
		Files: u.Files.Value(), Fields: u.Fields.Value(),
		FileSize: u.FileSize.Value(), FieldSize: u.FieldSize.Value(), Memory: u.Memory.Value(),
	}
}

// Middleware is any net/http middleware.
type Middleware = func(http.Handler) http.Handler

// Around wraps what happens before anything is sent.
type Around = func(r *http.Request, next func() (*response.Response, error)) (*response.Response, error)

// Caller is told of each request to a deprecated operation.
type Caller = func(r *http.Request, of Info)

// Lifespan runs when the app starts; what it returns runs when it stops.
type Lifespan = func(ctx context.Context) (stop func(context.Context) error, err error)

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

// Target is what an option configures: a *RouterSettings, a *RouteSettings, or the settings of an app or a document. It is an interface
// because of what the Go compiler does with generic types: it compiles the methods of each one that a package can reach through the
// types it uses, once more for each package. Through the settings a program that declares one route would reach 500 functions. For the
// same reason the functions that make options are not inlined, and App and Router keep their declarations behind interfaces.
type Target interface{ IsTarget() }

// IsTarget makes a Target of each struct that has Settings.
func (*Settings) IsTarget() {}

// RouterOption configures a router or an include. The Target is a *RouterSettings.
type RouterOption interface{ ApplyRouter(Target) }

// RouteOption configures a route. The Target is a *RouteSettings.
type RouteOption interface{ ApplyRoute(Target) }

// Filter is what an app, router or route says about the members that results show.
type Filter struct {
	Include                                    Levels[FilterPath] // those of the innermost level that has some count
	Exclude                                    Appended[FilterPath]
	ExcludeUnset, ExcludeDefaults, ExcludeNone Nearest[bool]
	ByAlias                                    Nearest[bool] // members have the names of their json tags, not those of Go
}

// FilterPath is one path of an Include or Exclude and where it was written.
type FilterPath struct{ Path, Place string }

// FilterPaths makes FilterPaths of the arguments of one option.
func FilterPaths(paths []string, place string) []FilterPath {
	out := make([]FilterPath, len(paths))
	for i, p := range paths {
		out[i] = FilterPath{p, place}
	}
	return out
}

// Says reports whether the filter changes anything.
func (f Filter) Says() bool {
	return len(f.Include)+len(f.Exclude) > 0 || f.ExcludeUnset.Value() || f.ExcludeDefaults.Value() || f.ExcludeNone.Value() || !f.ByAlias.Or(true)
}

// StreamSettings are what an app, router or route may set for streams.
type StreamSettings struct {
	Events       Nearest[bool] // iterators become server-sent events
	Ping         Nearest[time.Duration]
	WriteTimeout Nearest[time.Duration]
}

// SocketSettings are what an app, router or route may set for WebSockets, beside Stream and the limits of bodies.
type SocketSettings struct {
	Rate         Nearest[Rate]
	Idle         Nearest[time.Duration]
	Compress     Nearest[bool]
	Answers      Nearest[bool] // a message that is not valid is answered with its errors
	Subprotocols Nearest[[]string]
	Origins      Appended[func(origin string) bool] // beside the app's own and those of middleware
}

// Rate is a number of events at once, and in each time after. N of 0 or less is no limit.
type Rate struct {
	N   int
	Per time.Duration
}

// Encoder writes results in another media type than JSON, for clients that ask for it.
type Encoder struct {
	MediaType string
	Marshal   func(v any) ([]byte, error)
	Place     string
}

// Decoder reads request bodies of a media type.
type Decoder struct {
	MediaType string // in lower case, without parameters
	Unmarshal func([]byte, any) error
}

// CallbackRouter is what the option Callbacks has declared.
type CallbackRouter struct {
	Name   string
	Router *Router
	Place  string
}

// NamedExamples are examples of one parameter of a route: "query.q", "body", "body.item".
type NamedExamples struct {
	Param    string
	Examples []spec.Example
	Place    string
}

// Key is the member of an operation's responses that documents d: 404, 4XX or default.
func (d Documented) Key() string {
	if d.Status != 0 {
		return strconv.Itoa(d.Status)
	}
	if strings.EqualFold(d.Range, "default") {
		return "default"
	}
	return strings.ToUpper(d.Range)
}
