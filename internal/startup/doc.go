// Package startup carries what constructors of middleware find out about their options to the app that starts.
//
// Middleware is a plain function, and constructors have no error result. A constructor returns [Refuse] for options with mistakes, and
// [Warn] for options that work but are dangerous. The app reads both with [NotesOf], before it calls any middleware. The package knows
// neither options nor apps.
package startup
