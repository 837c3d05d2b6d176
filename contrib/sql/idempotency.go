package briosql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/brio-go/brio/middleware"
)

// Idempotency is a middleware.IdempotencyStore whose records are rows of a table: hashes, the answer, and when it expires by the clock of
// the database. It is a middleware.IdempotencyTransactions too: a handler that takes the transaction of [Tx] has effect and answer together.
//
// The claim is committed before the handler runs, so other requests with the key are answered with 409 at once. The transaction locks the
// row of its claim: a request whose lease has passed, and whose key another request has taken, commits nothing. An error of the database is
// a 503, or with FailOpen the request runs without the protection. Idempotency is safe for concurrent use.
type Idempotency struct {
	db      *sql.DB
	o       Options
	dialect Dialect
	q       queries
	claims  atomic.Int64
}

// queries are the statements, with placeholders of the dialect.
type queries struct {
	schema, find, insert, take, lock, renew, answer, free, expire string
}

// NewIdempotency returns a store over a database, which it leaves open. The table must exist: see Schema.
func NewIdempotency(db *sql.DB, d Dialect, o Options) (*Idempotency, error) {
	if err := o.check(db, d, "brio_idempotency"); err != nil {
		return nil, err
	}
	return &Idempotency{db: db, o: o, dialect: d, q: newQueries(d, o.Table)}, nil
}

// newQueries makes the statements for a table.
func newQueries(d Dialect, table string) queries {
	lock := "UPDATE {table} SET until = until WHERE id = ?1 AND token = ?2 AND answer IS NULL"
	if d == PostgreSQL {
		lock = "SELECT 1 FROM {table} WHERE id = ?1 AND token = ?2 AND answer IS NULL FOR UPDATE"
	}
	query := expander(d, table)
	return queries{
		schema: query("CREATE TABLE IF NOT EXISTS {table} (id TEXT PRIMARY KEY, token TEXT NOT NULL, request TEXT NOT NULL, answer {bytes}, until BIGINT NOT NULL);\n" +
			"CREATE INDEX IF NOT EXISTS {name}_until ON {table} (until);\n"),
		find:   query("SELECT token, request, answer, until <= {now} FROM {table} WHERE id = ?1"),
		insert: query("INSERT INTO {table} (id, token, request, until) VALUES (?1, ?2, ?3, {now} + ?4) ON CONFLICT (id) DO NOTHING"),
		take:   query("UPDATE {table} SET token = ?2, request = ?3, answer = NULL, until = {now} + ?4 WHERE id IN (SELECT id FROM {table} WHERE id = ?1 AND token = ?5 AND until <= {now}{skip})"),
		lock:   query(lock),
		renew:  query("UPDATE {table} SET until = {now} + ?3 WHERE id = ?1 AND token = ?2 AND answer IS NULL"),
		answer: query("UPDATE {table} SET answer = ?3, until = {now} + ?4 WHERE id = ?1 AND token = ?2 AND answer IS NULL"),
		free:   query("DELETE FROM {table} WHERE id = ?1 AND token = ?2 AND answer IS NULL"),
		expire: query(expireQuery),
	}
}

// Schema returns the statements that make the table and its index, unless they exist.
func (s *Idempotency) Schema() string { return s.q.schema }

// attempts is how often Begin looks again when another request has changed the row between two of its statements.
const attempts = 10

// lockPause is the time until Begin looks again at a row whose claim has expired, and which a transaction has locked.
const lockPause = 20 * time.Millisecond

// Begin claims a key. A claim whose lease has passed holds while its transaction runs.
func (s *Idempotency) Begin(ctx context.Context, c middleware.IdempotencyClaim) (*middleware.IdempotencyRecord, error) {
	ctx, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel()
	for attempt := 1; ; attempt++ {
		r, done, err := s.begin(ctx, c)
		switch {
		case err != nil:
			return nil, fmt.Errorf("briosql: idempotency key: %w", err)
		case done, attempt == attempts && r != nil:
			return r, nil
		case attempt == attempts:
			return nil, errors.New("briosql: idempotency key: other requests change the row all the time")
		case r != nil:
			select {
			case <-ctx.Done():
			case <-time.After(lockPause):
			}
		}
	}
}

// begin is one attempt. It reads first: PostgreSQL's INSERT would wait for a transaction that changes the row. done is false if another
// request was faster; first is then not nil if that one may have locked the row.
func (s *Idempotency) begin(ctx context.Context, c middleware.IdempotencyClaim) (first *middleware.IdempotencyRecord, done bool, err error) {
	r, found, err := s.find(ctx, c.Key)
	switch {
	case err != nil:
		return nil, false, err
	case !found:
		if s.claims.Add(1)%sweepEvery == 0 {
			_, _ = s.DeleteExpired(ctx) // an error is no reason to refuse the request: the next sweep deletes the rows
		}
		done, err = changes(s.db.ExecContext(ctx, s.q.insert, c.Key, c.Token, c.Request, c.Lease.Milliseconds()))
		return nil, done, err
	case r.token == c.Token && r.Answer == nil && !r.isExpired:
		return nil, true, nil
	case !r.isExpired:
		return &r.IdempotencyRecord, true, nil
	}
	done, err = changes(s.db.ExecContext(ctx, s.q.take, c.Key, c.Token, c.Request, c.Lease.Milliseconds(), r.token))
	if err != nil || done {
		return nil, done, err
	}
	return &middleware.IdempotencyRecord{Request: r.Request}, false, nil
}

