package background

import (
	"context"
	"errors"
	"fmt"
	"slices"
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
	encoded []byte // nil until Prepare
}

// ErrNoQueue is what Enqueue leads to where no TaskQueue is in scope.
var ErrNoQueue = errors.New("background: Enqueue without a queue: give the app, a router or the route the option TaskQueue")

// Enqueue hands a job to the queue of the app, router or route. It happens when the handler has succeeded and the
// clean-ups before the response have run, so that what they commit is there for the worker, and before the response
// leaves, so that a client that has an answer can rely on the job. payload, any JSON value, is encoded before these clean-ups
// run: one that cannot be encoded commits nothing. A request that ends in an error enqueues nothing. A job of a background
// task, or of a stream's later item, is handed over when the tasks have run; one of a later clean-up is lost, and logged.
func (t *Tasks) Enqueue(name string, payload any) {
	t.mu.Lock()
	owner := t.owner
	if owner == nil {
		t.jobs = append(t.jobs, pending{name: name, payload: payload})
	}
	t.mu.Unlock()
	if owner != nil {
		owner.JobAfterEnd(name)
	}
}

// HasJobs reports whether jobs wait for Flush.
func HasJobs(t *Tasks) bool {
	if t == nil {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.jobs) > 0
}

// Prepare encodes the jobs, and finds that there is no queue, before anything is committed.
func Prepare(t *Tasks, q Queue, encode func([]byte, any) ([]byte, error)) error {
	t.mu.Lock()
	jobs := slices.Clone(t.jobs) // a payload's own method may add one
	t.mu.Unlock()
	for i := range jobs {
		if err := jobs[i].prepare(q, encode); err != nil {
			return notEnqueued(jobs[i].name, i, len(jobs), err)
		}
	}
	t.mu.Lock()
	copy(t.jobs, jobs)
	t.mu.Unlock()
	return nil
}

func (j *pending) prepare(q Queue, encode func([]byte, any) ([]byte, error)) (err error) {
	if q == nil {
		return ErrNoQueue
	}
	if j.encoded == nil {
		j.encoded, err = encode(nil, j.payload)
	}
	return err
}

func notEnqueued(name string, i, n int, err error) error {
	if err == ErrNoQueue {
		return err
	}
	return fmt.Errorf("background: job %q, the %d. of %d, was not enqueued: %w", name, i+1, n, err)
}

// Flush gives the jobs to the queue, in order. The first error ends it.
func (t *Tasks) Flush(ctx context.Context, q Queue, encode func([]byte, any) ([]byte, error)) error {
	if t == nil {
		return nil
	}
	t.mu.Lock()
	jobs := t.jobs
	t.jobs = nil
	t.mu.Unlock()
	for i, j := range jobs {
		err := j.prepare(q, encode)
		if err == nil {
			err = q.Enqueue(ctx, Job{j.name, j.encoded})
		}
		if err != nil {
			return notEnqueued(j.name, i, len(jobs), err)
		}
	}
	return nil
}
