package socket

import (
	"net"
	"os"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	"github.com/brio-go/brio/internal/exchange"
)

// link is the network connection as coder/websocket sees it. It sets the deadlines: a context for each message, which coder/websocket
// would need instead, costs a timer and four allocations.
type link struct {
	net.Conn
	socket *Socket
	pace   exchange.Pace
	heard  atomic.Bool // bytes have arrived since the last ping

	mu          sync.Mutex
	interrupted bool // reads have ended
	begun       time.Time
	size        int64 // bytes of the message that has begun
	limits      bool  // the connection has a read deadline
}

// Read implements io.Reader.
func (l *link) Read(p []byte) (int, error) {
	if l.socket.inMessage.Load() {
		if err := l.limitMessage(); err != nil {
			return 0, err
		}
	}
	n, err := l.Conn.Read(p)
	if n > 0 && !l.heard.Load() {
		l.heard.Store(true)
	}
	l.size += int64(n)
	return n, err
}

// limitMessage sets the deadline of a message that has begun, and has not arrived as a whole.
func (l *link) limitMessage() error {
	c := l.socket.config
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.interrupted {
		return os.ErrDeadlineExceeded
	}
	if c.ReadTimeout <= 0 {
		return nil
	}
	now := time.Now()
	if !l.limits {
		l.begun, l.size = now, 0
	}
	until := now.Add(c.ReadTimeout)
	if c.ReadRate > 0 {
		until = l.begun.Add(c.ReadTimeout + time.Duration(float64(l.size)/float64(c.ReadRate)*float64(time.Second)))
	}
	l.limits = true
	return l.Conn.SetReadDeadline(until)
}

// endMessage removes the deadline of a message that has arrived.
func (l *link) endMessage() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.limits && !l.interrupted {
		_ = l.Conn.SetReadDeadline(time.Time{})
	}
	l.limits = false
}

// interrupt ends the read that waits, and all later ones.
func (l *link) interrupt() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.interrupted = true
	_ = l.Conn.SetReadDeadline(time.Unix(1, 0))
}

// resume lets the close handshake read for a while. No other goroutine reads.
func (l *link) resume(wait time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.interrupted = false
	_ = l.Conn.SetReadDeadline(time.Now().Add(wait))
}

// Write implements io.Writer. It gives the client one WriteTimeout for each piece.
func (l *link) Write(p []byte) (n int, err error) {
	if l.socket.writes.Load() == 0 && isBadEcho(p) {
		_, err := l.Write(badReason)
		return len(p), err
	}
	for {
		part := p[n:min(len(p), n+writePiece)]
		l.pace.Advance()
		m, err := l.Conn.Write(part)
		if n += m; err != nil || n == len(p) {
			return n, err
		}
	}
}

// badReason is the close frame that answers one whose reason is not UTF-8 (RFC 6455, 8.1): 1007.
var badReason = []byte{0x88, 2, InvalidData >> 8, InvalidData & 0xff}

// isBadEcho reports whether p is the close frame by which coder/websocket would return a reason that is not UTF-8. No message is being
// written, so p is one control frame.
func isBadEcho(p []byte) bool {
	return len(p) > 4 && p[0] == 0x88 && int(p[1]) == len(p)-2 && !utf8.Valid(p[4:])
}

// writePiece is the number of bytes for which the client has one write timeout, as in answers of HTTP.
const writePiece = 64 << 10
