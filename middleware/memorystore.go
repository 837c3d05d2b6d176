package middleware

import (
	"context"
	"hash/maphash"
	"sync"
	"time"
)

// memoryShards let goroutines that take different keys mostly not wait for each other.
const memoryShards = 32

// MemoryStore is a Store in the memory of this server. It keeps as many keys as it was made for, about 100 bytes each.
// Keys that have all of their burst again are forgotten, which loses nothing; when there are too many others, the one of a
// few that is nearest to it, so an attacker with many addresses can free himself only of a limit that has almost run
// out. It is safe for concurrent use, and does not allocate for keys that it has.
type MemoryStore struct {
	seed     maphash.Seed
	perShard int
	began    time.Time
	shards   [memoryShards]memoryShard
}

type memoryShard struct {
	mu sync.Mutex
	at map[memoryKey]time.Duration // when the key has all of its burst again, since the store began
	_  [40]byte                    // keeps neighbours off the same cache line
}

type memoryKey struct{ policy, key string }

// NewMemoryStore returns a store for about so many keys.
func NewMemoryStore(keys int) *MemoryStore {
	mustBe(keys > 0, "NewMemoryStore", "%d keys; legal is 1 and more", keys)
	s := &MemoryStore{seed: maphash.MakeSeed(), perShard: (keys + memoryShards - 1) / memoryShards, began: time.Now()}
	for i := range s.shards {
		s.shards[i].at = map[memoryKey]time.Duration{}
	}
	return s
}

// Take counts a request of key, by the generic cell rate algorithm. It has no errors.
func (s *MemoryStore) Take(_ context.Context, key string, p Policy) (Decision, error) {
	k := memoryKey{p.Name, key}
	shard := &s.shards[maphash.Comparable(s.seed, k)%memoryShards]
	shard.mu.Lock()
	defer shard.mu.Unlock()
	now := time.Since(s.began) // monotonic; inside of the lock, so that it does not go back
	at, known := shard.at[k]
	d, at := p.take(now, at)
	if d.Allowed {
		if !known && len(shard.at) >= s.perShard {
			shard.forget(now)
		}
		shard.at[k] = at
	}
	return d, nil
}

// Len is how many keys there are.
func (s *MemoryStore) Len() int {
	n := 0
	for i := range s.shards {
		s.shards[i].mu.Lock()
		n += len(s.shards[i].at)
		s.shards[i].mu.Unlock()
	}
	return n
}

// forget makes room for a key: of a few, which Go's maps give in random order, all that need not be kept, or the one that
// is nearest to it.
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

// take is the generic cell rate algorithm. at is when the key has all of its burst again; each request moves it by an
// interval, and may not move it further than a burst from now. The durations are on one clock.
func (p Policy) take(now, at time.Duration) (Decision, time.Duration) {
	burst := p.Interval * time.Duration(p.Burst)
	at = max(at, now)
	next := at + p.Interval
	if wait := next - burst - now; wait > 0 {
		return Decision{RetryAfter: wait, Reset: at - now}, at
	}
	return Decision{Allowed: true, Remaining: int((burst - (next - now)) / p.Interval), Reset: next - now}, next
}
