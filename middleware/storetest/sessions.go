package storetest

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/brio-go/brio/internal/faults"
	"github.com/brio-go/brio/middleware"
)

// newSession returns a session that no store has yet. The identifier has the form of those of package middleware.
func newSession(name, user, values string) middleware.StoredSession {
	now := time.UnixMilli(time.Now().UnixMilli())
	sum := sha256.Sum256([]byte(name))
	return middleware.StoredSession{ID: hex.EncodeToString(sum[:]), User: user, Values: []byte(values), Created: now.Add(-time.Hour), Seen: now, TTL: time.Hour}
}

// changed returns a session as it is to be stored in the place of s, of which a store returned the revision.
func changed(s middleware.StoredSession, name, values string) middleware.StoredSession {
	n := newSession(name, s.User, values)
	n.Created, n.Revision = s.Created, s.Revision
	if name == "" {
		n.ID = s.ID
	}
	return n
}

// Sessions is the contract of a middleware.SessionStore without faults. open returns a store that has no sessions of the tests before.
func Sessions(t *testing.T, open func(t *testing.T) middleware.SessionStore) {
	t.Run("written and read", func(t *testing.T) {
		s, a := open(t), newSession("a", "ann", `{"n":1}`)
		wantNoSession(t, s, a.ID)
		wantError(t, s.Create(t.Context(), a), nil)
		wantError(t, s.Create(t.Context(), a), nil) // the command came twice
		a = wantSession(t, s, a)
		wantError(t, s.Create(t.Context(), newSession("a", "bob", `{"n":2}`)), middleware.ErrSessionChanged)
		a = wantSession(t, s, a)
		b := changed(a, "", `{"n":2}`)
		wantError(t, s.Replace(t.Context(), a.ID, b), nil)
		b.Revision = a.Revision
		if b = wantSession(t, s, b); b.Revision != a.Revision+1 {
			t.Errorf("got revision %d after %d", b.Revision, a.Revision)
		}
	})
	t.Run("changed meanwhile", func(t *testing.T) {
		s, a := open(t), newSession("a", "ann", `{}`)
		wantError(t, s.Create(t.Context(), a), nil)
		a = wantSession(t, s, a)
		wantError(t, s.Replace(t.Context(), a.ID, changed(a, "", `{"n":1}`)), nil)
		wantError(t, s.Replace(t.Context(), a.ID, changed(a, "", `{"n":2}`)), middleware.ErrSessionChanged)
		wantError(t, s.Replace(t.Context(), a.ID, changed(a, "b", `{"n":3}`)), middleware.ErrSessionChanged)
		wantNoSession(t, s, newSession("b", "", "").ID)
		wantSession(t, s, changed(a, "", `{"n":1}`))
		wantUser(t, s, "ann", a.ID)
	})
	t.Run("another identifier", func(t *testing.T) {
		s, a := open(t), newSession("a", "", `{}`)
		wantError(t, s.Create(t.Context(), a), nil)
		a = wantSession(t, s, a)
		b := changed(a, "b", `{"n":1}`)
		b.User = "ann"
		wantError(t, s.Replace(t.Context(), a.ID, b), nil)
		wantError(t, s.Replace(t.Context(), a.ID, b), nil) // the command came twice
		wantNoSession(t, s, a.ID)
		b = wantSession(t, s, b)
		wantUser(t, s, "ann", b.ID)
		wantError(t, s.Replace(t.Context(), a.ID, changed(a, "", `{"n":2}`)), middleware.ErrSessionEnded)
		wantError(t, s.Replace(t.Context(), a.ID, changed(a, "c", `{"n":2}`)), middleware.ErrSessionEnded)
		wantNoSession(t, s, a.ID)
		wantNoSession(t, s, newSession("c", "", "").ID)
		wantSession(t, s, b)
	})
	t.Run("end", func(t *testing.T) {
		s, a := open(t), newSession("a", "ann", `{}`)
		wantError(t, s.End(t.Context(), a.ID), nil)
		b := newSession("b", "ann", `{}`)
		wantError(t, s.Create(t.Context(), b), nil)
		b = wantSession(t, s, b)
		wantError(t, s.End(t.Context(), b.ID), nil)
		wantError(t, s.End(t.Context(), b.ID), nil)
		wantNoSession(t, s, b.ID)
		wantUser(t, s, "ann")
		wantError(t, s.Replace(t.Context(), b.ID, changed(b, "", `{"n":1}`)), middleware.ErrSessionEnded)
		wantError(t, s.Replace(t.Context(), b.ID, changed(b, "c", `{"n":1}`)), middleware.ErrSessionEnded)
		wantNoSession(t, s, b.ID)
		wantUser(t, s, "ann")
	})
	t.Run("all of a user", func(t *testing.T) {
		s := open(t)
		users := []string{"ann", "bob", "ann bob", "a{n}n", "ann'\";--", "日本", strings.Repeat("u", 255)}
		ids := map[string][]string{}
		for _, user := range users {
			for i := range 3 {
				n := newSession(fmt.Sprint(user, i), user, `{}`)
				wantError(t, s.Create(t.Context(), n), nil)
				ids[user] = append(ids[user], n.ID)
			}
		}
		visitor := newSession("visitor", "", `{}`)
		wantError(t, s.Create(t.Context(), visitor), nil)
		for _, user := range users {
			wantUser(t, s, user, ids[user]...)
			wantError(t, s.EndAll(t.Context(), user, ids[user][1]), nil)
			wantUser(t, s, user, ids[user][1])
			wantNoSession(t, s, ids[user][0])
		}
		for _, user := range users {
			wantUser(t, s, user, ids[user][1])
			wantError(t, s.EndAll(t.Context(), user, ""), nil)
			wantError(t, s.EndAll(t.Context(), user, ""), nil)
			wantUser(t, s, user)
			wantNoSession(t, s, ids[user][1])
		}
		wantUser(t, s, "another user")
		wantSession(t, s, visitor)
	})
	t.Run("time to live", func(t *testing.T) {
		s, a, b := open(t), newSession("a", "ann", `{}`), newSession("b", "ann", `{}`)
		a.TTL, b.TTL = 400*time.Millisecond, 400*time.Millisecond
		wantError(t, errors.Join(s.Create(t.Context(), a), s.Create(t.Context(), b)), nil)
		wantError(t, s.Replace(t.Context(), a.ID, changed(wantSession(t, s, a), "", `{"n":1}`)), nil) // an hour from now
		time.Sleep(550 * time.Millisecond)
		wantNoSession(t, s, b.ID)
		wantUser(t, s, "ann", a.ID)
		wantError(t, s.Replace(t.Context(), b.ID, changed(middleware.StoredSession{ID: b.ID, Revision: 1}, "", `{}`)), middleware.ErrSessionEnded)
		wantNoSession(t, s, b.ID)
	})
	t.Run("bytes", func(t *testing.T) {
		s := open(t)
		for i, values := range [][]byte{{0}, []byte("\x00'\";--\r\n\xff"), bytes.Repeat([]byte{0, 255}, 100_000)} {
			n := newSession(fmt.Sprint(i), "ann", string(values))
			wantError(t, s.Create(t.Context(), n), nil)
			n = wantSession(t, s, n)
			wantError(t, s.Replace(t.Context(), n.ID, changed(n, "", string(values))), nil)
			wantSession(t, s, n)
		}
	})
	t.Run("atomic", func(t *testing.T) { atomicSessions(t, open(t)) })
	t.Run("merged", func(t *testing.T) { mergedSessions(t, open(t)) })
	t.Run("ended while identifiers change", func(t *testing.T) { racedSessions(t, open(t)) })
}

