package main

import (
	"context"

	"github.com/brio-go/brio/hub"
	"github.com/brio-go/brio/websocket"
)

// Say is what a client sends.
type Say struct {
	Text string `json:"text" validate:"min=1,max=500"`
}

// Said is what the members of a room get.
type Said struct {
	From string `json:"from"`
	Text string `json:"text"`
	By   string `json:"by"` // the process that the member is at
}

// room is one connection of a member.
func room(ctx context.Context, ws *websocket.Conn[Say, Said], rooms *hub.Hub[Said], m *Member, c Config, in *struct {
	Room string `path:"room" validate:"min=1,max=40"`
}) error {
	member, err := rooms.Join(ctx, in.Room, m.Name)
	if err != nil {
		return err
	}
	defer member.Leave()
	member.Deliver(ws)
	for say, err := range ws.Messages(ctx) {
		if err != nil {
			return err
		}
		if err := rooms.Broadcast(ctx, in.Room, Said{m.Name, say.Text, c.Name}); err != nil {
			return err
		}
	}
	return nil
}
