//go:build unix

package testkit

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// Postgres starts a PostgreSQL server for the test, and returns its URL. Without BRIO_SERVICES the test is skipped.
func Postgres(t testing.TB) string {
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
	port := l.Addr().(*net.TCPAddr).Port
	l.Close()
	data := filepath.Join(dir, "data")
	initdb := exec.Command(postgresTool(t, "initdb"), "-D", data, "-U", "brio", "-A", "trust", "-N", "--locale=C", "-E", "UTF8")
	initdb.SysProcAttr, initdb.Dir = as, dir
	if out, err := initdb.CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v\n%s", err, out)
	}
	var log bytes.Buffer
	server := exec.Command(postgresTool(t, "postgres"), "-D", data, "-h", "127.0.0.1", "-p", fmt.Sprint(port), "-k", dir, "-F")
	server.SysProcAttr, server.Dir, server.Stderr = as, dir, &log
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		server.Process.Signal(syscall.SIGQUIT)
		server.Wait()
	})
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if exec.Command(postgresTool(t, "pg_isready"), "-h", "127.0.0.1", "-p", fmt.Sprint(port), "-q").Run() == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("PostgreSQL does not start")
		}
	}
	return fmt.Sprintf("postgres://brio@127.0.0.1:%d/postgres", port)
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
