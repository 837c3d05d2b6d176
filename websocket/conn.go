package websocket

import (
	"context"
	"iter"
	"reflect"

	"github.com/brio-go/brio/internal/socket"
)

// Conn is a WebSocket connection whose messages are JSON of declared types: In from the client, Out to it. A function of a WebSocket
// route takes a *Conn[In, Out]. Both types are read when the app starts, and a mistake in them is in its report.
//
// Messages of one In or Out that differ in kind are a union: a struct with brio.OneOf and a discriminator.
//
// Any goroutine may write and close, one at a time may read. About contexts and the end of the connection see [Socket].
type Conn[In, Out any] struct {
	socket   *Socket
	messages socket.Messages
}

// body is the parameter struct that reads one message.
type body[T any] struct {
	Value T `body:""`
}

// Read waits for the next message and reads it as the body of a request is read: strictly, with the rules of In's tags, its defaults and
// its Validate methods. A message that does not fit is a *brio.ValidationError; a handler that returns it closes the connection with 1008
// and the errors. Under brio.AnswerBadMessages the client gets the errors as a message instead, and Read waits for the next one.
//
// When the connection has ended, the error is one that [IsClosed] knows.
func (c *Conn[In, Out]) Read(ctx context.Context) (In, error) {
	for {
		m, err := c.socket.core.Read(ctx)
		if err != nil {
			var none In
			return none, err
		}
		in := new(body[In])
		err = c.messages.Read(ctx, m.Data, reflect.ValueOf(in).Elem())
		m.Free()
		if err == nil {
			return in.Value, nil
		}
		answer, ok := c.messages.Refuse(ctx, err)
		if !ok {
			var none In
			return none, err
		}
		if err := c.socket.core.Write(ctx, true, answer); err != nil {
			var none In
			return none, err
		}
	}
}

// Messages yields the messages until the connection ends. A message that does not fit is yielded as an error, as Read returns it, and the
// loop may go on. Any other error is the last. A client that closes or is gone ends the loop without an error, and so does the shutdown.
func (c *Conn[In, Out]) Messages(ctx context.Context) iter.Seq2[In, error] {
	return messages(ctx, c.socket, c.Read)
}

// Write sends v as a message of text, through the model Out: as the result of a handler with the response model Out is written, with the
// route's filters.
func (c *Conn[In, Out]) Write(ctx context.Context, v Out) error {
	return c.socket.core.WriteEncoded(ctx, func(dst []byte) ([]byte, error) {
		return c.messages.Append(dst, reflect.ValueOf(&v).Elem())
	})
}

// Accept answers the handshake, as [Socket.Accept] does.
func (c *Conn[In, Out]) Accept(opts ...AcceptOption) error { return c.socket.Accept(opts...) }

// Close closes the connection, as [Socket.Close] does.
func (c *Conn[In, Out]) Close(code int, reason string) error { return c.socket.Close(code, reason) }

// Socket is the connection without types.
func (c *Conn[In, Out]) Socket() *Socket { return c.socket }

func (*Conn[In, Out]) types() (in, body_, out reflect.Type) {
	return reflect.TypeFor[In](), reflect.TypeFor[body[In]](), reflect.TypeFor[Out]()
}

func (*Conn[In, Out]) open(s *Socket, m socket.Messages) any {
	return &Conn[In, Out]{s, m}
}

// conn is every *Conn.
type conn interface {
	types() (in, body_, out reflect.Type)
	open(*Socket, socket.Messages) any
}
