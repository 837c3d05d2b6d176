package websockets

import (
	"context"
	"errors"
	"testing"

	client "github.com/coder/websocket"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/websocket"
)

// joined, said and command are a union with a discriminator.
type joined struct {
	Kind string `json:"kind" validate:"oneof=join"`
	Room string `json:"room" validate:"min=1"`
}

type said struct {
	Kind string `json:"kind" validate:"oneof=say"`
	Text string `json:"text" validate:"max=5"`
	Loud bool   `json:"loud" default:"true"`
}

type command struct {
	brio.OneOf `discriminator:"kind"`
	Join       *joined
	Say        *said
}

// event is what clients see of a record.
type event struct {
	Room string  `json:"room"`
	Text *string `json:"text"`
}

func chat(ctx context.Context, conn *websocket.Conn[command, event]) error {
	for c, err := range conn.Messages(ctx) {
		if err != nil {
			return err
		}
		e := event{Room: "none"}
		switch {
		case c.Join != nil:
			e.Room = c.Join.Room
		case c.Say.Loud:
			text := c.Say.Text + "!"
			e.Text = &text
		}
		if err := conn.Write(ctx, e); err != nil {
			return err
		}
	}
	return nil
}

func TestTypedMessages(t *testing.T) {
	t.Parallel()
	app := newApp()
	app.WebSocket("/chat", chat)
	app.WebSocket("/short", chat, brio.ExcludeNone())
	p := dial(t, app, "/chat")
	p.send(`{"kind":"join","room":"lobby"}`).want(`{"room":"lobby","text":null}`)
	p.send(`{"kind":"say","text":"hi"}`).want(`{"room":"none","text":"hi!"}`)
	p.send(`{"kind":"say","text":"hi","loud":false}`).want(`{"room":"none","text":null}`)
	if err := p.Write(inTime(t), client.MessageBinary, []byte(`{"kind":"join","room":"b"}`)); err != nil {
		t.Fatal(err)
	}
	p.want(`{"room":"b","text":null}`) // JSON may come as bytes
	dial(t, app, "/short").send(`{"kind":"join","room":"lobby"}`).want(`{"room":"lobby"}`)
}

// A bad message closes the connection, with its errors.
func TestBadMessageCloses(t *testing.T) {
	t.Parallel()
	app := newApp()
	app.WebSocket("/chat", chat)
	for message, reason := range map[string]string{
		`{"kind":"say","text":"too long"}`: "body.say.text: String should have at most 5 characters",
		`{"kind":"join"}`:                  "body.join.room: Field required",
		`{"kind":"x"}`:                     "body: Input tag 'x' found using 'kind' does not match any of the expected tags: 'join', 'say'",
		`{"kind":`:                         "body.8: JSON decode error",
		``:                                 "body: Field required",
		`[`:                                "body.1: JSON decode error",
		`{"kind":"say","kind":"say"}`:      "*",
	} {
		p := dial(t, app, "/chat").send(message)
		_, _, err := p.Read(inTime(t))
		closed, ok := errors.AsType[client.CloseError](err)
		if !ok || closed.Code != 1008 || reason != "*" && closed.Reason != reason || len(closed.Reason) > 123 {
			t.Errorf("%s: got %v, want %s", message, err, reason)
		}
	}
}

// As many errors as fit into 123 bytes are in the reason, and the number of the others.
func TestReasonIsCut(t *testing.T) {
	t.Parallel()
	type many struct{ A, B, C, D, E, F int }
	app := newApp()
	app.WebSocket("/", func(ctx context.Context, conn *websocket.Conn[many, int]) error {
		_, err := conn.Read(ctx)
		return err
	})
	dial(t, app, "/").send(`{}`).wantClose(1008, "body.A: Field required; body.B: Field required; body.C: Field required; body.D: Field required; 2 more")
}

