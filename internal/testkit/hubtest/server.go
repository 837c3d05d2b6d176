package hubtest

import (
	"bytes"
	"net"
	"os"
	"os/exec"
	"testing"
	"time"
)

// patience is how long a server or a process may take. It is long because machines under load are slow.
const patience = 30 * time.Second

// Server is a server of messages that a test starts and stops.
type Server struct {
	Host, Port string
	t          testing.TB
	binary     string
	args       func(port, dir string) []string
	dir        string
	running    *exec.Cmd
	log        bytes.Buffer
}

// NewServer returns a server that does not run yet, on a port that is free. It skips the test where the server is not installed, unless
// BRIO_SERVICES is set, as in CI: then the test fails.
func NewServer(t testing.TB, binary string, args func(port, dir string) []string) *Server {
	t.Helper()
	path, err := exec.LookPath(binary)
	if err != nil {
		path = "/usr/sbin/" + binary // Debian's folder, which only root has in PATH
		if _, err := os.Stat(path); err != nil {
			if os.Getenv("BRIO_SERVICES") != "" {
				t.Fatalf("%s is not installed; scripts/services.sh installs it", binary)
			}
			t.Skipf("%s is not installed; scripts/services.sh installs it", binary)
		}
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	host, port, _ := net.SplitHostPort(l.Addr().String())
	s := &Server{Host: host, Port: port, t: t, binary: path, args: args, dir: t.TempDir()}
	t.Cleanup(s.Stop)
	return s
}

// NATS returns a nats-server that does not run yet.
func NATS(t *testing.T) *Server {
	t.Helper()
	return NewServer(t, "nats-server", func(port, _ string) []string { return []string{"-a", "127.0.0.1", "-p", port} })
}

// Redis returns a redis-server that does not run yet, and stores nothing.
func Redis(t *testing.T) *Server {
	t.Helper()
	return NewServer(t, "redis-server", func(port, dir string) []string {
		return []string{"--bind", "127.0.0.1", "--port", port, "--dir", dir, "--save", "", "--appendonly", "no"}
	})
}

// Addr is the server's host and port.
func (s *Server) Addr() string { return net.JoinHostPort(s.Host, s.Port) }

// Start starts the server and waits until it listens.
func (s *Server) Start() {
	s.t.Helper()
	s.running = exec.Command(s.binary, s.args(s.Port, s.dir)...)
	s.running.Stdout, s.running.Stderr = &s.log, &s.log
	if err := s.running.Start(); err != nil {
		s.t.Fatal(err)
	}
	for deadline := time.Now().Add(patience); ; time.Sleep(10 * time.Millisecond) {
		if c, err := net.Dial("tcp", s.Addr()); err == nil {
			_ = c.Close()
			return
		}
		if time.Now().After(deadline) {
			s.Stop()
			s.t.Fatalf("%s does not listen on %s:\n%s", s.binary, s.Addr(), s.log.String())
		}
	}
}

// Stop kills the server, and waits for its end.
func (s *Server) Stop() {
	if s.running != nil {
		_ = s.running.Process.Kill()
		_ = s.running.Wait()
		s.running = nil
	}
}