// atomicSessions has 16 changes of one revision at once, some of them with another identifier. One of them counts.
func atomicSessions(t *testing.T, s middleware.SessionStore) {
	for round := range 10 {
		a := newSession(fmt.Sprint("a", round), "ann", `{}`)
		wantError(t, s.Create(t.Context(), a), nil)
		a = wantSession(t, s, a)
		var done atomic.Int64
		var work sync.WaitGroup
		for i := range 16 {
			name := ""
			if i%3 == 0 {
				name = fmt.Sprint("b", round, i)
			}
			work.Go(func() {
				switch err := s.Replace(t.Context(), a.ID, changed(a, name, fmt.Sprintf(`{"n":%d}`, i))); {
				case err == nil:
					done.Add(1)
				case !errors.Is(err, middleware.ErrSessionChanged) && !errors.Is(err, middleware.ErrSessionEnded):
					t.Error(err)
				}
			})
		}
		work.Wait()
		all, err := s.List(t.Context(), "ann")
		if done.Load() != 1 || err != nil || len(all) != round+1 {
			t.Errorf("of 16 changes at once %d count, and the user has %d sessions, %v; want 1 and %d", done.Load(), len(all), err, round+1)
		}
	}
}

// mergedSessions counts in one session from 8 goroutines. No count is lost.
func mergedSessions(t *testing.T, s middleware.SessionStore) {
	const workers, each = 8, 15
	a := newSession("a", "", "0")
	wantError(t, s.Create(t.Context(), a), nil)
	var tried atomic.Int64
	faults.During(workers, each, func(int, int) {
		for {
			held, err := s.Load(t.Context(), a.ID)
			if err != nil || held == nil {
				t.Errorf("got %v, %v", held, err)
				return
			}
			n, _ := strconv.Atoi(string(held.Values))
			tried.Add(1)
			err = s.Replace(t.Context(), a.ID, changed(*held, "", strconv.Itoa(n+1)))
			if err == nil {
				return
			}
			if !errors.Is(err, middleware.ErrSessionChanged) {
				t.Error(err)
				return
			}
		}
	})
	held, err := s.Load(t.Context(), a.ID)
	t.Logf("merged: %d changes, %d attempts", workers*each, tried.Load())
	if err != nil || held == nil || string(held.Values) != strconv.Itoa(workers*each) {
		t.Errorf("got %v, %v, want the count %d", held, err, workers*each)
	}
}

