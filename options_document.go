package brio

import (
	"io/fs"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"time"

	"github.com/brio-go/brio/internal/app"
	"github.com/brio-go/brio/internal/declare"
	"github.com/brio-go/brio/internal/funcname"
	"github.com/brio-go/brio/internal/published"
	"github.com/brio-go/brio/internal/startup"
	"github.com/brio-go/brio/openapi/spec"
	"github.com/brio-go/brio/routing"
)

// DocumentOption configures a document: one of [Document], or, as an AppOption, the app's own document, from which the others begin.
type DocumentOption interface {
	AppOption
	applyDocument(any) // an *app.Document, behind an interface as a declare.Target is
}

// documentOption sets what an app declares of one document.
type documentOption func(*app.Document)

func (o documentOption) applyApp(t declare.Target) { o(&t.(*appSettings).Document) }
func (o documentOption) applyDocument(d any)       { o(d.(*app.Document)) }

// --- what a document says of the app ---

// Title names the app in the document and on its pages.
//
//go:noinline
func Title(t string) DocumentOption {
	return documentOption(func(d *app.Document) { d.Info.Title = t })
}

// Version is the version of the app's API, 0.1.0 by default.
//
//go:noinline
func Version(v string) DocumentOption {
	return documentOption(func(d *app.Document) { d.Info.Version = v })
}

// TextOption configures a document or a route.
type TextOption interface {
	DocumentOption
	RouteOption
}

// Summary is the short text of the app or of an operation in the document.
//
//go:noinline
func Summary(text string) TextOption {
	return textOption{func(d *app.Document) { d.Info.Summary = text }, func(r *declare.RouteSettings) { r.Summary = text }}
}

// Description is the long text of the app or of an operation in the document, in Markdown. Without it an operation has the doc comment
// of its handler.
//
//go:noinline
func Description(text string) TextOption {
	return textOption{func(d *app.Document) { d.Info.Description = text }, func(r *declare.RouteSettings) { r.Description = text }}
}

// textOption is an option of documents and one of routes.
type textOption struct {
	documentOption
	routeOption
}

// TermsOfService is the URL of the API's terms of service.
//
//go:noinline
func TermsOfService(url string) DocumentOption {
	return documentOption(func(d *app.Document) { d.Info.TermsOfService = url })
}

// Contact says whom users of the API may ask.
//
//go:noinline
func Contact(c spec.Contact) DocumentOption {
	return documentOption(func(d *app.Document) { d.Info.Contact = &c })
}

// License is the API's licence.
//
//go:noinline
func License(l spec.License) DocumentOption {
	return documentOption(func(d *app.Document) { d.Info.License = &l })
}

// TagInfo describes tags, in the order in which pages list them. A Document's description of a tag replaces the app's. Two different
// descriptions of a tag are otherwise a start-up error.
//
//go:noinline
func TagInfo(tags ...spec.Tag) DocumentOption {
	place := funcname.Caller(1)
	return documentOption(func(d *app.Document) {
		d.Tags = append(d.Tags, tags...)
		d.TagPlaces = append(d.TagPlaces, slices.Repeat([]string{place}, len(tags))...)
	})
}

// Servers lists the URLs of the API. Without it the API is where the document is. Several of these options add up.
//
//go:noinline
func Servers(s ...spec.Server) DocumentOption {
	return documentOption(func(d *app.Document) { d.Servers = append(d.Servers, s...) })
}

// ExternalDocs links to documentation elsewhere.
//
//go:noinline
func ExternalDocs(e spec.ExternalDocs) DocumentOption {
	return documentOption(func(d *app.Document) { d.ExternalDocs = &e })
}

// TransformOpenAPI changes the document after it is made and before it is encoded. Several run in order.
//
//go:noinline
func TransformOpenAPI(f func(*spec.Document)) DocumentOption {
	place := funcname.Caller(1)
	return documentOption(func(d *app.Document) {
		if f == nil {
			d.Mistakes = append(d.Mistakes, startup.Mistake{Place: place, Found: "TransformOpenAPI has no function", Legal: "a func(*spec.Document)"})
			return
		}
		d.Transform = append(d.Transform, f)
	})
}

// --- how it is written ---

// SeparateInputOutput describes a type whose JSON differs between requests and responses by two schemas, Item-Input and Item-Output. It
// is on by default. With false one schema allows both.
//
//go:noinline
func SeparateInputOutput(on ...bool) DocumentOption {
	return switchedDocument("SeparateInputOutput", on, func(d *app.Document, on bool) { d.SingleSchemas = !on })
}

