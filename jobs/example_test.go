package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http/httptest"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/jobs"
)

// Invoice has the arguments of the jobs "send-invoice".
type Invoice struct {
	Order int64 `json:"order" validate:"min=1"`
}

// Mailer is a dependency of the job.
type Mailer struct{}

func (*Mailer) Send(text string) error {
	fmt.Println(text)
	return nil
}

func sendInvoice(ctx context.Context, job *jobs.Job[Invoice], mailer *Mailer) error {
	return mailer.Send(fmt.Sprintf("invoice of order %d, attempt %d", job.Args.Order, job.Attempt))
}

// An order enqueues a job, which runs after its answer. Arguments that do not fit are an error.
func Example() {
	engine := jobs.NewMemory()
	app := brio.New(
		brio.Logger(slog.New(slog.NewTextHandler(io.Discard, nil))),
		brio.Supply(&Mailer{}),
		brio.Jobs(engine, jobs.Handle("send-invoice", sendInvoice, jobs.Attempts(5), jobs.Timeout(time.Minute))),
	)
	app.Post("/orders/{id}", func(ctx context.Context, queue *jobs.Queue, in *struct {
		ID int64 `path:"id"`
	}) (string, error) {
		err := queue.Enqueue(ctx, Invoice{Order: in.ID}, jobs.Once(fmt.Sprint("invoice of ", in.ID)))
		if wrong, ok := errors.AsType[*jobs.ArgsError](err); ok {
			return wrong.Errors[0].Msg, nil
		}
		return "ordered", err
	})
	for _, path := range []string{"/orders/7", "/orders/7", "/orders/0"} {
		w := httptest.NewRecorder()
		app.ServeHTTP(w, httptest.NewRequest("POST", path, nil))
		fmt.Println(w.Code, w.Body)
		_ = engine.Wait(context.Background())
	}
	// Output:
	// 200 "ordered"
	// invoice of order 7, attempt 1
	// 200 "ordered"
	// 200 "Input should be greater than or equal to 1"
}

// A job that has failed for good is dead: an operator sees it and has it run again.
func ExampleInspector() {
	memory := jobs.NewMemory()
	var engine jobs.Engine = memory
	isDown := true
	app := brio.New(
		brio.Logger(slog.New(slog.NewTextHandler(io.Discard, nil))),
		brio.Jobs(engine, jobs.Handle("send-invoice", func(info *jobs.Info, job *jobs.Job[Invoice]) error {
			if isDown {
				return jobs.Permanent(errors.New("the mail server is gone"))
			}
			fmt.Println("sent", info.Attempt)
			return nil
		})),
	)
	ctx := context.Background()
	err := app.Resolve(ctx, func(ctx context.Context, queue *jobs.Queue) error { return queue.Enqueue(ctx, Invoice{Order: 7}) })
	fmt.Println(err, memory.Wait(ctx))
	if inspector, ok := engine.(jobs.Inspector); ok {
		var dead []jobs.Record
		dead, _ = inspector.List(ctx, jobs.Filter{State: jobs.StateDead, Limit: 10})
		fmt.Println(len(dead), dead[0].Err)
		isDown = false
		fmt.Println(inspector.Revive(ctx, dead[0].ID), memory.Wait(ctx))
	}
	// Output:
	// <nil> <nil>
	// 1 the mail server is gone
	// sent 1
	// <nil> <nil>
}

func ExampleParseSchedule() {
	s, err := jobs.ParseSchedule("TZ=Europe/Berlin 30 3 * * mon-fri")
	fmt.Println(s.Next(time.Date(2026, 7, 4, 0, 0, 0, 0, time.UTC)), err)
	// Output: 2026-07-06 01:30:00 +0000 UTC <nil>
}
