package middleware_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/brio-go/brio/middleware"
)

func TestConcurrencyLimitQueuesAndSheds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var inside, most atomic.Int64
		h := middleware.ConcurrencyLimit(middleware.ConcurrencyOptions{Limit: 2, Queue: 3, MaxWait: 1500 * time.Millisecond})(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			most.Store(max(most.Load(), inside.Add(1)))
			time.Sleep(time.Second)
			inside.Add(-1)
		}))
		var wg sync.WaitGroup
		codes := map[int]int{}
		waited := map[time.Duration]int{}
		var mu sync.Mutex
		began := time.Now()
		for range 8 {
			wg.Go(func() {
				w := httptest.NewRecorder()
				h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
				mu.Lock()
				defer mu.Unlock()
				codes[w.Code]++
				if w.Code == 503 {
					waited[time.Since(began)]++
					if w.Header().Get("Retry-After") != "2" || w.Body.String() != `{"detail":"The server is busy"}` {
						t.Errorf("%v %s", w.Header(), w.Body)
					}
				}
			})
			synctest.Wait() // in order
		}
		wg.Wait()
		// Two are in at once, two after a second; the third of the queue has waited too long, three had no place in it.
		if codes[200] != 4 || codes[503] != 4 || most.Load() != 2 || waited[0] != 3 || waited[1500*time.Millisecond] != 1 {
			t.Errorf("%v, at once %d, refused after %v", codes, most.Load(), waited)
		}
	})
}

func TestConcurrencyLimitGivesPlacesBack(t *testing.T) {
	fail := true
	h := middleware.ConcurrencyLimit(middleware.ConcurrencyOptions{Limit: 1})(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		if fail {
			panic("x")
		}
	}))
	func() {
		defer func() { _ = recover() }()
		h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	}()
	fail = false
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
	if w.Code != 200 {
		t.Errorf("after a panic: %d", w.Code)
	}
}

func TestConcurrencyLimitForgetsLeavingClients(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := middleware.ConcurrencyLimit(middleware.ConcurrencyOptions{Limit: 1, Queue: 1, MaxWait: time.Hour})(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { time.Sleep(time.Minute) }))
		go h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
		synctest.Wait()
		ctx, cancel := context.WithCancel(context.Background())
		left := httptest.NewRecorder()
		done := make(chan struct{})
		go func() {
			h.ServeHTTP(left, httptest.NewRequest("GET", "/", nil).WithContext(ctx))
			close(done)
		}()
		synctest.Wait()
		cancel()
		<-done
		next := httptest.NewRecorder()
		h.ServeHTTP(next, httptest.NewRequest("GET", "/", nil)) // has its place in the queue
		if left.Code != 503 || next.Code != 200 {
			t.Errorf("%d, then %d", left.Code, next.Code)
		}
	})
}

func TestConcurrencyLimitOptions(t *testing.T) {
	h := middleware.ConcurrencyLimit(middleware.ConcurrencyOptions{Limit: 1, Skip: func(r *http.Request) bool { return r.URL.Path == "/health" }})
	var inner http.Handler
	inner = h(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/outer" {
			for path, want := range map[string]int{"/health": 200, "/": 503} {
				w := httptest.NewRecorder()
				inner.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
				if w.Code != want || want == 503 && w.Header().Get("Retry-After") != "1" {
					t.Errorf("%s: %d %v", path, w.Code, w.Header())
				}
			}
		}
	}))
	inner.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/outer", nil))
	wantMistake(t, "ConcurrencyLimit: Limit is 0", middleware.ConcurrencyLimit(middleware.ConcurrencyOptions{}))
	wantMistake(t, "ConcurrencyLimit: Queue is -2", middleware.ConcurrencyLimit(middleware.ConcurrencyOptions{Limit: 1, Queue: -2}))
	wantMistake(t, "ConcurrencyLimit: RetryAfter is -1ns", middleware.ConcurrencyLimit(middleware.ConcurrencyOptions{Limit: 1, RetryAfter: -1}))
	wantMistake(t, "ConcurrencyLimit: MaxWait is -1s", middleware.ConcurrencyLimit(middleware.ConcurrencyOptions{Limit: 1, MaxWait: -time.Second}))
}

// overload offers four times what fits for a while, evenly, and reports what was served and refused in that time. Each
// request takes work, and limit of them fit at once.
func overload(h http.Handler, limit int, work, during time.Duration) (served, refused int) {
	var wg sync.WaitGroup
	var ok, shed atomic.Int64
	every := work / time.Duration(4*limit)
	began := time.Now()
	for due := began; time.Since(began) < during; time.Sleep(time.Until(due)) {
		for ; !due.After(time.Now()); due = due.Add(every) { // all that are due, also when a busy machine wakes us late
			wg.Go(func() {
				w := httptest.NewRecorder()
				h.ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
				switch {
				case time.Since(began) > during: // the load has ended
				case w.Code == 200:
					ok.Add(1)
				default:
					shed.Add(1)
				}
			})
		}
	}
	wg.Wait()
	return int(ok.Load()), int(shed.Load())
}

// Under four times the load that fits, the limiter serves what fits, within 5 %, on a clock that is not disturbed.
func TestConcurrencyLimitHoldsUnderOverload(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const limit, work, during = 10, 50 * time.Millisecond, 20 * time.Second
		h := middleware.ConcurrencyLimit(middleware.ConcurrencyOptions{Limit: limit, Queue: limit, MaxWait: work * 2})(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { time.Sleep(work) }))
		served, refused := overload(h, limit, work, during)
		fits := int((during-work)/work) * limit
		if served < fits*95/100 || served > fits*105/100 || refused < 3*fits*95/100 {
			t.Errorf("served %d and refused %d, %d fit", served, refused, fits)
		}
	})
}

// BenchmarkConcurrencyLimitOverload is the same on the real clock: what was served, in percent of what fits.
func BenchmarkConcurrencyLimitOverload(b *testing.B) {
	const limit, work, during = 50, 100 * time.Millisecond, 2 * time.Second
	h := middleware.ConcurrencyLimit(middleware.ConcurrencyOptions{Limit: limit, Queue: limit, MaxWait: work * 2})(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { time.Sleep(work) }))
	for b.Loop() {
		served, refused := overload(h, limit, work, during)
		fits := float64(limit) * float64(during-work) / float64(work) // the first have ended after work
		b.ReportMetric(100*float64(served)/fits, "%-of-limit")
		b.ReportMetric(float64(served+refused)/fits, "x-offered")
	}
}

func BenchmarkConcurrencyLimit(b *testing.B) {
	benchmark(b, middleware.ConcurrencyLimit(middleware.ConcurrencyOptions{Limit: 10}))
}
