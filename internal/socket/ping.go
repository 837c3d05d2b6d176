package socket

import (
	"context"
	"errors"
	"time"
)

const (
	// firstBeat is when a connection is looked after for the first time: a handler that only writes then begins to notice that the
	// client closes.
	firstBeat = time.Second
	lookEvery = 15 * time.Second // where there are no pings
)

var errNoPong = errors.New("the client does not answer a ping")

// beat sends a ping, and ends the connection if the client does not answer. The client cannot answer while the program does not read:
// then another goroutine reads, up to the next message.
func (s *Socket) beat() (again bool) {
	s.lookAhead()
	if s.config.Ping <= 0 || !s.looked {
		s.looked = true
		return s.closedError() == nil
	}
	s.link.heard.Store(false)
	ctx, cancel := context.WithTimeout(context.Background(), s.config.Ping) // the end of s.ctx would cut a frame that is being written
	defer cancel()
	err := s.conn.Ping(ctx)
	switch {
	case err == nil:
	case s.closedError() != nil:
		return false
	case ctx.Err() == nil: // the ping could not be sent
		s.lost(err)
		return false
	case !s.link.heard.Load() && s.isReading():
		s.lost(errNoPong)
		return false
	}
	return true
}

// isReading reports whether a goroutine waits for the client: it would have read a pong.
func (s *Socket) isReading() bool {
	if s.reading.TryLock() {
		s.reading.Unlock()
		return false
	}
	return true
}

// onPing is called for each ping of the client. It reports whether a pong is sent.
func (s *Socket) onPing(context.Context, []byte) bool { return s.countControl() }

// onPong is called for each pong.
func (s *Socket) onPong(context.Context, []byte) { s.countControl() }

// countControl ends the connection of a client that sends control frames without end. The goroutine that reads calls it.
func (s *Socket) countControl() bool {
	if s.controls.take() {
		return true
	}
	_ = s.fail(PolicyViolation, "too many pings")
	return false
}

// seen notes that a message was sent or received.
func (s *Socket) seen() {
	if s.config.Idle > 0 {
		s.lastSeen.Store(time.Now().UnixNano())
	}
}

// startIdle begins to watch the silence. The caller holds closeMu.
func (s *Socket) startIdle() {
	s.idle = time.AfterFunc(s.config.Idle, func() {
		left := s.config.Idle - time.Since(time.Unix(0, s.lastSeen.Load()))
		if left <= 0 {
			_ = s.fail(GoingAway, "idle")
			return
		}
		s.closeMu.Lock()
		defer s.closeMu.Unlock()
		if s.closed == nil {
			s.idle.Reset(left)
		}
	})
}
