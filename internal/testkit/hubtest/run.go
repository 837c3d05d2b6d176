package hubtest

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/brio-go/brio/hub"
)

// Run is the contract: it runs the cases with new servers of messages.
func Run(t *testing.T, newServer func(testing.TB) *Server, open Open) {
	t.Run("two processes", func(t *testing.T) { testProcesses(t, newServer(t)) })
	t.Run("server away", func(t *testing.T) { testServerAway(t, newServer(t)) })
	t.Run("down at start", func(t *testing.T) { testDownAtStart(t, newServer(t)) })
	t.Run("order", func(t *testing.T) { testOrder(t, newServer(t)) })
	t.Run("subscriptions", func(t *testing.T) { testSubscriptions(t, newServer(t), open) })
	t.Run("goroutines", func(t *testing.T) { testGoroutines(t, newServer(t), open) })
}

// testProcesses: members of two processes hear each other, each message once, and know who is there. Names of a process that ends go at
// once, those of one that is killed when they expire.
func testProcesses(t *testing.T, server *Server) {
	server.Start()
	one, two := startProcess(t, server), startProcess(t, server)
	ann, bob := one.join("lobby", "ann"), two.join("lobby", "bob")
	one.wantPresent("lobby", "ann", "bob")
	two.wantPresent("lobby", "ann", "bob")
	ann.say("1")
	ann.want("ann", "1")
	bob.want("ann", "1")
	bob.say("2")
	ann.want("bob", "2")
	bob.want("bob", "2")
	other := two.join("%2A.%3E%20%00", "cyd") // *.> and others that subjects do not have
	ann.say("3")
	ann.want("ann", "3")
	bob.want("ann", "3")
	other.say("4")
	other.want("cyd", "4")

	three := startProcess(t, server)
	three.wantPresent("lobby", "ann", "bob") // it has no member
	bob.leave()
	one.wantPresent("lobby", "ann")
	two.join("lobby", "bob")
	one.wantPresent("lobby", "ann", "bob")
	two.stop(syscall.SIGTERM)
	one.wantPresent("lobby", "ann")
	three.join("lobby", "dan")
	one.wantPresent("lobby", "ann", "dan")
	three.stop(syscall.SIGKILL)
	one.wantPresent("lobby", "ann")
}

// testServerAway: while the server is away, members of one process hear each other; after that all do again, and know who is there.
func testServerAway(t *testing.T, server *Server) {
	server.Start()
	one, two := startProcess(t, server), startProcess(t, server)
	ann, bob := one.join("lobby", "ann"), two.join("lobby", "bob")
	one.wantPresent("lobby", "ann", "bob")
	server.Stop()
	ann.say("alone")
	ann.want("ann", "alone")
	one.wantPresent("lobby", "ann") // bob's name expires
	two.wantPresent("lobby", "bob")
	server.Start()
	one.wantPresent("lobby", "ann", "bob")
	two.wantPresent("lobby", "ann", "bob")
	bob.say("back")
	bob.skipTo("bob", "back") // ann's message may come late
	ann.want("bob", "back")
}

// skipTo reads until a message comes.
func (c *peer) skipTo(from, text string) {
	c.t.Helper()
	for m := c.next(); m.From != from || m.Text != text; m = c.next() {
	}
}

// testDownAtStart: an app starts, and serves its own members, without a server.
func testDownAtStart(t *testing.T, server *Server) {
	one, two := startProcess(t, server), startProcess(t, server)
	ann, bob := one.join("lobby", "ann"), two.join("lobby", "bob")
	ann.say("alone")
	ann.want("ann", "alone")
	server.Start()
	one.wantPresent("lobby", "ann", "bob")
	two.wantPresent("lobby", "ann", "bob")
	bob.say("hello")
	bob.skipTo("bob", "hello")
	ann.want("bob", "hello")
}

// testOrder: the messages of each sender come in their order, and none is missing, while others send.
func testOrder(t *testing.T, server *Server) {
	const each = 300
	server.Start()
	one, two := startProcess(t, server), startProcess(t, server)
	peers := map[string]*peer{"a": one.join("lobby", "a"), "b": one.join("lobby", "b"), "c": two.join("lobby", "c")}
	one.wantPresent("lobby", "a", "b", "c")
	two.wantPresent("lobby", "a", "b", "c")
	var wg sync.WaitGroup
	for _, p := range peers {
		wg.Go(func() {
			for i := range each {
				p.say(fmt.Sprint(i))
			}
		})
		wg.Go(func() {
			next := map[string]int{}
			for range each * len(peers) {
				m := p.next()
				if m.Text != fmt.Sprint(next[m.From]) {
					t.Errorf("of %s: got %s, want %d", m.From, m.Text, next[m.From])
					return
				}
				next[m.From]++
			}
		})
	}
	wg.Wait()
}

