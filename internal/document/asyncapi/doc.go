// Package asyncapi has the types of AsyncAPI 3.0 documents, as far as an app with WebSocket routes has something to say in them.
//
// internal/document makes a [Document] of the routes and encodes it; the pages show it. Its schemas are those of OpenAPI 3.1 until it is
// encoded: AsyncAPI 3.0 builds on JSON Schema draft 7.
//
// The package knows neither routes nor Go types.
package asyncapi
