//go:build unix

package briosql_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	_ "modernc.org/sqlite"

	"github.com/brio-go/brio"
	briosql "github.com/brio-go/brio/contrib/sql"
	"github.com/brio-go/brio/internal/faults"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/middleware"
	"github.com/brio-go/brio/middleware/storetest"
	"github.com/brio-go/brio/response"
)

// database is one of the databases of the tests.
type database struct {
	name, driver string
	dialect      briosql.Dialect
	newURL       func(t *testing.T) string
}

// databases has both; PostgreSQL is skipped without BRIO_SERVICES.
func databases() []database {
	return []database{
		{"SQLite", "sqlite", briosql.SQLite, newSQLite},
		{"PostgreSQL", "pgx", briosql.PostgreSQL, func(t *testing.T) string { return testkit.Postgres(t) }},
	}
}

// newSQLite returns the URL of a new file.
func newSQLite(t *testing.T) string {
	return "file:" + filepath.Join(t.TempDir(), "test.db") + "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)"
}

func connect(t testing.TB, driver, url string) *sql.DB {
	t.Helper()
	db, err := sql.Open(driver, url)
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(20)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// newStore returns a store whose table exists.
func newStore(t testing.TB, db *sql.DB, d briosql.Dialect, o briosql.Options) *briosql.Idempotency {
	t.Helper()
	s, err := briosql.NewIdempotency(db, d, o)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(s.Schema()); err != nil {
		t.Fatal(err)
	}
	return s
}

func TestIdempotency(t *testing.T) {
	for _, d := range databases() {
		t.Run(d.name, func(t *testing.T) {
			db, n := connect(t, d.driver, d.newURL(t)), 0
			storetest.Idempotency(t, func(t *testing.T) middleware.IdempotencyStore {
				n++
				return newStore(t, db, d.dialect, briosql.Options{Table: fmt.Sprint("keys_", n)})
			})
		})
	}
}

// faulty returns a pool of a database with faults, and one without if it has a server.
func faulty(t *testing.T, s faults.Server, addr string) (db, direct *sql.DB) {
	if file, ok := s.(*testkit.SQLiteFile); ok {
		return file.Connect(), file.Connect()
	}
	return connect(t, "pgx", testkit.PostgresURL(addr)), connect(t, "pgx", testkit.PostgresURL(s.Addr()))
}

// servers are the databases with their faults; PostgreSQL is skipped without BRIO_SERVICES.
func servers() []server {
	return []server{
		{"SQLite", briosql.SQLite, func(t *testing.T) faults.Server { return testkit.NewSQLiteFile(t) }},
		{"PostgreSQL", briosql.PostgreSQL, func(t *testing.T) faults.Server { return testkit.NewPostgres(t) }},
	}
}

// server is a database of the tests with faults.
type server struct {
	name    string
	dialect briosql.Dialect
	start   func(t *testing.T) faults.Server
}

func TestIdempotencyFaults(t *testing.T) {
	t.Parallel()
	for _, d := range servers() {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel() // it waits for most of its time
			server := d.start(t)
			storetest.IdempotencyFaults(t, server, func(t *testing.T, addr string) middleware.IdempotencyStore {
				db, direct := faulty(t, server, addr)
				newStore(t, direct, d.dialect, briosql.Options{})
				s, err := briosql.NewIdempotency(db, d.dialect, briosql.Options{Timeout: 200 * time.Millisecond})
				if err != nil {
					t.Fatal(err)
				}
				return s
			})
		})
	}
}

// Clients pay while the database has faults, and send a request again when they get no answer. No payment is made twice, each answer 201 has its
// payment, and all answers to one key are one.
func TestPaymentFaults(t *testing.T) {
	t.Parallel()
	for _, d := range servers() {
		t.Run(d.name, func(t *testing.T) {
			t.Parallel() // it waits for most of its time
			server := d.start(t)
			addr, phases := faults.Begin(t, server)
			db, direct := faulty(t, server, addr)
			newStore(t, direct, d.dialect, briosql.Options{})
			if _, err := direct.Exec("CREATE TABLE paid (name TEXT NOT NULL)"); err != nil {
				t.Fatal(err)
			}
			store, err := briosql.NewIdempotency(db, d.dialect, briosql.Options{Timeout: 200 * time.Millisecond})
			if err != nil {
				t.Fatal(err)
			}
			app := brio.New(
				brio.Use(middleware.Idempotency(middleware.IdempotencyOptions{Store: store, Lease: 2 * time.Second, Logger: slog.New(slog.DiscardHandler)})),
				brio.Logger(slog.New(slog.DiscardHandler)), brio.Provide(briosql.Tx),
			)
			app.Post("/paid/{name}", func(ctx context.Context, tx *sql.Tx, in struct {
				Name string `path:"name"`
			}) (string, error) {
				ctx, cancel := context.WithTimeout(ctx, 200*time.Millisecond)
				defer cancel()
				_, err := tx.ExecContext(ctx, "INSERT INTO paid (name) VALUES ('"+in.Name+"')")
				return rand.Text(), err
			})
			var tried, failed, wrong atomic.Int64
			var answers sync.Map // name to the body of an answer 200
			pay := func(phase, name string) bool {
				tried.Add(1)
				w := post(app, "/paid/"+name, name)
				if w.Code != http.StatusOK {
					failed.Add(1)
					return false
				}
				if first, isSecond := answers.LoadOrStore(name, w.Body.String()); isSecond && first != w.Body.String() {
					wrong.Add(1)
					t.Errorf("%s: %s has two answers", phase, name)
				}
				return true
			}
			names := 0
			for number, ph := range phases {
				before := failed.Load()
				ph.Begin()
				faults.During(4, 12, func(worker, i int) {
					for range 3 {
						pay(ph.Name, fmt.Sprint(number, "-", worker, "-", i))
					}
				})
				ph.End()
				names += 4 * 12
				t.Logf("%-15s %4d requests, %4d failed", ph.Name, tried.Load(), failed.Load()-before)
				faults.Recovers(t, ph.Name, func(context.Context) error {
					if w := post(app, fmt.Sprint("/paid/recovery-", number), fmt.Sprint("recovery-", number)); w.Code != http.StatusOK {
						return errors.New(w.Body.String())
					}
					return nil
				})
			}
			time.Sleep(2500 * time.Millisecond) // the leases of requests whose outcome the store could not learn
			answered := 0
			for number := range phases {
				for worker := range 4 {
					for i := range 12 {
						name := fmt.Sprint(number, "-", worker, "-", i)
						_, isAnswered := answers.Load(name)
						if isAnswered {
							answered++
						}
						paid := count(t, direct, "paid WHERE name = '"+name+"'")
						last := false
						for tries := 0; !last && tries < 10; tries++ { // the store has little time
							last = pay("in the end", name)
						}
						if paid > 1 || isAnswered && paid != 1 || !last || count(t, direct, "paid WHERE name = '"+name+"'") != 1 {
							wrong.Add(1)
							t.Errorf("%s: answered %v, %d payments; the last try succeeded: %v", name, isAnswered, paid, last)
						}
					}
				}
			}
			t.Logf("payments: %d requests for %d payments, %d failed, %d answered during the faults, %d wrong", tried.Load(), names, failed.Load(), answered, wrong.Load())
		})
	}
}

// payments is an app whose effects are rows. Each payment is made in the transaction of its request.
func payments(db *sql.DB, store middleware.IdempotencyStore, lease time.Duration) *brio.App {
	app := brio.New(
		brio.Use(middleware.Idempotency(middleware.IdempotencyOptions{Store: store, Lease: lease})),
		brio.Provide(briosql.Tx),
	)
	app.Post("/payments", func(ctx context.Context, tx *sql.Tx) (int, error) {
		if _, err := tx.ExecContext(ctx, "INSERT INTO payments (amount) VALUES (7)"); err != nil {
			return 0, err
		}
		var n int
		err := tx.QueryRowContext(ctx, "SELECT count(*) FROM payments").Scan(&n)
		return n, err
	}, brio.Status(http.StatusCreated))
	app.Post("/fail", func(ctx context.Context, tx *sql.Tx, in struct {
		Status int `query:"status"`
	}) error {
		if _, err := tx.ExecContext(ctx, "INSERT INTO payments (amount) VALUES (8)"); err != nil {
			return err
		}
		return response.NewError(in.Status, "no")
	})
	app.Get("/payments", func(*sql.Tx) {})
	app.Post("/pure", func() string { return "pure" })
	return app
}

