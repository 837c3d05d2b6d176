// Package websocket measures WebSockets of Brio beside plain coder/websocket, on which they are built, and gorilla/websocket. It has no
// code of its own: go test -bench . runs it.
package websocket
