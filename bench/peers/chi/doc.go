// Package chi is go-chi/chi v5 with the hand-written binding of package hand and
// the user from a middleware, through the request's context, as chi's own docs do.
package chi
