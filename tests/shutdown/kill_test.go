package shutdown_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/brio-go/brio/internal/testkit"
)

// TestMain runs the tests, or the server of a child process.
func TestMain(m *testing.M) {
	if os.Getenv("BRIO_JOURNAL") != "" {
		if err := serveUnderLoad(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// clients is how many clients send requests while the signal comes.
const clients = 200

// rounds is how often each way of shutdown is tried: BRIO_KILL_ROUNDS, 1 without it. `make kill` tries 10.
func rounds(t *testing.T) int {
	t.Helper()
	text := os.Getenv("BRIO_KILL_ROUNDS")
	if text == "" {
		return 1
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("BRIO_KILL_ROUNDS=%q", text)
	}
	return n
}

// TestKillLosesNothing: 200 clients send requests of all kinds while SIGTERM comes, with and without a delay.
//
//   - A request that the client has written completely is answered completely, or no byte of an answer comes and no code of the app has
//     run for it.
//   - What an answer says is committed is in the database.
//   - Each background task has run, or the log counts it.
//   - The process leaves no goroutine, and ends with 0.
func TestKillLosesNothing(t *testing.T) {
	for _, delay := range []time.Duration{0, 300 * time.Millisecond} {
		for i := range rounds(t) {
			t.Run(fmt.Sprintf("delay %v round %d", delay, i+1), func(t *testing.T) { kill(t, delay) })
		}
	}
}

// kill is one round.
func kill(t *testing.T, delay time.Duration) {
	dir := t.TempDir()
	journalFile, database := filepath.Join(dir, "journal"), filepath.Join(dir, "database")
	child := testkit.StartChild(t, "BRIO_JOURNAL="+journalFile, "BRIO_DATABASE="+database, "BRIO_DELAY="+delay.String())
	load := &load{address: strings.TrimPrefix(child.URL, "http://")}
	var running sync.WaitGroup
	for i := range clients {
		running.Go(func() { load.run(i) })
	}
	testkit.Eventually(t, "the load", func() bool { return load.answered.Load() >= 2*clients })
	time.Sleep(rand.N(200 * time.Millisecond))
	child.Stop()
	testkit.Wait(t, &running, "the end of the clients")
	load.check(t, journalFile, database, child.Log())
}

// load is what the clients have seen.
type load struct {
	address  string
	answered atomic.Int64

	mu       sync.Mutex
	refused  []string // requests that got no byte
	acked    []string // commits that got a 200
	failures []string
}

// kinds are the requests of the clients, in turn.
var kinds = []struct {
	method, path string
	body         int // bytes
}{
	{"GET", "/plain", 0}, {"GET", "/slow", 0}, {"POST", "/upload", 300 << 10}, {"GET", "/events", 0}, {"POST", "/tasks", 0}, {"POST", "/commit", 0},
}

// run sends one request after the other, over one connection as long as the server keeps it, until no connection can be made.
func (l *load) run(client int) {
	var c net.Conn
	var read *bufio.Reader
	defer func() {
		if c != nil {
			_ = c.Close()
		}
	}()
	for i := 0; ; i++ {
		if c == nil {
			var err error
			if c, err = net.Dial("tcp", l.address); err != nil {
				return
			}
			_ = c.SetDeadline(time.Now().Add(testkit.Patience))
			read = bufio.NewReader(c)
		}
		kind := kinds[(client+i)%len(kinds)]
		id := fmt.Sprintf("%d-%d", client, i)
		if !l.exchange(c, read, kind.method, kind.path, id, kind.body) {
			_ = c.Close()
			c = nil
		}
		time.Sleep(rand.N(5 * time.Millisecond))
	}
}

// exchange sends one request and reads the answer. It reports whether the connection can be used again.
func (l *load) exchange(c net.Conn, read *bufio.Reader, method, path, id string, size int) bool {
	head := fmt.Sprintf("%s %s?id=%s HTTP/1.1\r\nHost: x\r\nContent-Type: application/octet-stream\r\nContent-Length: %d\r\n\r\n", method, path, id, size)
	_, writeErr := io.WriteString(c, head+strings.Repeat("x", size))
	if _, err := read.Peek(1); err != nil {
		if writeErr == nil {
			l.note(&l.refused, id)
		}
		return false
	}
	res, err := http.ReadResponse(read, nil)
	if err != nil {
		l.fail("%s %s: the answer was cut: %v", path, id, err)
		return false
	}
	body, err := io.ReadAll(res.Body)
	switch {
	case err != nil:
		l.fail("%s %s: the body was cut after %q: %v", path, id, body, err)
		return false
	case writeErr == nil && res.StatusCode != http.StatusOK:
		l.fail("%s %s: %s %s", path, id, res.Status, body)
	case path == "/commit":
		l.note(&l.acked, id)
	}
	l.answered.Add(1)
	return !res.Close && writeErr == nil
}

func (l *load) note(list *[]string, id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	*list = append(*list, id)
}

func (l *load) fail(format string, args ...any) { l.note(&l.failures, fmt.Sprintf(format, args...)) }

// check compares what the clients have seen with the journal, the database and the log of the server.
func (l *load) check(t *testing.T, journalFile, database, log string) {
	t.Helper()
	for i, f := range l.failures {
		if i == 10 {
			t.Errorf("and %d more", len(l.failures)-i)
			break
		}
		t.Error(f)
	}
	text, err := os.ReadFile(journalFile)
	if err != nil {
		t.Fatal(err)
	}
	noted := map[string]map[string]bool{"begin": {}, "added": {}, "task": {}}
	for line := range strings.Lines(string(text)) {
		what, id, _ := strings.Cut(strings.TrimSpace(line), " ")
		noted[what][id] = true
	}
	for _, id := range l.refused {
		if noted["begin"][id] {
			t.Errorf("request %s ran and got no answer", id)
		}
	}
	lost := 0
	for id := range noted["added"] {
		if !noted["task"][id] {
			lost++
		}
	}
	logged := 0
	for _, m := range regexp.MustCompile(`"not_r(?:un|eturned)":(\d+)`).FindAllStringSubmatch(log, -1) {
		n, _ := strconv.Atoi(m[1])
		logged += n
	}
	if lost > logged {
		t.Errorf("%d tasks did not run, the log has %d", lost, logged)
	}
	missing, err := missingEntries(database, l.acked)
	if err != nil {
		t.Fatal(err)
	}
	if len(missing) > 0 {
		t.Errorf("%d of %d acknowledged commits are not in the database: %v", len(missing), len(l.acked), missing)
	}
	if len(noted["task"]) == 0 || len(l.acked) == 0 {
		t.Errorf("the load was too small: %d tasks, %d commits", len(noted["task"]), len(l.acked))
	}
	t.Logf("%d answers, %d requests refused before they ran, %d commits, %d tasks, %d of them not run and logged",
		l.answered.Load(), len(l.refused), len(l.acked), len(noted["added"]), lost)
}

// missingEntries returns the ids that the database does not have.
func missingEntries(file string, ids []string) (missing []string, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), testkit.Patience)
	defer cancel()
	db, err := openDB(ctx, file)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	for _, id := range ids {
		var n int
		if err := db.QueryRowContext(ctx, "select count(*) from entries where id = ?", id).Scan(&n); err != nil {
			return nil, err
		}
		if n == 0 {
			missing = append(missing, id)
		}
	}
	return missing, nil
}
