package main

import (
	"cmp"
	"context"
	"database/sql"
	"embed"
	"fmt"
	"io/fs"
	"log"
	"log/slog"

	"github.com/brio-go/brio"
	_ "modernc.org/sqlite"
)

//go:embed sql/*.sql
var migrations embed.FS

// region migrate

// migrate runs the files that the database has not seen, in the order of their names, each in one transaction. The names are in a table.
func migrate(ctx context.Context, db *sql.DB, files fs.FS) error {
	if _, err := db.ExecContext(ctx, `create table if not exists migrations (name text primary key)`); err != nil {
		return err
	}
	names, err := fs.Glob(files, "sql/*.sql")
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := migrateFile(ctx, db, files, name); err != nil {
			return fmt.Errorf("migration %s: %w", name, err)
		}
	}
	return nil
}

func migrateFile(ctx context.Context, db *sql.DB, files fs.FS, name string) error {
	text, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // without an effect after Commit
	// The insert comes first: it takes the lock, so that of two processes one waits and then finds the row.
	result, err := tx.ExecContext(ctx, `insert into migrations (name) values (?) on conflict do nothing`, name)
	if err != nil {
		return err
	}
	if n, err := result.RowsAffected(); err != nil || n == 0 {
		return err
	}
	if _, err := tx.ExecContext(ctx, string(text)); err != nil {
		return err
	}
	slog.Info("migrated", "file", name)
	return tx.Commit()
}

// endregion

func openDB(ctx context.Context) (*sql.DB, func(context.Context) error, error) {
	db, err := sql.Open("sqlite", "items.db?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)")
	if err != nil {
		return nil, nil, err
	}
	if err := migrate(ctx, db, migrations); err != nil {
		return nil, nil, cmp.Or(err, db.Close())
	}
	return db, func(context.Context) error { return db.Close() }, nil
}

func countItems(ctx context.Context, db *sql.DB) (n int, err error) {
	return n, db.QueryRowContext(ctx, `select count(*) from items where price = 0`).Scan(&n)
}

func main() {
	app := brio.New(brio.Title("Items"), brio.SupplyFunc(openDB))
	app.Get("/items/count", countItems)
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
