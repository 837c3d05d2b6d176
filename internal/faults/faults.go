package faults

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// Server is a server that what is under test needs. Addr stays the same when the server is stopped and started again; what it has confirmed must
// still be there.
type Server interface {
	Addr() string // host:port
	Start()       // returns when the server accepts connections
	Stop()        // ends the server; its connections are cut
}

// Full is a Server that can run out of room: of memory, or of its disk.
type Full interface {
	Server
	Fill() // from now on the server refuses what it would have to store
	Free() // it stores again
}

// Local is a Server without a network, such as a file. It makes its faults itself, and Addr is its name.
type Local interface {
	Server
	Phases() []Phase // as those of Phases
}

// Begin starts a server. It returns the address for what is under test, and the faults: those of a proxy, which then has the address, or those
// of a Local.
func Begin(t *testing.T, s Server) (addr string, phases []Phase) {
	t.Helper()
	s.Start()
	if s, ok := s.(Local); ok {
		return s.Addr(), s.Phases()
	}
	p := New(t, s.Addr())
	return p.Addr(), Phases(p, s)
}

// Proxy stands between a client and its server on the loopback, and makes faults.
type Proxy struct {
	listener net.Listener
	addr     string       // of the server
	lose     atomic.Int64 // every how many answers the connection is cut in place of one; 0: never
	answers  atomic.Int64
	delay    atomic.Int64 // nanoseconds before each answer
	work     sync.WaitGroup

	mu       sync.Mutex
	conns    map[net.Conn]bool
	isClosed bool
}

// New starts a proxy, which ends with the test.
func New(t *testing.T, addr string) *Proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p := &Proxy{listener: l, addr: addr, conns: map[net.Conn]bool{}}
	p.work.Go(p.accept)
	t.Cleanup(func() {
		_ = l.Close()
		p.mu.Lock()
		p.isClosed = true
		p.mu.Unlock()
		p.cut()
		p.work.Wait()
	})
	return p
}

// accept joins each connection of the client to one of the server, until the proxy ends.
func (p *Proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", p.addr)
		if err != nil {
			_ = client.Close()
			continue
		}
		p.mu.Lock()
		p.conns[client], p.conns[server] = true, true
		isClosed := p.isClosed
		p.mu.Unlock()
		p.work.Go(func() { p.copy(server, client, false) })
		p.work.Go(func() { p.copy(client, server, true) })
		if isClosed {
			p.cut()
		}
	}
}

// copy copies one direction until either end closes, and then closes both.
func (p *Proxy) copy(to, from net.Conn, isAnswer bool) {
	defer func() {
		_, _ = to.Close(), from.Close()
		p.mu.Lock()
		delete(p.conns, to)
		delete(p.conns, from)
		p.mu.Unlock()
	}()
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		if n > 0 {
			if isAnswer {
				time.Sleep(time.Duration(p.delay.Load()))
				if every := p.lose.Load(); every > 0 && p.answers.Add(1)%every == 0 {
					return // the server has done the command, and the client does not learn it
				}
			}
			if _, err := to.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// Addr is the address of the proxy, in place of that of the server.
func (p *Proxy) Addr() string { return p.listener.Addr().String() }

// cut ends all connections.
func (p *Proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		_ = c.Close()
	}
}

// Phase is a time in which the server has a fault.
type Phase struct {
	Name       string
	Begin, End func()
}

// Phases are the faults in their order. Between two faults is a phase without one, in which what is under test must work again.
func Phases(p *Proxy, s Server) []Phase {
	nothing := func() {}
	all := []Phase{
		{"well", nothing, nothing},
		{"answers lost", func() { p.lose.Store(7) }, func() { p.lose.Store(0) }},
		{"connections cut", p.cut, p.cut},
		{"slow", func() { p.delay.Store(int64(30 * time.Millisecond)) }, func() { p.delay.Store(0) }},
		{"too slow", func() { p.delay.Store(int64(2 * time.Second)) }, func() { p.delay.Store(0); p.cut() }},
		{"stopped", s.Stop, s.Start},
	}
	if s, ok := s.(Full); ok {
		all = append(all, Phase{"full", s.Fill, s.Free})
	}
	return append(all, Phase{"well again", nothing, nothing})
}

// During runs do in workers at once, each times in each.
func During(workers, each int, do func(worker, i int)) {
	var work sync.WaitGroup
	for w := range workers {
		work.Go(func() {
			for i := range each {
				do(w, i)
			}
		})
	}
	work.Wait()
}

// Recovers waits until an operation works again, which what is under test must do by itself.
func Recovers(t *testing.T, after string, try func(ctx context.Context) error) {
	t.Helper()
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		err := try(context.Background())
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("after %q it does not work again: %v", after, err)
		}
	}
}
