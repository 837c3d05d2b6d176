//go:build unix

package briosql_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/brio-go/brio"
	briosql "github.com/brio-go/brio/contrib/sql"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/middleware"
	"github.com/brio-go/brio/middleware/storetest"
	"github.com/brio-go/brio/response"
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
	t.Parallel()
	for _, d := range servers() {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel() // it waits for most of its time
			server := d.start(t)
			storetest.SessionFaults(t, server, func(t *testing.T, addr string) middleware.SessionStore {
				db, direct := faulty(t, server, addr)
				newSessions(t, direct, d.dialect, briosql.Options{})
				s, err := briosql.NewSessions(db, d.dialect, briosql.Options{Timeout: 200 * time.Millisecond})
				if err != nil {
					t.Fatal(err)
				}
				return s
			})
		})
	}
}

// accounts is an app whose sessions and idempotency keys are in one database.
func accounts(t *testing.T, db *sql.DB, d briosql.Dialect) (*brio.App, *briosql.Sessions) {
	t.Helper()
	store := newSessions(t, db, d, briosql.Options{})
	keys := newStore(t, db, d, briosql.Options{})
	if _, err := db.Exec("CREATE TABLE IF NOT EXISTS passwords (username TEXT PRIMARY KEY, hash TEXT NOT NULL)"); err != nil {
		t.Fatal(err)
	}
	app := brio.New(
		brio.Use(
			middleware.ServerSessions(middleware.ServerSessionOptions{Store: store}),
			middleware.Idempotency(middleware.IdempotencyOptions{Store: keys}),
		),
		brio.Provide(middleware.SessionFrom),
		brio.Provide(briosql.Tx),
	)
	app.Post("/register/{user}", func(ctx context.Context, tx *sql.Tx, s *middleware.Session, in struct {
		User string `path:"user"`
	}) error {
		if _, err := tx.ExecContext(ctx, "INSERT INTO passwords (username, hash) VALUES ('"+in.User+"', 'x')"); err != nil {
			return err
		}
		return s.SignIn(in.User)
	})
	app.Post("/sign-in/{user}", func(s *middleware.Session, in struct {
		User string `path:"user"`
	}) error {
		return s.SignIn(in.User)
	})
	app.Post("/password", func(ctx context.Context, tx *sql.Tx, s *middleware.Session, in struct {
		Status int `query:"status"`
	}) error {
		if _, err := tx.ExecContext(ctx, "UPDATE passwords SET hash = 'y' WHERE username = '"+s.User()+"'"); err != nil {
			return err
		}
		if err := errors.Join(s.Set("changed", true), s.EndOthers(ctx)); err != nil {
			return err
		}
		if in.Status >= 400 {
			return response.NewError(in.Status, "no")
		}
		return nil
	})
	app.Get("/me", func(s *middleware.Session) string {
		var isChanged bool
		s.Get("changed", &isChanged)
		return fmt.Sprint(s.User(), " ", isChanged)
	})
	return app, store
}

// send sends a request with the cookie of a client, which it changes as the answer says.
func send(app http.Handler, method, path string, jar *string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, nil)
	r.Header.Set("Cookie", *jar)
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		*jar = c.Name + "=" + c.Value
	}
	return w
}

// Sessions end and change in the transaction of the request, or not at all. That needs no second connection: SQLite has one writer.
func TestSessionsInTransactions(t *testing.T) {
	for _, d := range databases() {
		for _, connections := range []int{1, 10} {
			t.Run(fmt.Sprint(d.name, connections), func(t *testing.T) {
				db := connect(t, d.driver, d.newURL(t))
				db.SetMaxOpenConns(connections)
				app, _ := accounts(t, db, d.dialect)
				me := func(jar string) string { return send(app, "GET", "/me", &jar).Body.String() }
				hash := func() (hash string) {
					if err := db.QueryRow("SELECT hash FROM passwords").Scan(&hash); err != nil {
						t.Fatal(err)
					}
					return hash
				}
				var phone, laptop, other string
				if w := send(app, "POST", "/register/ann", &phone); w.Code != 204 || me(phone) != `"ann false"` {
					t.Fatalf("register: got %d %s", w.Code, w.Body)
				}
				send(app, "POST", "/sign-in/ann", &laptop)
				send(app, "POST", "/sign-in/bob", &other)
				// The name is taken: no account, and no session.
				thief := ""
				if w := send(app, "POST", "/register/ann", &thief); w.Code != 500 {
					t.Errorf("registered twice: got %d %s", w.Code, w.Body)
				}
				if w := send(app, "POST", "/password?status=409", &phone); w.Code != 409 || hash() != "x" || me(laptop) != `"ann false"` || me(phone) != `"ann true"` {
					t.Errorf("rolled back: got %d %s, hash %s, laptop %s, phone %s; want all sessions to go on, and the value to be written alone", w.Code, w.Body, hash(), me(laptop), me(phone))
				}
				if w := send(app, "POST", "/password?status=200", &phone); w.Code != 204 || hash() != "y" || me(laptop) != `" false"` || me(phone) != `"ann true"` || me(other) != `"bob false"` {
					t.Errorf("committed: got %d %s, hash %s, laptop %s, phone %s, bob %s", w.Code, w.Body, hash(), me(laptop), me(phone), me(other))
				}
			})
		}
	}
}

