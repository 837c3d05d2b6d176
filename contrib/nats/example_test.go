package nats_test

import (
	"context"
	"iter"
	"log"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/contrib/nats"
	"github.com/brio-go/brio/hub"
)

// Article is what the feed has.
type Article struct {
	Title string `json:"title"`
}

func ExampleConnect() {
	broker, err := nats.Connect("nats://127.0.0.1:4222")
	if err != nil {
		log.Fatal(err)
	}
	defer broker.Close()

	app := brio.New(brio.SupplyFunc(hub.Open(hub.Options[Article]{Broker: broker, Name: "news"})))
	app.Get("/feed", func(ctx context.Context, news *hub.Hub[Article]) iter.Seq2[Article, error] {
		return news.Messages(ctx, "articles", "")
	}, brio.EventStream())
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
