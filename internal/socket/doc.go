// Package socket is one WebSocket connection of a server, over coder/websocket: the handshake, messages as bytes, deadlines, limits,
// pings and the close. It is the engine behind package websocket, which has the types of programs.
//
// The package is the only importer of coder/websocket, except for briotest, whose WebSockets are its clients. The frames are that
// package's: masks, fragments, control frames, deflate. This package adds what a server on the open internet needs, and what RFC 6455
// asks of the application: text is UTF-8 (8.1), a client that does not read or answer is cut, a flood of messages or pings ends the
// connection, and the shutdown closes with 1001 (7.4.1). It knows neither JSON nor routes.
package socket
