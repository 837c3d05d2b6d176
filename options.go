package brio

import (
	"context"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/brio-go/brio/dependencies"
	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/funcname"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/params"
	"github.com/brio-go/brio/response"
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

// --- app, router and route ---

// Supply gives values for the life of the app, asked for by their types.
func Supply(values ...any) Option {
	place := funcname.Caller(1)
	var list []declare.Dependency
	for _, v := range values {
		list = append(list, declare.Dependency{Provider: dependencies.Value(v, place)})
	}
	return option(func(s *declare.Settings) { s.Dependencies.Add(list...) })
}

// Provide declares dependencies that run on demand, once per request, and are asked for by their result types. A
// provider is any function: its parameters are resolved like a handler's, its results are T or (T, error), each also
// with a clean-up function before the error.
func Provide(providers ...any) Option {
	list := dependenciesOf(providers, false, funcname.Caller(1))
	return option(func(s *declare.Settings) { s.Dependencies.Add(list...) })
}

// Depends declares guards: dependencies that always run, in order, before the parameters of inner guards and the
// handler. They need not have a result; if they have, it can be asked for too.
func Depends(guards ...any) Option {
	list := dependenciesOf(guards, true, funcname.Caller(1))
	return option(func(s *declare.Settings) { s.Dependencies.Add(list...) })
}

func dependenciesOf(providers []any, guard bool, place string) (list []declare.Dependency) {
	for _, p := range providers {
		list = append(list, declare.Dependency{Provider: dependencies.Func(p, place), Guard: guard})
	}
	return list
}

// Security is Depends with OAuth scopes: the provider and everything it needs receive them as Scopes.
func Security(provider any, scopes ...string) Option {
	list := dependenciesOf([]any{dependencies.Scoped(provider, scopes...)}, true, funcname.Caller(1))
	return option(func(s *declare.Settings) { s.Dependencies.Add(list...) })
}

// SupplyFunc gives a value for the life of the app that is built when it starts and ended, by the function returned
// with it (nil: nothing to do), after it has stopped serving. Values are built in the order of declaration and ended
// in reverse; an error keeps the app from starting.
func SupplyFunc[T any](f func(ctx context.Context) (T, func(context.Context) error, error)) Option {
	p := dependencies.Built(reflect.TypeFor[T](), func(ctx context.Context) (any, func(context.Context) error, error) {
		return f(ctx)
	}, funcname.Caller(1))
	return option(func(s *declare.Settings) { s.Dependencies.Add(declare.Dependency{Provider: p}) })
}

// Scoped adds OAuth scopes to a provider given to Provide or Depends: it and everything it needs receive them as
// Scopes, after those asked for further out.
func Scoped(provider any, scopes ...string) any { return dependencies.Scoped(provider, scopes...) }

// NoCache makes a provider run at each use instead of once per request.
func NoCache(provider any) any { return dependencies.NoCache(provider) }

// BeforeResponse makes the clean-up of a provider run after the handler and before the response leaves, so that its
// error becomes the response: a commit that fails is a 500, or the HTTP error it returns.
func BeforeResponse(provider any) any { return dependencies.BeforeResponse(provider) }

// Tags groups operations in the document; tags of app, routers and route add up.
func Tags(tags ...string) Option {
	tags = slices.Clone(tags) // routes apply it when the app starts
	return option(func(s *declare.Settings) { s.Tags = append(s.Tags, tags...) })
}

// Deprecated marks operations as deprecated in the document.
func Deprecated() Option { return option(func(s *declare.Settings) { s.Deprecated = true }) }

// Hidden leaves operations out of the document.
func Hidden() Option { return option(func(s *declare.Settings) { s.Hidden = true }) }

// Use adds middleware, the first outermost. On an app it wraps everything, on routers and routes what they match.
func Use(mw ...Middleware) Option {
	mw = slices.Clone(mw) // routes apply it when the app starts
	return option(func(s *declare.Settings) { s.Middleware = append(s.Middleware, mw...) })
}

// MergeAlways keeps the headers and cookies that dependencies set also on returned Responses and on errors.
func MergeAlways() Option { return option(func(s *declare.Settings) { s.MergeAlways = true }) }

// StrictContentType says whether a JSON body must be declared by a Content-Type; it must, unless this is false. A body
// that is declared as something else is never read as JSON.
func StrictContentType(strict bool) Option {
	return option(func(s *declare.Settings) { s.StrictContentType.Set(strict) })
}

// BodyDecoder lets whole bodies be read from another media type; unmarshal gets the bytes and a pointer to the field. The
// value is then checked by its rules. Which members were present is not known, so none is missing; defaults are set
// before. An error is a 422, unless it is an *HTTPError. unmarshal is called concurrently.
func BodyDecoder(mediaType string, unmarshal func([]byte, any) error) Option {
	d := declare.Decoder{MediaType: strings.ToLower(mediaType), Unmarshal: unmarshal}
	return option(func(s *declare.Settings) { s.Decoders = append(s.Decoders, d) })
}

// MaxBody limits request bodies of every kind. Without it, a body may have 1 MiB, and one that is multipart/form-data
// 64 MiB. Exactly the limit passes; one byte more is 413. A negative number is no limit.
func MaxBody(bytes int64) Option { return option(func(s *declare.Settings) { s.MaxBody.Set(bytes) }) }

// ReadTimeout limits how long a client may stop in the middle of a body, 30 seconds by default: the request is then a 408
// and its connection is closed. An upload may take as long as it likes while it gets on; see MinReadRate. A handler that
// reads the body itself gets an error. 0 is no limit, and an http.Server with a ReadTimeout decides for itself.
func ReadTimeout(d time.Duration) Option {
	return option(func(s *declare.Settings) { s.ReadTimeout.Set(d) })
}

// MinReadRate is how many bytes of a body must come in a second, 500 by default, so that a body in drops ends. All waits
// for a body of n bytes together may take ReadTimeout and n / MinReadRate seconds: a client that is slower gets 408, and its
// connection is closed. Time that the program takes between two reads does not count. 0 is no rate, for bodies that a
// client writes over hours; without a ReadTimeout there is none either.
func MinReadRate(bytesPerSecond int64) Option {
	return option(func(s *declare.Settings) { s.MinReadRate.Set(bytesPerSecond) })
}

// WriteTimeout is how long a client may take to accept 64 KiB of an answer, 30 seconds by default: then the connection is
// cut, so that a client that reads nothing does not hold the answer for ever. It is for files and for bodies over 64 KiB,
// and for chunks of streams where StreamWriteTimeout says nothing. The buffers of the operating system make it coarse: use
// seconds, not milliseconds. 0 is no limit, and an http.Server with a WriteTimeout decides for itself.
func WriteTimeout(d time.Duration) Option {
	return option(func(s *declare.Settings) { s.WriteTimeout.Set(d) })
}

// MaxPairs limits how many pairs a query may have that a route reads, 1000 by default, and how many cookies: more is 414
// for a query and 431 for cookies. A list of style comma may have as many elements in any source: more is 422 too_long. 0
// leaves it to the router around, a negative number is no limit. The fields of forms have a limit of their own: UploadLimits.
func MaxPairs(n int) Option { return option(func(s *declare.Settings) { s.MaxPairs.SetIf(n != 0, n) }) }

// UploadLimits limits forms: their files and fields, in number and size, and what of the files is kept in memory. A limit
// that is 0 is left to the router around, and at last to the default: 100 files of 32 MiB, 1000 fields of
// 1 MiB, 1 MiB of memory. A negative one is no limit.
func UploadLimits(l params.UploadLimits) Option {
	return option(func(s *declare.Settings) { s.Uploads.Set(l) })
}

// MaxDepth limits how many arrays and objects may stand inside each other in a JSON body, 64 by default and 10,000 at
// most. More is a 400. 0 leaves it to the router around.
func MaxDepth(levels int) Option {
	return option(func(s *declare.Settings) { s.MaxDepth.SetIf(levels != 0, levels) })
}

// MaxElements limits the array elements and object members of a JSON body, 100,000 in all by default. An object that
// becomes a struct counts at least one for each 64 bytes of it, so that a list of {} is bounded like what it becomes. More
// is a 413. 0 leaves it to the router around.
func MaxElements(n int) Option {
	return option(func(s *declare.Settings) { s.MaxElements.SetIf(n != 0, n) })
}

// EncodedSlashes says whether a {name} may have an escaped slash (%2F) or a backslash, as a program needs whose names have
// slashes: /projects/{id} then matches /projects/group%2Fproject, with the id group/project. Without it a path with either
// matches nothing, 404. The innermost level decides. No guard is passed by it: a path whose plain spelling,
// /projects/group/project, belongs to another route does not match. A {name...} takes slashes as they are, and no escaped
// ones.
func EncodedSlashes(on ...bool) Option {
	return option(func(s *declare.Settings) { s.EncodedSlashes.Set(isOn(on)) })
}

// ResponseClass says how plain values are rendered: response.JSONClass by default, HTMLClass, TextClass, ….
func ResponseClass(c response.Class) Option {
	return option(func(s *declare.Settings) { s.Class.SetIf(c != nil, c) })
}

// ResponseInclude keeps only the named members: "name", "owner.name", "items.*.id". The nearest level that says some
// decides: a route's replace its router's. Above a route they hold for the models that have them.
func ResponseInclude(paths ...string) Option {
	list := declare.FilterPaths(paths, funcname.Caller(1))
	return option(func(s *declare.Settings) { s.Filter.Include.Add(list...) })
}

// ResponseExclude drops the named members. Levels add up. Above a route they hold for the models that have them; a path
// that no model has is a start-up error.
func ResponseExclude(paths ...string) Option {
	list := declare.FilterPaths(paths, funcname.Caller(1))
	return option(func(s *declare.Settings) { s.Filter.Exclude = append(s.Filter.Exclude, list...) })
}

// ExcludeUnset drops members that were never set: those that a FieldsSet does not have or, without one, absent
// Optionals, nil pointers and absent keys of a map. ExcludeUnset(false) takes it back for a route or router.
func ExcludeUnset(on ...bool) Option {
	return option(func(s *declare.Settings) { s.Filter.ExcludeUnset.Set(isOn(on)) })
}

// ExcludeDefaults drops members that have their default value. ExcludeDefaults(false) takes it back.
func ExcludeDefaults(on ...bool) Option {
	return option(func(s *declare.Settings) { s.Filter.ExcludeDefaults.Set(isOn(on)) })
}

// ExcludeNone drops members that are null. ExcludeNone(false) takes it back.
func ExcludeNone(on ...bool) Option {
	return option(func(s *declare.Settings) { s.Filter.ExcludeNone.Set(isOn(on)) })
}

// isOn reads the argument of a switch: X() is X(true).
func isOn(on []bool) bool { return len(on) == 0 || on[0] }

// Encoder lets clients ask, with Accept, for results in another media type than JSON: MessagePack, CBOR, YAML. marshal
// gets what the JSON would say, after the response model, as map[string]any, []any, string, bool, int64, uint64,
// float64 and nil, so what the model does not declare is not in it. JSON wins where the client has no preference. With
// an Encoder in scope, a request that accepts none of the media types is 406, before any dependency runs, and answers
// have Vary: Accept. Errors stay JSON. Of two for one media type the nearest counts.
func Encoder(mediaType string, marshal func(v any) ([]byte, error)) Option {
	e := declare.Encoder{MediaType: mediaType, Marshal: marshal, Place: funcname.Caller(1)}
	return option(func(s *declare.Settings) { s.Encoders = append(s.Encoders, e) })
}

// AutoETag gives answers to GET that are made of plain values an ETag computed from their bytes, where nobody set one,
// so that clients that have them already get 304. The handler runs all the same. AutoETag(false) takes it back.
func AutoETag(on ...bool) Option {
	return option(func(s *declare.Settings) { s.AutoETag.Set(isOn(on)) })
}

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

// --- router ---

// Prefix is put before every path of a router. It begins with a slash and does not end with one.
func Prefix(prefix string) RouterOption { return prefixOption(prefix) }

// LifespanOption is an option of apps and routers.
type LifespanOption interface {
	AppOption
	RouterOption
}

// Lifespan runs f when the app starts, after the values of SupplyFunc were built; what f returns runs when it stops.
// Those of included routers run too, the app's first.
func Lifespan(f func(ctx context.Context) (stop func(context.Context) error, err error)) LifespanOption {
	return lifespanOption(f)
}

type lifespanOption declare.Lifespan

func (o lifespanOption) applyApp(a *appSettings) {
	a.Lifespans = append(a.Lifespans, declare.Lifespan(o))
}
func (o lifespanOption) ApplyRouter(r *declare.RouterSettings) {
	r.Lifespans = append(r.Lifespans, declare.Lifespan(o))
}

// --- route ---

// Status is the route's status, unless the handler or a dependency sets another on the Response.
func Status(code int) RouteOption {
	return routeOption(func(r *declare.RouteSettings) { r.Status = code })
}

// ResponseModel filters what the handler returns to what T declares. Without it the model is the result type itself.
func ResponseModel[T any]() RouteOption {
	return routeOption(func(r *declare.RouteSettings) { r.Model = reflect.TypeFor[T]() })
}

// NoResponseModel says that the result has no model: it is encoded by its dynamic type.
func NoResponseModel() RouteOption {
	return routeOption(func(r *declare.RouteSettings) { r.NoModel = true })
}

// Name names a route, for URLs, logs and the document. The default is the handler's name.
func Name(name string) RouteOption {
	return routeOption(func(r *declare.RouteSettings) { r.Name = name })
}

// ResponseDescription describes the main response in the document.
func ResponseDescription(text string) RouteOption {
	return routeOption(func(r *declare.RouteSettings) { r.ResponseDescription = text })
}

// --- app ---

// RedirectSlashes says whether /items/ redirects to /items, or the other way round, when only that one exists. It
// does by default.
func RedirectSlashes(on bool) AppOption {
	return appOption(func(a *appSettings) { a.redirectSlashes = on })
}

// ValidateResponses checks results against the validate and pattern tags of their response models, and calls the models'
// methods Validate with the request's context. One that breaks a rule, or is refused, is a 500 whose reason is in the log. It is off by default, and on in briotest unless it is ValidateResponses(false).
func ValidateResponses(on bool) AppOption {
	return appOption(func(a *appSettings) { a.validateResponses = &on })
}

// ForeignTags admits struct tags that nothing here reads, by their keys, for structs that are shared with other programs:
// ForeignTags("binding", "uri"). Without keys it admits all. By default a tag that nothing reads is a start-up error in a
// parameter struct and in all that is read from a request: minLength:"3" would be a rule that is written and not enforced.
// Tags of storage and of other encodings (db, gorm, xml, yaml, bson, msgpack, protobuf, mapstructure, env and the like) are
// always admitted. Several of these options add up.
func ForeignTags(keys ...string) AppOption {
	return appOption(func(a *appSettings) {
		a.foreignTags.All = a.foreignTags.All || len(keys) == 0
		a.foreignTags.Keys = append(a.foreignTags.Keys, keys...)
	})
}

// Logger is where the app writes what clients do not see; slog.Default() by default.
func Logger(l *slog.Logger) AppOption { return appOption(func(a *appSettings) { a.logger = l }) }

// RegisterValidation adds a rule for validate tags. f gets the field's value and the text behind the equals sign.
func RegisterValidation(tag string, f func(value any, param string) bool) AppOption {
	return appOption(func(a *appSettings) { a.validations = append(a.validations, validation{tag, f}) })
}
