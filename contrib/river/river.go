package brioriver

import (
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	briosql "github.com/brio-go/brio/contrib/sql"
	"github.com/brio-go/brio/jobs"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/riverqueue/river/rivertype"
)

// Options configure an Engine. The zero value has the defaults.
type Options struct {
	// Queue is the name of River's queue: letters in lower case and digits, with hyphens and underscores between them. "" means "default".
	Queue string
	// Poll is how often a process asks for jobs that are due. 0 means 500 milliseconds.
	Poll time.Duration
	// Lease is how long a job stays with a process that has died, and how long one may run at most before another process takes it. It must
	// be longer than the timeouts of the kinds. 0 means the longest timeout and a minute more, and a day if a kind has no timeout.
	Lease time.Duration
	// KeepDone is how long jobs that are done are kept, and with them the keys of jobs.Once: at least a day, which 0 means.
	KeepDone time.Duration
	// KeepDead is how long dead jobs are kept, at least a day. 0 means 30 days.
	KeepDead time.Duration
}

// Engine is a jobs.Engine and a jobs.Inspector over a database. It is safe for concurrent use.
type Engine struct {
	db      *sql.DB
	dialect briosql.Dialect
	o       Options
	client  *river.Client[*sql.Tx] // for all but the work
}

var _ interface {
	jobs.Engine
	jobs.Inspector
} = (*Engine)(nil)

const (
	defaultPoll = 500 * time.Millisecond
	day         = 24 * time.Hour
)

// New returns an engine over a database, which it leaves open. The tables must exist: see Migrate. SQLite needs a busy_timeout, journal_mode
// WAL and _txlock=immediate, as in "file:app.db?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_txlock=immediate".
func New(db *sql.DB, d briosql.Dialect, o Options) (*Engine, error) {
	if o.Queue == "" {
		o.Queue = river.QueueDefault
	}
	if o.Poll == 0 {
		o.Poll = defaultPoll
	}
	if o.KeepDone == 0 {
		o.KeepDone = day
	}
	if o.KeepDead == 0 {
		o.KeepDead = 30 * day
	}
	switch {
	case db == nil:
		return nil, errors.New("brioriver: the database is nil")
	case d != briosql.PostgreSQL && d != briosql.SQLite:
		return nil, fmt.Errorf("brioriver: the dialect is %d; legal are PostgreSQL and SQLite", d)
	case len(o.Queue) > 64 || !regexp.MustCompile(`^[a-z0-9]+([_-][a-z0-9]+)*$`).MatchString(o.Queue):
		return nil, fmt.Errorf("brioriver: the queue is %q; legal are letters in lower case and digits, with hyphens and underscores between them", o.Queue)
	case o.Poll < time.Millisecond:
		return nil, fmt.Errorf("brioriver: Poll is %v; legal are 1 millisecond and more", o.Poll)
	case o.Lease < 0 || o.Lease > 0 && o.Lease < 2*time.Second:
		return nil, fmt.Errorf("brioriver: Lease is %v; legal are 2 seconds and more", o.Lease)
	case o.KeepDone < day || o.KeepDead < day:
		return nil, fmt.Errorf("brioriver: KeepDone is %v and KeepDead %v; legal are 24 hours and more, because they keep the keys of jobs.Once", o.KeepDone, o.KeepDead)
	}
	e := &Engine{db: db, dialect: d, o: o}
	var err error
	if e.client, err = river.NewClient(e.driver(), &river.Config{Logger: slog.New(slog.DiscardHandler)}); err != nil {
		return nil, fmt.Errorf("brioriver: %w", err)
	}
	return e, nil
}

// driver returns River's driver of the database.
func (e *Engine) driver() riverdriver.Driver[*sql.Tx] {
	if e.dialect == briosql.SQLite {
		return riversqlite.New(e.db)
	}
	return riverdatabasesql.New(e.db)
}

