package jobs

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/brio-go/brio/internal/argument"
	"github.com/brio-go/brio/internal/funcname"
	"github.com/brio-go/brio/internal/startup"
)

// Declaration is an argument of brio.Jobs: [Handle], [Workers], [EnqueueOnly], [Observe].
type Declaration interface{ declare(*Declared) }

// declaration is a Declaration.
type declaration func(*Declared)

func (f declaration) declare(d *Declared) { f(d) }

// Option is an option of [Handle].
type Option interface{ apply(*Kind) }

// option is an Option.
type option func(*Kind)

func (f option) apply(k *Kind) { f(k) }

// The defaults of a kind.
const (
	defaultAttempts = 10
	defaultTimeout  = time.Minute
	defaultMinRetry = time.Second
	defaultMaxRetry = time.Hour
	defaultWorkers  = 10
)

// Handle declares a kind of job: its name, which engines store, and the function that does it. The name has letters, digits, hyphens and
// underscores, 2 to 63 of them.
//
// Parameters of the function are a *[Job] with its arguments, a context, a *slog.Logger, a *[Queue], a *[Info], and results of the app's
// own providers, whose clean-ups run after it. It returns nothing or an error. A parameter that needs a request is a start-up mistake. A
// function without a Job has no arguments, and runs on a schedule alone: [Cron].
//
// An error or a panic is a failure: the job is run again after a time, see [Backoff], until its attempts are used up, see [Attempts]. Then it
// is dead: the engine keeps it, and an operator may have it run again.
func Handle(kind string, handler any, opts ...Option) Declaration {
	k := &Kind{Name: kind, Handler: handler, Place: funcname.Caller(1), Attempts: defaultAttempts, Timeout: defaultTimeout, minRetry: defaultMinRetry, maxRetry: defaultMaxRetry}
	if found := checkKind(kind); found != "" {
		k.refuse(found, "2 to 63 letters, digits, hyphens and underscores, of which the first is a letter or a digit")
	}
	for i, o := range opts {
		if o == nil {
			k.refuse(fmt.Sprintf("option %d of jobs.Handle is nil", i+1), "an option, as in jobs.Attempts(3)")
			continue
		}
		o.apply(k)
	}
	return declaration(func(d *Declared) {
		d.Kinds = append(d.Kinds, k)
		d.Mistakes = append(d.Mistakes, k.mistakes...)
	})
}

// refuse adds a mistake at the place of the declaration.
func (k *Kind) refuse(found, legal string) {
	k.mistakes = append(k.mistakes, startup.Mistake{Place: k.Place, Found: found, Legal: legal})
}

// Attempts is how often a job is run at most, 10 by default. A run that the shutdown has interrupted does not count.
func Attempts(n int) Option {
	return option(func(k *Kind) {
		if k.Attempts = n; n < 1 || n > 1000 {
			k.refuse(fmt.Sprintf("jobs.Attempts is %d", n), "1 to 1000")
		}
	})
}

// Backoff is the time between a failure and the next run. It doubles with each failure, from first up to most, by default from 1 second to
// 1 hour. A random part, up to half of it, is left out, so that jobs that failed together do not come back together.
func Backoff(first, most time.Duration) Option {
	return option(func(k *Kind) {
		if k.minRetry, k.maxRetry = first, most; first <= 0 || most < first {
			k.refuse(fmt.Sprintf("jobs.Backoff is %v, %v", first, most), "two durations above 0, of which the second is not the smaller one")
		}
	})
}

// Timeout is how long one run may take, 1 minute by default; brio.NoLimit is no limit. The context of the job then ends with the cause
// context.DeadlineExceeded, and its run is a failure if the function returns an error. A function that does not watch its context goes on:
// Go cannot end it.
func Timeout(d time.Duration) Option {
	return option(func(k *Kind) {
		if isSet, wrong := argument.Limit("jobs.Timeout", d); wrong.Wrong() {
			k.refuse(wrong.Found, wrong.Legal)
		} else if isSet {
			k.Timeout = d
		}
	})
}

// Cron runs the kind on a schedule, once for each time that fits, in one of the processes that have workers. Its arguments are the ones that
// the document {} gives: defaults. A time at which no process runs is left out. Several options add up.
//
// A schedule has the five fields of cron in UTC, as in "30 3 * * 1-5": minute, hour, day of the month, month, day of the week (0 and 7 are
// Sunday). Fields have lists, ranges, steps and the English names of months and days. If both days are limited, one of them has to fit.
// "TZ=Europe/Berlin 30 3 * * *" is in a time zone: a time that a clock change leaves out is skipped, and one that it repeats runs once.
// "@hourly", "@daily", "@weekly", "@monthly", "@yearly" and "@every 90s" are schedules too; the times of "@every" are multiples of the duration
// since 1970.
func Cron(schedule string) Option {
	return option(func(k *Kind) {
		s, err := ParseSchedule(schedule)
		if err != nil {
			k.refuse(fmt.Sprintf("jobs.Cron: %v", err), `five fields, as in "30 3 * * 1-5", or "@daily" and its like`)
			return
		}
		k.Schedules = append(k.Schedules, s)
	})
}

// Workers is how many jobs the process runs at once, 10 by default.
func Workers(n int) Declaration {
	place := funcname.Caller(1)
	return declaration(func(d *Declared) {
		if d.Workers = n; n < 1 || n > 10_000 {
			d.refuse(place, fmt.Sprintf("jobs.Workers is %d", n), "1 to 10000; jobs.EnqueueOnly() runs none")
		}
	})
}

// EnqueueOnly makes the process one that enqueues and runs no jobs, beside others that do.
func EnqueueOnly(on ...bool) Declaration {
	place := funcname.Caller(1)
	return declaration(func(d *Declared) {
		isOn, wrong := argument.Switch("jobs.EnqueueOnly", on)
		if d.EnqueueOnly = isOn; wrong.Wrong() {
			d.refuse(place, wrong.Found, wrong.Legal)
		}
	})
}

// Observe calls f after each run of a job, in its goroutine, for metrics and traces. A panic of f is logged. Several of them add up.
func Observe(f func(ctx context.Context, e Event)) Declaration {
	place := funcname.Caller(1)
	return declaration(func(d *Declared) {
		if f == nil {
			d.refuse(place, "the function of jobs.Observe is nil", "a func(ctx context.Context, e jobs.Event)")
			return
		}
		d.Observers = append(d.Observers, f)
	})
}

// Event is one run of a job.
type Event struct {
	Info
	Outcome Outcome       // how it has ended
	Err     error         // nil for Done
	After   time.Duration // until the next run, for Retry and Again
	Waited  time.Duration // from EnqueuedAt to the run
	Took    time.Duration // the run itself
}

// retryIn returns the time until the next run after failed attempts, and whether there is none.
func (k *Kind) retryIn(attempt int) (after time.Duration, isLast bool) {
	if attempt >= k.Attempts {
		return 0, true
	}
	d := k.maxRetry
	if shift := attempt - 1; shift < 62 && k.minRetry<<shift>>shift == k.minRetry {
		d = min(k.minRetry<<shift, k.maxRetry)
	}
	return d - rand.N(d/2+1), false
}
