package briosql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/brio-go/brio/middleware"
)

// Sessions is a middleware.SessionTransactions whose sessions are rows of a table: the hash of the cookie, the user, the values, and when it
// expires by the clock of the database. Each method is one statement that changes a row, so the database itself decides between requests.
//
// A call with the context of a request whose transaction has begun (see [Tx]) is a part of that transaction: with
// Session.EndOthers(ctx) a new password and the end of the other sessions are committed together. If ServerSessions stands around
// Idempotency with a store over the same *sql.DB, what the request does with its own session is written in the transaction too, just before
// the commit; an answer of 400 or more rolls back, and the session is then written alone. Sessions is safe for concurrent use.
type Sessions struct {
	db      *sql.DB
	o       Options
	dialect Dialect
	q       sessionQueries
	begun   atomic.Int64
}

// sessionQueries are the statements, with placeholders of the dialect.
type sessionQueries struct {
	schema, lock, find, insert, replace, end, endAll, list, expire string
}

// NewSessions returns a store over a database, which it leaves open. The table must exist: see Schema.
func NewSessions(db *sql.DB, d Dialect, o Options) (*Sessions, error) {
	if err := o.check(db, d, "brio_sessions"); err != nil {
		return nil, err
	}
	query := expander(d, o.Table)
	const columns = "id, username, data, created, seen, revision"
	return &Sessions{db: db, o: o, dialect: d, q: sessionQueries{
		lock: query("UPDATE {table} SET until = until WHERE id = ''"),
		schema: query("CREATE TABLE IF NOT EXISTS {table} (id TEXT PRIMARY KEY, username TEXT NOT NULL, data {bytes} NOT NULL, created BIGINT NOT NULL, seen BIGINT NOT NULL, revision BIGINT NOT NULL, until BIGINT NOT NULL);\n" +
			"CREATE INDEX IF NOT EXISTS {name}_username ON {table} (username) WHERE username <> '';\n" +
			"CREATE INDEX IF NOT EXISTS {name}_until ON {table} (until);\n"),
		find:    query("SELECT " + columns + " FROM {table} WHERE id = ?1 AND until > {now}"),
		insert:  query("INSERT INTO {table} (" + columns + ", until) VALUES (?1, ?2, ?3, ?4, ?5, ?6, {now} + ?7) ON CONFLICT (id) DO NOTHING"),
		replace: query("UPDATE {table} SET id = ?1, username = ?2, data = ?3, created = ?4, seen = ?5, revision = ?6, until = {now} + ?7 WHERE id = ?8 AND revision = ?9 AND until > {now}"),
		end:     query("DELETE FROM {table} WHERE id = ?1"),
		endAll:  query("DELETE FROM {table} WHERE username = ?1 AND username <> '' AND id <> ?2"),
		list:    query("SELECT " + columns + " FROM {table} WHERE username = ?1 AND username <> '' AND until > {now} ORDER BY seen DESC LIMIT 1000"),
		expire:  query(expireQuery),
	}}, nil
}

// Schema returns the statements that make the table and its indexes, unless they exist.
func (s *Sessions) Schema() string { return s.q.schema }

// querier is a database or a transaction.
type querier interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// on returns what a call works on: the transaction of the request if it has begun, and is one of the same database.
func (s *Sessions) on(ctx context.Context) querier {
	if s.InTransaction(ctx) {
		if tx := ctx.Value(contextKey{}).(*transaction).running(); tx != nil {
			return tx
		}
	}
	return s.db
}

// InTransaction reports whether the context has a transaction of the same database: see [Tx].
func (s *Sessions) InTransaction(ctx context.Context) bool {
	t, _ := ctx.Value(contextKey{}).(*transaction)
	return t != nil && t.s.db == s.db
}

// running returns the transaction between its begin and its end, nil otherwise.
func (t *transaction) running() *sql.Tx {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.isEnded {
		return nil
	}
	return t.tx
}

// call runs do under the timeout, and names the store in its error.
func (s *Sessions) call(ctx context.Context, do func(ctx context.Context, on querier) error) error {
	inner, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel()
	err := do(inner, s.on(ctx))
	if err != nil && !errors.Is(err, middleware.ErrSessionChanged) && !errors.Is(err, middleware.ErrSessionEnded) {
		err = fmt.Errorf("briosql: session: %w", err)
	}
	return err
}