// A commit that fails takes the new session with it, and the client gets no cookie.
func TestSessionOfFailedCommit(t *testing.T) {
	server := testkit.NewPostgres(t)
	server.Start()
	db := connect(t, "pgx", testkit.PostgresURL(server.Addr()))
	app, store := accounts(t, db, briosql.PostgreSQL)
	if _, err := db.Exec("ALTER TABLE passwords ADD CONSTRAINT deferred UNIQUE (hash) DEFERRABLE INITIALLY DEFERRED"); err != nil {
		t.Fatal(err)
	}
	var ann, bob string
	send(app, "POST", "/register/ann", &ann)
	w := send(app, "POST", "/register/bob", &bob) // the constraint is checked by the commit
	all, err := store.List(t.Context(), "bob")
	if w.Code != 503 || bob != "" || len(all) != 0 || err != nil {
		t.Errorf("got %d %s, the cookie %q and the sessions %v, %v; want none", w.Code, w.Body, bob, all, err)
	}
}

// Rows that have expired are deleted by Create, some at a time.
func TestExpiredSessionsAreDeleted(t *testing.T) {
	for _, d := range databases() {
		t.Run(d.name, func(t *testing.T) {
			db := connect(t, d.driver, d.newURL(t))
			store := newSessions(t, db, d.dialect, briosql.Options{})
			for i := range 250 {
				if err := store.Create(t.Context(), middleware.StoredSession{ID: fmt.Sprint(i), TTL: time.Millisecond}); err != nil {
					t.Fatal(err)
				}
			}
			time.Sleep(20 * time.Millisecond)
			var left int
			if err := db.QueryRow("SELECT count(*) FROM brio_sessions").Scan(&left); err != nil || left > 100 {
				t.Errorf("got %d rows, %v; want at most 100", left, err)
			}
			n, err := store.DeleteExpired(t.Context())
			if int(n) != left || err != nil {
				t.Errorf("DeleteExpired: got %d, %v, want %d", n, err, left)
			}
		})
	}
}

func TestNewSessionsRefuses(t *testing.T) {
	db := connect(t, "sqlite", newSQLite(t))
	for _, c := range []struct {
		db    *sql.DB
		d     briosql.Dialect
		table string
	}{{nil, briosql.SQLite, ""}, {db, 0, ""}, {db, briosql.SQLite, "x;--"}} {
		if _, err := briosql.NewSessions(c.db, c.d, briosql.Options{Table: c.table}); err == nil {
			t.Errorf("%v, table %q: got no error", c.d, c.table)
		}
	}
	missing, err := briosql.NewSessions(db, briosql.SQLite, briosql.Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, errLoad := missing.Load(t.Context(), "a")
	_, errList := missing.List(t.Context(), "a")
	_, errDelete := missing.DeleteExpired(t.Context())
	s := middleware.StoredSession{ID: "a"}
	for i, err := range []error{errLoad, errList, errDelete, missing.Create(t.Context(), s), missing.Replace(t.Context(), "a", s), missing.End(t.Context(), "a"), missing.EndAll(t.Context(), "a", "")} {
		if err == nil {
			t.Errorf("method %d: got no error without the table", i)
		}
	}
}

// A session that is read before the first write of a transaction does not make SQLite refuse the write, as it does when another connection
// has written since the read.
func TestSessionReadBeforeWrite(t *testing.T) {
	for _, d := range databases() {
		t.Run(d.name, func(t *testing.T) {
			db := connect(t, d.driver, d.newURL(t))
			app, _ := accounts(t, db, d.dialect)
			app.Post("/register-later/{user}", func(ctx context.Context, tx *sql.Tx, s *middleware.Session, in struct {
				User string `path:"user"`
			}) error {
				if s.User() != "ann" {
					return errors.New("not signed in")
				}
				_, err := tx.ExecContext(ctx, "INSERT INTO passwords (username, hash) VALUES ('"+in.User+"', 'x')")
				return err
			})
			ann := ""
			send(app, "POST", "/sign-in/ann", &ann)
			var work sync.WaitGroup
			for i := range 16 {
				work.Go(func() {
					jar := ann
					for n := range 4 {
						if w := send(app, "POST", fmt.Sprintf("/register-later/user%d-%d", i, n), &jar); w.Code != 204 {
							t.Errorf("got %d %s", w.Code, w.Body)
						}
					}
				})
			}
			work.Wait()
		})
	}
}
