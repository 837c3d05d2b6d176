package main

import (
	"context"
	"log"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/websocket"
)

// Command is what clients send.
type Command struct {
	Room string `json:"room" validate:"min=1"`
	Text string `json:"text" validate:"max=500"`
}

// Event is what clients get.
type Event struct {
	From string `json:"from"`
	Text string `json:"text"`
}

type In struct {
	Name string `query:"name" validate:"min=1"`
}

func echo(ctx context.Context, ws *brio.WebSocket) error {
	for text, err := range ws.Texts(ctx) {
		if err != nil {
			return err
		}
		if err := ws.WriteText(ctx, "you said: "+text); err != nil {
			return err
		}
	}
	return nil
}

func chat(ctx context.Context, in In, conn *websocket.Conn[Command, Event]) error {
	for command, err := range conn.Messages(ctx) {
		if err != nil {
			return err
		}
		if err := conn.Write(ctx, Event{From: in.Name, Text: command.Text}); err != nil {
			return err
		}
	}
	return nil
}

func main() {
	app := brio.New()
	app.WebSocket("/echo", echo)
	app.WebSocket("/chat", chat)
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
