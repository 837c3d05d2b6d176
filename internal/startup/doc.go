// Package startup has the form of a mistake in a declaration, and carries the mistakes and warnings of middleware to the app that starts, with
// what documents show of it.
//
// Middleware is a plain function, and constructors have no error result. A constructor returns [Refuse] for options with mistakes, and
// [Annotate] with a warning for options that work but are dangerous, or with what it adds to operations. The app reads both with [NotesOf],
// before it calls any middleware. The package knows neither options nor apps.
package startup
