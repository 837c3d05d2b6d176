package brio

import (
	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/document"
)

// FastAPICompat lets a Brio service take the place of a FastAPI one without its clients noticing: what a correct client
// sees is FastAPI's, where Brio has decided otherwise (docs/compat.md). It is a set of options, each of which can be used
// alone; options that come after it, and options of routers and routes, override it.
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
			a.Document.Info.Title = "FastAPI" // the version has FastAPI's default already
		}
	})
}

// FastAPIOperationID returns FastAPI's operationId of a route (generate_unique_id), as in read_item_items__item_id__get. It is a
// function for [OperationIDs], and [FastAPICompat] uses it.
func FastAPIOperationID(info RouteInfo) string { return document.FastAPIOperationID(info) }

// LaxJSON says whether scalars in JSON bodies may be spelled as pydantic allows: "1", 1.0 and true are an int, "1.5" and
// true a float, 1, 0.0 and "yes" a bool. Nothing but a string is one. Dates, times and durations are what pydantic takes: with a
// zone or without, a date alone, Unix time in seconds or milliseconds, 00:05:00. Without it JSON is taken as it is written.
func LaxJSON(on ...bool) Option {
	return switched("LaxJSON", on, func(s *declare.Settings, on bool) { s.LaxJSON.Set(on) })
}

// LaxText says whether numbers in paths, queries, headers, cookies and forms may be spelled in all ways that pydantic
// allows: with underscores between digits, an int as 1.0, a float as inf or nan. Dates, times and durations as LaxJSON says.
func LaxText(on ...bool) Option {
	return switched("LaxText", on, func(s *declare.Settings, on bool) { s.LaxText.Set(on) })
}

// HeaderFieldNames says whether errors of headers read as one model (header:"") are located at the model's fields, as in
// ["header","x_token"]. They are at the headers, as in ["header","x-token"], unless this is true.
func HeaderFieldNames(on ...bool) Option {
	return switched("HeaderFieldNames", on, func(s *declare.Settings, on bool) { s.HeaderFieldNames.Set(on) })
}

// ContentTypeErrors says whether a JSON body that is not declared as one is refused with 415; it is, unless this is false.
// The body is then a text, which fits no model: 422 model_attributes_type; where several fields make up the body, all of
// them are missing.
func ContentTypeErrors(on ...bool) Option {
	return switched("ContentTypeErrors", on, func(s *declare.Settings, on bool) { s.ContentTypeErrors.Set(on) })
}

// NullResults says whether a handler without a result answers 200 and null. It answers 204, unless this is true.
func NullResults(on ...bool) Option {
	return switched("NullResults", on, func(s *declare.Settings, on bool) { s.NullResults.Set(on) })
}

// AbsoluteRedirects says whether the Location of slash redirects has the scheme of the connection and the request's host.
// It is a path relative to that of the request, unless this is true. Both have the prefix that a proxy (RootPath) or
// http.StripPrefix has taken off.
func AbsoluteRedirects(on ...bool) AppOption {
	return switchedApp("AbsoluteRedirects", on, func(a *appSettings, on bool) { a.Route.AbsoluteRedirects = on })
}

// DecodedPaths says whether paths are unescaped before they are matched, as an ASGI server does: an escaped slash (%2F)
// divides a path like any other, and a backslash is text. Without it a path with either matches nothing, 404, but in the
// {name} of a route with EncodedSlashes.
func DecodedPaths(on ...bool) AppOption {
	return switchedApp("DecodedPaths", on, func(a *appSettings, on bool) { a.Route.DecodedPaths = on })
}

// UncheckedScopes says whether an app may ask for scopes that nothing checks: no function on the way takes brio.Scopes, or an
// OAuth2 scheme does not declare them. They are then in the document and nowhere else, as with FastAPI. Both are start-up
// errors, unless this is true.
func UncheckedScopes(on ...bool) AppOption {
	return switchedApp("UncheckedScopes", on, func(a *appSettings, on bool) { a.UncheckedScopes = on })
}

// PlainServerErrors says whether an unhandled error is answered with the plain text Internal Server Error. It has the
// format of other errors, unless this is true.
func PlainServerErrors(on ...bool) AppOption {
	return switchedApp("PlainServerErrors", on, func(a *appSettings, on bool) { a.Route.PlainErrors = on })
}

// PlainLimits says whether limits that FastAPI has, too, are answered in its words alone: those of forms, as in "Too many
// fields. Maximum number of fields is 1000.", and the depth of JSON. The detail of an error of a limit is a list with type
// and ctx, as that of a validation error, unless this is true; for other limits it is so always.
func PlainLimits(on ...bool) AppOption {
	return switchedApp("PlainLimits", on, func(a *appSettings, on bool) { a.Route.PlainLimits = on })
}

// JSONableEncoder says whether results without a model (any, maps of any, NoResponseModel) are written as FastAPI's
// jsonable_encoder does: a duration in seconds, and a time to the microsecond and with +00:00 for UTC. A duration is ISO
// 8601 and UTC is Z, unless this is true; inside of structs, which are models in Go, and in response models always.
func JSONableEncoder(on ...bool) AppOption {
	return switchedApp("JSONableEncoder", on, func(a *appSettings, on bool) { a.JSONable = on })
}

// AbsentNulls says whether a key that a map lacks is written as null where the response model's field is a pointer, as a nil
// pointer of a struct is. It is left out, unless this is true. ExcludeUnset, ExcludeDefaults and ExcludeNone leave it out.
func AbsentNulls(on ...bool) AppOption {
	return switchedApp("AbsentNulls", on, func(a *appSettings, on bool) { a.AbsentNulls = on })
}
