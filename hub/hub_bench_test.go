package hub_test

import (
	"context"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/brio-go/brio/hub"
)

// counter is a connection that takes everything at once.
type counter struct{ n *atomic.Int64 }

func (c counter) Write(context.Context, string) error { c.n.Add(1); return nil }
func (c counter) Close(int, string) error             { return nil }

// BenchmarkBroadcast sends to 5,000 members, of which 100 take nothing and drop the oldest, until the others have the message. Members that
// wait cost the memory that is reported.
func BenchmarkBroadcast(b *testing.B) {
	const members, slow = 5000, 100
	h, err := hub.New(hub.Options[string]{Slow: hub.DropOldest})
	if err != nil {
		b.Fatal(err)
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	goroutines := runtime.NumGoroutine()
	var n atomic.Int64
	for i := range members {
		m, err := h.Join(b.Context(), "r", "")
		if err != nil {
			b.Fatal(err)
		}
		if i >= slow {
			m.Deliver(counter{&n})
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	if got := runtime.NumGoroutine(); got > goroutines {
		b.Fatalf("%d goroutines for members that wait", got-goroutines)
	}
	b.ReportAllocs()
	var sent int64
	for b.Loop() {
		sent++
		if err := h.Broadcast(b.Context(), "r", "hello"); err != nil {
			b.Fatal(err)
		}
		for n.Load() < sent*(members-slow) {
			runtime.Gosched()
		}
	}
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/members, "B/member")
	b.ReportMetric(float64(b.Elapsed())/float64(time.Microsecond)/float64(sent)/members, "µs/member")
	if err := h.Close(context.Background()); err != nil {
		b.Fatal(err)
	}
}
