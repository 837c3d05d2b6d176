package shutdown_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"os"
	"os/signal"
	"runtime"
	"strconv"
	"syscall"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/response"
	_ "modernc.org/sqlite" // SQLite in Go, without cgo
)

// journal is a file to which the server writes what has happened: each line with one call, so that none is lost when the process ends.
type journal struct{ *os.File }

func (j journal) note(what, id string) {
	if _, err := j.WriteString(what + " " + id + "\n"); err != nil {
		panic(err)
	}
}

// in is what each endpoint reads of a request.
type in struct {
	ID string `query:"id"`
}

// upload is a request whose body is read in parts.
type upload struct {
	ID   string    `query:"id"`
	Body io.Reader `body:""`
}

// serveUnderLoad is the program of the child: it serves until SIGTERM, and reports goroutines that are left.
func serveUnderLoad() error {
	file, err := os.OpenFile(os.Getenv("BRIO_JOURNAL"), os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	delay, err := time.ParseDuration(os.Getenv("BRIO_DELAY"))
	if err != nil {
		return err
	}
	c := make(chan os.Signal, 1) // the goroutine of os/signal stays for the life of the process
	signal.Notify(c, syscall.SIGUSR2)
	before := runtime.NumGoroutine()
	if err := newServer(journal{file}, os.Getenv("BRIO_DATABASE")).Run("127.0.0.1:0", brio.ShutdownDelay(delay)); err != nil {
		return err
	}
	for deadline := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			stacks := make([]byte, 1<<20)
			return fmt.Errorf("goroutines are left:\n%s", stacks[:runtime.Stack(stacks, true)])
		}
	}
	return nil
}

// newServer returns an app with one endpoint of each kind. Each request notes that it has begun.
func newServer(j journal, database string) *brio.App {
	app := brio.New(
		brio.Title("kill"),
		brio.SupplyFunc(func(ctx context.Context) (*sql.DB, func(context.Context) error, error) {
			db, err := openDB(ctx, database)
			if err != nil {
				return nil, nil, err
			}
			return db, func(context.Context) error { return db.Close() }, nil
		}),
		brio.Provide(brio.BeforeResponse(begin)),
		brio.Use(func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				j.note("begin", r.URL.Query().Get("id"))
				next.ServeHTTP(w, r)
			})
		}),
	)
	app.Get("/plain", func(in in) string { return in.ID })
	app.Get("/slow", func(in in) string {
		time.Sleep(100 * time.Millisecond)
		return in.ID
	})
	app.Post("/upload", func(in upload) (string, error) {
		n, err := io.Copy(io.Discard, in.Body)
		return strconv.FormatInt(n, 10), err
	})
	app.Get("/events", func(ctx context.Context, in in) iter.Seq[response.Event[string]] {
		return func(yield func(response.Event[string]) bool) {
			for range 20 {
				if !yield(response.Data(in.ID)) {
					return
				}
				select {
				case <-ctx.Done():
					return
				case <-time.After(10 * time.Millisecond):
				}
			}
		}
	})
	app.Post("/tasks", func(in in, tasks *brio.BackgroundTasks) string {
		tasks.Add(func(ctx context.Context) error {
			time.Sleep(20 * time.Millisecond)
			j.note("task", in.ID)
			return nil
		})
		j.note("added", in.ID)
		return in.ID
	})
	app.Post("/commit", func(ctx context.Context, in in, tx *sql.Tx) (string, error) {
		_, err := tx.ExecContext(ctx, "insert into entries (id) values (?)", in.ID)
		return in.ID, err
	})
	return app
}

func openDB(ctx context.Context, file string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", "file:"+file+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(wal)&_txlock=immediate")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(4)
	if _, err := db.ExecContext(ctx, "create table if not exists entries (id text primary key)"); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// begin opens a transaction for one request. Its clean-up commits before the answer is sent.
func begin(ctx context.Context, db *sql.DB) (*sql.Tx, func(error) error, error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return nil, nil, err
	}
	return tx, func(err error) error {
		if err == nil {
			return tx.Commit()
		}
		_ = tx.Rollback()
		return err
	}, nil
}
