package hub_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/brio-go/brio/hub"
)

// conn records what is written to it. Write blocks while gate is not nil and not closed.
type conn struct {
	mu     sync.Mutex
	got    []string
	code   int
	gate   chan struct{}
	fail   error
	panics bool
	inUse  bool
}

func (c *conn) Write(ctx context.Context, message string) error {
	c.mu.Lock()
	if c.inUse {
		panic("two writes at once")
	}
	c.inUse = true
	gate := c.gate
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		c.inUse = false
		c.mu.Unlock()
	}()
	if c.panics {
		panic("canary")
	}
	if gate != nil {
		select {
		case <-gate:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if c.fail != nil {
		return c.fail
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.got = append(c.got, message)
	return nil
}

func (c *conn) Close(code int, reason string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.code = code
	return nil
}

func (c *conn) want(t *testing.T, code int, want ...string) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	if !slices.Equal(c.got, want) || c.code != code {
		t.Errorf("connection: got %q and the code %d, want %q and %d", c.got, c.code, want, code)
	}
}

// open returns a hub that is closed at the end of the test.
func open(t *testing.T, o hub.Options[string]) *hub.Hub[string] {
	t.Helper()
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	h, err := hub.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return h
}

// join returns a member of the room "r" that delivers to c, or is read by Messages when c is nil.
func join(t *testing.T, h *hub.Hub[string], name string, c *conn) *hub.Member[string] {
	t.Helper()
	m, err := h.Join(t.Context(), "r", name)
	if err != nil {
		t.Fatal(err)
	}
	if c != nil {
		m.Deliver(c)
	}
	return m
}

func broadcast(t *testing.T, h *hub.Hub[string], messages ...string) {
	t.Helper()
	for _, m := range messages {
		if err := h.Broadcast(t.Context(), "r", m); err != nil {
			t.Error(err)
		}
	}
}

func TestBroadcastReachesRoom(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, hub.Options[string]{})
		a, b, other := &conn{}, &conn{}, &conn{}
		join(t, h, "a", a)
		mb := join(t, h, "b", b)
		m, err := h.Join(t.Context(), "other", "c")
		if err != nil {
			t.Fatal(err)
		}
		m.Deliver(other)
		broadcast(t, h, "1", "2")
		if err := mb.BroadcastOthers(t.Context(), "3"); err != nil {
			t.Error(err)
		}
		mb.Send("4")
		mb.Leave()
		broadcast(t, h, "5")
		synctest.Wait()
		a.want(t, 0, "1", "2", "3", "5")
		other.want(t, 0)
	})
}

// TestDeliverBeginsWithWaiting: a handler joins, writes the history itself, and then has the messages delivered that came meanwhile.
func TestDeliverBeginsWithWaiting(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, hub.Options[string]{})
		m := join(t, h, "", nil)
		broadcast(t, h, "1", "2")
		c := &conn{got: []string{"history"}}
		m.Deliver(c)
		broadcast(t, h, "3")
		m.Send("4")
		synctest.Wait()
		c.want(t, 0, "history", "1", "2", "3", "4")
	})
}

func TestLeaveWaitsForWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, hub.Options[string]{})
		c := &conn{gate: make(chan struct{})}
		m := join(t, h, "", c)
		broadcast(t, h, "1", "2")
		synctest.Wait()
		go func() {
			time.Sleep(time.Millisecond)
			close(c.gate)
		}()
		m.Leave()
		m.Leave()
		c.want(t, 0, "1") // 2 was dropped
		if err := m.Err(); err != nil {
			t.Error(err)
		}
		m.Send("3")
		synctest.Wait()
		c.want(t, 0, "1")
	})
}

// TestLeaveCutsWrite: a client that does not read cannot hold a handler.
func TestLeaveCutsWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, hub.Options[string]{})
		c := &conn{gate: make(chan struct{})}
		m := join(t, h, "", c)
		broadcast(t, h, "1")
		synctest.Wait()
		m.Leave()
		c.want(t, 0)
	})
}

func TestMembersEndWithContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, hub.Options[string]{})
		ctx, cancel := context.WithCancel(t.Context())
		m, err := h.Join(ctx, "r", "ann")
		if err != nil {
			t.Fatal(err)
		}
		read := make(chan int)
		go func() {
			n := 0
			for range m.Messages() {
				n++
			}
			read <- n
		}()
		broadcast(t, h, "1")
		synctest.Wait()
		cancel()
		if n := <-read; n != 1 {
			t.Errorf("got %d messages, want 1", n)
		}
		synctest.Wait()
		if names, err := h.Present(t.Context(), "r"); len(names) > 0 || err != nil {
			t.Errorf("present: %q %v", names, err)
		}
		if _, err := h.Join(ctx, "r", ""); !errors.Is(err, context.Canceled) {
			t.Errorf("join with an ended context: %v", err)
		}
		m.Leave()
	})
}

func TestSlowMembers(t *testing.T) {
	key := func(m string) string {
		k, _, ok := strings.Cut(m, "=")
		if !ok {
			return ""
		}
		return k
	}
	for name, tt := range map[string]struct {
		options hub.Options[string]
		send    []string // after "first", which is being written
		want    []string // after "first"
		code    int
		dropped int
	}{
		"close":                        {hub.Options[string]{}, []string{"1", "2", "3", "4"}, nil, 1013, 0},
		"close, not full":              {hub.Options[string]{}, []string{"1", "2", "3"}, []string{"1", "2", "3"}, 0, 0},
		"drop":                         {hub.Options[string]{Slow: hub.DropOldest}, []string{"1", "2", "3", "4", "5"}, []string{"3", "4", "5"}, 0, 2},
		"coalesce":                     {hub.Options[string]{Slow: hub.Coalesce, Key: key}, []string{"a=1", "b=1", "a=2", "a=3", "b=2"}, []string{"b=1", "a=3", "b=2"}, 0, 2},
		"coalesce with the new one":    {hub.Options[string]{Slow: hub.Coalesce, Key: key}, []string{"a=1", "b=1", "c=1", "a=2"}, []string{"b=1", "c=1", "a=2"}, 0, 1},
		"coalesce, different keys":     {hub.Options[string]{Slow: hub.Coalesce, Key: key}, []string{"a=1", "b=1", "c=1", "d=1"}, nil, 1013, 0},
		"coalesce, messages of no key": {hub.Options[string]{Slow: hub.Coalesce, Key: key}, []string{"x", "x", "x", "x"}, nil, 1013, 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tt.options.Queue = 3
				h := open(t, tt.options)
				slow, fast := &conn{gate: make(chan struct{})}, &conn{}
				m := join(t, h, "slow", slow)
				join(t, h, "fast", fast)
				broadcast(t, h, "first")
				synctest.Wait()
				for _, s := range tt.send {
					broadcast(t, h, s)
					synctest.Wait()
				}
				close(slow.gate)
				synctest.Wait()
				slow.want(t, tt.code, append([]string{"first"}, tt.want...)...)
				fast.want(t, 0, append([]string{"first"}, tt.send...)...)
				if m.Dropped() != tt.dropped {
					t.Errorf("dropped: got %d, want %d", m.Dropped(), tt.dropped)
				}
				if (tt.code != 0) != errors.Is(m.Err(), hub.ErrSlow) {
					t.Errorf("err: %v", m.Err())
				}
			})
		})
	}
}

// TestSlowMemberIsCut: the write that a client does not read is cut a second after the member's end.
func TestSlowMemberIsCut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, hub.Options[string]{Queue: 1})
		c := &conn{gate: make(chan struct{})}
		m := join(t, h, "slow", c)
		for range 3 {
			broadcast(t, h, "x")
			synctest.Wait()
		}
		c.want(t, 0)
		time.Sleep(time.Second)
		synctest.Wait()
		c.want(t, 1013)
		m.Leave()
	})
}

func TestMessagesEndsWithErrSlow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, hub.Options[string]{Queue: 1})
		var got []string
		var last error
		go func() {
			synctest.Wait()
			broadcast(t, h, "1")
		}()
		for m, err := range h.Messages(t.Context(), "r", "") {
			if err != nil {
				last = err
				continue
			}
			got = append(got, m)
			broadcast(t, h, "2", "3")
		}
		if !slices.Equal(got, []string{"1"}) || !errors.Is(last, hub.ErrSlow) {
			t.Errorf("got %q and %v, want the first message and ErrSlow", got, last)
		}
	})
}

