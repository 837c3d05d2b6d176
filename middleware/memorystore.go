package middleware

import (
	"context"
	"errors"
	"hash/maphash"
	"sync"
	"time"

	"github.com/brio-go/brio/internal/argument"
	"github.com/brio-go/brio/internal/startup"
)

// memoryShards is the number of locks. Goroutines with different keys rarely wait for each other.
const memoryShards = 32

// MemoryStore is a Store in the memory of this server. It keeps as many keys as it was made for, about 100 bytes each. When it
// is full it removes keys whose burst is complete again, which changes no decision. If it finds none, it looks at a few
// random keys and removes the one whose burst is complete first. So an attacker with many addresses can only remove limits
// that have almost expired. It is safe for concurrent use and does not allocate for keys that it has.
type MemoryStore struct {
	seed     maphash.Seed
	perShard int // NoLimit for any number
	began    time.Time
	mistakes []startup.Mistake // of NewMemoryStore; RateLimit reports them
	shards   [memoryShards]memoryShard
}

// memoryShard is a part of the keys, with a lock of its own.
type memoryShard struct {
	mu sync.Mutex
	at map[memoryKey]time.Duration // when the key's burst is complete again, as a time since began
	_  [40]byte                    // padding: no two locks share a cache line
}

// memoryKey identifies a key. Policies do not share their keys.
type memoryKey struct{ policy, key string }

// defaultKeys is how many keys a MemoryStore has by default: some 10 MB.
const defaultKeys = 100_000

// NewMemoryStore returns a store for about that many keys. 0 means 100,000. With brio.NoLimit (-1) it keeps every key, and its memory
// grows with the number of clients. Another negative number is a mistake: an app with a RateLimit that uses the store does not start,
// and Take returns an error.
func NewMemoryStore(keys int) *MemoryStore {
	var c checks
	keys = limit(&c, "the number of keys", keys, defaultKeys)
	perShard := keys
	if keys > 0 {
		perShard = (keys + memoryShards - 1) / memoryShards
	}
	s := &MemoryStore{seed: maphash.MakeSeed(), perShard: perShard, began: time.Now(), mistakes: c.mistakes}
	for i := range s.shards {
		s.shards[i].at = map[memoryKey]time.Duration{}
	}
	return s
}

// Take counts a request of key with the generic cell rate algorithm. The error is nil unless NewMemoryStore was given an illegal number
// of keys.
func (s *MemoryStore) Take(_ context.Context, key string, p Policy) (Decision, error) {
	if s.mistakes != nil {
		return Decision{}, errors.New("brio/middleware: " + s.mistakes[0].String())
	}
	k := memoryKey{p.Name, key}
	shard := &s.shards[maphash.Comparable(s.seed, k)%memoryShards]
	shard.mu.Lock()
	defer shard.mu.Unlock()
	now := time.Since(s.began) // monotonic; read under the lock, so that it never decreases
	at, known := shard.at[k]
	d, at := p.take(now, at)
	if d.Allowed {
		if !known && len(shard.at) >= s.perShard && s.perShard != argument.NoLimit {
			shard.forget(now)
		}
		shard.at[k] = at
	}
	return d, nil
}

// Len returns the number of keys.
func (s *MemoryStore) Len() int {
	n := 0
	for i := range s.shards {
		s.shards[i].mu.Lock()
		n += len(s.shards[i].at)
		s.shards[i].mu.Unlock()
	}
	return n
}

// forget makes room for a key. It looks at 16 keys, which Go's maps yield in random order, and removes those whose burst is
// complete, or else the one whose burst is complete first.
func (s *memoryShard) forget(now time.Duration) {
	var nearest memoryKey
	var soonest time.Duration
	seen, forgotten := 0, 0
	for k, at := range s.at {
		if at <= now {
			delete(s.at, k)
			forgotten++
		} else if soonest == 0 || at < soonest {
			nearest, soonest = k, at
		}
		if seen++; seen == 16 {
			break
		}
	}
	if forgotten == 0 {
		delete(s.at, nearest)
	}
}

// take is the generic cell rate algorithm. at is when the key's burst is complete again. Each request moves at by an interval,
// and is refused if that moves it more than a burst ahead of now. Both durations are of one clock. take returns the new at.
func (p Policy) take(now, at time.Duration) (Decision, time.Duration) {
	burst := p.Interval * time.Duration(p.Burst)
	at = max(at, now)
	next := at + p.Interval
	if wait := next - burst - now; wait > 0 {
		return Decision{RetryAfter: wait, Reset: at - now}, at
	}
	return Decision{Allowed: true, Remaining: int((burst - (next - now)) / p.Interval), Reset: next - now}, next
}
