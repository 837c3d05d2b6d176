// Package store opens the database and brings its schema up to date. The SQL of each subject stands in the package of that subject.
//
// All SQL suits SQLite and PostgreSQL: identifiers are UUIDs that the program makes, times are seconds since 1970.
package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"github.com/brio-go/brio"
	_ "github.com/jackc/pgx/v5/stdlib" // PostgreSQL
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	_ "modernc.org/sqlite" // SQLite in Go, without cgo

	"example.com/app/internal/settings"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Open opens the database for the life of the app. A migration that fails keeps the app from starting.
func Open(ctx context.Context) (*sql.DB, func(context.Context) error, error) {
	config, err := brio.Supplied[settings.Settings](ctx)
	if err != nil {
		return nil, nil, err
	}
	db, dialect, err := Connect(config.DatabaseURL)
	if err != nil {
		return nil, nil, err
	}
	if err := migrate(ctx, db, dialect); err != nil {
		return nil, nil, errors.Join(fmt.Errorf("migrate the database: %w", err), db.Close())
	}
	brio.AddHealthCheck(ctx, brio.HealthCheck{Name: "database", Check: db.PingContext})
	return db, func(context.Context) error { return db.Close() }, nil
}

// Connect opens a database without a look at its schema. It finds the driver by the scheme of the URL.
func Connect(url string) (*sql.DB, goose.Dialect, error) {
	scheme, rest, _ := strings.Cut(url, ":")
	switch scheme {
	case "postgres", "postgresql":
		db, err := sql.Open("pgx", url)
		return db, goose.DialectPostgres, err
	case "sqlite":
		db, err := sql.Open("sqlite", "file:"+rest+"?_pragma=busy_timeout(5000)&_pragma=journal_mode(wal)&_pragma=foreign_keys(1)&_txlock=immediate")
		return db, goose.DialectSQLite3, err
	}
	return nil, "", errors.New("DATABASE_URL begins with postgres: or sqlite:")
}

// migrate runs the migrations that the database lacks. Of several processes that start together, one runs them.
func migrate(ctx context.Context, db *sql.DB, dialect goose.Dialect) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	var options []goose.ProviderOption
	if dialect == goose.DialectPostgres {
		locker, err := lock.NewPostgresSessionLocker()
		if err != nil {
			return err
		}
		options = append(options, goose.WithSessionLocker(locker))
	}
	provider, err := goose.NewProvider(dialect, db, files, options...)
	if err != nil {
		return err
	}
	_, err = provider.Up(ctx)
	return err
}

// Tx calls do in a transaction, and commits unless do returns an error.
func Tx(ctx context.Context, db *sql.DB, do func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // without an effect after Commit
	if err := do(tx); err != nil {
		return err
	}
	return tx.Commit()
}

// Row is a *sql.Row or a *sql.Rows.
type Row interface{ Scan(dest ...any) error }

// List reads all rows of a query with scan.
func List[T any](ctx context.Context, db *sql.DB, scan func(Row) (*T, error), query string, args ...any) ([]T, error) {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	list := []T{}
	for rows.Next() {
		v, err := scan(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, *v)
	}
	return list, rows.Err()
}

// Changed reports whether a statement has changed a row.
func Changed(result sql.Result, err error) (bool, error) {
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n > 0, err
}
