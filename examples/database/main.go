// Command database is a service on a real SQL database with a transaction for each request.
//
//	go run . -addr :8000 -file accounts.db
//	curl -X PUT localhost:8000/accounts/ann -H 'Content-Type: application/json' -d '{"balance":10}'
//	curl -X POST localhost:8000/transfers -H 'Content-Type: application/json' -d '{"from":"ann","to":"bob","amount":3}'
//
// Three lifetimes meet here:
//
//   - The *sql.DB lives as long as the app. SupplyFunc calls openDB when the app starts, and closes the database after the last
//     request. If the database cannot be opened, the app does not start.
//   - The *sql.Tx lives as long as the handler. begin is wrapped in BeforeResponse: its clean-up runs when the answer is ready, before a
//     byte of it is sent. So a client that reads 200 finds its change committed. A commit that fails is a 500, or the HTTP error that
//     the clean-up returns.
//   - The *Accounts is a repository on the transaction. Handlers take only this one and know nothing of SQL.
//
// No handler commits or rolls back. An error, a panic, a validation error of another function and a client that has gone all reach the
// clean-up as its error, and it rolls back. main_test.go tests each of them.
//
// The program is a module of its own, so that programs that use Brio without the driver do not depend on it.
package main

import (
	"context"
	"database/sql"
	"errors"
	"flag"
	"fmt"
	"log"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/response"
	_ "modernc.org/sqlite" // SQLite in Go, without cgo
)

func main() {
	addr := flag.String("addr", ":8000", "address to serve on")
	file := flag.String("file", "accounts.db", "the database")
	flag.Parse()
	if err := newApp(*file).Run(*addr); err != nil {
		log.Fatal(err)
	}
}

func newApp(file string, opts ...brio.AppOption) *brio.App {
	app := brio.New(append(opts,
		brio.Title("Accounts"),
		brio.SupplyFunc(openDB(file)),
		brio.Provide(brio.BeforeResponse(begin), newAccounts),
	)...)
	app.Get("/accounts/{name}", getAccount, brio.Responds[response.Detail](404, "There is no such account"))
	app.Put("/accounts/{name}", putAccount)
	app.Post("/transfers", transfer, brio.Responds[response.Detail](404, "There is no such account"), brio.Responds[response.Detail](409, "The account has too little"))
	return app
}

// openDB opens the database for the life of the app and makes its table.
func openDB(file string) func(context.Context) (*sql.DB, func(context.Context) error, error) {
	return func(ctx context.Context) (*sql.DB, func(context.Context) error, error) {
		db, err := sql.Open("sqlite", "file:"+file+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(wal)&_txlock=immediate")
		if err != nil {
			return nil, nil, fmt.Errorf("open %s: %w", file, err)
		}
		if _, err := db.ExecContext(ctx, `create table if not exists accounts (name text primary key, balance integer not null check (balance >= 0))`); err != nil {
			return nil, nil, errors.Join(fmt.Errorf("create the tables of %s: %w", file, err), db.Close())
		}
		return db, func(context.Context) error { return db.Close() }, nil
	}
}

// begin starts a transaction for one request. Its clean-up gets the error of the request: without one it commits, else it rolls back and
// returns the error.
//
// The transaction has the request's context, so a query ends when the client closes the connection. database/sql then rolls back by
// itself, and Rollback returns ErrTxDone.
func begin(ctx context.Context, db *sql.DB) (*sql.Tx, func(error) error, error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return nil, nil, fmt.Errorf("begin: %w", err)
	}
	return tx, func(err error) error {
		if err == nil {
			return tx.Commit() // its error is the answer
		}
		if failed := tx.Rollback(); failed != nil && !errors.Is(failed, sql.ErrTxDone) {
			return fmt.Errorf("%w; and the rollback failed: %v", err, failed)
		}
		return err
	}, nil
}
