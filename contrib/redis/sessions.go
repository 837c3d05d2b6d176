package redis

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/brio-go/brio/middleware"
	"github.com/redis/go-redis/v9"
)

// Sessions is a middleware.SessionStore: processes that use one server share their sessions. The server is Redis 6.2 or later, or Valkey. Each
// session is one key, which expires with it by the clock of the server. The sessions of a user stand in a sorted set, a second key, which
// expires with the last of them and loses the ended ones when it is read, and now and then when one is added. The two keys may be in
// different slots of a cluster.
//
// A session stands in the set of its user before it begins, and before its identifier changes. EndAll reads the set until no session is left
// in it, so that it ends a session whose identifier changes at the same time. For one minute the key of a session that has ended says so:
// a command that go-redis sends again, or that was late, cannot bring it back.
//
// A call that fails is an error: the middleware then answers 503. A call whose answer was lost may have happened. A server that loses what it
// has confirmed may know a session again that has ended: use appendfsync always where that must not be, and a maxmemory-policy of noeviction.
// Load is one command, Replace one or two, a new identifier for a user's session four. Sessions is safe for concurrent use.
type Sessions struct {
	*store
	create, update, end, index *redis.Script
}

// NewSessions returns a store of sessions over a client, which it leaves open.
func NewSessions(client redis.UniversalClient, o StoreOptions) *Sessions {
	return &Sessions{newStore(client, o), createScript(), updateScript(), leaveScript(), indexScript()}
}

// The value of a session's key is its revision in decimal digits, a space, and the rest as in encodeSession. That of a session that has
// ended is endedMark and the identifier that it was given instead, if it was.
const (
	endedMark = "ended "
	endedFor  = time.Minute
)

// The results of the scripts that change a session.
const (
	sessionEnded   = 0
	sessionWritten = 1
	sessionChanged = 2
)

// createScript writes a new session. ARGV has the value and the TTL in milliseconds.
func createScript() *redis.Script {
	return redis.NewScript(`
local held = redis.call('GET', KEYS[1])
if held == ARGV[1] then
	return 1
elseif held and string.sub(held, 1, 6) == 'ended ' then
	return 0
elseif held then
	return 2
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
`)
}

// updateScript replaces a session. ARGV has the revision that it must have, the value and the TTL in milliseconds. A command that is sent
// again finds another revision, and the middleware then applies its changes again: the same value could be that of another request.
func updateScript() *redis.Script {
	return redis.NewScript(`
local held = redis.call('GET', KEYS[1])
if not held or string.sub(held, 1, 6) == 'ended ' then
	return 0
elseif string.match(held, '^%d+') ~= ARGV[1] then
	return 2
end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
`)
}

// leaveScript ends a session that has another identifier now. ARGV has the revision that it must have, the mark with that identifier, and how
// long the mark is kept in milliseconds.
func leaveScript() *redis.Script {
	return redis.NewScript(`
local held = redis.call('GET', KEYS[1])
if held == ARGV[2] then
	return 1
elseif not held or string.sub(held, 1, 6) == 'ended ' then
	return 0
elseif string.match(held, '^%d+') ~= ARGV[1] then
	return 2
end
redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
return 1
`)
}

// indexScript adds a session to the set of a user, with the time as its score. ARGV has the identifier and the TTL in milliseconds. It returns
// the size of the set.
func indexScript() *redis.Script {
	return redis.NewScript(`
local time = redis.call('TIME')
redis.call('ZADD', KEYS[1], time[1] * 1000 + math.floor(time[2] / 1000), ARGV[1])
if redis.call('PTTL', KEYS[1]) < tonumber(ARGV[2]) then
	redis.call('PEXPIRE', KEYS[1], ARGV[2])
end
return redis.call('ZCARD', KEYS[1])
`)
}

func (s *Sessions) sessionKey(id string) string { return s.key("session", id) }
func (s *Sessions) userKey(user string) string  { return s.key("sessions-of", user) }

// errSessionForm is the error of a value that encodeSession has not made.
var errSessionForm = errors.New("the server has a session of another form")

// encodeSession returns the value of a session's key.
func encodeSession(s middleware.StoredSession) string {
	b := fmt.Appendf(nil, "%d ", s.Revision+1)
	b = binary.AppendVarint(b, s.Created.UnixMilli())
	b = binary.AppendVarint(b, s.Seen.UnixMilli())
	b = binary.AppendUvarint(b, uint64(len(s.User)))
	return string(append(append(b, s.User...), s.Values...))
}

// decodeSession reads a value of encodeSession. It returns nil for a session that has ended.
func decodeSession(id, value string) (*middleware.StoredSession, error) {
	if strings.HasPrefix(value, endedMark) {
		return nil, nil
	}
	s := &middleware.StoredSession{ID: id}
	revision, rest, ok := strings.Cut(value, " ")
	if _, err := fmt.Sscanf(revision, "%d", &s.Revision); err != nil || !ok {
		return nil, errSessionForm
	}
	b := []byte(rest)
	created, n := binary.Varint(b)
	seen, m := binary.Varint(b[max(n, 0):])
	if n <= 0 || m <= 0 {
		return nil, errSessionForm
	}
	b = b[n+m:]
	size, n := binary.Uvarint(b)
	if n <= 0 || size > uint64(len(b)-n) {
		return nil, errSessionForm
	}
	s.Created, s.Seen = time.UnixMilli(created), time.UnixMilli(seen)
	s.User, s.Values = string(b[n:n+int(size)]), b[n+int(size):]
	return s, nil
}

// change runs do, which changes a session. That another request was faster is an answer of the server, and no failure of it.
func (s *Sessions) change(ctx context.Context, do func(ctx context.Context) error) error {
	faster, err := ask(ctx, s.store, func(ctx context.Context) (error, error) {
		err := do(ctx)
		if errors.Is(err, middleware.ErrSessionChanged) || errors.Is(err, middleware.ErrSessionEnded) {
			return err, nil
		}
		return nil, err
	})
	if err != nil {
		return fmt.Errorf("redis: session: %w", err)
	}
	return faster
}

// result returns the error of a script that changes a session.
func result(c *redis.Cmd) error {
	n, err := c.Int()
	switch {
	case err != nil:
		return err
	case n == sessionEnded:
		return middleware.ErrSessionEnded
	case n == sessionChanged:
		return middleware.ErrSessionChanged
	}
	return nil
}

// Load returns a session.
func (s *Sessions) Load(ctx context.Context, id string) (found *middleware.StoredSession, err error) {
	value, err := ask(ctx, s.store, func(ctx context.Context) (string, error) { return s.client.Get(ctx, s.sessionKey(id)).Result() })
	if errors.Is(err, redis.Nil) {
		return nil, nil
	}
	if err == nil {
		found, err = decodeSession(id, value)
	}
	if err != nil {
		return nil, fmt.Errorf("redis: session: %w", err)
	}
	return found, nil
}

// Create stores a new session.
func (s *Sessions) Create(ctx context.Context, n middleware.StoredSession) error {
	return s.change(ctx, func(ctx context.Context) error {
		if err := s.add(ctx, n); err != nil {
			return err
		}
		return result(s.create.Run(ctx, s.client, []string{s.sessionKey(n.ID)}, encodeSession(n), ttlOf(n)))
	})
}

// ttlOf returns the TTL of a session in milliseconds, at least one.
func ttlOf(s middleware.StoredSession) int64 { return max(s.TTL.Milliseconds(), 1) }

// pruneEvery is how many sessions the set of a user gets before the ended ones are removed.
const pruneEvery = 16

// add puts a session into the set of its user.
func (s *Sessions) add(ctx context.Context, n middleware.StoredSession) error {
	if n.User == "" {
		return nil
	}
	size, err := s.index.Run(ctx, s.client, []string{s.userKey(n.User)}, n.ID, ttlOf(n)+endedFor.Milliseconds()).Int()
	if err == nil && size%pruneEvery == 0 {
		_, _ = s.list(ctx, n.User) // an error leaves the set as it is
	}
	return err
}

// Replace stores a session in the place of another one. With a new identifier it first creates the new session, which no client knows yet,
// and then ends the old one: that decides whether the new one counts.
func (s *Sessions) Replace(ctx context.Context, id string, n middleware.StoredSession) error {
	return s.change(ctx, func(ctx context.Context) error {
		if err := s.add(ctx, n); err != nil {
			return err
		}
		value := encodeSession(n)
		if id == n.ID {
			err := result(s.update.Run(ctx, s.client, []string{s.sessionKey(id)}, n.Revision, value, ttlOf(n)))
			if errors.Is(err, middleware.ErrSessionEnded) {
				s.forget(ctx, n.User, id)
			}
			return err
		}
		if err := result(s.create.Run(ctx, s.client, []string{s.sessionKey(n.ID)}, value, ttlOf(n))); err != nil {
			return err
		}
		err := result(s.end.Run(ctx, s.client, []string{s.sessionKey(id)}, n.Revision, endedMark+n.ID, endedFor.Milliseconds()))
		switch {
		case errors.Is(err, middleware.ErrSessionChanged), errors.Is(err, middleware.ErrSessionEnded):
			if s.client.Set(ctx, s.sessionKey(n.ID), endedMark, endedFor).Err() == nil { // otherwise it expires: no client knows it
				s.forget(ctx, n.User, n.ID)
			}
		case err == nil:
			s.forget(ctx, n.User, id)
		}
		return err
	})
}

