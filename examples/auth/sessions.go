package main

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"
)

// sessionLife is how long a user stays signed in without a new password.
const sessionLife = 30 * 24 * time.Hour

// Session is one sign-in: a chain of refresh tokens, each of which can be used once.
type Session struct {
	ID     string
	User   int
	Scopes []string
	Ends   time.Time
}

// Sessions is the repository.
type Sessions struct {
	db  *sql.DB
	now Clock
}

func newSessions(db *sql.DB, now Clock) *Sessions { return &Sessions{db, now} }

// Reasons why a session cannot be continued.
var (
	errNoSession = errors.New("there is no such session, or it has ended")
	errReused    = errors.New("a refresh token was used again; its session has been ended")
)

// Begin stores a session and its first refresh token, and deletes the user's expired sessions.
func (r *Sessions) Begin(ctx context.Context, user int, scopes []string) (s *Session, refresh string, err error) {
	s = &Session{rand.Text(), user, scopes, r.now().Add(sessionLife)}
	err = r.tx(ctx, func(tx *sql.Tx) error {
		if err := forget(ctx, tx, user, r.now()); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `insert into sessions (id, user, scopes, expires) values (?, ?, ?, ?)`, s.ID, user, strings.Join(scopes, " "), s.Ends.Unix()); err != nil {
			return err
		}
		refresh, err = next(ctx, tx, s.ID)
		return err
	})
	return s, refresh, err
}

// Find returns the session with that id. The error is errNoSession if there is none or if it has ended.
func (r *Sessions) Find(ctx context.Context, id string) (*Session, error) {
	return r.find(ctx, r.db, id)
}

// Renew invalidates a refresh token and returns the next one. A token that was used before ends its session: two clients have the
// token, and one of them has stolen it.
func (r *Sessions) Renew(ctx context.Context, refresh string) (s *Session, following string, err error) {
	reused := false
	err = r.tx(ctx, func(tx *sql.Tx) error {
		var id string
		var used bool
		err := tx.QueryRowContext(ctx, `select session, used from refresh_tokens where hash = ?`, hash(refresh)).Scan(&id, &used)
		switch {
		case errors.Is(err, sql.ErrNoRows):
			return errNoSession
		case err != nil:
			return err
		case used:
			reused = true // an error here would roll back the end of the session
			return end(ctx, tx, id)
		}
		if s, err = r.find(ctx, tx, id); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `update refresh_tokens set used = true where hash = ?`, hash(refresh)); err != nil {
			return err
		}
		following, err = next(ctx, tx, id)
		return err
	})
	if err == nil && reused {
		err = errReused
	}
	return s, following, err
}

// End ends the session of a refresh token, used or not.
func (r *Sessions) End(ctx context.Context, refresh string) error {
	_, err := r.db.ExecContext(ctx, `update sessions set ended = true where id = (select session from refresh_tokens where hash = ?)`, hash(refresh))
	return err
}

// tx calls do in a separate transaction, not in one of the request: the end of a session must be stored although the request fails.
func (r *Sessions) tx(ctx context.Context, do func(*sql.Tx) error) error {
	tx, err := r.db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := do(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// find is Find, also inside of a transaction.
func (r *Sessions) find(ctx context.Context, q interface {
	QueryRowContext(context.Context, string, ...any) *sql.Row
}, id string) (*Session, error) {
	s := &Session{ID: id}
	var scopes string
	var expires int64
	err := q.QueryRowContext(ctx, `select user, scopes, expires from sessions where id = ? and not ended and expires > ?`, id, r.now().Unix()).Scan(&s.User, &scopes, &expires)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, errNoSession
	}
	s.Scopes, s.Ends = strings.Fields(scopes), time.Unix(expires, 0)
	return s, err
}

// next stores a new refresh token for a session.
func next(ctx context.Context, tx *sql.Tx, session string) (string, error) {
	refresh := rand.Text() + rand.Text() // 260 bits
	if _, err := tx.ExecContext(ctx, `insert into refresh_tokens (hash, session) values (?, ?)`, hash(refresh), session); err != nil {
		return "", fmt.Errorf("store a refresh token: %w", err)
	}
	return refresh, nil
}

// forget deletes the expired sessions of a user. An ended session stays until it expires, so that Renew notices the reuse of its tokens.
func forget(ctx context.Context, tx *sql.Tx, user int, now time.Time) error {
	_, err := tx.ExecContext(ctx, `delete from refresh_tokens where session in (select id from sessions where user = ? and expires <= ?)`, user, now.Unix())
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `delete from sessions where user = ? and expires <= ?`, user, now.Unix())
	return err
}

func end(ctx context.Context, tx *sql.Tx, session string) error {
	_, err := tx.ExecContext(ctx, `update sessions set ended = true where id = ?`, session)
	return err
}

// hash returns the stored form of a refresh token. It needs no salt and no slow hash, because tokens are random.
func hash(refresh string) []byte {
	sum := sha256.Sum256([]byte(refresh))
	return sum[:]
}
