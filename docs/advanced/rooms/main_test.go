package main

import (
	"testing"

	"github.com/brio-go/brio/briotest"
)

func TestChat(t *testing.T) {
	c := briotest.New(t, newApp())
	ann := c.WebSocket("/rooms/tea?name=ann")
	ann.Send(Say{Text: "hello?"}).Expect(Said{From: "ann", Text: "hello?"}) // now ann is in the room
	bob := c.WebSocket("/rooms/tea?name=bob")
	bob.Send(Say{Text: "hi"}).Expect(Said{From: "bob", Text: "hi"})
	ann.Expect(Said{From: "bob", Text: "hi"})

	c.Post("/rooms/tea/messages", Say{Text: "closing soon"}).Status(204)
	ann.Expect(Said{From: "the house", Text: "closing soon"})
	bob.Expect(Said{From: "the house", Text: "closing soon"})
}
