package middleware_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/middleware"
)

// spy is a store that counts calls, fails as it is told, and calls before each operation.
type spy struct {
	*middleware.MemorySessions
	mu     sync.Mutex
	calls  []string
	fails  string // the operation that fails; "*" for all
	before func(op string)
	ctx    context.Context // of the last call
	joins  bool            // takes part in transactions
}

func (s *spy) InTransaction(context.Context) bool { return s.joins }

func newSpy() *spy {
	return &spy{MemorySessions: middleware.NewMemorySessions(middleware.MemorySessionsOptions{})}
}

var errSpy = errors.New("the secret address of the store")

func (s *spy) call(ctx context.Context, op string) error {
	s.mu.Lock()
	s.calls, s.ctx = append(s.calls, op), ctx
	before := s.before
	s.mu.Unlock()
	if before != nil {
		before(op)
	}
	s.mu.Lock()
	fails := s.fails
	s.mu.Unlock()
	if fails == op || fails == "*" {
		return errSpy
	}
	return ctx.Err()
}

// took returns the calls since the last took.
func (s *spy) took() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	calls := strings.Join(s.calls, " ")
	s.calls = nil
	return calls
}

func (s *spy) Load(ctx context.Context, id string) (*middleware.StoredSession, error) {
	if err := s.call(ctx, "load"); err != nil {
		return nil, err
	}
	return s.MemorySessions.Load(ctx, id)
}

func (s *spy) Create(ctx context.Context, n middleware.StoredSession) error {
	if err := s.call(ctx, "create"); err != nil {
		return err
	}
	return s.MemorySessions.Create(ctx, n)
}

func (s *spy) Replace(ctx context.Context, id string, n middleware.StoredSession) error {
	op := "replace"
	if id != n.ID {
		op = "rotate"
	}
	if err := s.call(ctx, op); err != nil {
		return err
	}
	return s.MemorySessions.Replace(ctx, id, n)
}

func (s *spy) End(ctx context.Context, id string) error {
	if err := s.call(ctx, "end"); err != nil {
		return err
	}
	return s.MemorySessions.End(ctx, id)
}

func (s *spy) EndAll(ctx context.Context, user, except string) error {
	if err := s.call(ctx, "endall"); err != nil {
		return err
	}
	return s.MemorySessions.EndAll(ctx, user, except)
}

func (s *spy) List(ctx context.Context, user string) ([]middleware.StoredSession, error) {
	if err := s.call(ctx, "list"); err != nil {
		return nil, err
	}
	return s.MemorySessions.List(ctx, user)
}

func silent() *slog.Logger { return slog.New(slog.DiscardHandler) }

// serverSessions returns the middleware over a spy, without a limit of sessions for each user, which would list them.
func serverSessions(o middleware.ServerSessionOptions) (middleware.Func, *spy) {
	s := newSpy()
	o.Store = s
	if o.PerUser == 0 {
		o.PerUser = brio.NoLimit
	}
	if o.Logger == nil {
		o.Logger = silent()
	}
	return middleware.ServerSessions(o), s
}

func wantCalls(t *testing.T, s *spy, want string) {
	t.Helper()
	if got := s.took(); got != want {
		t.Errorf("the store had the calls %q, want %q", got, want)
	}
}

func number(s *middleware.Session, key string) (n int) { s.Get(key, &n); return n }

func TestServerSessionsKeepValues(t *testing.T) {
	f, store := serverSessions(middleware.ServerSessionOptions{})
	jar := ""
	w := visit(f, &jar, func(*middleware.Session) {})
	if len(w.Header()) != 0 {
		t.Errorf("unused: got %v", w.Header())
	}
	w = visit(f, &jar, func(s *middleware.Session) {
		if number(s, "n") != 0 || s.User() != "" || len(s.Keys()) != 0 || s.Err() != nil {
			t.Error("a new session has values")
		}
		s.Clear()
	})
	if len(w.Result().Cookies()) != 0 || w.Header().Get("Vary") != "Cookie" {
		t.Errorf("read: got %v", w.Header())
	}
	wantCalls(t, store, "")
	w = visit(f, &jar, func(s *middleware.Session) {
		if err := errors.Join(s.Set("user", struct{ Name string }{"Ann"}), s.Set("n", 1)); err != nil {
			t.Error(err)
		}
	})
	got := w.Header().Get("Set-Cookie")
	value := strings.TrimPrefix(jar, "session=")
	if bits, err := base64.RawURLEncoding.DecodeString(value); err != nil || len(bits) != 32 || got != jar+"; Path=/; Max-Age=1209600; HttpOnly; SameSite=Lax" {
		t.Errorf("set: got %s, want 32 random bytes", got)
	}
	wantCalls(t, store, "create")
	w = visit(f, &jar, func(s *middleware.Session) {
		var user struct{ Name string }
		if !s.Get("user", &user) || user.Name != "Ann" || number(s, "n") != 1 {
			t.Errorf("got %v", user)
		}
		s.Delete("none")
	})
	if len(w.Result().Cookies()) != 0 {
		t.Errorf("read: got %v", w.Header())
	}
	wantCalls(t, store, "load")
	before := jar
	visit(f, &jar, func(s *middleware.Session) { s.Delete("n"); _ = s.Set("m", 2) })
	wantCalls(t, store, "load replace")
	visit(f, &jar, func(s *middleware.Session) {
		if number(s, "n") != 0 || number(s, "m") != 2 || jar != before {
			t.Errorf("got %v with the cookie %s", s.Keys(), jar)
		}
	})
	store.took()
	w = visit(f, &jar, func(s *middleware.Session) { s.Clear() })
	if got := w.Header().Get("Set-Cookie"); jar != "" || got != "session=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0; HttpOnly; SameSite=Lax" {
		t.Errorf("cleared: got %s", got)
	}
	wantCalls(t, store, "load end")
	if store.Len() != 0 {
		t.Error("the session is still in the store")
	}
}

// The store has a hash of the cookie: who reads the store cannot use a session.
func TestServerSessionsStoreHashes(t *testing.T) {
	f, store := serverSessions(middleware.ServerSessionOptions{})
	jar := ""
	visit(f, &jar, func(s *middleware.Session) { _ = s.SignIn("ann") })
	all, err := store.MemorySessions.List(t.Context(), "ann")
	if err != nil || len(all) != 1 || len(all[0].ID) != 64 || strings.Contains(fmt.Sprintf("%+v %s", all[0], all[0].Values), strings.TrimPrefix(jar, "session=")) {
		t.Errorf("got %+v, %v for the cookie %s", all, err, jar)
	}
	stolen := "session=" + all[0].ID
	visit(f, &stolen, func(s *middleware.Session) {
		if s.User() != "" {
			t.Error("the hash is taken for the cookie")
		}
	})
}

