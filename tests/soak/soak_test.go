package soak_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/brio-go/brio/internal/testkit"
)

// length is how long the soak takes, BRIO_SOAK. Without it the test does not run: it needs the machine for itself. `make soak` takes a minute.
func length(t *testing.T) time.Duration {
	t.Helper()
	text := os.Getenv("BRIO_SOAK")
	if text == "" {
		t.Skip("make soak runs it")
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < time.Second {
		t.Fatalf("BRIO_SOAK=%q, want a duration of 1s or more", text)
	}
	return d
}

// clients is how many clients send requests at once, of the maxClients that the server knows.
const clients = 24

// sample is what the server had at one time.
type sample struct {
	stats
	all, life float64 // of the length of the soak, and of the app's life, that had passed
	rate      float64 // answers in a second
}

// TestSoak: clients send requests of all kinds. In one of four a function of the app fails, panics, aborts or calls runtime.Goexit; in one
// of four the client leaves, sends or reads slowly, or sends half a body. Uploads find the disk full, the listener fails, and SIGTERM ends
// one app after the other.
//
//   - No answer has a byte of another request, or of an error. An answer without a fault is complete and right.
//   - What an answer says is committed is committed, and nothing else. Each task has run, or the log counts it.
//   - Each transaction and session that was opened has ended once. What handlers keep does not change.
//   - After each app the process has the goroutines, the descriptors and the memory that it had after the first one.
//   - Under load, the memory of the last quarter is that of the first one.
func TestSoak(t *testing.T) {
	all := length(t)
	lives := min(max(int(all/(1500*time.Millisecond)), 2), 6)
	seed := uint64(time.Now().UnixNano())
	t.Logf("%v, %d apps one after the other, %d clients, seed %d", all, lives, clients, seed)
	child := testkit.StartChild(t, "BRIO_SOAKED=1", "TMPDIR="+t.TempDir())
	l := &load{address: strings.TrimPrefix(child.URL, "http://")}
	var running sync.WaitGroup
	for i := range clients {
		c := newClient(l, int64(i), seed)
		running.Go(c.run)
	}
	began := time.Now()
	var samples []sample
	for n := range lives {
		samples = append(samples, l.live(t, began, all, all/time.Duration(lives))...)
		if n < lives-1 {
			l.epoch.Add(1)
			child.Signal(syscall.SIGTERM)
			testkit.Eventually(t, "the next app", func() bool { s, err := l.stats(); return err == nil && len(s.Lives) == n+1 })
			l.epoch.Add(1)
		}
	}
	l.stop.Store(true)
	testkit.Wait(t, &running, "the end of the clients")
	end, err := l.stats()
	if err != nil {
		t.Fatal(err)
	}
	l.check(t, end, samples)
	res, err := http.Post(child.URL+"/last?canary=last", "", nil)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	child.Stop()
}

// live takes samples for the life of one app.
func (l *load) live(t *testing.T, began time.Time, all, length time.Duration) (samples []sample) {
	t.Helper()
	const each = 12
	start := time.Now()
	answered, since := l.answered.Load(), start
	for i := range each {
		time.Sleep(time.Until(start.Add(length * time.Duration(i+1) / (each + 1))))
		s, err := l.stats()
		if err != nil {
			t.Fatalf("another client is not served: %v", err)
		}
		total, at := l.answered.Load(), time.Now()
		samples = append(samples, sample{s, float64(at.Sub(began)) / float64(all), float64(at.Sub(start)) / float64(length), float64(total-answered) / at.Sub(since).Seconds()})
		answered, since = total, at
	}
	time.Sleep(time.Until(start.Add(length)))
	return samples
}

// stats asks the server, over a connection of its own.
func (l *load) stats() (s stats, err error) {
	transport := &http.Transport{DisableKeepAlives: true}
	res, err := (&http.Client{Transport: transport, Timeout: testkit.Patience}).Get("http://" + l.address + "/stats?canary=stats")
	if err != nil {
		return s, err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return s, fmt.Errorf("status %d", res.StatusCode)
	}
	return s, json.NewDecoder(res.Body).Decode(&s)
}

// slack is how much the memory of a process of this size differs from one garbage collection to the next, in bytes.
const slack = 8 << 20

// check prints the quarters and holds them, and what the clients and the server have found.
func (l *load) check(t *testing.T, end stats, samples []sample) {
	t.Helper()
	for _, v := range append(l.violations, end.Violations...) {
		t.Error(v)
	}
	if done := end.Ran + end.NotRun; done < l.acked.Load() {
		t.Errorf("%d tasks were promised, %d ran, the log counts %d", l.acked.Load(), end.Ran, end.NotRun)
	}
	if l.answered.Load() == 0 || end.Ran == 0 || end.NotRun == 0 {
		t.Errorf("the load was too small: %d answers, %d tasks, %d tasks not run", l.answered.Load(), end.Ran, end.NotRun)
	}
	t.Logf("%d answers, %d cut or none, %d tasks, %d of them lost and logged", l.answered.Load(), l.cut.Load(), end.Ran+end.NotRun, end.NotRun)
	t.Logf("%-22s %12s %12s", "", "first", "last quarter")
	for _, of := range []struct {
		name string
		at   func(sample) float64
	}{{"the soak", func(s sample) float64 { return s.all }}, {"each app", func(s sample) float64 { return s.life }}} {
		first := slices.DeleteFunc(slices.Clone(samples), func(s sample) bool { return of.at(s) > 0.25 })
		last := slices.DeleteFunc(slices.Clone(samples), func(s sample) bool { return of.at(s) < 0.75 })
		for _, m := range []struct {
			name string
			of   func(sample) float64
		}{
			{"memory (MiB)", func(s sample) float64 { return float64(s.Memory) / (1 << 20) }},
			{"goroutines", func(s sample) float64 { return float64(s.Goroutines) }},
			{"descriptors", func(s sample) float64 { return float64(s.Files) }},
			{"answers in a second", func(s sample) float64 { return s.rate }},
		} {
			t.Logf("%-10s %-22s %9.1f %9.1f", of.name, m.name, median(first, m.of), median(last, m.of))
		}
		memory := func(s sample) float64 { return float64(s.Memory) }
		if a, b := median(first, memory), median(last, memory); b > a*1.25+slack {
			t.Errorf("%s: the memory grows from %.0f to %.0f bytes", of.name, a, b)
		}
	}
	for i, l := range end.Lives {
		t.Logf("after app %d: %6.2f MiB, %d goroutines, %d descriptors", i+1, float64(l.Memory)/(1<<20), l.Goroutines, l.Files)
	}
	if n := len(end.Lives); end.Lives[n-1].Memory > end.Lives[0].Memory+slack/4 {
		t.Errorf("the memory of a process without an app grows from %d to %d bytes", end.Lives[0].Memory, end.Lives[n-1].Memory)
	}
}

// median returns the middle value of the samples.
func median(samples []sample, of func(sample) float64) float64 {
	values := make([]float64, len(samples))
	for i, s := range samples {
		values[i] = of(s)
	}
	slices.Sort(values)
	return values[len(values)/2]
}
