package socket

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/coder/websocket"

	"github.com/brio-go/brio/internal/exchange"
)

// Close codes (RFC 6455, 7.4.1). Abnormal and NoCode are never sent.
const (
	Normal          = 1000
	GoingAway       = 1001
	ProtocolError   = 1002
	UnsupportedData = 1003
	NoCode          = 1005
	Abnormal        = 1006
	InvalidData     = 1007
	PolicyViolation = 1008
	TooLarge        = 1009
	InternalError   = 1011
)

// MaxReason is the number of bytes that the reason of a close may have: a control frame has at most 125, two of them the code
// (RFC 6455, 5.5).
const MaxReason = 123

// closeWait is how long the client has to answer a close frame. After it the connection is cut.
const closeWait = 3 * time.Second

// Closed is the error of each read and write after the end of the connection.
type Closed struct {
	Code   int
	Reason string
	ByPeer bool  // the client has closed the connection, or is gone
	Cause  error // of a connection that was lost, or was ended by the app; nil for others
}

// Error returns code and reason.
func (c *Closed) Error() string {
	text := fmt.Sprintf("the WebSocket is closed with %d", c.Code)
	if c.Code == Abnormal {
		text = "the WebSocket connection is lost"
	}
	if c.Reason != "" {
		text += ": " + c.Reason
	}
	if c.Cause != nil {
		text += ": " + c.Cause.Error()
	}
	return text
}

// Unwrap returns the cause.
func (c *Closed) Unwrap() error { return c.Cause }

// IsSendable reports whether a close frame may have the code (RFC 6455, 7.4).
func IsSendable(code int) bool {
	switch code {
	case 1004, NoCode, Abnormal, 1015:
		return false
	}
	return code >= 1000 && code <= 1014 || code >= 3000 && code <= 4999
}

// CutReason returns a reason of at most MaxReason bytes of valid UTF-8.
func CutReason(reason string) string {
	reason = strings.ToValidUTF8(reason, "\uFFFD")
	if len(reason) <= MaxReason {
		return reason
	}
	const dots = "…"
	end := MaxReason - len(dots)
	for !utf8.RuneStart(reason[end]) {
		end--
	}
	return reason[:end] + dots
}

// closedError returns the end of the connection as an error, nil while it lasts.
func (s *Socket) closedError() error {
	s.closeMu.Lock()
	defer s.closeMu.Unlock()
	if s.closed == nil {
		return nil
	}
	return s.closed
}

// Closed returns why the connection has ended, nil while it lasts.
func (s *Socket) Closed() *Closed {
	s.closeMu.Lock()
	defer s.closeMu.Unlock()
	return s.closed
}

// Close sends a close frame, unless the connection has ended, and returns without a wait for the client's answer.
func (s *Socket) Close(code int, reason string) error {
	if !IsSendable(code) {
		return fmt.Errorf("brio: the close code %d cannot be sent; legal are 1000 to 1014 without 1004, 1005 and 1006, and 3000 to 4999", code)
	}
	s.end(&Closed{Code: code, Reason: CutReason(reason)})
	return nil
}

// GoAway closes the connection with 1001, because of cause.
func (s *Socket) GoAway(cause error) error { return s.end(&Closed{Code: GoingAway, Cause: cause}) }

// fail closes the connection because of something that the client did.
func (s *Socket) fail(code int, reason string) error {
	return s.end(&Closed{Code: code, Reason: CutReason(reason)})
}

// lost ends a connection that cannot be used any more.
func (s *Socket) lost(cause error) error {
	return s.end(&Closed{Code: Abnormal, Cause: cause, ByPeer: true})
}

// contextEnded ends the connection because the context of its request has ended: by the server, or by middleware.
func (s *Socket) contextEnded() error { return s.GoAway(context.Cause(s.ctx)) }

// end ends the connection, once, and returns why it has ended. The close frame is sent by a goroutine: the program may hold the
// connection, and the client may never answer.
func (s *Socket) end(c *Closed) error {
	s.closeMu.Lock()
	if s.closed != nil {
		c = s.closed
		s.closeMu.Unlock()
		return c
	}
	s.closed, s.done = c, make(chan struct{})
	unwatch, idle := s.unwatch, s.idle
	s.closeMu.Unlock()
	if unwatch != nil {
		unwatch()
	}
	if idle != nil {
		idle.Stop()
	}
	if s.IsAccepted() {
		s.cancel(c)
		s.link.interrupt()
		go s.shut(c)
	}
	return c
}

// shut closes the connection: with the handshake of RFC 6455, 7.1.2, unless the client has gone.
func (s *Socket) shut(c *Closed) {
	defer close(s.done)
	defer s.beats.Stop() // a beat that waits for a pong returns when the connection is closed
	if c.Code == Abnormal {
		_ = s.link.Close() // first, so that a write that waits returns
	}
	s.reading.Lock()
	defer s.reading.Unlock()
	if c.Code == Abnormal || c.ByPeer { // coder/websocket has answered the client's close frame
		_ = s.conn.CloseNow()
		return
	}
	s.link.resume(closeWait)
	_ = s.conn.Close(websocket.StatusCode(c.Code), c.Reason)
}

// Forget makes a later Accept fail: the request has an answer of HTTP, or has ended. The program may still hold the Socket.
func (s *Socket) Forget() {
	s.acceptMu.Lock()
	s.upgrade = nil
	s.acceptMu.Unlock()
}

// Finish ends an accepted connection with code and reason, unless it has ended.
func (s *Socket) Finish(code int, reason string) {
	s.end(&Closed{Code: code, Reason: CutReason(reason)})
}

// Cut ends an accepted connection without a close frame.
func (s *Socket) Cut(cause error) { s.lost(cause) }

// Wait returns when the connection of an accepted Socket is closed, after Finish or Cut. The client has closeWait to answer.
func (s *Socket) Wait() { <-s.done }

// isTimeout reports whether err is that of a deadline.
func isTimeout(err error) bool { return errors.Is(err, os.ErrDeadlineExceeded) }

// isNetwork reports whether err is that of a connection, and not of what the client has sent.
func isNetwork(err error) bool {
	_, ok := errors.AsType[net.Error](err)
	return ok || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) || errors.Is(err, io.ErrClosedPipe) || errors.Is(err, exchange.ErrConnection)
}
