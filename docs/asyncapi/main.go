package main

import (
	"context"
	"log"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/websocket"
)

// Join enters the room under a name.
type Join struct {
	Kind string `json:"kind" validate:"oneof=join"`
	Name string `json:"name" validate:"min=1,max=40"`
}

// Say is a line of text.
type Say struct {
	Kind string `json:"kind" validate:"oneof=say"`
	Text string `json:"text" validate:"max=500"`
}

type Command struct {
	brio.OneOf `discriminator:"kind"`
	*Join
	*Say
}

// Event is what a member of the room has said.
type Event struct {
	From string `json:"from"`
	Text string `json:"text"`
}

type RoomIn struct {
	Room  string `path:"room" doc:"Slug of the room"`
	Since int    `query:"since" default:"0" doc:"Number of the last event that the client has"`
}

// chat joins a room.
//
// Each client gets what the others say.
func chat(ctx context.Context, in RoomIn, conn *websocket.Conn[Command, Event]) error {
	name := "guest"
	for command, err := range conn.Messages(ctx) {
		switch {
		case err != nil:
			return err
		case command.Join != nil:
			name = command.Join.Name
		default:
			if err := conn.Write(ctx, Event{name, command.Say.Text}); err != nil {
				return err
			}
		}
	}
	return nil
}

func main() {
	app := brio.New(brio.Title("Chat"))
	app.WebSocket("/rooms/{room}", chat)
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
