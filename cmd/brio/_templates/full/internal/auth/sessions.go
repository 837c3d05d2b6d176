package auth

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"strings"
	"time"

	"github.com/google/uuid"

	"example.com/app/internal/settings"
	"example.com/app/internal/store"
)

// Session is one sign-in: a chain of refresh tokens, each of which can be used once.
type Session struct {
	ID     string
	User   User
	Scopes []string // what the client has asked for, of those of the user
	Ends   time.Time
}

// Sessions has the sessions of the database.
type Sessions struct {
	db   *sql.DB
	life time.Duration
}

// NewSessions is the provider of Sessions.
func NewSessions(db *sql.DB, config settings.Settings) *Sessions {
	return &Sessions{db, config.SessionLife}
}

// Reasons why a session cannot be continued.
var (
	errNoSession = errors.New("there is no such session, or it has ended, or its user is disabled")
	errReused    = errors.New("a refresh token was used again; its session has been ended")
)

// Begin stores a session and its first refresh token, and deletes the expired sessions of the user.
func (s *Sessions) Begin(ctx context.Context, user User, scopes []string) (session *Session, refresh string, err error) {
	session = &Session{rand.Text(), user, scopes, time.Now().Add(s.life)}
	err = store.Tx(ctx, s.db, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, `delete from sessions where user_id = $1 and expires <= $2`, user.ID, time.Now().Unix())
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `insert into sessions (id, user_id, scopes, expires) values ($1, $2, $3, $4)`,
			session.ID, user.ID, strings.Join(scopes, " "), session.Ends.Unix())
		if err != nil {
			return err
		}
		refresh, err = addRefresh(ctx, tx, session.ID)
		return err
	})
	return session, refresh, err
}

// Find returns the session with an ID, or errNoSession.
func (s *Sessions) Find(ctx context.Context, id string) (*Session, error) {
	return scanSession(s.db.QueryRowContext(ctx, findSession, id, time.Now().Unix()))
}

// Renew uses a refresh token up, and returns the next one. A token that was used before ends its session: two clients have it, and one of
// them has stolen it.
func (s *Sessions) Renew(ctx context.Context, refresh string) (session *Session, next string, err error) {
	reused := false
	err = store.Tx(ctx, s.db, func(tx *sql.Tx) error {
		var id string
		err := tx.QueryRowContext(ctx, `select session_id from refresh_tokens where hash = $1`, hash(refresh)).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			return errNoSession
		}
		if err != nil {
			return err
		}
		fresh, err := store.Changed(tx.ExecContext(ctx, `update refresh_tokens set used = true where hash = $1 and not used`, hash(refresh)))
		if err != nil {
			return err
		}
		if !fresh {
			reused = true // an error here would roll back the end of the session
			_, err := tx.ExecContext(ctx, `update sessions set ended = true where id = $1`, id)
			return err
		}
		if session, err = scanSession(tx.QueryRowContext(ctx, findSession, id, time.Now().Unix())); err != nil {
			return err
		}
		next, err = addRefresh(ctx, tx, id)
		return err
	})
	if err == nil && reused {
		err = errReused
	}
	return session, next, err
}

// End ends the session of a refresh token, used or not.
func (s *Sessions) End(ctx context.Context, refresh string) error {
	_, err := s.db.ExecContext(ctx, `update sessions set ended = true where id = (select session_id from refresh_tokens where hash = $1)`, hash(refresh))
	return err
}

// EndAll ends all sessions of a user.
func EndAll(ctx context.Context, tx *sql.Tx, user uuid.UUID) error {
	_, err := tx.ExecContext(ctx, `update sessions set ended = true where user_id = $1`, user)
	return err
}

const findSession = `select s.id, s.scopes, s.expires, u.id, u.scopes from sessions s join users u on u.id = s.user_id
	where s.id = $1 and not s.ended and s.expires > $2 and not u.disabled`

func scanSession(row *sql.Row) (*Session, error) {
	var s Session
	var scopes, granted string
	var expires int64
	err := row.Scan(&s.ID, &scopes, &expires, &s.User.ID, &granted)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, errNoSession
	}
	s.Scopes, s.User.Scopes, s.Ends = strings.Fields(scopes), strings.Fields(granted), time.Unix(expires, 0)
	return &s, err
}

// addRefresh stores a new refresh token of a session.
func addRefresh(ctx context.Context, tx *sql.Tx, session string) (string, error) {
	refresh := rand.Text() + rand.Text() // 260 bits
	_, err := tx.ExecContext(ctx, `insert into refresh_tokens (hash, session_id) values ($1, $2)`, hash(refresh), session)
	return refresh, err
}

// hash returns the stored form of a refresh token. It needs no salt and no slow function, because tokens are random.
func hash(refresh string) string {
	sum := sha256.Sum256([]byte(refresh))
	return hex.EncodeToString(sum[:])
}
