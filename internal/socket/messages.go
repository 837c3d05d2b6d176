package socket

import (
	"context"
	"reflect"
)

// Types are the types of the messages of a connection.
type Types struct {
	In   reflect.Type // from the client
	Body reflect.Type // the parameter struct that reads an In
	Out  reflect.Type // to the client
}

// Messages reads and writes the messages of one Types. It is safe for concurrent use.
type Messages interface {
	// Read reads one message into dst, a settable zero value of Types.Body.
	Read(ctx context.Context, doc []byte, dst reflect.Value) error
	// Refuse returns the message that answers one which Read has refused with err. ok is false if the program gets the error.
	Refuse(ctx context.Context, err error) (answer []byte, ok bool)
	// Append appends the JSON of v, a value of Types.Out.
	Append(dst []byte, v reflect.Value) ([]byte, error)
}

// Codec reads and writes messages of any type. It is safe for concurrent use.
type Codec interface {
	// Decode reads one message into the value that v points to.
	Decode(ctx context.Context, doc []byte, v any) error
	// Encode appends the JSON of v.
	Encode(dst []byte, v any) ([]byte, error)
}
