package brio

import (
	"reflect"
	"time"

	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/funcname"
	"github.com/brio-go/brio/internal/switches"
	"github.com/brio-go/brio/response"
)

// Status is the status of the route's answer, unless a function sets another one on its *Response. The default is 200, and 204 for a
// handler without a result.
//
//go:noinline
func Status(code int) RouteOption {
	return routeOption(func(r *declare.RouteSettings) { r.Status = code })
}

// ResponseModel filters the handler's result: only members that T declares are sent. Without it the model is the result type.
func ResponseModel[T any]() RouteOption { return responseModel(reflect.TypeFor[T]()) }

// responseModel is ResponseModel for a type.
//
//go:noinline
func responseModel(t reflect.Type) RouteOption {
	return routeOption(func(r *declare.RouteSettings) { r.Model = t })
}

// NoResponseModel encodes the result by its dynamic type, without a model. NoResponseModel(false) takes it back.
//
//go:noinline
func NoResponseModel(on ...bool) RouteOption {
	isOn, wrong := readSwitch("NoResponseModel", on, 1)
	return routeOption(func(r *declare.RouteSettings) {
		r.NoModel = isOn
		r.Mistakes = append(r.Mistakes, wrong...)
	})
}

// ResponseClass says how results are rendered: response.JSONClass by default, response.HTMLClass, response.TextClass, and others. The
// innermost level decides.
//
//go:noinline
func ResponseClass(c response.Class) Option {
	return option(func(s *declare.Settings) { s.Class.SetIf(c != nil, c) })
}

// ResponseInclude keeps only the named members: "name", "owner.name", "items.*.id". The innermost level with a ResponseInclude decides.
// On a router or app a path applies to each model that has it.
//
//go:noinline
func ResponseInclude(paths ...string) Option {
	list := declare.FilterPaths(paths, funcname.Caller(1))
	return option(func(s *declare.Settings) { s.Filter.Include.Add(list...) })
}

// ResponseExclude removes the named members. Levels add up. On a router or app a path applies to each model that has it; a path that no
// model has is a start-up error.
//
//go:noinline
func ResponseExclude(paths ...string) Option {
	list := declare.FilterPaths(paths, funcname.Caller(1))
	return option(func(s *declare.Settings) { s.Filter.Exclude = append(s.Filter.Exclude, list...) })
}

// ExcludeUnset removes members that were never set. In a model with a [FieldsSet] these are the keys that it does not have, in others
// absent Optionals, nil pointers, and absent keys of a map. It is off by default. The innermost level decides.
//
//go:noinline
func ExcludeUnset(on ...bool) Option {
	return switched("ExcludeUnset", on, func(s *declare.Settings, on bool) { s.Filter.ExcludeUnset.Set(on) })
}

// ExcludeDefaults removes members that have their default value. It is off by default. The innermost level decides.
//
//go:noinline
func ExcludeDefaults(on ...bool) Option {
	return switched("ExcludeDefaults", on, func(s *declare.Settings, on bool) { s.Filter.ExcludeDefaults.Set(on) })
}

// ExcludeNone removes members that are null. It is off by default. The innermost level decides.
//
//go:noinline
func ExcludeNone(on ...bool) Option {
	return switched("ExcludeNone", on, func(s *declare.Settings, on bool) { s.Filter.ExcludeNone.Set(on) })
}

// ByAlias names the members of results by their json tags. It is on by default. ByAlias(false) names them by their fields in Go, as in
// "UserID"; so does the document, except with [FastAPIDocument]. Paths of ResponseInclude and ResponseExclude, keys of maps, computed
// fields and types with a MarshalJSON of their own do not change. The innermost level decides.
//
//go:noinline
func ByAlias(on ...bool) Option {
	return switched("ByAlias", on, func(s *declare.Settings, on bool) { s.Filter.ByAlias.Set(on) })
}

// ValidateResponses checks results against the validate and pattern tags of their response models, and calls the models' Validate
// methods with the request's context. A result that fails is a 500, whose reason is logged. It is off by default, and on in package
// briotest unless the app has ValidateResponses(false).
//
//go:noinline
func ValidateResponses(on ...bool) AppOption {
	return switchedApp("ValidateResponses", on, func(a *appSettings, on bool) { a.ValidateResponses = &on })
}

// Encoder lets clients ask, with Accept, for results in another media type than JSON: MessagePack, CBOR, YAML. marshal receives the
// result after the response model, as map[string]any, []any, string, bool, int64, uint64, float64 or nil, so members that the model does
// not declare are not in it. JSON is chosen if the client has no preference.
//
// With an Encoder in scope, a request that accepts none of the media types is 406 before any dependency runs, and answers have Vary:
// Accept. Errors stay JSON. Levels add up; of two for a media type the innermost decides.
//
//go:noinline
func Encoder(mediaType string, marshal func(v any) ([]byte, error)) Option {
	e := declare.Encoder{MediaType: mediaType, Marshal: marshal, Place: funcname.Caller(1)}
	return option(func(s *declare.Settings) { s.Encoders = append(s.Encoders, e) })
}

// AutoETag gives answers to GET whose result is a plain value an ETag computed from their bytes, unless a function sets one. Clients
// that have these bytes then get 304. The handler runs nevertheless. It is off by default. The innermost level decides.
//
//go:noinline
func AutoETag(on ...bool) Option {
	return switchedRoute("AutoETag", on, switches.AutoETag)
}

// MergeAlways adds the headers and cookies that functions set on their *Response to returned Responses and to errors, too. It is off by
// default. The innermost level decides.
//
//go:noinline
func MergeAlways(on ...bool) Option {
	return switchedRoute("MergeAlways", on, switches.MergeAlways)
}

// WriteTimeout limits how long a client may take to accept 64 KiB of an answer, 30 seconds by default. Then the connection is cut, so
// that a client that reads nothing does not hold the answer for ever. It applies to files, to bodies over 64 KiB, and to chunks of
// streams without a StreamWriteTimeout. The buffers of the operating system make it coarse: use seconds, not milliseconds. NoLimit is no
// timeout. With 0 the level outside decides. If the http.Server has a WriteTimeout, that decides alone.
//
//go:noinline
func WriteTimeout(d time.Duration) Option {
	return limited("WriteTimeout", d, func(s *declare.Settings, d time.Duration) { s.WriteTimeout.Set(d) })
}