// An identifier that the store does not know is not taken over, also if it was set by another site of the domain.
func TestServerSessionsNeverAdoptIdentifiers(t *testing.T) {
	f, store := serverSessions(middleware.ServerSessionOptions{})
	unknown := "session=" + base64.RawURLEncoding.EncodeToString(make([]byte, 32))
	jar := unknown
	visit(f, &jar, func(s *middleware.Session) { _ = s.Set("n", 1) })
	if jar == unknown || store.Len() != 1 {
		t.Errorf("the identifier of the client was taken over")
	}
	wantCalls(t, store, "load create")
	// Others do not even reach the store.
	for _, value := range []string{"", "x", strings.Repeat("a", 42), strings.Repeat("a", 44), strings.Repeat("a", 42) + "B", strings.Repeat("a", 42) + "=", strings.Repeat("a", 42) + "*", strings.Repeat("é", 21) + "a"} {
		cookie := "session=" + value
		visit(f, &cookie, func(s *middleware.Session) { s.Keys() })
		wantCalls(t, store, "")
	}
	// A request has the cookies of several paths. A few are looked for.
	many := strings.Repeat(unknown+"; ", 2) + jar
	visit(f, &many, func(s *middleware.Session) {
		if number(s, "n") != 1 {
			t.Error("two other cookies of that name hide the session")
		}
	})
	many = strings.Repeat(unknown+"; ", 500) + jar
	store.took()
	visit(f, &many, func(s *middleware.Session) { s.Keys() })
	wantCalls(t, store, "load load load")
}

func TestServerSessionSignIn(t *testing.T) {
	f, store := serverSessions(middleware.ServerSessionOptions{})
	jar := ""
	visit(f, &jar, func(s *middleware.Session) { _ = s.Set("cart", 3) })
	visitor := jar
	store.took()
	visit(f, &jar, func(s *middleware.Session) {
		if err := errors.Join(s.SignIn("ann"), s.Set("seen", 1)); err != nil || s.User() != "ann" || number(s, "cart") != 3 {
			t.Errorf("got user %q, %v", s.User(), err)
		}
	})
	wantCalls(t, store, "load rotate")
	if jar == visitor || store.Len() != 1 {
		t.Fatalf("got the cookie %s and %d sessions, want another one", jar, store.Len())
	}
	visit(f, &visitor, func(s *middleware.Session) {
		if s.User() != "" || len(s.Keys()) != 0 {
			t.Error("the old cookie has the session")
		}
	})
	ann := jar
	visit(f, &jar, func(s *middleware.Session) {
		if s.User() != "ann" || number(s, "cart") != 3 || number(s, "seen") != 1 {
			t.Errorf("got user %q, %v", s.User(), s.Keys())
		}
		if err := s.SignIn("ann"); err != nil || number(s, "cart") != 3 {
			t.Error("the values of the same user are gone")
		}
	})
	if jar == ann {
		t.Error("a sign-in of the same user keeps the identifier")
	}
	visit(f, &jar, func(s *middleware.Session) {
		_ = s.Set("secret", 1)
		if err := s.SignIn("bob"); err != nil || len(s.Keys()) != 0 {
			t.Errorf("bob has the values %v of ann", s.Keys())
		}
		_ = s.Set("own", 1)
	})
	visit(f, &jar, func(s *middleware.Session) {
		if s.User() != "bob" || len(s.Keys()) != 1 || number(s, "own") != 1 {
			t.Errorf("got user %q, %v", s.User(), s.Keys())
		}
	})
	bob := jar
	w := visit(f, &jar, func(s *middleware.Session) {
		if err := s.SignOut(); err != nil || s.User() != "" || len(s.Keys()) != 0 {
			t.Error(err)
		}
	})
	if jar != "" || store.Len() != 0 {
		t.Errorf("after the sign-out: got %v and %d sessions", w.Header(), store.Len())
	}
	visit(f, &bob, func(s *middleware.Session) {
		if s.User() != "" {
			t.Error("the cookie from before the sign-out is valid")
		}
	})
	for _, user := range []string{"", strings.Repeat("u", 256), "a\xff", "a\x00"} {
		visit(f, &jar, func(s *middleware.Session) {
			if err := s.SignIn(user); err == nil || s.User() != "" {
				t.Errorf("%.9q signs in", user)
			}
		})
	}
	visit(f, &jar, func(s *middleware.Session) { _ = s.SignIn("ann"); _ = s.SignOut(); _ = s.Set("flash", 1) })
	visit(f, &jar, func(s *middleware.Session) {
		if s.User() != "" || number(s, "flash") != 1 {
			t.Errorf("got user %q, %v; want the message in a session without a user", s.User(), s.Keys())
		}
		_ = s.SignOut()
		_ = s.SignIn("eve")
	})
	if store.Len() != 1 {
		t.Errorf("got %d sessions, want 1", store.Len())
	}
}

func TestServerSessionRotate(t *testing.T) {
	f, store := serverSessions(middleware.ServerSessionOptions{})
	jar := ""
	visit(f, &jar, func(s *middleware.Session) { _ = s.Rotate() })
	if jar != "" || store.Len() != 0 {
		t.Error("an empty session was stored")
	}
	visit(f, &jar, func(s *middleware.Session) { _ = s.SignIn("ann"); _ = s.Set("n", 1) })
	before := jar
	store.took()
	visit(f, &jar, func(s *middleware.Session) { _ = s.Rotate() })
	wantCalls(t, store, "load rotate")
	visit(f, &before, func(s *middleware.Session) {
		if s.User() != "" {
			t.Error("the old identifier is valid")
		}
	})
	visit(f, &jar, func(s *middleware.Session) {
		if s.User() != "ann" || number(s, "n") != 1 {
			t.Error("the session is gone")
		}
	})
	if store.Len() != 1 || before == jar {
		t.Errorf("got %d sessions, want 1", store.Len())
	}
}

// Idle counts from the last request that used the session, MaxAge from the sign-in.
func TestServerSessionsEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, store := serverSessions(middleware.ServerSessionOptions{Idle: 20 * time.Minute, MaxAge: 2 * time.Hour})
		jar := ""
		user := func() (user string) {
			visit(f, &jar, func(s *middleware.Session) { user = s.User() })
			return user
		}
		visit(f, &jar, func(s *middleware.Session) { _ = s.SignIn("ann") })
		store.took()
		time.Sleep(30 * time.Second)
		user()
		wantCalls(t, store, "load")
		time.Sleep(31 * time.Second)
		user()
		wantCalls(t, store, "load replace")
		for range 5 {
			time.Sleep(19 * time.Minute)
			if user() != "ann" {
				t.Fatal("ended while it is used")
			}
		}
		time.Sleep(20 * time.Minute)
		if user() != "" {
			t.Error("not ended by Idle")
		}
		w := visit(f, &jar, func(s *middleware.Session) { _ = s.SignIn("ann") })
		if c := w.Result().Cookies(); c[0].MaxAge != 7200 {
			t.Errorf("got %v", c)
		}
		var last string
		for range 5 {
			time.Sleep(15 * time.Minute)
			w = visit(f, &jar, func(s *middleware.Session) { _ = s.Rotate(); _ = s.Set("n", 1) })
			last = w.Header().Get("Set-Cookie")
		}
		if !strings.Contains(last, "; Max-Age=2700;") {
			t.Errorf("got %s, want 45 minutes left", last)
		}
		for range 2 {
			time.Sleep(15 * time.Minute)
			user()
		}
		if user() != "ann" {
			t.Error("ended before MaxAge")
		}
		time.Sleep(15 * time.Minute)
		if user() != "" {
			t.Error("not ended by MaxAge, whatever Rotate and use")
		}
		// Options that became shorter hold for sessions that the store has.
		visit(f, &jar, func(s *middleware.Session) { _ = s.SignIn("ann") })
		time.Sleep(10 * time.Minute)
		for _, o := range []middleware.ServerSessionOptions{{Idle: 5 * time.Minute}, {MaxAge: 5 * time.Minute}} {
			o.Store = store
			visit(middleware.ServerSessions(o), &jar, func(s *middleware.Session) {
				if s.User() != "" {
					t.Errorf("%+v: the session is valid", o)
				}
			})
		}
		if user() != "ann" {
			t.Error("the session is gone")
		}
		time.Sleep(10 * time.Minute)
		visit(f, &jar, func(s *middleware.Session) { s.Renew() })
		// Without limits of one kind.
		f, _ = serverSessions(middleware.ServerSessionOptions{Idle: brio.NoLimit, MaxAge: time.Hour})
		jar = ""
		visit(f, &jar, func(s *middleware.Session) { _ = s.SignIn("ann") })
		time.Sleep(59 * time.Minute)
		if user() != "ann" {
			t.Error("ended before MaxAge without Idle")
		}
		time.Sleep(time.Minute)
		if user() != "" {
			t.Error("not ended by MaxAge without Idle")
		}
		f, _ = serverSessions(middleware.ServerSessionOptions{Idle: time.Hour, MaxAge: brio.NoLimit})
		w = visit(f, &jar, func(s *middleware.Session) { _ = s.SignIn("ann") })
		if got := w.Header().Get("Set-Cookie"); strings.Contains(got, "Max-Age") {
			t.Errorf("without MaxAge: got %s", got)
		}
		for range 1000 {
			time.Sleep(59 * time.Minute)
			if user() != "ann" {
				t.Fatal("ended while it is used without MaxAge")
			}
		}
	})
}

