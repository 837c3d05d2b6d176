//go:build unix

package testkit

import (
	"bufio"
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/brio-go/brio/internal/faults"
)

// envSQLite is the variable of the environment with the file that a process of SQLiteMain locks.
const envSQLite = "BRIO_SQLITE_LOCK"

// sqliteLifetime is how long a connection of SQLiteFile.Connect is used: all of them meet each fault, and its end.
const sqliteLifetime = 50 * time.Millisecond

// sqlitePages is how many pages of 4 KiB a file of SQLiteFile may have.
const sqlitePages = 2000

// SQLiteFile is a faults.Local: a file of SQLite with its faults. Another process locks it and is killed while it writes; the file is full, is
// read-only, or is not there. The test imports a driver named "sqlite", and its TestMain calls SQLiteMain.
type SQLiteFile struct {
	t          testing.TB
	dir        string // of the file, its -wal and its -shm alone
	isReadOnly atomic.Bool
}

// NewSQLiteFile returns a file that does not exist yet.
func NewSQLiteFile(t testing.TB) *SQLiteFile {
	return &SQLiteFile{t: t, dir: filepath.Join(t.TempDir(), "db")}
}

// Addr is the name of the file.
func (f *SQLiteFile) Addr() string { return filepath.Join(f.dir, "test.db") }

// Start makes the file.
func (f *SQLiteFile) Start() {
	f.t.Helper()
	if err := os.MkdirAll(f.dir, 0o755); err != nil {
		f.t.Fatal(err)
	}
	f.run("CREATE TABLE IF NOT EXISTS filler (data BLOB)")
}

// Stop does nothing.
func (f *SQLiteFile) Stop() {}

// url is the file for a driver. Only Start makes it.
func (f *SQLiteFile) url(mode string) string {
	return fmt.Sprintf("file:%s?mode=%s&_pragma=busy_timeout(500)&_pragma=journal_mode(WAL)&_pragma=max_page_count(%d)&_txlock=immediate", f.Addr(), mode, sqlitePages)
}

// Connect returns a pool of connections that do not live long.
func (f *SQLiteFile) Connect() *sql.DB {
	f.t.Helper()
	db, err := sql.Open("sqlite", "")
	if err != nil {
		f.t.Fatal(err)
	}
	defer db.Close()
	pool := sql.OpenDB(sqliteConnector{f, db.Driver()})
	pool.SetMaxOpenConns(20)
	pool.SetConnMaxLifetime(sqliteLifetime)
	f.t.Cleanup(func() { _ = pool.Close() })
	return pool
}

// sqliteConnector opens the connections of a SQLiteFile.
type sqliteConnector struct {
	f      *SQLiteFile
	driver driver.Driver
}

func (c sqliteConnector) Driver() driver.Driver { return c.driver }

func (c sqliteConnector) Connect(context.Context) (driver.Conn, error) {
	if c.f.isReadOnly.Load() {
		return c.driver.Open(c.f.url("ro"))
	}
	return c.driver.Open(c.f.url("rw"))
}

// Phases are the faults of a file.
func (f *SQLiteFile) Phases() []faults.Phase {
	nothing := func() {}
	move := func(from, to string) func() {
		return func() {
			if err := os.Rename(from, to); err != nil {
				f.t.Fatal(err)
			}
		}
	}
	var holder *sqliteLocker
	return []faults.Phase{
		{Name: "well", Begin: nothing, End: nothing},
		f.repeated("locked at times", 10*time.Millisecond, func(l *sqliteLocker) { l.hold(20 * time.Millisecond) }),
		f.repeated("outcome unknown", 0, func(l *sqliteLocker) { l.hold(rand.N(300 * time.Millisecond)) }), // calls end while they wait, and as they get the lock
		{Name: "locked", Begin: func() { holder = f.startLocker(); holder.tell("lock") }, End: func() { holder.tell("unlock"); holder.kill() }},
		f.repeated("writers killed", 10*time.Millisecond, func(l *sqliteLocker) { l.tell("lock"); l.kill(); *l = *f.startLocker() }),
		{Name: "full", Begin: f.fill, End: func() { f.run("DELETE FROM filler") }},
		{Name: "read-only", Begin: func() { f.isReadOnly.Store(true) }, End: func() { f.isReadOnly.Store(false); time.Sleep(2 * sqliteLifetime) }}, // a connection stays as it was opened
		{Name: "away", Begin: move(f.dir, f.dir+"-away"), End: move(f.dir+"-away", f.dir)},
		{Name: "well again", Begin: nothing, End: nothing},
	}
}

