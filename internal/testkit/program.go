package testkit

import (
	"bufio"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"syscall"
	"testing"
	"time"
)

// servingLine is what a program logs with the address that it listens on.
var servingLine = regexp.MustCompile(`serving.*address"?[=:]"?([^\s",]+)`)

// BuildProgram builds the program in a folder, with the race detector when the test has it, and returns the binary.
func BuildProgram(t *testing.T, dir string) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "program")
	if out, err := exec.Command("go", "build", "-C", dir, fmt.Sprintf("-race=%t", RaceEnabled), "-o", binary, ".").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return binary
}

// Program is a program that runs in a process of its own.
type Program struct {
	URL string // as in http://127.0.0.1:8000

	t       *testing.T
	cmd     *exec.Cmd
	log     Log
	hasLog  chan struct{} // closed at the end of the log
	stopped bool
}

// StartProgram starts a program on a free port of the loopback. It ends with the test, which prints its log when it fails.
func StartProgram(t *testing.T, binary string, args ...string) *Program {
	t.Helper()
	cmd := exec.Command(binary, append([]string{"-addr", "127.0.0.1:0"}, args...)...)
	cmd.Dir = t.TempDir()
	return start(t, cmd)
}

// StartChild starts the binary of the test again, in production and with the variables env, as in NAME=value. Its TestMain sees by one of
// them that it is the program to test, and serves on a free port of the loopback. Otherwise StartChild is like StartProgram.
func StartChild(t *testing.T, env ...string) *Program {
	t.Helper()
	binary, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary)
	cmd.Env = append(append(os.Environ(), "BRIO_ENV=production"), env...)
	return start(t, cmd)
}

// start starts a program that serves and logs to its standard error, and waits for its address.
func start(t *testing.T, cmd *exec.Cmd) *Program {
	t.Helper()
	p := &Program{t: t, cmd: cmd, hasLog: make(chan struct{})}
	stderr, err := p.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	address := make(chan string, 1)
	go func() {
		defer close(p.hasLog)
		defer close(address)
		isFound := false
		for lines := bufio.NewScanner(stderr); lines.Scan(); {
			fmt.Fprintln(&p.log, lines.Text())
			if m := servingLine.FindStringSubmatch(lines.Text()); m != nil && !isFound {
				isFound = true
				address <- m[1]
			}
		}
	}()
	t.Cleanup(func() {
		p.Stop()
		if t.Failed() {
			t.Logf("log of %s:\n%s", p.URL, p.log.String())
		}
	})
	if p.URL = <-address; p.URL == "" {
		t.Fatalf("the program has ended:\n%s", p.log.String())
	}
	return p
}

// Log is what the program has logged so far, and all of it after Stop.
func (p *Program) Log() string { return p.log.String() }

// Signal sends the program a signal.
func (p *Program) Signal(signal os.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(signal); err != nil {
		p.t.Fatal(err)
	}
}

// Kill ends the program at once, as a machine does that loses its power.
func (p *Program) Kill() {
	p.t.Helper()
	p.stopped = true
	_ = p.cmd.Process.Kill()
	<-p.hasLog
	_ = p.cmd.Wait() // it was killed
}

// Stop ends the program by SIGTERM. It fails the test unless the program ends with 0.
func (p *Program) Stop() {
	p.t.Helper()
	if p.stopped {
		return
	}
	p.stopped = true
	http.DefaultClient.CloseIdleConnections()
	_ = p.cmd.Process.Signal(syscall.SIGTERM)
	timer := time.AfterFunc(time.Minute, func() { _ = p.cmd.Process.Kill() })
	defer timer.Stop()
	<-p.hasLog
	if err := p.cmd.Wait(); err != nil {
		p.t.Errorf("%s ends with %v", p.URL, err)
	}
}
