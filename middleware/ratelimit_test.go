package middleware_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/brio-go/brio/middleware"
)

func TestRateLimitIsTokenBucket(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := middleware.RateLimit(middleware.RateLimitOptions{Limit: 60, Window: time.Minute, Burst: 3})(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
		for i, step := range []struct {
			after  time.Duration
			status int
			limit  string
			retry  string
		}{
			{0, 200, `"default";r=2;t=1`, ""},
			{0, 200, `"default";r=1;t=2`, ""},
			{0, 200, `"default";r=0;t=3`, ""},
			{0, 429, `"default";r=0;t=3`, "1"},
			{500 * time.Millisecond, 429, `"default";r=0;t=3`, "1"},
			{500 * time.Millisecond, 200, `"default";r=0;t=3`, ""},
			{0, 429, `"default";r=0;t=3`, "1"},
			{2 * time.Second, 200, `"default";r=1;t=2`, ""},
			{time.Hour, 200, `"default";r=2;t=1`, ""},
		} {
			time.Sleep(step.after)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
			if w.Code != step.status || w.Header().Get("RateLimit") != step.limit || w.Header().Get("Retry-After") != step.retry || w.Header().Get("RateLimit-Policy") != `"default";q=60;w=60` {
				t.Errorf("step %d: %d %v", i, w.Code, w.Header())
			}
			if step.status == 429 && w.Body.String() != `{"detail":"Too many requests"}` {
				t.Errorf("step %d: %s", i, w.Body)
			}
		}
	})
}

func TestRateLimitKeys(t *testing.T) {
	for _, c := range []struct{ a, b string }{ // the same key
		{"1.2.3.4:1", "1.2.3.4:2"},
		{"[2001:db8:1:2::1]:1", "[2001:db8:1:2:ffff::9]:2"},
		{"[::ffff:1.2.3.4]:1", "1.2.3.4:9"},
		{"@", "@"},
	} {
		a, b := httptest.NewRequest("GET", "/", nil), httptest.NewRequest("GET", "/", nil)
		a.RemoteAddr, b.RemoteAddr = c.a, c.b
		if ka, kb := middleware.ClientKey(a), middleware.ClientKey(b); ka != kb || ka == "" {
			t.Errorf("%s has %q, %s has %q", c.a, ka, c.b, kb)
		}
	}
	r := httptest.NewRequest("GET", "/", nil)
	r.RemoteAddr = "[2001:db8:1:3::1]:1"
	if got := middleware.ClientKey(r); got != "2001:db8:1:3::/64" {
		t.Errorf("got %q", got)
	}
	f := middleware.RateLimit(middleware.RateLimitOptions{Limit: 1, Window: time.Hour, Name: "user", Key: func(r *http.Request) string { return r.Header.Get("X-User") }})
	for _, want := range []struct {
		user   string
		status int
	}{{"ann", 200}, {"ann", 429}, {"bob", 200}, {"", 200}, {"", 200}} {
		if w := serve(f, request("GET", "/", "X-User", want.user)); w.Code != want.status || (want.user != "") != (w.Header().Get("RateLimit") != "") {
			t.Errorf("%q: %d %v", want.user, w.Code, w.Header())
		}
	}
}

func TestSeveralRateLimits(t *testing.T) {
	inner := middleware.RateLimit(middleware.RateLimitOptions{Name: "second", Limit: 1, Window: time.Second})
	outer := middleware.RateLimit(middleware.RateLimitOptions{Name: "hour", Limit: 100, Window: time.Hour})
	w := serve(func(h http.Handler) http.Handler { return outer(inner(h)) }, request("GET", "/"))
	if got := fmt.Sprint(w.Header()["Ratelimit-Policy"], w.Header()["Ratelimit"]); got != `["hour";q=100;w=3600 "second";q=1;w=1] ["hour";r=99;t=36 "second";r=0;t=1]` {
		t.Error(got)
	}
}

type brokenStore struct{}

func (brokenStore) Take(context.Context, string, middleware.Policy) (middleware.Decision, error) {
	return middleware.Decision{}, errors.New("canary")
}

func TestRateLimitWhoseStoreFails(t *testing.T) {
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	for closed, want := range map[bool]int{false: 200, true: 503} {
		w := serve(middleware.RateLimit(middleware.RateLimitOptions{Limit: 1, Window: 1, Store: brokenStore{}, FailClosed: closed, Logger: quiet}), request("GET", "/"))
		if w.Code != want {
			t.Errorf("closed %v: %d", closed, w.Code)
		}
	}
}

// Without a Logger the failure of a store is in the log of slog.Default.
func TestRateLimitLogsToDefault(t *testing.T) {
	var log strings.Builder
	usual := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, nil)))
	defer slog.SetDefault(usual)
	w := serve(middleware.RateLimit(middleware.RateLimitOptions{Limit: 1, Window: 1, Store: brokenStore{}}), request("GET", "/"))
	if w.Code != 200 || !strings.Contains(log.String(), "canary") {
		t.Errorf("%d, the log has %q", w.Code, log.String())
	}
}