func TestServerSessionThatIsTooLarge(t *testing.T) {
	f, _ := serverSessions(middleware.ServerSessionOptions{MaxBytes: 100})
	jar := ""
	visit(f, &jar, func(s *middleware.Session) {
		if err := s.Set("key", strings.Repeat("x", 96)); err == nil || !strings.Contains(err.Error(), "101 bytes") || !strings.Contains(err.Error(), "may have 100") {
			t.Error(err)
		}
		if err := s.Set("key", strings.Repeat("x", 95)); err != nil {
			t.Error(err)
		}
		if err := s.Set("k", "x"); err == nil {
			t.Error("the sum is not counted")
		}
	})
	if jar == "" {
		t.Error("not stored")
	}
	// Two requests at once add values that have too many bytes together.
	jar = ""
	visit(f, &jar, func(s *middleware.Session) { _ = s.Set("a", 1) })
	other := jar
	w := visit(f, &jar, func(s *middleware.Session) {
		_ = s.Set("b", strings.Repeat("x", 60))
		visit(f, &other, func(s *middleware.Session) { _ = s.Set("c", strings.Repeat("x", 60)) })
	})
	if w.Code != 503 {
		t.Errorf("got %d, want 503", w.Code)
	}
	f, _ = serverSessions(middleware.ServerSessionOptions{MaxBytes: brio.NoLimit})
	visit(f, &jar, func(s *middleware.Session) {
		if err := s.Set("key", strings.Repeat("x", 1<<20)); err != nil {
			t.Error(err)
		}
	})
}

// Changes of different keys by requests at once are all kept.
func TestServerSessionsMergeChanges(t *testing.T) {
	f, _ := serverSessions(middleware.ServerSessionOptions{})
	jar := ""
	visit(f, &jar, func(s *middleware.Session) { _ = s.Set("deleted", 1); _ = s.Set("kept", 1) })
	const requests = 24
	var all, ready sync.WaitGroup
	ready.Add(requests)
	for i := range requests {
		own := jar
		all.Go(func() {
			w := visit(f, &own, func(s *middleware.Session) {
				_ = s.Set(fmt.Sprint("key", i), i)
				if i == 0 {
					s.Delete("deleted")
				}
				ready.Done()
				ready.Wait() // each has read the session before one has written it
			})
			if w.Code != 200 || len(w.Result().Cookies()) != 0 {
				t.Errorf("got %d %v", w.Code, w.Header())
			}
		})
	}
	all.Wait()
	visit(f, &jar, func(s *middleware.Session) {
		if number(s, "kept") != 1 || slices.Contains(s.Keys(), "deleted") || len(s.Keys()) != requests+1 {
			t.Errorf("got %d keys, want %d", len(s.Keys()), requests+1)
		}
		for i := range requests {
			if number(s, fmt.Sprint("key", i)) != i {
				t.Errorf("key%d is lost", i)
			}
		}
	})
}

// What ends, or gets another identifier, while a slow request runs does not come back, and the answer of the slow request has no cookie:
// the client may have a new one.
func TestServerSessionsAreNotResurrected(t *testing.T) {
	type change = func(*middleware.Session)
	slow := map[string]change{
		"values": func(s *middleware.Session) { _ = s.Set("slow", 1) },
		"rotate": func(s *middleware.Session) { _ = s.Rotate() },
		"read":   func(s *middleware.Session) { s.Keys() },
		"renew":  func(s *middleware.Session) { s.Renew() },
	}
	fast := map[string]change{
		"sign-out": func(s *middleware.Session) { _ = s.SignOut() },
		"sign-in":  func(s *middleware.Session) { _ = s.SignIn("bob") },
		"rotate":   func(s *middleware.Session) { _ = s.Rotate() },
	}
	for slowName, slowly := range slow {
		for fastName, quickly := range fast {
			f, store := serverSessions(middleware.ServerSessionOptions{})
			jar := ""
			visit(f, &jar, func(s *middleware.Session) { _ = s.SignIn("ann"); _ = s.Set("n", 1) })
			stale, current := jar, jar
			w := visit(f, &jar, func(s *middleware.Session) {
				slowly(s)
				visit(f, &current, quickly)
			})
			if w.Code != 200 || len(w.Result().Cookies()) != 0 {
				t.Errorf("%s during %s: got %d %v, want an answer without a cookie", fastName, slowName, w.Code, w.Header())
			}
			visit(f, &stale, func(s *middleware.Session) {
				if s.User() != "" || len(s.Keys()) != 0 {
					t.Errorf("%s during %s: the old cookie has the session of %q", fastName, slowName, s.User())
				}
			})
			if want := 1; fastName == "sign-out" && store.Len() != 0 || fastName != "sign-out" && store.Len() != want {
				t.Errorf("%s during %s: got %d sessions", fastName, slowName, store.Len())
			}
			visit(f, &current, func(s *middleware.Session) {
				if number(s, "slow") != 0 {
					t.Errorf("%s during %s: the slow request has changed the new session", fastName, slowName)
				}
			})
		}
	}
}

