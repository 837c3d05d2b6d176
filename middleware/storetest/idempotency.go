package storetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/brio-go/brio/internal/faults"
	"github.com/brio-go/brio/middleware"
)

// newClaim returns a claim of a key for a request, with a token.
func newClaim(key, request, token string) middleware.IdempotencyClaim {
	return middleware.IdempotencyClaim{Key: key, Request: request, Token: token, Lease: time.Hour, TTL: time.Hour}
}

// Idempotency is the contract of a middleware.IdempotencyStore without faults. open returns a store that has no keys of the tests before.
func Idempotency(t *testing.T, open func(t *testing.T) middleware.IdempotencyStore) {
	t.Run("first and others", func(t *testing.T) {
		s, first, other := open(t), newClaim("k", "POST a", "1"), newClaim("k", "POST b", "2")
		wantClaimed(t, s, first)
		wantClaimed(t, s, first) // the command came twice
		wantRecord(t, s, other, "POST a", nil)
		finish(t, s, other, []byte("not its claim"), middleware.ErrIdempotencyLost)
		finish(t, s, other, nil, nil) // frees nothing
		finish(t, s, first, []byte("answer"), nil)
		wantRecord(t, s, other, "POST a", []byte("answer"))
		wantRecord(t, s, first, "POST a", []byte("answer"))
	})
	t.Run("answers do not change", func(t *testing.T) {
		s, c := open(t), newClaim("k", "r", "1")
		wantClaimed(t, s, c)
		finish(t, s, c, []byte("one"), nil)
		finish(t, s, c, []byte("two"), nil)
		finish(t, s, c, nil, nil)
		wantRecord(t, s, c, "r", []byte("one"))
	})
	t.Run("freed", func(t *testing.T) {
		s, c := open(t), newClaim("k", "r", "1")
		wantClaimed(t, s, c)
		finish(t, s, c, nil, nil)
		finish(t, s, c, nil, nil)
		wantClaimed(t, s, newClaim("k", "other", "2"))
	})
	t.Run("lease", func(t *testing.T) {
		s := open(t)
		late, gone := newClaim("late", "r", "1"), newClaim("gone", "r", "1")
		late.Lease, gone.Lease = 100*time.Millisecond, 100*time.Millisecond
		wantClaimed(t, s, late)
		wantClaimed(t, s, gone)
		time.Sleep(250 * time.Millisecond)
		finish(t, s, late, []byte("late"), nil) // no other request has the key
		wantRecord(t, s, newClaim("late", "r", "2"), "r", []byte("late"))
		wantClaimed(t, s, newClaim("gone", "r", "2"))
		finish(t, s, gone, []byte("late"), middleware.ErrIdempotencyLost)
		finish(t, s, gone, nil, nil)
		wantRecord(t, s, newClaim("gone", "r", "3"), "r", nil)
	})
	t.Run("renewed lease", func(t *testing.T) {
		s := open(t)
		if r, ok := s.(middleware.IdempotencyRenewer); ok {
			renewedLease(t, r)
		} else {
			t.Skip("the store is no middleware.IdempotencyRenewer")
		}
	})
	t.Run("time to live", func(t *testing.T) {
		s, c := open(t), newClaim("k", "r", "1")
		c.TTL = 300 * time.Millisecond
		wantClaimed(t, s, c)
		finish(t, s, c, []byte("answer"), nil)
		wantRecord(t, s, newClaim("k", "r", "2"), "r", []byte("answer"))
		time.Sleep(450 * time.Millisecond)
		wantClaimed(t, s, newClaim("k", "r", "3"))
	})
	t.Run("bytes", func(t *testing.T) {
		s := open(t)
		for i, answer := range [][]byte{{0}, []byte("\x00'\";--\r\n\xff"), bytes.Repeat([]byte{0, 255}, 500_000)} {
			c := newClaim(fmt.Sprint(i), strings.Repeat("f", 64), "1")
			wantClaimed(t, s, c)
			finish(t, s, c, answer, nil)
			wantRecord(t, s, newClaim(c.Key, "r", "2"), c.Request, answer)
		}
	})
	t.Run("atomic", func(t *testing.T) {
		s := open(t)
		for round := range 10 {
			var claimed, wrong atomic.Int64
			var work sync.WaitGroup
			for i := range 16 {
				work.Go(func() {
					switch r, err := s.Begin(t.Context(), newClaim(fmt.Sprint("k", round), "r", fmt.Sprint(i))); {
					case err != nil:
						t.Error(err)
					case r == nil:
						claimed.Add(1)
					case r.Request != "r" || r.Answer != nil:
						wrong.Add(1)
					}
				})
			}
			work.Wait()
			if claimed.Load() != 1 || wrong.Load() != 0 {
				t.Errorf("of 16 claims at once %d hold, and %d get a wrong record; want 1 and 0", claimed.Load(), wrong.Load())
			}
		}
	})
	t.Run("expired claim at once", func(t *testing.T) {
		s, dead := open(t), newClaim("k", "r", "dead")
		dead.Lease = 50 * time.Millisecond
		wantClaimed(t, s, dead)
		time.Sleep(120 * time.Millisecond)
		var claimed atomic.Int64
		var work sync.WaitGroup
		for i := range 16 {
			work.Go(func() {
				if r, err := s.Begin(t.Context(), newClaim("k", "r", fmt.Sprint(i))); err != nil {
					t.Error(err)
				} else if r == nil {
					claimed.Add(1)
				}
			})
		}
		work.Wait()
		if claimed.Load() != 1 {
			t.Errorf("of 16 claims of an expired one %d hold, want 1", claimed.Load())
		}
	})
	t.Run("duplicates", func(t *testing.T) { duplicates(t, open(t)) })
}

