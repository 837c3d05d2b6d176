//go:build unix

package briosql_test

import (
	"database/sql"
	"fmt"
	"testing"
	"time"

	briosql "github.com/brio-go/brio/contrib/sql"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/middleware"
	"github.com/brio-go/brio/middleware/storetest"
)

// newSessions returns a store of sessions whose table exists.
func newSessions(t testing.TB, db *sql.DB, d briosql.Dialect, o briosql.Options) *briosql.Sessions {
	t.Helper()
	s, err := briosql.NewSessions(db, d, o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(s.Schema() + s.Schema()); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSessions(t *testing.T) {
	for _, d := range databases() {
		t.Run(d.name, func(t *testing.T) {
			db, n := connect(t, d.driver, d.newURL(t)), 0
			storetest.Sessions(t, func(t *testing.T) middleware.SessionStore {
				n++
				return newSessions(t, db, d.dialect, briosql.Options{Table: fmt.Sprint("sessions_", n)})
			})
		})
	}
}

func TestSessionFaults(t *testing.T) {
	server := testkit.NewPostgres(t)
	storetest.SessionFaults(t, server, func(t *testing.T, addr string) middleware.SessionStore {
		newSessions(t, connect(t, "pgx", testkit.PostgresURL(server.Addr())), briosql.PostgreSQL, briosql.Options{})
		s, err := briosql.NewSessions(connect(t, "pgx", testkit.PostgresURL(addr)), briosql.PostgreSQL, briosql.Options{Timeout: 200 * time.Millisecond})
		if err != nil {
			t.Fatal(err)
		}
		return s
	})
}