// A sign-in is new whatever happens to the session before it, and has then only its own values.
func TestServerSessionSignInAfterEnd(t *testing.T) {
	f, store := serverSessions(middleware.ServerSessionOptions{})
	jar := ""
	visit(f, &jar, func(s *middleware.Session) { _ = s.Set("cart", 1) })
	other := jar
	visit(f, &jar, func(s *middleware.Session) {
		_ = s.SignIn("ann")
		_ = s.Set("own", 1)
		visit(f, &other, func(s *middleware.Session) { s.Clear() })
	})
	visit(f, &jar, func(s *middleware.Session) {
		if s.User() != "ann" || number(s, "own") != 1 || len(s.Keys()) != 1 {
			t.Errorf("got user %q with %v, want ann with her own value", s.User(), s.Keys())
		}
	})
	if store.Len() != 1 {
		t.Errorf("got %d sessions", store.Len())
	}
	// Two sign-ins at once, as of a double click, both succeed.
	jar = ""
	visit(f, &jar, func(s *middleware.Session) { _ = s.Set("cart", 1) })
	other = jar
	visit(f, &jar, func(s *middleware.Session) {
		_ = s.SignIn("ann")
		visit(f, &other, func(s *middleware.Session) { _ = s.SignIn("ann") })
	})
	for _, jar := range []string{jar, other} {
		visit(f, &jar, func(s *middleware.Session) {
			if s.User() != "ann" {
				t.Error("a sign-in is lost")
			}
		})
	}
	// A sign-in merges with values of another request.
	jar = ""
	visit(f, &jar, func(s *middleware.Session) { _ = s.Set("cart", 1) })
	other = jar
	visit(f, &jar, func(s *middleware.Session) {
		_ = s.SignIn("ann")
		visit(f, &other, func(s *middleware.Session) { _ = s.Set("cart", 2) })
	})
	visit(f, &jar, func(s *middleware.Session) {
		if s.User() != "ann" || number(s, "cart") != 2 {
			t.Errorf("got user %q, cart %d", s.User(), number(s, "cart"))
		}
	})
	// The values of another user are dropped also if they change meanwhile.
	other = jar
	visit(f, &jar, func(s *middleware.Session) {
		_ = s.SignIn("bob")
		visit(f, &other, func(s *middleware.Session) { _ = s.Set("cart", 3) })
	})
	visit(f, &jar, func(s *middleware.Session) {
		if s.User() != "bob" || len(s.Keys()) != 0 {
			t.Errorf("got user %q, %v", s.User(), s.Keys())
		}
	})
}

// A store that fails makes the answer a 503, whatever the handler has written. FailOpen sends the answer, but not one that says that a
// sign-in, sign-out or rotation has happened.
func TestServerSessionsWithoutStore(t *testing.T) {
	type use = func(*middleware.Session)
	read := func(s *middleware.Session) { s.Keys() }
	set := func(s *middleware.Session) { _ = s.Set("n", 2) }
	signIn := func(s *middleware.Session) { _ = s.SignIn("bob") }
	signOut := func(s *middleware.Session) { _ = s.SignOut() }
	rotate := func(s *middleware.Session) { _ = s.Rotate() }
	for _, c := range []struct {
		name, fails  string
		has          bool // the client has a session
		use          use
		closed, open int
	}{
		{"unused", "*", true, func(*middleware.Session) {}, 201, 201},
		{"read", "load", true, read, 503, 201},
		{"set, unread", "load", true, set, 503, 201},
		{"sign-in, unread", "load", true, signIn, 503, 503},
		{"sign-out, unread", "load", true, signOut, 503, 503},
		{"rotate, unread", "load", true, rotate, 503, 503},
		{"set", "replace", true, set, 503, 201},
		{"sign-in", "rotate", true, signIn, 503, 503},
		{"first sign-in", "create", false, signIn, 503, 503},
		{"first value", "create", false, set, 503, 201},
		{"sign-out", "end", true, signOut, 503, 503},
		{"rotate", "rotate", true, rotate, 503, 503},
		{"nothing to read", "*", false, read, 201, 201},
	} {
		for _, failOpen := range []bool{false, true} {
			f, store := serverSessions(middleware.ServerSessionOptions{FailOpen: failOpen})
			app := brio.New(brio.Use(middleware.SecurityHeaders(), f), brio.Provide(middleware.SessionFrom))
			var failed error
			app.Get("/", func(s *middleware.Session, w *brio.Response) string {
				c.use(s)
				if c.name != "unused" {
					failed = s.Err()
				}
				w.SetHeader("X-Handler", "1")
				w.SetCookie(cookies.New("other", "1"))
				return "secret"
			}, brio.Status(201))
			app.Get("/set", func(s *middleware.Session) { _ = s.SignIn("ann"); _ = s.Set("n", 1) })
			get := func(path, cookie string) *httptest.ResponseRecorder {
				r := httptest.NewRequest("GET", path, nil)
				if cookie != "" {
					r.Header.Set("Cookie", cookie)
				}
				w := httptest.NewRecorder()
				app.ServeHTTP(w, r)
				return w
			}
			jar := ""
			if c.has {
				jar, _, _ = strings.Cut(get("/set", "").Header().Get("Set-Cookie"), ";")
			}
			store.fails = c.fails
			w := get("/", jar)
			want := c.closed
			if failOpen {
				want = c.open
			}
			h := w.Header()
			if w.Code != want || h.Get("X-Content-Type-Options") != "nosniff" {
				t.Errorf("%s, FailOpen %v: got %d %v, want %d", c.name, failOpen, w.Code, h, want)
			}
			if want == 503 && (strings.Contains(w.Body.String(), "secret") || h.Get("X-Handler") != "" || h.Get("Set-Cookie") != "" || !strings.HasPrefix(w.Body.String(), `{"detail":"The server could not read`) || h.Get("Vary") != "Cookie") {
				t.Errorf("%s, FailOpen %v: got %s %v", c.name, failOpen, w.Body, h)
			}
			if want == 201 && (w.Body.String() != `"secret"` || len(w.Result().Cookies()) != 1) {
				t.Errorf("%s, FailOpen %v: got %s %v", c.name, failOpen, w.Body, h)
			}
			if (c.fails == "load") != (failed != nil) {
				t.Errorf("%s: Err is %v", c.name, failed)
			}
			store.fails = ""
			isSignedOut := true
			if c.has {
				visit(f, &jar, func(s *middleware.Session) { isSignedOut = s.User() != "ann" || number(s, "n") != 1 })
				if isSignedOut {
					t.Errorf("%s, FailOpen %v: the session of before is gone", c.name, failOpen)
				}
			}
		}
	}
}

// The time of the last use is not worth an error.
func TestServerSessionTouchMayFail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, store := serverSessions(middleware.ServerSessionOptions{})
		jar := ""
		visit(f, &jar, func(s *middleware.Session) { _ = s.Set("n", 1) })
		time.Sleep(time.Hour)
		store.fails = "replace"
		store.took()
		if w := visit(f, &jar, func(s *middleware.Session) { s.Keys() }); w.Code != 200 {
			t.Errorf("got %d", w.Code)
		}
		wantCalls(t, store, "load replace")
	})
}

// A stream whose session could not be stored ends: its writes fail.
func TestServerSessionsEndStreams(t *testing.T) {
	f, store := serverSessions(middleware.ServerSessionOptions{})
	store.fails = "create"
	for name, write := range map[string]func(http.ResponseWriter) error{
		"write": func(w http.ResponseWriter) error { _, err := w.Write([]byte("a")); return err },
		"flush": func(w http.ResponseWriter) error { return http.NewResponseController(w).Flush() },
		"copy":  func(w http.ResponseWriter) error { _, err := io.Copy(w, strings.NewReader("a")); return err },
	} {
		w := httptest.NewRecorder()
		f(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_ = middleware.SessionFrom(r.Context()).Set("n", 1)
			w.Header().Set("Content-Length", "1")
			for range 2 {
				if err := write(w); err == nil || !errors.Is(err, errSpy) {
					t.Errorf("%s: got %v, want an error", name, err)
				}
			}
		})).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		if w.Code != 503 || !strings.HasPrefix(w.Body.String(), `{"detail":`) {
			t.Errorf("%s: got %d %s", name, w.Code, w.Body)
		}
	}
}

