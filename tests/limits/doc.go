// Package limits has the tests of what one client can cost an app, and of the end of a server.
package limits