// renewedLease has a claim that outlives its lease, and claims that cannot be renewed: one that another request has taken, one that has its
// answer, one that was freed.
func renewedLease(t *testing.T, s middleware.IdempotencyRenewer) {
	wantLost := func(c middleware.IdempotencyClaim) {
		t.Helper()
		if err := s.Renew(t.Context(), c); !errors.Is(err, middleware.ErrIdempotencyLost) {
			t.Fatalf("renewal of %q with token %q: got error %v, want ErrIdempotencyLost", c.Key, c.Token, err)
		}
	}
	long, other := newClaim("long", "r", "1"), newClaim("long", "r", "2")
	long.Lease = 400 * time.Millisecond
	wantClaimed(t, s, long)
	for range 5 {
		time.Sleep(100 * time.Millisecond)
		if err := s.Renew(t.Context(), long); err != nil {
			t.Fatal("Renew:", err)
		}
		wantLost(other)
	}
	wantRecord(t, s, other, "r", nil)
	time.Sleep(600 * time.Millisecond)
	wantClaimed(t, s, other)
	wantLost(long)
	wantRecord(t, s, long, "r", nil)

	answered := newClaim("answered", "r", "1")
	answered.TTL, answered.Lease = 300*time.Millisecond, time.Hour
	wantClaimed(t, s, answered)
	finish(t, s, answered, []byte("answer"), nil)
	wantLost(answered)
	time.Sleep(450 * time.Millisecond)
	wantClaimed(t, s, newClaim("answered", "r", "2"))

	freed := newClaim("freed", "r", "1")
	wantClaimed(t, s, freed)
	finish(t, s, freed, nil, nil)
	wantLost(freed)
	wantClaimed(t, s, newClaim("freed", "r", "2"))
}

// duplicates has 64 requests with one key at once, each of which tries again until there is an answer.
func duplicates(t *testing.T, s middleware.IdempotencyStore) {
	const requests = 64
	var tried, effects, wrong atomic.Int64
	var work sync.WaitGroup
	for i := range requests {
		work.Go(func() {
			c := newClaim("duplicates", "r", fmt.Sprint(i))
			for {
				tried.Add(1)
				r, err := s.Begin(t.Context(), c)
				switch {
				case err != nil:
					t.Error(err)
					return
				case r == nil:
					n := effects.Add(1)
					time.Sleep(50 * time.Millisecond)
					if err := s.Finish(t.Context(), c, fmt.Append(nil, "effect ", n)); err != nil {
						t.Error(err)
					}
					return
				case r.Answer == nil:
					time.Sleep(10 * time.Millisecond)
				default:
					if string(r.Answer) != "effect 1" {
						wrong.Add(1)
						t.Errorf("got the answer %q, want effect 1", r.Answer)
					}
					return
				}
			}
		})
	}
	work.Wait()
	t.Logf("duplicates: %d requests, %d operations, %d effects, %d wrong answers", requests, tried.Load()+1, effects.Load(), wrong.Load())
	if effects.Load() != 1 {
		t.Errorf("got %d effects, want 1", effects.Load())
	}
}

