package socket

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"unicode/utf8"

	"github.com/coder/websocket"
)

// Message is one message of the client.
type Message struct {
	Text bool   // it was sent as text, and is UTF-8
	Data []byte // valid until Free
	buf  *[]byte
}

// maxPooledBuffer is the largest buffer that goes back to the pool, in bytes.
const maxPooledBuffer = 64 << 10

var buffers = sync.Pool{New: func() any { b := make([]byte, 0, 1024); return &b }}

// Free gives the memory of Data back.
func (m *Message) Free() {
	if m.buf != nil && cap(m.Data) <= maxPooledBuffer {
		*m.buf = m.Data[:0]
		buffers.Put(m.buf)
	}
	m.Data, m.buf = nil, nil
}

// incoming is the beginning of a message, or the error in place of one.
type incoming struct {
	typ  websocket.MessageType
	body io.Reader
	err  error
}

var errReaders = errors.New("brio: two goroutines read one WebSocket at the same time")

// Read waits for the next message. The error is a *Closed when the connection has ended. An error of ctx leaves the connection as it is,
// and the message that Read has waited for goes to the next Read. In a context that ends with the request's, a Read costs no goroutine.
func (s *Socket) Read(ctx context.Context) (m Message, err error) {
	if err := s.Accept(Accept{}); err != nil {
		return m, err
	}
	ahead, err := s.beginRead(ctx)
	if err != nil {
		return m, err
	}
	defer s.endRead()
	var in incoming
	if ahead != nil {
		select {
		case in = <-ahead:
			s.aheadMu.Lock()
			s.ahead = nil
			s.aheadMu.Unlock()
		case <-ctx.Done():
			if s.ctx.Err() != nil {
				return m, s.contextEnded()
			}
			return m, context.Cause(ctx)
		}
		s.reading.Lock()
		defer s.reading.Unlock()
	} else {
		s.reading.Lock()
		defer s.reading.Unlock()
		if err := s.closedError(); err != nil {
			return m, err
		}
		in.typ, in.body, in.err = s.conn.Reader(context.Background())
	}
	if in.err != nil {
		return m, s.readFailed(in.err)
	}
	return s.readMessage(in)
}

// beginRead marks that the program reads. It returns the channel of the goroutine that reads in its place: one that waits already, or a
// new one if ctx may end before the request does.
func (s *Socket) beginRead(ctx context.Context) (chan incoming, error) {
	s.aheadMu.Lock()
	defer s.aheadMu.Unlock()
	if s.reads {
		return nil, errReaders
	}
	if err := s.closedError(); err != nil {
		return nil, err
	}
	if done := ctx.Done(); s.ahead == nil && done != nil && done != s.ctx.Done() {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		s.readAhead()
	}
	s.reads = true
	return s.ahead, nil
}

// IsReadable reports whether a read may follow one that has failed with err: err is that of one message.
func (s *Socket) IsReadable(ctx context.Context, err error) bool {
	return s.IsAccepted() && s.closedError() == nil && ctx.Err() == nil && !errors.Is(err, errReaders)
}

func (s *Socket) endRead() {
	s.aheadMu.Lock()
	s.reads = false
	s.aheadMu.Unlock()
}

// readAhead waits for the next message in a goroutine, which answers pings and notices the client's close meanwhile. The caller holds
// aheadMu.
func (s *Socket) readAhead() {
	ahead := make(chan incoming, 1)
	s.ahead = ahead
	go func() {
		s.reading.Lock()
		defer s.reading.Unlock()
		in := incoming{err: s.closedError()}
		if in.err == nil {
			in.typ, in.body, in.err = s.conn.Reader(context.Background())
		}
		if in.err != nil {
			in.err = s.readFailed(in.err)
		}
		ahead <- in
	}()
}

// lookAhead is readAhead unless the program reads.
func (s *Socket) lookAhead() {
	s.aheadMu.Lock()
	defer s.aheadMu.Unlock()
	if !s.reads && s.ahead == nil && s.closedError() == nil {
		s.readAhead()
	}
}

// readMessage reads a message that has begun.
func (s *Socket) readMessage(in incoming) (m Message, err error) {
	m = Message{Text: in.typ == websocket.MessageText, buf: buffers.Get().(*[]byte)}
	s.inMessage.Store(true)
	m.Data, err = appendAll((*m.buf)[:0], in.body, s.config.MaxMessage)
	s.inMessage.Store(false)
	s.link.endMessage()
	switch {
	case err != nil:
		err = s.readFailed(err)
	case !s.messages.take():
		err = s.fail(PolicyViolation, "too many messages")
	case m.Text && !utf8.Valid(m.Data):
		err = s.fail(InvalidData, "text that is not UTF-8")
	default:
		s.seen()
		return m, nil
	}
	m.Free()
	return Message{}, err
}

// errTooLarge means that a message has more bytes than the limit.
var errTooLarge = errors.New("the message is too large")

// appendAll appends all of r to b, which is empty. It returns errTooLarge when b has more than limit bytes, and asks for no more: a read
// waits until it has all that it asks for, which a client may never send. A negative limit is none.
func appendAll(b []byte, r io.Reader, limit int64) ([]byte, error) {
	for {
		if len(b) == cap(b) {
			b = append(b, 0)[:len(b)]
		}
		end := cap(b)
		if limit >= 0 {
			end = int(min(int64(end), limit+1))
		}
		n, err := r.Read(b[len(b):end])
		b = b[:len(b)+n]
		if limit >= 0 && int64(len(b)) > limit {
			return b, errTooLarge
		}
		if err != nil {
			if err == io.EOF {
				err = nil
			}
			return b, err
		}
	}
}

// ReadText reads a message of text.
func (s *Socket) ReadText(ctx context.Context) (string, error) {
	m, err := s.Read(ctx)
	if err != nil {
		return "", err
	}
	defer m.Free()
	if !m.Text {
		return "", s.fail(UnsupportedData, "text is expected")
	}
	return string(m.Data), nil
}

// ReadBytes reads a binary message. The caller owns it.
func (s *Socket) ReadBytes(ctx context.Context) ([]byte, error) {
	m, err := s.Read(ctx)
	if err != nil {
		return nil, err
	}
	defer m.Free()
	if m.Text {
		return nil, s.fail(UnsupportedData, "binary data is expected")
	}
	return append(make([]byte, 0, len(m.Data)), m.Data...), nil
}

// readFailed returns the error of a failed read: the end of the connection, with the code of the side that has ended it.
func (s *Socket) readFailed(err error) error {
	if closed, ok := err.(*Closed); ok {
		return closed
	}
	if closed := s.closedError(); closed != nil {
		return closed
	}
	if received, ok := errors.AsType[websocket.CloseError](err); ok {
		return s.end(&Closed{Code: int(received.Code), Reason: CutReason(received.Reason), ByPeer: true})
	}
	switch {
	case err == errTooLarge:
		return s.fail(TooLarge, fmt.Sprintf("the message has more than %d bytes", s.config.MaxMessage))
	case isTimeout(err) && s.ctx.Err() != nil:
		return s.contextEnded()
	case isTimeout(err):
		return s.fail(PolicyViolation, "the message arrives too slowly")
	case isNetwork(err):
		return s.end(&Closed{Code: Abnormal, Cause: err, ByPeer: true})
	}
	return s.fail(ProtocolError, "")
}
