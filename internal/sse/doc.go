// Package sse writes server-sent events by the HTML standard, section 9.2.5, with the fields in FastAPI's order.
//
// Events enter with their data encoded already and leave as text. The package knows nothing of models or connections.
package sse
