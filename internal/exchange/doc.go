// Package exchange is one HTTP request and its response as the framework sees them. It is the only package that reads parameters from
// *http.Request, and the only one that writes results to http.ResponseWriter.
//
// An [Exchange] is pooled and lazy. [Acquire] stores two pointers. Each reader scans the part of the request that it needs when it is
// called; no url.Values and no []*http.Cookie are built for others. [Exchange.Send] writes status, headers and body at once, with exact
// framing.
//
// The package must not know models, routes or validation. It returns strings and bytes, and takes finished headers and a finished body.
package exchange
