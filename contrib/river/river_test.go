//go:build unix

package brioriver_test

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	brioriver "github.com/brio-go/brio/contrib/river"
	briosql "github.com/brio-go/brio/contrib/sql"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/jobs"
	"github.com/brio-go/brio/jobs/enginetest"
)

// database is one of the databases of the tests.
type database struct {
	name, driver string
	dialect      briosql.Dialect
	newURL       func(t *testing.T) func(t *testing.T) string // a server, and a new database in it
}

// databases has both; PostgreSQL is skipped without BRIO_SERVICES.
func databases() []database {
	return []database{
		{"SQLite", "sqlite", briosql.SQLite, func(*testing.T) func(*testing.T) string { return newSQLite }},
		{"PostgreSQL", "pgx", briosql.PostgreSQL, func(t *testing.T) func(*testing.T) string {
			url := testkit.Postgres(t)
			n := 0
			return func(t *testing.T) string {
				n++
				db := connect(t, "pgx", url)
				if _, err := db.Exec(fmt.Sprint("CREATE DATABASE d", n)); err != nil {
					t.Fatal(err)
				}
				return postgresDatabase(url, fmt.Sprint("d", n))
			}
		}},
	}
}

// newSQLite returns the URL of a new file.
func newSQLite(t *testing.T) string {
	return "file:" + filepath.Join(t.TempDir(), "test.db") + "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_txlock=immediate"
}

// postgresDatabase is the URL of another database of the server.
func postgresDatabase(url, name string) string {
	const standard = "/postgres?"
	at := len(url) - len("/postgres?sslmode=disable")
	return url[:at] + "/" + name + url[at+len(standard)-1:]
}

func connect(t testing.TB, driver, url string) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, url)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(20)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// newEngine returns an engine whose tables exist.
func newEngine(t testing.TB, db *sql.DB, d briosql.Dialect) *brioriver.Engine {
	t.Helper()
	e, err := brioriver.New(db, d, brioriver.Options{Poll: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := e.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	return e
}

func TestEngine(t *testing.T) {
	for _, d := range databases() {
		t.Run(d.name, func(t *testing.T) {
			newURL := d.newURL(t)
			enginetest.Engine(t, func(t *testing.T) jobs.Engine { return newEngine(t, connect(t, d.driver, newURL(t)), d.dialect) })
		})
	}
}

func TestShared(t *testing.T) {
	for _, d := range databases() {
		t.Run(d.name, func(t *testing.T) {
			url := d.newURL(t)(t)
			enginetest.Shared(t, func(t *testing.T) jobs.Engine { return newEngine(t, connect(t, d.driver, url), d.dialect) })
		})
	}
}

func TestFaults(t *testing.T) {
	open := func(t *testing.T, direct, db *sql.DB, d briosql.Dialect) jobs.Engine {
		newEngine(t, direct, d)
		e, err := brioriver.New(db, d, brioriver.Options{Poll: 50 * time.Millisecond, Lease: 3 * time.Second})
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	t.Run("SQLite", func(t *testing.T) {
		file := testkit.NewSQLiteFile(t)
		enginetest.Faults(t, file, func(t *testing.T, _ string) jobs.Engine {
			return open(t, file.Connect(), file.Connect(), briosql.SQLite)
		})
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		server := testkit.NewPostgres(t)
		enginetest.Faults(t, server, func(t *testing.T, addr string) jobs.Engine {
			return open(t, connect(t, "pgx", testkit.PostgresURL(server.Addr())), connect(t, "pgx", testkit.PostgresURL(addr)), briosql.PostgreSQL)
		})
	})
}

// Options that cannot work are refused.
func TestNewRefuses(t *testing.T) {
	db := connect(t, "sqlite", newSQLite(t))
	for _, c := range []struct {
		db *sql.DB
		d  briosql.Dialect
		o  brioriver.Options
	}{
		{nil, briosql.SQLite, brioriver.Options{}}, {db, 0, brioriver.Options{}}, {db, briosql.SQLite, brioriver.Options{Queue: "A b"}},
		{db, briosql.SQLite, brioriver.Options{Poll: -1}}, {db, briosql.SQLite, brioriver.Options{Lease: time.Second}},
		{db, briosql.SQLite, brioriver.Options{KeepDone: time.Hour}}, {db, briosql.SQLite, brioriver.Options{KeepDead: time.Hour}},
	} {
		if _, err := brioriver.New(c.db, c.d, c.o); err == nil {
			t.Errorf("%v %+v: got no error", c.d, c.o)
		}
	}
	e, err := brioriver.New(db, briosql.SQLite, brioriver.Options{Lease: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := e.Work(t.Context(), jobs.Worker{Kinds: []string{"ab"}, Concurrency: 1, Longest: time.Minute}); err == nil {
		t.Error("a lease that is no longer than a timeout: got no error")
	}
	if _, err := e.List(context.Background(), jobs.Filter{Limit: 1}); err == nil {
		t.Error("a list without a state: got no error")
	}
}