// Migrate makes River's tables, or brings them to the version of this module. It does nothing if they have it.
func (e *Engine) Migrate(ctx context.Context) error {
	m, err := rivermigrate.New(e.driver(), &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err == nil {
		_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
	}
	if err != nil {
		return fmt.Errorf("brioriver: migrate: %w", err)
	}
	return nil
}

// args are the arguments of each job as River knows them: what a job has is in its row.
type args struct {
	kind string
	next time.Time // of the next run, which Work sets

	Key         string          `json:"key,omitempty" river:"unique"` // "t" and the key, or "b" and its base64 if it is no text
	Payload     json.RawMessage `json:"args,omitempty"`
	Escaped     []byte          `json:"args_base64,omitempty"` // in place of Payload: it has a \u0000, which PostgreSQL's jsonb refuses
	Traceparent string          `json:"traceparent,omitempty"`
	RequestID   string          `json:"request_id,omitempty"`
}

// Kind implements river.JobArgs.
func (a args) Kind() string { return a.kind }

// newArgs returns the arguments of an entry.
func newArgs(e jobs.Entry) args {
	a := args{kind: e.Kind, Payload: e.Payload, Traceparent: e.Traceparent, RequestID: strings.ToValidUTF8(strings.ReplaceAll(e.RequestID, "\x00", "?"), "?")}
	if strings.Contains(string(e.Payload), `\u0000`) {
		a.Payload, a.Escaped = nil, e.Payload
	}
	switch {
	case e.Key == "":
	case utf8.ValidString(e.Key) && !strings.Contains(e.Key, "\x00"):
		a.Key = "t" + e.Key
	default:
		a.Key = "b" + base64.StdEncoding.EncodeToString([]byte(e.Key))
	}
	return a
}

// payload returns the JSON of the arguments.
func (a args) payload() []byte {
	if a.Escaped != nil {
		return a.Escaped
	}
	return a.Payload
}

// key returns the key of the entry.
func (a args) key() string {
	if text, ok := strings.CutPrefix(a.Key, "t"); ok {
		return text
	}
	decoded, _ := base64.StdEncoding.DecodeString(strings.TrimPrefix(a.Key, "b"))
	return string(decoded)
}

// info returns what a row says of its job.
func (a args) info(row *rivertype.JobRow) jobs.Info {
	return jobs.Info{
		ID: strconv.FormatInt(row.ID, 10), Kind: row.Kind, Attempt: row.Attempt, Key: a.key(), EnqueuedAt: row.CreatedAt,
		Origin: jobs.Origin{Traceparent: a.Traceparent, RequestID: a.RequestID},
	}
}

// The states in which a job has its key.
var (
	live = []rivertype.JobState{
		rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRunning, rivertype.JobStateRetryable, rivertype.JobStateScheduled,
	}
	dead = []rivertype.JobState{rivertype.JobStateCancelled, rivertype.JobStateDiscarded}
	all  = append(append([]rivertype.JobState{rivertype.JobStateCompleted}, live...), dead...)
)

// Enqueue implements jobs.Engine. If the context has a transaction of package briosql that has not ended, the row is inserted by it.
func (e *Engine) Enqueue(ctx context.Context, entry jobs.Entry) (jobs.Stored, error) {
	o := &river.InsertOpts{Queue: e.o.Queue, MaxAttempts: math.MaxInt16, ScheduledAt: entry.RunAt} // the app counts attempts
	if entry.Key != "" {
		o.UniqueOpts = river.UniqueOpts{ByArgs: true, ByState: live}
		if entry.Once {
			o.UniqueOpts.ByState = all
		}
	}
	tx, err := briosql.Tx(ctx)
	var r *rivertype.JobInsertResult
	switch {
	case err == nil:
		r, err = e.client.InsertTx(ctx, tx, newArgs(entry), o)
	case errors.Is(err, briosql.ErrNoTx), errors.Is(err, sql.ErrTxDone):
		r, err = e.client.Insert(ctx, newArgs(entry), o)
	}
	if err != nil {
		return jobs.Stored{}, fmt.Errorf("brioriver: enqueue: %w", err)
	}
	return jobs.Stored{ID: strconv.FormatInt(r.Job.ID, 10), IsDuplicate: r.UniqueSkippedAsDuplicate}, nil
}

// worker runs the jobs of a kind. It implements river.Worker.
type worker struct {
	river.WorkerDefaults[args]
	run   func(context.Context, jobs.Delivery) jobs.Result
	lease time.Duration
}

// Work runs a job. The app ends its context, so that of River does not.
func (w *worker) Work(ctx context.Context, job *river.Job[args]) error {
	r := w.run(context.WithoutCancel(ctx), jobs.Delivery{Info: job.Args.info(job.JobRow), Payload: job.Args.payload()})
	switch r.Outcome {
	case jobs.Done:
		return nil
	case jobs.Again:
		return river.JobSnooze(max(r.After, 0))
	case jobs.Retry:
		job.Args.next = time.Now().Add(r.After)
		return errors.New(r.Err)
	}
	return river.JobCancel(errors.New(r.Err))
}

// NextRetry is when a job that failed is run again. A job of a process that died is run at once. River takes no time that has passed.
func (w *worker) NextRetry(job *river.Job[args]) time.Time {
	if now := time.Now(); job.Args.next.Before(now) {
		return now
	}
	return job.Args.next
}

// Timeout is for River alone, which takes no job from a process before it has passed.
func (w *worker) Timeout(*river.Job[args]) time.Duration { return w.lease - time.Second }

// startPause is the time between two attempts to begin, while the database does not answer.
const startPause = time.Second

// Work implements jobs.Engine.
func (e *Engine) Work(_ context.Context, w jobs.Worker) (stop func(context.Context) error, err error) {
	lease := e.o.Lease
	switch {
	case lease == 0 && w.Longest < 0:
		lease = day
	case lease == 0:
		lease = w.Longest + time.Minute
	case w.Longest < 0 || lease < w.Longest+time.Second:
		return nil, fmt.Errorf("brioriver: Lease is %v, and a kind of job may run for %v; legal is a longer one: another process would take a job that still runs", lease, timeoutText(w.Longest))
	}
	if _, err := e.newClient(w, lease); err != nil { // a mistake in the configuration
		return nil, err
	}
	stopping, quit := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		var err error
		if client := e.start(stopping, w, lease); client != nil {
			<-stopping.Done()
			err = client.Stop(context.Background())
		}
		ended <- err
		close(ended)
	}()
	return func(ctx context.Context) error {
		quit()
		select {
		case err := <-ended:
			return err
		case <-ctx.Done():
			return fmt.Errorf("brioriver: jobs are still running: %w", context.Cause(ctx))
		}
	}, nil
}

