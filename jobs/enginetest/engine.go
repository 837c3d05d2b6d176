package enginetest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/brio-go/brio/internal/json"
	"github.com/brio-go/brio/jobs"
)

// patience is how long the tests wait for something that the engine must do, in all its processes and with its lease.
const patience = 90 * time.Second

// the kinds of the tests.
const (
	kindA = "ab"
	kindB = "b-2_x"
)

// worker is a jobs.Worker of a test. It records what it was given.
type worker struct {
	t    *testing.T
	stop func(context.Context) error
	run  func(ctx context.Context, d jobs.Delivery) jobs.Result

	mu      sync.Mutex
	runs    []jobs.Delivery
	changed chan struct{}
}

// work begins to run jobs. run may be nil: each job is done at once. The test's end stops it.
func work(t *testing.T, e jobs.Engine, concurrency int, run func(ctx context.Context, d jobs.Delivery) jobs.Result) *worker {
	t.Helper()
	w := &worker{t: t, run: run, changed: make(chan struct{})}
	stop, err := e.Work(t.Context(), jobs.Worker{
		Kinds: []string{kindA, kindB}, Concurrency: concurrency, Longest: time.Second, Log: slog.New(slog.DiscardHandler), Run: w.take,
	})
	if err != nil {
		t.Fatal("Work:", err)
	}
	w.stop = stop
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		_ = stop(ctx)
	})
	return w
}

func (w *worker) take(ctx context.Context, d jobs.Delivery) jobs.Result {
	w.mu.Lock()
	w.runs = append(w.runs, d)
	close(w.changed)
	w.changed = make(chan struct{})
	w.mu.Unlock()
	if w.run == nil {
		return jobs.Result{Outcome: jobs.Done}
	}
	return w.run(ctx, d)
}

// deliveries returns the runs so far.
func (w *worker) deliveries() []jobs.Delivery {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]jobs.Delivery(nil), w.runs...)
}

// wait waits until there are n runs, and returns them.
func (w *worker) wait(n int) []jobs.Delivery {
	w.t.Helper()
	end := time.After(patience)
	for {
		w.mu.Lock()
		got, changed := len(w.runs), w.changed
		w.mu.Unlock()
		if got >= n {
			return w.deliveries()
		}
		select {
		case <-changed:
		case <-end:
			for _, d := range w.deliveries() {
				w.t.Logf("%+v", d.Info)
			}
			w.t.Fatalf("got %d runs, want %d", got, n)
		}
	}
}

// end stops the worker.
func (w *worker) end() {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if err := w.stop(ctx); err != nil {
		w.t.Fatal("stop:", err)
	}
}

// enqueue stores a job, which must be no duplicate unless the test says so.
func enqueue(t *testing.T, e jobs.Engine, entry jobs.Entry, isDuplicate ...bool) jobs.Stored {
	t.Helper()
	if entry.Payload == nil {
		entry.Payload = []byte("{}")
	}
	if entry.Attempts == 0 {
		entry.Attempts = 10
	}
	s, err := e.Enqueue(t.Context(), entry)
	if err != nil {
		t.Fatal("Enqueue:", err)
	}
	if want := len(isDuplicate) > 0 && isDuplicate[0]; s.IsDuplicate != want {
		t.Fatalf("job %q with key %q: duplicate is %v, want %v", entry.Kind, entry.Key, s.IsDuplicate, want)
	}
	if s.ID == "" && !s.IsDuplicate {
		t.Fatal("Enqueue: the job has no ID")
	}
	return s
}

// eventually waits until a condition holds.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

// sameJSON reports whether two documents have the same value: an engine may store them in another form.
func sameJSON(a, b []byte) bool {
	var x, y any
	return json.Unmarshal(a, &x) == nil && json.Unmarshal(b, &y) == nil && reflect.DeepEqual(x, y)
}

