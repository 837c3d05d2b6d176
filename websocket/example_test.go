package websocket_test

import (
	"context"
	"fmt"
	"net/http/httptest"

	client "github.com/coder/websocket"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/websocket"
)

type Question struct {
	A int `json:"a" validate:"min=0"`
	B int `json:"b" validate:"min=0"`
}

type Sum struct {
	Sum int `json:"sum"`
}

// add answers each question. A question that does not fit Question ends the connection with 1008.
func add(ctx context.Context, conn *websocket.Conn[Question, Sum]) error {
	for q, err := range conn.Messages(ctx) {
		if err != nil {
			return err
		}
		if err := conn.Write(ctx, Sum{q.A + q.B}); err != nil {
			return err
		}
	}
	return nil
}

func ExampleConn() {
	app := brio.New()
	app.WebSocket("/add", add)
	server := httptest.NewServer(app)
	defer server.Close()

	ctx := context.Background()
	conn, _, err := client.Dial(ctx, server.URL+"/add", nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, question := range []string{`{"a":1,"b":2}`, `{"a":-1}`} {
		_ = conn.Write(ctx, client.MessageText, []byte(question))
		_, answer, err := conn.Read(ctx)
		if err != nil {
			fmt.Println(client.CloseStatus(err))
			return
		}
		fmt.Println(string(answer))
	}
	// Output:
	// {"sum":3}
	// StatusPolicyViolation
}

// A Socket is the connection without types. Accept chooses the subprotocol and adds headers; an Error chooses the close code.
func ExampleSocket() {
	app := brio.New()
	app.WebSocket("/echo", func(ctx context.Context, ws *websocket.Socket) error {
		if err := ws.Accept(websocket.Subprotocols("v2"), websocket.Header("X-Room", "lobby")); err != nil {
			return err
		}
		for {
			text, err := ws.ReadText(ctx)
			if _, isClosed := websocket.IsClosed(err); isClosed {
				return nil // the client has closed the connection
			}
			if err != nil {
				return err
			}
			if text == "bye" {
				return &websocket.Error{Code: 4000, Reason: "see you"}
			}
			if err := ws.WriteText(ctx, text); err != nil {
				return err
			}
		}
	})
	server := httptest.NewServer(app)
	defer server.Close()

	ctx := context.Background()
	conn, answer, err := client.Dial(ctx, server.URL+"/echo", &client.DialOptions{Subprotocols: []string{"v2"}})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(conn.Subprotocol(), answer.Header.Get("X-Room"))
	for _, text := range []string{"hello", "bye"} {
		_ = conn.Write(ctx, client.MessageText, []byte(text))
		_, got, err := conn.Read(ctx)
		fmt.Println(string(got), int(client.CloseStatus(err)))
	}
	// Output:
	// v2 lobby
	// hello -1
	//  4000
}
