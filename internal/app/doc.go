// Package app is one compiled app: its table of routes, its documents and pages, the values that live as long as the app, its start
// and its stop.
//
// [Compile] makes an [Instance] of a [Config], which has declarations alone. [Lifetime] starts an Instance once. Requests go to
// Instance.Handler. A Config is not changed by Compile, so a test compiles the same app again with other providers.
//
// The package knows neither the options that fill a Config nor signals and listeners.
package app
