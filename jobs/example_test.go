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

// Jobs run at once or later, once for each key, and again after a failure.
func ExampleObserve() {
	engine := jobs.NewMemory()
	isDown := true
	seen := func(_ context.Context, e jobs.Event) { fmt.Println(e.Kind, e.Attempt, e.Outcome, e.After) }
	app := brio.New(
		brio.Logger(slog.New(slog.NewTextHandler(io.Discard, nil))),
		brio.Jobs(engine,
			jobs.Handle("send-invoice", func(job *jobs.Job[Invoice]) error {
				if isDown {
					isDown = false
					return jobs.RetryAfter(errors.New("the mail server is away"), 10*time.Millisecond)
				}
				return nil
			}, jobs.Backoff(time.Second, time.Hour)),
			jobs.Handle("clean-up", func() {}, jobs.Cron("@daily")),
			jobs.Workers(1),
			jobs.Observe(seen),
		),
	)
	ctx := context.Background()
	err := app.Resolve(ctx, func(ctx context.Context, queue *jobs.Queue) error {
		return errors.Join(
			queue.Enqueue(ctx, Invoice{Order: 7}, jobs.Unique("order 7"), jobs.Now()),
			queue.Enqueue(ctx, Invoice{Order: 7}, jobs.Unique("order 7")), // the first one waits: this one is left out
			queue.Enqueue(ctx, Invoice{Order: 8}, jobs.Delay(time.Hour)),
			queue.Enqueue(ctx, Invoice{Order: 9}, jobs.At(time.Now().Add(24*time.Hour))),
		)
	})
	fmt.Println(err)
	for n := 1; n > 0; {
		_ = engine.Wait(ctx)
		time.Sleep(20 * time.Millisecond)
		done, _ := engine.Count(ctx)
		n = 1 - done[jobs.StateDone]
	}
	// Output:
	// <nil>
	// send-invoice 1 retry 10ms
	// send-invoice 2 done 0s
}

// A process that enqueues leaves the jobs to others with the same engine.
func ExampleEnqueueOnly() {
	engine := jobs.NewMemory()
	app := brio.New(
		brio.Logger(slog.New(slog.NewTextHandler(io.Discard, nil))),
		brio.Jobs(engine, jobs.EnqueueOnly(), jobs.Handle("send-invoice", sendInvoice)),
		brio.Supply(&Mailer{}),
	)
	ctx := context.Background()
	err := app.Resolve(ctx, func(ctx context.Context, queue *jobs.Queue) error { return queue.Enqueue(ctx, Invoice{Order: 7}) })
	states, _ := engine.Count(ctx)
	fmt.Println(err, states[jobs.StateWaiting])
	// Output: <nil> 1
}
