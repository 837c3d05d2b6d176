package jobs

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/brio-go/brio/background"
)

// Queue enqueues jobs. In an app with brio.Jobs, functions of requests and of jobs, and functions that App.Resolve calls, take a *Queue. It
// is safe for concurrent use.
type Queue struct {
	backend Backend
	tasks   *background.Tasks // of the request; nil outside of requests
	origin  Origin
}

// EnqueueOption is an option of Enqueue.
type EnqueueOption func(*enqueue)

// enqueue is what the options of Enqueue set.
type enqueue struct {
	Entry
	delay time.Duration
	isNow bool
	err   error
}

// Delay runs the job after a time, at the earliest.
func Delay(d time.Duration) EnqueueOption { return func(e *enqueue) { e.delay = d } }

// At runs the job at a time, at the earliest.
func At(t time.Time) EnqueueOption { return func(e *enqueue) { e.RunAt = t } }

// Unique leaves a job out if another one of its kind and with the same key waits or runs. The key has 1 to 255 bytes.
func Unique(key string) EnqueueOption { return func(e *enqueue) { e.setKey(key, false) } }

// Once leaves a job out if another one of its kind and with the same key waits, runs, is done or is dead. An engine forgets the key when it
// deletes the job that has it, at the earliest after a day; [Memory] keeps the last 10,000. The key has 1 to 255 bytes.
func Once(key string) EnqueueOption { return func(e *enqueue) { e.setKey(key, true) } }

// Now hands the job to the engine within the call, with its context, also in a request. Use it in streams, and for a transaction that is
// committed before the answer, with a context that carries it.
func Now() EnqueueOption { return func(e *enqueue) { e.isNow = true } }

func (e *enqueue) setKey(key string, once bool) {
	if e.Key, e.Once = key, once; key == "" || len(key) > MaxKey {
		e.err = fmt.Errorf("jobs: a key has %d bytes; legal are 1 to %d", len(key), MaxKey)
	}
}

// Limits of what an Entry has.
const (
	MaxKey     = 255     // bytes of a key
	MaxPayload = 256_000 // bytes of arguments as JSON
)

// Enqueue adds a job. args is a value of the type of a kind's arguments, or a pointer to one. They are encoded and validated within the call,
// and the error is an *[ArgsError] if they do not fit.
//
// In a request the engine receives the job when the handler has succeeded and the clean-ups before the response have run, and before the
// answer is sent: a request that ends in an error enqueues nothing, and a client with an answer can rely on the job. An engine that stores
// jobs in the database of the program does so in the transaction of the request, if it has one that is open then: the job exists if and only
// if that is committed. An error of the engine is the answer of the request. In a background task, or a later part of a stream, the engine
// receives the job when the tasks have run. See [Now] for another way.
//
// Outside of requests the engine receives the job within the call.
func (q *Queue) Enqueue(ctx context.Context, args any, opts ...EnqueueOption) error {
	if q == nil || q.backend == nil {
		return errors.New("jobs: this Queue was not made by an app; functions take a *jobs.Queue as a parameter")
	}
	e := enqueue{}
	for _, o := range opts {
		if o != nil {
			o(&e)
		}
	}
	if e.err != nil {
		return e.err
	}
	entry, err := q.backend.Prepare(ctx, args)
	if err != nil {
		return err
	}
	e.Kind, e.Payload, e.Attempts, e.Origin = entry.Kind, entry.Payload, entry.Attempts, q.origin
	if e.delay > 0 {
		e.RunAt = time.Now().Add(e.delay)
	}
	if q.tasks == nil || e.isNow {
		return q.backend.Send(ctx, e.Entry)
	}
	background.Defer(q.tasks, e.Kind, func(ctx context.Context) error { return q.backend.Send(ctx, e.Entry) })
	return nil
}
