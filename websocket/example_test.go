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
