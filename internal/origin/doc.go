// Package origin finds where a request comes from: its identifier, and the client, scheme and host that trusted proxies report.
//
// It also makes the copy of a request by which middleware passes these on. Package middleware exports them to programs. It knows nothing
// of routes.
package origin
