// Package serving tests Run and Serve with clients on real connections: addresses, TLS, protocols, the environment, and the log of the
// phases in which an app stops. It has no code of its own.
package serving
