package brio

import (
	"reflect"
	"slices"
	"strings"

	"github.com/brio-go/brio/internal/app"
	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/funcname"
	"github.com/brio-go/brio/openapi/spec"
	"github.com/brio-go/brio/routing"
)

// DocumentOption configures one document of an app: all of them are AppOptions too, for the app's main document.
type DocumentOption interface {
	AppOption
	applyDocument(*app.Document)
}

type documentOption func(*app.Document)

func (o documentOption) applyApp(a *appSettings)       { o(&a.Document) }
func (o documentOption) applyDocument(d *app.Document) { o(d) }

// --- what a document says of the app ---

// Title names the app.
func Title(t string) DocumentOption {
	return documentOption(func(d *app.Document) { d.Info.Title = t })
}

// Version is the version of the app's API, 0.1.0 by default.
func Version(v string) DocumentOption {
	return documentOption(func(d *app.Document) { d.Info.Version = v })
}

// TextOption is an option of documents, and so of apps, and of routes.
type TextOption interface {
	DocumentOption
	RouteOption
}

// Summary is the short text of an app or operation in the document.
func Summary(text string) TextOption {
	return textOption{func(d *app.Document) { d.Info.Summary = text }, func(r *declare.RouteSettings) { r.Summary = text }}
}

// Description is the long text of an app or operation in the document, in Markdown.
func Description(text string) TextOption {
	return textOption{func(d *app.Document) { d.Info.Description = text }, func(r *declare.RouteSettings) { r.Description = text }}
}

// textOption is for apps and routes.
type textOption struct {
	documentOption
	routeOption
}

// TermsOfService is the URL of the terms under which the API may be used.
func TermsOfService(url string) DocumentOption {
	return documentOption(func(d *app.Document) { d.Info.TermsOfService = url })
}

// Contact says whom to ask about the API.
func Contact(c spec.Contact) DocumentOption {
	return documentOption(func(d *app.Document) { d.Info.Contact = &c })
}

// License is the API's licence.
func License(l spec.License) DocumentOption {
	return documentOption(func(d *app.Document) { d.Info.License = &l })
}

// TagInfo describes tags, in the order in which pages list them. A Document's description of a tag replaces the app's. Two
// different ones of one name are otherwise a start-up error.
func TagInfo(tags ...spec.Tag) DocumentOption {
	place := funcname.Caller(1)
	return documentOption(func(d *app.Document) {
		d.Tags = append(d.Tags, tags...)
		d.TagPlaces = append(d.TagPlaces, slices.Repeat([]string{place}, len(tags))...)
	})
}

// Servers are where the API can be reached; without any it is where the document is.
func Servers(s ...spec.Server) DocumentOption {
	return documentOption(func(d *app.Document) { d.Servers = append(d.Servers, s...) })
}

// ExternalDocs points to documentation elsewhere.
func ExternalDocs(e spec.ExternalDocs) DocumentOption {
	return documentOption(func(d *app.Document) { d.ExternalDocs = &e })
}

// TransformOpenAPI changes the document once it is made, and before it is encoded. Several run in order.
func TransformOpenAPI(f func(*spec.Document)) DocumentOption {
	return documentOption(func(d *app.Document) { d.Transform = append(d.Transform, f) })
}

// --- how it is written ---

// SeparateInputOutput says whether a type whose JSON is not the same in requests and in responses has two schemas, Item-Input
// and Item-Output. It has, unless this is false: then one schema allows what either does.
func SeparateInputOutput(on ...bool) DocumentOption {
	return switchedDocument("SeparateInputOutput", on, func(d *app.Document, on bool) { d.SingleSchemas = !on })
}

// AutoTitles gives every parameter, field and component that has no title one made of its name, as FastAPI does: item_id
// is Item Id. AutoTitles(false) takes it back.
func AutoTitles(on ...bool) DocumentOption {
	return switchedDocument("AutoTitles", on, func(d *app.Document, on bool) { d.AutoTitles = on })
}

// FastAPIDocument says whether the document is written as FastAPI writes it where both ways are right: a security scheme
// is an entry of its own in the list of an operation (although all of them are enforced), an optional value is anyOf a
// type and null, unions are written where they are used, a doc comment is the description alone, summaries are in
// Python's title case, nulls in examples are dropped, and names of types that clash have __ for a separator.
func FastAPIDocument(on ...bool) DocumentOption {
	return switchedDocument("FastAPIDocument", on, func(d *app.Document, on bool) { d.FastAPI = on })
}

// --- where it is ---

// OpenAPIURL is the path of the document, /openapi.json by default. The same as YAML is beside it, with .yaml in the place
// of .json. "" switches both off, and the pages that show them.
func OpenAPIURL(path string) AppOption {
	return appOption(func(a *appSettings) { a.Document.Path, a.Document.Chosen = path, true })
}

// Document serves a further document at a path, of some of the app's operations or in other words: one for each version
// or audience. It begins as the app's own; the options change it.
//
//	brio.Document("/v1/openapi.json", brio.Only(func(r brio.RouteInfo) bool { return strings.HasPrefix(r.Path, "/v1/") }), brio.Version("1.9"))
func Document(path string, opts ...DocumentOption) AppOption {
	return appOption(func(a *appSettings) {
		a.Documents = append(a.Documents, func(d *app.Document) {
			d.Path, d.Chosen, d.Option = path, true, "Document"
			for _, o := range opts {
				o.applyDocument(d)
			}
		})
	})
}

