// Package brio is the one import most programs need: the App, routers, options, and aliases of what lives below.
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
// Every parameter of a handler or dependency has one origin: a framework type (context.Context, *http.Request,
// *Response, *BackgroundTasks, *RouteInfo, *URLs, *slog.Logger, Scopes), a struct whose fields have source tags, or the result type of a provider in scope. What a
// handler returns is filtered through its response model; what was set on the Response it was given is merged in; a
// returned *Response goes out as it is. Declarations are checked when the app starts.
package brio
