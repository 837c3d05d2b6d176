package socket

import "time"

// The limits of pings and pongs. RFC 6455 has none. Each ping costs an answer, so a client that sends more is no browser and no proxy.
const (
	controlBurst = 256              // at once
	controlPer   = 16 * time.Second // in which as many are allowed again: 16 in a second
)

// bucket limits a rate: n events at once, and n more in each per. The zero bucket has no limit. One goroutine uses it.
type bucket struct {
	n     float64
	per   time.Duration
	level float64 // events that are left
	last  time.Time
}

func newBucket(n int, per time.Duration) bucket {
	if n <= 0 || per <= 0 {
		return bucket{}
	}
	return bucket{n: float64(n), per: per, level: float64(n)}
}

// take counts one event. It reports whether the event is within the limit.
func (b *bucket) take() bool {
	if b.n == 0 {
		return true
	}
	now := time.Now()
	if !b.last.IsZero() {
		b.level = min(b.n, b.level+b.n*float64(now.Sub(b.last))/float64(b.per))
	}
	b.last = now
	if b.level < 1 {
		return false
	}
	b.level--
	return true
}
