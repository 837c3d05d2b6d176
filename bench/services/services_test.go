package services

import (
	"context"
	"database/sql"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/alexedwards/scs/goredisstore"
	"github.com/alexedwards/scs/v2"
	"github.com/go-chi/httprate"
	"github.com/go-redis/redis_rate/v10"
	client "github.com/redis/go-redis/v9"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/contrib/redis"
	brioriver "github.com/brio-go/brio/contrib/river"
	briosql "github.com/brio-go/brio/contrib/sql"
	"github.com/brio-go/brio/cookies"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/internal/testkit/hubtest"
	"github.com/brio-go/brio/jobs"
	"github.com/brio-go/brio/middleware"
)

// order is the body of each request.
type order struct {
	Item string `json:"item" validate:"required,max=50"`
	N    int    `json:"n" validate:"min=1,max=100"`
}

// way is one way to serve a request. request makes the next one; nil is the plain POST.
type way struct {
	group, name string
	handler     http.Handler
	request     func(i int64) *http.Request
}

// newApp has the route that all ways serve.
func newApp(opts ...brio.RouteOption) *brio.App {
	app := brio.New()
	app.Post("/orders", func(in *brio.Body[order]) order { return in.Value }, opts...)
	return app
}

func post() *http.Request {
	r := httptest.NewRequest("POST", "/orders", strings.NewReader(`{"item":"hat","n":2}`))
	r.Header.Set("Content-Type", "application/json")
	return r
}

// limit is never reached.
const limit = 1 << 30

func limits(c *client.Client) []way {
	brioLimit := func(s middleware.Store) http.Handler {
		return newApp(brio.Use(middleware.RateLimit(middleware.RateLimitOptions{Limit: limit, Window: time.Hour, Store: s})))
	}
	taken := redis_rate.NewLimiter(c)
	rate := redis_rate.Limit{Rate: limit, Burst: limit, Period: time.Hour}
	bare := newApp()
	return []way{
		{"limited request", "bare", bare, nil},
		{"limited request", "Brio, memory", brioLimit(middleware.NewMemoryStore(0)), nil},
		{"limited request", "httprate, memory", httprate.Limit(limit, time.Hour, httprate.WithKeyByIP())(bare), nil},
		{"limited request", "Brio, Redis", brioLimit(redis.NewLimits(c, redis.StoreOptions{})), nil},
		{"limited request", "redis_rate, Redis", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			res, err := taken.Allow(r.Context(), middleware.ClientKey(r), rate)
			if err != nil || res.Allowed == 0 {
				w.WriteHeader(http.StatusTooManyRequests)
				return
			}
			bare.ServeHTTP(w, r)
		}), nil},
	}
}

func idempotent(t *testing.T, c *client.Client) []way {
	bare := newApp()
	all := []way{{"idempotent POST", "bare", bare, nil}}
	add := func(name string, s middleware.IdempotencyStore) {
		h := newApp(brio.Use(middleware.Idempotency(middleware.IdempotencyOptions{Store: s})))
		all = append(all,
			way{"idempotent POST", "Brio, " + name, h, func(i int64) *http.Request {
				r := post()
				r.Header.Set("Idempotency-Key", fmt.Sprintf(`"%d-%d"`, i, time.Now().UnixNano()))
				return r
			}},
			way{"idempotent POST", "Brio, " + name + ", replayed", h, func(int64) *http.Request {
				r := post()
				r.Header.Set("Idempotency-Key", `"again"`)
				return r
			}})
	}
	add("memory", middleware.NewMemoryIdempotency(middleware.MemoryIdempotencyOptions{}))
	add("Redis", redis.NewIdempotency(c, redis.StoreOptions{}))
	add("SQLite", keys(t, "sqlite", "file:"+filepath.Join(t.TempDir(), "keys.db")+"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(NORMAL)", briosql.SQLite))
	add("PostgreSQL", keys(t, "pgx", testkit.Postgres(t), briosql.PostgreSQL))
	return all
}

func keys(t *testing.T, driver, url string, d briosql.Dialect) *briosql.Idempotency {
	t.Helper()
	db := connect(t, driver, url)
	s, err := briosql.NewIdempotency(db, d, briosql.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(s.Schema()); err != nil {
		t.Fatal(err)
	}
	return s
}

func connect(t *testing.T, driver, url string) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// sessions are requests of a client that has one: each reads a value.
func sessions(t *testing.T, c *client.Client) []way {
	codec, err := cookies.NewCodec(cookies.Key{Sign: []byte("0123456789abcdef0123456789abcdef")})
	if err != nil {
		t.Fatal(err)
	}
	all := []way{{"session, read", "bare", newApp(), nil}}
	add := func(name string, h http.Handler) {
		all = append(all, way{"session, read", name, h, withCookies(t, h)})
	}
	brioSession := func(m middleware.Func) http.Handler {
		app := brio.New(brio.Use(m), brio.Provide(middleware.SessionFrom))
		app.Post("/orders", func(in *brio.Body[order], s *middleware.Session) order {
			var user string
			if !s.Get("user", &user) {
				_ = s.Set("user", "ada")
			}
			return in.Value
		})
		return app
	}
	add("Brio, memory", brioSession(middleware.ServerSessions(middleware.ServerSessionOptions{})))
	add("Brio, Redis", brioSession(middleware.ServerSessions(middleware.ServerSessionOptions{Store: redis.NewSessions(c, redis.StoreOptions{})})))
	add("Brio, cookie", brioSession(middleware.Sessions(codec, middleware.SessionOptions{})))
	scsSession := func(store scs.Store) http.Handler {
		m := scs.New()
		if store != nil {
			m.Store = store
		}
		app := newApp()
		return m.LoadAndSave(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if m.GetString(r.Context(), "user") == "" {
				m.Put(r.Context(), "user", "ada")
			}
			app.ServeHTTP(w, r)
		}))
	}
	add("scs, memory", scsSession(nil))
	add("scs, Redis", scsSession(goredisstore.New(c)))
	return all
}

