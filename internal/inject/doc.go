// Package inject resolves the parameters of handlers and providers.
//
// A function names its needs by its parameter types. [Compile] finds the origin of each parameter when the app starts, and
// returns a [Plan]: a flat list of steps over numbered slots. A [Frame] runs the Plan for one request. It binds parameter
// structs, calls each provider once, collects all validation errors, and runs the clean-ups in reverse order, also after
// an error or a panic.
//
// The package knows levels (app, including router, router, route) and no routers. It calls functions and writes no
// responses.
package inject
