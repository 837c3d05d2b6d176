// Command cluster is one app in as many processes as are started. What they share is kept by servers that people run already:
//
//	go run . -name a -addr :8000 -database postgres://localhost/shop -redis 127.0.0.1:6379 -nats nats://127.0.0.1:4222
//	go run . -name b -addr :8001 -database postgres://localhost/shop -redis 127.0.0.1:6379 -nats nats://127.0.0.1:4222
//
//	curl -c jar -d '{"name":"ann","password":"brio"}' -H 'Content-Type: application/json' localhost:8000/session
//	curl -b jar localhost:8001/session
//	curl -b jar -X POST -H 'Idempotency-Key: "1"' -d '{"text":"a b a"}' -H 'Content-Type: application/json' localhost:8000/reports
//	curl -b jar localhost:8001/reports/1
//
// A client may talk to any of them, and to another one with its next request:
//
//   - Sessions (session.go) are in Redis: who signs in at one process is signed in at all, and a sign-out holds for all.
//   - The rate limit is in Redis too, so a client has one limit and not one for each process.
//   - Reports (reports.go) are rows of PostgreSQL. A report, the job that makes it and the answer to its Idempotency-Key are one transaction.
//     The job runs in any process with workers; -workers=false starts one without.
//   - Rooms (rooms.go) are a hub over NATS: members of one room may be at different processes.
//
// No process knows another one. When one is killed, the others go on, and its job runs again elsewhere.
//
// The program is a module of its own, so that programs that use Brio without the drivers do not depend on them.
package main

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"log"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/redis/go-redis/v9"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/contrib/nats"
	brioredis "github.com/brio-go/brio/contrib/redis"
	brioriver "github.com/brio-go/brio/contrib/river"
	briosql "github.com/brio-go/brio/contrib/sql"
	"github.com/brio-go/brio/hub"
	"github.com/brio-go/brio/jobs"
	"github.com/brio-go/brio/middleware"
	"github.com/brio-go/brio/response"
)

// Config has what differs from one process to another.
type Config struct {
	Name     string // of this process
	Database string // the URL of PostgreSQL
	Redis    string // host:port
	NATS     string // URLs
	Workers  bool   // this process runs jobs
	Limit    int    // requests of a client in 10 seconds, at all processes together
}

func main() {
	addr := flag.String("addr", ":8000", "address to serve on")
	var c Config
	flag.StringVar(&c.Name, "name", "a", "name of this process")
	flag.StringVar(&c.Database, "database", "postgres://localhost/brio", "URL of PostgreSQL")
	flag.StringVar(&c.Redis, "redis", "127.0.0.1:6379", "address of Redis")
	flag.StringVar(&c.NATS, "nats", "nats://127.0.0.1:4222", "servers of NATS")
	flag.BoolVar(&c.Workers, "workers", true, "run jobs in this process")
	flag.IntVar(&c.Limit, "limit", 100, "requests of a client in 10 seconds")
	flag.Parse()
	if err := run(*addr, c); err != nil {
		log.Fatal(err)
	}
}

func run(addr string, c Config) error {
	app, closeAll, err := newApp(context.Background(), c)
	if err != nil {
		return err
	}
	return errors.Join(app.Run(addr), closeAll())
}

// newApp connects to the servers, and makes the tables that are missing. closeAll closes the connections.
func newApp(ctx context.Context, c Config, opts ...brio.AppOption) (app *brio.App, closeAll func() error, err error) {
	var closers []func() error
	closeNow := func() error {
		var errs []error
		for i := len(closers) - 1; i >= 0; i-- {
			errs = append(errs, closers[i]())
		}
		return errors.Join(errs...)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, closeNow())
		}
	}()
	db, err := sql.Open("pgx", c.Database)
	if err != nil {
		return nil, nil, err
	}
	closers = append(closers, db.Close)
	keys, err := briosql.NewIdempotency(db, briosql.PostgreSQL, briosql.Options{})
	if err != nil {
		return nil, nil, err
	}
	if err := makeTables(ctx, db, keys.Schema(), reportsSchema); err != nil {
		return nil, nil, err
	}
	queue, err := brioriver.New(db, briosql.PostgreSQL, brioriver.Options{})
	if err != nil {
		return nil, nil, err
	}
	if err := queue.Migrate(ctx); err != nil {
		return nil, nil, err
	}
	shared := redis.NewClient(&redis.Options{Addr: c.Redis, ContextTimeoutEnabled: true})
	closers = append(closers, shared.Close)
	broker, err := nats.Connect(c.NATS)
	if err != nil {
		return nil, nil, err
	}
	closers = append(closers, broker.Close)

	app = brio.New(append(opts,
		brio.Title("Cluster"),
		brio.Responds[response.Detail](401, "Not signed in"),
		brio.Use(
			servedBy(c.Name),
			middleware.RateLimit(middleware.RateLimitOptions{Limit: c.Limit, Window: 10 * time.Second, Store: brioredis.NewLimits(shared, brioredis.StoreOptions{})}),
			middleware.ServerSessions(middleware.ServerSessionOptions{Store: brioredis.NewSessions(shared, brioredis.StoreOptions{})}),
		),
		brio.Supply(c, db),
		brio.SupplyFunc(hub.Open(hub.Options[Said]{Broker: broker, Name: "rooms"})),
		brio.Provide(middleware.SessionFrom, currentMember),
		brio.Jobs(queue, jobs.EnqueueOnly(!c.Workers), jobs.Handle("count-words", countWords, jobs.Timeout(10*time.Second))),
	)...)
	app.Post("/session", signIn)
	app.Get("/session", whoAmI)
	app.Delete("/session", signOut)
	once := middleware.Idempotency(middleware.IdempotencyOptions{Store: keys, Scope: sessionUser})
	app.Post("/reports", postReport, brio.Use(once), brio.Provide(briosql.Tx), brio.Status(202))
	app.Get("/reports/{id}", getReport, brio.Responds[response.Detail](404, "There is no such report"))
	app.WebSocket("/rooms/{room}", room)
	return app, closeNow, nil
}

// makeTables runs statements one process at a time: processes that start together would make the tables together.
func makeTables(ctx context.Context, db *sql.DB, schemas ...string) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("connect to the database: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // after Commit it does nothing
	for _, s := range append([]string{"SELECT pg_advisory_xact_lock(7431)"}, schemas...) {
		if _, err := tx.ExecContext(ctx, s); err != nil {
			return fmt.Errorf("make the tables: %w", err)
		}
	}
	return tx.Commit()
}
