// Package route is the engine: it compiles what routers declare to a [Table], and runs each request through it.
//
// [Compile] reads the tree of routers once and reports every mistake. The Table is an immutable http.Handler. Every request runs
// through the same steps, whatever its answer is: text, model, Response, stream, file, 404, page of the documentation. Each step is a
// function that a debugger can stop in:
//
//	match   (table.go)     finds the endpoint by method and path, or the one that answers 404, 405, OPTIONS and slash redirects
//	begin   (pipeline.go)  makes the pooled request and its exchange ready
//	solve   (pipeline.go)  binds and validates parameters and runs dependencies (inject.Plan.Solve)
//	call    (pipeline.go)  calls the handler
//	encode  (encode.go)    filters the result through the response model and encodes it completely
//	merge   (merge.go)     adds what functions set on the temporal Response
//	commit  (pipeline.go)  asks what can refuse the answer; runs the clean-ups of BeforeResponse; gives jobs to the queue
//	write   (pipeline.go)  sends status, headers and body
//	close   (pipeline.go)  runs background tasks and the clean-ups that are left; gives the request back to the pool
//
// fail (fail.go) stands in for encode where a step before write ends in an error or a panic. Then merge, write and close go on as
// always. Around wraps solve to merge. Middleware stands outside of begin; its errors and panics run fail, merge, write and close.
//
// A request is answered with one [answer.Answer], which belongs to the pooled request. Encode or fail fills it, merge completes it,
// write sends it. A Response of the program is copied into it, so the program may keep its Response, and return it to many requests.
//
// The package does not know the OpenAPI document, listeners and the names of options.
package route