const createPayments = "CREATE TABLE IF NOT EXISTS payments (amount INTEGER NOT NULL)"

// count counts the rows of payments, or those of another table and its condition.
func count(t testing.TB, db *sql.DB, from ...string) (n int) {
	t.Helper()
	if err := db.QueryRow("SELECT count(*) FROM " + append(from, "payments")[0]).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// post sends a request to an app.
func post(app http.Handler, path, key string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", path, nil)
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	w := httptest.NewRecorder()
	app.ServeHTTP(w, r)
	return w
}

// Effects and answers are committed together, or not at all.
func TestTransactions(t *testing.T) {
	for _, d := range databases() {
		t.Run(d.name, func(t *testing.T) {
			db := connect(t, d.driver, d.newURL(t))
			store := newStore(t, db, d.dialect, briosql.Options{})
			if _, err := db.Exec(createPayments); err != nil {
				t.Fatal(err)
			}
			app := payments(db, store, time.Minute)
			testkit.Duplicates(t, app, func() int { return count(t, db) })
			for _, c := range []struct {
				path, key string
				status    int
				body      string
				rows      int
				replayed  bool
			}{
				{"/payments", "", 201, "2", 2, false},
				{"/payments", "a", 201, "3", 3, false},
				{"/payments", "a", 201, "3", 3, true},
				{"/fail?status=409", "b", 409, `{"detail":"no"}`, 3, false},
				{"/fail?status=409", "b", 409, `{"detail":"no"}`, 3, true},
				{"/fail?status=503", "c", 503, `{"detail":"no"}`, 3, false},
				{"/fail?status=503", "c", 503, `{"detail":"no"}`, 3, false},
				{"/fail?status=404", "", 404, `{"detail":"no"}`, 3, false},
				{"/pure", "d", 200, `"pure"`, 3, false},
				{"/pure", "d", 200, `"pure"`, 3, true},
			} {
				w := post(app, c.path, c.key)
				if n := count(t, db); w.Code != c.status || w.Body.String() != c.body || n != c.rows || (w.Header().Get(middleware.ReplayedHeader) != "") != c.replayed {
					t.Errorf("%s with key %q: got %d %s with %d rows, want %+v", c.path, c.key, w.Code, w.Body, n, c)
				}
			}
			w := httptest.NewRecorder()
			if app.ServeHTTP(w, httptest.NewRequest("GET", "/payments", nil)); w.Code != 500 {
				t.Errorf("GET: got %d, want 500: it has no transaction", w.Code)
			}
		})
	}
}

// unrenewed is a store whose leases pass while handlers run, as those of a server that does not answer in between.
type unrenewed struct {
	middleware.IdempotencyTransactions
}

// A request whose lease has passed, and whose key another request has taken, has no effect.
func TestLostClaimCommitsNothing(t *testing.T) {
	for _, d := range databases() {
		t.Run(d.name, func(t *testing.T) {
			db := connect(t, d.driver, d.newURL(t))
			store := newStore(t, db, d.dialect, briosql.Options{})
			if _, err := db.Exec(createPayments); err != nil {
				t.Fatal(err)
			}
			slow := make(chan struct{})
			var calls atomic.Int64
			app := brio.New(
				brio.Use(middleware.Idempotency(middleware.IdempotencyOptions{Store: unrenewed{store}, Lease: 100 * time.Millisecond})),
				brio.Provide(briosql.Tx),
			)
			app.Post("/payments", func(ctx context.Context) (string, error) {
				if calls.Add(1) == 1 {
					<-slow
				}
				tx, err := briosql.Tx(ctx)
				if errors.Is(err, middleware.ErrIdempotencyLost) {
					return "lost", nil
				}
				if err != nil {
					return "", err
				}
				_, err = tx.ExecContext(ctx, "INSERT INTO payments (amount) VALUES (7)")
				return "done", err
			})
			late := make(chan *httptest.ResponseRecorder)
			go func() { late <- post(app, "/payments", "k") }()
			time.Sleep(250 * time.Millisecond)
			second := post(app, "/payments", "k")
			close(slow)
			if w := <-late; second.Code != 200 || w.Code != 409 || count(t, db) != 1 {
				t.Errorf("got %d, and %d %s for the late one with %d effects; want 200, 409 and 1", second.Code, w.Code, w.Body, count(t, db))
			}
			if w := post(app, "/payments", "k"); w.Body.String() != `"done"` || count(t, db) != 1 {
				t.Errorf("retry: got %d %s", w.Code, w.Body)
			}
		})
	}
}

// A handler takes a few times its lease, before its transaction and in it. The key stays its own: a retry is refused, and runs
// nothing.
func TestLeaseIsRenewed(t *testing.T) {
	for _, d := range databases() {
		t.Run(d.name, func(t *testing.T) {
			db := connect(t, d.driver, d.newURL(t))
			store := newStore(t, db, d.dialect, briosql.Options{Timeout: time.Second})
			if _, err := db.Exec(createPayments); err != nil {
				t.Fatal(err)
			}
			const lease = 300 * time.Millisecond
			app := brio.New(brio.Use(middleware.Idempotency(middleware.IdempotencyOptions{Store: store, Lease: lease})), brio.Provide(briosql.Tx))
			begin, began, end := make(chan bool), make(chan bool), make(chan bool)
			var calls atomic.Int64
			app.Post("/payments", func(ctx context.Context) (string, error) {
				calls.Add(1)
				<-begin
				tx, err := briosql.Tx(ctx)
				if err == nil {
					_, err = tx.ExecContext(ctx, "INSERT INTO payments (amount) VALUES (7)")
				}
				began <- true
				<-end
				return "done", err
			})
			first := make(chan *httptest.ResponseRecorder)
			go func() { first <- post(app, "/payments", "k") }()
			time.Sleep(3 * lease)
			if w := post(app, "/payments", "k"); w.Code != http.StatusConflict {
				t.Errorf("before the transaction: got %d %s, want 409", w.Code, w.Body)
			}
			begin <- true
			<-began
			time.Sleep(3 * lease)
			want := http.StatusConflict
			if d.dialect == briosql.SQLite { // no other request can write
				want = http.StatusServiceUnavailable
			}
			if w := post(app, "/payments", "k"); w.Code != want {
				t.Errorf("in the transaction: got %d %s, want %d", w.Code, w.Body, want)
			}
			end <- true
			w, retry := <-first, post(app, "/payments", "k")
			if w.Code != 200 || retry.Code != 200 || retry.Header().Get(middleware.ReplayedHeader) != "true" || calls.Load() != 1 || count(t, db) != 1 {
				t.Errorf("got %d %s, then %d %s, after %d calls with %d effects", w.Code, w.Body, retry.Code, retry.Body, calls.Load(), count(t, db))
			}
		})
	}
}

// The environment of the process that a test kills.
const (
	envURL     = "BRIO_SQL_URL"
	envDriver  = "BRIO_SQL_DRIVER"
	envDialect = "BRIO_SQL_DIALECT"
	envKill    = "BRIO_SQL_KILL" // before or after the commit; "" never
)

// killing is a store that kills the process around the commit.
type killing struct {
	*briosql.Idempotency
	when string
}

// killingTransaction is a transaction of killing.
type killingTransaction struct {
	middleware.IdempotencyTransaction
	when string
}

func (k killing) Open(ctx context.Context, c middleware.IdempotencyClaim) (context.Context, middleware.IdempotencyTransaction) {
	ctx, t := k.Idempotency.Open(ctx, c)
	return ctx, killingTransaction{t, k.when}
}

func (k killingTransaction) Commit(ctx context.Context, answer []byte) error {
	if k.when == "before" {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
	}
	err := k.IdempotencyTransaction.Commit(ctx, answer)
	if k.when == "after" && err == nil {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {} // the signal may arrive later
	}
	return err
}

// TestMain runs the tests, or the app in a process that a test has started.
func TestMain(m *testing.M) {
	testkit.SQLiteMain()
	url := os.Getenv(envURL)
	if url == "" {
		os.Exit(m.Run())
	}
	db, err := sql.Open(os.Getenv(envDriver), url)
	if err != nil {
		log.Fatal(err)
	}
	dialect := briosql.SQLite
	if os.Getenv(envDialect) == "PostgreSQL" {
		dialect = briosql.PostgreSQL
	}
	store, err := briosql.NewIdempotency(db, dialect, briosql.Options{})
	if err != nil {
		log.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println(l.Addr())
	go func() { // the end of the standard input is the end of the test, which the process does not survive
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	log.Fatal(http.Serve(l, payments(db, killing{store, os.Getenv(envKill)}, 500*time.Millisecond)))
}

// startProcess starts the app in a process, and returns its address and a function that waits for its end.
func startProcess(t *testing.T, d database, url, kill string) (addr string, wait func()) {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), envURL+"="+url, envDriver+"="+d.driver, envDialect+"="+d.name, envKill+"="+kill)
	cmd.Stderr = os.Stderr
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var once sync.Once
	wait = func() { once.Do(func() { _ = stdin.Close(); _ = cmd.Wait() }) }
	t.Cleanup(wait)
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(line), wait
}

// A process is killed around the commit. The retry in a new process has one effect and one answer: a replay if the commit was done, and
// otherwise, after the lease, a run of the handler.
func TestKilledProcess(t *testing.T) {
	for _, d := range databases() {
		t.Run(d.name, func(t *testing.T) {
			url := d.newURL(t)
			db := connect(t, d.driver, url)
			newStore(t, db, d.dialect, briosql.Options{})
			if _, err := db.Exec(createPayments); err != nil {
				t.Fatal(err)
			}
			kills, wrong := 0, 0
			for round := range 5 {
				for _, when := range []string{"after", "before"} {
					key, before := fmt.Sprint(when, round), count(t, db)
					send := func(addr string) (*http.Response, string, error) {
						r, _ := http.NewRequest("POST", "http://"+addr+"/payments", nil)
						r.Header.Set("Idempotency-Key", key)
						r.Close = true
						res, err := http.DefaultClient.Do(r)
						if err != nil {
							return nil, "", err
						}
						defer res.Body.Close()
						body, err := io.ReadAll(res.Body)
						return res, string(body), err
					}
					addr, wait := startProcess(t, d, url, when)
					if res, body, err := send(addr); err == nil {
						t.Fatalf("got %d %s from a process that was killed", res.StatusCode, body)
					}
					wait()
					kills++
					committed := count(t, db) - before
					addr, wait = startProcess(t, d, url, "")
					var res *http.Response
					var body string
					for range 100 { // 409 until the lease has passed
						var err error
						if res, body, err = send(addr); err != nil {
							t.Fatal(err)
						}
						if res.StatusCode != http.StatusConflict {
							break
						}
						time.Sleep(50 * time.Millisecond)
					}
					wait()
					isReplay := res.Header.Get(middleware.ReplayedHeader) == "true"
					if effects := count(t, db) - before; res.StatusCode != 201 || body != fmt.Sprint(before+1) || effects != 1 || isReplay != (when == "after") || (committed == 1) != (when == "after") {
						wrong++
						t.Errorf("killed %s the commit: got %d %s, replay %v, %d effects of which %d before the retry", when, res.StatusCode, body, isReplay, effects, committed)
					}
				}
			}
			t.Logf("%d processes killed, %d wrong", kills, wrong)
		})
	}
}

// losing stands between a store and PostgreSQL. When armed it cuts the connection in place of the answer to the next COMMIT.
type losing struct {
	addr  string // of the server
	armed atomic.Bool
}

// listen returns the address of the proxy, which ends with the test.
func (p *losing) listen(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			go p.serve(client)
		}
	}()
	return l.Addr().String()
}

