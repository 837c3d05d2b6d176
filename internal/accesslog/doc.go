// Package accesslog measures requests for the access log: that of middleware.AccessLog, and that of Run.
package accesslog
