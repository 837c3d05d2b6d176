// Package routing has what a program declares and what it learns of its routes: the Router and its routes, the middleware types,
// the links between routes, and the reports of mistakes.
//
// A Router is data: handlers, paths, options, included routers. The app compiles it when it starts and reports each [Mistake]. The
// package does not know how routes are matched or run. Most programs use it through package brio, which has the options too:
//
//	items := routing.NewRouter(brio.Prefix("/items"))
//	items.Get("/{id}", readItem)
//	app.Include(items)
package routing
