//go:build unix

package brioriver_test

import (
	"context"
	"database/sql"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http/httptest"
	"time"

	"github.com/brio-go/brio"
	brioriver "github.com/brio-go/brio/contrib/river"
	briosql "github.com/brio-go/brio/contrib/sql"
	"github.com/brio-go/brio/jobs"
	"github.com/brio-go/brio/middleware"
)

// Invoice has the arguments of the jobs of the example.
type Invoice struct {
	Order int64 `json:"order" validate:"min=1"`
}

// An order and the job that sends its invoice are committed together. The second order is refused, and neither of the two exists.
func Example() {
	ctx := context.Background()
	db, err := sql.Open("sqlite", "file:jobs?mode=memory&cache=shared")
	if err != nil {
		log.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1) // a database in memory; a file takes more, with _txlock=immediate
	keys, err := briosql.NewIdempotency(db, briosql.SQLite, briosql.Options{})
	if err != nil {
		log.Fatal(err)
	}
	engine, err := brioriver.New(db, briosql.SQLite, brioriver.Options{Poll: 20 * time.Millisecond})
	if err == nil {
		err = engine.Migrate(ctx)
	}
	if err == nil {
		_, err = db.Exec(keys.Schema() + "CREATE TABLE orders (id INTEGER PRIMARY KEY)")
	}
	if err != nil {
		log.Fatal(err)
	}
	sent := make(chan int64)
	app := brio.New(
		brio.Logger(slog.New(slog.NewTextHandler(io.Discard, nil))),
		brio.Use(middleware.Idempotency(middleware.IdempotencyOptions{Store: keys})),
		brio.Provide(briosql.Tx),
		brio.Jobs(engine, jobs.Handle("send-invoice", func(job *jobs.Job[Invoice]) { sent <- job.Args.Order })),
	)
	app.Post("/orders/{id}", func(ctx context.Context, tx *sql.Tx, queue *jobs.Queue, in *struct {
		ID int64 `path:"id"`
	}) error {
		if _, err := tx.ExecContext(ctx, "INSERT INTO orders (id) VALUES (?1)", in.ID); err != nil {
			return err
		}
		if err := queue.Enqueue(ctx, Invoice{Order: in.ID}); err != nil {
			return err
		}
		if in.ID == 8 {
			return brio.Error(409, "sold out")
		}
		return nil
	})
	for _, path := range []string{"/orders/7", "/orders/8"} {
		w := httptest.NewRecorder()
		app.ServeHTTP(w, httptest.NewRequest("POST", path, nil))
		fmt.Println(w.Code)
	}
	fmt.Println("invoice of", <-sent)
	_ = app.Shutdown(ctx)
	var orders, stored int
	_ = db.QueryRow("SELECT (SELECT count(*) FROM orders), (SELECT count(*) FROM river_job)").Scan(&orders, &stored)
	fmt.Println(orders, "order,", stored, "job")
	// Output:
	// 204
	// 409
	// invoice of 7
	// 1 order, 1 job
}
