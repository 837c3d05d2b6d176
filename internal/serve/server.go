package serve

import (
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"reflect"
	"sync"
	"sync/atomic"
	"syscall"

	"github.com/brio-go/brio/internal/exchange"
)

// The phases of a server, in their order.
const (
	serving  = iota
	closing  // each answer closes its connection
	sweeping // http.Server.Shutdown runs: it closes idle connections
)

// server is an http.Server with what Serve knows of it. It is the handler of the http.Server. It is safe for concurrent use.
type server struct {
	app    App
	config *Config
	http   *http.Server
	next   http.Handler // the app, and what the program has put around it
	bound  []bound
	slots  chan struct{} // one for each open connection, under Config.MaxConnections; else nil

	_       [64]byte     // requests change running; what stands before is only read, so it gets no line of the cache with it
	running atomic.Int64 // requests
	phase   atomic.Int32
}

// ServeHTTP counts the request. In a shutdown the answer is the last one of the connection: in HTTP/2 the server then sends GOAWAY.
// http.Server.SetKeepAlivesEnabled is no way to do that, because it cuts idle connections at once.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.running.Add(1)
	defer s.running.Add(-1)
	if phase := s.phase.Load(); phase != serving {
		if phase == sweeping && s.isCut(r) {
			panic(http.ErrAbortHandler)
		}
		exchange.CloseConnectionOf(w)
	}
	s.next.ServeHTTP(w, r)
}

// Unwrap lets URLFor find the App.
func (s *server) Unwrap() http.Handler { return s.next }

// around is a handler around the app.
type around struct {
	http.Handler
	app http.Handler
}

// Unwrap lets URLFor find the App.
func (a *around) Unwrap() http.Handler { return a.app }

// connectionKey is the key of the context value with the net.Conn of a request.
type connectionKey struct{}

// noteConnections lets isCut find the connection of a request, and counts connections under MaxConnections.
func (s *server) noteConnections() {
	inner := s.http.ConnContext
	s.http.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
		if inner != nil {
			ctx = inner(ctx, c)
		}
		return context.WithValue(ctx, connectionKey{}, c)
	}
	if s.config.MaxConnections <= 0 {
		return
	}
	s.slots = make(chan struct{}, s.config.MaxConnections)
	hook := s.http.ConnState
	s.http.ConnState = func(c net.Conn, state http.ConnState) {
		if state == http.StateClosed || state == http.StateHijacked {
			<-s.slots
		}
		if hook != nil {
			hook(c, state)
		}
	}
}

// isCut reports whether http.Server.Shutdown has closed the connection of r. It takes a connection for idle until the headers of a
// request are read, so it may close one whose request has just arrived. That request must not run: its answer could not be sent.
func (s *server) isCut(r *http.Request) bool {
	// This waits for the end of a sweep that has taken the connection for idle before. Later sweeps know that it is not.
	s.http.SetKeepAlivesEnabled(false)
	c, _ := r.Context().Value(connectionKey{}).(net.Conn)
	for {
		around, ok := c.(interface{ NetConn() net.Conn }) // TLS
		if !ok {
			break
		}
		c = around.NetConn()
	}
	direct, ok := c.(syscall.Conn)
	if !ok {
		return false
	}
	raw, err := direct.SyscallConn()
	return err != nil || raw.Control(func(uintptr) {}) != nil
}

// limited accepts a connection when it has a slot. The client of another one waits in the queue of the operating system.
type limited struct {
	net.Listener
	slots  chan struct{}
	once   sync.Once
	closed chan struct{}
}

func (l *limited) Accept() (net.Conn, error) {
	select {
	case l.slots <- struct{}{}:
	case <-l.closed:
		return nil, net.ErrClosed
	}
	c, err := l.Listener.Accept()
	if err != nil {
		<-l.slots
	}
	return c, err
}

func (l *limited) Close() error {
	l.once.Do(func() { close(l.closed) })
	return l.Listener.Close()
}

// isTLS reports whether tls.NewListener has made l.
func isTLS(l net.Listener) bool {
	return reflect.TypeOf(l) == reflect.TypeOf(tls.NewListener(nil, nil))
}