func timeoutText(d time.Duration) string {
	if d < 0 {
		return "an unlimited time"
	}
	return d.String()
}

// start starts a client. It tries until the database answers, and returns nil if ctx ends before.
func (e *Engine) start(ctx context.Context, w jobs.Worker, lease time.Duration) *river.Client[*sql.Tx] {
	for isFirst := true; ctx.Err() == nil; isFirst = false {
		client, err := e.newClient(w, lease)
		if err == nil {
			if err = client.Start(context.Background()); err == nil {
				return client
			}
		}
		if isFirst {
			w.Log.Error("jobs wait for the database", "error", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(startPause):
		}
	}
	return nil
}

// newClient returns a client that runs jobs.
func (e *Engine) newClient(w jobs.Worker, lease time.Duration) (*river.Client[*sql.Tx], error) {
	workers := river.NewWorkers()
	for _, kind := range w.Kinds {
		river.AddWorkerArgs(workers, args{kind: kind}, &worker{run: w.Run, lease: lease})
	}
	client, err := river.NewClient(e.driver(), &river.Config{
		Logger: slog.New(&warnings{w.Log.Handler()}), Workers: workers, Queues: map[string]river.QueueConfig{e.o.Queue: {MaxWorkers: w.Concurrency}},
		FetchOnlyKnownKinds: true, FetchPollInterval: e.o.Poll, FetchCooldown: min(e.o.Poll, river.FetchCooldownDefault),
		JobTimeout: lease - time.Second, RescueStuckJobsAfter: lease,
		CompletedJobRetentionPeriod: e.o.KeepDone, CancelledJobRetentionPeriod: e.o.KeepDead, DiscardedJobRetentionPeriod: e.o.KeepDead,
	})
	if err != nil {
		return nil, fmt.Errorf("brioriver: %w", err)
	}
	return client, nil
}

// warnings is a handler of the warnings and errors of River. The app logs each run by itself.
type warnings struct{ slog.Handler }

func (h *warnings) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && h.Handler.Enabled(ctx, l)
}
func (h *warnings) WithAttrs(list []slog.Attr) slog.Handler {
	return &warnings{h.Handler.WithAttrs(list)}
}
func (h *warnings) WithGroup(name string) slog.Handler { return &warnings{h.Handler.WithGroup(name)} }
