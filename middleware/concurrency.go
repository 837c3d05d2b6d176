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
	// Limit is how many requests run at the same time.
	Limit int
	// Queue is how many more requests may wait. 0 means none: requests beyond Limit are refused.
	Queue int
	// MaxWait is how long a request waits in the queue. 0 means a second. Set it below the timeout of the clients: a client
	// that has gone does not use the answer.
	MaxWait time.Duration
	// RetryAfter is the Retry-After of refusals. 0 means MaxWait, or a second without a queue.
	RetryAfter time.Duration
	// Skip reports whether a request is not limited and not counted, such as a health check.
	Skip func(r *http.Request) bool
}

// ConcurrencyLimit protects a server from overload. Limit requests run at the same time, and Queue more wait in order of
// arrival. All others receive 503 with Retry-After at once, which is cheap. It panics if a number is negative or Limit is 0.
//
// The limit is fixed. Choose throughput times latency without load (Little's law): 500 requests a second of 40 ms need 20. A
// stream counts as long as it lasts: give streams a separate limit, or Skip them. A request that does not wait costs no
// allocation; one that waits costs a timer (three allocations).
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

// limiter is a semaphore with a bounded queue. Goroutines that wait for a channel are served in order.
type limiter struct {
	inside  chan struct{}
	waiting atomic.Int64
	queue   int64
	maxWait time.Duration
}

// enter waits for a place. It is false if the queue is full, MaxWait has passed, or the client has gone.
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

// wholeSeconds rounds up: a client that returned earlier would be refused again.
func wholeSeconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }
