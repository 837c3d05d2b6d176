package asyncapi

import (
	"context"
	"testing"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/openapi/spec"
	"github.com/brio-go/brio/security"
	"github.com/brio-go/brio/tests/internal/contract"
	"github.com/brio-go/brio/websocket"
)

func TestMain(m *testing.M) { contract.Main(m, nil) }

// Join enters the room.
//
// The room answers with its members.
type Join struct {
	Kind string `json:"kind" validate:"oneof=join"`
	Name string `json:"name" validate:"min=1,max=40"` // as others see it
}

// Say is a line of text.
type Say struct {
	Kind string `json:"kind" validate:"oneof=say"`
	Text string `json:"text" validate:"max=500"`
}

// Command is what a client may send.
type Command struct {
	brio.OneOf `discriminator:"kind"`
	*Join
	*Say
}

// Event is what has happened in the room.
type Event struct {
	From   string         `json:"from"`
	Text   string         `json:"text"`
	At     [2]float64     `json:"at"`
	Secret string         `json:"secret,omitempty"`
	Counts map[string]int `json:"counts"`
	Reply  *Event         `json:"reply,omitempty"`
}

// Color is a kind of room.
type Color string

func (Color) Values() []Color { return []Color{"red", "green"} }

type roomIn struct {
	Room    string   `path:"room" validate:"min=2" doc:"Slug of the room" example:"garden"`
	Since   int      `query:"since" default:"0" doc:"Number of the last event that the client has"`
	Tags    []string `query:"tag,omitempty"`
	Client  string   `header:"X-Client" doc:"Name and version of the client"`
	Session string   `cookie:"session" doc:"From the sign-in"`
	Theme   string   `cookie:"theme,omitempty"`
}

// chat joins a room of the house.
//
// Each client gets what the others say.
func chat(_ context.Context, _ roomIn, _ *websocket.Conn[Command, Event]) error { return nil }

func echo(_ *brio.WebSocket) error { return nil }

func numbers(_ struct {
	Color Color `path:"color" doc:"Color of the numbers"`
	Step  int   `path:"step"`
}, _ *websocket.Conn[int, []int]) error {
	return nil
}

func mirror(_ *websocket.Conn[Say, Say]) error { return nil }

// newApp returns an app with a WebSocket route of each kind.
func newApp(opts ...brio.AppOption) *brio.App {
	password := security.OAuth2PasswordBearer("token", map[string]string{"chat": "Take part"})
	key := security.APIKeyHeader("X-Key")
	app := brio.New(append([]brio.AppOption{
		testkit.Quiet(), brio.Title("House"), brio.Version("1.2"), brio.Summary("Rooms and texts"), brio.Description("A **house** of rooms."),
		brio.TagInfo(spec.Tag{Name: "rooms", Description: "Talk"}), brio.UncheckedScopes(),
	}, opts...)...)
	app.WebSocket("/rooms/{room}", chat, brio.Tags("rooms"), brio.Security(password, "chat"))
	app.WebSocket("/echo", echo, brio.Deprecated(), brio.Depends(password, key))
	app.WebSocket("/numbers/{color}/{step}", numbers, brio.Summary("Numbers of a color"))
	app.WebSocket("/mirror", mirror, brio.ResponseExclude("text"), brio.AnswerBadMessages(), brio.Subprotocols("v2", "v1"))
	app.WebSocket("/hidden", echo, brio.Hidden(), brio.Name("hidden"))
	app.Get("/rooms/{room}", func(_ struct {
		Room string `path:"room"`
	}) Event {
		return Event{}
	})
	return app
}
