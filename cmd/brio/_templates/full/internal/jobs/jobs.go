// Package jobs runs work after the request that asked for it. The jobs are rows of the database: a job exists exactly when the transaction
// that added it is committed, and survives the process. A job runs at least once, so its function must bear a second run.
package jobs

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/brio-go/brio"
	"github.com/google/uuid"

	"example.com/app/internal/settings"
)

const (
	lease    = time.Minute // how long a job may run. After that another worker takes it
	attempts = 8           // then the row stays, with its error, and no worker takes it
)

// Functions has the function of each kind of job.
type Functions map[string]func(ctx context.Context, payload []byte) error

// Add adds a job in a transaction.
func Add(ctx context.Context, tx *sql.Tx, kind string, payload any) error {
	text, err := json.Marshal(payload)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `insert into jobs (id, kind, payload, due) values ($1, $2, $3, $4)`, uuid.Must(uuid.NewV7()), kind, string(text), time.Now().Unix())
	return err
}

// Work returns a lifespan that runs jobs, one at a time, while the app runs. At its end it waits for the job that runs.
func Work(functions Functions) func(context.Context) (func(context.Context) error, error) {
	return func(ctx context.Context) (func(context.Context) error, error) {
		config, err := brio.Supplied[settings.Settings](ctx)
		if err != nil {
			return nil, err
		}
		db, err := brio.Supplied[*sql.DB](ctx)
		if err != nil {
			return nil, err
		}
		ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
		w := &worker{db, functions, make(chan struct{}), make(chan struct{})}
		go w.loop(ctx, config.JobInterval)
		return func(deadline context.Context) error {
			defer cancel()
			close(w.stop)
			select {
			case <-w.stopped:
				return nil
			case <-deadline.Done():
				return fmt.Errorf("a job still runs: %w", deadline.Err())
			}
		}, nil
	}
}

// worker runs jobs until stop is closed.
type worker struct {
	db            *sql.DB
	functions     Functions
	stop, stopped chan struct{}
}

// loop runs the jobs that are due, and looks for new ones at each interval.
func (w *worker) loop(ctx context.Context, interval time.Duration) {
	defer close(w.stopped)
	ticks := time.NewTicker(interval)
	defer ticks.Stop()
	for {
		ran, err := w.next(ctx)
		if err != nil {
			slog.ErrorContext(ctx, "jobs", "error", err)
		}
		if ran && err == nil {
			select {
			case <-w.stop:
				return
			default:
				continue
			}
		}
		select {
		case <-w.stop:
			return
		case <-ticks.C:
		}
	}
}

// next takes one job and runs it. It reports false when none is due.
//
// Taking a job moves its time to the end of the lease. So of two workers that find the same job the second one changes no row.
func (w *worker) next(ctx context.Context) (bool, error) {
	var id, kind, payload string
	var attempt int
	now := time.Now()
	err := w.db.QueryRowContext(ctx, `update jobs set due = $1, attempts = attempts + 1
		where due <= $2 and id = (select id from jobs where due <= $2 order by due, id limit 1)
		returning id, kind, payload, attempts`, now.Add(lease).Unix(), now.Unix()).Scan(&id, &kind, &payload, &attempt)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	failure := w.run(ctx, kind, []byte(payload))
	if failure == nil {
		_, err = w.db.ExecContext(ctx, `delete from jobs where id = $1`, id)
		return true, err
	}
	slog.ErrorContext(ctx, "a job has failed", "job", id, "kind", kind, "attempt", attempt, "error", failure)
	due := sql.NullInt64{Int64: now.Add(time.Second << attempt).Unix(), Valid: attempt < attempts}
	_, err = w.db.ExecContext(ctx, `update jobs set due = $1, error = $2 where id = $3`, due, failure.Error(), id)
	return true, err
}

// run calls the function of a kind. A panic is an error of the job.
func (w *worker) run(ctx context.Context, kind string, payload []byte) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("panic: %v", v)
		}
	}()
	f := w.functions[kind]
	if f == nil {
		return fmt.Errorf("no function has the kind %q", kind)
	}
	ctx, cancel := context.WithTimeout(ctx, lease)
	defer cancel()
	return f(ctx, payload)
}