// Only picks the operations of a document. It is asked for each that is not Hidden; the RouteInfo has the method.
func Only(f func(RouteInfo) bool) DocumentOption {
	return documentOption(func(d *app.Document) { d.Only = f })
}

// WithHidden puts the operations that are Hidden into a document, too. WithHidden(false) takes it back, as for a Document of an app whose
// own has them.
func WithHidden(on ...bool) DocumentOption {
	return switchedDocument("WithHidden", on, func(d *app.Document, on bool) { d.Config.Hidden = on })
}

// RootPath is the prefix of the app's paths that its clients see and its routes do not: a proxy takes it off. A path that
// still begins with it is understood, too. It is a server of the document, and absolute links begin with it.
func RootPath(prefix string) AppOption {
	return appOption(func(a *appSettings) { a.RootPath = strings.TrimSuffix(prefix, "/") })
}

// RootPathInServers says whether the document lists the root path among its servers. It does, unless this is false.
func RootPathInServers(on ...bool) AppOption {
	return switchedApp("RootPathInServers", on, func(a *appSettings, on bool) { a.RootPathHidden = !on })
}

// --- operations ---

// Tags groups operations in the document; tags of app, routers and route add up.
func Tags(tags ...string) Option {
	tags = slices.Clone(tags) // routes apply it when the app starts
	return option(func(s *declare.Settings) { s.Tags = append(s.Tags, tags...) })
}

// Deprecated marks operations as deprecated in the document. Inside of a level that is deprecated all is, as in FastAPI:
// Deprecated(false) takes back only an option before it at the same level.
func Deprecated(on ...bool) Option {
	return switched("Deprecated", on, func(s *declare.Settings, on bool) { s.Deprecated = declare.Sticky(on) })
}

// Hidden leaves operations out of the document. Inside of a level that is hidden all is, as in FastAPI: Hidden(false) takes back
// only an option before it at the same level.
func Hidden(on ...bool) Option {
	return switched("Hidden", on, func(s *declare.Settings, on bool) { s.Hidden = declare.Sticky(on) })
}

// ResponseDescription describes the main response in the document.
func ResponseDescription(text string) RouteOption {
	return routeOption(func(r *declare.RouteSettings) { r.ResponseDescription = text })
}

// OperationID sets the operationId of the document.
func OperationID(id string) RouteOption {
	return routeOption(func(r *declare.RouteSettings) { r.OperationID = id })
}

// OperationIDs makes operationIds of what is known of a route, one for each method. Without it they are the names of the
// handlers, with method and path where several have one name. An OperationID of a route wins.
func OperationIDs(f func(RouteInfo) string) Option {
	return option(func(s *declare.Settings) {
		s.OperationIDs.SetIf(f != nil, func(i declare.Info) string { return f(RouteInfo(i)) })
	})
}

// Responds documents a further response with a body of type T; an empty description is the status phrase. For the status
// of the result T is the body in the place of its model. More adds media types, headers, links and extensions. For
// NoContent there is no body. What an inner level says wins over an outer one. Two models for one status at one level are a
// start-up error.
func Responds[T any](status int, description string, more ...spec.Response) Option {
	return documented[T](declare.Documented{Status: status, Description: description, More: slices.Clone(more), Place: funcname.Caller(1)})
}

// RespondsRange documents the responses of a range, "4XX" or "5XX", or all others, "default".
func RespondsRange[T any](statuses, description string, more ...spec.Response) Option {
	return documented[T](declare.Documented{Range: statuses, Description: description, More: slices.Clone(more), Place: funcname.Caller(1)})
}

func documented[T any](d declare.Documented) Option {
	if d.Model = reflect.TypeFor[T](); d.Model == reflect.TypeFor[NoContent]() {
		d.Model = nil
	}
	return option(func(s *declare.Settings) { s.Responses.Add(d) })
}

// DocumentErrors says whether the document has the errors that the framework itself answers, where they are possible: 401
// and 403 of security schemes, 400, 408, 413 and 415 of bodies, 406, and 500. It has, unless this is false: then 422 alone.
func DocumentErrors(on ...bool) Option {
	return switched("DocumentErrors", on, func(s *declare.Settings, on bool) { s.DocumentErrors.Set(on) })
}

// Callbacks documents requests that an operation makes in turn, to URLs that it was given. The routes of r are described,
// never served; their paths are OpenAPI's runtime expressions, as in "{$request.body.callback_url}/paid". Without a name
// each is called by its handler's. Callbacks of an inner level replace those of an outer level with the same name. Two of
// one name and level, with different routers, are a start-up error.
func Callbacks(name string, r *Router) Option {
	c := declare.CallbackRouter{Name: name, Router: routing.Declarations(r), Place: funcname.Caller(1)}
	return option(func(s *declare.Settings) { s.Callbacks.Add(c) })
}

// Examples documents named examples of a parameter of the route, "query.q", of its body, "body", or of a field of that,
// "body.item". Two different examples of one name are a start-up error.
func Examples(param string, examples ...spec.Example) RouteOption {
	x := declare.NamedExamples{Param: param, Examples: slices.Clone(examples), Place: funcname.Caller(1)}
	return routeOption(func(r *declare.RouteSettings) { r.Examples = append(r.Examples, x) })
}

// OpenAPIExtra merges raw members into the operation, last of all: objects member by member, lists end to end, the rest in
// place of what was there.
func OpenAPIExtra(merge map[string]any) RouteOption {
	return routeOption(func(r *declare.RouteSettings) { r.Extra = append(r.Extra, merge) })
}