// count has the arguments of a job.
type count struct {
	N int `json:"n" validate:"min=1"`
}

// Kind makes count the arguments of a job of River.
func (count) Kind() string { return "count" }

// enqueued are requests that enqueue a job in their transaction on PostgreSQL. No job runs.
func enqueued(t *testing.T) []way {
	db := connect(t, "pgx", testkit.Postgres(t))
	store, err := briosql.NewIdempotency(db, briosql.PostgreSQL, briosql.Options{})
	if err != nil {
		t.Fatal(err)
	}
	engine, err := brioriver.New(db, briosql.PostgreSQL, brioriver.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := engine.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	direct, err := river.NewClient(riverdatabasesql.New(db), &river.Config{})
	if err != nil {
		t.Fatal(err)
	}
	serve := func(handler any) http.Handler {
		app := brio.New(
			brio.Use(middleware.Idempotency(middleware.IdempotencyOptions{Store: store})), // makes the transactions
			brio.Provide(briosql.Tx),
			brio.Jobs(engine, jobs.EnqueueOnly(), jobs.Handle("count", func(*jobs.Job[count]) {})),
		)
		app.Post("/orders", handler)
		return app
	}
	return []way{
		{"enqueue", "bare", serve(func(in *brio.Body[order], tx *sql.Tx) (order, error) {
			_, err := tx.Exec("SELECT 1")
			return in.Value, err
		}), nil},
		{"enqueue", "Brio, PostgreSQL", serve(func(ctx context.Context, in *brio.Body[order], _ *sql.Tx, queue *jobs.Queue) (order, error) {
			return in.Value, queue.Enqueue(ctx, count{in.Value.N})
		}), nil},
		{"enqueue", "River, PostgreSQL", serve(func(ctx context.Context, in *brio.Body[order], tx *sql.Tx) (order, error) {
			_, err := direct.InsertTx(ctx, tx, count{in.Value.N}, nil)
			return in.Value, err
		}), nil},
	}
}

// withCookies sends one request, and returns requests with the cookies of its answer.
func withCookies(t *testing.T, h http.Handler) func(int64) *http.Request {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, post())
	sent := w.Result().Cookies()
	if len(sent) == 0 {
		t.Fatalf("no cookie: %d %v", w.Code, w.Header())
	}
	return func(int64) *http.Request {
		r := post()
		for _, c := range sent {
			r.AddCookie(c)
		}
		return r
	}
}

// rounds is how often each way is measured. One round is a check that all ways answer.
var rounds = flag.Int("rounds", 1, "how often each way is measured; the table has the medians")

// TestCosts measures the ways in turn, and prints the table.
func TestCosts(t *testing.T) {
	if os.Getenv("BRIO_SERVICES") == "" {
		t.Skip("it needs redis-server and PostgreSQL: BRIO_SERVICES=1")
	}
	server := hubtest.Redis(t)
	server.Start()
	c := client.NewClient(&client.Options{Addr: server.Addr(), ContextTimeoutEnabled: true})
	t.Cleanup(func() { _ = c.Close() })
	all := slices.Concat(limits(c), sessions(t, c), idempotent(t, c), enqueued(t))
	results := make([][]testing.BenchmarkResult, len(all))
	for range *rounds {
		for i, w := range all {
			results[i] = append(results[i], testing.Benchmark(w.measure))
		}
	}
	fmt.Println("| request | way | µs | of bare | bytes | allocations |\n|---|---|---:|---:|---:|---:|")
	var bare float64
	for i, w := range all {
		slices.SortFunc(results[i], func(a, b testing.BenchmarkResult) int { return int(a.NsPerOp() - b.NsPerOp()) })
		r := results[i][len(results[i])/2]
		if r.N == 0 {
			t.Fatalf("%s, %s: no request was answered with 200", w.group, w.name)
		}
		took := float64(r.T.Nanoseconds()) / float64(r.N) / 1000
		if w.name == "bare" {
			bare = took
		}
		fmt.Printf("| %s | %s | %.1f | %.1f | %d | %d |\n", w.group, w.name, took, took/bare, r.AllocedBytesPerOp(), r.AllocsPerOp())
	}
}

// asked counts the requests of all ways, so that no key is used twice.
var asked atomic.Int64

func (w way) measure(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		r := post
		if w.request != nil {
			r = func() *http.Request { return w.request(asked.Add(1)) }
		}
		answer := httptest.NewRecorder()
		w.handler.ServeHTTP(answer, r())
		if answer.Code != http.StatusOK {
			b.Fatalf("%s, %s: %d %s", w.group, w.name, answer.Code, answer.Body)
		}
	}
}
