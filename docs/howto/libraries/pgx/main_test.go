package main

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

	"github.com/brio-go/brio/briotest"
)

// region test
func TestTransfers(t *testing.T) {
	c := briotest.New(t, newApp(postgres(t)))

	c.Post("/accounts", Account{"ann", 10}).Status(201)
	c.Post("/accounts", Account{"bob", 0}).Status(201)
	c.Post("/accounts", Account{"bob", 5}).Status(409).Body(`{"detail":"The account exists"}`)

	c.Post("/transfers", `{"from":"ann","to":"bob","amount":4}`).Status(204)
	c.Post("/transfers", `{"from":"ann","to":"bob","amount":7}`).Status(409).Body(`{"detail":"Not enough money"}`)
	c.Post("/transfers", `{"from":"eve","to":"bob","amount":1}`).Status(404) // bob had it already: it is rolled back
	c.Get("/accounts").Status(200).Body(`[{"name":"ann","balance":6},{"name":"bob","balance":4}]`)
}

// endregion

// postgres starts a server for the test, and returns its URL.
func postgres(t *testing.T) string {
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
	initdb := exec.Command(tool(t, "initdb"), "-D", data, "-U", "brio", "-A", "trust", "-N", "--locale=C", "-E", "UTF8")
	initdb.SysProcAttr, initdb.Dir = as, dir
	if out, err := initdb.CombinedOutput(); err != nil {
		t.Fatalf("initdb: %v\n%s", err, out)
	}
	var log bytes.Buffer
	server := exec.Command(tool(t, "postgres"), "-D", data, "-h", "127.0.0.1", "-p", fmt.Sprint(port), "-k", dir, "-F")
	server.SysProcAttr, server.Dir, server.Stderr = as, dir, &log
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		server.Process.Signal(syscall.SIGQUIT)
		server.Wait()
	})
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		if exec.Command(tool(t, "pg_isready"), "-h", "127.0.0.1", "-p", fmt.Sprint(port), "-q").Run() == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("PostgreSQL does not start")
		}
	}
	return fmt.Sprintf("postgres://brio@127.0.0.1:%d/postgres", port)
}

// tool finds a program of PostgreSQL. Debian keeps them in a folder of the version.
func tool(t *testing.T, name string) string {
	if found, err := exec.LookPath(name); err == nil {
		return found
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if len(found) == 0 {
		t.Fatalf("%s is not installed: see scripts/services.sh", name)
	}
	return found[len(found)-1]
}
