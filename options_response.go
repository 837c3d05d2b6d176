package brio

import (
	"reflect"
	"time"

	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/funcname"
	"github.com/brio-go/brio/response"
)

// Status is the route's status, unless the handler or a dependency sets another on the Response.
func Status(code int) RouteOption {
	return routeOption(func(r *declare.RouteSettings) { r.Status = code })
}

// ResponseModel filters what the handler returns to what T declares. Without it the model is the result type itself.
func ResponseModel[T any]() RouteOption {
	return routeOption(func(r *declare.RouteSettings) { r.Model = reflect.TypeFor[T]() })
}

// NoResponseModel says that the result has no model: it is encoded by its dynamic type.
// NoResponseModel(false) takes it back: the model is that of ResponseModel, or the handler's result type.
func NoResponseModel(on ...bool) RouteOption {
	isOn, wrong := readSwitch("NoResponseModel", on, 1)
	return routeOption(func(r *declare.RouteSettings) {
		r.NoModel = isOn
		r.Mistakes = append(r.Mistakes, wrong...)
	})
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

// ExcludeUnset drops members that were never set: fields that a FieldsSet does not have or, without one, absent
// Optionals, nil pointers and absent keys of a map. ExcludeUnset(false) takes it back for a route or router.
func ExcludeUnset(on ...bool) Option {
	return switched("ExcludeUnset", on, func(s *declare.Settings, on bool) { s.Filter.ExcludeUnset.Set(on) })
}

// ExcludeDefaults drops members that have their default value. ExcludeDefaults(false) takes it back.
func ExcludeDefaults(on ...bool) Option {
	return switched("ExcludeDefaults", on, func(s *declare.Settings, on bool) { s.Filter.ExcludeDefaults.Set(on) })
}

// ExcludeNone drops members that are null. ExcludeNone(false) takes it back.
func ExcludeNone(on ...bool) Option {
	return switched("ExcludeNone", on, func(s *declare.Settings, on bool) { s.Filter.ExcludeNone.Set(on) })
}

// ByAlias(false) writes the members of results under the names that their fields have in Go, as in "UserID", instead of
// those of their json tags. Only the names change: paths of ResponseInclude and ResponseExclude, keys of maps, computed
// fields and types with a MarshalJSON of their own keep theirs. The document has the names of Go too, but under
// [FastAPIDocument], where it has those of the json tags as in FastAPI. ByAlias(true) takes it back for a route or router.
func ByAlias(on ...bool) Option {
	return switched("ByAlias", on, func(s *declare.Settings, on bool) { s.Filter.ByAlias.Set(on) })
}

// ValidateResponses checks results against the validate and pattern tags of their response models, and calls the models'
// methods Validate with the request's context. One that breaks a rule, or is refused, is a 500 whose reason is in the log. It is off by default, and on in briotest unless it is ValidateResponses(false).
func ValidateResponses(on ...bool) AppOption {
	return switchedApp("ValidateResponses", on, func(a *appSettings, on bool) { a.ValidateResponses = &on })
}

// Encoder lets clients ask, with Accept, for results in another media type than JSON: MessagePack, CBOR, YAML. marshal
// gets what the JSON would say, after the response model, as map[string]any, []any, string, bool, int64, uint64,
// float64 and nil, so what the model does not declare is not in it. JSON wins where the client has no preference. With
// an Encoder in scope, a request that accepts none of the media types is 406, before any dependency runs, and answers
// have Vary: Accept. Errors stay JSON. Of two for one media type the nearest counts.
func Encoder(mediaType string, marshal func(v any) ([]byte, error)) Option {
	e := declare.Encoder{MediaType: mediaType, Marshal: marshal, Place: funcname.Caller(1)}
	return option(func(s *declare.Settings) { s.Encoders = append(s.Encoders, e) })
}

// AutoETag gives answers to GET that are made of plain values an ETag computed from their bytes, unless the handler or a dependency set one,
// so that clients that have them already get 304. The handler runs all the same. AutoETag(false) takes it back.
func AutoETag(on ...bool) Option {
	return switched("AutoETag", on, func(s *declare.Settings, on bool) { s.AutoETag.Set(on) })
}

// MergeAlways keeps the headers and cookies that dependencies set also on returned Responses and on errors.
// MergeAlways(false) takes it back for a router or route.
func MergeAlways(on ...bool) Option {
	return switched("MergeAlways", on, func(s *declare.Settings, on bool) { s.MergeAlways.Set(on) })
}

// WriteTimeout is how long a client may take to accept 64 KiB of an answer, 30 seconds by default: then the connection is
// cut, so that a client that reads nothing does not hold the answer for ever. It is for files and for bodies over 64 KiB,
// and for chunks of streams where StreamWriteTimeout says nothing. The buffers of the operating system make it coarse: use
// seconds, not milliseconds. NoLimit is none, 0 leaves it to the level outside, and an http.Server with a WriteTimeout decides for itself.
func WriteTimeout(d time.Duration) Option {
	return limited("WriteTimeout", d, func(s *declare.Settings, d time.Duration) { s.WriteTimeout.Set(d) })
}