// When the headers are sent, values cannot change any more. A sign-out still ends the session in the store.
func TestServerSessionIsSetTooLate(t *testing.T) {
	f, store := serverSessions(middleware.ServerSessionOptions{})
	jar := ""
	visit(f, &jar, func(s *middleware.Session) { _ = s.SignIn("ann") })
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Cookie", jar)
	f(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := middleware.SessionFrom(r.Context())
		_ = s.Rotate()
		w.WriteHeader(200)
		for _, err := range []error{s.Set("a", 1), s.SignIn("bob"), s.Rotate()} {
			if err == nil || !strings.Contains(err.Error(), "the answer has begun") {
				t.Error(err)
			}
		}
		store.fails = "end"
		if err := s.SignOut(); !errors.Is(err, errSpy) {
			t.Errorf("got %v", err)
		}
		store.fails = ""
		if err := s.SignOut(); err != nil || store.Len() != 0 || s.User() != "" {
			t.Errorf("got %v and %d sessions", err, store.Len())
		}
		if err := s.SignOut(); err != nil {
			t.Error(err)
		}
	})).ServeHTTP(httptest.NewRecorder(), r)
}

// devices signs a user in as often as there are names.
func devices(f middleware.Func, user string, names ...string) (jars []string) {
	for _, name := range names {
		jar := ""
		visit(f, &jar, func(s *middleware.Session) { _ = s.SignIn(user); _ = s.Set("device", name) })
		jars = append(jars, jar)
	}
	return jars
}

func users(f middleware.Func, jars ...string) (users []string) {
	for _, jar := range jars {
		visit(f, &jar, func(s *middleware.Session) { users = append(users, s.User()) })
	}
	return users
}

func TestServerSessionsOfUser(t *testing.T) {
	f, store := serverSessions(middleware.ServerSessionOptions{})
	jars := devices(f, "ann", "phone", "laptop", "tablet", "watch")
	others := devices(f, "bob", "phone")
	var ids []string
	visit(f, &jars[0], func(s *middleware.Session) {
		list, err := s.List(t.Context())
		if err != nil || len(list) != 4 {
			t.Fatalf("got %v, %v", list, err)
		}
		found := map[string]string{}
		for _, info := range list {
			var device string
			if !info.Get("device", &device) || info.Current != (device == "phone") || time.Since(info.Created) > time.Minute || time.Since(info.Seen) > time.Minute || info.Get("none", &device) {
				t.Errorf("got %+v of %q", info, device)
			}
			found[device] = info.ID
		}
		ids = []string{found["phone"], found["laptop"], found["tablet"], found["watch"]}
		text, err := json.Marshal(list[0])
		if err != nil || !strings.HasPrefix(string(text), `{"id":"`) || strings.Contains(string(text), "device") {
			t.Errorf("got %s, want no values", text)
		}
		if err := s.End(t.Context(), ids[1]); err != nil {
			t.Error(err)
		}
	})
	if got := users(f, jars...); !slices.Equal(got, []string{"ann", "", "ann", "ann"}) {
		t.Errorf("after the end of the laptop: got %q", got)
	}
	// Another user cannot end it, and learns nothing.
	visit(f, &others[0], func(s *middleware.Session) {
		for _, id := range []string{ids[0], ids[1], "", "x", strings.Repeat("0", 64), strings.Repeat("0", 1<<20)} {
			if err := s.End(t.Context(), id); err != nil {
				t.Error(err)
			}
		}
		store.took()
		_ = s.End(t.Context(), "x")
		wantCalls(t, store, "")
	})
	if got := users(f, jars[0], others[0]); !slices.Equal(got, []string{"ann", "bob"}) {
		t.Errorf("after the end by another user: got %q", got)
	}
	visit(f, &jars[0], func(s *middleware.Session) {
		if err := s.EndOthers(t.Context()); err != nil {
			t.Error(err)
		}
	})
	if got := users(f, jars[0], jars[2], jars[3], others[0]); !slices.Equal(got, []string{"ann", "", "", "bob"}) {
		t.Errorf("after EndOthers: got %q", got)
	}
	// With a new identifier in the same request.
	more := devices(f, "ann", "car")
	visit(f, &jars[0], func(s *middleware.Session) { _ = s.Rotate(); _ = s.EndOthers(t.Context()) })
	if got := users(f, jars[0], more[0]); !slices.Equal(got, []string{"ann", ""}) {
		t.Errorf("after Rotate and EndOthers: got %q", got)
	}
	// A sign-in that ends all others.
	fresh := ""
	visit(f, &fresh, func(s *middleware.Session) { _ = s.SignIn("ann"); _ = s.EndOthers(t.Context()) })
	if got := users(f, jars[0], fresh); !slices.Equal(got, []string{"", "ann"}) {
		t.Errorf("after the sign-in that ends all others: got %q", got)
	}
	// The own session.
	visit(f, &fresh, func(s *middleware.Session) {
		list, _ := s.List(t.Context())
		if err := s.End(t.Context(), list[0].ID); err != nil || s.User() != "" {
			t.Error(err)
		}
	})
	if fresh != "" || store.Len() != 1 {
		t.Errorf("after the end of the own session: got the cookie %q and %d sessions", fresh, store.Len())
	}
	// Without a user, and by the store alone.
	visit(f, &fresh, func(s *middleware.Session) {
		_, err := s.List(t.Context())
		if err == nil || s.EndOthers(t.Context()) == nil || s.End(t.Context(), ids[0]) == nil {
			t.Error("a visitor has sessions")
		}
	})
	if err := store.EndAll(t.Context(), "bob", ""); err != nil || store.Len() != 0 {
		t.Errorf("got %v and %d sessions", err, store.Len())
	}
	jars = devices(f, "ann", "phone")
	store.fails = "*"
	visit(f, &jars[0], func(s *middleware.Session) {
		if _, err := s.List(t.Context()); !errors.Is(err, errSpy) || !errors.Is(s.EndOthers(t.Context()), errSpy) || !errors.Is(s.End(t.Context(), ids[0]), errSpy) {
			t.Error("a store that fails is no error")
		}
	})
	store.fails = ""
	visit(f, &jars[0], func(s *middleware.Session) {
		s.User()
		store.fails = "*"
		if _, err := s.List(t.Context()); !errors.Is(err, errSpy) || !errors.Is(s.EndOthers(t.Context()), errSpy) || !errors.Is(s.End(t.Context(), ids[0]), errSpy) {
			t.Error("a store that fails is no error")
		}
		store.fails = ""
	})
}

func TestServerSessionsPerUser(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, store := serverSessions(middleware.ServerSessionOptions{PerUser: 3})
		var jars []string
		for i := range 5 {
			jars = append(jars, devices(f, "ann", fmt.Sprint(i))...)
			time.Sleep(2 * time.Minute)
			users(f, jars[0]) // the first one is used all the time
			time.Sleep(time.Minute)
		}
		devices(f, "bob", "phone")
		if got := users(f, jars...); !slices.Equal(got, []string{"ann", "", "", "ann", "ann"}) || store.Len() != 4 {
			t.Errorf("got %q and %d sessions", got, store.Len())
		}
		store.fails = "list"
		if got := users(f, devices(f, "ann", "more")...); got[0] != "ann" {
			t.Error("a list that fails has no effect on the sign-in")
		}
	})
}

