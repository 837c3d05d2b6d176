package websockets

import (
	"context"
	"testing"

	"github.com/brio-go/brio"
)

func TestEcho(t *testing.T) {
	app := newApp()
	app.WebSocket("/ws", func(ctx context.Context, ws *brio.WebSocket) error {
		for {
			text, err := ws.ReadText(ctx)
			if err != nil {
				return err
			}
			if err := ws.WriteText(ctx, "Message text was: "+text); err != nil {
				return err
			}
		}
	})
	p := dial(t, app, "/ws")
	p.send("one").want("Message text was: one").send("two").want("Message text was: two")
}
