// Package exchangetest is the contract of the Exchange with the server below it: what every way of serving must promise.
//
// [Run] is given a function that serves a handler, and sends real requests through it. Each case is one promise. A way of serving that
// lacks something, such as raw connections, says so in its [Server]; the cases that need it are then skipped.
//
// The package must not know how requests are served.
package exchangetest
