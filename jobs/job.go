package jobs

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"time"

	"github.com/brio-go/brio/params"
)

// Job is what the function of a kind of job takes. T is the type of its arguments, which decides the kind when a program enqueues them.
type Job[T any] struct {
	Info
	Args T // decoded and validated
}

// Info describes one run of a job. Providers may take a *Info: they are then for functions of jobs alone.
type Info struct {
	ID         string    // of the engine
	Kind       string    // its name in jobs.Handle
	Attempt    int       // 1 for the first run
	Key        string    // of Unique or Once; "" without
	EnqueuedAt time.Time // when it was enqueued
	Origin
}

// Origin is the request that has enqueued a job, for the links between traces. Jobs that a job enqueues have the Origin of that job.
type Origin struct {
	Traceparent string // the header of the request (W3C Trace Context, 3.2); "" if it had none, or a malformed one
	RequestID   string // of middleware.RequestID; ""
}

func (*Job[T]) argsType() reflect.Type { return reflect.TypeFor[T]() }

// argued is a *Job[T] of any T.
type argued interface{ argsType() reflect.Type }

// ErrNotFound is the error of an Inspector for a job that does not exist, or is not in the state that the method needs.
var ErrNotFound = errors.New("jobs: there is no such job in this state")

// ErrKeyTaken is the error of Revive for a job whose key a job has that waits or runs.
var ErrKeyTaken = errors.New("jobs: another job has the key of this one")

// ErrFull is the error of an Enqueue that would exceed a limit of the engine.
var ErrFull = errors.New("jobs: the engine is full")

// ArgsError is the error of arguments that do not fit their rules. Enqueue returns it, and it ends a job at once that was enqueued with
// other rules than those of the program that runs it. It is a mistake of the program, so a request that returns it is answered with 500.
type ArgsError struct {
	Kind   string               // of the job
	Errors []params.ErrorDetail // as those of a request's body
}

// Error returns the kind, the number of errors, and the first three of them, without the values.
func (e *ArgsError) Error() string {
	text := (&params.ValidationError{Errors: e.Errors}).Error()
	return fmt.Sprintf("jobs: the arguments of a job %q: %s", e.Kind, text)
}

// permanent is an error after which a job does not run again.
type permanent struct{ error }

func (e *permanent) Unwrap() error { return e.error }

// Permanent returns an error that ends a job: it is not run again, whatever attempts it has left. It is nil for nil.
func Permanent(err error) error {
	if err == nil {
		return nil
	}
	return &permanent{err}
}

// retryAfter is an error that says when a job is run again.
type retryAfter struct {
	error
	after time.Duration
}

func (e *retryAfter) Unwrap() error { return e.error }

// RetryAfter returns an error that decides when the job is run again, in place of the backoff of its kind. The attempt counts. It is nil for
// a nil error.
func RetryAfter(err error, d time.Duration) error {
	if err == nil {
		return nil
	}
	return &retryAfter{err, max(d, 0)}
}

// checkKind returns what is wrong about the name of a kind, "" if nothing is.
func checkKind(kind string) string {
	const first = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	if len(kind) < 2 || len(kind) > 63 || !strings.ContainsRune(first, rune(kind[0])) || strings.Trim(kind, first+"_-") != "" {
		return fmt.Sprintf("the kind is %q", kind)
	}
	for _, c := range kind {
		if !strings.ContainsRune(first+"_-", c) {
			return fmt.Sprintf("the kind is %q", kind)
		}
	}
	return ""
}
