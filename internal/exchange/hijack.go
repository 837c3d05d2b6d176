package exchange

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
)

// Hijack takes the connection from the server, for a protocol that is not HTTP, such as WebSocket. rw may hold bytes that the client
// has sent already. The connection then belongs to the caller, who closes it: the Exchange has no answer any more, its body cannot be
// read, and its context no longer ends with the client.
//
// An error means that nothing has changed and that the request can be answered. It is http.ErrNotSupported for connections that carry
// several requests, as in HTTP/2, and for writers without a connection, as in tests; it is ErrWritten after an answer has begun.
func (x *Exchange) Hijack() (conn net.Conn, rw *bufio.ReadWriter, err error) {
	if x.Written() {
		return nil, nil, fmt.Errorf("take the connection: %w", ErrWritten)
	}
	conn, rw, err = http.NewResponseController(x.w).Hijack()
	if err != nil {
		return nil, nil, fmt.Errorf("take the connection: %w", err)
	}
	x.sent, x.writeRare().hijacked = true, true
	x.endReaders()
	ended := new(reader)
	ended.ended.Store(true)
	x.setIncoming(ended)
	return conn, rw, nil
}