// AutoTitles gives each parameter, field and component without a title one made of its name, as FastAPI does: item_id becomes Item Id.
// It is off by default.
//
//go:noinline
func AutoTitles(on ...bool) DocumentOption {
	return switchedDocument("AutoTitles", on, func(d *app.Document, on bool) { d.AutoTitles = on })
}

// FastAPIDocument writes the document as FastAPI does where both ways are legal. It is off by default. With it
//
//   - each security scheme is an entry of its own in the list of an operation, although the app enforces all of them;
//   - an optional value is anyOf of a type and null;
//   - unions are written where they are used;
//   - a doc comment is the description alone;
//   - summaries are in Python's title case;
//   - examples have no nulls;
//   - names of types that clash are separated by __.
//
//go:noinline
func FastAPIDocument(on ...bool) DocumentOption {
	return switchedDocument("FastAPIDocument", on, func(d *app.Document, on bool) { d.FastAPI = on })
}

// --- where it is ---

// OpenAPIURL is the path of the document, /openapi.json by default. The same document as YAML has .yaml in place of .json. "" removes
// both, the AsyncAPI document unless AsyncAPIURL sets its path, and the pages that show them.
//
//go:noinline
func OpenAPIURL(path string) AppOption {
	return appOption(func(a *appSettings) { a.Document.Path, a.Document.Chosen = path, true })
}

// AsyncAPIURL is the path of the AsyncAPI 3.0 document, /asyncapi.json by default: the WebSocket routes with their messages, as the app's
// own OpenAPI document describes other routes. It is served as YAML, too. Without the option it exists if the app has such routes and an
// OpenAPI document; OpenAPIURL("") thus removes it. "" removes it and its page, which is asyncapi below DocsURL. It is built at the
// first request that asks for it.
//
//go:noinline
func AsyncAPIURL(path string) AppOption {
	return appOption(func(a *appSettings) { a.Pages.Channels = app.PagePath{Path: path, Chosen: true} })
}

// Document serves a further document at a path, for example one for each version or audience. It begins as the app's own, and the
// options change it.
//
//	brio.Document("/v1/openapi.json", brio.Only(func(r brio.RouteInfo) bool { return strings.HasPrefix(r.Path, "/v1/") }), brio.Version("1.9"))
//
//go:noinline
func Document(path string, opts ...DocumentOption) AppOption {
	place := funcname.Caller(1)
	return appOption(func(a *appSettings) {
		a.Documents = append(a.Documents, func(d *app.Document) {
			d.Path, d.Chosen, d.Option = path, true, "Document"
			for i, o := range opts {
				if o == nil {
					d.Mistakes = append(d.Mistakes, declare.NilOption(i, place))
					continue
				}
				o.applyDocument(d)
			}
		})
	})
}

// Only chooses the operations of a document. f is called for each operation that is not Hidden, with its method in the RouteInfo.
//
//go:noinline
func Only(f func(RouteInfo) bool) DocumentOption {
	return documentOption(func(d *app.Document) { d.Only = f })
}

// OfHost makes a document one of the routes of a Host, by its pattern. Its server is that host, unless Servers names others, and a wildcard
// of the host is a variable of the server. Documents without OfHost have the routes for every host alone. A pattern that no Host has is a
// start-up error.
//
//	brio.Document("/tenants.json", brio.OfHost("{tenant}.example.com"), brio.Title("Tenants"))
//
//go:noinline
func OfHost(pattern string) DocumentOption {
	place := funcname.Caller(1)
	return documentOption(func(d *app.Document) { d.Host, d.HostPlace = pattern, place })
}

// OfVersion makes a document one of a version of [Versions]. Without the option a Document is of the version of the app's own: the
// [DefaultVersion], or else the newest. A version that the app does not have is a start-up error.
//
//go:noinline
func OfVersion(name string) DocumentOption {
	place := funcname.Caller(1)
	return documentOption(func(d *app.Document) { d.Config.Version, d.Info.Version, d.VersionPlace = name, name, place })
}

// WithHidden adds the Hidden operations to a document. It is off by default. A Document has it as the app's own does: WithHidden(false)
// takes it back.
//
//go:noinline
func WithHidden(on ...bool) DocumentOption {
	return switchedDocument("WithHidden", on, func(d *app.Document, on bool) { d.Config.Hidden = on })
}

// RootPath is a prefix of paths that clients see and routes do not have, because a proxy removes it. A path that still has the prefix is
// served as well. The document lists it as a server, and absolute links begin with it.
//
//go:noinline
func RootPath(prefix string) AppOption {
	return appOption(func(a *appSettings) { a.RootPath = strings.TrimSuffix(prefix, "/") })
}

// RootPathInServers lists the root path among the servers of documents. It is on by default.
//
//go:noinline
func RootPathInServers(on ...bool) AppOption {
	return switchedApp("RootPathInServers", on, func(a *appSettings, on bool) { a.RootPathHidden = !on })
}

// --- operations ---

// Tags groups operations in the document. Levels add up.
//
//go:noinline
func Tags(tags ...string) Option {
	tags = slices.Clone(tags) // as in Options
	return option(func(s *declare.Settings) { s.Tags = append(s.Tags, tags...) })
}

// Deprecated marks operations as deprecated in the document. As in FastAPI, an inner level cannot undo it: Deprecated(false) takes back
// an earlier option of its own level only.
//
//go:noinline
func Deprecated(on ...bool) Option {
	return switched("Deprecated", on, func(s *declare.Settings, on bool) { s.Deprecated = declare.Sticky(on) })
}

// DeprecatedSince marks operations as deprecated since a date, and says so on each answer, those of errors too:
//
//   - Deprecation: the date (RFC 9745), which may be in the future;
//   - Sunset: when the operation ends (RFC 8594). time.Time{} plans no end;
//   - Link: link, a URL of a page for people, with the relations deprecation and sunset. "" is no page.
//
// The document marks the operation as deprecated, says the dates in its description, and has them as x-deprecated-since and x-sunset.
// The innermost level decides the dates. A date of zero, a sunset before the date and a link that is no URL are start-up mistakes.
//
// Nothing else changes, also after the sunset: [GoneAfterSunset] ends the operation. [OnDeprecated] counts its callers. It costs a request
// the allocations of middleware and one for each header.
//
//go:noinline
func DeprecatedSince(date, sunset time.Time, link string) Option {
	d := declare.Deprecation{Since: date, Sunset: sunset, Link: link}
	found, legal := d.Mistake()
	if found != "" {
		return refused(found, legal)
	}
	return option(func(s *declare.Settings) {
		s.Deprecated = true
		s.Deprecation.Set(d)
	})
}

// GoneAfterSunset answers requests with 410 from the sunset of [DeprecatedSince] on, in the app's error format. Middleware of the route
// runs; dependencies and the handler do not. Documents list the 410. It has no effect on operations without a sunset, so an app may
// have it for all. It is off by default. The innermost level decides.
//
//go:noinline
func GoneAfterSunset(on ...bool) Option {
	return switched("GoneAfterSunset", on, func(s *declare.Settings, on bool) { s.Gone.Set(on) })
}

// OnDeprecated calls f for each request to an operation with [DeprecatedSince], to count who still calls it. f runs before the middleware
// of the route and in the goroutine of the request, also for one that ends in 410; it must be fast, and safe for concurrent use. A
// panic of f is a 500. Levels add up.
//
//	brio.OnDeprecated(func(r *http.Request, route brio.RouteInfo) {
//		old.WithLabelValues(route.Name, r.UserAgent()).Inc()
//	})
//
//go:noinline
func OnDeprecated(f func(r *http.Request, route RouteInfo)) Option {
	if f == nil {
		return refused("OnDeprecated has no function", "a func(*http.Request, brio.RouteInfo)")
	}
	return option(func(s *declare.Settings) {
		s.Callers = append(s.Callers, func(r *http.Request, of declare.Info) { f(r, RouteInfo(of)) })
	})
}

// Hidden leaves operations out of the document. As in FastAPI, an inner level cannot undo it: Hidden(false) takes back an earlier option
// of its own level only.
//
//go:noinline
func Hidden(on ...bool) Option {
	return switched("Hidden", on, func(s *declare.Settings, on bool) { s.Hidden = declare.Sticky(on) })
}

// ResponseDescription describes the main response of the route in the document.
//
//go:noinline
func ResponseDescription(text string) RouteOption {
	return routeOption(func(r *declare.RouteSettings) { r.ResponseDescription = text })
}

// OperationID is the operationId of the route in the document.
//
//go:noinline
func OperationID(id string) RouteOption {
	return routeOption(func(r *declare.RouteSettings) { r.OperationID = id })
}

// OperationIDs makes the operationId of each operation. Without it the operationId is the handler's name, with method and path if
// several handlers have the name. The innermost level decides. An OperationID of a route overrides it.
//
//go:noinline
func OperationIDs(f func(RouteInfo) string) Option {
	return option(func(s *declare.Settings) {
		s.OperationIDs.SetIf(f != nil, func(i declare.Info) string { return f(RouteInfo(i)) })
	})
}

