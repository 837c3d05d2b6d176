package enginetest

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/brio-go/brio/internal/faults"
	"github.com/brio-go/brio/jobs"
)

// Server is a server that an engine needs. Addr stays the same when the server is stopped and started again; what it has confirmed must
// still be there.
type Server interface {
	Addr() string // host:port
	Start()       // returns when the server accepts connections
	Stop()        // ends the server; its connections are cut
}

// Shared is the contract of engines of several processes. Each call of open returns the engine of another process, all with one store, which
// has no jobs.
func Shared(t *testing.T, open func(t *testing.T) jobs.Engine) {
	a, b, c := open(t), open(t), open(t)
	const n = 200
	var all sync.WaitGroup
	var stored, duplicates atomic.Int64
	for i := range n {
		enqueue(t, a, jobs.Entry{Kind: kindA, Payload: fmt.Append(nil, i)})
	}
	for _, e := range []jobs.Engine{a, b, c} {
		all.Go(func() {
			for i := range 20 {
				s, err := e.Enqueue(t.Context(), jobs.Entry{Kind: kindB, Key: fmt.Sprint(i), Once: true, Payload: []byte("{}"), Attempts: 3})
				switch {
				case err != nil:
					t.Error(err)
				case s.IsDuplicate:
					duplicates.Add(1)
				default:
					stored.Add(1)
				}
			}
		})
	}
	all.Wait()
	if stored.Load() != 20 || duplicates.Load() != 40 {
		t.Errorf("of 60 jobs with 20 keys %d were stored, and %d were duplicates", stored.Load(), duplicates.Load())
	}
	slow := func(context.Context, jobs.Delivery) jobs.Result {
		time.Sleep(10 * time.Millisecond)
		return jobs.Result{Outcome: jobs.Done}
	}
	first, second := work(t, a, 3, slow), work(t, b, 3, slow)
	eventually(t, "all jobs to run", func() bool { return len(first.deliveries())+len(second.deliveries()) >= n+20 })
	time.Sleep(200 * time.Millisecond)
	ids := map[string]bool{}
	for _, w := range []*worker{first, second} {
		w.end()
		for _, d := range w.deliveries() {
			if ids[d.ID] {
				t.Errorf("the job %s %s ran twice", d.Kind, d.Payload)
			}
			ids[d.ID] = true
		}
	}
	if len(ids) != n+20 {
		t.Errorf("%d jobs ran, want %d", len(ids), n+20)
	}
	t.Logf("%d jobs: %d ran in the first process, %d in the second", n+20, len(first.deliveries()), len(second.deliveries()))
}

// Faults enqueues and runs jobs while the server has faults. Each has a key of its own, and Enqueue is called again with it after an error. It
// is wrong if a job that was stored does not run, or if two jobs have one key.
func Faults(t *testing.T, server Server, open func(t *testing.T, addr string) jobs.Engine) {
	addr, phases := faults.Begin(t, server)
	e := open(t, addr)
	var mu sync.Mutex
	runs := map[string]map[string]int{} // key to the IDs that ran, and how often
	w := work(t, e, 4, func(_ context.Context, d jobs.Delivery) jobs.Result {
		mu.Lock()
		defer mu.Unlock()
		if runs[d.Key] == nil {
			runs[d.Key] = map[string]int{}
		}
		runs[d.Key][d.ID]++
		return jobs.Result{Outcome: jobs.Done}
	})
	const workers, each, tries = 4, 15, 3
	var stored sync.Map // key to true
	var tried, failed atomic.Int64
	for number, ph := range phases {
		before := failed.Load()
		ph.Begin()
		faults.During(workers, each, func(worker, i int) {
			key := fmt.Sprint(number, worker, i)
			for range tries {
				tried.Add(1)
				ctx, cancel := context.WithTimeout(context.Background(), time.Second)
				_, err := e.Enqueue(ctx, jobs.Entry{Kind: kindA, Key: key, Once: true, Payload: []byte("{}"), Attempts: 10})
				cancel()
				if err == nil {
					stored.Store(key, true)
					return
				}
				failed.Add(1)
			}
		})
		ph.End()
		t.Logf("%-15s %4d calls of Enqueue, %4d failed", ph.Name, tried.Load(), failed.Load()-before)
		faults.Recovers(t, ph.Name, func(ctx context.Context) error {
			ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
			defer cancel()
			_, err := e.Enqueue(ctx, jobs.Entry{Kind: kindA, Key: "recovery " + ph.Name, Once: true, Payload: []byte("{}"), Attempts: 10})
			return err
		})
	}
	missing := func() (list []string) {
		mu.Lock()
		defer mu.Unlock()
		stored.Range(func(key, _ any) bool {
			if len(runs[key.(string)]) == 0 {
				list = append(list, key.(string))
			}
			return true
		})
		return list
	}
	for deadline := time.Now().Add(2 * patience); len(missing()) > 0; time.Sleep(100 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Errorf("%d jobs that were stored did not run, as %q", len(missing()), missing()[0])
			break
		}
	}
	w.end()
	ran, more, wrong := 0, 0, 0
	for key, ids := range runs {
		ran++
		if len(ids) > 1 {
			wrong++
			t.Errorf("the key %q has %d jobs", key, len(ids))
		}
		for _, n := range ids {
			more += n - 1
		}
	}
	t.Logf("jobs: %d calls of Enqueue, %d failed, %d keys ran, %d runs more, %d keys with two jobs, %d lost", tried.Load(), failed.Load(), ran, more, wrong, len(missing()))
}
