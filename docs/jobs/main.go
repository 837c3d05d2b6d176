package main

import (
	"context"
	"fmt"
	"log"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/jobs"
)

type Order struct {
	ID    int64  `json:"id" validate:"min=1"`
	Email string `json:"email" validate:"email"`
}

// Invoice has the arguments of the jobs "send-invoice".
type Invoice struct {
	Order int64  `json:"order" validate:"min=1"`
	Email string `json:"email" validate:"email"`
}

// Outbox is a dependency: it stands for a mail server.
type Outbox struct{ sent chan string }

func sendInvoice(job *jobs.Job[Invoice], outbox *Outbox) {
	outbox.sent <- fmt.Sprintf("invoice of order %d to %s", job.Args.Order, job.Args.Email)
}

func createOrder(ctx context.Context, in *brio.Body[Order], queue *jobs.Queue) (*Order, error) {
	return &in.Value, queue.Enqueue(ctx, Invoice{Order: in.Value.ID, Email: in.Value.Email})
}

func main() {
	app := brio.New(
		brio.Supply(&Outbox{make(chan string, 100)}),
		brio.Jobs(jobs.NewMemory(), jobs.Handle("send-invoice", sendInvoice)),
	)
	app.Post("/orders", createOrder, brio.Status(201))
	app.Get("/outbox", func(outbox *Outbox) string { return <-outbox.sent })
	log.Fatal(app.Run("127.0.0.1:8000"))
}
