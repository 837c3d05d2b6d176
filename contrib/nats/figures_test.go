package nats_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/brio-go/brio/jobs"
)

// TestJobsFigures prints what an operation costs, with BRIO_FIGURES=1.
func TestJobsFigures(t *testing.T) {
	if os.Getenv("BRIO_FIGURES") == "" {
		t.Skip("BRIO_FIGURES=1 measures")
	}
	server := jetStream(t)
	server.Start()
	const n = 10_000
	for _, keyed := range []bool{false, true} {
		j := openJobs(t, server.Addr(), fmt.Sprint("keyed-", keyed))
		key := func(i int) string {
			if keyed {
				return fmt.Sprint(i)
			}
			return ""
		}
		begun := time.Now()
		var next atomic.Int64
		done := make(chan struct{})
		for range 10 {
			go func() {
				for i := int(next.Add(1)); i <= n; i = int(next.Add(1)) {
					enqueue(t, j, jobs.Entry{Key: key(i), Once: keyed})
				}
				done <- struct{}{}
			}()
		}
		for range 10 {
			<-done
		}
		enqueued := time.Since(begun)
		begun = time.Now()
		count, err := j.Count(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		counted := time.Since(begun)
		begun = time.Now()
		var ran atomic.Int64
		all := make(chan struct{})
		stop, err := j.Work(t.Context(), jobs.Worker{Kinds: []string{"a"}, Concurrency: 10, Log: slog.Default(), Run: func(context.Context, jobs.Delivery) jobs.Result {
			if ran.Add(1) == n {
				close(all)
			}
			return jobs.Result{Outcome: jobs.Done}
		}})
		if err != nil {
			t.Fatal(err)
		}
		<-all
		worked := time.Since(begun)
		if err := stop(t.Context()); err != nil {
			t.Fatal(err)
		}
		t.Logf("%d jobs, unique: %v: enqueued %.0f/s, run %.0f/s, count of %d in %v", n, keyed, n/enqueued.Seconds(), n/worked.Seconds(), count[jobs.StateWaiting], counted)
	}
	j := openJobs(t, server.Addr(), "delayed")
	const delayed = 20_000
	due := time.Now().Add(25 * time.Second)
	for i := range delayed {
		enqueue(t, j, jobs.Entry{RunAt: due, Key: fmt.Sprint(i)})
	}
	var late atomic.Int64
	var ran atomic.Int64
	first := make(chan time.Time, 1)
	all := make(chan struct{})
	stop, err := j.Work(t.Context(), jobs.Worker{Kinds: []string{"a"}, Concurrency: 10, Log: slog.Default(), Run: func(_ context.Context, d jobs.Delivery) jobs.Result {
		if d.Key == "now" {
			first <- time.Now()
			return jobs.Result{Outcome: jobs.Done}
		}
		late.Store(int64(time.Since(due)))
		if ran.Add(1) == delayed {
			close(all)
		}
		return jobs.Result{Outcome: jobs.Done}
	}})
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Until(due.Add(-10 * time.Second)))
	for range 5 {
		begun := time.Now()
		enqueue(t, j, jobs.Entry{Key: "now"})
		at := <-first
		t.Logf("with %d delayed jobs a job without a delay runs after %v", delayed, at.Sub(begun))
		time.Sleep(300 * time.Millisecond)
	}
	<-all
	t.Logf("%d jobs due at once: the last one ran after %v", delayed, time.Duration(late.Load()))
	if err := stop(t.Context()); err != nil {
		t.Fatal(err)
	}
}
