package briotest

import (
	"io"
	"math"
	"net"
	"os"
	"sync"
	"time"
)

// bufferSize is the number of bytes that the server may write before the client reads, as a connection of TCP has buffers.
const bufferSize = 64 << 10

// newPipe returns the two ends of a connection in memory. The client's writes never wait: its reads answer pings, and would wait for a
// write that waits for a server that waits for these reads.
func newPipe() (client, server net.Conn) {
	up, down := newStream(math.MaxInt), newStream(bufferSize)
	return &pipeEnd{down, up, "192.0.2.1:1234"}, &pipeEnd{up, down, "192.0.2.1:1234"} // the address of requests of httptest
}

// pipeEnd is one end of a connection in memory. It is full duplex and has deadlines, as a connection of TCP.
type pipeEnd struct {
	in, out *stream
	peer    pipeAddr
}

func (e *pipeEnd) Read(p []byte) (int, error)  { return e.in.read(p) }
func (e *pipeEnd) Write(p []byte) (int, error) { return e.out.write(p) }

func (e *pipeEnd) Close() error {
	e.in.change(func() { e.in.readerGone = true })
	e.out.change(func() { e.out.writerGone = true })
	return nil
}

func (e *pipeEnd) LocalAddr() net.Addr  { return pipeAddr("127.0.0.1:80") }
func (e *pipeEnd) RemoteAddr() net.Addr { return e.peer }

func (e *pipeEnd) SetDeadline(t time.Time) error {
	e.in.limit(&e.in.readLimit, t)
	e.out.limit(&e.out.writeLimit, t)
	return nil
}

func (e *pipeEnd) SetReadDeadline(t time.Time) error {
	e.in.limit(&e.in.readLimit, t)
	return nil
}

func (e *pipeEnd) SetWriteDeadline(t time.Time) error {
	e.out.limit(&e.out.writeLimit, t)
	return nil
}

// pipeAddr is an address of a connection in memory.
type pipeAddr string

func (pipeAddr) Network() string  { return "memory" }
func (a pipeAddr) String() string { return string(a) }

// stream is one direction of a connection.
type stream struct {
	mu                     sync.Mutex
	changed                *sync.Cond
	buffer                 []byte
	size                   int // the most bytes of buffer
	readerGone, writerGone bool
	readLimit, writeLimit  deadline
}

// deadline is a time at which a read or write that waits is given up.
type deadline struct {
	timer  *time.Timer // nil: no deadline, or one in the past
	passed bool
}

func newStream(size int) *stream {
	s := &stream{size: size}
	s.changed = sync.NewCond(&s.mu)
	return s
}

// change changes the stream and wakes what waits for it.
func (s *stream) change(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
	s.changed.Broadcast()
}

// limit sets a deadline of the stream. The zero time is none.
func (s *stream) limit(d *deadline, t time.Time) {
	s.change(func() {
		if d.timer != nil {
			d.timer.Stop()
		}
		*d = deadline{}
		if t.IsZero() {
			return
		}
		left := time.Until(t)
		if d.passed = left <= 0; d.passed {
			return
		}
		var timer *time.Timer
		timer = time.AfterFunc(left, func() {
			s.change(func() { d.passed = d.passed || d.timer == timer })
		})
		d.timer = timer
	})
}

// read waits for bytes of the writer. What the writer wrote before it closed is read before io.EOF.
func (s *stream) read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		switch {
		case s.readerGone:
			return 0, net.ErrClosed
		case s.readLimit.passed:
			return 0, os.ErrDeadlineExceeded
		case len(s.buffer) > 0 || len(p) == 0:
			n := copy(p, s.buffer)
			s.buffer = s.buffer[n:]
			s.changed.Broadcast()
			return n, nil
		case s.writerGone:
			return 0, io.EOF
		}
		s.changed.Wait()
	}
}

// write waits until all of p is in the buffer, so a reader that does not read stops the writer.
func (s *stream) write(p []byte) (n int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		switch free := s.size - len(s.buffer); {
		case s.writerGone:
			return n, net.ErrClosed
		case s.readerGone:
			return n, io.ErrClosedPipe
		case s.writeLimit.passed:
			return n, os.ErrDeadlineExceeded
		case n == len(p):
			return n, nil
		case free > 0:
			part := p[n : n+min(len(p)-n, free)]
			s.buffer = append(s.buffer, part...)
			n += len(part)
			s.changed.Broadcast()
			continue
		}
		s.changed.Wait()
	}
}
