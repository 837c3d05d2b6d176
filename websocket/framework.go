package websocket

import (
	"reflect"

	"github.com/brio-go/brio/internal/socket"
)

// This file is for the framework: programs have no use for its functions.

// New returns the Socket of a connection. codec reads and writes its JSON.
func New(core *socket.Socket, codec socket.Codec) *Socket { return &Socket{core, codec} }

// TypesOf returns the types of t, which is a *Conn[In, Out]. ok is false for other types.
func TypesOf(t reflect.Type) (types socket.Types, ok bool) {
	if t.Kind() != reflect.Pointer || !t.Implements(reflect.TypeFor[conn]()) {
		return types, false
	}
	types.In, types.Body, types.Out = reflect.Zero(t).Interface().(conn).types()
	return types, true
}

// Open returns the connection of type t, which is a *Conn[In, Out].
func Open(t reflect.Type, s *Socket, m socket.Messages) any {
	return reflect.Zero(t).Interface().(conn).open(s, m)
}