// racedSessions ends all sessions of a user while their values and identifiers change. None is left, and none comes back.
func racedSessions(t *testing.T, s middleware.SessionStore) {
	const rounds, devices = 25, 4
	var tried, wrong atomic.Int64
	for round := range rounds {
		user := fmt.Sprint("user", round)
		var ids sync.Map
		var work sync.WaitGroup
		for d := range devices {
			a := newSession(fmt.Sprint(user, d), user, `{}`)
			wantError(t, s.Create(t.Context(), a), nil)
			a = wantSession(t, s, a)
			ids.Store(a.ID, true)
			work.Go(func() {
				for n := 0; ; n++ {
					name := fmt.Sprint(user, d, "-", n)
					if n%3 == 2 {
						name = ""
					}
					next := changed(a, name, fmt.Sprint(n))
					ids.Store(next.ID, true)
					tried.Add(1)
					err := s.Replace(t.Context(), a.ID, next)
					if errors.Is(err, middleware.ErrSessionEnded) {
						return
					}
					if err != nil {
						t.Error(err)
						return
					}
					next.Revision++
					a = next
				}
			})
		}
		time.Sleep(time.Duration(round%5) * time.Millisecond)
		wantError(t, s.EndAll(t.Context(), user, ""), nil)
		work.Wait()
		ids.Range(func(id, _ any) bool {
			tried.Add(1)
			if held, err := s.Load(t.Context(), id.(string)); held != nil || err != nil {
				wrong.Add(1)
				t.Errorf("after EndAll a session of the user is there: %+v, %v", held, err)
			}
			return true
		})
		wantUser(t, s, user)
	}
	t.Logf("ended while identifiers change: %d operations, %d wrong", tried.Load(), wrong.Load())
}

func wantError(t *testing.T, got, want error) {
	t.Helper()
	if !errors.Is(got, want) {
		t.Fatalf("got error %v, want %v", got, want)
	}
}

func wantNoSession(t *testing.T, s middleware.SessionStore, id string) {
	t.Helper()
	if got, err := s.Load(t.Context(), id); err != nil || got != nil {
		t.Fatalf("got %+v, %v, want no session", got, err)
	}
}

// wantSession compares a session with that of the store, but for the revision, and returns the latter.
func wantSession(t *testing.T, s middleware.SessionStore, want middleware.StoredSession) middleware.StoredSession {
	t.Helper()
	got, err := s.Load(t.Context(), want.ID)
	if err != nil || got == nil {
		t.Fatalf("got %+v, %v, want a session", got, err)
	}
	if got.ID != want.ID || got.User != want.User || !bytes.Equal(got.Values, want.Values) || got.Created.UnixMilli() != want.Created.UnixMilli() || got.Seen.Before(want.Seen.Add(-time.Minute)) {
		t.Fatalf("got %+.300v, want %+.300v", *got, want)
	}
	return *got
}

// wantUser compares the sessions of a user.
func wantUser(t *testing.T, s middleware.SessionStore, user string, ids ...string) {
	t.Helper()
	all, err := s.List(t.Context(), user)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bool{}
	for _, n := range all {
		got[n.ID] = n.User == user
	}
	for _, id := range ids {
		if !got[id] {
			t.Fatalf("user %.20q has no session %s", user, id)
		}
	}
	if len(all) != len(ids) {
		t.Fatalf("user %.20q has %d sessions, want %d", user, len(all), len(ids))
	}
}

