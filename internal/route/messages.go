package route

import (
	"context"
	"fmt"
	"reflect"
	"sync"

	"github.com/brio-go/brio/internal/bind"
	"github.com/brio-go/brio/internal/encode"
	"github.com/brio-go/brio/internal/model"
	"github.com/brio-go/brio/internal/socket"
)

// messages reads and writes the messages of one *websocket.Conn[In, Out].
type messages struct {
	table    *Table
	document *bind.Document
	settings *bind.Settings
	encoder  *encode.Encoder
	answers  bool
}

// socketMessages compiles what reads and writes the messages of types, once for each route.
func (c *compiler) socketMessages(r *socketRoute, types socket.Types, s *scope, e *endpoint, report func(found, legal string)) socket.Messages {
	if m := r.messages[types]; m != nil {
		return m
	}
	m := &messages{table: c.table}
	r.messages[types] = m
	r.types = append(r.types, types)
	document, err := bind.NewDocument(c.Scope.Reader, types.Body)
	if err != nil {
		report(fmt.Sprintf("messages of type %s: %v", types.In, err), "a type that a JSON body can have (docs/parameters.md)")
	}
	m.document = document
	own := e.route.Settings()
	encoder, problems := c.Models.Compile(types.Out, modelOf(types.Out), c.filter(modelOf(types.Out), s.Filter, own.Filter))
	if len(problems) == 0 && types.Out.Kind() != reflect.Interface {
		problems = c.Scope.Reader.Type(modelOf(types.Out)).OutputProblems()
	}
	for _, p := range problems {
		report(fmt.Sprintf("messages of type %s: %s", types.Out, p), "a type whose values have a JSON form (docs/responses.md)")
	}
	m.encoder = encoder
	return m
}

// modelOf returns the model of messages of type t.
func modelOf(t reflect.Type) reflect.Type {
	if t.Kind() == reflect.Pointer {
		return t.Elem() // a nil message is a mistake of the program
	}
	return t
}

// Read implements socket.Messages.
func (m *messages) Read(ctx context.Context, doc []byte, dst reflect.Value) error {
	return m.document.Read(ctx, doc, m.settings, dst)
}

// Refuse implements socket.Messages: the answer is the body of the error, in the app's format.
func (m *messages) Refuse(_ context.Context, err error) ([]byte, bool) {
	if !m.answers {
		return nil, false
	}
	known := m.table.publicErrorOf(err)
	if known == nil {
		return nil, false
	}
	answer, failed := m.table.models.Append(nil, m.table.errors.Body(&known.ErrorInfo))
	return answer, failed == nil
}

// Append implements socket.Messages.
func (m *messages) Append(dst []byte, v reflect.Value) ([]byte, error) {
	return m.encoder.Append(dst, v)
}

// codec reads and writes messages whose types the program names at each call.
type codec struct {
	reader   *model.Reader
	models   *encode.Compiler
	settings *bind.Settings
	known    sync.Map // reflect.Type to *bodyReader
}

// bodyReader reads messages of one type.
type bodyReader struct {
	body     reflect.Type // a parameter struct with the message as its field
	document *bind.Document
}

// Decode implements socket.Codec.
func (c *codec) Decode(ctx context.Context, doc []byte, v any) error {
	p := reflect.ValueOf(v)
	if p.Kind() != reflect.Pointer || p.IsNil() {
		return fmt.Errorf("brio: ReadJSON: a %T, where a pointer to the value is expected", v)
	}
	r, err := c.readerOf(p.Type().Elem())
	if err != nil {
		return err
	}
	body := reflect.New(r.body).Elem()
	if err := r.document.Read(ctx, doc, c.settings, body); err != nil {
		return err
	}
	p.Elem().Set(body.Field(0))
	return nil
}

// readerOf returns the bodyReader of a type, which is made once.
func (c *codec) readerOf(t reflect.Type) (*bodyReader, error) {
	if known, ok := c.known.Load(t); ok {
		return known.(*bodyReader), nil
	}
	r := &bodyReader{body: reflect.StructOf([]reflect.StructField{{Name: "Value", Type: t, Tag: `body:""`}})}
	var err error
	if r.document, err = bind.NewDocument(c.reader, r.body); err != nil {
		return nil, fmt.Errorf("brio: ReadJSON: %w", err)
	}
	c.known.Store(t, r)
	return r, nil
}

// Encode implements socket.Codec.
func (c *codec) Encode(dst []byte, v any) ([]byte, error) { return c.models.Append(dst, v) }
