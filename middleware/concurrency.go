package middleware

import (
	"context"
	"net/http"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/brio-go/brio/internal/argument"
	"github.com/brio-go/brio/internal/exchange"
)

// ConcurrencyOptions configure ConcurrencyLimit.
type ConcurrencyOptions struct {
	// Limit is how many requests run at the same time. It has no default: 0 is a mistake. brio.NoLimit (-1) is none, so that
	// ConcurrencyLimit does nothing.
	Limit int
	// Queue is how many more requests may wait. 0 means none: requests beyond Limit are refused. With brio.NoLimit any number
	// may wait.
	Queue int
	// MaxWait is how long a request waits in the queue. 0 means a second; with brio.NoLimit it waits until the client closes
	// the connection. Set MaxWait below the timeout of the clients: a client that has gone does not use the answer.
	MaxWait time.Duration
	// RetryAfter is the Retry-After of refusals, in whole seconds, rounded up. 0 means MaxWait, or a second if there is no queue
	// or no MaxWait. It must not be negative.
	RetryAfter time.Duration
	// Skip reports whether a request is not limited and not counted, such as a health check. It must be safe for concurrent use.
	Skip func(r *http.Request) bool
}

// ConcurrencyLimit protects a server from overload. Limit requests run at the same time, and Queue more wait in order of
// arrival. All others receive 503 with Retry-After at once, which is cheap.
//
// The limit is fixed. Choose throughput times latency without load (Little's law): 500 requests a second of 40 ms need 20. A
// stream counts as long as it lasts: give streams a separate limit, or Skip them. A request that does not wait costs no
// allocation; one that waits costs a timer (three allocations).
func ConcurrencyLimit(o ConcurrencyOptions) Func {
	var c checks
	required(&c, "Limit", o.Limit)
	c.must(o.Queue >= argument.NoLimit, "a positive number; brio.NoLimit (-1) for any number; 0 for none", "Queue is %d", o.Queue)
	maxWait := limit(&c, "MaxWait", o.MaxWait, time.Second)
	c.must(o.RetryAfter >= 0, "a duration of 0 or more; 0 for MaxWait", "RetryAfter is %v", o.RetryAfter)
	switch refused := c.refused(); {
	case refused != nil:
		return refused
	case o.Limit == argument.NoLimit:
		return unlimited
	}
	if o.RetryAfter == 0 {
		o.RetryAfter = time.Second
		if o.Queue != 0 && maxWait > 0 {
			o.RetryAfter = maxWait
		}
	}
	l := &limiter{inside: make(chan struct{}, o.Limit), queue: int64(o.Queue), maxWait: maxWait}
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
	inside  chan struct{} // has one element for each request inside
	waiting atomic.Int64
	queue   int64         // how many may wait; NoLimit for any number
	maxWait time.Duration // NoLimit: until the client has gone
}

// enter waits for a place. It is false if the queue is full, MaxWait has passed, or the client has gone.
func (l *limiter) enter(ctx context.Context) bool {
	select {
	case l.inside <- struct{}{}:
		return true
	default:
	}
	if l.waiting.Add(1) > l.queue && l.queue != argument.NoLimit {
		l.waiting.Add(-1)
		return false
	}
	defer l.waiting.Add(-1)
	var end <-chan time.Time // nil: never
	if l.maxWait > 0 {
		timer := time.NewTimer(l.maxWait)
		defer timer.Stop()
		end = timer.C
	}
	select {
	case l.inside <- struct{}{}:
		return true
	case <-end:
	case <-ctx.Done():
	}
	return false
}

func (l *limiter) leave() { <-l.inside }

// wholeSeconds rounds up: a client that returned earlier would be refused again.
func wholeSeconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }
