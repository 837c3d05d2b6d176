// Package brio is the one import that most programs need: the App, its routers and options, and aliases of the types in other packages
// that programs name most.
//
//	type Item struct {
//		Name  string  `json:"name" validate:"min=1"`
//		Price float64 `json:"price" validate:"gt=0"`
//	}
//
//	func createItem(res *brio.Response, in *brio.Body[Item]) *Item {
//		res.SetCookie(cookies.New("seen", "yes"))
//		return &in.Value
//	}
//
//	app := brio.New()
//	app.Post("/items", createItem, brio.Status(201))
//	if err := app.Run(":8000"); err != nil {
//		log.Fatal(err)
//	}
//
// # Parameters
//
// A handler is any function. So is a dependency. Each parameter of them has one origin:
//
//   - a type of the framework: context.Context, *http.Request, *[Response], *[BackgroundTasks], *[RouteInfo], *[WebSocket],
//     *websocket.Conn, *slog.Logger, *[URLs], *jobs.Queue, in jobs also *jobs.Info and *jobs.Job, [Scopes];
//   - a struct whose fields have source tags (path, query, header, cookie, form, file, body), such as [Body], or *[Parts];
//   - the result type of a provider in scope: [Supply], [Provide], [SupplyFunc], [Depends].
//
// A request that does not fit the parameters is answered with 422 and all of its errors, before the handler is called.
//
// # Results
//
// The result of a handler is encoded through its response model: the result type, or that of [ResponseModel]. Members that the model
// does not declare are left out. The app then adds the status, headers and cookies that functions have set on their *Response. A handler
// that returns a *Response of its own, made by package response, decides all of the answer. An error becomes an answer as [OnError],
// [Raises] and [FormatErrors] say.
//
// # Levels
//
// Options are given to [New] for the app, to [NewRouter] and [routing.Router.Include] for a router, and to [routing.Router.Get] and its
// like for a route. The type of an option says where it may stand. The innermost level decides, or levels add up: each option says which.
//
// # Options by subject
//
//   - Routes: [Name], [Status], [Prefix], [Use], [Around], [RedirectSlashes], [EncodedSlashes], [RootPath], [TrustProxies].
//   - Dependencies: [Supply], [SupplyFunc], [Settings], [Provide], [Depends], [Security], [Lifespan], [NoCache], [BeforeResponse], [Scoped], [Failing].
//   - Bodies and their limits: [BodyDecoder], [RegisterValidation], [MaxBody], [MaxDepth], [MaxElements], [MaxPairs], [UploadLimits], [ReadTimeout],
//     [MinReadRate], [LaxJSON], [LaxText].
//   - Results: [ResponseModel], [ResponseInclude], [ResponseExclude], [ExcludeUnset], [ExcludeNone], [ByAlias], [ResponseClass], [Encoder], [MergeAlways],
//     [AutoETag], [ValidateResponses], [WriteTimeout].
//   - Errors: [FormatErrors], [ProblemDetails], [Raises], [OnError], [OnStatus], [Messages], [Debug].
//   - The document and its pages: [Title], [Tags], [Summary], [Responds], [Hidden], [Document], [OpenAPIURL], [DocsURL], [TransformOpenAPI].
//   - Streams and WebSockets: [EventStream], [EventPing], [StreamWriteTimeout], [Subprotocols], [AllowOrigins], [MessageRate], [IdleTimeout].
//   - Static files: [StaticName], [StaticCache], [StaticPrecompressed], [Fallback].
//   - Operation: [Health], [Diagnostics], [Logger], [TaskQueue], [Listen], [TLS], [FromEnv], [Server], [ShutdownTimeout].
//   - In the place of a FastAPI service: [FastAPICompat] and the options that it names.
//
// docs/options.md has all of them in one table.
//
// Declarations are checked when the app starts. [App.Check] returns all mistakes at once, with file and line.
package brio
