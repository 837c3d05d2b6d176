package redis_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"math"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/contrib/redis"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/internal/testkit/hubtest"
	"github.com/brio-go/brio/middleware"
	"github.com/brio-go/brio/middleware/storetest"
	client "github.com/redis/go-redis/v9"
)

// diskServer is a redis-server that writes each command to its disk before it confirms it.
type diskServer struct {
	*hubtest.Server
	t *testing.T
}

// newServer returns a server that does not run yet.
func newServer(t *testing.T) diskServer {
	t.Helper()
	return diskServer{hubtest.NewServer(t, "redis-server", func(port, dir string) []string {
		return []string{"--bind", "127.0.0.1", "--port", port, "--dir", dir, "--save", "", "--appendonly", "yes", "--appendfsync", "always"}
	}), t}
}

// Fill leaves the server no memory for data. It goes on to answer reads.
func (s diskServer) Fill() { s.configure("1") }

// Free gives the memory back.
func (s diskServer) Free() { s.configure("0") }

func (s diskServer) configure(maxmemory string) {
	s.t.Helper()
	if err := connect(s.t, s.Addr()).ConfigSet(context.Background(), "maxmemory", maxmemory).Err(); err != nil {
		s.t.Fatal(err)
	}
}

func connect(t *testing.T, addr string) *client.Client {
	t.Helper()
	c := client.NewClient(&client.Options{Addr: addr})
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// started returns a client of a server that runs.
func started(t *testing.T) *client.Client {
	t.Helper()
	server := newServer(t)
	server.Start()
	return connect(t, server.Addr())
}

func TestLimits(t *testing.T) {
	c := started(t)
	storetest.RateLimits(t, func(t *testing.T) middleware.Store {
		return redis.NewLimits(c, redis.StoreOptions{Prefix: t.Name()})
	})
}

func TestLimitsFaults(t *testing.T) {
	forClients(t, func(t *testing.T, connect func(*testing.T, string) *client.Client) {
		storetest.RateLimitFaults(t, newServer(t), func(t *testing.T, addr string) middleware.Store {
			return redis.NewLimits(connect(t, addr), redis.StoreOptions{Timeout: 200 * time.Millisecond, Pause: 50 * time.Millisecond})
		})
	})
}

// forClients tests with clients that keep the timeout of a call by themselves, and with others.
func forClients(t *testing.T, test func(t *testing.T, connect func(*testing.T, string) *client.Client)) {
	t.Run("goroutines", func(t *testing.T) { test(t, connect) })
	t.Run("ContextTimeoutEnabled", func(t *testing.T) {
		test(t, func(t *testing.T, addr string) *client.Client {
			c := client.NewClient(&client.Options{Addr: addr, ContextTimeoutEnabled: true})
			t.Cleanup(func() { _ = c.Close() })
			return c
		})
	})
}

// After some failures in a row a store does not ask the server for a moment; then one call tries, and the store works again by itself.
func TestBreaker(t *testing.T) {
	server := newServer(t)
	c := client.NewClient(&client.Options{Addr: server.Addr(), MaxRetries: -1, ContextTimeoutEnabled: true})
	t.Cleanup(func() { _ = c.Close() })
	const failures, pause = 3, 300 * time.Millisecond
	s := redis.NewLimits(c, redis.StoreOptions{Failures: failures, Pause: pause, Timeout: 5 * time.Second})
	policy := middleware.Policy{Name: "breaker", Interval: time.Millisecond, Burst: 1000}
	take := func() error { _, err := s.Take(t.Context(), "k", policy); return err }
	wantOpen := func(isOpen bool) {
		t.Helper()
		if err := take(); err == nil || errors.Is(err, redis.ErrOpen) != isOpen {
			t.Errorf("got %v, want ErrOpen: %v", err, isOpen)
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for range 2 * failures { // the end of the caller's context is no failure of the server
		if _, err := s.Take(ended, "k", policy); err == nil || errors.Is(err, redis.ErrOpen) {
			t.Errorf("with an ended context: got %v", err)
		}
	}
	for range failures {
		wantOpen(false)
	}
	wantOpen(true)
	time.Sleep(pause + pause/10)
	wantOpen(false) // the one that tries
	wantOpen(true)
	server.Start()
	time.Sleep(pause + pause/10)
	for range 2 * failures {
		if err := take(); err != nil {
			t.Errorf("the server is there again: got %v", err)
		}
	}
}

func TestIdempotency(t *testing.T) {
	c := started(t)
	storetest.Idempotency(t, func(t *testing.T) middleware.IdempotencyStore {
		return redis.NewIdempotency(c, redis.StoreOptions{Prefix: t.Name()})
	})
}

func TestIdempotencyFaults(t *testing.T) {
	forClients(t, func(t *testing.T, connect func(*testing.T, string) *client.Client) {
		storetest.IdempotencyFaults(t, newServer(t), func(t *testing.T, addr string) middleware.IdempotencyStore {
			return redis.NewIdempotency(connect(t, addr), redis.StoreOptions{Timeout: 200 * time.Millisecond, Pause: 50 * time.Millisecond})
		})
	})
}

func TestCache(t *testing.T) {
	c := started(t)
	storetest.Cache(t, func(t *testing.T) middleware.CacheStore {
		return redis.NewCache(c, redis.StoreOptions{Prefix: t.Name()})
	})
}

func TestCacheFaults(t *testing.T) {
	storetest.CacheFaults(t, newServer(t), func(t *testing.T, addr string) middleware.CacheStore {
		return redis.NewCache(connect(t, addr), redis.StoreOptions{Timeout: 200 * time.Millisecond, Pause: 50 * time.Millisecond})
	})
}

// A server may evict any key: without the time of a tag its values are not found, also values that a purge has removed before. A value of
// another form is an error.
func TestCacheEviction(t *testing.T) {
	c := started(t)
	s := redis.NewCache(c, redis.StoreOptions{})
	ctx := t.Context()
	has := func() bool {
		r, err := s.Get(ctx, "k")
		return err == nil && r.Value != nil
	}
	fill := func() {
		t.Helper()
		r, err := s.Get(ctx, "k")
		if err == nil {
			r.Value, r.TTL, r.Tags = []byte("v"), time.Hour, []string{"a", "b"}
			err = s.Put(ctx, "k", r)
		}
		if err != nil || !has() {
			t.Fatalf("the value is not stored: %v", err)
		}
	}
	tags := func() []string { return c.Keys(ctx, "brio:cache-tag:*").Val() }
	fill()
	for _, key := range tags() {
		if c.Del(ctx, key); has() {
			t.Errorf("without %s the value is found", key)
		}
		fill()
	}
	if err := s.Purge(ctx, "a"); err != nil {
		t.Fatal(err)
	}
	c.Del(ctx, tags()...) // with the time of the purge
	if has() {
		t.Error("a value is found that was purged")
	}
	r, err := s.Get(ctx, "other")
	if err != nil {
		t.Fatal(err)
	}
	r.Value, r.TTL, r.Tags = []byte("v"), time.Hour, []string{"a", "b"}
	if err := s.Put(ctx, "other", r); err != nil || has() {
		t.Errorf("another value with the tags brings back one that was purged: %v", err)
	}
	fill()
	for _, key := range append(tags(), c.Keys(ctx, "brio:cache:*").Val()...) {
		if ttl := c.PTTL(ctx, key).Val(); ttl <= 0 || ttl > time.Hour+2*time.Second {
			t.Errorf("%s expires in %v", key, ttl)
		}
	}
	for _, key := range c.Keys(ctx, "brio:cache:*").Val() {
		c.Set(ctx, key, "\xff\xff", 0)
	}
	if _, err := s.Get(ctx, "k"); err == nil {
		t.Error("a value of another form is no error")
	}
}

// Two processes, each with an app of its own, share answers, and a change in one purges those of the other.
func TestCacheOfTwoProcesses(t *testing.T) {
	server := newServer(t)
	server.Start()
	var price, calls atomic.Int64
	var apps []*brio.App
	for range 2 {
		cache := middleware.Cache(middleware.CacheOptions{Store: redis.NewCache(connect(t, server.Addr()), redis.StoreOptions{})})
		app := brio.New(brio.Use(cache))
		app.Get("/price", func(r *brio.Response) int64 {
			calls.Add(1)
			r.SetHeader("Cache-Control", "public, max-age=60")
			r.SetHeader("Vary", "Accept-Language")
			return price.Load()
		})
		app.Put("/price", func() { price.Add(1) })
		apps = append(apps, app)
	}
	do := func(i int, method string) string {
		w := httptest.NewRecorder()
		apps[i].ServeHTTP(w, httptest.NewRequest(method, "/price", nil))
		return w.Body.String()
	}
	for round := range 3 {
		for i := range 4 {
			if got, want := do(i%2, "GET"), fmt.Sprint(round); got != want {
				t.Errorf("round %d, process %d: got %s, want %s", round, i%2, got, want)
			}
		}
		do(round%2, "PUT")
	}
	if calls.Load() != 3 {
		t.Errorf("the handlers have run %d times, want 3", calls.Load())
	}
}

// Two processes, each with an app of its own, have one effect.
func TestIdempotencyOfTwoProcesses(t *testing.T) {
	server := newServer(t)
	server.Start()
	var effects, sent atomic.Int64
	var apps []*brio.App
	for range 2 {
		once := middleware.Idempotency(middleware.IdempotencyOptions{Store: redis.NewIdempotency(connect(t, server.Addr()), redis.StoreOptions{})})
		app := brio.New(brio.Use(once))
		app.Post("/payments", func() int64 {
			time.Sleep(30 * time.Millisecond)
			return effects.Add(1)
		})
		apps = append(apps, app)
	}
	testkit.Duplicates(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		apps[sent.Add(1)%2].ServeHTTP(w, r)
	}), func() int { return int(effects.Load()) })
}

// limitedVariable has the address of the server in a process that serveLimited runs in.
const limitedVariable = "BRIO_LIMITED"

// The limit of the test with two processes: 200 requests a second, and 40 at once.
const (
	limitedRate  = 200
	limitedBurst = 40
)

// serveLimited serves an app whose limit is shared, until the process is told to end.
func serveLimited(server string) {
	c := client.NewClient(&client.Options{Addr: server, ContextTimeoutEnabled: true})
	defer c.Close()
	limit := middleware.RateLimit(middleware.RateLimitOptions{
		Limit: limitedRate, Window: time.Second, Burst: limitedBurst, FailClosed: true,
		Store: redis.NewLimits(c, redis.StoreOptions{Timeout: 5 * time.Second}),
	})
	app := brio.New(brio.Use(limit))
	app.Get("/", func() string { return "passed" })
	if err := app.Run("127.0.0.1:0"); err != nil {
		log.Fatal(err)
	}
}

// Two processes hold one limit within 2 % under four times the load that it allows.
func TestLimitsOfTwoProcesses(t *testing.T) {
	server := newServer(t)
	server.Start()
	var tried, passed atomic.Int64
	var last atomic.Int64 // when the last request passed
	var work sync.WaitGroup
	var urls []string
	for range 2 {
		urls = append(urls, testkit.StartChild(t, limitedVariable+"="+server.Addr()).URL)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	began := time.Now()
	for i := range 16 {
		work.Go(func() {
			for tick := time.NewTicker(16 * time.Second / (4 * limitedRate)); ctx.Err() == nil; <-tick.C {
				res, err := http.Get(urls[i%2])
				if err != nil {
					t.Error(err)
					return
				}
				_, _ = io.Copy(io.Discard, res.Body)
				_ = res.Body.Close()
				tried.Add(1)
				switch res.StatusCode {
				case http.StatusOK:
					passed.Add(1)
					last.Store(int64(time.Since(began)))
				case http.StatusTooManyRequests:
				default:
					t.Errorf("status %d", res.StatusCode)
				}
			}
		})
	}
	work.Wait()
	want := limitedBurst + limitedRate*time.Duration(last.Load()).Seconds()
	off := float64(passed.Load())/want - 1
	t.Logf("two processes: %d requests, %d passed, %.0f allowed: %+.1f %%", tried.Load(), passed.Load(), want, 100*off)
	if math.Abs(off) > 0.02 {
		t.Errorf("%d requests have passed, want %.0f within 2 %%", passed.Load(), want)
	}
}
