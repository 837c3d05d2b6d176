package websockets

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/websocket"
)

// cuts is how many connections TestCuts cuts: BRIO_WEBSOCKET_CUTS, or 500. make websockets sets 10,000.
func cuts() int {
	if n, err := strconv.Atoi(os.Getenv("BRIO_WEBSOCKET_CUTS")); err == nil {
		return n
	}
	return 500
}

// Connections that are cut at arbitrary points, in the handshake, in a frame, in the close, leave no goroutine behind.
func TestCuts(t *testing.T) {
	type in struct {
		N int `json:"n"`
	}
	app := newApp(brio.CompressMessages(), brio.EventPing(5*time.Millisecond))
	app.WebSocket("/", func(ctx context.Context, ws *brio.WebSocket) error {
		for text, err := range ws.Texts(ctx) {
			if err == nil {
				err = ws.WriteText(ctx, text)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	app.WebSocket("/typed", func(ctx context.Context, conn *websocket.Conn[in, in]) error {
		short, cancel := context.WithTimeout(ctx, 10*time.Millisecond)
		defer cancel()
		for {
			v, err := conn.Read(short)
			if short.Err() != nil {
				v, err = conn.Read(ctx)
			}
			if err == nil {
				err = conn.Write(ctx, v)
			}
			if err != nil {
				return err
			}
		}
	})
	app.WebSocket("/writes", func(ctx context.Context, ws *brio.WebSocket) error {
		for {
			if err := ws.WriteText(ctx, strings.Repeat("x", 4096)); err != nil {
				return err
			}
		}
	})
	address := serve(t, app)
	before := runtime.NumGoroutine()
	const workers = 16
	var group sync.WaitGroup
	work := make(chan int)
	for range workers {
		group.Go(func() {
			for n := range work {
				cut(t, address, n)
			}
		})
	}
	for n := range cuts() {
		work <- n
	}
	close(work)
	testkit.Wait(t, &group, "the clients")
	for deadline := time.Now().Add(20 * time.Second); runtime.NumGoroutine() > before; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			stacks := make([]byte, 1<<20)
			t.Fatalf("%d goroutines, %d before\n%s", runtime.NumGoroutine(), before, stacks[:runtime.Stack(stacks, true)])
		}
	}
}

// cut sends the beginning of a conversation, and closes or resets the connection.
func cut(t *testing.T, address string, n int) {
	r := rand.New(rand.NewPCG(uint64(n), 1))
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Error(err)
		return
	}
	path := []string{"/", "/typed", "/writes"}[n%3]
	script := fmt.Sprintf("GET %s HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n", path)
	handshake := len(script)
	for range 5 {
		for _, f := range [][]byte{frame(fin|opText, `{"n":1}`), frame(fin|opPing, "p"), frame(opText, `{"n":`), frame(fin|opContinuation, "2}")} {
			script += string(f)
		}
	}
	script += string(closeFrame(1000, "bye"))
	end := r.IntN(len(script) + 1)
	if r.IntN(2) == 0 {
		end = handshake + r.IntN(len(script)-handshake+1)
	}
	_ = conn.SetDeadline(time.Now().Add(20 * time.Second))
	_, _ = conn.Write([]byte(script[:end]))
	if r.IntN(2) == 0 {
		_ = conn.SetReadDeadline(time.Now().Add(20 * time.Millisecond)) // the server may have nothing to say
		_, _ = conn.Read(make([]byte, 1+r.IntN(2000)))
	}
	if r.IntN(2) == 0 {
		_ = conn.(*net.TCPConn).SetLinger(0) // a reset
	}
	_ = conn.Close()
}
