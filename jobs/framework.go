package jobs

import (
	"context"
	"reflect"
	"strings"
	"time"

	"github.com/brio-go/brio/background"
	"github.com/brio-go/brio/internal/finite"
	"github.com/brio-go/brio/internal/startup"
)

// This file is for the framework: programs have no use for its names.

// Declared is what the declarations of an app have.
type Declared struct {
	Engine      Engine                         // nil: the app has no jobs
	Kinds       []*Kind                        // in the order of their declarations
	Workers     int                            // how many jobs run at once
	EnqueueOnly bool                           // the process runs no jobs
	Observers   []func(context.Context, Event) // called after each run
	Mistakes    []startup.Mistake              // of the declarations
}

// Kind is a declared kind of job.
type Kind struct {
	Name      string        // letters, digits, hyphens and underscores
	Handler   any           // the function
	Place     string        // file:line of the declaration
	Attempts  int           // how often it runs at most
	Timeout   time.Duration // negative: none
	Schedules []*Schedule   // of Cron

	minRetry, maxRetry time.Duration
	mistakes           []startup.Mistake
}

// Add adds declarations at a place.
func (d *Declared) Add(e Engine, place string, list []Declaration) {
	switch {
	case e == nil:
		d.refuse(place, "the engine of brio.Jobs is nil", "a jobs.Engine, as in jobs.NewMemory()")
	case d.Engine != nil && !(reflect.TypeOf(e).Comparable() && d.Engine == e):
		d.refuse(place, "two options brio.Jobs have different engines", "one engine for an app; options with the same one add up")
	default:
		d.Engine = e
	}
	if d.Workers == 0 {
		d.Workers = defaultWorkers
	}
	for _, one := range list {
		if one == nil {
			d.refuse(place, "a declaration of brio.Jobs is nil", "jobs.Handle and its like")
			continue
		}
		one.declare(d)
	}
}

func (d *Declared) refuse(place, found, legal string) {
	d.Mistakes = append(d.Mistakes, startup.Mistake{Place: place, Found: found, Legal: legal})
}

// Next says what becomes of a job after a run that failed with err.
func (k *Kind) Next(attempt int, err error) Result {
	r := Result{Outcome: Retry, Err: textOf(err)}
	var isLast bool
	r.After, isLast = k.retryIn(attempt)
	if after, ok := finite.As[*retryAfter](err); ok {
		r.After = after.after
	}
	if isPermanent(err) || isLast {
		r.Outcome, r.After = Dead, 0
	}
	return r
}

// textOf returns the text of an error for a Result: valid UTF-8 of at most maxErr bytes, without zero bytes, which PostgreSQL has no place for.
func textOf(err error) string {
	const maxErr = 4 << 10
	text := finite.Text(err)
	if len(text) > maxErr {
		text = text[:maxErr-3] + "…"
	}
	return strings.ReplaceAll(strings.ToValidUTF8(text, "?"), "\x00", "?")
}

func isPermanent(err error) bool {
	_, isMarked := finite.As[*permanent](err)
	_, isArgs := finite.As[*ArgsError](err)
	return isMarked || isArgs
}

// Backend is what a Queue hands jobs to.
type Backend interface {
	// Prepare returns the entry of arguments: kind, payload and attempts.
	Prepare(ctx context.Context, args any) (Entry, error)
	// Send gives an entry to the engine.
	Send(ctx context.Context, e Entry) error
}

// NewQueue returns a Queue. tasks are those of the request, nil outside of requests.
func NewQueue(b Backend, tasks *background.Tasks, from Origin) *Queue { return &Queue{b, tasks, from} }

// TypeOf returns the type of the arguments if t is a *Job.
func TypeOf(t reflect.Type) (args reflect.Type, ok bool) {
	if t.Kind() != reflect.Pointer || !t.Implements(reflect.TypeFor[argued]()) {
		return nil, false
	}
	if t.Elem().Kind() != reflect.Struct || t.Elem().NumField() != 2 || t.Elem().PkgPath() != reflect.TypeFor[Info]().PkgPath() {
		return nil, false // a type of the program that embeds a *Job
	}
	return reflect.Zero(t).Interface().(argued).argsType(), true
}

// New returns a value of t, which is a *Job, with its arguments.
func New(t reflect.Type, info Info, args reflect.Value) reflect.Value {
	job := reflect.New(t.Elem())
	job.Elem().Field(0).Set(reflect.ValueOf(info))
	job.Elem().Field(1).Set(args)
	return job
}

// TraceparentOf returns the value of a header if it is a traceparent (W3C Trace Context, 3.2.2), and "" otherwise.
func TraceparentOf(header string) string {
	if len(header) < 55 || len(header) > 55 && (header[:2] == "00" || header[55] != '-' || len(header) > 255) || header[:2] == "ff" {
		return ""
	}
	for i := range len(header) {
		c := header[i]
		switch {
		case i == 2 || i == 35 || i == 52:
			if c != '-' {
				return ""
			}
		case i < 55 && (c < '0' || c > '9') && (c < 'a' || c > 'f'), c <= ' ' || c >= 0x7f:
			return ""
		}
	}
	const zeros = "00000000000000000000000000000000"
	if header[3:35] == zeros || header[36:52] == zeros[:16] {
		return ""
	}
	return header
}
