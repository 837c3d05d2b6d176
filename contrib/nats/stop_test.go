package nats_test

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/brio-go/brio/jobs"
)

// Workers that are stopped under load give back what they have received: no job waits for the end of a lease, and each runs once.
func TestJobsStopsUnderLoad(t *testing.T) {
	const n = 600
	server := jetStream(t)
	server.Start()
	j := openJobs(t, server.Addr(), "")
	for i := range n {
		enqueue(t, j, jobs.Entry{Key: fmt.Sprint(i)})
	}
	begun := time.Now()
	var ran atomic.Int64
	var times sync.Map
	workers := 0
	for ; ran.Load() < n; workers++ {
		if time.Since(begun) > 20*time.Second {
			t.Fatalf("%d of %d jobs have run, by %d workers one after another", ran.Load(), n, workers)
		}
		stop, err := j.Work(t.Context(), jobs.Worker{
			Kinds: []string{"a"}, Concurrency: 8, Log: slog.New(slog.DiscardHandler),
			Run: func(_ context.Context, d jobs.Delivery) jobs.Result {
				if _, isKnown := times.LoadOrStore(d.ID, true); isKnown || d.Attempt != 1 {
					t.Errorf("the job %s ran twice, or has attempt %d", d.Key, d.Attempt)
				}
				ran.Add(1)
				return jobs.Result{Outcome: jobs.Done}
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(20 * time.Millisecond)
		before := time.Now()
		if err := stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(before); took > 5*time.Second {
			t.Errorf("stop took %v", took)
		}
	}
	t.Logf("%d jobs were run by %d workers one after another in %v", n, workers, time.Since(begun))
}
