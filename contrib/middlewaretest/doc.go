// Package middlewaretest tests that the middleware of other projects works on Brio's apps, routers and routes: chi, OpenTelemetry, gzhttp of
// klauspost, chains of alice, and rs/cors; and that an app serves on a listener of go-proxyproto. The package is a module of its own, so
// that the core depends on none of them.
package middlewaretest