func TestWriteFails(t *testing.T) {
	for name, c := range map[string]*conn{
		"error": {fail: errors.New("canary")},
		"panic": {panics: true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log strings.Builder
				h := open(t, hub.Options[string]{Logger: slog.New(slog.NewTextHandler(&log, nil))})
				m := join(t, h, "ann", c)
				broadcast(t, h, "1", "2")
				synctest.Wait()
				c.want(t, 1011)
				if err := m.Err(); err == nil || !strings.Contains(err.Error(), "canary") {
					t.Errorf("err: %v", err)
				}
				if !strings.Contains(log.String(), "canary") {
					t.Errorf("log: %s", log.String())
				}
				if names, _ := h.Present(t.Context(), "r"); len(names) > 0 {
					t.Errorf("present: %q", names)
				}
				m.Leave()
			})
		})
	}
}

func TestCloseEndsMembers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, hub.Options[string]{})
		c := &conn{}
		m := join(t, h, "ann", c)
		ended := make(chan error)
		go func() {
			var last error
			for _, err := range h.Messages(t.Context(), "r", "bob") {
				last = err
			}
			ended <- last
		}()
		synctest.Wait()
		if err := h.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if err := <-ended; err != nil {
			t.Error(err)
		}
		c.want(t, 1001)
		if err := m.Err(); !errors.Is(err, hub.ErrClosed) {
			t.Errorf("err: %v", err)
		}
		if _, err := h.Join(t.Context(), "r", ""); !errors.Is(err, hub.ErrClosed) {
			t.Errorf("join: %v", err)
		}
		if err := h.Broadcast(t.Context(), "r", "x"); !errors.Is(err, hub.ErrClosed) {
			t.Errorf("broadcast: %v", err)
		}
		m.Leave()
	})
}

// TestCloseCutsWrites: the context of Close limits how long it waits for connections that take nothing.
func TestCloseCutsWrites(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h, err := hub.New(hub.Options[string]{})
		if err != nil {
			t.Fatal(err)
		}
		c := &conn{gate: make(chan struct{})}
		m := join(t, h, "ann", c)
		broadcast(t, h, "1")
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if err := h.Close(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("close: %v", err)
		}
		m.Leave()
		c.want(t, 1001)
	})
}

func TestOptionsAreChecked(t *testing.T) {
	_, err := hub.New(hub.Options[string]{Queue: -1, Slow: 9, PresenceInterval: -1, Broker: (&process{}), Name: "a b", Key: func(string) string { return "" }})
	if err == nil {
		t.Fatal("no error")
	}
	for _, part := range []string{"Queue is -1", "Slow is 9", "Key", "PresenceInterval", `Name is "a b"`} {
		if !strings.Contains(err.Error(), part) {
			t.Errorf("%q is missing in:\n%v", part, err)
		}
	}
	for _, name := range []string{"", ".", "a.", "a..b", "a*", "a>", "ä"} {
		if _, err := hub.New(hub.Options[string]{Broker: &process{}, Name: name}); err == nil {
			t.Errorf("the name %q is legal", name)
		}
	}
	if _, _, err := hub.Open(hub.Options[string]{Queue: -1})(t.Context()); err == nil {
		t.Error("Open: no error")
	}
}

// TestRoomKeepsOneOrder: many senders, many members; each member gets the same order, and each sender's messages in its order.
func TestRoomKeepsOneOrder(t *testing.T) {
	const senders, each, members = 8, 200, 20
	h := open(t, hub.Options[string]{Queue: senders * each})
	conns := make([]*conn, members)
	for i := range conns {
		conns[i] = &conn{}
		join(t, h, "m"+strconv.Itoa(i), conns[i])
	}
	var wg sync.WaitGroup
	for s := range senders {
		wg.Go(func() {
			for i := range each {
				if err := h.Broadcast(t.Context(), "r", fmt.Sprintf("%d %d", s, i)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	for _, c := range conns {
		for deadline := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
			c.mu.Lock()
			n := len(c.got)
			c.mu.Unlock()
			if n == senders*each {
				break
			}
			if time.Now().After(deadline) {
				t.Fatalf("got %d messages, want %d", n, senders*each)
			}
		}
		if !slices.Equal(c.got, conns[0].got) {
			t.Error("two members have different orders")
		}
	}
	var next [senders]int
	for _, m := range conns[0].got {
		var s, i int
		if _, err := fmt.Sscan(m, &s, &i); err != nil || next[s] != i {
			t.Fatalf("%q: want %d", m, next[s])
		}
		next[s]++
	}
}
