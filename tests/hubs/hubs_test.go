package hubs

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"iter"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	client "github.com/coder/websocket"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/hub"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/websocket"
)

type say struct {
	Text string `json:"text" validate:"max=20"`
}

// said is what the hub has: its members see of it what the model public has.
type said struct {
	Text   string `json:"text"`
	Secret string `json:"secret"`
}

type public struct {
	Text string `json:"text"`
}

// stage is an app with one room, over a real server.
type stage struct {
	*testkit.Stage
	t       *testing.T
	rooms   *hub.Hub[said]
	running atomic.Int64 // handlers of WebSockets
	last    chan error   // what they return
}

func newStage(t *testing.T, o hub.Options[said]) *stage {
	t.Helper()
	s := &stage{t: t, last: make(chan error, 10_000)}
	rooms, err := hub.New(o)
	if err != nil {
		t.Fatal(err)
	}
	s.rooms = rooms
	t.Cleanup(func() {
		if err := rooms.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	quietly := brio.EventPing(time.Minute) // a stage's own would close the sockets of clients that do not read for milliseconds
	s.Stage = testkit.NewStage(t, func(app *brio.App) {
		app.WebSocket("/ws", func(ctx context.Context, ws *websocket.Conn[say, said]) (err error) {
			s.running.Add(1)
			defer func() {
				s.running.Add(-1)
				s.last <- err
			}()
			member, err := rooms.Join(ctx, "r", "ws")
			if err != nil {
				return err
			}
			defer member.Leave()
			if err := ws.Accept(); err != nil {
				return err
			}
			member.Deliver(ws)
			for in, err := range ws.Messages(ctx) {
				if err != nil {
					return err
				}
				if err := rooms.Broadcast(ctx, "r", said{in.Text, testkit.Canary}); err != nil {
					return err
				}
			}
			return nil
		}, quietly)
		app.Get("/events", func(ctx context.Context) iter.Seq2[said, error] {
			return rooms.Messages(ctx, "r", "sse")
		}, brio.EventStream(), brio.ResponseModel[public](), quietly)
	})
	return s
}

func (s *stage) dial() *client.Conn {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), time.Minute)
	defer cancel()
	c, _, err := client.Dial(ctx, s.URL+"/ws", nil)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { _ = c.CloseNow() })
	return c
}

// waitPresent waits until the room has exactly these names.
func (s *stage) waitPresent(names string) {
	s.t.Helper()
	testkit.Eventually(s.t, names, func() bool {
		got, err := s.rooms.Present(context.Background(), "r")
		return err == nil && strings.Join(got, ",") == names
	})
}

// TestSocketsAndStreamsShareRooms: a message of a WebSocket reaches another one and an event stream, through the models of both.
func TestSocketsAndStreamsShareRooms(t *testing.T) {
	s := newStage(t, hub.Options[said]{})
	a, b := s.dial(), s.dial()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, "GET", s.URL+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	lines := make(chan string, 10)
	go func() { // the headers come with the first event
		res, err := http.DefaultClient.Do(r)
		if err != nil {
			close(lines)
			return
		}
		defer res.Body.Close()
		for scan := bufio.NewScanner(res.Body); scan.Scan(); {
			if scan.Text() != "" {
				lines <- scan.Text()
			}
		}
		close(lines)
	}()
	s.waitPresent("sse,ws")
	if err := a.Write(ctx, client.MessageText, []byte(`{"text":"hello"}`)); err != nil {
		t.Fatal(err)
	}
	for _, c := range []*client.Conn{a, b} {
		if _, data, err := c.Read(ctx); err != nil || !strings.Contains(string(data), `"text":"hello"`) {
			t.Errorf("socket: %s %v", data, err)
		}
	}
	if line := testkit.Receive(t, lines, "event"); line != `data: {"text":"hello"}` {
		t.Errorf("stream: %s", line)
	}
	cancel()
	_ = a.Close(client.StatusNormalClosure, "")
	_ = b.Close(client.StatusNormalClosure, "")
	s.waitPresent("")
}

