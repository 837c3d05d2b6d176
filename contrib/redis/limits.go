package redis

import (
	"context"
	"fmt"
	"time"

	"github.com/brio-go/brio/middleware"
	"github.com/redis/go-redis/v9"
)

// Limits is a middleware.Store: processes that use one server share their rate limits. The generic cell rate algorithm runs in one script
// with the clock of the server, in microseconds, so the clocks of the processes do not matter. Each key is one key of Redis, which expires
// when the burst is complete again.
//
// A call that fails is an error. RateLimit then lets the request pass, or answers 503 with FailClosed. A call whose answer was lost may have
// counted, and go-redis sends it again: a fault refuses some requests too many, never too few. Limits is safe for concurrent use.
type Limits struct {
	*store
	take *redis.Script
}

// NewLimits returns a store of rate limits over a client, which it leaves open.
func NewLimits(client redis.UniversalClient, o StoreOptions) *Limits {
	return &Limits{newStore(client, o), takeScript()}
}

// takeScript returns the script of the generic cell rate algorithm. ARGV has the interval and the burst as times. The key has the time at
// which the burst is complete. It is never more than a burst ahead, also when the clock has gone back.
func takeScript() *redis.Script {
	return redis.NewScript(`
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local interval, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local at = tonumber(redis.call('GET', KEYS[1]) or '0')
at = math.min(math.max(at, now), now + burst)
local next = at + interval
local wait = next - burst - now
if wait > 0 then
	return {0, 0, math.ceil(wait), math.ceil(at - now)}
end
redis.call('SET', KEYS[1], string.format('%.2f', next), 'PX', math.ceil((next - now) / 1000))
return {1, math.floor((burst - (next - now)) / interval), 0, math.ceil(next - now)}
`)
}

// Take counts a request of key if the policy allows it.
func (l *Limits) Take(ctx context.Context, key string, p middleware.Policy) (middleware.Decision, error) {
	interval := float64(p.Interval) / float64(time.Microsecond)
	got, err := ask(ctx, l.store, func(ctx context.Context) ([]int64, error) {
		return l.take.Run(ctx, l.client, []string{l.key("limit", p.Name, key)}, interval, interval*float64(p.Burst)).Int64Slice()
	})
	if err != nil {
		return middleware.Decision{}, fmt.Errorf("redis: rate limit: %w", err)
	}
	if len(got) != 4 {
		return middleware.Decision{}, fmt.Errorf("redis: rate limit: the script has returned %d numbers, want 4", len(got))
	}
	return middleware.Decision{
		Allowed: got[0] == 1, Remaining: int(got[1]),
		RetryAfter: time.Duration(got[2]) * time.Microsecond, Reset: time.Duration(got[3]) * time.Microsecond,
	}, nil
}
