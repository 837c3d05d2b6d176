// Package bind reads a request into parameter structs: structs whose fields say with a tag where they come from.
//
// A [Binder] is compiled once for each struct and route. Bind reads every source, checks every rule and adds each violation to
// [Errors], so that one answer can name all of them, in FastAPI's words and with exact locations. A body is read under a limit
// and scanned against the model (internal/json). The scan fills a fresh value as it goes where the types are plain; goccy
// decodes the others after the scan. Compiled rules judge the value where it stands (accept.go). The walker goes along the
// document once more where they do not say yes, or where defaults must be set.
//
// The package reads requests only through internal/exchange and writes nothing. It does not know routes, dependencies and
// answers.
package bind
