package brio

import (
	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/document"
	"github.com/brio-go/brio/internal/switches"
)

// FastAPICompat makes a Brio service answer as FastAPI does where Brio has decided otherwise, so that clients of a FastAPI service do
// not notice the change (docs/compat.md). It is a set of options, each of which can be used alone: [LaxJSON], [LaxText],
// [HeaderFieldNames], [ContentTypeErrors], [NullResults], [AbsoluteRedirects], [PlainServerErrors], [DecodedPaths], [UncheckedScopes],
// [PlainLimits], [JSONableEncoder], [AbsentNulls], [AutoTitles], [FastAPIDocument], [DocumentErrors] and [OperationIDs]. Options that
// follow it, and options of routers and routes, override it.
//
//go:noinline
func FastAPICompat() AppOption {
	return appOption(func(a *appSettings) {
		for _, o := range []AppOption{
			LaxJSON(true), LaxText(true), HeaderFieldNames(true), ContentTypeErrors(false), NullResults(true), AbsoluteRedirects(true), PlainServerErrors(true),
			DecodedPaths(), UncheckedScopes(), PlainLimits(true),
			JSONableEncoder(true), AbsentNulls(true), AutoTitles(), FastAPIDocument(true), DocumentErrors(false), OperationIDs(FastAPIOperationID),
		} {
			o.applyApp(a)
		}
		if a.Document.Info.Title == "" {
			a.Document.Info.Title = "FastAPI" // the default version is FastAPI's already
		}
	})
}

// FastAPIOperationID returns the operationId that FastAPI gives a route (generate_unique_id), as in read_item_items__item_id__get. It is
// a function for [OperationIDs], and [FastAPICompat] uses it.
func FastAPIOperationID(info RouteInfo) string { return document.FastAPIOperationID(info) }

// LaxJSON makes JSON bodies accept the spellings of scalars that pydantic accepts: "1", 1.0 and true are an int, "1.5" and true a float,
// 1, 0.0 and "yes" a bool. A string must be a string. Dates, times and durations are those of pydantic: with a zone or without, a date
// alone, Unix time in seconds or milliseconds, 00:05:00. It is off by default: a scalar then has its JSON type. The innermost level
// decides.
//
//go:noinline
func LaxJSON(on ...bool) Option {
	return switchedRoute("LaxJSON", on, switches.LaxJSON)
}

// LaxText makes paths, queries, headers, cookies and forms accept the spellings of numbers that pydantic accepts: underscores between
// digits, an int as 1.0, a float as inf or nan. Dates, times and durations are as with LaxJSON. It is off by default. The innermost
// level decides.
//
//go:noinline
func LaxText(on ...bool) Option {
	return switchedRoute("LaxText", on, switches.LaxText)
}

// HeaderFieldNames locates errors of headers that are read as one model (header:"") at the model's fields, as in ["header","x_token"].
// It is off by default: they are located at the headers, as in ["header","x-token"]. The innermost level decides.
//
//go:noinline
func HeaderFieldNames(on ...bool) Option {
	return switchedRoute("HeaderFieldNames", on, switches.HeaderFieldNames)
}

// ContentTypeErrors answers a JSON body with another Content-Type with 415. It is on by default. With false the body counts as a text,
// which fits no model: 422 model_attributes_type, or, where several fields make up the body, 422 missing for each. The innermost level
// decides.
//
//go:noinline
func ContentTypeErrors(on ...bool) Option {
	return switchedRoute("ContentTypeErrors", on, switches.ContentTypeErrors)
}

// NullResults answers with 200 and null for handlers without a result. It is off by default: they answer 204. The innermost level
// decides.
//
//go:noinline
func NullResults(on ...bool) Option {
	return switched("NullResults", on, func(s *declare.Settings, on bool) { s.NullResults.Set(on) })
}

// AbsoluteRedirects gives the Location of slash redirects the scheme of the connection and the request's host. It is off by default:
// Location is a path relative to that of the request. Both have the prefix that a proxy (RootPath) or http.StripPrefix has removed.
//
//go:noinline
func AbsoluteRedirects(on ...bool) AppOption {
	return switchedApp("AbsoluteRedirects", on, func(a *appSettings, on bool) { a.Route.AbsoluteRedirects = on })
}

// DecodedPaths unescapes paths before they are matched, as an ASGI server does: an escaped slash (%2F) divides a path like any other
// slash, and a backslash is text. It is off by default: a path with either is 404, except in the {name} of a route with EncodedSlashes.
//
//go:noinline
func DecodedPaths(on ...bool) AppOption {
	return switchedApp("DecodedPaths", on, func(a *appSettings, on bool) { a.Route.DecodedPaths = on })
}

// UncheckedScopes allows an app to require OAuth scopes that no function checks: no function on the way takes brio.Scopes, or an OAuth2
// scheme does not declare the scope. Such scopes are in the document only, as with FastAPI. It is off by default: both are start-up
// errors.
//
//go:noinline
func UncheckedScopes(on ...bool) AppOption {
	return switchedApp("UncheckedScopes", on, func(a *appSettings, on bool) { a.UncheckedScopes = on })
}

// PlainServerErrors answers an unhandled error with the plain text Internal Server Error. It is off by default: the answer has the
// format of other errors.
//
//go:noinline
func PlainServerErrors(on ...bool) AppOption {
	return switchedApp("PlainServerErrors", on, func(a *appSettings, on bool) { a.Route.PlainErrors = on })
}

// PlainLimits answers limits that FastAPI has too with FastAPI's texts alone: the limits of forms, as in "Too many fields. Maximum
// number of fields is 1000.", and the depth of JSON. It is off by default: the detail of a limit's error is a list with type and ctx, as
// that of a validation error.
//
//go:noinline
func PlainLimits(on ...bool) AppOption {
	return switchedApp("PlainLimits", on, func(a *appSettings, on bool) { a.Route.PlainLimits = on })
}

// JSONableEncoder writes results without a model (any, maps of any, NoResponseModel) as FastAPI's jsonable_encoder does: a duration in
// seconds, and a time to the microsecond, with +00:00 for UTC. It is off by default: a duration is ISO 8601, and UTC is Z. Structs,
// which are models in Go, and results with a response model do not change.
//
//go:noinline
func JSONableEncoder(on ...bool) AppOption {
	return switchedApp("JSONableEncoder", on, func(a *appSettings, on bool) { a.JSONable = on })
}

// AbsentNulls writes null for a key that a map does not have if the field of the response model is a pointer, as for a nil pointer of a
// struct. It is off by default: the member is left out. ExcludeUnset, ExcludeDefaults and ExcludeNone leave it out in both cases.
//
//go:noinline
func AbsentNulls(on ...bool) AppOption {
	return switchedApp("AbsentNulls", on, func(a *appSettings, on bool) { a.AbsentNulls = on })
}
