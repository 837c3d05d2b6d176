package redis

import (
	"context"
	"errors"
	"fmt"

	"github.com/brio-go/brio/middleware"
	"github.com/redis/go-redis/v9"
)

// Idempotency is a middleware.IdempotencyStore: processes that use one server answer a retry with one answer. Each method is one script, and
// each key is one key of Redis, which expires with the lease of the claim or the TTL of the answer, by the clock of the server.
//
// A call that fails is an error: the middleware then answers 503, or lets the request pass with FailOpen. go-redis sends a call again whose
// answer was lost; the scripts do the same for each attempt. A server that loses what it has confirmed runs a handler again: use
// appendfsync always where that must not be, and a maxmemory-policy of noeviction. Idempotency is safe for concurrent use.
type Idempotency struct {
	*store
	begin, finish, renew *redis.Script
}

// NewIdempotency returns a store of idempotency keys over a client, which it leaves open.
func NewIdempotency(client redis.UniversalClient, o StoreOptions) *Idempotency {
	return &Idempotency{newStore(client, o), beginScript(), finishScript(), renewScript()}
}

// beginScript claims a key. ARGV has the token, the hash of the request and the lease in milliseconds. The result is {1} for a claim that
// holds, else {0, request}, with the answer as a third element if there is one.
func beginScript() *redis.Script {
	return redis.NewScript(`
local held = redis.call('HMGET', KEYS[1], 'token', 'request', 'answer')
if not held[1] or (held[1] == ARGV[1] and not held[3]) then
	redis.call('HSET', KEYS[1], 'token', ARGV[1], 'request', ARGV[2])
	redis.call('PEXPIRE', KEYS[1], ARGV[3])
	return {1}
end
if held[3] then
	return {0, held[2], held[3]}
end
return {0, held[2]}
`)
}

// finishScript stores an answer or frees a key. ARGV has the token, the hash of the request, the TTL in milliseconds and the answer; without
// an answer it frees the key. The result is 0 if another request has the key.
func finishScript() *redis.Script {
	return redis.NewScript(`
local held = redis.call('HMGET', KEYS[1], 'token', 'answer')
local isOwn = held[1] == ARGV[1]
if not ARGV[4] then
	if isOwn and not held[2] then
		redis.call('DEL', KEYS[1])
	end
	return 1
end
if held[1] and not isOwn then
	return 0
end
if not held[2] then
	redis.call('HSET', KEYS[1], 'token', ARGV[1], 'request', ARGV[2], 'answer', ARGV[4])
	redis.call('PEXPIRE', KEYS[1], ARGV[3])
end
return 1
`)
}

// renewScript begins the lease of a claim again. ARGV has the token and the lease in milliseconds. The result is 0 if the key is not the claim's.
func renewScript() *redis.Script {
	return redis.NewScript(`
local held = redis.call('HMGET', KEYS[1], 'token', 'answer')
if held[1] ~= ARGV[1] or held[2] then
	return 0
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return 1
`)
}

// Begin claims a key.
func (s *Idempotency) Begin(ctx context.Context, c middleware.IdempotencyClaim) (*middleware.IdempotencyRecord, error) {
	got, err := ask(ctx, s.store, func(ctx context.Context) ([]any, error) {
		return s.begin.Run(ctx, s.client, []string{s.key("idempotency", c.Key)}, c.Token, c.Request, c.Lease.Milliseconds()).Slice()
	})
	if err != nil {
		return nil, fmt.Errorf("redis: idempotency key: %w", err)
	}
	if len(got) == 1 {
		return nil, nil
	}
	r := &middleware.IdempotencyRecord{}
	for i, v := range got {
		text, ok := v.(string)
		switch {
		case i == 1 && ok:
			r.Request = text
		case i == 2 && ok:
			r.Answer = []byte(text)
		case i > 0:
			return nil, errors.New("redis: idempotency key: the script has returned another form")
		}
	}
	return r, nil
}

// Finish stores the answer of a claim, or frees its key.
func (s *Idempotency) Finish(ctx context.Context, c middleware.IdempotencyClaim, answer []byte) error {
	args := []any{c.Token, c.Request, c.TTL.Milliseconds()}
	if answer != nil {
		args = append(args, answer)
	}
	stored, err := ask(ctx, s.store, func(ctx context.Context) (bool, error) {
		return s.finish.Run(ctx, s.client, []string{s.key("idempotency", c.Key)}, args...).Bool()
	})
	switch {
	case err != nil:
		return fmt.Errorf("redis: idempotency key: %w", err)
	case !stored:
		return middleware.ErrIdempotencyLost
	}
	return nil
}

// Renew begins the lease of a claim again.
func (s *Idempotency) Renew(ctx context.Context, c middleware.IdempotencyClaim) error {
	isRenewed, err := ask(ctx, s.store, func(ctx context.Context) (bool, error) {
		return s.renew.Run(ctx, s.client, []string{s.key("idempotency", c.Key)}, c.Token, c.Lease.Milliseconds()).Bool()
	})
	switch {
	case err != nil:
		return fmt.Errorf("redis: idempotency key: %w", err)
	case !isRenewed:
		return middleware.ErrIdempotencyLost
	}
	return nil
}
