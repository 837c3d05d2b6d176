package sums

import (
	"context"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
	"github.com/brio-go/brio/websocket"
)

type Question struct {
	A int `json:"a" validate:"min=0"`
	B int `json:"b" validate:"min=0"`
}

type Sum struct {
	Sum int `json:"sum"`
}

func newApp() *brio.App {
	app := brio.New()
	app.WebSocket("/sums", func(ctx context.Context, conn *websocket.Conn[Question, Sum]) error {
		for q, err := range conn.Messages(ctx) {
			if err != nil {
				return err
			}
			if err := conn.Write(ctx, Sum{q.A + q.B}); err != nil {
				return err
			}
		}
		return nil
	})
	return app
}

func TestSums(t *testing.T) {
	ws := briotest.New(t, newApp()).WebSocket("/sums")
	ws.Send(Question{A: 1, B: 2}).Expect(Sum{3})
	ws.Send(Question{A: -1}).Closed(1008, "body.a: Input should be greater than or equal to 0")
}
