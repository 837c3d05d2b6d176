package attack_test

import (
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/brio-go/brio/internal/testkit"
)

// connections is how many connections an attack opens: BRIO_ATTACK_CONNECTIONS, 300 without it. `make attack` opens 10,000.
func connections(t *testing.T) int {
	t.Helper()
	text := os.Getenv("BRIO_ATTACK_CONNECTIONS")
	if text == "" {
		return 300
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("BRIO_ATTACK_CONNECTIONS=%q", text)
	}
	return n
}

// attacks are what a connection does, what it may cost the server, and how the server answers.
var attacks = []struct {
	name  string
	share int // of connections: one in share, because each of them is large
	open  string
	more  string // is sent every few milliseconds, until the connection is cut
	bytes uint64 // of memory for each connection at most
	want  *regexp.Regexp
}{
	{name: "half-open", share: 1, bytes: 24 << 10, want: regexp.MustCompile(`^$`)},
	{name: "slowloris", share: 1, open: "GET / HTTP/1.1\r\nHost: x\r\n", more: "X-A: b\r\n", bytes: 32 << 10, want: regexp.MustCompile(`^$`)},
	{name: "idle", share: 1, open: "GET / HTTP/1.1\r\nHost: x\r\n\r\n", bytes: 32 << 10, want: regexp.MustCompile(`^HTTP/1.1 200 OK\r\n`)},
	{name: "giant headers", share: 10, open: "GET / HTTP/1.1\r\nHost: x\r\nX-A: " + strings.Repeat("a", 1<<20), bytes: 256 << 10,
		want: regexp.MustCompile(`^(HTTP/1.1 431 |$)`)}, // the answer is lost if the reset comes first
	{name: "giant body", share: 10, open: "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 999999999999\r\n\r\n" + strings.Repeat("a", 64<<10), bytes: 64 << 10,
		want: regexp.MustCompile(`^HTTP/1.1 405 `)},
}

// TestAttacks: each attack holds connections up to a limit. Meanwhile the server answers other clients, and its memory is bounded. Then it
// cuts the connections, and has the memory and the goroutines of before.
func TestAttacks(t *testing.T) {
	s := startServer(t)
	for _, a := range attacks {
		t.Run(a.name, func(t *testing.T) {
			n := max(connections(t)/a.share, 20)
			s.attack(t, n, a.bytes, func(c net.Conn) {
				_, _ = io.WriteString(c, a.open)
				if a.more != "" {
					go func() {
						for tick := time.NewTicker(s.limit / 10); ; <-tick.C {
							if _, err := io.WriteString(c, a.more); err != nil {
								tick.Stop()
								return
							}
						}
					}()
				}
			}, func(answer string) bool { return a.want.MatchString(answer) })
		})
	}
}

// bigJSON is the size of a JSON answer that the buffers of a connection cannot take, in bytes: Linux buffers up to 4 MiB to send.
const bigJSON = 16 << 20

// TestNeverReadingReaders: clients ask for a large answer and read nothing. The server cuts them when WriteTimeout has passed. It does not
// copy a stream for each. A JSON answer is encoded as a whole, so each of them costs its size until then.
func TestNeverReadingReaders(t *testing.T) {
	for _, a := range []struct {
		path   string
		n      int
		size   int64
		memory uint64 // of each at most, in bytes
	}{
		{"/big", max(connections(t)/10, 20), 32 << 20, 256 << 10},
		{"/json", 8, bigJSON, 3 * bigJSON},
	} {
		t.Run(a.path, func(t *testing.T) {
			s := startServer(t)
			before := s.stats(t)
			conns := s.dial(t, a.n, func(c net.Conn) {
				if _, err := io.WriteString(c, "GET "+a.path+" HTTP/1.1\r\nHost: x\r\n\r\n"); err != nil {
					t.Fatal(err)
				}
			})
			testkit.Eventually(t, "the requests", func() bool { return s.stats(t).Goroutines >= before.Goroutines+a.n/2 })
			during := s.stats(t)
			s.report(t, a.n, before, during)
			if grown := during.Memory - min(during.Memory, before.Memory); grown > uint64(a.n)*a.memory {
				t.Errorf("%d readers cost %d bytes", a.n, grown)
			}
			s.wantQuiet(t, before)
			for _, c := range conns {
				if got, err := io.Copy(io.Discard, c); err == nil && got > a.size {
					t.Errorf("a client that did not read got all %d bytes", got)
				}
				_ = c.Close()
			}
		})
	}
}

