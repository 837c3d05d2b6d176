package storetest

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/brio-go/brio/internal/faults"
	"github.com/brio-go/brio/middleware"
)

// Cache is the contract of a middleware.CacheStore without faults. open returns a store that has no keys of the tests before, and room for a
// few values of a megabyte.
func Cache(t *testing.T, open func(t *testing.T) middleware.CacheStore) {
	t.Run("put and get", func(t *testing.T) {
		s := open(t)
		wantValue(t, s, "k", nil)
		put(t, s, "k", mark(t, s, "k"), []byte("one"))
		wantValue(t, s, "k", []byte("one"))
		wantValue(t, s, "other", nil)
		put(t, s, "k", mark(t, s, "k"), []byte("two"))
		wantValue(t, s, "k", []byte("two"))
	})
	t.Run("bytes", func(t *testing.T) {
		s := open(t)
		values := [][]byte{{0}, []byte("\x00'\";--\r\n\xff"), bytes.Repeat([]byte{0, 255}, 500_000)}
		keys := []string{"", "{x}", "http://a/x?a=b&c\x001", strings.Repeat("k", 5000), "x y\r\n\x00é"}
		for _, key := range keys {
			for _, value := range values {
				put(t, s, key, mark(t, s, key), value, key, "{"+key+"}")
				wantValue(t, s, key, value)
			}
		}
		for _, key := range keys {
			purge(t, s, key)
			wantValue(t, s, key, nil)
		}
	})
	t.Run("time to live", func(t *testing.T) {
		s := open(t)
		for key, ttl := range map[string]time.Duration{"short": 300 * time.Millisecond, "long": time.Hour} {
			if err := s.Put(t.Context(), key, middleware.CacheRecord{Value: []byte(key), TTL: ttl, Tags: []string{"both"}, Mark: mark(t, s, key)}); err != nil {
				t.Fatal(err)
			}
		}
		wantValue(t, s, "short", []byte("short"))
		time.Sleep(450 * time.Millisecond)
		wantValue(t, s, "short", nil)
		wantValue(t, s, "long", []byte("long")) // also if a tag was that of a value that has expired
	})
	t.Run("tags", func(t *testing.T) {
		s := open(t)
		tags := map[string][]string{"a": {"x", "y"}, "b": {"y", "z"}, "c": {"z"}, "d": nil}
		fill := func() {
			m := mark(t, s, "a")
			for _, key := range []string{"a", "b", "c", "d"} {
				put(t, s, key, m, []byte(key), tags[key]...)
			}
		}
		for purged, gone := range map[string]string{"x": "a", "y": "ab", "z": "bc", "other": "", "x z": "abc", "x x": "a"} {
			fill()
			purge(t, s, strings.Fields(purged)...)
			for key := range tags {
				want := []byte(key)
				if strings.Contains(gone, key) {
					want = nil
				}
				wantValue(t, s, key, want)
			}
		}
		purge(t, s)
	})
	t.Run("purged before the put", func(t *testing.T) {
		s := open(t)
		before := mark(t, s, "k")
		purge(t, s, "x")
		put(t, s, "k", before, []byte("old"), "y", "x")
		wantValue(t, s, "k", nil)
		put(t, s, "k", before, []byte("old"), "y")
		wantValue(t, s, "k", []byte("old"))
		time.Sleep(2 * time.Millisecond)
		after := mark(t, s, "k")
		put(t, s, "k", after, []byte("new"), "y", "x")
		wantValue(t, s, "k", []byte("new"))
	})
	t.Run("purges at once", func(t *testing.T) { staleness(t, open(t)) })
}

