package main

import (
	"context"
	"database/sql"
	_ "embed"
	"errors"
	"log"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/docs/howto/sqlc/store"
	_ "modernc.org/sqlite"
)

//go:embed schema.sql
var schema string

func openDB(file string) func(context.Context) (*sql.DB, func(context.Context) error, error) {
	return func(ctx context.Context) (*sql.DB, func(context.Context) error, error) {
		db, err := sql.Open("sqlite", file+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)")
		if err != nil {
			return nil, nil, err
		}
		_, err = db.ExecContext(ctx, schema)
		return db, func(context.Context) error { return db.Close() }, err
	}
}

// queries are the queries of one request, in one transaction.
func queries(ctx context.Context, db *sql.DB) (*store.Queries, func(error) error, error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return nil, nil, err
	}
	return store.New(tx), func(err error) error {
		if err != nil {
			return errors.Join(err, tx.Rollback())
		}
		return tx.Commit()
	}, nil
}

type NewAuthor struct {
	Name string `json:"name" validate:"min=1,max=100"`
	Born int64  `json:"born" validate:"min=1,max=2100"`
}

func createAuthor(ctx context.Context, q *store.Queries, in brio.Body[NewAuthor]) (store.Author, error) {
	return q.CreateAuthor(ctx, store.CreateAuthorParams(in.Value))
}

func readAuthor(ctx context.Context, q *store.Queries, in struct {
	ID int64 `path:"id"`
}) (store.Author, error) {
	author, err := q.ReadAuthor(ctx, in.ID)
	if errors.Is(err, sql.ErrNoRows) {
		return author, brio.Error(404, "No such author").WithCause(err)
	}
	return author, err
}

func listAuthors(ctx context.Context, q *store.Queries, in struct {
	Limit int64 `query:"limit" default:"20" validate:"min=1,max=100"`
}) ([]store.Author, error) {
	return q.ListAuthors(ctx, in.Limit)
}

func main() {
	app := brio.New(brio.SupplyFunc(openDB("authors.db")), brio.Provide(brio.BeforeResponse(queries)))
	app.Post("/authors", createAuthor, brio.Status(201))
	app.Get("/authors", listAuthors)
	app.Get("/authors/{id}", readAuthor)
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
