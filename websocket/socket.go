package websocket

import (
	"context"
	"iter"

	"github.com/brio-go/brio/internal/socket"
)

// Socket is a WebSocket connection. Programs call it brio.WebSocket. A function of a WebSocket route takes a *Socket, and all functions
// of a request receive the same one.
//
// Any goroutine may write and close, one at a time may read. Each method that takes a context returns when the context ends. The context
// that the handler receives ends with the connection: when the client closes, when it is gone, when the app shuts down. With that context,
// or one without an end, a read costs no goroutine; another one costs a goroutine for each read.
//
// When the handler returns, the connection is closed.
type Socket struct {
	core  *socket.Socket
	codec socket.Codec
}

// Accept answers the handshake with 101. The headers and cookies of the *brio.Response go with it, so functions set them before. The
// first read or write accepts too; a later call returns nil. An error means that there is no connection: HTTP/2 and recorders of tests
// have none to give.
func (s *Socket) Accept(opts ...AcceptOption) error {
	var a socket.Accept
	for _, o := range opts {
		if o != nil {
			o.accept(&a)
		}
	}
	return s.core.Accept(a)
}

// Subprotocol is the subprotocol that the handshake has agreed on, "" for none and before Accept.
func (s *Socket) Subprotocol() string { return s.core.Subprotocol() }

// ReadText waits for the next message, which must be text; it is valid UTF-8. A binary message closes the connection with 1003. When the
// connection has ended, the error is one that [IsClosed] knows.
func (s *Socket) ReadText(ctx context.Context) (string, error) { return s.core.ReadText(ctx) }

// ReadBytes waits for the next message, which must be binary. Text closes the connection with 1003. The caller owns the bytes.
func (s *Socket) ReadBytes(ctx context.Context) ([]byte, error) { return s.core.ReadBytes(ctx) }

// ReadJSON waits for the next message, text or binary, and reads it into the value that v points to, as the body of a request is read:
// strictly, with the rules of the type's tags, its defaults and its Validate methods. A message that does not fit is a
// *brio.ValidationError with the errors and their locations, and the connection goes on. A handler that returns the error closes the
// connection with 1008.
//
// v is a pointer that is not nil. Its value is replaced, also where the message lacks a field. The first message of a type costs its
// compilation; a [Conn] does that when the app starts.
func (s *Socket) ReadJSON(ctx context.Context, v any) error {
	m, err := s.core.Read(ctx)
	if err != nil {
		return err
	}
	defer m.Free()
	return s.codec.Decode(ctx, m.Data, v)
}

// WriteText sends a message of text. text that is not valid UTF-8 is an error of the program: browsers would fail the connection.
func (s *Socket) WriteText(ctx context.Context, text string) error {
	return s.core.WriteText(ctx, text)
}

// WriteBytes sends a binary message. It does not keep b.
func (s *Socket) WriteBytes(ctx context.Context, b []byte) error { return s.core.Write(ctx, false, b) }

// WriteJSON sends v as a message of text, as a handler's result without a response model is sent.
func (s *Socket) WriteJSON(ctx context.Context, v any) error {
	return s.core.WriteEncoded(ctx, func(dst []byte) ([]byte, error) { return s.codec.Encode(dst, v) })
}

// Texts yields the messages, which must be text, until the connection ends. An error is yielded once, as the last: ctx has ended, or the
// client has broken the protocol. A client that closes or is gone ends the loop without an error, and so does the shutdown.
func (s *Socket) Texts(ctx context.Context) iter.Seq2[string, error] {
	return messages(ctx, s, s.ReadText)
}

// Bytes is Texts for binary messages.
func (s *Socket) Bytes(ctx context.Context) iter.Seq2[[]byte, error] {
	return messages(ctx, s, s.ReadBytes)
}

// messages yields what read returns until the connection ends.
func messages[T any](ctx context.Context, s *Socket, read func(context.Context) (T, error)) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for {
			v, err := read(ctx)
			if closed := closedOf(err); closed != nil && (closed.ByPeer || closed.Code == CloseGoingAway) {
				return
			}
			if !yield(v, err) || err != nil && !s.core.IsReadable(ctx, err) {
				return
			}
		}
	}
}

// Close closes the connection with a code and a reason, and returns without a wait for the client's answer. A reason is cut after 123
// bytes. Before the handshake is answered, Close refuses it: the client gets 403. Codes are 1000 to 1014 without 1004, 1005 and 1006, and
// 3000 to 4999, which are the program's own (RFC 6455, 7.4). Later calls do nothing.
func (s *Socket) Close(code int, reason string) error { return s.core.Close(code, reason) }