func (p *losing) serve(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", p.addr)
	if err != nil {
		return
	}
	defer server.Close()
	var cuts atomic.Bool
	go func() {
		defer client.Close()
		defer server.Close()
		buf := make([]byte, 32<<10)
		for {
			n, err := server.Read(buf)
			if err != nil || cuts.Load() {
				return
			}
			if _, err := client.Write(buf[:n]); err != nil {
				return
			}
		}
	}()
	buf := make([]byte, 32<<10)
	for {
		n, err := client.Read(buf)
		if err != nil {
			return
		}
		if bytes.Contains(bytes.ToLower(buf[:n]), []byte("commit")) && p.armed.CompareAndSwap(true, false) {
			cuts.Store(true)
		}
		if _, err := server.Write(buf[:n]); err != nil {
			return
		}
	}
}

// The connection is cut after a commit, or before it. The store finds out which: the answer is then sent, or the request is a 503 and its
// key is free.
func TestConnectionCutAtCommit(t *testing.T) {
	server := testkit.NewPostgres(t)
	server.Start()
	proxy := &losing{addr: server.Addr()}
	direct := connect(t, "pgx", testkit.PostgresURL(server.Addr()))
	db := connect(t, "pgx", testkit.PostgresURL(proxy.listen(t)))
	store := newStore(t, db, briosql.PostgreSQL, briosql.Options{})
	if _, err := db.Exec(createPayments); err != nil {
		t.Fatal(err)
	}
	terminates := false
	app := brio.New(brio.Use(middleware.Idempotency(middleware.IdempotencyOptions{Store: store})), brio.Provide(briosql.Tx))
	app.Post("/payments", func(ctx context.Context, tx *sql.Tx) (string, error) {
		_, err := tx.ExecContext(ctx, "INSERT INTO payments (amount) VALUES (7)")
		if err == nil && terminates {
			var pid int
			if err = tx.QueryRowContext(ctx, "SELECT pg_backend_pid()").Scan(&pid); err == nil {
				_, err = direct.ExecContext(ctx, "SELECT pg_terminate_backend($1)", pid)
			}
		}
		return "done", err
	})
	for i := range 20 {
		key, before := fmt.Sprint("k", i), count(t, direct)
		terminates = i%2 == 1
		proxy.armed.Store(!terminates)
		first := post(app, "/payments", key)
		if committed := count(t, direct) - before; terminates && (first.Code != 503 || committed != 0) || !terminates && (first.Code != 200 || committed != 1 || proxy.armed.Load()) {
			t.Errorf("terminated before the commit: %v; got %d %s with %d effects", terminates, first.Code, first.Body, committed)
		}
		terminates = false
		retry := post(app, "/payments", key)
		if effects := count(t, direct) - before; retry.Code != 200 || retry.Body.String() != `"done"` || effects != 1 {
			t.Errorf("retry: got %d %s with %d effects, want one", retry.Code, retry.Body, effects)
		}
	}
}

