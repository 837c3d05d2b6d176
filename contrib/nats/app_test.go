package nats_test

import (
	"context"
	"io"
	"log/slog"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
	"github.com/brio-go/brio/jobs"
)

// A request of an app enqueues a job, which the app runs with a dependency.
func TestJobsOfAnApp(t *testing.T) {
	server := jetStream(t)
	server.Start()
	ran := make(chan int64, 9)
	app := brio.New(
		brio.Logger(slog.New(slog.NewTextHandler(io.Discard, nil))),
		brio.Supply(ran),
		brio.Jobs(openJobs(t, server.Addr(), ""), jobs.Handle("send-invoice", func(ctx context.Context, job *jobs.Job[Invoice], ran chan int64) error {
			ran <- job.Args.Order
			return nil
		})),
	)
	app.Post("/orders/{id}", func(ctx context.Context, queue *jobs.Queue, in *struct {
		ID int64 `path:"id"`
	}) error {
		return queue.Enqueue(ctx, Invoice{Order: in.ID}, jobs.Unique("k"), jobs.Delay(50*time.Millisecond))
	})
	client := briotest.New(t, app)
	for range 2 {
		client.Post("/orders/7", nil).Send().Status(204)
	}
	if order := receive(t, ran); order != 7 {
		t.Errorf("ran for order %d", order)
	}
	time.Sleep(300 * time.Millisecond)
	if len(ran) > 0 {
		t.Error("a unique job ran twice")
	}
}