// cancelKey is the context key of a function that ends the context.
type cancelKey struct{}

// A client that has gone, or to which Timeout has answered, would not get a new cookie. Its session does not get lost by it; changes of values
// and a sign-out count.
func TestServerSessionOfGoneClient(t *testing.T) {
	gone := func(r *http.Request) {
		ctx, cancel := context.WithCancel(r.Context())
		*r = *r.WithContext(context.WithValue(ctx, cancelKey{}, cancel))
	}
	leave := func(ctx context.Context) { ctx.Value(cancelKey{}).(context.CancelFunc)() }
	serve := func(f middleware.Func, jar string, use func(*middleware.Session)) *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Cookie", jar)
		gone(r)
		w := httptest.NewRecorder()
		f(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			use(middleware.SessionFrom(r.Context()))
			leave(r.Context())
		})).ServeHTTP(w, r)
		return w
	}
	f, store := serverSessions(middleware.ServerSessionOptions{})
	jar := devices(f, "ann", "phone")[0]
	for name, use := range map[string]func(*middleware.Session){
		"rotate":             func(s *middleware.Session) { _ = s.Rotate() },
		"sign-in":            func(s *middleware.Session) { _ = s.SignIn("ann") },
		"values":             func(s *middleware.Session) { _ = s.Set("n", 1) },
		"values and a touch": func(s *middleware.Session) { _ = s.Set("n", 1); s.Renew() },
	} {
		if w := serve(f, jar, use); w.Header().Get("Set-Cookie") != "" || store.Len() != 1 || users(f, jar)[0] != "ann" {
			t.Errorf("%s: got %v and %d sessions, want the session of before", name, w.Header(), store.Len())
		}
	}
	visit(f, &jar, func(s *middleware.Session) {
		if number(s, "n") != 1 {
			t.Error("values are lost")
		}
	})
	serve(f, "", func(s *middleware.Session) { _ = s.SignIn("bob") })
	if store.Len() != 1 {
		t.Error("a session without a client was stored")
	}
	serve(f, jar, func(s *middleware.Session) { _ = s.SignIn("bob") })
	if store.Len() != 0 {
		t.Error("the session of another user goes on")
	}
	jar = devices(f, "ann", "phone")[0]
	if serve(f, jar, func(s *middleware.Session) { _ = s.SignOut() }); store.Len() != 0 {
		t.Error("not signed out")
	}
}

func TestServerSessionOfLateHandler(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, store := serverSessions(middleware.ServerSessionOptions{})
		w := httptest.NewRecorder()
		f(middleware.Timeout(time.Second)(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			s := middleware.SessionFrom(r.Context())
			_ = s.Set("a", 1)
			<-r.Context().Done()
			for i := range 100 { // while the 503 is written
				_ = s.Set("a", i)
			}
		}))).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		if w.Code != 503 || len(w.Result().Cookies()) != 1 || store.Len() != 1 {
			t.Errorf("got %d %v", w.Code, w.Header())
		}
		// With Timeout outside, as in the recommended order, the late handler stores no session: its cookie would get lost.
		w = httptest.NewRecorder()
		middleware.Timeout(time.Second)(f(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_ = middleware.SessionFrom(r.Context()).SignIn("ann")
			time.Sleep(2 * time.Second)
			_, _ = w.Write([]byte("late"))
		}))).ServeHTTP(w, httptest.NewRequest("GET", "/", nil))
		time.Sleep(2 * time.Second)
		if w.Code != 503 || len(w.Result().Cookies()) != 0 || store.Len() != 1 {
			t.Errorf("got %d %v and %d sessions", w.Code, w.Header(), store.Len())
		}
	})
}

// An upgraded connection has the cookie in the 101. If the session cannot be stored, the connection is not given away.
func TestServerSessionsOfUpgrade(t *testing.T) {
	f, store := serverSessions(middleware.ServerSessionOptions{})
	server := httptest.NewServer(f(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = middleware.SessionFrom(r.Context()).SignIn("ann")
		w.Header().Set("Connection", "Upgrade")
		w.Header().Set("Upgrade", "test")
		w.WriteHeader(101)
		conn, rw, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		_, _ = rw.WriteString("hello")
		_ = rw.Flush()
		_ = conn.Close()
	})))
	defer server.Close()
	get := func() *http.Response {
		r, _ := http.NewRequest("GET", server.URL, nil)
		r.Header.Set("Connection", "Upgrade")
		r.Header.Set("Upgrade", "test")
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = res.Body.Close() })
		return res
	}
	res := get()
	text, _ := bufio.NewReader(res.Body).ReadString('o')
	if res.StatusCode != 101 || len(res.Cookies()) != 1 || text != "hello" || store.Len() != 1 {
		t.Errorf("got %d %v %s", res.StatusCode, res.Header, text)
	}
	store.fails = "create"
	if res = get(); res.StatusCode != 503 {
		t.Errorf("got %d, want 503", res.StatusCode)
	}
}

func TestServerSessionCookieAttributes(t *testing.T) {
	set := func(s *middleware.Session) { _ = s.Set("a", 1) }
	jar := ""
	f, _ := serverSessions(middleware.ServerSessionOptions{})
	w := visit(f, &jar, set, func(r *http.Request) { r.TLS = &tls.ConnectionState{} })
	if !strings.Contains(w.Header().Get("Set-Cookie"), "; HttpOnly; Secure; SameSite=Lax") {
		t.Errorf("by https: got %s", w.Header().Get("Set-Cookie"))
	}
	f, _ = serverSessions(middleware.ServerSessionOptions{Cookie: "__Host-s", Attributes: []cookies.Option{cookies.Secure(), cookies.SameSite(http.SameSiteStrictMode)}})
	w = visit(f, &jar, set)
	if got := w.Header().Get("Set-Cookie"); !strings.HasPrefix(got, "__Host-s=") || !strings.Contains(got, "; HttpOnly; Secure; SameSite=Strict") {
		t.Errorf("own attributes: got %s", got)
	}
	w = visit(f, &jar, func(s *middleware.Session) { s.Clear() })
	if got := w.Header().Get("Set-Cookie"); !strings.HasPrefix(got, "__Host-s=; Path=/; Expires=") || !strings.Contains(got, "; Max-Age=0; HttpOnly; Secure; SameSite=Strict") {
		t.Errorf("deleted: got %s", got)
	}
}

func TestServerSessionsMistakes(t *testing.T) {
	for want, o := range map[string]middleware.ServerSessionOptions{
		"MaxAge is -1s":               {MaxAge: -time.Second},
		"Idle is -2ns":                {Idle: -2},
		"Idle is 1ms":                 {Idle: time.Millisecond},
		"MaxBytes is -2":              {MaxBytes: -2},
		"PerUser is -2":               {PerUser: -2},
		"MaxAge and Idle":             {MaxAge: brio.NoLimit, Idle: brio.NoLimit},
		"Attributes has a nil option": {Attributes: []cookies.Option{nil}},
		"Secure has 2 arguments":      {Attributes: []cookies.Option{cookies.Secure(true, false)}},
		"__Host-":                     {Cookie: "__Host-s", Attributes: []cookies.Option{cookies.Path("/p")}},
		"cookie":                      {Cookie: "a b"},
	} {
		wantMistake(t, want, middleware.ServerSessions(o))
	}
	wantMistake(t, "NewMemorySessions: Bytes is -3", middleware.ServerSessions(middleware.ServerSessionOptions{Store: middleware.NewMemorySessions(middleware.MemorySessionsOptions{Bytes: -3})}))
	if err := middleware.NewMemorySessions(middleware.MemorySessionsOptions{Bytes: -3}).Create(t.Context(), middleware.StoredSession{ID: "a"}); err == nil {
		t.Error("Create works with a mistake")
	}
}

