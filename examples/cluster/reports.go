package main

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/jobs"
	"github.com/brio-go/brio/params"
)

const reportsSchema = `CREATE TABLE IF NOT EXISTS reports (
	id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, owner TEXT NOT NULL, body TEXT NOT NULL, words INT, counted_by TEXT)`

// Report is a text whose words a job counts.
type Report struct {
	ID        int64                   `json:"id"`
	Words     params.Optional[int]    `json:"words"` // absent until the job has run
	CountedBy params.Optional[string] `json:"countedBy"`
}

// NewReport is the body of a request.
type NewReport struct {
	Text string `json:"text" validate:"min=1,max=10000"`
}

// CountWords are the arguments of the job.
type CountWords struct {
	Report int64 `json:"report" validate:"min=1"`
}

// postReport stores a report and enqueues its job. Both are committed with the answer, or none of the three.
func postReport(ctx context.Context, m *Member, in *brio.Body[NewReport], tx *sql.Tx, queue *jobs.Queue) (*Report, error) {
	r := &Report{}
	if err := tx.QueryRowContext(ctx, "INSERT INTO reports (owner, body) VALUES ($1, $2) RETURNING id", m.Name, in.Value.Text).Scan(&r.ID); err != nil {
		return nil, err
	}
	return r, queue.Enqueue(ctx, CountWords{r.ID})
}

// countWords is the job. It may run twice, and the second time changes nothing.
func countWords(ctx context.Context, job *jobs.Job[CountWords], db *sql.DB, c Config) error {
	var text string
	if err := db.QueryRowContext(ctx, "SELECT body FROM reports WHERE id = $1", job.Args.Report).Scan(&text); err != nil {
		return err
	}
	_, err := db.ExecContext(ctx, "UPDATE reports SET words = $1, counted_by = $2 WHERE id = $3 AND words IS NULL", len(strings.Fields(text)), c.Name, job.Args.Report)
	return err
}

// getReport answers the member's own report.
func getReport(ctx context.Context, m *Member, db *sql.DB, in *struct {
	ID int64 `path:"id" validate:"min=1"`
}) (*Report, error) {
	r, words, by := &Report{ID: in.ID}, sql.NullInt64{}, sql.NullString{}
	err := db.QueryRowContext(ctx, "SELECT words, counted_by FROM reports WHERE id = $1 AND owner = $2", in.ID, m.Name).Scan(&words, &by)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, brio.Error(404, "There is no such report.")
	}
	if words.Valid {
		r.Words, r.CountedBy = params.Some(int(words.Int64)), params.Some(by.String)
	}
	return r, err
}
