// Package serve runs an http.Server for an app: it opens the addresses, adds TLS, and stops the server in phases.
//
// Serve takes a Config, which the options of Run and Serve fill, and an App. The app answers the requests; the package does not know
// how.
package serve
