package hub

import (
	"context"
	"errors"
	"iter"
	"sync"
	"time"

	"github.com/brio-go/brio/internal/panics"
	"github.com/brio-go/brio/websocket"
)

// Conn is a connection that messages are written to. A *websocket.Conn[In, M] is one.
type Conn[M any] interface {
	// Write sends a message. It ends with an error when ctx ends.
	Write(ctx context.Context, message M) error
	// Close closes the connection with a code of RFC 6455, section 7.4. It may be called beside Write.
	Close(code int, reason string) error
}

// Member is a member of one room. A connection may have members in many rooms. All methods are safe for concurrent use.
type Member[M any] struct {
	hub    *Hub[M]
	room   *room[M]
	name   string
	ctx    context.Context // ends writes
	cancel context.CancelFunc
	stop   func() bool // of the function that ends the member with the context of Join

	mu        sync.Mutex // taken after the room's
	queue     queue[M]
	conn      Conn[M]
	isWriting bool          // a goroutine runs write
	written   chan struct{} // closed when isWriting becomes false; nil unless Leave waits
	wake      chan struct{} // has a token if Messages shall look again; nil without Messages
	hasEnded  bool
	cause     error // why the hub has ended the member
	dropped   int
}

func newMember[M any](ctx context.Context, h *Hub[M], name string) *Member[M] {
	m := &Member[M]{hub: h, name: name}
	m.ctx, m.cancel = context.WithCancel(ctx)
	return m
}

// Deliver writes the messages of the member to a connection, from now on and in their order, beginning with the waiting ones. It does not
// block: while messages wait, a goroutine writes them. So a program may write to the connection first, such as the history of the room.
//
// When the hub ends the member, it closes the connection: with 1013 because the member is slow, with 1001 because the hub closes, with 1011
// because Write has failed. The handler notices that when it reads. Deliver is called once, and not beside Messages.
func (m *Member[M]) Deliver(c Conn[M]) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.conn = c
	m.proceed()
}

// Messages yields the messages of the member, beginning with the waiting ones. It ends without an error when the member leaves, its context
// ends or the hub closes, and with ErrSlow when the hub has ended the member as too slow. One goroutine may run it at a time.
func (m *Member[M]) Messages() iter.Seq2[M, error] {
	return func(yield func(M, error) bool) {
		m.mu.Lock()
		if m.wake == nil {
			m.wake = make(chan struct{}, 1)
		}
		m.mu.Unlock()
		for {
			m.mu.Lock()
			message, ok := m.queue.pop()
			hasEnded, cause := m.hasEnded, m.cause
			m.mu.Unlock()
			switch {
			case ok:
				if !yield(message, nil) {
					return
				}
			case hasEnded:
				if errors.Is(cause, ErrSlow) {
					yield(message, cause)
				}
				return
			default:
				select {
				case <-m.wake:
				case <-m.ctx.Done():
					return
				}
			}
		}
	}
}

// Send sends a message to this member alone. It does nothing after the member has ended.
func (m *Member[M]) Send(message M) {
	m.room.mu.Lock()
	defer m.room.mu.Unlock()
	if _, ok := m.room.members[m]; ok && !m.put(message) {
		m.room.remove(m)
	}
	m.room.settle()
}

// BroadcastOthers is Hub.Broadcast to the room, without this member.
func (m *Member[M]) BroadcastOthers(ctx context.Context, message M) error {
	return m.hub.broadcast(ctx, m.room.name, message, m)
}

// Leave takes the member out of its room and drops the messages that wait. It returns when no goroutine writes to the connection any more:
// a write that does not end within a second is cut. A handler defers it. Calls after the first only wait.
func (m *Member[M]) Leave() {
	m.end(nil)
	m.mu.Lock()
	if m.isWriting && m.written == nil {
		m.written = make(chan struct{})
	}
	written := m.written
	m.mu.Unlock()
	if written != nil {
		<-written
	}
	m.cancel()
	m.stop()
}

// Err returns why the hub has ended the member: ErrSlow, ErrClosed, or the error of Conn.Write. It is nil for members that are in their
// room, or have left it.
func (m *Member[M]) Err() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.cause
}

