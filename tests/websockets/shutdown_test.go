package websockets

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/websocket"
)

// childVariable makes the test binary the server of TestSIGTERM.
const childVariable = "BRIO_WEBSOCKET_SERVER"

func TestMain(m *testing.M) {
	if os.Getenv(childVariable) == "" {
		os.Exit(m.Run())
	}
	if err := serveUntilSIGTERM(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// serveUntilSIGTERM is the program of the child. It writes how many handlers and clean-ups have ended.
func serveUntilSIGTERM() error {
	var handlers, cleanUps atomic.Int64
	app := brio.New(brio.Depends(func() func() { return func() { cleanUps.Add(1) } }))
	app.WebSocket("/", func(ctx context.Context, ws *brio.WebSocket) error {
		defer handlers.Add(1)
		_, err := ws.ReadText(ctx)
		if code, _ := websocket.IsClosed(err); code != 1001 || !errors.Is(err, brio.ErrShutdown) || !errors.Is(context.Cause(ctx), brio.ErrShutdown) {
			return fmt.Errorf("the read returned %w", err)
		}
		return err
	})
	before := runtime.NumGoroutine()
	if err := app.Run("127.0.0.1:0", brio.ShutdownDelay(0)); err != nil {
		return err
	}
	for deadline := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before+1; time.Sleep(time.Millisecond) { // os/signal has one
		if time.Now().After(deadline) {
			return fmt.Errorf("%d goroutines are left, of %d before", runtime.NumGoroutine(), before)
		}
	}
	fmt.Fprintf(os.Stderr, "ended: %d handlers, %d clean-ups\n", handlers.Load(), cleanUps.Load())
	return nil
}

// SIGTERM with 200 connections: each gets 1001, handlers and clean-ups end, and the process exits with 0.
func TestSIGTERM(t *testing.T) {
	t.Parallel()
	child := testkit.StartChild(t, childVariable+"=1")
	address := strings.TrimPrefix(child.URL, "http://")
	const clients = 200
	var open, ended sync.WaitGroup
	var told atomic.Int64
	open.Add(clients)
	for i := range clients {
		ended.Go(func() {
			p := dialRawAt(t, address, "/")
			open.Done()
			if e := waitForAccept(p, i); e == "close 1001" && p.event() == "end" {
				told.Add(1)
			} else {
				t.Errorf("client %d got %s", i, e)
			}
		})
	}
	open.Wait()
	child.Stop()
	testkit.Wait(t, &ended, "the clients")
	log := child.Log()
	if told.Load() != clients || !strings.Contains(log, "ended: 200 handlers, 200 clean-ups") || strings.Contains(log, "ERROR") {
		t.Errorf("%d of %d clients got 1001\n%s", told.Load(), clients, log)
	}
}

// waitForAccept returns the first frame of the server that is no ping.
func waitForAccept(p *raw, _ int) string {
	for {
		if e := p.event(); !strings.HasPrefix(e, "ping") {
			return e
		}
	}
}

// A handler that does not react to the shutdown is told by its context; its client gets 1001 at once.
func TestShutdownOfHandlerThatWaits(t *testing.T) {
	t.Parallel()
	cause := make(chan error, 1)
	app := newApp()
	app.WebSocket("/", func(ctx context.Context, ws *brio.WebSocket) {
		_ = ws.Accept()
		<-ctx.Done()
		cause <- context.Cause(ctx)
		_ = ws.WriteText(ctx, "late")
	})
	app.Get("/drain", func() { app.Drain() })
	p := dial(t, app, "/")
	testkit.Get(app, "/drain")
	p.wantClose(1001, "")
	if err := testkit.Receive(t, cause, "the end of the context"); !errors.Is(err, brio.ErrShutdown) {
		t.Error(err)
	}
	refuse(t, app, "/", 503, `{"detail":"The server is shutting down"}`)
}
