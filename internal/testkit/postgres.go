//go:build unix

package testkit

import (
	"bytes"
	"database/sql"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// PostgresServer is a PostgreSQL server of a test, on a free port of the loopback. Its data stay when it is stopped.
type PostgresServer struct {
	t       testing.TB
	dir     string
	port    string
	as      *syscall.SysProcAttr
	running *exec.Cmd
	log     bytes.Buffer
}

// Postgres starts a PostgreSQL server for the test, and returns its URL. Without BRIO_SERVICES the test is skipped.
func Postgres(t testing.TB) string {
	t.Helper()
	s := NewPostgres(t)
	s.Start()
	return PostgresURL(s.Addr())
}

// NewPostgres returns a PostgreSQL server that does not run yet. Without BRIO_SERVICES the test is skipped.
func NewPostgres(t testing.TB) *PostgresServer {
	t.Helper()
	if os.Getenv("BRIO_SERVICES") == "" {
		t.Skip("set BRIO_SERVICES=1 to start PostgreSQL")
	}
	dir, err := os.MkdirTemp("", "brio-postgres-") // a short path: it has a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	as := &syscall.SysProcAttr{}
	if os.Getuid() == 0 { // the server refuses to run as root
		const user = 65534
		as.Credential = &syscall.Credential{Uid: user, Gid: user}
		if err := os.Chown(dir, user, user); err != nil {
			t.Fatal(err)
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, port, _ := net.SplitHostPort(l.Addr().String())
	s := &PostgresServer{t: t, dir: dir, port: port, as: as}
	initdb := exec.Command(postgresTool(t, "initdb"), "-D", s.data(), "-U", "brio", "-A", "trust", "-N", "--locale=C", "-E", "UTF8")
	initdb.SysProcAttr, initdb.Dir = as, dir
	if out, err := initdb.CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v\n%s", err, out)
	}
	t.Cleanup(s.Stop)
	return s
}

func (s *PostgresServer) data() string { return filepath.Join(s.dir, "data") }

// Addr is the server's host and port.
func (s *PostgresServer) Addr() string { return net.JoinHostPort("127.0.0.1", s.port) }

// PostgresURL is the URL of the database of a server, or of a proxy in front of it.
func PostgresURL(addr string) string { return "postgres://brio@" + addr + "/postgres?sslmode=disable" }

// Start starts the server and waits until it answers.
func (s *PostgresServer) Start() {
	s.t.Helper()
	s.running = exec.Command(postgresTool(s.t, "postgres"), "-D", s.data(), "-h", "127.0.0.1", "-p", s.port, "-k", s.dir, "-F")
	s.running.SysProcAttr, s.running.Dir, s.running.Stderr = s.as, s.dir, &s.log
	if err := s.running.Start(); err != nil {
		s.t.Fatal(err)
	}
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if exec.Command(postgresTool(s.t, "pg_isready"), "-h", "127.0.0.1", "-p", s.port, "-q").Run() == nil {
			return
		}
		if time.Now().After(deadline) {
			s.Stop()
			s.t.Fatalf("PostgreSQL does not start:\n%s", s.log.String())
		}
	}
}

// Stop ends the server at once, as a crash does, and waits for its end.
func (s *PostgresServer) Stop() {
	if s.running != nil {
		s.running.Process.Signal(syscall.SIGQUIT)
		s.running.Wait()
		s.running = nil
	}
}

// Fill makes the tables refuse rows, as a full disk does. The test imports a driver named "pgx".
func (s *PostgresServer) Fill() {
	s.run(`CREATE FUNCTION full_disk() RETURNS trigger AS $$ BEGIN
			RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full';
		END $$ LANGUAGE plpgsql;
		DO $$ DECLARE name text; BEGIN
			FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
				EXECUTE format('CREATE TRIGGER full_disk BEFORE INSERT OR UPDATE ON %I EXECUTE FUNCTION full_disk()', name);
			END LOOP;
		END $$`)
}

// Free makes them accept rows again.
func (s *PostgresServer) Free() { s.run("DROP FUNCTION full_disk CASCADE") }

func (s *PostgresServer) run(text string) {
	s.t.Helper()
	db, err := sql.Open("pgx", PostgresURL(s.Addr()))
	if err != nil {
		s.t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(text); err != nil {
		s.t.Fatal(err)
	}
}

// postgresTool finds a program of PostgreSQL. Debian keeps them in a folder of the version.
func postgresTool(t testing.TB, name string) string {
	if found, err := exec.LookPath(name); err == nil {
		return found
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if len(found) == 0 {
		t.Fatalf("%s is not installed: see scripts/services.sh", name)
	}
	return found[len(found)-1]
}