// staleness has workers that read a version, and store it, while others count it up and purge. In the end no value is older than the last
// version.
func staleness(t *testing.T, s middleware.CacheStore) {
	var version [4]atomic.Int64
	var puts atomic.Int64
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	var work sync.WaitGroup
	for worker := range 8 {
		work.Go(func() {
			for i := worker; ctx.Err() == nil; i++ {
				key := fmt.Sprint(i % len(version))
				if worker < 2 {
					version[i%len(version)].Add(1)
					if err := s.Purge(t.Context(), "t"+key); err != nil {
						t.Error(err)
					}
					time.Sleep(time.Millisecond)
					continue
				}
				r, err := s.Get(t.Context(), key)
				if err != nil {
					t.Error(err)
					return
				}
				if r.Value != nil {
					continue
				}
				value := fmt.Append(nil, version[i%len(version)].Load())
				if err := s.Put(t.Context(), key, middleware.CacheRecord{Value: value, TTL: time.Hour, Tags: []string{"t" + key}, Mark: r.Mark}); err != nil {
					t.Error(err)
					return
				}
				puts.Add(1)
			}
		})
	}
	work.Wait()
	purges := int64(0)
	for i := range version {
		purges += version[i].Load()
		r, err := s.Get(t.Context(), fmt.Sprint(i))
		if err != nil {
			t.Fatal(err)
		}
		if want := fmt.Sprint(version[i].Load()); r.Value != nil && string(r.Value) != want {
			t.Errorf("key %d has version %s after the purge for %s", i, r.Value, want)
		}
	}
	t.Logf("purges at once: %d values stored, %d purges", puts.Load(), purges)
}

// mark returns the Mark of the moment.
func mark(t *testing.T, s middleware.CacheStore, key string) int64 {
	t.Helper()
	r, err := s.Get(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	return r.Mark
}

func put(t *testing.T, s middleware.CacheStore, key string, mark int64, value []byte, tags ...string) {
	t.Helper()
	if err := s.Put(t.Context(), key, middleware.CacheRecord{Value: value, TTL: time.Hour, Tags: tags, Mark: mark}); err != nil {
		t.Fatalf("put of %.20q: %v", key, err)
	}
}

func purge(t *testing.T, s middleware.CacheStore, tags ...string) {
	t.Helper()
	if err := s.Purge(t.Context(), tags...); err != nil {
		t.Fatalf("purge of %.20q: %v", tags, err)
	}
}

func wantValue(t *testing.T, s middleware.CacheStore, key string, want []byte) {
	t.Helper()
	r, err := s.Get(t.Context(), key)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(r.Value, want) || (r.Value == nil) != (want == nil) {
		t.Fatalf("get of %.20q: got %.100q, want %.100q", key, r.Value, want)
	}
}

// CacheFaults runs operations while the server has faults. Each worker changes versions of its own keys, purges, and stores what it reads. It
// is wrong if a Get returns another version than the last that was purged for, once that purge has succeeded.
func CacheFaults(t *testing.T, server Server, open func(t *testing.T, addr string) middleware.CacheStore) {
	addr, phases := faults.Begin(t, server)
	s := open(t, addr)
	const workers, each, keys = 4, 60, 5
	var tried, failed, wrong, hits atomic.Int64
	var versions [workers][keys]int
	var unsure [workers][keys]bool // the last purge has failed
	for _, ph := range phases {
		var failures atomic.Int64
		ph.Begin()
		faults.During(workers, each, func(worker, i int) {
			n := i % keys
			key := fmt.Sprint(worker, " ", n)
			tried.Add(1)
			if i%7 == 0 {
				versions[worker][n]++
				err := s.Purge(context.Background(), "t"+key)
				if unsure[worker][n] = err != nil; err != nil {
					failures.Add(1)
				}
				return
			}
			r, err := s.Get(context.Background(), key)
			switch {
			case err != nil:
				failures.Add(1)
				return
			case r.Value != nil:
				hits.Add(1)
				if string(r.Value) != fmt.Sprint(versions[worker][n]) && !unsure[worker][n] {
					wrong.Add(1)
					t.Errorf("%s: key %s has version %s, want %d", ph.Name, key, r.Value, versions[worker][n])
				}
				return
			}
			value := fmt.Append(nil, versions[worker][n])
			tried.Add(1)
			if err := s.Put(context.Background(), key, middleware.CacheRecord{Value: value, TTL: time.Hour, Tags: []string{"t" + key}, Mark: r.Mark}); err != nil {
				failures.Add(1)
			}
		})
		ph.End()
		t.Logf("%-15s %4d operations, %4d failed", ph.Name, tried.Load(), failures.Load())
		failed.Add(failures.Load())
		faults.Recovers(t, ph.Name, func(ctx context.Context) error {
			_, err := s.Get(ctx, "recovery")
			return err
		})
	}
	t.Logf("cache: %d operations, %d hits, %d wrong, %d failed", tried.Load(), hits.Load(), wrong.Load(), failed.Load())
	if hits.Load() == 0 {
		t.Error("no operation has found a value")
	}
}
