package storetest

import (
	"context"
	"fmt"
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/brio-go/brio/internal/faults"
	"github.com/brio-go/brio/middleware"
)

// Server is a server that a store needs. Addr stays the same when the server is stopped and started again; what it has confirmed must
// still be there. A Server with the methods Fill and Free is full in between: it refuses what it would have to store.
type Server interface {
	Addr() string // host:port
	Start()       // returns when the server accepts connections
	Stop()        // ends the server; its connections are cut
}

// RateLimits is the contract of a middleware.Store without faults. open returns a store that has no keys of the tests before.
func RateLimits(t *testing.T, open func(t *testing.T) middleware.Store) {
	t.Run("burst", func(t *testing.T) {
		s, p := open(t), middleware.Policy{Name: "burst", Interval: time.Hour, Burst: 3}
		for left := 2; left >= 0; left-- {
			d := take(t, s, "ann", p)
			if !d.Allowed || d.Remaining != left || d.RetryAfter != 0 || d.Reset <= 0 || d.Reset > 3*time.Hour {
				t.Errorf("with %d left: got %+v", left, d)
			}
		}
		d := take(t, s, "ann", p)
		if d.Allowed || d.Remaining != 0 || d.RetryAfter <= 59*time.Minute || d.RetryAfter > time.Hour || d.Reset <= 2*time.Hour {
			t.Errorf("after the burst: got %+v", d)
		}
	})
	t.Run("keys and policies", func(t *testing.T) {
		s := open(t)
		for _, name := range []string{"a", "b", "a{b}", ""} {
			for _, key := range []string{"x", "{x}", "a:x", "x y\r\n\x00é", strings.Repeat("k", 5000)} {
				p := middleware.Policy{Name: name, Interval: time.Hour, Burst: 1}
				if !take(t, s, key, p).Allowed {
					t.Errorf("policy %q, key %.9q: the first request is refused", name, key)
				}
				if take(t, s, key, p).Allowed {
					t.Errorf("policy %q, key %.9q: the second request passes", name, key)
				}
			}
		}
	})
	t.Run("earned again", func(t *testing.T) {
		s, p := open(t), middleware.Policy{Name: "earned", Interval: 40 * time.Millisecond, Burst: 2}
		for passed, d := 0, (middleware.Decision{}); passed < 6; {
			if d = take(t, s, "ann", p); d.Allowed {
				passed++
				continue
			}
			if d.RetryAfter <= 0 || d.RetryAfter > p.Interval {
				t.Fatalf("got RetryAfter %v, want at most %v", d.RetryAfter, p.Interval)
			}
			time.Sleep(d.RetryAfter)
		}
	})
	t.Run("atomic", func(t *testing.T) {
		s, p := open(t), middleware.Policy{Name: "atomic", Interval: time.Hour, Burst: 50}
		var passed atomic.Int64
		var work sync.WaitGroup
		for range 16 {
			work.Go(func() {
				for range 20 {
					if d, err := s.Take(t.Context(), "ann", p); err != nil {
						t.Error(err)
					} else if d.Allowed {
						passed.Add(1)
					}
				}
			})
		}
		work.Wait()
		if passed.Load() != 50 {
			t.Errorf("of 320 requests at once %d pass, want 50", passed.Load())
		}
	})
	t.Run("long and short", func(t *testing.T) {
		s := open(t)
		for _, p := range []middleware.Policy{
			{Name: "long", Interval: 24 * time.Hour, Burst: 365}, {Name: "short", Interval: 50 * time.Microsecond, Burst: 100_000},
		} {
			if d := take(t, s, "ann", p); !d.Allowed || d.Remaining != p.Burst-1 {
				t.Errorf("%s: got %+v", p.Name, d)
			}
		}
	})
}

func take(t *testing.T, s middleware.Store, key string, p middleware.Policy) middleware.Decision {
	t.Helper()
	d, err := s.Take(t.Context(), key, p)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// RateLimitFaults runs requests of few keys while the server has faults. A decision is wrong if the key has passed more requests than its
// policy allows. Requests whose call fails pass with RateLimit's default: they are counted apart.
func RateLimitFaults(t *testing.T, server Server, open func(t *testing.T, addr string) middleware.Store) {
	addr, phases := faults.Begin(t, server)
	s := open(t, addr)
	policy := middleware.Policy{Name: "faults", Interval: 10 * time.Millisecond, Burst: 20}
	const keys, each = 4, 120
	var passed [keys]atomic.Int64
	var tried, failed, wrong atomic.Int64
	began := time.Now()
	for _, ph := range phases {
		var failures atomic.Int64
		ph.Begin()
		faults.During(keys, each, func(worker, _ int) {
			tried.Add(1)
			d, err := s.Take(context.Background(), fmt.Sprint(worker), policy)
			switch {
			case err != nil:
				failures.Add(1)
			case d.Allowed:
				passed[worker].Add(1)
			}
			time.Sleep(time.Millisecond)
		})
		ph.End()
		t.Logf("%-15s %4d operations, %4d failed", ph.Name, keys*each, failures.Load())
		failed.Add(failures.Load())
		faults.Recovers(t, ph.Name, func(ctx context.Context) error {
			_, err := s.Take(ctx, "recovery", policy)
			return err
		})
	}
	legal := int64(policy.Burst) + int64(math.Ceil(float64(time.Since(began))/float64(policy.Interval)))
	for i := range passed {
		if n := passed[i].Load(); n > legal {
			wrong.Add(n - legal)
		}
	}
	t.Logf("rate limits: %d operations, %d wrong, %d let through by fail-open", tried.Load(), wrong.Load(), failed.Load())
	if wrong.Load() > 0 {
		t.Errorf("%d requests more than the policy allows have passed", wrong.Load())
	}
}