func TestRateLimitRefusesWhatIsNoLimit(t *testing.T) {
	for _, o := range []middleware.RateLimitOptions{{}, {Limit: 1}, {Limit: -2, Window: 1}, {Limit: 2, Window: 1}, {Limit: 1, Window: 1, Burst: -1}, {Limit: 1, Window: time.Hour, Burst: math.MaxInt}, {Limit: 1, Window: 1, Name: "a b"}} {
		wantMistake(t, "middleware.RateLimit: ", middleware.RateLimit(o))
	}
	wantMistake(t, "NewMemoryStore: the number of keys is -2", middleware.RateLimit(middleware.RateLimitOptions{Limit: 1, Window: 1, Store: middleware.NewMemoryStore(-2)}))
	if _, err := middleware.NewMemoryStore(-2).Take(t.Context(), "a", middleware.Policy{Interval: 1, Burst: 1}); err == nil || !strings.Contains(err.Error(), "NewMemoryStore: the number of keys is -2") {
		t.Errorf("Take of a store of -2 keys: got error %v, want the mistake", err)
	}
}

// Under four times the load the limit holds within 5 %, for each key, with 64 goroutines.
func TestRateLimitHoldsUnderOverload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const perSecond, seconds, keys = 100, 20, 4
		store := middleware.NewMemoryStore(1000)
		p := middleware.Policy{Name: "p", Interval: time.Second / perSecond, Burst: 10}
		var passed [keys]atomic.Int64
		var wg sync.WaitGroup
		for g := range 64 { // 16 of each key
			wg.Go(func() {
				for began := time.Now(); time.Since(began) < seconds*time.Second; time.Sleep(time.Second * 16 / perSecond / 4) {
					if d, _ := store.Take(t.Context(), fmt.Sprint(g%keys), p); d.Allowed {
						passed[g%keys].Add(1)
					}
				}
			})
		}
		wg.Wait()
		for k := range passed {
			if n := passed[k].Load(); n < perSecond*seconds*95/100 || n > perSecond*seconds*105/100 {
				t.Errorf("key %d: %d passed, the limit is %d", k, n, perSecond*seconds)
			}
		}
	})
}

func TestMemoryStoreIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := middleware.NewMemoryStore(3200)
		slow := middleware.Policy{Name: "slow", Interval: time.Hour, Burst: 5}
		for range 5 {
			_, _ = store.Take(t.Context(), "busy", slow)
		}
		for i := range 20_000 {
			_, _ = store.Take(t.Context(), fmt.Sprint("attacker", i), slow)
		}
		if n := store.Len(); n > 3200 {
			t.Errorf("%d keys", n)
		}
		if d, _ := store.Take(t.Context(), "busy", slow); d.Allowed {
			t.Error("a key that is far over its limit was forgotten for others")
		}
		time.Sleep(24 * time.Hour)
		for i := range 20_000 {
			_, _ = store.Take(t.Context(), fmt.Sprint("later", i), slow)
		}
		if n := store.Len(); n > 3200 {
			t.Errorf("%d keys after a day", n)
		}
	})
}

// BenchmarkRateLimitOverload offers four times the limit on the real clock: what passed after the burst, in percent
// of the limit.
func BenchmarkRateLimitOverload(b *testing.B) {
	const perSecond, burst, during = 2000, 500, 2 * time.Second
	for b.Loop() {
		h := middleware.RateLimit(middleware.RateLimitOptions{Limit: perSecond, Window: time.Second, Burst: burst})(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
		var passed, offered atomic.Int64
		var wg sync.WaitGroup
		began := time.Now()
		for g := range 64 {
			wg.Go(func() {
				r := httptest.NewRequest("GET", "/", nil)
				every := 64 * time.Second / (4 * perSecond)
				due := began.Add(every * time.Duration(g) / 64)
				for ; time.Since(began) < during; time.Sleep(time.Until(due)) {
					for ; due.Before(time.Now()); due = due.Add(every) { // all that are due, also when a busy machine wakes us late
						w := httptest.NewRecorder()
						h.ServeHTTP(w, r)
						if offered.Add(1); w.Code == 200 {
							passed.Add(1)
						}
					}
				}
			})
		}
		wg.Wait()
		fits := perSecond * time.Since(began).Seconds()
		b.ReportMetric(100*float64(passed.Load()-burst)/fits, "%-of-limit")
		b.ReportMetric(float64(offered.Load())/fits, "x-offered")
	}
}

func BenchmarkRateLimit(b *testing.B) {
	benchmark(b, middleware.RateLimit(middleware.RateLimitOptions{Limit: 1e9, Window: time.Second}))
}

func BenchmarkMemoryStoreParallel(b *testing.B) {
	store := middleware.NewMemoryStore(10_000)
	p := middleware.Policy{Name: "p", Interval: time.Microsecond, Burst: 1000}
	var next atomic.Int64
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		key := fmt.Sprint(next.Add(1))
		for pb.Next() {
			_, _ = store.Take(context.Background(), key, p)
		}
	})
}
