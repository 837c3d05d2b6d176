//go:build unix

package brioriver_test

import (
	"context"
	"database/sql"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/brio-go/brio"
	brioriver "github.com/brio-go/brio/contrib/river"
	briosql "github.com/brio-go/brio/contrib/sql"
	"github.com/brio-go/brio/jobs"
	"github.com/brio-go/brio/middleware"
	"github.com/brio-go/brio/response"
)

// Order has the arguments of the jobs of the tests.
type Order struct {
	ID int64 `json:"id" validate:"min=1"`
}

// newApp returns an app whose orders are rows, each with a job of the same transaction. A run of a job is a row of runs.
func newApp(t testing.TB, db *sql.DB, d briosql.Dialect, e *brioriver.Engine, opts ...brio.AppOption) *brio.App {
	t.Helper()
	keys, err := briosql.NewIdempotency(db, d, briosql.Options{})
	if err != nil {
		t.Fatal(err)
	}
	opts = append([]brio.AppOption{
		brio.Logger(slog.New(slog.DiscardHandler)),
		brio.Use(middleware.Idempotency(middleware.IdempotencyOptions{Store: keys})),
		brio.Provide(briosql.Tx),
		brio.Supply(db),
		brio.Jobs(e, jobs.Handle("order", runOrder, jobs.Timeout(time.Second), jobs.Attempts(50), jobs.Backoff(100*time.Millisecond, time.Second))),
	}, opts...)
	app := brio.New(opts...)
	app.Post("/orders/{id}", postOrder)
	return app
}

func runOrder(ctx context.Context, job *jobs.Job[Order], db *sql.DB) error {
	_, err := db.ExecContext(ctx, fmt.Sprintf("INSERT INTO runs (id, job, attempt) VALUES (%d, '%s', %d)", job.Args.ID, job.ID, job.Attempt))
	return err
}

// postOrder stores an order, enqueues its job, and ends as the query says.
func postOrder(ctx context.Context, tx *sql.Tx, queue *jobs.Queue, in *struct {
	ID   int64  `path:"id"`
	End  string `query:"end" default:""`
	Once string `query:"once" default:""`
}) (*brio.Response, error) {
	if _, err := tx.ExecContext(ctx, fmt.Sprintf("INSERT INTO orders (id) VALUES (%d)", in.ID)); err != nil {
		return nil, err
	}
	var opts []jobs.EnqueueOption
	if in.Once != "" {
		opts = append(opts, jobs.Once(in.Once))
	}
	if err := queue.Enqueue(ctx, Order{ID: in.ID}, opts...); err != nil {
		return nil, err
	}
	switch in.End {
	case "error":
		return nil, brio.Error(409, "no")
	case "refusal":
		return response.JSON(map[string]string{"detail": "no"}).Status(402), nil
	case "panic":
		panic("boom")
	}
	return response.JSON(in.ID).Status(http.StatusCreated), nil
}

const createTables = "CREATE TABLE orders (id BIGINT PRIMARY KEY); CREATE TABLE runs (id BIGINT NOT NULL, job TEXT NOT NULL, attempt INTEGER NOT NULL);"

// newTables makes the tables of newApp.
func newTables(t testing.TB, db *sql.DB, d briosql.Dialect) {
	t.Helper()
	keys, err := briosql.NewIdempotency(db, d, briosql.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(keys.Schema() + createTables); err != nil {
		t.Fatal(err)
	}
}

func number(t testing.TB, db *sql.DB, query string) (n int) {
	t.Helper()
	if err := db.QueryRow(query).Scan(&n); err != nil {
		t.Fatal(query, err)
	}
	return n
}

// The job of a request exists if and only if the transaction of the request is committed.
func TestTransactions(t *testing.T) {
	for _, d := range databases() {
		t.Run(d.name, func(t *testing.T) {
			db := connect(t, d.driver, d.newURL(t)(t))
			e := newEngine(t, db, d.dialect)
			newTables(t, db, d.dialect)
			app := newApp(t, db, d.dialect, e, brio.Jobs(e, jobs.EnqueueOnly()))
			app.Get("/without", func(ctx context.Context, queue *jobs.Queue) error { return queue.Enqueue(ctx, Order{ID: 100}) })
			app.Get("/own", func(ctx context.Context, queue *jobs.Queue, in *struct {
				Commit bool `query:"commit"`
			}) error {
				tx, err := db.BeginTx(ctx, nil)
				if err != nil {
					return err
				}
				defer func() { _ = tx.Rollback() }()
				if err := queue.Enqueue(briosql.WithTx(ctx, tx), Order{ID: 101}, jobs.Now()); err != nil || !in.Commit {
					return err
				}
				return tx.Commit()
			})
			app.Post("/task", func(ctx context.Context, queue *jobs.Queue, tasks *brio.BackgroundTasks) {
				tasks.Add(func(ctx context.Context) error { return queue.Enqueue(ctx, Order{ID: 102}) })
			})
			for _, c := range []struct {
				method, target string
				status, jobs   int // after the request
			}{
				{"POST", "/orders/1", 201, 1},
				{"POST", "/orders/2?end=error", 409, 1},
				{"POST", "/orders/3?end=refusal", 402, 1},
				{"POST", "/orders/4?end=panic", 500, 1},
				{"POST", "/orders/1", 500, 1}, // the row exists
				{"POST", "/orders/-5", 500, 1},
				{"POST", "/orders/6?once=k", 201, 2},
				{"POST", "/orders/7?once=k", 201, 2},
				{"GET", "/without", 204, 3},
				{"GET", "/own?commit=false", 204, 3},
				{"GET", "/own?commit=true", 204, 4},
				{"POST", "/task", 204, 5},
			} {
				w := httptest.NewRecorder()
				app.ServeHTTP(w, httptest.NewRequest(c.method, c.target, nil))
				if n := number(t, db, "SELECT count(*) FROM river_job"); w.Code != c.status || n != c.jobs {
					t.Errorf("%s %s: got %d %s with %d jobs, want %d with %d", c.method, c.target, w.Code, w.Body, n, c.status, c.jobs)
				}
			}
			if n := number(t, db, "SELECT count(*) FROM orders"); n != 3 {
				t.Errorf("%d orders, want 3", n)
			}
			worker := newApp(t, db, d.dialect, e)
			if err := worker.Start(t.Context()); err != nil {
				t.Fatal(err)
			}
			for deadline := time.Now().Add(30 * time.Second); number(t, db, "SELECT count(*) FROM runs") < 5 && time.Now().Before(deadline); {
				time.Sleep(20 * time.Millisecond)
			}
			if err := worker.Shutdown(t.Context()); err != nil {
				t.Error(err)
			}
			for _, id := range []int{1, 6, 100, 101, 102} {
				if n := number(t, db, fmt.Sprint("SELECT count(*) FROM runs WHERE id = ", id)); n != 1 {
					t.Errorf("the job %d ran %d times", id, n)
				}
			}
			_ = app.Shutdown(t.Context())
		})
	}
}
