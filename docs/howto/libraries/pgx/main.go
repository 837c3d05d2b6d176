package main

import (
	"context"
	"errors"
	"log"
	"os"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/response"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

type Account struct {
	Name    string `json:"name" validate:"min=1,max=20"`
	Balance int    `json:"balance" validate:"min=0"`
}

// region session

// openPool opens the pool when the app starts. The readiness of the app asks the server.
func openPool(url string) func(context.Context) (*pgxpool.Pool, func(context.Context) error, error) {
	return func(ctx context.Context) (*pgxpool.Pool, func(context.Context) error, error) {
		pool, err := pgxpool.New(ctx, url)
		if err != nil {
			return nil, nil, err
		}
		brio.AddHealthCheck(ctx, brio.HealthCheck{Name: "postgres", Check: pool.Ping})
		_, err = pool.Exec(ctx, `create table if not exists accounts (name text primary key, balance int not null check (balance >= 0))`)
		return pool, func(context.Context) error { pool.Close(); return nil }, err
	}
}

// begin is one transaction for a request. A read-only route replaces it by one that sets AccessMode.
func begin(ctx context.Context, pool *pgxpool.Pool) (pgx.Tx, func(error) error, error) {
	tx, err := pool.BeginTx(ctx, pgx.TxOptions{IsoLevel: pgx.Serializable})
	if err != nil {
		return nil, nil, err
	}
	return tx, func(err error) error {
		if err != nil {
			return errors.Join(err, tx.Rollback(context.WithoutCancel(ctx)))
		}
		return conflict(tx.Commit(ctx))
	}, nil
}

// endregion

// region errors

// conflict makes the errors of the server that a client can act on answers: 409.
func conflict(err error) error {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return err
	}
	switch e.Code {
	case "23505": // unique_violation
		return brio.Error(409, "The account exists").WithCause(err)
	case "23514": // check_violation
		return brio.Error(409, "Not enough money").WithCause(err)
	case "40001", "40P01": // serialization_failure, deadlock_detected
		return brio.Error(409, "Please try again").WithCause(err).WithHeader("Retry-After", "1")
	}
	return err
}

// endregion

func open(ctx context.Context, tx pgx.Tx, in brio.Body[Account]) (Account, error) {
	_, err := tx.Exec(ctx, `insert into accounts (name, balance) values ($1, $2)`, in.Value.Name, in.Value.Balance)
	return in.Value, conflict(err)
}

func list(ctx context.Context, tx pgx.Tx) ([]Account, error) {
	rows, err := tx.Query(ctx, `select name, balance from accounts order by name`)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, pgx.RowToStructByName[Account])
}

func transfer(ctx context.Context, tx pgx.Tx, in brio.Body[struct {
	From   string `json:"from"`
	To     string `json:"to"`
	Amount int    `json:"amount" validate:"min=1"`
}]) error {
	t := in.Value
	for _, step := range []struct {
		name   string
		amount int
	}{{t.To, t.Amount}, {t.From, -t.Amount}} {
		tag, err := tx.Exec(ctx, `update accounts set balance = balance + $2 where name = $1`, step.name, step.amount)
		if err != nil {
			return conflict(err)
		}
		if tag.RowsAffected() == 0 {
			return brio.Error(404, "No account "+step.name)
		}
	}
	return nil
}

func newApp(url string) *brio.App {
	app := brio.New(brio.SupplyFunc(openPool(url)), brio.Provide(brio.BeforeResponse(begin)))
	app.Post("/accounts", open, brio.Status(201), brio.Responds[response.Detail](409, "The account exists"))
	app.Get("/accounts", list)
	app.Post("/transfers", transfer,
		brio.Responds[response.Detail](404, "There is no such account"),
		brio.Responds[response.Detail](409, "There is not enough money"))
	return app
}

func main() {
	if err := newApp(os.Getenv("DATABASE_URL")).Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
