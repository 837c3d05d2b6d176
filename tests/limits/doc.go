// Package limits tests what one client can cost an app, and the end of a server. It has no code.
package limits
