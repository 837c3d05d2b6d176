//go:build unix

package brioriver_test

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	brioriver "github.com/brio-go/brio/contrib/river"
	briosql "github.com/brio-go/brio/contrib/sql"
	"github.com/brio-go/brio/internal/testkit"
)

// The environment of the processes that a test kills.
const (
	envURL     = "BRIO_RIVER_URL"
	envDriver  = "BRIO_RIVER_DRIVER"
	envDialect = "BRIO_RIVER_DIALECT"
)

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
	db.SetMaxOpenConns(12)
	dialect := briosql.SQLite
	if os.Getenv(envDialect) == "PostgreSQL" {
		dialect = briosql.PostgreSQL
	}
	e, err := brioriver.New(db, dialect, brioriver.Options{Poll: 100 * time.Millisecond, Lease: 3 * time.Second})
	if err != nil {
		log.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		log.Fatal(err)
	}
	app := newApp(&testing.T{}, db, dialect, e)
	if err := app.Start(context.Background()); err != nil {
		log.Fatal(err)
	}
	fmt.Println(l.Addr())
	go func() { // the end of the standard input is the end of the test, which the process does not survive
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	log.Fatal(http.Serve(l, app))
}

// process is an app in a process of its own.
type process struct {
	addr  string
	cmd   *exec.Cmd
	stdin io.Closer
}

// startProcess starts the app.
func startProcess(t *testing.T, d database, url string) *process {
	t.Helper()
	p := &process{cmd: exec.Command(os.Args[0], "-test.run=^$")}
	p.cmd.Env = append(os.Environ(), envURL+"="+url, envDriver+"="+d.driver, envDialect+"="+d.name)
	p.cmd.Stderr = os.Stderr
	stdin, err := p.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.stdin = stdin
	stdout, err := p.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		t.Error("a process did not start:", err)
	}
	p.addr = strings.TrimSpace(line)
	return p
}

// kill ends the process at once, and waits for its end.
func (p *process) kill() {
	_ = p.cmd.Process.Signal(syscall.SIGKILL)
	_ = p.stdin.Close()
	_ = p.cmd.Wait()
}

// Processes are killed at random points while requests store orders with their jobs, and workers run them. Each job ran at least once if and
// only if its order is there; a job with a key exists once, whichever of its requests was committed. BRIO_KILL is the number of requests.
func TestKilledProcesses(t *testing.T) {
	requests := 300
	if n, err := strconv.Atoi(os.Getenv("BRIO_KILL")); err == nil {
		requests = n
	}
	for _, d := range databases() {
		t.Run(d.name, func(t *testing.T) {
			url := d.newURL(t)(t)
			db := connect(t, d.driver, url)
			newEngine(t, db, d.dialect)
			newTables(t, db, d.dialect)
			const running = 3
			var processes [running]atomic.Pointer[process]
			for i := range processes {
				processes[i].Store(startProcess(t, d, url))
			}
			quit, killer := make(chan struct{}), make(chan int)
			go func() {
				kills := 0
				for {
					select {
					case <-quit:
						killer <- kills
						return
					case <-time.After(200*time.Millisecond + rand.N(600*time.Millisecond)):
						p := &processes[rand.IntN(running)]
						p.Load().kill()
						kills++
						p.Store(startProcess(t, d, url))
					}
				}
			}()
			client := &http.Client{Timeout: 10 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: 4}}
			var next, answered, failed atomic.Int64
			var work sync.WaitGroup
			for range 8 {
				work.Go(func() {
					for {
						id := next.Add(1)
						if id > int64(requests) {
							return
						}
						target := fmt.Sprintf("http://%s/orders/%d", processes[rand.IntN(running)].Load().addr, id)
						switch {
						case id%10 == 1:
							target += "?end=error"
						case id%10 > 1 && id%10 < 6: // ten requests have one key
							target += fmt.Sprint("?once=", id%10, "-", id/100)
						}
						res, err := client.Post(target, "", nil)
						if err != nil {
							failed.Add(1)
							time.Sleep(20 * time.Millisecond)
							continue
						}
						_, _ = io.Copy(io.Discard, res.Body)
						_ = res.Body.Close()
						if res.StatusCode == http.StatusCreated {
							answered.Add(1)
						}
					}
				})
			}
			work.Wait()
			close(quit)
			kills := <-killer
			const unfinished = "SELECT count(*) FROM river_job WHERE state NOT IN ('completed', 'cancelled', 'discarded')"
			for deadline := time.Now().Add(4 * time.Minute); number(t, db, unfinished) > 0 && time.Now().Before(deadline); {
				time.Sleep(200 * time.Millisecond)
			}
			for i := range processes {
				processes[i].Load().kill()
			}
			orders := number(t, db, "SELECT count(*) FROM orders")
			stored := number(t, db, "SELECT count(*) FROM river_job")
			ran := number(t, db, "SELECT count(DISTINCT job) FROM runs")
			runs := number(t, db, "SELECT count(*) FROM runs")
			uncommitted := number(t, db, "SELECT count(*) FROM runs WHERE id NOT IN (SELECT id FROM orders)")
			// Of the orders with a key one has the job; each of the others has one.
			plain := number(t, db, "SELECT count(*) FROM orders WHERE id % 10 = 0 OR id % 10 >= 6")
			keys := number(t, db, "SELECT count(*) FROM (SELECT DISTINCT id % 10 AS a, id / 100 AS b FROM orders WHERE id % 10 BETWEEN 2 AND 5) AS keys")
			twice := number(t, db, "SELECT count(*) FROM (SELECT 1 FROM (SELECT DISTINCT id, job FROM runs) AS jobs WHERE id % 10 BETWEEN 2 AND 5 GROUP BY id % 10, id / 100 HAVING count(*) > 1) AS keys")
			lost := plain + keys - ran
			t.Logf("%d requests, %d answered with 201, %d without an answer; %d processes killed", requests, answered.Load(), failed.Load(), kills)
			t.Logf("enqueued in %d committed transactions, of which %d without a key; %d keys; %d jobs stored", orders, plain, keys, stored)
			t.Logf("%d jobs ran, in %d runs; %d lost, %d without a committed transaction, %d keys with two jobs", ran, runs, lost, uncommitted, twice)
			if lost != 0 || uncommitted != 0 || twice != 0 || stored != plain+keys || int(answered.Load()) > orders || kills == 0 || number(t, db, unfinished) != 0 {
				t.Errorf("want %d jobs, each of which ran", plain+keys)
			}
		})
	}
}
