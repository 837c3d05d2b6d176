// Package route is the engine: it compiles what routers declare to a [Table], and runs each request through it.
//
// [Compile] reads the tree of routers once and reports every mistake. The Table is an immutable http.Handler. A request runs
// through eight steps, each a function that a debugger can stop in:
//
//	match    (table.go)     finds the endpoint by method and path; fallback.go answers 404, 405, OPTIONS and slash redirects
//	begin    (pipeline.go)  makes an exchange and a frame ready for the request
//	solve    (pipeline.go)  binds and validates parameters and runs dependencies (inject.Plan.Solve)
//	call     (pipeline.go)  calls the handler
//	encode   (encode.go)    filters the value through the response model and encodes it completely
//	merge    (merge.go)     adds what functions set on the temporal Response
//	write    (pipeline.go)  sends status, headers and body
//	cleanUp  (pipeline.go)  runs clean-ups and gives exchange and frame back
//
// An answer without a Response leaves out merge and write: serve sends it. An error of a step, of middleware, or of a request
// without a route becomes an answer in one place, (*errorPolicy).answer (fail.go).
//
// The package does not know the OpenAPI document, listeners and the names of options.
package route
