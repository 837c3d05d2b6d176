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

type Place struct {
	Room string `path:"room" validate:"max=40"`
	Name string `query:"name" validate:"alphanum"`
}

func chat(ctx context.Context, ws *websocket.Conn[Say, Said], rooms *hub.Hub[Said], in Place) error {
	member, err := rooms.Join(ctx, in.Room, in.Name)
	if err != nil {
		return err
	}
	defer member.Leave()
	member.Deliver(ws) // the hub writes the messages of the room
	for say, err := range ws.Messages(ctx) {
		if err != nil {
			return err
		}
		if err := rooms.Broadcast(ctx, in.Room, Said{From: in.Name, Text: say.Text}); err != nil {
			return err
		}
	}
	return nil
}

// region rest
func announce(ctx context.Context, rooms *hub.Hub[Said], in struct {
	Room string `path:"room"`
	Body Say    `body:""`
}) error {
	return rooms.Broadcast(ctx, in.Room, Said{From: "the house", Text: in.Body.Text})
}

func listen(ctx context.Context, rooms *hub.Hub[Said], in struct {
	Room string `path:"room"`
}) iter.Seq2[Said, error] {
	return rooms.Messages(ctx, in.Room, "")
}

// endregion

func newApp() *brio.App {
	app := brio.New(brio.Title("Chat"), brio.SupplyFunc(hub.Open(hub.Options[Said]{})))
	app.WebSocket("/rooms/{room}", chat)
	app.Post("/rooms/{room}/messages", announce)
	app.Get("/rooms/{room}/events", listen, brio.EventStream())
	return app
}

func main() {
	if err := newApp().Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