// Dropped returns how many messages the member has missed by DropOldest and Coalesce.
func (m *Member[M]) Dropped() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.dropped
}

// end takes the member out of its room. A nil cause means that it leaves by itself.
func (m *Member[M]) end(cause error) { m.room.end(m, cause) }

// put adds a message to the queue. It returns false when the member has ended, or ends because it is slow. The caller holds the room's
// lock.
func (m *Member[M]) put(message M) bool {
	if m.queueUp(message) {
		return true
	}
	m.finish(ErrSlow)
	return false
}

// queueUp adds a message to the queue. It returns false when the member has ended or is slow.
func (m *Member[M]) queueUp(message M) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.hasEnded {
		return false
	}
	m.queue.push(message)
	if limit := m.hub.options.Queue; m.queue.len() > limit {
		m.dropped += m.queue.reduce(&m.hub.options)
		if m.queue.len() > limit {
			return false
		}
	}
	m.proceed()
	return true
}

// finish marks the end. A write in progress gets writeGrace. The caller holds the room's lock and takes the member out of the room.
func (m *Member[M]) finish(cause error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.hasEnded {
		return
	}
	m.hasEnded, m.cause, m.queue = true, cause, queue[M]{}
	if m.isWriting {
		time.AfterFunc(writeGrace, m.cancel)
	}
	m.proceed()
}

// proceed has the queue, or the end, noticed: by the goroutine that writes, or by Messages. The caller holds the lock.
func (m *Member[M]) proceed() {
	if m.wake != nil {
		select {
		case m.wake <- struct{}{}:
		default: // it has a token
		}
	}
	hasWork := m.queue.len() > 0 || m.hasEnded && m.cause != nil
	if m.conn != nil && hasWork && !m.isWriting {
		m.isWriting = true
		m.hub.work.Go(m.write)
	}
}

// write is the goroutine that writes what waits. An idle member has none.
func (m *Member[M]) write() {
	isComplete := false
	defer func() {
		if !isComplete { // Write has panicked
			m.fail(panics.Recovered(recover()))
			m.finishWriting()
		}
	}()
	for {
		m.mu.Lock()
		message, ok := m.queue.pop()
		hasEnded := m.hasEnded
		if !ok && !hasEnded {
			m.rest() // under the lock that has found the queue empty: no message comes between the two
		}
		m.mu.Unlock()
		switch {
		case ok:
			if err := m.conn.Write(m.ctx, message); err != nil {
				m.fail(err)
			}
			continue
		case hasEnded:
			m.finishWriting()
		}
		isComplete = true
		return
	}
}

// rest notes that no goroutine writes. The caller holds the lock.
func (m *Member[M]) rest() {
	m.isWriting = false
	if m.written != nil {
		close(m.written)
		m.written = nil
	}
}

// finishWriting closes the connection of a member that has ended, and is the last that its goroutine does.
func (m *Member[M]) finishWriting() {
	defer func() {
		if v := recover(); v != nil {
			m.hub.options.Logger.Error("hub: panic of Close", "room", m.room.name, "error", panics.Recovered(v))
		}
		m.mu.Lock()
		defer m.mu.Unlock()
		m.rest()
	}()
	m.closeConn()
}

// fail ends the member because a message could not be written. A client that is gone is no failure.
func (m *Member[M]) fail(err error) {
	if _, isClosed := websocket.IsClosed(err); !isClosed && m.ctx.Err() == nil {
		m.hub.options.Logger.Warn("hub: a message could not be written", "room", m.room.name, "error", err)
	}
	m.end(err)
}

// closeConn closes the connection of a member that the hub has ended.
func (m *Member[M]) closeConn() {
	switch cause := m.Err(); {
	case cause == nil: // it left: the handler closes
	case errors.Is(cause, ErrSlow):
		_ = m.conn.Close(websocket.CloseTryAgainLater, "too slow")
	case errors.Is(cause, ErrClosed):
		_ = m.conn.Close(websocket.CloseGoingAway, "")
	default:
		_ = m.conn.Close(websocket.CloseInternalError, "")
	}
}