// One type serves both kinds: a session in a cookie has users too, and says that it cannot be revoked.
func TestCookieSessionsHaveUsers(t *testing.T) {
	f := middleware.Sessions(sessionCodec(t, 1), middleware.SessionOptions{})
	jar := ""
	visit(f, &jar, func(s *middleware.Session) { _ = s.Set("cart", 1) })
	before := jar
	visit(f, &jar, func(s *middleware.Session) {
		if err := s.SignIn("ann"); err != nil || s.Err() != nil || s.Rotate() != nil {
			t.Error(err)
		}
	})
	visit(f, &jar, func(s *middleware.Session) {
		_, err := s.List(t.Context())
		if s.User() != "ann" || number(s, "cart") != 1 || !errors.Is(err, errors.ErrUnsupported) || !errors.Is(s.EndOthers(t.Context()), errors.ErrUnsupported) || !errors.Is(s.End(t.Context(), "a"), errors.ErrUnsupported) {
			t.Errorf("got user %q, %v", s.User(), err)
		}
		_ = s.SignIn("bob")
		if number(s, "cart") != 0 {
			t.Error("bob has the values of ann")
		}
	})
	if got := users(f, before, jar); !slices.Equal(got, []string{"", "bob"}) {
		t.Errorf("got %q", got)
	}
	visit(f, &jar, func(s *middleware.Session) { _ = s.SignOut() })
	if jar != "" {
		t.Error("not signed out")
	}
}

// When the memory is full, sessions of visitors go before those of users, the least recently used first.
func TestMemorySessionsAreBounded(t *testing.T) {
	m := middleware.NewMemorySessions(middleware.MemorySessionsOptions{Entries: 4, Bytes: 100})
	create := func(id, user string, size int) error {
		return m.Create(t.Context(), middleware.StoredSession{ID: id, User: user, Values: make([]byte, size), TTL: time.Hour})
	}
	has := func() (ids string) {
		for _, id := range []string{"u1", "u2", "u3", "v1", "v2", "v3"} {
			if s, _ := m.Load(t.Context(), id); s != nil {
				ids += id + " "
			}
		}
		return ids
	}
	for _, id := range []string{"u1", "v1", "u2", "v2"} {
		user := ""
		if id[0] == 'u' {
			user = "ann"
		}
		if err := create(id, user, 10); err != nil {
			t.Fatal(err)
		}
	}
	if err := m.Replace(t.Context(), "v1", middleware.StoredSession{ID: "v1", Revision: 1, TTL: time.Hour}); err != nil {
		t.Fatal(err)
	}
	if err := create("v3", "", 10); err != nil || has() != "u1 u2 v1 v3 " {
		t.Errorf("got %v with %s, want v2 forgotten", err, has())
	}
	if err := create("u3", "ann", 95); err != nil || has() != "u3 " {
		t.Errorf("got %v with %s, want room for 95 bytes", err, has())
	}
	if err := create("v1", "", 101); err == nil || has() != "u3 " {
		t.Errorf("got %v with %s, want an error: the store has 100 bytes", err, has())
	}
	if err := m.Replace(t.Context(), "u3", middleware.StoredSession{ID: "u3", User: "ann", Revision: 1, Values: make([]byte, 101), TTL: time.Hour}); err == nil || has() != "u3 " {
		t.Errorf("got %v with %s, want an error, and the session to stay", err, has())
	}
	m = middleware.NewMemorySessions(middleware.MemorySessionsOptions{Entries: brio.NoLimit, Bytes: brio.NoLimit})
	for i := range 20_000 {
		if err := create(fmt.Sprint(i), "", 4000); err != nil {
			t.Fatal(err)
		}
	}
	if m.Len() != 20_000 {
		t.Errorf("got %d sessions without a limit", m.Len())
	}
}

// transacting is a store of keys whose transactions are values of the context. A store of sessions finds them there.
type transacting struct {
	*middleware.MemoryIdempotency
	log    *[]string
	commit error
}

type spyTransaction struct{}

func (s transacting) Open(ctx context.Context, _ middleware.IdempotencyClaim) (context.Context, middleware.IdempotencyTransaction) {
	return context.WithValue(ctx, spyTransaction{}, true), s
}

func (s transacting) Commit(context.Context, []byte) error {
	*s.log = append(*s.log, "commit")
	return s.commit
}

func (s transacting) Rollback() error {
	*s.log = append(*s.log, "rollback")
	return nil
}

// A session around Idempotency takes part in the transaction of the request: it is written before the commit, and alone after a rollback.
func TestServerSessionsInTransactions(t *testing.T) {
	for _, c := range []struct {
		name   string
		inside bool // Sessions stands inside of Idempotency
		apart  bool // the store takes no part in transactions
		status int
		commit error
		fails  string
		want   string // the calls; "*" marks one in the transaction
		code   int
		cookie bool
	}{
		{"committed", false, false, 200, nil, "", "*load *replace commit", 200, false},
		{"signed in", false, false, 201, nil, "", "*load *rotate commit", 201, true},
		{"refused", false, false, 409, nil, "", "*load rollback replace", 409, false},
		{"commit fails", false, false, 200, errors.New("lost"), "", "*load *replace commit", 503, false},
		{"commit of a sign-in fails", false, false, 201, errors.New("lost"), "", "*load *rotate commit", 503, false},
		{"store fails", false, false, 200, nil, "replace", "*load *replace rollback", 503, false},
		{"apart", false, true, 201, nil, "", "load commit rotate", 201, true},
		{"apart, and the commit fails", false, true, 200, errors.New("lost"), "", "load commit", 503, false},
		{"inside", true, false, 200, nil, "", "load replace commit", 200, false},
	} {
		sessions, store := serverSessions(middleware.ServerSessionOptions{})
		jar := devices(sessions, "ann", "phone")[0]
		store.took()
		store.joins = !c.apart
		var log []string
		store.before = func(op string) {
			if store.ctx.Value(spyTransaction{}) != nil {
				op = "*" + op
			}
			log = append(log, op)
		}
		store.fails = c.fails
		keys := transacting{middleware.NewMemoryIdempotency(middleware.MemoryIdempotencyOptions{}), &log, c.commit}
		once := middleware.Idempotency(middleware.IdempotencyOptions{Store: keys, Logger: silent(), Scope: func(*http.Request) string { return "" }})
		h := http.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			s := middleware.SessionFrom(r.Context())
			_ = s.Set("n", 1)
			if c.status == 201 {
				_ = s.SignIn("ann")
			}
			w.WriteHeader(c.status)
		}))
		if c.inside {
			h = once(sessions(h))
		} else {
			h = sessions(once(h))
		}
		r := httptest.NewRequest("POST", "/", nil)
		r.Header.Set("Cookie", jar)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if got := strings.Join(log, " "); got != c.want || w.Code != c.code || (len(w.Result().Cookies()) > 0) != c.cookie {
			t.Errorf("%s: got %q, %d %v; want %q, %d", c.name, got, w.Code, w.Header(), c.want, c.code)
		}
	}
}