// connect returns a hub over a server.
func connect(t *testing.T, server *Server, open Open) (h *hub.Hub[Message], closeBroker func() error) {
	t.Helper()
	broker, closeBroker := open(server.Addr())
	h, err := hub.New(hub.Options[Message]{Broker: broker, Name: "test", PresenceInterval: 300 * time.Millisecond, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return h, closeBroker
}

// testSubscriptions: two hubs of one process share a broker and do not end each other's subscriptions; rooms open and close quickly.
func testSubscriptions(t *testing.T, server *Server, open Open) {
	server.Start()
	broker, closeBroker := open(server.Addr())
	var hubs [2]*hub.Hub[Message]
	for i := range hubs {
		h, err := hub.New(hub.Options[Message]{Broker: broker, Name: "test"})
		if err != nil {
			t.Fatal(err)
		}
		hubs[i] = h
	}
	listener, err := hubs[1].Join(t.Context(), "r", "listener")
	if err != nil {
		t.Fatal(err)
	}
	for range 50 {
		m, err := hubs[0].Join(t.Context(), "r", "restless")
		if err != nil {
			t.Fatal(err)
		}
		m.Leave()
	}
	m, err := hubs[0].Join(t.Context(), "r", "restless")
	if err != nil {
		t.Fatal(err)
	}
	wantPresent(t, hubs[0], "listener", "restless")
	wantPresent(t, hubs[1], "listener", "restless")
	for i, from := range []*hub.Hub[Message]{hubs[0], hubs[1]} {
		text := fmt.Sprint(i)
		if err := from.Broadcast(t.Context(), "r", Message{From: "x", Text: text}); err != nil {
			t.Fatal(err)
		}
		for _, to := range []*hub.Member[Message]{m, listener} {
			for got := range to.Messages() {
				if got.Text != text {
					t.Errorf("got %q, want %q", got.Text, text)
				}
				break
			}
		}
	}
	for _, h := range hubs {
		if err := h.Close(context.Background()); err != nil {
			t.Error(err)
		}
	}
	if err := closeBroker(); err != nil {
		t.Error(err)
	}
	if err := closeBroker(); err != nil {
		t.Errorf("the second Close: %v", err)
	}
	if _, err := broker.Subscribe("test.r", hub.Subscriber{Receive: func([]byte) {}, Ready: func() {}}); err == nil {
		t.Error("a closed broker subscribes")
	}
}

func wantPresent(t *testing.T, h *hub.Hub[Message], want ...string) {
	t.Helper()
	var got []string
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
		var err error
		if got, err = h.Present(t.Context(), "r"); err != nil {
			t.Fatal(err)
		}
		if slices.Equal(got, want) {
			return
		}
	}
	t.Fatalf("present: got %q, want %q", got, want)
}

// testGoroutines: after Close, a hub and a broker have left no goroutine, whether the server is there or not.
func testGoroutines(t *testing.T, server *Server, open Open) {
	server.Start()
	before := runtime.NumGoroutine()
	for round := range 2 {
		h, closeBroker := connect(t, server, open)
		for i := range 100 {
			m, err := h.Join(t.Context(), fmt.Sprint("r", i%10), fmt.Sprint("n", i))
			if err != nil {
				t.Fatal(err)
			}
			if i%2 == 0 {
				defer m.Leave()
			}
		}
		if round == 0 {
			_ = h.Broadcast(t.Context(), "r1", Message{Text: strings.Repeat("x", 1000)})
		} else {
			server.Stop()
			_ = h.Broadcast(t.Context(), "r1", Message{Text: "lost"})
		}
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		if err := h.Close(ctx); err != nil {
			t.Error(err)
		}
		cancel()
		if err := closeBroker(); err != nil && round == 0 {
			t.Error(err)
		}
	}
	for deadline := time.Now().Add(patience); runtime.NumGoroutine() > before; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			b := make([]byte, 1<<20)
			t.Fatalf("%d goroutines, %d before:\n%s", runtime.NumGoroutine(), before, b[:runtime.Stack(b, true)])
		}
	}
}
