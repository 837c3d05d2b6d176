package main

import (
	"context"
	"iter"
	"log"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/hub"
	"github.com/brio-go/brio/websocket"
)

type Say struct {
	Text string `json:"text" validate:"min=1,max=500"`
}

type Said struct {
	From string `json:"from"`
	Text string `json:"text"`
}

type place struct {
	Room string `path:"room" validate:"max=40"`
	Name string `query:"name" validate:"alphanum,max=20"`
}

func chat(ctx context.Context, ws *websocket.Conn[Say, Said], rooms *hub.Hub[Said], in *place) error {
	member, err := rooms.Join(ctx, in.Room, in.Name)
	if err != nil {
		return err
	}
	defer member.Leave()
	member.Deliver(ws) // from now on the hub writes to ws
	for say, err := range ws.Messages(ctx) {
		if err != nil {
			return err
		}
		if err := rooms.Broadcast(ctx, in.Room, Said{in.Name, say.Text}); err != nil {
			return err
		}
	}
	return nil
}

// listen is an event stream of the same room.
func listen(ctx context.Context, rooms *hub.Hub[Said], in *struct {
	Room string `path:"room"`
}) iter.Seq2[Said, error] {
	return rooms.Messages(ctx, in.Room, "")
}

func main() {
	app := brio.New(brio.SupplyFunc(hub.Open(hub.Options[Said]{})))
	app.WebSocket("/rooms/{room}", chat)
	app.Get("/rooms/{room}/events", listen, brio.EventStream())
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
