// Package exchange is one HTTP request and its response as the framework sees them. It is the only package that reads parameters from
// *http.Request, and the only one that writes results to http.ResponseWriter.
//
// An [Exchange] is pooled and lazy. [Acquire] stores two pointers. Each reader scans the part of the request that it needs when it is
// called; no url.Values and no []*http.Cookie are built for others. [Exchange.Send] writes status, headers and body at once, with exact
// framing.
//
// The *http.Request is read in one file, request.go, and [Exchange.Request] alone gives it away; answers leave through [Exchange.Send],
// [Exchange.ServeContent] and [Exchange.Begin]. So another way of serving has one place to join. The contract that it must keep is the
// package internal/testkit/exchangetest, which sends real requests through it.
//
// The package must not know models, routes or validation. It returns strings and bytes, and takes finished headers and a finished body.
package exchange
