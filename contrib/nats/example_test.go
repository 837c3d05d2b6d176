package nats_test

import (
	"context"
	"fmt"
	"iter"
	"log"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/contrib/nats"
	"github.com/brio-go/brio/hub"
	"github.com/brio-go/brio/jobs"
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

// Invoice has the arguments of the jobs "send-invoice".
type Invoice struct {
	Order int64 `json:"order" validate:"min=1"`
}

// Requests enqueue jobs, and each process of the program runs some of them. A cluster of three servers keeps each job three times.
func ExampleOpenJobs() {
	engine, err := nats.OpenJobs("nats://127.0.0.1:4222", nats.JobsOptions{Name: "shop", Replicas: 3})
	if err != nil {
		log.Fatal(err)
	}
	defer engine.Close()

	app := brio.New(brio.Jobs(engine, jobs.Handle("send-invoice", func(ctx context.Context, job *jobs.Job[Invoice]) error {
		log.Println("invoice of order", job.Args.Order, "attempt", job.Attempt)
		return nil
	})))
	app.Post("/orders/{id}", func(ctx context.Context, queue *jobs.Queue, in *struct {
		ID int64 `path:"id"`
	}) error {
		return queue.Enqueue(ctx, Invoice{Order: in.ID}, jobs.Once(fmt.Sprint("invoice of ", in.ID)))
	})
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