// Idempotency knows a client by its user, also when the cookie has changed since.
func TestIdempotencyScopeOfServerSessions(t *testing.T) {
	sessions, store := serverSessions(middleware.ServerSessionOptions{})
	once := middleware.Idempotency(middleware.IdempotencyOptions{Logger: silent()})
	n := 0
	post := func(jar string) string {
		r := httptest.NewRequest("POST", "/", nil)
		r.Header.Set("Idempotency-Key", "k")
		r.Header.Set("Cookie", jar)
		w := httptest.NewRecorder()
		sessions(once(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { n++; fmt.Fprint(w, n) }))).ServeHTTP(w, r)
		return fmt.Sprint(w.Code, " ", w.Body)
	}
	ann, bob := devices(sessions, "ann", "a", "b"), devices(sessions, "bob", "c")
	visitor := ""
	visit(sessions, &visitor, func(s *middleware.Session) { _ = s.Set("n", 1) })
	for i, jar := range []string{ann[0], ann[1], bob[0], visitor, ""} {
		want := []string{"200 1", "200 1", "200 2", "200 3", "200 4"}[i]
		if got := post(jar); got != want {
			t.Errorf("client %d: got %s, want %s", i, got, want)
		}
	}
	store.fails = "load"
	if got := post(ann[0]); !strings.HasPrefix(got, "503") {
		t.Errorf("without the store: got %s, want no answer of others", got)
	}
}

func BenchmarkServerSessions(b *testing.B) {
	f := middleware.ServerSessions(middleware.ServerSessionOptions{})
	b.Run("unused", func(b *testing.B) { benchmark(b, f) })
	jar := ""
	visit(f, &jar, func(s *middleware.Session) { _ = s.SignIn("ann"); _ = s.Set("n", 1) })
	for name, use := range map[string]func(*middleware.Session){
		"read":    func(s *middleware.Session) { s.User() },
		"changed": func(s *middleware.Session) { _ = s.Set("n", 2) },
	} {
		b.Run(name, func(b *testing.B) {
			used := func(next http.Handler) http.Handler {
				return f(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					use(middleware.SessionFrom(r.Context()))
					next.ServeHTTP(w, r)
				}))
			}
			benchmark(b, used, func(r *http.Request) { r.Header.Set("Cookie", jar) })
		})
	}
}

// MaxAge counts anew with each sign-in, also of the same user.
func TestServerSessionSignInBeginsMaxAge(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f, _ := serverSessions(middleware.ServerSessionOptions{MaxAge: time.Hour})
		jar := devices(f, "ann", "phone")[0]
		time.Sleep(50 * time.Minute)
		w := visit(f, &jar, func(s *middleware.Session) { _ = s.SignIn("ann") })
		if c := w.Result().Cookies(); c[0].MaxAge != 3600 {
			t.Errorf("got %v", c)
		}
		time.Sleep(50 * time.Minute)
		if users(f, jar)[0] != "ann" {
			t.Error("MaxAge counts from the first sign-in")
		}
	})
}

// The zero options have a store of their own.
func TestServerSessionsWithoutOptions(t *testing.T) {
	f, other := middleware.ServerSessions(middleware.ServerSessionOptions{}), middleware.ServerSessions(middleware.ServerSessionOptions{})
	jar := devices(f, "ann", "phone")[0]
	if users(f, jar)[0] != "ann" || users(other, jar)[0] != "" {
		t.Error("want the session in one store only")
	}
}

// What happens between the attempts to write a session: it ends, the store fails, or has values of another form.
func TestServerSessionsBetweenAttempts(t *testing.T) {
	for name, c := range map[string]struct {
		meanwhile func(s *spy, id string)
		code      int
	}{
		"ended":        {func(s *spy, id string) { _ = s.MemorySessions.End(context.Background(), id) }, 200},
		"fails":        {func(s *spy, _ string) { s.fails = "load" }, 503},
		"another form": {func(s *spy, id string) { replaceValues(s, id, "x") }, 503},
		"null":         {func(s *spy, id string) { replaceValues(s, id, "null") }, 200},
	} {
		f, store := serverSessions(middleware.ServerSessionOptions{})
		jar := devices(f, "ann", "phone")[0]
		all, _ := store.MemorySessions.List(t.Context(), "ann")
		id := all[0].ID
		loads := 0
		store.before = func(op string) {
			switch {
			case op == "load":
				if loads++; loads == 2 {
					c.meanwhile(store, id)
				}
			case op == "replace" && loads == 1:
				replaceValues(store, id, `{"other":1}`)
			}
		}
		w := visit(f, &jar, func(s *middleware.Session) { _ = s.Set("n", 1); s.Delete("device") })
		store.before, store.fails = nil, ""
		if w.Code != c.code || len(w.Result().Cookies()) != 0 || loads != 2 {
			t.Errorf("%s: got %d %v after %d loads", name, w.Code, w.Header(), loads)
		}
		if name == "null" {
			visit(f, &jar, func(s *middleware.Session) {
				if number(s, "n") != 1 || len(s.Keys()) != 1 {
					t.Errorf("%s: got %v", name, s.Keys())
				}
			})
		}
	}
}

// replaceValues changes the values of a session as another request does.
func replaceValues(s *spy, id, values string) {
	held, _ := s.MemorySessions.Load(context.Background(), id)
	held.Values, held.TTL = []byte(values), time.Hour
	_ = s.MemorySessions.Replace(context.Background(), id, *held)
}

// A session of another form is no empty one: the answer is a 503.
func TestServerSessionsOfAnotherForm(t *testing.T) {
	f, store := serverSessions(middleware.ServerSessionOptions{})
	jar := devices(f, "ann", "phone")[0]
	all, _ := store.MemorySessions.List(t.Context(), "ann")
	replaceValues(store, all[0].ID, `["x"]`)
	if w := visit(f, &jar, func(s *middleware.Session) {
		if s.User() != "" || s.Err() == nil {
			t.Errorf("got user %q, %v", s.User(), s.Err())
		}
	}); w.Code != 503 {
		t.Errorf("got %d", w.Code)
	}
}

// A panic of the handler goes on, also after its answer was replaced. A sign-out that comes too late and fails is in the log.
func TestServerSessionsPassPanics(t *testing.T) {
	f, store := serverSessions(middleware.ServerSessionOptions{})
	store.fails = "create"
	if v := recovered(func() {
		f(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_ = middleware.SessionFrom(r.Context()).Set("n", 1)
			w.WriteHeader(200)
			panic("bug")
		})).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil))
	}); v != "bug" {
		t.Errorf("got the panic %v", v)
	}
	store.fails = ""
	record := &slogRecord{}
	f, store = serverSessions(middleware.ServerSessionOptions{Logger: slog.New(record)})
	jar := devices(f, "ann", "phone")[0]
	store.fails = "end"
	r := httptest.NewRequest("GET", "/", nil)
	r.Header.Set("Cookie", jar)
	f(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := middleware.SessionFrom(r.Context())
		s.User()
		w.WriteHeader(200)
		s.Clear()
	})).ServeHTTP(httptest.NewRecorder(), r)
	if !strings.Contains(record.attrs["error"], errSpy.Error()) || store.Len() != 1 {
		t.Errorf("got the record %v", record.attrs)
	}
}