// TestSlowSocketIsClosed: a client whose queue is full gets 1013, and its handler ends.
func TestSlowSocketIsClosed(t *testing.T) {
	s := newStage(t, hub.Options[said]{Queue: 2})
	c := s.dial()
	s.waitPresent("ws")
	for deadline := time.Now().Add(time.Minute); s.running.Load() > 0; {
		if time.Now().After(deadline) {
			t.Fatal("the client is never too slow")
		}
		if err := s.rooms.Broadcast(t.Context(), "r", said{Text: "x"}); err != nil {
			t.Fatal(err)
		}
	}
	var err error
	for err == nil {
		_, _, err = c.Read(t.Context())
	}
	if code := client.CloseStatus(err); code != client.StatusTryAgainLater {
		t.Errorf("got %v, want the code 1013", err)
	}
	if code, ok := websocket.IsClosed(testkit.Receive(t, s.last, "end of the handler")); !ok || code != websocket.CloseTryAgainLater {
		t.Errorf("the handler ends with %d %v, want 1013", code, ok)
	}
}

// TestSocketThatNeverReads: a client that takes nothing ends alone: another one of the room has all messages.
func TestSocketThatNeverReads(t *testing.T) {
	s := newStage(t, hub.Options[said]{Queue: 1000})
	s.dial() // never reads
	s.waitPresent("ws")
	fast := s.dial()
	testkit.Eventually(t, "two handlers", func() bool { return s.running.Load() == 2 })
	fast.SetReadLimit(1 << 20)
	text := strings.Repeat("x", 64<<10)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	n := 0
	for ; s.running.Load() == 2; n++ {
		if n == 100_000 {
			t.Fatal("the client that never reads is still a member")
		}
		if err := s.rooms.Broadcast(ctx, "r", said{Text: fmt.Sprint(n, " ", text)}); err != nil {
			t.Fatal(err)
		}
		if _, data, err := fast.Read(ctx); err != nil || !strings.HasPrefix(string(data), fmt.Sprintf(`{"text":"%d `, n)) {
			t.Fatalf("message %d: %v", n, err)
		}
	}
	if n < 100 {
		t.Errorf("the slow client is gone after %d messages, before its queue was full", n)
	}
}

// TestShutdownEndsMembers: each socket gets 1001, event streams end, handlers return.
func TestShutdownEndsMembers(t *testing.T) {
	s := newStage(t, hub.Options[said]{})
	conns := []*client.Conn{s.dial(), s.dial(), s.dial()}
	s.waitPresent("ws")
	testkit.Eventually(t, "three handlers", func() bool { return s.running.Load() == 3 })
	ended := make(chan error, 1)
	go func() { ended <- s.Stop() }()
	for _, c := range conns {
		if _, _, err := c.Read(t.Context()); client.CloseStatus(err) != client.StatusGoingAway {
			t.Errorf("got %v, want the code 1001", err)
		}
	}
	if err := testkit.Receive(t, ended, "end of the server"); err != nil {
		t.Error(err)
	}
	s.waitPresent("")
	if n := s.running.Load(); n != 0 {
		t.Errorf("%d handlers run", n)
	}
}

// TestCutConnectionsLeaveNothing: connections that are cut while messages come leave no member. The stage fails the test for goroutines
// that are left.
func TestCutConnectionsLeaveNothing(t *testing.T) {
	s := newStage(t, hub.Options[said]{Slow: hub.DropOldest, Queue: 4})
	stop := make(chan struct{})
	var sender sync.WaitGroup
	sender.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
				_ = s.rooms.Broadcast(context.Background(), "r", said{Text: fmt.Sprint(i)})
				time.Sleep(100 * time.Microsecond)
			}
		}
	})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range 40 {
				c, _, err := client.Dial(context.Background(), s.URL+"/ws", nil)
				if err != nil {
					t.Error(err)
					return
				}
				for range i % 3 {
					_, _, _ = c.Read(context.Background())
				}
				_ = c.CloseNow()
				res, err := http.Get(s.URL + "/events")
				if err != nil {
					t.Error(err)
					return
				}
				_, _ = io.CopyN(io.Discard, res.Body, int64(i))
				_ = res.Body.Close()
			}
		})
	}
	wg.Wait()
	close(stop)
	sender.Wait()
	s.waitPresent("")
}