// server is the process under attack.
type server struct {
	address string
	limit   time.Duration // each of its timeouts
}

func startServer(t *testing.T) *server {
	t.Helper()
	n := connections(t)
	child := testkit.StartChild(t, "BRIO_ATTACKED="+strconv.Itoa(n))
	s := &server{address: strings.TrimPrefix(child.URL, "http://"), limit: limitFor(n)}
	s.stats(t)
	return s
}

// stats asks the server, over a connection of its own, as a client that is served beside the attack.
func (s *server) stats(t *testing.T) (got stats) {
	t.Helper()
	transport := &http.Transport{DisableKeepAlives: true}
	res, err := (&http.Client{Transport: transport, Timeout: testkit.Patience}).Get("http://" + s.address + "/stats")
	if err != nil {
		t.Fatalf("another client is not served: %v", err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(&got); err != nil {
		t.Fatal(err)
	}
	return got
}

// dial opens n connections, and calls open with each.
func (s *server) dial(t *testing.T, n int, open func(net.Conn)) []net.Conn {
	t.Helper()
	conns := make([]net.Conn, n)
	for i := range conns {
		c, err := net.Dial("tcp", s.address)
		if errors.Is(err, syscall.EMFILE) {
			t.Skipf("this process may have too few files open for %d connections: ulimit -n", n)
		}
		if err != nil {
			t.Fatal(err)
		}
		// A buffer of a fixed size: the kernel lets others grow, in some systems until they take a whole answer that the client does not read.
		if err := c.(*net.TCPConn).SetReadBuffer(64 << 10); err != nil {
			t.Fatal(err)
		}
		conns[i] = c
		open(c)
	}
	return conns
}

// attack opens n connections, measures the server, and waits until it has cut them all. want judges what a connection was answered.
func (s *server) attack(t *testing.T, n int, bytes uint64, open func(net.Conn), want func(answer string) bool) {
	t.Helper()
	before := s.stats(t)
	var clients sync.WaitGroup
	var wrong atomic.Pointer[string]
	conns := s.dial(t, n, func(c net.Conn) {
		clients.Go(func() {
			defer c.Close()
			open(c)
			var answer strings.Builder
			_, _ = io.Copy(&answer, c) // ends when the server cuts the connection
			if text := answer.String(); !want(text) {
				wrong.Store(&text)
			}
		})
	})
	time.Sleep(500 * time.Millisecond)
	during := s.stats(t)
	s.report(t, n, before, during)
	if grown := during.Memory - min(during.Memory, before.Memory); grown > uint64(n)*bytes+(4<<20) {
		t.Errorf("%d connections cost %d bytes each, want at most %d", n, grown/uint64(n), bytes)
	}
	ended := make(chan bool)
	go func() { clients.Wait(); close(ended) }()
	select {
	case <-ended:
	case <-time.After(2*s.limit + testkit.Patience):
		t.Error("the server does not cut the connections")
		for _, c := range conns {
			_ = c.Close()
		}
		clients.Wait()
	}
	if text := wrong.Load(); text != nil {
		t.Errorf("a connection was answered %.200q", *text)
	}
	s.wantQuiet(t, before)
}

// wantQuiet waits until the server has the goroutines and the memory of before. The runtime keeps 1 KiB for each goroutine that there was.
func (s *server) wantQuiet(t *testing.T, before stats) {
	t.Helper()
	most := before.Memory + 8<<20 + uint64(connections(t))<<10
	for deadline := time.Now().Add(2*s.limit + testkit.Patience); ; time.Sleep(10 * time.Millisecond) {
		now := s.stats(t)
		if now.Goroutines <= before.Goroutines+2 && now.Memory <= most {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the server keeps %d goroutines and %d bytes, before it had %d and %d", now.Goroutines, now.Memory, before.Goroutines, before.Memory)
		}
	}
}

// report prints the figures of an attack.
func (s *server) report(t *testing.T, n int, before, during stats) {
	t.Helper()
	grown := during.Memory - min(during.Memory, before.Memory)
	t.Logf("%6d connections: %5.1f KiB each, %d goroutines, %.1f MiB in all", n, float64(grown)/1024/float64(n), during.Goroutines, float64(during.Memory)/(1<<20))
}
