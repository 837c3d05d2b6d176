package websocket

import (
	"errors"
	"fmt"

	"github.com/brio-go/brio/internal/socket"
)

// The codes of a close (RFC 6455, 7.4.1). Codes from 4000 on are the program's own.
const (
	CloseNormal          = socket.Normal          // the handler has returned
	CloseGoingAway       = socket.GoingAway       // the app shuts down, or the connection was idle
	CloseProtocolError   = socket.ProtocolError   // frames that are illegal
	CloseUnsupportedData = socket.UnsupportedData // text for bytes, or bytes for text
	CloseInvalidData     = socket.InvalidData     // text that is not UTF-8
	ClosePolicyViolation = socket.PolicyViolation // a message that is not valid, or too many of them
	CloseTooLarge        = socket.TooLarge        // a message over the limit
	CloseInternalError   = socket.InternalError   // an error that is not for the client, or a panic
	CloseServiceRestart  = 1012                   // the client may connect again
	CloseTryAgainLater   = 1013                   // the server has too much to do
)

// Error closes the connection with a code, when a handler or a dependency returns it. Before the handshake is answered it refuses the
// handshake: the client gets 403, as with FastAPI, with Reason as the detail. The client reads the Reason in both cases; it is cut after
// 123 bytes.
type Error struct {
	Code   int // of RFC 6455, 7.4, or 3000 to 4999: see [Socket.Close]
	Reason string
}

// Error returns code and reason.
func (e *Error) Error() string {
	if e.Reason == "" {
		return fmt.Sprintf("close the WebSocket with %d", e.Code)
	}
	return fmt.Sprintf("close the WebSocket with %d: %s", e.Code, e.Reason)
}

// IsClosed reports whether err, of a read or a write, means that the connection has ended, and with which code: that of the side that
// has closed it, 1005 for a close without a code, 1006 for a connection that was lost. A handler may return such an error: it is no
// failure.
func IsClosed(err error) (code int, ok bool) {
	if c := closedOf(err); c != nil {
		return c.Code, true
	}
	return 0, false
}

// closedOf returns the end of a connection in a chain of errors, nil for other errors.
func closedOf(err error) *socket.Closed {
	c, _ := errors.AsType[*socket.Closed](err)
	return c
}
