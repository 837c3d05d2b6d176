// Package inject calls handlers with their parameters: it resolves them when an app starts, and runs guards, providers and clean-ups
// for each request.
//
// A function names its needs by its parameter types. [Compile] finds the origin of each parameter in a [Scope], and returns a [Plan]:
// a flat list of steps over numbered slots. [Plan.Solve] runs the steps for the request of a [Frame]: it binds parameter structs,
// calls each provider once, and collects all validation errors. [Plan.Call] calls the handler. [Frame.Close] runs the clean-ups in
// reverse order, also after an error or a panic.
//
// The declarations of a program enter as [declare.Dependency]; [Providers] makes a [Provider] of each. Types of the framework enter as
// rows of a table, each a [Row]. The package knows levels (app, including router, router, route) and no routers, and no framework type but
// the rows. It calls functions and writes no responses.
package inject
