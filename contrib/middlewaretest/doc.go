// Package middlewaretest tests that middleware of others works on Brio's apps, routers and routes: chi's, OpenTelemetry's,
// klauspost's gzhttp, chains of alice, rs/cors. It is a module of its own, so that the core needs none of them.
package middlewaretest
