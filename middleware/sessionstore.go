package middleware

import (
	"context"
	"encoding/json"
	"errors"
	"time"
)

// StoredSession is a session as a store has it. Times have milliseconds.
type StoredSession struct {
	ID       string    // a hash of the client's cookie: 64 hexadecimal digits
	User     string    // "" before the sign-in
	Values   []byte    // JSON, whose form only this package knows; a store and its callers do not change the bytes
	Created  time.Time // of the session, or of the sign-in
	Seen     time.Time // of the last request that used the session, to the minute
	Revision int64     // how often the session was written
	// TTL is how long a store keeps the session from when it is written. A store that returns a session need not set it.
	TTL time.Duration
}

// ErrSessionChanged is the error of a SessionStore for a session that another request has changed meanwhile.
var ErrSessionChanged = errors.New("brio/middleware: another request has changed the session")

// ErrSessionEnded is the error of a SessionStore for a session that is not there any more.
var ErrSessionEnded = errors.New("brio/middleware: the session has ended")

// SessionStore keeps sessions. It must be safe for concurrent use, and each method is atomic. A client of a server may send a command again
// whose answer was lost: the second one must not change what other requests have done meanwhile. The methods should return when the context
// ends.
type SessionStore interface {
	// Load returns the session of an identifier, nil if there is none or if its TTL has passed.
	Load(ctx context.Context, id string) (*StoredSession, error)
	// Create stores a new session, with the revision s.Revision + 1. If there is another one of that identifier, the error is
	// ErrSessionChanged, or ErrSessionEnded if it has ended and the store knows. A second Create of the same session is no error.
	Create(ctx context.Context, s StoredSession) error
	// Replace stores s, with the revision s.Revision + 1, in the place of the session of id, which must be there with the revision
	// s.Revision. Otherwise it changes nothing; the error is ErrSessionChanged if the session has another revision, and ErrSessionEnded if
	// there is none. If s has another identifier than id, id ends: after Replace Load does not find it. A session of another user has another
	// identifier. A second Replace with another identifier is no error.
	Replace(ctx context.Context, id string, s StoredSession) error
	// End ends a session. It is no error if there is none.
	End(ctx context.Context, id string) error
	// EndAll ends all sessions of a user but that of except, "" for none. It ends each session that the user had when it was called, also one
	// that Replace gives another identifier at the same time. user is not "".
	EndAll(ctx context.Context, user, except string) error
	// List returns the sessions of a user in any order, at least the 1000 last ones. user is not "".
	List(ctx context.Context, user string) ([]StoredSession, error)
}

// SessionTransactions is a SessionStore whose methods can be a part of the transaction of a request.
type SessionTransactions interface {
	SessionStore
	// InTransaction reports whether calls with the context are a part of its transaction, once that has begun.
	InTransaction(ctx context.Context) bool
}

// SessionInfo is a session of a user for a list of devices. It has no secrets: a client cannot use a session by its ID.
type SessionInfo struct {
	ID      string    `json:"id"`      // for Session.End
	Created time.Time `json:"created"` // of the session, or of the sign-in
	Seen    time.Time `json:"seen"`    // the last request, to the minute
	Current bool      `json:"current"` // the session of the request that asks
	values  []byte
}

// Get decodes a value of that session, such as the name of the device, as Session.Get does.
func (i SessionInfo) Get(key string, into any) bool {
	values, err := decodeSession(i.values)
	raw, ok := values[key]
	return err == nil && ok && json.Unmarshal(raw, into) == nil
}

// decodeSession reads the values of a StoredSession.
func decodeSession(b []byte) (values map[string]json.RawMessage, err error) {
	err = json.Unmarshal(b, &values)
	return values, err
}