// row is a row of the table.
type row struct {
	middleware.IdempotencyRecord
	token     string
	isExpired bool
}

func (s *Idempotency) find(ctx context.Context, key string) (r row, found bool, err error) {
	err = s.db.QueryRowContext(ctx, s.q.find, key).Scan(&r.token, &r.Request, &r.Answer, &r.isExpired)
	if errors.Is(err, sql.ErrNoRows) {
		return row{}, false, nil
	}
	return r, err == nil, err
}

// changes reports whether a statement has changed a row.
func changes(r sql.Result, err error) (bool, error) {
	if err != nil {
		return false, err
	}
	n, err := r.RowsAffected()
	return n > 0, err
}

// Finish stores the answer of a claim, or frees its key, in a transaction of its own.
func (s *Idempotency) Finish(ctx context.Context, c middleware.IdempotencyClaim, answer []byte) error {
	ctx, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel()
	var err error
	if answer == nil {
		_, err = s.db.ExecContext(ctx, s.q.free, c.Key, c.Token)
	} else {
		err = s.store(ctx, c, answer)
	}
	if err != nil && !errors.Is(err, middleware.ErrIdempotencyLost) {
		err = fmt.Errorf("briosql: idempotency key: %w", err)
	}
	return err
}

// store stores an answer. A claim whose row was deleted after its lease is made again.
func (s *Idempotency) store(ctx context.Context, c middleware.IdempotencyClaim, answer []byte) error {
	for range attempts {
		stored, err := changes(s.db.ExecContext(ctx, s.q.answer, c.Key, c.Token, answer, c.TTL.Milliseconds()))
		if err != nil || stored {
			return err
		}
		r, found, err := s.find(ctx, c.Key)
		switch {
		case err != nil:
			return err
		case found && r.token == c.Token:
			return nil // an attempt before has stored it
		case found:
			return middleware.ErrIdempotencyLost
		}
		if _, err = s.db.ExecContext(ctx, s.q.insert, c.Key, c.Token, c.Request, c.Lease.Milliseconds()); err != nil {
			return err
		}
	}
	return errors.New("other requests change the row all the time")
}

// Renew begins the lease of a claim again. While the request's transaction runs it does nothing: the transaction has locked the row, so no
// other request takes the key, even after the lease.
func (s *Idempotency) Renew(ctx context.Context, c middleware.IdempotencyClaim) error {
	if t, _ := ctx.Value(contextKey{}).(*transaction); t != nil && t.s == s && t.running() != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, s.o.Timeout)
	defer cancel()
	isRenewed, err := changes(s.db.ExecContext(ctx, s.q.renew, c.Key, c.Token, c.Lease.Milliseconds()))
	switch {
	case err != nil:
		return fmt.Errorf("briosql: idempotency key: %w", err)
	case !isRenewed:
		return middleware.ErrIdempotencyLost
	}
	return nil
}

// DeleteExpired deletes up to 1000 rows that have expired, and returns their number. Begin calls it once in 100 claims.
func (s *Idempotency) DeleteExpired(ctx context.Context) (int64, error) {
	r, err := s.db.ExecContext(ctx, s.q.expire, sweepRows)
	if err != nil {
		return 0, fmt.Errorf("briosql: idempotency keys: %w", err)
	}
	return r.RowsAffected()
}

// contextKey is the context key of the transaction.
type contextKey struct{}

// Open implements middleware.IdempotencyTransactions. The transaction begins when a function of the request asks for it.
func (s *Idempotency) Open(ctx context.Context, c middleware.IdempotencyClaim) (context.Context, middleware.IdempotencyTransaction) {
	t := &transaction{s: s, claim: c, ctx: context.WithoutCancel(ctx)}
	return context.WithValue(ctx, contextKey{}, t), t
}

// Tx returns the transaction of the request, and begins it at the first call. It is a provider: with brio.Provide(briosql.Tx) functions
// may take a *sql.Tx. They must not end it: it is committed with the answer if that has a status below 400, and rolled back otherwise.
// Requests without a key have a transaction too. A client that goes does not end it. An answer that is flushed, or is longer than MaxAnswer,
// commits when it begins.
//
// The error is a lost claim (middleware.ErrIdempotencyLost), an error of the database, sql.ErrTxDone after the answer, or ErrNoTx for a
// request that is not in the methods of an Idempotency with the store.
func Tx(ctx context.Context) (*sql.Tx, error) {
	if tx, ok := ctx.Value(txKey{}).(*sql.Tx); ok && tx != nil {
		return tx, nil
	}
	t, _ := ctx.Value(contextKey{}).(*transaction)
	if t == nil {
		return nil, ErrNoTx
	}
	return t.begin(ctx)
}

// ErrNoTx is the error of [Tx] with a context that has no transaction.
var ErrNoTx = errors.New("briosql: the request has no transaction: middleware.Idempotency with a store of briosql makes one for its methods")

// txKey is the context key of a transaction of WithTx.
type txKey struct{}

// WithTx returns a context whose transaction, for [Tx], is one that the program has begun and ends itself. An engine of jobs stores a job by
// it: queue.Enqueue(briosql.WithTx(ctx, tx), args, jobs.Now()).
func WithTx(ctx context.Context, tx *sql.Tx) context.Context {
	return context.WithValue(ctx, txKey{}, tx)
}

// transaction is the transaction of one request.
type transaction struct {
	s     *Idempotency
	claim middleware.IdempotencyClaim // zero without a key
	ctx   context.Context             // of the request, without its end: database/sql rolls back when the context of BeginTx ends

	mu      sync.Mutex
	tx      *sql.Tx
	err     error // of the first call of begin
	isEnded bool
}

// begin begins the transaction at its first call, and locks the row of the claim.
func (t *transaction) begin(ctx context.Context) (*sql.Tx, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	switch {
	case t.isEnded:
		return nil, sql.ErrTxDone
	case t.tx != nil || t.err != nil:
		return t.tx, t.err
	}
	tx, err := t.s.db.BeginTx(t.ctx, t.s.o.Tx)
	if err == nil && t.claim.Key != "" {
		var isOwn bool
		if isOwn, err = t.s.lock(ctx, tx, t.claim); err == nil && !isOwn {
			err = middleware.ErrIdempotencyLost
		}
		if err != nil {
			_ = tx.Rollback()
		}
	}
	if err != nil {
		t.err = fmt.Errorf("briosql: the transaction of the request: %w", err)
		return nil, t.err
	}
	t.tx = tx
	return tx, nil
}

// lock locks the row of a claim until the transaction ends. It is false if another request has the key.
func (s *Idempotency) lock(ctx context.Context, tx *sql.Tx, c middleware.IdempotencyClaim) (bool, error) {
	if s.dialect == SQLite { // the first statement is a write: a transaction that begins with a read may not be able to write later
		return changes(tx.ExecContext(ctx, s.q.lock, c.Key, c.Token))
	}
	var one int
	err := tx.QueryRowContext(ctx, s.q.lock, c.Key, c.Token).Scan(&one)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	return err == nil, err
}

// Commit stores the answer and commits. If the commit fails, it asks the database whether it has happened: the connection may have been
// cut after it.
func (t *transaction) Commit(ctx context.Context, answer []byte) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.isEnded = true
	switch {
	case t.err != nil:
		return t.err
	case t.tx == nil && answer == nil:
		return nil
	case t.tx == nil: // no function has asked for the transaction
		return t.s.Finish(ctx, t.claim, answer)
	}
	if answer != nil {
		stored, err := changes(t.tx.ExecContext(ctx, t.s.q.answer, t.claim.Key, t.claim.Token, answer, t.claim.TTL.Milliseconds()))
		if err == nil && !stored {
			err = middleware.ErrIdempotencyLost
		}
		if err != nil {
			_ = t.tx.Rollback()
			_, _ = t.s.db.ExecContext(ctx, t.s.q.free, t.claim.Key, t.claim.Token) // otherwise the claim ends with its lease
			return fmt.Errorf("briosql: the answer in its transaction: %w", err)
		}
	}
	err := t.tx.Commit()
	if err == nil || answer != nil && t.isStored(ctx) {
		return nil
	}
	return fmt.Errorf("briosql: commit with the answer: %w", err)
}

// findPause is the time between two questions whether a commit has happened.
const findPause = 200 * time.Millisecond

// isStored is called after a failed commit, and reports whether the answer is in the database all the same. It frees the claim first: the
// DELETE waits for a commit that is not done yet, and changes nothing after it. If the database does not answer until the context ends,
// the outcome is unknown, and the claim holds until its lease has passed.
func (t *transaction) isStored(ctx context.Context) bool {
	for {
		_, err := t.s.db.ExecContext(ctx, t.s.q.free, t.claim.Key, t.claim.Token)
		if err == nil {
			var r row
			var found bool
			if r, found, err = t.s.find(ctx, t.claim.Key); err == nil {
				return found && r.token == t.claim.Token
			}
		}
		select {
		case <-ctx.Done():
			return false
		case <-time.After(findPause):
		}
	}
}

// Rollback undoes what functions of the request have done with the transaction.
func (t *transaction) Rollback() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.isEnded = true
	if t.tx == nil {
		return nil
	}
	if err := t.tx.Rollback(); err != nil && !errors.Is(err, sql.ErrTxDone) {
		return fmt.Errorf("briosql: rollback: %w", err)
	}
	return nil
}
