// Command chat has rooms in the browser, on one process or on many:
//
//	go run . -addr 127.0.0.1:8000
//	go run . -addr 127.0.0.1:8001 -nats nats://127.0.0.1:4222
//
// Open http://127.0.0.1:8000/#lobby in two windows. Processes with the same -nats share their rooms; with the same -file also the history.
//
// The rooms are a hub.Hub of Event. A WebSocket of /rooms/{room} is a member of its room: it gets the history, then what all members say,
// then who comes and goes. The name of a guest is a cookie, which a dependency reads: without it the handshake is refused with 401.
//
// The program is a module of its own, so that programs that use Brio without the drivers do not depend on them.
package main

import (
	"context"
	"embed"
	"flag"
	"io/fs"
	"log"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/contrib/nats"
	"github.com/brio-go/brio/hub"
	"github.com/brio-go/brio/websocket"
)

// page is HTML and a script, without a build step.
//
//go:embed page
var page embed.FS

func main() {
	addr := flag.String("addr", ":8000", "address to serve on")
	file := flag.String("file", "chat.db", "the history")
	servers := flag.String("nats", "", "servers of NATS, which connect processes; none: this process is alone")
	flag.Parse()
	if err := run(*addr, *file, *servers); err != nil {
		log.Fatal(err)
	}
}

func run(addr, file, servers string) error {
	var broker hub.Broker
	if servers != "" {
		b, err := nats.Connect(servers)
		if err != nil {
			return err
		}
		defer b.Close()
		broker = b
	}
	app, err := newApp(file, broker)
	if err != nil {
		return err
	}
	return app.Run(addr)
}

func newApp(file string, broker hub.Broker, opts ...brio.AppOption) (*brio.App, error) {
	files, err := fs.Sub(page, "page")
	if err != nil {
		return nil, err
	}
	app := brio.New(append(opts,
		brio.Title("Chat"),
		brio.SupplyFunc(openHistory(file)),
		brio.SupplyFunc(hub.Open(hub.Options[Event]{Broker: broker, Name: "chat", Announce: announce})),
		brio.Provide(currentGuest),
	)...)
	app.Put("/name", putName)
	app.WebSocket("/rooms/{room}", chat)
	app.Get("/rooms/{room}/guests", guests)
	app.Frontend("/", files)
	return app, nil
}

// Say is what a client sends.
type Say struct {
	Text string `json:"text" validate:"min=1,max=500"`
}

// Event is what clients get: a message or a change of the guests.
type Event struct {
	brio.OneOf `discriminator:"kind"`
	Message    *Message
	Guests     *Guests
}

// Message is what a guest has said.
type Message struct {
	Kind string `json:"kind" validate:"oneof=message"`
	ID   int64  `json:"id"`
	From string `json:"from"`
	Text string `json:"text"`
}

// Guests are the names in the room, and which of them came or went.
type Guests struct {
	Kind    string   `json:"kind" validate:"oneof=guests"`
	Present []string `json:"present"`
	Joined  []string `json:"joined"`
	Left    []string `json:"left"`
}

// announce is called by the hub when the names of a room change.
func announce(p hub.Presence) (Event, bool) {
	return Event{Guests: &Guests{"guests", p.Names, p.Joined, p.Left}}, true
}

type room struct {
	Room string `path:"room" validate:"min=1,max=40"`
}

// historyLength is how many messages a new member gets.
const historyLength = 50

// chat is one connection. The member joins first, so that no message falls between the history and the delivery; one that is in both has
// one ID.
func chat(ctx context.Context, ws *websocket.Conn[Say, Event], rooms *hub.Hub[Event], history *History, guest *Guest, in *room) error {
	member, err := rooms.Join(ctx, in.Room, guest.Name)
	if err != nil {
		return err
	}
	defer member.Leave()
	past, err := history.Last(ctx, in.Room, historyLength)
	if err != nil {
		return err
	}
	for _, m := range past {
		if err := ws.Write(ctx, Event{Message: &m}); err != nil {
			return err
		}
	}
	member.Deliver(ws)
	for say, err := range ws.Messages(ctx) {
		if err != nil {
			return err
		}
		m, err := history.Add(ctx, in.Room, guest.Name, say.Text)
		if err != nil {
			return err
		}
		// An error is of NATS. The members of this process have the message, the others find it in the history, and the hub has it in the log.
		_ = rooms.Broadcast(ctx, in.Room, Event{Message: m})
	}
	return nil
}

// guests are the names in a room, whichever process answers.
func guests(ctx context.Context, rooms *hub.Hub[Event], in *room) ([]string, error) {
	return rooms.Present(ctx, in.Room)
}
