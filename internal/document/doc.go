// Package document writes the OpenAPI 3.1 document of an app and serves it.
//
// Compiled routes enter as [route.Operation] values: what each route reads, what it answers, and which schemes guard it. [Build]
// makes a [spec.Document] of them, which the app's transformers may change. [Serve] encodes it as JSON and YAML, for OpenAPI 3.1,
// 3.0 and 3.2, each at the first request that asks for it, and answers later requests with the same bytes. [SchemaOf] writes the
// JSON Schema of one Go type. [BuildChannels] makes the AsyncAPI 3.0 document of WebSocket routes, from the same schemas and texts, and
// [ServeChannels] serves it.
//
// The package reads Go types through internal/model, as binding and response models do, so the document says what the server
// accepts and sends. It does not know how requests are matched, bound or handled, and it changes no route.
package document