// Engine is the contract of an engine. Each call of open returns an engine with a store of its own, which has no jobs.
func Engine(t *testing.T, open func(t *testing.T) jobs.Engine) {
	t.Run("what a run receives", func(t *testing.T) { testDelivery(t, open(t)) })
	t.Run("retry, again, dead", func(t *testing.T) { testOutcomes(t, open(t)) })
	t.Run("delay", func(t *testing.T) {
		e := open(t)
		w := work(t, e, 4, nil)
		enqueue(t, e, jobs.Entry{Kind: kindA, Payload: []byte(`"past"`), RunAt: time.Now().Add(-time.Hour)})
		w.wait(1)
		begun := time.Now()
		enqueue(t, e, jobs.Entry{Kind: kindA, Payload: []byte(`"later"`), RunAt: begun.Add(1500 * time.Millisecond)})
		enqueue(t, e, jobs.Entry{Kind: kindA, Payload: []byte(`"at once"`)})
		w.wait(3)
		if took := time.Since(begun); took < 1400*time.Millisecond {
			t.Errorf("all have run after %v", took)
		}
	})
	t.Run("concurrency", func(t *testing.T) {
		e := open(t)
		var now, most atomic.Int64
		for range 24 {
			enqueue(t, e, jobs.Entry{Kind: kindA})
		}
		w := work(t, e, 4, func(context.Context, jobs.Delivery) jobs.Result {
			n := now.Add(1)
			for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
			}
			time.Sleep(50 * time.Millisecond)
			now.Add(-1)
			return jobs.Result{Outcome: jobs.Done}
		})
		w.wait(24)
		w.end()
		if m := most.Load(); m > 4 || m < 2 {
			t.Errorf("at most %d ran at once, want 4", m)
		}
	})
	t.Run("unique", func(t *testing.T) { testUnique(t, open(t)) })
	t.Run("once", func(t *testing.T) { testOnce(t, open(t)) })
	t.Run("keys at once", func(t *testing.T) {
		e := open(t)
		var stored, duplicates atomic.Int64
		var all sync.WaitGroup
		for i := range 16 {
			all.Go(func() {
				s, err := e.Enqueue(t.Context(), jobs.Entry{Kind: kindA, Key: "k", Once: i%2 == 0, Payload: []byte("1"), Attempts: 3})
				switch {
				case err != nil:
					t.Error(err)
				case s.IsDuplicate:
					duplicates.Add(1)
				default:
					stored.Add(1)
				}
			})
		}
		all.Wait()
		if stored.Load() != 1 || duplicates.Load() != 15 {
			t.Errorf("of 16 jobs with one key %d were stored, and %d were duplicates", stored.Load(), duplicates.Load())
		}
	})
	t.Run("bytes", func(t *testing.T) {
		e := open(t)
		payloads := map[string]string{}
		large, _ := json.Append(nil, strings.Repeat("ä", jobs.MaxPayload/2-2))
		for i, p := range []string{`null`, `[]`, `{"b":1,"a":{"":[true,1.50,"\u0000\ud83d\ude00\"\\"]}}`, `"'; DROP TABLE jobs; --"`, `12345678901234567`, string(large)} {
			key := [...]string{"\x00", "'\"\xff", strings.Repeat("k", jobs.MaxKey), "a b", "ä/*.>", "$1 ? :x"}[i]
			payloads[key] = p
			enqueue(t, e, jobs.Entry{Kind: kindB, Key: key, Payload: []byte(p)})
			enqueue(t, e, jobs.Entry{Kind: kindB, Key: key, Payload: []byte(p)}, true)
		}
		w := work(t, e, 4, nil)
		for _, d := range w.wait(len(payloads)) {
			if want := payloads[d.Key]; !sameJSON(d.Payload, []byte(want)) || d.Kind != kindB {
				t.Errorf("key %.20q: got kind %s, payload %.60s, want %.60s", d.Key, d.Kind, d.Payload, want)
			}
		}
	})
	t.Run("stop", func(t *testing.T) { testStop(t, open(t)) })
	t.Run("ended context", func(t *testing.T) {
		e := open(t)
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := e.Enqueue(ctx, jobs.Entry{Kind: kindA, Payload: []byte("1")}); err == nil {
			t.Error("Enqueue with an ended context: got no error")
		}
	})
	t.Run("many", func(t *testing.T) {
		const n = 300
		e := open(t)
		w := work(t, e, 16, nil)
		var all sync.WaitGroup
		for i := range 6 {
			all.Go(func() {
				for j := range n / 6 {
					if _, err := e.Enqueue(t.Context(), jobs.Entry{Kind: kindA, Payload: fmt.Append(nil, i*1000+j), Attempts: 3}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		times := map[string]int{}
		for _, d := range w.wait(n) {
			times[string(d.Payload)]++
		}
		time.Sleep(200 * time.Millisecond)
		if len(times) != n || len(w.deliveries()) != n {
			t.Errorf("%d jobs had %d runs of %d jobs", n, len(w.deliveries()), len(times))
		}
	})
}

// testDelivery has jobs that are enqueued before there is a worker and after it.
func testDelivery(t *testing.T, e jobs.Engine) {
	begun := time.Now().Add(-2 * time.Second) // the clock of the server may be another one
	origin := jobs.Origin{Traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", RequestID: "r-1"}
	ids := map[string]string{}
	ids["before"] = enqueue(t, e, jobs.Entry{Kind: kindA, Payload: []byte(`"before"`), Key: "k", Origin: origin}).ID
	w := work(t, e, 2, nil)
	ids["after"] = enqueue(t, e, jobs.Entry{Kind: kindA, Payload: []byte(`"after"`), Key: "k2", Origin: origin}).ID
	for _, d := range w.wait(2) {
		name := strings.Trim(string(d.Payload), `"`)
		if d.ID != ids[name] || d.Kind != kindA || d.Attempt != 1 || d.Origin != origin || d.Key != map[string]string{"before": "k", "after": "k2"}[name] {
			t.Errorf("%s: got %+v, want ID %s", name, d.Info, ids[name])
		}
		if d.EnqueuedAt.Before(begun) || d.EnqueuedAt.After(time.Now().Add(2*time.Second)) {
			t.Errorf("%s: enqueued at %v, now it is %v", name, d.EnqueuedAt, time.Now())
		}
	}
}

// testOutcomes has a job that fails, is interrupted, dies, is revived, dies again and is deleted.
func testOutcomes(t *testing.T, e jobs.Engine) {
	inspector := inspectorOf(t, e)
	var n atomic.Int64
	steps := []jobs.Result{
		{Outcome: jobs.Retry, After: 600 * time.Millisecond, Err: "first"},
		{Outcome: jobs.Again, Err: "interrupted"},
		{Outcome: jobs.Again, After: 300 * time.Millisecond, Err: "interrupted"},
		{Outcome: jobs.Retry, Err: "second\x01\n'\"ä"},
		{Outcome: jobs.Dead, Err: "last"},
		{Outcome: jobs.Dead, Err: strings.Repeat("x", 4<<10)},
		{Outcome: jobs.Retry, Err: "once more"},
		{Outcome: jobs.Done},
	}
	attempts := []int{1, 2, 2, 2, 3, 1, 1, 2}
	var begins [8]time.Time
	w := work(t, e, 2, func(_ context.Context, d jobs.Delivery) jobs.Result {
		i := int(n.Add(1)) - 1
		if i >= len(steps) {
			t.Errorf("run %d: got %+v", i+1, d.Info)
			return jobs.Result{Outcome: jobs.Done}
		}
		if begins[i] = time.Now(); d.Attempt != attempts[i] {
			t.Errorf("run %d: attempt %d, want %d", i+1, d.Attempt, attempts[i])
		}
		return steps[i]
	})
	id := enqueue(t, e, jobs.Entry{Kind: kindA, Payload: []byte(`{"n":7}`), Key: "key", Attempts: 5, Origin: jobs.Origin{RequestID: "r"}}).ID
	w.wait(5)
	dead := func(errText string) {
		t.Helper()
		var list []jobs.Record
		eventually(t, "the dead job", func() bool {
			var err error
			if list, err = inspector.List(t.Context(), jobs.Filter{State: jobs.StateDead, Limit: 10}); err != nil {
				t.Fatal(err)
			}
			return len(list) > 0
		})
		r := list[0]
		if len(list) != 1 || r.ID != id || r.Kind != kindA || r.Key != "key" || r.RequestID != "r" || r.State != jobs.StateDead || r.Err != errText || !sameJSON(r.Payload, []byte(`{"n":7}`)) || r.Ended.IsZero() {
			t.Fatalf("got %d dead jobs, the first %+v", len(list), r)
		}
		count, err := inspector.Count(t.Context())
		if err != nil || count[jobs.StateDead] != 1 || count[jobs.StateWaiting] != 0 || count[jobs.StateRunning] != 0 || count[jobs.StateDone] != 0 {
			t.Fatalf("count: got %v, %v", count, err)
		}
		if list, err := inspector.List(t.Context(), jobs.Filter{State: jobs.StateDead, Kind: kindB, Limit: 10}); err != nil || len(list) > 0 {
			t.Fatalf("dead jobs of another kind: got %d, %v", len(list), err)
		}
	}
	dead("last")
	if d := begins[1].Sub(begins[0]); d < 500*time.Millisecond {
		t.Errorf("the second run was %v after the first one, want 600 ms", d)
	}
	if d := begins[3].Sub(begins[2]); d < 200*time.Millisecond {
		t.Errorf("the run after Again was %v later, want 300 ms", d)
	}
	for _, wrong := range []string{"", "0", "999999999", "no-such-id", "1; DROP TABLE", "\x00"} {
		if err := inspector.Revive(t.Context(), wrong); !errors.Is(err, jobs.ErrNotFound) {
			t.Errorf("Revive of %q: got %v, want ErrNotFound", wrong, err)
		}
		if err := inspector.Delete(t.Context(), wrong); !errors.Is(err, jobs.ErrNotFound) {
			t.Errorf("Delete of %q: got %v, want ErrNotFound", wrong, err)
		}
	}
	if err := inspector.Revive(t.Context(), id); err != nil {
		t.Fatal("Revive:", err)
	}
	w.wait(6)
	dead(strings.Repeat("x", 4<<10))
	if err := inspector.Revive(t.Context(), id); err != nil {
		t.Fatal("Revive:", err)
	}
	w.wait(8)
	eventually(t, "the job to be done", func() bool {
		count, err := inspector.Count(t.Context())
		return err == nil && count[jobs.StateDone] == 1 && count[jobs.StateDead] == 0
	})
	for what, do := range map[string]func(context.Context, string) error{"Revive": inspector.Revive, "Delete": inspector.Delete} {
		if err := do(t.Context(), id); !errors.Is(err, jobs.ErrNotFound) {
			t.Errorf("%s of a job that is done: got %v, want ErrNotFound", what, err)
		}
	}
}

func inspectorOf(t *testing.T, e jobs.Engine) jobs.Inspector {
	t.Helper()
	i, ok := e.(jobs.Inspector)
	if !ok {
		t.Skip("the engine is no jobs.Inspector")
	}
	return i
}

// testUnique has keys of jobs that wait, run, are retried, end and die.
func testUnique(t *testing.T, e jobs.Engine) {
	release := make(chan jobs.Result)
	entry := jobs.Entry{Kind: kindA, Key: "k"}
	other := entry
	other.Kind = kindB
	first := enqueue(t, e, entry)
	if s := enqueue(t, e, entry, true); s.ID != "" && s.ID != first.ID {
		t.Errorf("the duplicate of %s has the ID %s", first.ID, s.ID)
	}
	enqueue(t, e, jobs.Entry{Kind: kindA, Key: "k2", RunAt: time.Now().Add(time.Hour)})
	enqueue(t, e, jobs.Entry{Kind: kindA, Key: "k2"}, true)
	w := work(t, e, 2, func(context.Context, jobs.Delivery) jobs.Result { return <-release })
	w.wait(1)
	enqueue(t, e, entry, true) // it runs
	release <- jobs.Result{Outcome: jobs.Retry, After: time.Second, Err: "busy"}
	enqueue(t, e, entry, true) // it waits for its retry
	w.wait(2)
	enqueue(t, e, entry, true)
	enqueue(t, e, other) // another kind
	w.wait(3)
	release <- jobs.Result{Outcome: jobs.Done}
	release <- jobs.Result{Outcome: jobs.Done}
	again := func(e jobs.Engine, entry jobs.Entry) (s jobs.Stored) {
		eventually(t, "the key to be free", func() bool {
			var err error
			if s, err = e.Enqueue(t.Context(), jobs.Entry{Kind: entry.Kind, Key: entry.Key, Payload: []byte("{}"), Attempts: 3}); err != nil {
				t.Fatal(err)
			}
			return !s.IsDuplicate
		})
		return s
	}
	dead := again(e, entry)
	w.wait(4)
	release <- jobs.Result{Outcome: jobs.Dead, Err: "dead"}
	again(e, entry)
	w.wait(5)
	if i, ok := e.(jobs.Inspector); ok {
		if err := i.Revive(t.Context(), dead.ID); !errors.Is(err, jobs.ErrKeyTaken) {
			t.Errorf("Revive of a job whose key another one has: got %v, want ErrKeyTaken", err)
		}
		if err := i.Delete(t.Context(), dead.ID); err != nil {
			t.Error("Delete:", err)
		}
		enqueue(t, e, entry, true) // the key belongs to the one that runs
	}
	release <- jobs.Result{Outcome: jobs.Done}
	w.end()
}

// testOnce has keys that stay taken.
func testOnce(t *testing.T, e jobs.Engine) {
	done, dead := jobs.Entry{Kind: kindA, Key: "done", Once: true, Payload: []byte(`"done"`)}, jobs.Entry{Kind: kindA, Key: "dead", Once: true, Payload: []byte(`"dead"`)}
	enqueue(t, e, done)
	id := enqueue(t, e, dead).ID
	w := work(t, e, 2, func(_ context.Context, d jobs.Delivery) jobs.Result {
		if d.Key == "dead" {
			return jobs.Result{Outcome: jobs.Dead, Err: "dead"}
		}
		return jobs.Result{Outcome: jobs.Done}
	})
	w.wait(2)
	w.end()
	enqueue(t, e, done, true)
	enqueue(t, e, dead, true)
	unique := done
	unique.Once = false
	enqueue(t, e, unique, true)
	if i, ok := e.(jobs.Inspector); ok {
		if err := i.Delete(t.Context(), id); err != nil {
			t.Fatal("Delete:", err)
		}
		if err := i.Delete(t.Context(), id); !errors.Is(err, jobs.ErrNotFound) {
			t.Errorf("Delete of a deleted job: got %v, want ErrNotFound", err)
		}
		enqueue(t, e, dead)
	}
}

// testStop stops a worker while a job runs.
func testStop(t *testing.T, e jobs.Engine) {
	release := make(chan struct{})
	enqueue(t, e, jobs.Entry{Kind: kindA, Payload: []byte("1")})
	w := work(t, e, 1, func(context.Context, jobs.Delivery) jobs.Result {
		<-release
		return jobs.Result{Outcome: jobs.Done}
	})
	w.wait(1)
	enqueue(t, e, jobs.Entry{Kind: kindA, Payload: []byte("2")})
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	begun := time.Now()
	if err := w.stop(ctx); err == nil || time.Since(begun) > 5*time.Second {
		t.Errorf("stop while a job runs: got %v after %v, want an error when the context ends", err, time.Since(begun))
	}
	close(release)
	w.end()
	if n := len(w.deliveries()); n != 1 {
		t.Errorf("a stopped worker had %d runs, want 1", n)
	}
	next := work(t, e, 1, nil)
	if runs := next.wait(1); string(runs[0].Payload) != "2" || runs[0].Attempt != 1 {
		t.Errorf("the next worker got %s, attempt %d", runs[0].Payload, runs[0].Attempt)
	}
	next.end()
	if i, ok := e.(jobs.Inspector); ok {
		if count, err := i.Count(t.Context()); err != nil || count[jobs.StateDone] != 2 || count[jobs.StateWaiting]+count[jobs.StateRunning]+count[jobs.StateDead] != 0 {
			t.Errorf("after both jobs the count is %v, %v", count, err)
		}
	}
}
