package brioriver

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	briosql "github.com/brio-go/brio/contrib/sql"
	"github.com/brio-go/brio/jobs"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// states are River's states of each state of jobs.
func states(s jobs.State) []rivertype.JobState {
	switch s {
	case jobs.StateWaiting:
		return []rivertype.JobState{rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable, rivertype.JobStateScheduled}
	case jobs.StateRunning:
		return []rivertype.JobState{rivertype.JobStateRunning}
	case jobs.StateDone:
		return []rivertype.JobState{rivertype.JobStateCompleted}
	case jobs.StateDead:
		return dead
	}
	return nil
}

// query returns a statement for the database: ?1 is the first argument.
func (e *Engine) query(text string) string {
	if e.dialect == briosql.PostgreSQL {
		return strings.ReplaceAll(text, "?", "$")
	}
	return text
}

// Count implements jobs.Inspector. It counts the rows of the queue.
func (e *Engine) Count(ctx context.Context) (map[jobs.State]int, error) {
	rows, err := e.db.QueryContext(ctx, e.query("SELECT CAST(state AS TEXT), count(*) FROM river_job WHERE queue = ?1 GROUP BY state"), e.o.Queue)
	if err != nil {
		return nil, fmt.Errorf("brioriver: count: %w", err)
	}
	defer rows.Close()
	of := map[rivertype.JobState]jobs.State{}
	for _, s := range []jobs.State{jobs.StateWaiting, jobs.StateRunning, jobs.StateDone, jobs.StateDead} {
		for _, r := range states(s) {
			of[r] = s
		}
	}
	count := map[jobs.State]int{}
	for rows.Next() {
		var state string
		var n int
		if err := rows.Scan(&state, &n); err != nil {
			return nil, fmt.Errorf("brioriver: count: %w", err)
		}
		count[of[rivertype.JobState(state)]] += n
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("brioriver: count: %w", err)
	}
	return count, nil
}

// List implements jobs.Inspector.
func (e *Engine) List(ctx context.Context, f jobs.Filter) ([]jobs.Record, error) {
	p := river.NewJobListParams().Queues(e.o.Queue).States(states(f.State)...).First(min(max(f.Limit, 1), 1000))
	if f.Kind != "" {
		p = p.Kinds(f.Kind)
	}
	switch f.State {
	case jobs.StateWaiting:
		p = p.OrderBy(river.JobListOrderByScheduledAt, river.SortOrderAsc)
	case jobs.StateRunning:
		p = p.OrderBy(river.JobListOrderByTime, river.SortOrderDesc)
	case jobs.StateDone, jobs.StateDead:
		p = p.OrderBy(river.JobListOrderByFinalizedAt, river.SortOrderDesc)
	default:
		return nil, fmt.Errorf("brioriver: the state is %q; legal are waiting, running, done, dead", f.State)
	}
	found, err := e.client.JobList(ctx, p)
	if err != nil {
		return nil, fmt.Errorf("brioriver: list: %w", err)
	}
	list := make([]jobs.Record, 0, len(found.Jobs))
	for _, row := range found.Jobs {
		var a args
		_ = json.Unmarshal(row.EncodedArgs, &a) // a row of another program has other arguments
		r := jobs.Record{Info: a.info(row), State: f.State, Payload: a.payload(), RunAt: row.ScheduledAt}
		if row.FinalizedAt != nil {
			r.Ended = *row.FinalizedAt
		}
		if len(row.Errors) > 0 {
			r.Err = strings.TrimPrefix(row.Errors[len(row.Errors)-1].Error, "JobCancelError: ")
		}
		list = append(list, r)
	}
	return list, nil
}

// Revive implements jobs.Inspector.
func (e *Engine) Revive(ctx context.Context, id string) error {
	n, err := parseID(id)
	if err != nil {
		return err
	}
	tx, err := e.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("brioriver: revive: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	if err := e.changeDead(ctx, tx, "UPDATE river_job SET attempt = 0 WHERE", n); err != nil {
		return err
	}
	if _, err := e.client.JobRetryTx(ctx, tx, n); err != nil {
		if text := err.Error(); strings.Contains(text, "river_job_unique_idx") || strings.Contains(text, "UNIQUE constraint failed") {
			return fmt.Errorf("%w: the dead job %d: %w", jobs.ErrKeyTaken, n, err)
		}
		return fmt.Errorf("brioriver: revive: %w", err)
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("brioriver: revive: %w", err)
	}
	return nil
}

// Delete implements jobs.Inspector.
func (e *Engine) Delete(ctx context.Context, id string) error {
	n, err := parseID(id)
	if err != nil {
		return err
	}
	return e.changeDead(ctx, e.db, "DELETE FROM river_job WHERE", n)
}

// changeDead runs a statement for the row of a dead job. The error is jobs.ErrNotFound if there is none.
func (e *Engine) changeDead(ctx context.Context, on interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}, statement string, id int64) error {
	r, err := on.ExecContext(ctx, e.query(statement+" id = ?1 AND queue = ?2 AND state IN ('cancelled', 'discarded')"), id, e.o.Queue)
	if err != nil {
		return fmt.Errorf("brioriver: the dead job %d: %w", id, err)
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return fmt.Errorf("%w: a dead job %d", jobs.ErrNotFound, id)
	}
	return nil
}

// parseID reads the ID of a job.
func parseID(id string) (int64, error) {
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil || n < 1 || strconv.FormatInt(n, 10) != id {
		return 0, fmt.Errorf("%w: a dead job %.50q", jobs.ErrNotFound, id)
	}
	return n, nil
}