// Responds documents a further response, with a body of type T; NoContent is no body. An empty description is the status phrase. If
// status is that of the result, T is the body in place of the response model. more adds media types, headers, links and extensions.
//
// A response of an inner level replaces all that levels outside say of the same status. Two types for a status at one level are a start-up
// error.
func Responds[T any](status int, description string, more ...spec.Response) Option {
	return documented(reflect.TypeFor[T](), status, "", description, more, funcname.Caller(1))
}

// RespondsRange documents the responses of a range, "4XX" or "5XX", or of all other statuses, "default". Otherwise it is as [Responds].
func RespondsRange[T any](statuses, description string, more ...spec.Response) Option {
	return documented(reflect.TypeFor[T](), 0, statuses, description, more, funcname.Caller(1))
}

// documented makes the option of a further response with a body of a type.
//
//go:noinline
func documented(t reflect.Type, status int, statuses, description string, more []spec.Response, place string) Option {
	d := declare.Documented{Status: status, Range: statuses, Description: description, Model: t, More: slices.Clone(more), Place: place}
	if t == reflect.TypeFor[NoContent]() {
		d.Model = nil
	}
	return option(func(s *declare.Settings) { s.Responses.Add(d) })
}

// DocumentErrors lists in the document the errors of the framework itself, where they are possible: 401 and 403 of security schemes,
// 400, 408, 413 and 415 of bodies, 406, and 500. It is on by default. With false the document has 422 alone. The innermost level
// decides.
//
//go:noinline
func DocumentErrors(on ...bool) Option {
	return switched("DocumentErrors", on, func(s *declare.Settings, on bool) { s.DocumentErrors.Set(on) })
}

// Callbacks documents requests that an operation makes to URLs it has received. Documents describe the routes of r, and the app does not
// serve them. Their paths are runtime expressions of OpenAPI, as in "{$request.body.callback_url}/paid". With the name "" each callback
// has the name of its handler.
//
// Callbacks of an inner level replace those of the same name of a level outside. Two different routers for a name at one level are a
// start-up error.
//
//go:noinline
func Callbacks(name string, r *Router) Option {
	c := declare.CallbackRouter{Name: name, Router: routing.Declarations(r), Place: funcname.Caller(1)}
	return option(func(s *declare.Settings) { s.Callbacks.Add(c) })
}

// Examples documents named examples of a parameter of the route, "query.q", of its body, "body", or of a field of the body, "body.item".
// Two different examples of a name are a start-up error.
//
//go:noinline
func Examples(param string, examples ...spec.Example) RouteOption {
	x := declare.NamedExamples{Param: param, Examples: slices.Clone(examples), Place: funcname.Caller(1)}
	return routeOption(func(r *declare.RouteSettings) { r.Examples = append(r.Examples, x) })
}

// OpenAPIExtra merges raw members into the operation, after everything else: objects member by member, lists end to end. Other values
// replace what the operation has.
//
//go:noinline
func OpenAPIExtra(merge map[string]any) RouteOption {
	return routeOption(func(r *declare.RouteSettings) { r.Extra = append(r.Extra, merge) })
}

// ExamplesFile has the operations of documents show the examples of a file, which tests write with Publish of package briotest: the
// values of the request at its parameters and body, those of the answer at its response, under the name of the example. Several files add
// up. The file is read when the app is made. An example of an operation, parameter, media type or status that the document does not have
// is a start-up error at its line.
//
//	//go:embed testdata/examples.json
//	var examples embed.FS
//
//	app := brio.New(brio.ExamplesFile(examples, "testdata/examples.json"))
//
//go:noinline
func ExamplesFile(fsys fs.FS, name string) AppOption {
	place := funcname.Caller(1)
	return appOption(func(a *appSettings) {
		if fsys == nil {
			a.Document.Mistakes = append(a.Document.Mistakes, startup.Mistake{Place: place, Found: "ExamplesFile: the file system is nil", Legal: "an embed.FS, or os.DirFS"})
			return
		}
		examples, mistakes := published.Read(fsys, name)
		for _, m := range mistakes {
			a.Document.Mistakes = append(a.Document.Mistakes, startup.Mistake{Place: m.Place, Found: "ExamplesFile at " + place + ": " + m.Found, Legal: m.Legal})
		}
		a.Document.Published = append(a.Document.Published, examples...)
	})
}
