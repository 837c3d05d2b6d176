package websocket

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/brio-go/brio"
	brioWebsocket "github.com/brio-go/brio/websocket"
	"github.com/coder/websocket"
	"github.com/coder/websocket/wsjson"
	gorilla "github.com/gorilla/websocket"

	"github.com/brio-go/brio/bench/cputime"
)

// event is the message of the JSON benchmarks.
type event struct {
	Room string `json:"room"`
	From string `json:"from"`
	Text string `json:"text"`
	N    int    `json:"n"`
}

const message = `{"room":"lobby","from":"Ada","text":"The quick brown fox jumps over the lazy dog","n":12345}`

// servers echo, each in its own way: text as it is, or JSON decoded and encoded.
func servers() map[string]http.Handler {
	app := brio.New()
	app.WebSocket("/text", func(ctx context.Context, ws *brio.WebSocket) error {
		for {
			text, err := ws.ReadText(ctx)
			if err != nil {
				return err
			}
			if err := ws.WriteText(ctx, text); err != nil {
				return err
			}
		}
	})
	app.WebSocket("/json", func(ctx context.Context, conn *brioWebsocket.Conn[event, event]) error {
		for {
			e, err := conn.Read(ctx)
			if err != nil {
				return err
			}
			if err := conn.Write(ctx, e); err != nil {
				return err
			}
		}
	})
	coder := http.NewServeMux()
	coder.HandleFunc("/text", func(w http.ResponseWriter, r *http.Request) {
		c, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer c.CloseNow()
		for {
			typ, b, err := c.Read(r.Context())
			if err != nil || c.Write(r.Context(), typ, b) != nil {
				return
			}
		}
	})
	coder.HandleFunc("/json", func(w http.ResponseWriter, r *http.Request) {
		c, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer c.CloseNow()
		for {
			var e event
			if wsjson.Read(r.Context(), c, &e) != nil || wsjson.Write(r.Context(), c, e) != nil {
				return
			}
		}
	})
	g := http.NewServeMux()
	var upgrader gorilla.Upgrader
	g.HandleFunc("/text", func(w http.ResponseWriter, r *http.Request) {
		c, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer c.Close()
		for {
			typ, b, err := c.ReadMessage()
			if err != nil || c.WriteMessage(typ, b) != nil {
				return
			}
		}
	})
	g.HandleFunc("/json", func(w http.ResponseWriter, r *http.Request) {
		c, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return
		}
		defer c.Close()
		for {
			var e event
			if c.ReadJSON(&e) != nil || c.WriteJSON(e) != nil {
				return
			}
		}
	})
	return map[string]http.Handler{"brio": app, "coder": coder, "gorilla": g}
}

var order = []string{"brio", "coder", "gorilla"}

// dial opens a connection, and returns the bytes of one masked message.
func dial(tb testing.TB, address, path string) net.Conn {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { conn.Close() })
	fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", path)
	head := make([]byte, 0, 512)
	for !strings.HasSuffix(string(head), "\r\n\r\n") {
		head = head[:len(head)+1]
		if _, err := conn.Read(head[len(head)-1:]); err != nil {
			tb.Fatal(err)
		}
	}
	if !strings.HasPrefix(string(head), "HTTP/1.1 101") {
		tb.Fatalf("%s", head)
	}
	return conn
}

// frame is a message of text that is masked with zeros, which costs the server the same.
func frame(text string) []byte {
	b := []byte{0x81, 0x80 | byte(len(text))}
	return append(append(b, 0, 0, 0, 0), text...)
}

// roundTrip sends a message of less than 126 bytes and reads the echo.
func roundTrip(tb testing.TB, conn net.Conn, sent, buf []byte) {
	if _, err := conn.Write(sent); err != nil {
		tb.Fatal(err)
	}
	for got, want := 0, 2; got < want; {
		n, err := conn.Read(buf[got:])
		if err != nil {
			tb.Fatal(err)
		}
		if got += n; got >= 2 {
			want = 2 + int(buf[1])
		}
	}
}

// BenchmarkMessage is one message and its echo. cpu-ns/op is the time of the process, client included; the client is the same for all.
func BenchmarkMessage(b *testing.B) {
	for _, path := range []string{"/text", "/json"} {
		for _, name := range order {
			b.Run(path[1:]+"/"+name, func(b *testing.B) {
				server := httptest.NewServer(servers()[name])
				defer server.Close()
				conn := dial(b, server.Listener.Addr().String(), path)
				sent, buf := frame(message), make([]byte, 4096)
				roundTrip(b, conn, sent, buf)
				b.ReportAllocs()
				began := cputime.Now()
				for b.Loop() {
					roundTrip(b, conn, sent, buf)
				}
				b.ReportMetric(float64((cputime.Now()-began).Nanoseconds())/float64(b.N), "cpu-ns/op")
				conn.Close()
			})
		}
	}
}

// sockets is the number of connections of BenchmarkIdle and BenchmarkBroadcast.
const sockets = 5000

// BenchmarkIdle has 5,000 connections that are silent: B/socket is the memory of the server and of the client, which has a net.Conn.
func BenchmarkIdle(b *testing.B) {
	for _, name := range order {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				server := httptest.NewServer(servers()[name])
				address := server.Listener.Addr().String()
				before := memory()
				conns := make([]net.Conn, sockets)
				for i := range conns {
					conns[i] = dial(b, address, "/text")
					roundTrip(b, conns[i], frame("x"), make([]byte, 64))
				}
				b.ReportMetric(float64(memory()-before)/sockets, "B/socket")
				for _, c := range conns {
					c.Close()
				}
				server.Close()
			}
		})
	}
}

// memory is what the program has in use: heap and stacks.
func memory() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse + m.StackInuse
}

// room is a list of connections that each message goes to.
type room struct {
	mu   sync.Mutex
	list []*brio.WebSocket
}

// BenchmarkBroadcast sends one message to 5,000 connections, by one goroutine, and waits until each client has it. 100 of them are slow
// readers in the second run: they read nothing, and their buffers take what is sent.
func BenchmarkBroadcast(b *testing.B) {
	for _, slow := range []int{0, 100} {
		b.Run(fmt.Sprintf("slow=%d", slow), func(b *testing.B) {
			var members room
			app := brio.New(brio.StreamWriteTimeout(time.Second))
			app.WebSocket("/", func(ctx context.Context, ws *brio.WebSocket) {
				if ws.Accept() != nil {
					return
				}
				members.mu.Lock()
				members.list = append(members.list, ws)
				members.mu.Unlock()
				<-ctx.Done()
			})
			server := httptest.NewServer(app)
			defer server.Close()
			var received atomic.Int64
			for i := range sockets {
				conn := dial(b, server.Listener.Addr().String(), "/")
				if i < slow {
					continue
				}
				go func() {
					buf := make([]byte, 4096)
					for {
						n, err := conn.Read(buf)
						if err != nil {
							return
						}
						received.Add(int64(n))
					}
				}()
			}
			for members.size() < sockets {
				time.Sleep(time.Millisecond)
			}
			size := int64(2 + len(message))
			b.ResetTimer()
			for b.Loop() {
				want := received.Load() + size*int64(sockets-slow)
				for _, ws := range members.list {
					_ = ws.WriteText(context.Background(), message)
				}
				for received.Load() < want {
					runtime.Gosched()
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/sockets, "ns/socket")
			b.StopTimer()
		})
	}
}

func (r *room) size() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.list)
}
