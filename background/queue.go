package background

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// Queue stores jobs durably: a table of the database, Redis, a broker. The option brio.TaskQueue sets it. The program provides the
// worker that reads the jobs. A Queue must be safe for concurrent use.
type Queue interface {
	// Enqueue returns when the job is stored. An error is the answer of the request: a 500, or its own status if it is an HTTPError.
	Enqueue(ctx context.Context, j Job) error
}

// QueueFunc is a function that implements Queue.
type QueueFunc func(ctx context.Context, j Job) error

// Enqueue calls the function.
func (f QueueFunc) Enqueue(ctx context.Context, j Job) error { return f(ctx, j) }

// Job is work for a worker that knows its name.
type Job struct {
	Name    string // what kind of work it is: the first argument of Enqueue
	Payload []byte // JSON, as the response encoder writes it
}

// pending is a job that is not handed over.
type pending struct {
	name    string
	payload any
	encoded []byte                      // nil until Prepare
	hand    func(context.Context) error // in place of a queue and a payload; nil for none
}

// ErrNoQueue is the error of a request that calls Enqueue without a TaskQueue in scope. The answer is a 500.
var ErrNoQueue = errors.New("background: Enqueue without a queue: give the app, a router or the route the option TaskQueue")

// Enqueue adds a job for the queue of the app, router or route. The framework hands it over when the handler has succeeded and the
// clean-ups before the response have run, so that the worker finds the data which they commit; and before it sends the response, so
// that a client with an answer can rely on the job.
//
// payload is any value with a JSON form. It is encoded before these clean-ups run: if that fails, nothing is committed. A request
// that ends in an error enqueues nothing. A job of a background task, or of a later item of a stream, is handed over when the tasks
// have run. A job of a later clean-up is lost, and logged.
func (t *Tasks) Enqueue(name string, payload any) { t.add(pending{name: name, payload: payload}) }

// Defer adds a job that hand gives to a queue of its own, when those of Enqueue are given to theirs.
func Defer(t *Tasks, name string, hand func(ctx context.Context) error) {
	t.add(pending{name: name, hand: hand})
}

func (t *Tasks) add(j pending) {
	t.mu.Lock()
	owner := t.owner
	if owner == nil {
		t.jobs = append(t.jobs, j)
	}
	t.mu.Unlock()
	if owner != nil {
		owner.JobAfterEnd(j.name)
	}
}

// HasJobs reports whether the list has jobs for Flush.
func HasJobs(t *Tasks) bool {
	if t == nil {
		return false
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.jobs) > 0
}

// Prepare encodes the jobs, and returns an error if one cannot be encoded or there is no queue. It runs before anything is
// committed.
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
	switch {
	case j.hand != nil:
		return nil
	case q == nil:
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

// Flush hands the jobs to the queue, in order. It stops at the first error.
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
		switch {
		case err != nil:
		case j.hand != nil:
			err = j.hand(ctx)
		default:
			err = q.Enqueue(ctx, Job{j.name, j.encoded})
		}
		if err != nil {
			return notEnqueued(j.name, i, len(jobs), err)
		}
	}
	return nil
}
