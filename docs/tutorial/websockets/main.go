package main

import (
	"context"
	_ "embed"
	"log"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/response"
	"github.com/brio-go/brio/websocket"
)

//go:embed index.html
var index string

// Order is what clients send.
type Order struct {
	Tea  string `json:"tea" validate:"min=1"`
	Cups int    `json:"cups" validate:"gte=1,lte=9"`
}

// Reply is what clients receive.
type Reply struct {
	To    string `json:"to"`
	Price int    `json:"price"`
}

type Guest struct {
	Name string `query:"name" validate:"min=1"`
}

func takeOrders(ctx context.Context, conn *websocket.Conn[Order, Reply], in Guest) error {
	for order, err := range conn.Messages(ctx) {
		if err != nil {
			return err // the client is gone, or a message does not fit
		}
		if order.Tea == "coffee" {
			return &websocket.Error{Code: 4000, Reason: "no coffee"}
		}
		if err := conn.Write(ctx, Reply{To: in.Name, Price: 3 * order.Cups}); err != nil {
			return err
		}
	}
	return nil
}

func page() *brio.Response { return response.HTML(index) }

func newApp() *brio.App {
	app := brio.New(brio.Title("Tea bar"))
	app.Get("/", page)
	app.WebSocket("/orders", takeOrders)
	return app
}

func main() {
	if err := newApp().Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