// SessionFaults runs sessions while the server has faults. Each session is made, changed, given another identifier and ended; some of these
// calls fail, after which either outcome is right. It is wrong if a session is there whose end, or whose new identifier, was confirmed, at that
// time or at any later one, and if one is not there, or is another one, that was confirmed and not ended.
func SessionFaults(t *testing.T, server Server, open func(t *testing.T, addr string) middleware.SessionStore) {
	addr, phases := faults.Begin(t, server)
	f := &sessionFaults{t: t, s: open(t, addr), alive: map[string]string{}, dead: map[string]bool{}}
	for number, ph := range phases {
		f.phase = ph.Name
		before := f.failed.Load()
		ph.Begin()
		faults.During(4, 25, func(worker, i int) { f.life(fmt.Sprintf("%d %d %d", number, worker, i), i) })
		ph.End()
		t.Logf("%-15s %4d operations, %4d failed", ph.Name, f.tried.Load(), f.failed.Load()-before)
		attempts := 0
		faults.Recovers(t, ph.Name, func(ctx context.Context) error {
			attempts++ // another session each time: the store must write
			return f.s.Create(ctx, newSession(fmt.Sprint("recovery ", number, attempts), "", "{}"))
		})
	}
	for id := range f.dead {
		f.tried.Add(1)
		if held, err := f.s.Load(t.Context(), id); held != nil || err != nil {
			f.isWrong("in the end a session is there that has ended: %+v, %v", held, err)
		}
	}
	for id, values := range f.alive {
		f.tried.Add(1)
		if held, err := f.s.Load(t.Context(), id); held == nil || string(held.Values) != values {
			f.isWrong("in the end a session is %+v, %v, want the values %s", held, err, values)
		}
	}
	t.Logf("sessions: %d operations, %d wrong, %d failed; %d ended and %d living sessions were looked for in the end", f.tried.Load(), f.wrong.Load(), f.failed.Load(), len(f.dead), len(f.alive))
}

// sessionFaults is what SessionFaults knows.
type sessionFaults struct {
	t                    *testing.T
	s                    middleware.SessionStore
	phase                string
	tried, failed, wrong atomic.Int64

	mu    sync.Mutex
	alive map[string]string // identifier to values
	dead  map[string]bool
}

func (f *sessionFaults) isWrong(format string, args ...any) {
	f.wrong.Add(1)
	f.t.Errorf(f.phase+": "+format, args...)
}

// ok counts a call, and reports whether it has succeeded.
func (f *sessionFaults) ok(err error) bool {
	f.tried.Add(1)
	if err != nil {
		f.failed.Add(1)
	}
	return err == nil
}

// look compares a session with what it may be: values, or "" for none.
func (f *sessionFaults) look(id string, may ...string) {
	held, err := f.s.Load(context.Background(), id)
	if !f.ok(err) {
		return
	}
	got := ""
	if held != nil {
		got = string(held.Values)
	}
	for _, m := range may {
		if m == got {
			return
		}
	}
	f.isWrong("a session has the values %q, want one of %q", got, may)
}

// life is the life of one session. It ends differently by n.
func (f *sessionFaults) life(user string, n int) {
	ctx := context.Background()
	a := newSession(user+" a", user, "1")
	if !f.ok(f.s.Create(ctx, a)) {
		return // no client has its cookie
	}
	f.look(a.ID, "1")
	a.Revision++
	b := changed(a, "", "2")
	may := []string{"2"}
	if !f.ok(f.s.Replace(ctx, a.ID, b)) {
		may = []string{"1", "2"}
	}
	f.look(a.ID, may...)
	held, err := f.s.Load(ctx, a.ID)
	if !f.ok(err) || held == nil {
		return
	}
	c := changed(*held, user+" c", "3")
	isMoved := f.ok(f.s.Replace(ctx, a.ID, c))
	if isMoved {
		f.look(a.ID, "")
		f.look(c.ID, "3")
	} else {
		f.look(a.ID, "", string(held.Values), "2") // a Replace before that has failed may come now
	}
	isEnded := false
	switch n % 3 {
	case 0:
		isEnded = f.ok(f.s.EndAll(ctx, user, ""))
	case 1:
		first, second := f.ok(f.s.End(ctx, a.ID)), f.ok(f.s.End(ctx, c.ID))
		isEnded = first && second
	}
	f.mu.Lock()
	if isMoved || isEnded {
		f.dead[a.ID] = true
	}
	if isEnded {
		f.dead[c.ID] = true
	}
	if isMoved && n%3 == 2 {
		f.alive[c.ID] = "3"
	}
	f.mu.Unlock()
	if isEnded {
		f.look(a.ID, "")
		f.look(c.ID, "")
		f.tried.Add(1)
		if f.s.Replace(ctx, c.ID, changed(c, "", "4")) == nil {
			f.isWrong("a session that has ended was changed")
		}
		f.look(c.ID, "")
		if all, err := f.s.List(ctx, user); f.ok(err) && len(all) > 0 {
			f.isWrong("a user whose sessions have ended has %d", len(all))
		}
	}
}
