package socket

import (
	"context"
	"errors"
	"unicode/utf8"

	"github.com/coder/websocket"
)

// Write sends one message. It returns when the bytes are in the buffers of the system. The end of ctx while the client does not take them
// ends the connection, because a part of a message cannot be taken back.
func (s *Socket) Write(ctx context.Context, text bool, p []byte) error {
	if err := s.Accept(Accept{}); err != nil {
		return err
	}
	if err := s.closedError(); err != nil {
		return err
	}
	if done := ctx.Done(); done != nil && done != s.ctx.Done() {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		stop := context.AfterFunc(ctx, func() { s.lost(context.Cause(ctx)) })
		defer stop()
	}
	typ := websocket.MessageBinary
	if text {
		typ = websocket.MessageText
	}
	s.writes.Add(1)
	err := s.conn.Write(context.Background(), typ, p)
	s.writes.Add(-1)
	if err != nil {
		return s.writeFailed(err)
	}
	s.seen()
	return nil
}

// WriteText sends a message of text.
func (s *Socket) WriteText(ctx context.Context, text string) error {
	if !utf8.ValidString(text) {
		return errNoText
	}
	return s.WriteEncoded(ctx, func(dst []byte) ([]byte, error) { return append(dst, text...), nil })
}

var errNoText = errors.New("brio: WriteText: the text is not valid UTF-8; send it with WriteBytes")

// WriteEncoded sends a message of text that encode appends to a buffer of the pool.
func (s *Socket) WriteEncoded(ctx context.Context, encode func(dst []byte) ([]byte, error)) error {
	m := Message{buf: buffers.Get().(*[]byte)}
	m.Data = (*m.buf)[:0]
	defer m.Free()
	out, err := encode(m.Data)
	if err != nil {
		return err
	}
	m.Data = out
	return s.Write(ctx, true, out)
}

// writeFailed returns the error of a failed write. The client has gone, or does not read.
func (s *Socket) writeFailed(err error) error {
	if closed := s.closedError(); closed != nil {
		return closed
	}
	return s.lost(err)
}