func wantClaimed(t *testing.T, s middleware.IdempotencyStore, c middleware.IdempotencyClaim) {
	t.Helper()
	if r, err := s.Begin(t.Context(), c); err != nil || r != nil {
		t.Fatalf("claim of %q with token %q: got %+v, %v, want it to hold", c.Key, c.Token, r, err)
	}
}

func wantRecord(t *testing.T, s middleware.IdempotencyStore, c middleware.IdempotencyClaim, request string, answer []byte) {
	t.Helper()
	r, err := s.Begin(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	if r == nil || r.Request != request || !bytes.Equal(r.Answer, answer) || (r.Answer == nil) != (answer == nil) {
		t.Fatalf("claim of %q with token %q: got %.100v, want request %q with answer %.100q", c.Key, c.Token, r, request, answer)
	}
}

func finish(t *testing.T, s middleware.IdempotencyStore, c middleware.IdempotencyClaim, answer []byte, want error) {
	t.Helper()
	if err := s.Finish(t.Context(), c, answer); !errors.Is(err, want) {
		t.Fatalf("finish of %q with token %q: got error %v, want %v", c.Key, c.Token, err, want)
	}
}

// answerOf is the answer of a claim with a token. It has a size as of a small document.
func answerOf(token string) []byte { return bytes.Repeat([]byte(token+" "), 100) }

// IdempotencyFaults runs requests while the server has faults. Each key has a few claims, some of which fail. It is wrong if two claims of
// a key hold, or if an answer that was stored is not there, or is another one.
func IdempotencyFaults(t *testing.T, server Server, open func(t *testing.T, addr string) middleware.IdempotencyStore) {
	addr, phases := faults.Begin(t, server)
	s := open(t, addr)
	const workers, each, claims = 4, 25, 3
	var tried, failed, wrong atomic.Int64
	stored := make([]map[string]string, workers) // the answer of each key
	for i := range stored {
		stored[i] = map[string]string{}
	}
	for number, ph := range phases {
		var failures atomic.Int64
		ph.Begin()
		faults.During(workers, each, func(worker, i int) {
			key, holder := fmt.Sprintf("%d %d %d", number, worker, i), ""
			for n := range claims {
				c := newClaim(key, "r", fmt.Sprintf("%s %d", key, n))
				tried.Add(1)
				r, err := s.Begin(context.Background(), c)
				switch {
				case err != nil:
					failures.Add(1)
					continue
				case r == nil && holder != "":
					wrong.Add(1)
					t.Errorf("%s: key %s is claimed by %q and by %q", ph.Name, key, holder, c.Token)
				case r == nil:
					holder = c.Token
					tried.Add(1)
					if err := s.Finish(context.Background(), c, answerOf(holder)); err != nil {
						failures.Add(1)
					} else {
						stored[worker][key] = string(answerOf(holder))
					}
				case r.Answer != nil && holder != "" && string(r.Answer) != string(answerOf(holder)):
					wrong.Add(1)
					t.Errorf("%s: key %s has the answer %.40q, want that of %q", ph.Name, key, r.Answer, holder)
				}
			}
		})
		ph.End()
		t.Logf("%-15s %4d operations, %4d failed", ph.Name, tried.Load(), failures.Load())
		failed.Add(failures.Load())
		attempts := 0
		faults.Recovers(t, ph.Name, func(ctx context.Context) error {
			attempts++ // another key each time: the store must write
			_, err := s.Begin(ctx, newClaim(fmt.Sprint("recovery ", number, attempts), "r", "recovery"))
			return err
		})
	}
	for worker := range stored {
		for key, answer := range stored[worker] {
			tried.Add(1)
			r, err := s.Begin(t.Context(), newClaim(key, "r", "last"))
			if err != nil || r == nil || string(r.Answer) != answer {
				wrong.Add(1)
				t.Errorf("in the end key %s has %.100v, %v, want the answer %.40q", key, r, err, answer)
			}
		}
	}
	t.Logf("idempotency: %d operations, %d wrong, %d failed", tried.Load(), wrong.Load(), failed.Load())
}