// repeated is a fault that another process makes again and again, with a pause.
func (f *SQLiteFile) repeated(name string, pause time.Duration, once func(l *sqliteLocker)) faults.Phase {
	var quit, done chan struct{}
	return faults.Phase{Name: name, Begin: func() {
		quit, done = make(chan struct{}), make(chan struct{})
		l := f.startLocker()
		go func() {
			defer close(done)
			defer func() { l.kill() }()
			for {
				select {
				case <-quit:
					return
				case <-time.After(pause):
					once(l)
				}
			}
		}()
	}, End: func() { close(quit); <-done }}
}

// fill stores rows until no page is left.
func (f *SQLiteFile) fill() {
	db := f.Connect()
	db.SetConnMaxLifetime(0)
	db.SetMaxOpenConns(1)
	isFull := false
	for size := 1 << 20; size > 0; size /= 2 {
		for {
			if _, err := db.Exec(fmt.Sprintf("INSERT INTO filler VALUES (zeroblob(%d))", size)); err != nil {
				isFull = strings.Contains(err.Error(), "full")
				break
			}
		}
	}
	if !isFull {
		f.t.Fatal("the file does not become full")
	}
}

func (f *SQLiteFile) run(text string) {
	f.t.Helper()
	db, err := sql.Open("sqlite", f.url("rwc"))
	if err != nil {
		f.t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(text); err != nil {
		f.t.Fatal(err)
	}
}

// sqliteLocker is a process that locks the file.
type sqliteLocker struct {
	cmd     *exec.Cmd
	stdin   io.WriteCloser
	answers *bufio.Scanner
}

// startLocker starts a process, which runs until it is killed or its standard input ends.
func (f *SQLiteFile) startLocker() *sqliteLocker {
	l := &sqliteLocker{cmd: exec.Command(os.Args[0], "-test.run=^$")}
	l.cmd.Env = append(os.Environ(), envSQLite+"="+f.url("rw")+"&_pragma=cache_size(10)") // rows reach the -wal before the commit
	l.cmd.Stderr = os.Stderr
	var err error
	if l.stdin, err = l.cmd.StdinPipe(); err != nil {
		panic(err)
	}
	out, err := l.cmd.StdoutPipe()
	if err != nil {
		panic(err)
	}
	l.answers = bufio.NewScanner(out)
	if err := l.cmd.Start(); err != nil {
		panic(err)
	}
	return l
}

// tell sends a command, and waits until it is done.
func (l *sqliteLocker) tell(command string) {
	if _, err := fmt.Fprintln(l.stdin, command); err != nil || !l.answers.Scan() {
		panic("the process that locks a file of SQLite has ended")
	}
}

// hold keeps the lock for a time.
func (l *sqliteLocker) hold(d time.Duration) {
	l.tell("lock")
	time.Sleep(d)
	l.tell("unlock")
}

// kill ends the process at once.
func (l *sqliteLocker) kill() {
	_ = l.cmd.Process.Signal(syscall.SIGKILL)
	_ = l.stdin.Close()
	_ = l.cmd.Wait()
}

// SQLiteMain locks a file and does not return, in a process that a SQLiteFile has started. In others it does nothing.
func SQLiteMain() {
	url := os.Getenv(envSQLite)
	if url == "" {
		return
	}
	fail := func(err error) {
		if err != nil {
			fmt.Fprintln(os.Stderr, "lock a file of SQLite:", err)
			os.Exit(1)
		}
	}
	db, err := sql.Open("sqlite", url)
	fail(err)
	var tx *sql.Tx
	for commands := bufio.NewScanner(os.Stdin); commands.Scan(); {
		switch commands.Text() {
		case "lock": // for writers: the pool's BEGIN is immediate
			tx, err = beginAtLast(db)
			fail(err)
			_, err = tx.Exec("INSERT INTO filler VALUES (zeroblob(200000))")
			fail(err)
		case "unlock":
			fail(tx.Rollback())
		}
		fmt.Println(commands.Text())
	}
	os.Exit(0)
}

// beginAtLast begins a transaction however busy other processes keep the file: on a slow machine a wait outlasts busy_timeout.
func beginAtLast(db *sql.DB) (tx *sql.Tx, err error) {
	for limit := time.Now().Add(time.Minute); time.Now().Before(limit); {
		if tx, err = db.Begin(); err == nil || !strings.Contains(err.Error(), "SQLITE_BUSY") {
			break
		}
	}
	return tx, err
}
