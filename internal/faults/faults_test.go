package faults_test

import (
	"io"
	"net"
	"testing"
	"time"

	"github.com/brio-go/brio/internal/faults"
)

// echo is a Server that sends back what it receives.
type echo struct {
	l    net.Listener
	addr string
}

func (e *echo) Addr() string { return e.addr }
func (e *echo) Start() {
	l, err := net.Listen("tcp", e.addr)
	if err != nil {
		panic(err)
	}
	e.l, e.addr = l, l.Addr().String()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() { _, _ = io.Copy(c, c); _ = c.Close() }()
		}
	}()
}
func (e *echo) Stop() { _ = e.l.Close() }

// Answers of the server are lost, cut and delayed in their phases, and pass in the others.
func TestProxy(t *testing.T) {
	server := &echo{addr: "127.0.0.1:0"}
	server.Start()
	p := faults.New(t, server.Addr())
	ask := func() (time.Duration, error) {
		begun := time.Now()
		c, err := net.Dial("tcp", p.Addr())
		if err != nil {
			return 0, err
		}
		defer c.Close()
		_, _ = c.Write([]byte("x"))
		_ = c.SetReadDeadline(time.Now().Add(time.Second))
		_, err = io.ReadFull(c, make([]byte, 1))
		return time.Since(begun), err
	}
	for _, ph := range faults.Phases(p, server) {
		ph.Begin()
		failed := 0
		for range 14 {
			took, err := ask()
			if err != nil {
				failed++
			}
			if ph.Name == "slow" && took < 30*time.Millisecond {
				t.Errorf("slow: took %v", took)
			}
			if ph.Name == "too slow" {
				break
			}
		}
		ph.End()
		if want := map[string]int{"answers lost": 2, "too slow": 1, "stopped": 14}[ph.Name]; failed != want {
			t.Errorf("%s: %d failed, want %d", ph.Name, failed, want)
		}
	}
	server.Stop()
}
