package health

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"maps"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func newChecks(list ...Check) (*Checks, *bytes.Buffer) {
	var log bytes.Buffer
	logger := slog.New(slog.NewTextHandler(&log, nil))
	cs := New(func() *slog.Logger { return logger })
	for _, c := range list {
		cs.Add(c, "main.go:1")
	}
	return cs, &log
}

func wantReport(t *testing.T, got Report, status Status, checks map[string]Status) {
	t.Helper()
	if got.Status != status || !maps.Equal(got.Checks, checks) {
		t.Errorf("got %v, want %s %v", got, status, checks)
	}
}

// Three checks of 600 ms each take 600 ms together.
func TestRunIsParallel(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := func(context.Context) error { time.Sleep(600 * time.Millisecond); return nil }
		cs, _ := newChecks(Check{Name: "a", Func: slow}, Check{Name: "b", Func: slow}, Check{Name: "c", Func: slow})
		start := time.Now()
		wantReport(t, cs.Run(t.Context()), OK, map[string]Status{"a": OK, "b": OK, "c": OK})
		if took := time.Since(start); took != 600*time.Millisecond {
			t.Errorf("Run took %v", took)
		}
	})
}

// A result is used again until MaxAge has passed. Probes at the same time share one call.
func TestRunSharesResults(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int32
		cs, _ := newChecks(Check{Name: "a", MaxAge: 5 * time.Second, Func: func(context.Context) error {
			calls.Add(1)
			time.Sleep(time.Millisecond)
			return nil
		}})
		var group sync.WaitGroup
		for range 50 {
			group.Go(func() { cs.Run(t.Context()) })
		}
		group.Wait()
		time.Sleep(4 * time.Second)
		cs.Run(t.Context())
		if got := calls.Load(); got != 1 {
			t.Errorf("calls within MaxAge: got %d, want 1", got)
		}
		time.Sleep(2 * time.Second)
		if cs.Run(t.Context()); calls.Load() != 2 {
			t.Errorf("calls after MaxAge: got %d, want 2", calls.Load())
		}
	})
}

// A function that ends with its context, and one that does not, have both timed out. The second is not called again until it has
// returned, so probes start no further goroutines.
func TestRunTimesOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		release := make(chan struct{})
		var calls atomic.Int32
		cs, log := newChecks(
			Check{Name: "polite", Timeout: 50 * time.Millisecond, Func: func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }},
			Check{Name: "stuck", Timeout: 50 * time.Millisecond, MaxAge: time.Millisecond, Func: func(context.Context) error { calls.Add(1); <-release; return nil }},
		)
		want := map[string]Status{"polite": TimedOut, "stuck": TimedOut}
		wantReport(t, cs.Run(t.Context()), Failing, want)
		before := runtime.NumGoroutine()
		for range 100 {
			wantReport(t, cs.Run(t.Context()), Failing, want)
		}
		if calls.Load() != 1 || runtime.NumGoroutine() > before {
			t.Errorf("got %d calls, %d goroutines after %d", calls.Load(), runtime.NumGoroutine(), before)
		}
		close(release)
		synctest.Wait()
		wantReport(t, cs.Run(t.Context()), Failing, map[string]Status{"polite": TimedOut, "stuck": OK})
		if n := strings.Count(log.String(), "check=stuck"); n != 2 {
			t.Errorf("lines of the log about the stuck check: got %d, want 2\n%s", n, log)
		}
	})
}

// Errors, panics and runtime.Goexit are failures. The log has one line when a check begins to fail, and one when it passes again.
func TestRunReportsFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var broken atomic.Bool
		broken.Store(true)
		cs, log := newChecks(
			Check{Name: "error", Func: func(context.Context) error {
				if broken.Load() {
					return errors.New("password=x")
				}
				return nil
			}},
			Check{Name: "panic", Func: func(context.Context) error { panic("boom") }},
			Check{Name: "exit", Func: func(context.Context) error { runtime.Goexit(); return nil }},
		)
		for range 3 {
			wantReport(t, cs.Run(t.Context()), Failing, map[string]Status{"error": Failing, "panic": Failing, "exit": Failing})
			time.Sleep(2 * time.Second)
		}
		broken.Store(false)
		wantReport(t, cs.Run(t.Context()), Failing, map[string]Status{"error": OK, "panic": Failing, "exit": Failing})
		if got := strings.Count(log.String(), "\n"); got != 4 {
			t.Errorf("lines of the log: got %d, want 4\n%s", got, log)
		}
		for _, part := range []string{`check=error status=failing error="password=x"`, "boom", "runtime.Goexit", `msg="a health check passes again" check=error`} {
			if !strings.Contains(log.String(), part) {
				t.Errorf("the log has no %s:\n%s", part, log)
			}
		}
	})
}

// The end of one probe does not end the run that another one waits for.
func TestRunOutlivesProbe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cs, _ := newChecks(Check{Name: "a", Func: func(ctx context.Context) error {
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(100 * time.Millisecond):
				return nil
			}
		}})
		gone, cancel := context.WithCancel(t.Context())
		go cs.Run(gone)
		synctest.Wait()
		cancel()
		wantReport(t, cs.Run(t.Context()), OK, map[string]Status{"a": OK})
	})
}

func TestAddReportsMistakes(t *testing.T) {
	pass := func(context.Context) error { return nil }
	cs, _ := newChecks(Check{Func: pass}, Check{Name: "a"}, Check{Name: "b", Func: pass, Timeout: -1}, Check{Name: "c", Func: pass, MaxAge: -1},
		Check{Name: "d", Func: pass}, Check{Name: "d", Func: pass})
	var got []string
	for _, m := range cs.Mistakes() {
		got = append(got, m.String())
	}
	for i, part := range []string{"has no name", `"a" has no function`, `"b": Timeout is -1ns`, `"c": MaxAge is -1ns`, `a second health check with the name "d"; the first is at main.go:1`} {
		if i >= len(got) || !strings.Contains(got[i], part) || !strings.HasPrefix(got[i], "main.go:1: ") {
			t.Errorf("mistake %d: got %q, want %q", i, got[min(i, len(got)-1)], part)
		}
	}
	cs.Seal()
	defer func() {
		if v := recover(); v == nil || !strings.Contains(v.(string), "after the start") {
			t.Errorf("Add after Seal: got %v", v)
		}
	}()
	cs.Add(Check{Name: "late", Func: pass}, "main.go:2")
}
