package middleware

import (
	"context"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/brio-go/brio/internal/exchange"
)

// ConcurrencyOptions configure ConcurrencyLimit.
type ConcurrencyOptions struct {
	// Limit is how many requests are inside at once.
	Limit int
	// Queue is how many more may wait. 0 is none: what comes beyond the limit is refused.
	Queue int
	// MaxWait is how long they may: a second when it is 0. Who waits longer than its client does is work for nothing.
	MaxWait time.Duration
	// RetryAfter is what those who are refused are told: MaxWait, or a second where there is no queue, when it is 0.
	RetryAfter time.Duration
	// Skip lets requests through that do not count, such as those of a health check.
	Skip func(r *http.Request) bool
}

// ConcurrencyLimit keeps an overloaded server useful: Limit requests are inside at once, Queue more wait, first come first
// served, and all others are answered 503 with Retry-After at once, which costs little. It panics when a number is
// negative or Limit is 0.
//
// The limit is fixed. What fits is throughput times latency of one request at ease (Little's law): 500 a second that take
// 40 ms are 20 inside. A stream is inside as long as it lasts: give streams a limit of their own, or Skip them. It does
// not allocate for requests that do not wait; those that do cost a timer (three allocations).
func ConcurrencyLimit(o ConcurrencyOptions) Func {
	mustBe(o.Limit > 0, "ConcurrencyLimit", "Limit is %d; legal is 1 and more", o.Limit)
	mustBe(o.Queue >= 0, "ConcurrencyLimit", "Queue is %d; legal is 0 and more", o.Queue)
	mustBe(o.MaxWait >= 0 && o.RetryAfter >= 0, "ConcurrencyLimit", "MaxWait is %v, RetryAfter %v; legal is 0 and more", o.MaxWait, o.RetryAfter)
	if o.MaxWait == 0 {
		o.MaxWait = time.Second
	}
	if o.RetryAfter == 0 {
		o.RetryAfter = time.Second
		if o.Queue > 0 {
			o.RetryAfter = o.MaxWait
		}
	}
	l := &limiter{inside: make(chan struct{}, o.Limit), queue: int64(o.Queue), maxWait: o.MaxWait}
	retryAfter := strconv.Itoa(wholeSeconds(o.RetryAfter))
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if o.Skip != nil && o.Skip(r) {
				next.ServeHTTP(w, r)
				return
			}
			if !l.enter(r.Context()) {
				exchange.SetHeader(w.Header(), "Retry-After", retryAfter)
				refuse(w, r, http.StatusServiceUnavailable, "The server is busy")
				return
			}
			defer l.leave()
			next.ServeHTTP(w, r)
		})
	}
}

// limiter is a semaphore with a bounded queue. Go's channels are first come, first served.
type limiter struct {
	inside  chan struct{}
	waiting atomic.Int64
	queue   int64
	maxWait time.Duration
}

// enter waits for a place; false when there will be none in time, or nobody waits for the answer any more.
func (l *limiter) enter(ctx context.Context) bool {
	select {
	case l.inside <- struct{}{}:
		return true
	default:
	}
	if l.waiting.Add(1) > l.queue {
		l.waiting.Add(-1)
		return false
	}
	defer l.waiting.Add(-1)
	timer := time.NewTimer(l.maxWait)
	defer timer.Stop()
	select {
	case l.inside <- struct{}{}:
		return true
	case <-timer.C:
	case <-ctx.Done():
	}
	return false
}

func (l *limiter) leave() { <-l.inside }

// wholeSeconds rounds up: who comes back earlier than told is refused again.
func wholeSeconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }
