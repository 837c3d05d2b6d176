package socket

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"

	"github.com/brio-go/brio/internal/exchange"
)

// Config is what a route says about its connections, which share it. It is not changed.
type Config struct {
	MaxMessage   int64         // bytes of one message, after decompression; negative: no limit
	ReadTimeout  time.Duration // for a message that has begun, beside the time of ReadRate; 0 or less: no limit
	ReadRate     int64         // bytes per second that a message must reach after ReadTimeout; 0 or less: no limit
	WriteTimeout time.Duration // for each 64 KiB that the client receives; 0 or less: no limit
	Ping         time.Duration // between two pings, and for the answer to one; 0 or less: no pings
	Idle         time.Duration // without a message of either side, until the connection is closed with 1001; 0 or less: no limit
	Messages     int           // that a client may send at once, and in each Per; 0 or less: no limit
	Per          time.Duration
	Compress     bool     // offer permessage-deflate (RFC 7692), without context takeover
	Subprotocols []string // that the server speaks, the preferred first
}

// Socket is one connection, from the handshake to the end of its request. Any goroutine may write and close; one at a time may read.
type Socket struct {
	config    *Config
	handshake Handshake
	ctx       context.Context         // of the request
	cancel    context.CancelCauseFunc // ends ctx

	acceptMu sync.Mutex
	upgrade  Upgrade     // nil once it was called, and after the request
	refused  error       // why there is no connection
	accepted atomic.Bool // conn and link are set
	conn     *websocket.Conn
	link     *link
	unwatch  func() bool // of ctx

	reading sync.Mutex    // held by the goroutine that reads frames
	aheadMu sync.Mutex    // guards what follows
	reads   bool          // the program waits in Read, or reads a message
	ahead   chan incoming // of a goroutine that waits for the next message; nil: none

	inMessage atomic.Bool  // a message of the client has begun and not ended
	writes    atomic.Int32 // messages that are being written

	messages bucket // of the client's messages
	controls bucket // of its pings and pongs
	beats    *exchange.Heartbeat
	looked   bool         // the first beat, which sends no ping, has run
	lastSeen atomic.Int64 // of a message, in nanoseconds, for Config.Idle
	idle     *time.Timer

	closeMu sync.Mutex
	closed  *Closed       // why the connection has ended; nil: it has not
	done    chan struct{} // closed when the connection is; nil before the end begins
}

// New returns the Socket of a request whose handshake is valid. cancel ends ctx, the context of the request, when the connection ends.
func New(ctx context.Context, cancel context.CancelCauseFunc, h Handshake, c *Config, upgrade Upgrade) *Socket {
	return &Socket{config: c, handshake: h, ctx: ctx, cancel: cancel, upgrade: upgrade}
}

// IsAccepted reports whether the handshake was answered with 101.
func (s *Socket) IsAccepted() bool { return s.accepted.Load() }

// Subprotocol is what the handshake has agreed on, "" for none.
func (s *Socket) Subprotocol() string {
	if !s.IsAccepted() {
		return ""
	}
	return s.conn.Subprotocol()
}
