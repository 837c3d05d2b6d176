package redis_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/brio-go/brio/contrib/redis"
	"github.com/brio-go/brio/internal/testkit/hubtest"
	"github.com/brio-go/brio/middleware"
	"github.com/brio-go/brio/middleware/storetest"
	client "github.com/redis/go-redis/v9"
)

func TestSessions(t *testing.T) {
	c := started(t)
	storetest.Sessions(t, func(t *testing.T) middleware.SessionStore {
		return redis.NewSessions(c, redis.StoreOptions{Prefix: t.Name(), Timeout: 5 * time.Second})
	})
}

func TestSessionFaults(t *testing.T) {
	storetest.SessionFaults(t, newServer(t), func(t *testing.T, addr string) middleware.SessionStore {
		return redis.NewSessions(connect(t, addr), redis.StoreOptions{Timeout: 200 * time.Millisecond, Pause: 50 * time.Millisecond})
	})
}

// A cluster refuses a script or a transaction whose keys are in different slots, also if it has one server.
func TestStoresOfCluster(t *testing.T) {
	server := hubtest.NewServer(t, "redis-server", func(port, dir string) []string {
		return []string{"--bind", "127.0.0.1", "--port", port, "--dir", dir, "--save", "", "--cluster-enabled", "yes"}
	})
	server.Start()
	one := connect(t, server.Addr())
	if err := one.ClusterAddSlotsRange(t.Context(), 0, 16383).Err(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		info, err := one.ClusterInfo(t.Context()).Result()
		if err == nil && strings.Contains(info, "cluster_state:ok") {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("got %s, %v", info, err)
		}
	}
	c := client.NewClusterClient(&client.ClusterOptions{Addrs: []string{server.Addr()}})
	t.Cleanup(func() { _ = c.Close() })
	options := func(t *testing.T) redis.StoreOptions {
		return redis.StoreOptions{Prefix: t.Name(), Timeout: 5 * time.Second}
	}
	storetest.Sessions(t, func(t *testing.T) middleware.SessionStore { return redis.NewSessions(c, options(t)) })
	storetest.Idempotency(t, func(t *testing.T) middleware.IdempotencyStore { return redis.NewIdempotency(c, options(t)) })
	storetest.RateLimits(t, func(t *testing.T) middleware.Store { return redis.NewLimits(c, options(t)) })
	storetest.Cache(t, func(t *testing.T) middleware.CacheStore { return redis.NewCache(c, options(t)) })
}

// newSession returns a session for a store.
func newSession(id, user string, ttl time.Duration) middleware.StoredSession {
	return middleware.StoredSession{ID: id, User: user, Values: []byte("{}"), Created: time.Now(), Seen: time.Now(), TTL: ttl}
}

// A command that arrives after the end of its session does not bring it back, also the one that has made it.
func TestLateCommandsDoNotRestoreSessions(t *testing.T) {
	a, b := newSession("a", "ann", time.Hour), newSession("b", "ann", time.Hour)
	moved := b
	moved.Revision = 1
	for name, end := range map[string]func(s *redis.Sessions) error{
		"end":     func(s *redis.Sessions) error { return errors.Join(s.End(t.Context(), "a"), s.End(t.Context(), "b")) },
		"end all": func(s *redis.Sessions) error { return s.EndAll(t.Context(), "ann", "") },
	} {
		t.Run(name, func(t *testing.T) {
			s := redis.NewSessions(started(t), redis.StoreOptions{Timeout: 5 * time.Second})
			if err := errors.Join(s.Create(t.Context(), a), s.Replace(t.Context(), "a", moved), end(s)); err != nil {
				t.Fatal(err)
			}
			for _, err := range []error{s.Create(t.Context(), b), s.Create(t.Context(), a), s.Replace(t.Context(), "a", moved)} {
				if !errors.Is(err, middleware.ErrSessionEnded) {
					t.Errorf("a late command: got %v, want ErrSessionEnded", err)
				}
			}
			for _, id := range []string{"a", "b"} {
				if held, err := s.Load(t.Context(), id); held != nil || err != nil {
					t.Errorf("%s: got %+v, %v", id, held, err)
				}
			}
		})
	}
}