// forget removes a session that has ended from the set of its user. If it fails, the session is removed when the set is read.
func (s *Sessions) forget(ctx context.Context, user, id string) {
	if user != "" {
		_ = s.client.ZRem(ctx, s.userKey(user), id).Err()
	}
}

// End ends a session.
func (s *Sessions) End(ctx context.Context, id string) error {
	return s.change(ctx, func(ctx context.Context) error {
		old, err := s.client.SetArgs(ctx, s.sessionKey(id), endedMark, redis.SetArgs{TTL: endedFor, Get: true}).Result()
		if errors.Is(err, redis.Nil) {
			return nil
		}
		if err != nil {
			return err
		}
		if ended, err := decodeSession(id, old); err == nil && ended != nil {
			s.forget(ctx, ended.User, id)
		}
		return nil
	})
}

// endAllRounds is how often EndAll reads the set of a user. Another round finds the sessions whose identifier has changed in the one before.
const endAllRounds = 100

// EndAll ends the sessions of a user but one.
func (s *Sessions) EndAll(ctx context.Context, user, except string) error {
	for range endAllRounds {
		left, err := ask(ctx, s.store, func(ctx context.Context) (int, error) { return s.endSome(ctx, user, except) })
		if err != nil {
			return fmt.Errorf("redis: session: %w", err)
		}
		if left == 0 {
			return nil
		}
	}
	return errors.New("redis: session: the user signs in as fast as the sessions end")
}

// maxListed is how many sessions of a user are read at once.
const maxListed = 1000

// endSome ends sessions of a user, and returns how many there were.
func (s *Sessions) endSome(ctx context.Context, user, except string) (int, error) {
	ids, err := s.client.ZRange(ctx, s.userKey(user), 0, maxListed).Result() // one more: except
	if err != nil {
		return 0, err
	}
	others := make([]any, 0, len(ids))
	for _, id := range ids {
		if id != except {
			others = append(others, id)
		}
	}
	if len(others) == 0 {
		return 0, nil
	}
	if _, err = s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		for _, id := range others {
			p.Set(ctx, s.sessionKey(id.(string)), endedMark, endedFor)
		}
		return nil
	}); err != nil {
		return 0, err
	}
	return len(others), s.client.ZRem(ctx, s.userKey(user), others...).Err()
}

// List returns the sessions of a user, the 1000 that were written last if there are more.
func (s *Sessions) List(ctx context.Context, user string) (all []middleware.StoredSession, err error) {
	all, err = ask(ctx, s.store, func(ctx context.Context) ([]middleware.StoredSession, error) { return s.list(ctx, user) })
	if err != nil {
		return nil, fmt.Errorf("redis: session: %w", err)
	}
	return all, nil
}

// list reads the sessions of a user, and removes the ended ones from the set. A session that was added a moment ago may not be written
// yet.
func (s *Sessions) list(ctx context.Context, user string) (all []middleware.StoredSession, err error) {
	now, err := s.client.Time(ctx).Result()
	if err != nil {
		return nil, err
	}
	members, err := s.client.ZRevRangeWithScores(ctx, s.userKey(user), 0, maxListed-1).Result()
	if err != nil || len(members) == 0 {
		return nil, err
	}
	values := make([]*redis.StringCmd, len(members))
	if _, err = s.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, m := range members {
			values[i] = p.Get(ctx, s.sessionKey(m.Member.(string)))
		}
		return nil
	}); err != nil && !errors.Is(err, redis.Nil) {
		return nil, err
	}
	var ended []any
	before := float64(now.Add(-endedFor).UnixMilli())
	for i, m := range members {
		id := m.Member.(string)
		value, err := values[i].Result()
		var found *middleware.StoredSession
		if err == nil {
			found, err = decodeSession(id, value)
		}
		switch {
		case err != nil && !errors.Is(err, redis.Nil):
			return nil, err
		case found != nil && found.User == user:
			all = append(all, *found)
		case m.Score < before:
			ended = append(ended, id)
		}
	}
	if len(ended) > 0 {
		_ = s.client.ZRem(ctx, s.userKey(user), ended...).Err() // otherwise they are removed the next time
	}
	return all, nil
}
