// Package jobs runs work that must not be lost, outside of requests: on an [Engine], which keeps the jobs and gives them to workers.
//
// A program declares each kind of job with a function, and gives the declarations to the app:
//
//	type Invoice struct {
//		Order int64 `json:"order" validate:"min=1"`
//	}
//
//	func sendInvoice(ctx context.Context, job *jobs.Job[Invoice], mailer *Mailer) error { … }
//
//	app := brio.New(brio.Jobs(jobs.NewMemory(), jobs.Handle("send-invoice", sendInvoice)))
//
// A function of a request takes a [*Queue] and enqueues arguments. The kind follows from their type:
//
//	app.Post("/orders", func(ctx context.Context, in *brio.Body[Order], queue *jobs.Queue) error {
//		return queue.Enqueue(ctx, Invoice{Order: in.Value.ID})
//	})
//
// Arguments travel as JSON. They are validated as a body is, when they are enqueued and again before they are run. Delivery is at least
// once: a job whose process ends while it runs is run again, so its effect should be one that may happen twice, or be in a transaction.
//
// The package has the declarations, the engine for development ([Memory]) and the contract of engines, which package enginetest tests. The
// app runs the jobs. The package must not know requests, routes or how functions are called.
package jobs
