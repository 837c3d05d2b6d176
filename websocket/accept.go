package websocket

import (
	"net/http"

	"github.com/brio-go/brio/internal/socket"
)

// AcceptOption says how [Socket.Accept] answers the handshake.
type AcceptOption interface{ accept(*socket.Accept) }

// acceptOption is a function as an AcceptOption.
type acceptOption func(*socket.Accept)

func (o acceptOption) accept(a *socket.Accept) { o(a) }

// Subprotocols names the subprotocols of the server, the preferred first, in place of the route's: brio.Subprotocols. The first one that
// the client offers too is agreed on. If there is none, the connection has no subprotocol.
func Subprotocols(names ...string) AcceptOption {
	return acceptOption(func(a *socket.Accept) { a.Subprotocols = append([]string{}, names...) })
}

// Header adds a header to the answer to the handshake, beside those of the *brio.Response. An illegal one is an error of Accept.
func Header(name, value string) AcceptOption {
	return acceptOption(func(a *socket.Accept) {
		if a.Header == nil {
			a.Header = http.Header{}
		}
		a.Header.Add(name, value)
	})
}