// The set of a user's sessions loses the ended ones, and expires with the last one.
func TestSetOfUserCleansItselfUp(t *testing.T) {
	c := started(t)
	s := redis.NewSessions(c, redis.StoreOptions{Timeout: 5 * time.Second})
	for i := range 40 {
		if err := s.Create(t.Context(), newSession(fmt.Sprint(i), "ann", time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	sets, err := c.Keys(t.Context(), "brio:sessions-of:*").Result()
	if err != nil || len(sets) != 1 {
		t.Fatalf("got %v, %v", sets, err)
	}
	if left := c.PTTL(t.Context(), sets[0]).Val(); left < time.Hour || left > time.Hour+2*time.Minute {
		t.Errorf("the set expires in %v, want an hour and a minute", left)
	}
	if err := s.Create(t.Context(), newSession("short", "ann", time.Minute)); err != nil || c.PTTL(t.Context(), sets[0]).Val() < 59*time.Minute {
		t.Error("a short session shortens the set")
	}
	// Sessions that expire do not tell the set. They are as old as the clock of the server says.
	keys, _ := c.Keys(t.Context(), "brio:session:*").Result()
	if err := c.Del(t.Context(), keys[:30]...).Err(); err != nil {
		t.Fatal(err)
	}
	if all, err := s.List(t.Context(), "ann"); len(all) != 11 || err != nil || c.ZCard(t.Context(), sets[0]).Val() != 41 {
		t.Errorf("got %d sessions, %v, and %d in the set; want 11, and those of the last minute to stay in it", len(all), err, c.ZCard(t.Context(), sets[0]).Val())
	}
	for _, m := range c.ZRangeWithScores(t.Context(), sets[0], 0, -1).Val() {
		c.ZAdd(t.Context(), sets[0], client.Z{Score: m.Score - float64(2*time.Minute/time.Millisecond), Member: m.Member})
	}
	for i := range 32 - 11 { // the set is read when it has a multiple of 16
		if err := s.Create(t.Context(), newSession(fmt.Sprint("new", i), "ann", time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	if n := c.ZCard(t.Context(), sets[0]).Val(); n > 40 {
		t.Errorf("the set has %d sessions, want the 30 that have ended to be removed", n)
	}
	if err := s.EndAll(t.Context(), "ann", ""); err != nil || c.Exists(t.Context(), sets[0]).Val() != 0 {
		t.Errorf("after EndAll: got %v, and the set exists", err)
	}
}

// A value of another program is an error, and no session.
func TestSessionsOfAnotherForm(t *testing.T) {
	c := started(t)
	s := redis.NewSessions(c, redis.StoreOptions{})
	if err := s.Create(t.Context(), newSession("a", "ann", time.Hour)); err != nil {
		t.Fatal(err)
	}
	key := c.Keys(t.Context(), "brio:session:*").Val()[0]
	for _, value := range []string{"", "x", "1", "1 ", "1 \xff", "1 \x00", "1 \x00\x00", "1 \x00\x00\x05ann", "a \x00\x00\x00", "1 \x00\x00\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"} {
		c.Set(t.Context(), key, value, 0)
		if held, err := s.Load(t.Context(), "a"); err == nil {
			t.Errorf("%q: got %+v, want an error", value, held)
		}
		if _, err := s.List(t.Context(), "ann"); err == nil {
			t.Errorf("%q: the list is no error", value)
		}
	}
	if err := s.End(t.Context(), "a"); err != nil {
		t.Error(err)
	}
	if held, err := s.Load(t.Context(), "a"); held != nil || err != nil {
		t.Errorf("got %+v, %v", held, err)
	}
}

// Two processes share sessions: one signs out, and the slow request of the other one changes nothing.
func TestSessionsOfTwoProcesses(t *testing.T) {
	server := newServer(t)
	server.Start()
	var processes []middleware.Func
	for range 2 {
		processes = append(processes, middleware.ServerSessions(middleware.ServerSessionOptions{Store: redis.NewSessions(connect(t, server.Addr()), redis.StoreOptions{Timeout: 5 * time.Second})}))
	}
	visit := func(process int, jar *string, use func(ctx context.Context, s *middleware.Session)) {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Cookie", *jar)
		w := httptest.NewRecorder()
		processes[process](http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { use(r.Context(), middleware.SessionFrom(r.Context())) })).ServeHTTP(w, r)
		if w.Code != 200 {
			t.Errorf("got %d %s", w.Code, w.Body)
		}
		for _, c := range w.Result().Cookies() {
			*jar = c.Name + "=" + c.Value
		}
	}
	user := func(process int, jar string) (user string) {
		visit(process, &jar, func(_ context.Context, s *middleware.Session) { user = s.User() })
		return user
	}
	var phone, laptop string
	visit(0, &phone, func(_ context.Context, s *middleware.Session) { _ = s.SignIn("ann") })
	visit(1, &laptop, func(_ context.Context, s *middleware.Session) { _ = s.SignIn("ann") })
	var work sync.WaitGroup
	for i := range 16 {
		work.Go(func() {
			jar := phone
			visit(i%2, &jar, func(_ context.Context, s *middleware.Session) { _ = s.Set(fmt.Sprint("key", i), i) })
		})
	}
	work.Wait()
	visit(1, &phone, func(_ context.Context, s *middleware.Session) {
		if len(s.Keys()) != 16 {
			t.Errorf("got %d values, want 16", len(s.Keys()))
		}
	})
	slow := phone
	visit(0, &slow, func(ctx context.Context, s *middleware.Session) {
		_ = s.Set("slow", 1)
		visit(1, &laptop, func(ctx context.Context, s *middleware.Session) {
			if list, err := s.List(ctx); err != nil || len(list) != 2 {
				t.Errorf("got %v, %v", list, err)
			}
			if err := s.EndOthers(ctx); err != nil {
				t.Error(err)
			}
		})
	})
	if user(0, phone) != "" || user(1, phone) != "" || user(0, laptop) != "ann" {
		t.Error("want the session of the phone to have ended, and that of the laptop to go on")
	}
}

func BenchmarkSessions(b *testing.B) {
	server := hubtest.NewServer(b, "redis-server", func(port, dir string) []string {
		return []string{"--bind", "127.0.0.1", "--port", port, "--dir", dir, "--save", ""}
	})
	server.Start()
	c := client.NewClient(&client.Options{Addr: server.Addr()})
	defer c.Close()
	f := middleware.ServerSessions(middleware.ServerSessionOptions{Store: redis.NewSessions(c, redis.StoreOptions{Timeout: 10 * time.Second})})
	serve := func(jar string, use func(s *middleware.Session)) *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("Cookie", jar)
		w := httptest.NewRecorder()
		f(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { use(middleware.SessionFrom(r.Context())) })).ServeHTTP(w, r)
		if w.Code != 200 {
			b.Fatal(w.Code, w.Body)
		}
		return w
	}
	jar, _, _ := strings.Cut(serve("", func(s *middleware.Session) { _ = s.SignIn("ann") }).Header().Get("Set-Cookie"), ";")
	for name, use := range map[string]func(s *middleware.Session){
		"unused":  func(*middleware.Session) {},
		"read":    func(s *middleware.Session) { s.User() },
		"changed": func(s *middleware.Session) { _ = s.Set("n", 1) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				serve(jar, use)
			}
		})
	}
}
