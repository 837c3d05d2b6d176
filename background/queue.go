package background

import (
	"context"
	"errors"
	"fmt"
)

// Queue is somewhere durable to put work, behind the option TaskQueue: a table of the database, Redis, a broker. The
// worker at its other end is not Brio's. A Queue is used by many requests at once.
type Queue interface {
	// Enqueue returns when the job is safe. An error becomes the answer, a 500 or the HTTP error that it is.
	Enqueue(ctx context.Context, j Job) error
}

// QueueFunc is a function as a Queue.
type QueueFunc func(ctx context.Context, j Job) error

// Enqueue calls the function.
func (f QueueFunc) Enqueue(ctx context.Context, j Job) error { return f(ctx, j) }

// Job is work by name, for a worker that knows the name.
type Job struct {
	Name    string
	Payload []byte // JSON
}

type pending struct {
	name    string
	payload any
}

// ErrNoQueue is what Enqueue leads to where no TaskQueue is in scope.
var ErrNoQueue = errors.New("background: Enqueue without a queue: give the app, a router or the route the option TaskQueue")

// Enqueue hands a job to the queue of the app, router or route. It happens when the handler has succeeded and the
// clean-ups before the response have run, so that what they commit is there for the worker, and before the response
// leaves, so that a client that has an answer can rely on the job. payload, any JSON value, is encoded then. A request
// that ends in an error enqueues nothing.
func (t *Tasks) Enqueue(name string, payload any) { t.jobs = append(t.jobs, pending{name, payload}) }

// Flush gives the jobs to the queue, in order. The first error ends it.
func (t *Tasks) Flush(ctx context.Context, q Queue, encode func([]byte, any) ([]byte, error)) error {
	if t == nil {
		return nil
	}
	jobs := t.jobs
	t.jobs = nil
	for i, j := range jobs {
		if q == nil {
			return ErrNoQueue
		}
		payload, err := encode(nil, j.payload)
		if err == nil {
			err = q.Enqueue(ctx, Job{j.name, payload})
		}
		if err != nil {
			return fmt.Errorf("background: job %q, the %d. of %d, was not enqueued: %w", j.name, i+1, len(jobs), err)
		}
	}
	return nil
}