// read returns the sessions of a query.
func (s *Sessions) read(ctx context.Context, on querier, query string, args ...any) (all []middleware.StoredSession, err error) {
	if s.dialect == SQLite && on != querier(s.db) { // a transaction that begins with a read may not be able to write later
		if _, err := on.ExecContext(ctx, s.q.lock); err != nil {
			return nil, err
		}
	}
	rows, err := on.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var n middleware.StoredSession
		var created, seen int64
		if err := rows.Scan(&n.ID, &n.User, &n.Values, &created, &seen, &n.Revision); err != nil {
			return nil, err
		}
		n.Created, n.Seen = time.UnixMilli(created), time.UnixMilli(seen)
		all = append(all, n)
	}
	return all, rows.Err()
}

// values returns the arguments of a statement that writes a session.
func values(n middleware.StoredSession) []any {
	data := n.Values
	if data == nil {
		data = []byte{}
	}
	return []any{n.ID, n.User, data, n.Created.UnixMilli(), n.Seen.UnixMilli(), n.Revision + 1, max(n.TTL.Milliseconds(), 1)}
}

// find returns a session, nil for none.
func (s *Sessions) find(ctx context.Context, on querier, id string) (*middleware.StoredSession, error) {
	all, err := s.read(ctx, on, s.q.find, id)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return &all[0], nil
}

// Load returns a session.
func (s *Sessions) Load(ctx context.Context, id string) (found *middleware.StoredSession, err error) {
	err = s.call(ctx, func(ctx context.Context, on querier) error {
		found, err = s.find(ctx, on, id)
		return err
	})
	return found, err
}

// Create stores a new session. Once in 100 sessions it deletes expired rows, outside of transactions.
func (s *Sessions) Create(ctx context.Context, n middleware.StoredSession) error {
	return s.call(ctx, func(ctx context.Context, on querier) error {
		if s.begun.Add(1)%sweepEvery == 0 && on == querier(s.db) {
			_, _ = s.DeleteExpired(ctx) // an error is no reason to refuse the session: the next sweep deletes the rows
		}
		isNew, err := changes(on.ExecContext(ctx, s.q.insert, values(n)...))
		if err != nil || isNew {
			return err
		}
		held, err := s.find(ctx, on, n.ID)
		switch {
		case err != nil:
			return err
		case held == nil: // expired
			return middleware.ErrSessionEnded
		case held.Revision != n.Revision+1 || held.User != n.User || string(held.Values) != string(n.Values):
			return middleware.ErrSessionChanged
		}
		return nil
	})
}

// Replace stores a session in the place of another one.
func (s *Sessions) Replace(ctx context.Context, id string, n middleware.StoredSession) error {
	return s.call(ctx, func(ctx context.Context, on querier) error {
		isReplaced, err := changes(on.ExecContext(ctx, s.q.replace, append(values(n), id, n.Revision)...))
		if err != nil || isReplaced {
			return err
		}
		held, err := s.find(ctx, on, id)
		if err == nil && held == nil && id != n.ID {
			if held, err = s.find(ctx, on, n.ID); err == nil && held != nil {
				return nil // an attempt before has replaced it
			}
		}
		switch {
		case err != nil:
			return err
		case held == nil:
			return middleware.ErrSessionEnded
		}
		return middleware.ErrSessionChanged
	})
}

// End ends a session.
func (s *Sessions) End(ctx context.Context, id string) error {
	return s.call(ctx, func(ctx context.Context, on querier) error {
		_, err := on.ExecContext(ctx, s.q.end, id)
		return err
	})
}

// EndAll ends the sessions of a user but one.
func (s *Sessions) EndAll(ctx context.Context, user, except string) error {
	return s.call(ctx, func(ctx context.Context, on querier) error {
		_, err := on.ExecContext(ctx, s.q.endAll, user, except)
		return err
	})
}

// List returns the sessions of a user, the 1000 that were used last if there are more.
func (s *Sessions) List(ctx context.Context, user string) (all []middleware.StoredSession, err error) {
	err = s.call(ctx, func(ctx context.Context, on querier) error {
		all, err = s.read(ctx, on, s.q.list, user)
		return err
	})
	return all, err
}

// DeleteExpired deletes up to 1000 rows that have expired, and returns their number.
func (s *Sessions) DeleteExpired(ctx context.Context) (int64, error) {
	r, err := s.db.ExecContext(ctx, s.q.expire, sweepRows)
	if err != nil {
		return 0, fmt.Errorf("briosql: sessions: %w", err)
	}
	return r.RowsAffected()
}