// Rows that have expired are deleted by Begin, some at a time.
func TestExpiredRowsAreDeleted(t *testing.T) {
	for _, d := range databases() {
		t.Run(d.name, func(t *testing.T) {
			db := connect(t, d.driver, d.newURL(t))
			store := newStore(t, db, d.dialect, briosql.Options{})
			for i := range 250 {
				c := middleware.IdempotencyClaim{Key: fmt.Sprint(i), Request: "r", Token: "t", Lease: time.Millisecond, TTL: time.Millisecond}
				if r, err := store.Begin(t.Context(), c); r != nil || err != nil {
					t.Fatal(r, err)
				}
			}
			time.Sleep(20 * time.Millisecond)
			var left int
			if err := db.QueryRow("SELECT count(*) FROM brio_idempotency").Scan(&left); err != nil || left > 100 {
				t.Errorf("got %d rows, %v; want at most 100", left, err)
			}
			n, err := store.DeleteExpired(t.Context())
			if int(n) != left || err != nil {
				t.Errorf("DeleteExpired: got %d, %v, want %d", n, err, left)
			}
		})
	}
}

func TestNewIdempotencyRefuses(t *testing.T) {
	db := connect(t, "sqlite", newSQLite(t))
	for _, c := range []struct {
		db    *sql.DB
		d     briosql.Dialect
		table string
	}{{nil, briosql.SQLite, ""}, {db, 0, ""}, {db, briosql.SQLite, "a b"}, {db, briosql.SQLite, "x;--"}, {db, briosql.SQLite, "a.b.c"}, {db, briosql.PostgreSQL, `"a"`}} {
		if _, err := briosql.NewIdempotency(c.db, c.d, briosql.Options{Table: c.table}); err == nil {
			t.Errorf("%v, table %q: got no error", c.d, c.table)
		}
	}
	if _, err := briosql.Tx(t.Context()); err == nil {
		t.Error("Tx outside of a request: got no error")
	}
}