// Under AnswerBadMessages the client gets the errors as a message, in the app's format, and the connection goes on.
func TestBadMessageIsAnswered(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		app    *brio.App
		answer string
	}{
		"FastAPI": {newApp(brio.AnswerBadMessages()), `{"detail":[{"type":"string_too_long","loc":["body","say","text"],"msg":"String should have at most 5 characters","input":"too long","ctx":{"max_length":5}}]}`},
		"problem": {newApp(brio.AnswerBadMessages(), brio.ProblemDetails()), `{"type":"about:blank","title":"Unprocessable Entity","status":422,"detail":"The request is not valid","errors":[{"type":"string_too_long","loc":["body","say","text"],"msg":"String should have at most 5 characters","input":"too long","ctx":{"max_length":5}}]}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.app.WebSocket("/chat", chat)
			p := dial(t, c.app, "/chat")
			p.send(`{"kind":"say","text":"too long"}`).want(c.answer).send(`{"kind":"join","room":"r"}`).want(`{"room":"r","text":null}`)
		})
	}
}

// The loop may go on after a bad message, as the program wishes.
func TestProgramAnswersBadMessage(t *testing.T) {
	t.Parallel()
	app := newApp()
	app.WebSocket("/", func(ctx context.Context, conn *websocket.Conn[command, string]) error {
		for _, err := range conn.Messages(ctx) {
			answer := "ok"
			if invalid, ok := errors.AsType[*brio.ValidationError](err); ok {
				answer = invalid.Errors[0].Msg
			} else if err != nil {
				return err
			}
			if err := conn.Write(ctx, answer); err != nil {
				return err
			}
		}
		return nil
	})
	dial(t, app, "/").send(`{"kind":"join"}`).want(`"Field required"`).send(`{"kind":"join","room":"r"}`).want(`"ok"`)
}

// ReadJSON reads as a body is read, WriteJSON writes as a result is written.
func TestUntypedJSON(t *testing.T) {
	t.Parallel()
	app := newApp()
	app.WebSocket("/", func(ctx context.Context, ws *brio.WebSocket) error {
		for {
			v := said{Text: "of the message before"}
			if err := ws.ReadJSON(ctx, &v); err != nil {
				return err
			}
			if err := ws.WriteJSON(ctx, map[string]any{"got": v, "none": nil}); err != nil {
				return err
			}
		}
	})
	closed := make(chan error, 1)
	app.WebSocket("/mixed", func(ctx context.Context, conn *websocket.Conn[string, string]) error {
		var v int
		if err := conn.Socket().ReadJSON(ctx, &v); err != nil || v != 1 {
			return err
		}
		text, err := conn.Read(ctx)
		if err == nil {
			err = conn.Write(ctx, text)
		}
		closed <- errors.Join(err, conn.Socket().ReadJSON(ctx, &v))
		return nil
	})
	app.WebSocket("/any", func(ctx context.Context, ws *brio.WebSocket) error {
		var v any
		if err := ws.ReadJSON(ctx, v); err == nil {
			return errors.New("no pointer")
		}
		if err := ws.ReadJSON(ctx, &v); err != nil {
			return err
		}
		return ws.WriteJSON(ctx, v)
	})
	dial(t, app, "/").send(`{"kind":"say","text":"a"}`).want(`{"got":{"kind":"say","text":"a","loud":true},"none":null}`).
		send(`{"kind":"say"}`).wantClose(1008, "body.text: Field required")
	mixed := dial(t, app, "/mixed").send(`1`).send(`"a"`).want(`"a"`)
	if err := mixed.Close(client.StatusNormalClosure, ""); err != nil {
		t.Error(err)
	}
	if code, ok := websocket.IsClosed(<-closed); !ok || code != 1000 {
		t.Errorf("a read after the client has closed: the code %d, %v", code, ok)
	}
	p := dial(t, app, "/any")
	p.send(`{"ignored":1}`).send(`[1,"a",{"b":null}]`)
	p.want(`[1,"a",{"b":null}]`).wantClose(1000, "")
}

// Text where bytes are read, and bytes where text is read, close with 1003. Text that is not UTF-8 is a mistake of the program.
func TestKindsOfMessages(t *testing.T) {
	t.Parallel()
	app := echoApp()
	app.WebSocket("/wrong", func(ctx context.Context, ws *brio.WebSocket) error {
		_ = ws.Accept()
		return ws.WriteText(ctx, "\xff")
	})
	p := dial(t, app, "/text")
	_ = p.Write(inTime(t), client.MessageBinary, []byte("x"))
	p.wantClose(1003, "text is expected")
	dial(t, app, "/binary").send("x").wantClose(1003, "binary data is expected")
	dial(t, app, "/wrong").wantClose(1011, "")
}

// A dependency and the handler may see one connection in different ways.
func TestDependencyTakesConnection(t *testing.T) {
	t.Parallel()
	type greeting struct{ text string }
	app := newApp(brio.Provide(func(ctx context.Context, ws *brio.WebSocket) (greeting, error) {
		name, err := ws.ReadText(ctx)
		return greeting{"hello " + name}, err
	}))
	app.WebSocket("/", func(ctx context.Context, conn *websocket.Conn[string, string], g greeting) error {
		answer, err := conn.Read(ctx)
		if err != nil {
			return err
		}
		return conn.Write(ctx, g.text+answer)
	})
	dial(t, app, "/").send("Ada").send(`"!"`).want(`"hello Ada!"`).wantClose(1000, "")
}
