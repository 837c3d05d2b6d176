package socket

import (
	"bufio"
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestCutReason(t *testing.T) {
	for _, c := range []struct{ reason, want string }{
		{"", ""},
		{"bye", "bye"},
		{strings.Repeat("x", 123), strings.Repeat("x", 123)},
		{strings.Repeat("x", 124), strings.Repeat("x", 120) + "…"},
		{strings.Repeat("ä", 62), strings.Repeat("ä", 60) + "…"},
		{"\xff", "\uFFFD"},
	} {
		if got := CutReason(c.reason); got != c.want || len(got) > MaxReason || !utf8.ValidString(got) {
			t.Errorf("%q: got %q, want %q", c.reason, got, c.want)
		}
	}
}

func TestIsSendable(t *testing.T) {
	for code, want := range map[int]bool{0: false, 999: false, 1000: true, 1003: true, 1004: false, 1005: false, 1006: false, 1007: true, 1014: true, 1015: false, 1016: false, 2999: false, 3000: true, 4999: true, 5000: false} {
		if IsSendable(code) != want {
			t.Errorf("%d: got %t", code, !want)
		}
	}
}

func TestBucket(t *testing.T) {
	unlimited := newBucket(0, time.Second)
	b := newBucket(2, time.Hour)
	for i, want := range []bool{true, true, false, false} {
		if b.take() != want || !unlimited.take() {
			t.Errorf("event %d: got %t", i+1, !want)
		}
	}
	b.last = b.last.Add(-30 * time.Minute) // half of the time: one event more
	if !b.take() || b.take() {
		t.Error("the bucket is not filled by time")
	}
}

func TestReadHandshake(t *testing.T) {
	legal := http.Header{"Upgrade": {"h2c, WebSocket"}, "Connection": {"keep-alive, Upgrade"}, "Sec-Websocket-Version": {"13"}, "Sec-Websocket-Key": {" dGhlIHNhbXBsZSBub25jZQ== "}}
	if _, refused := ReadHandshake(func(name string) []string { return legal[name] }); refused != nil {
		t.Errorf("got %+v", refused)
	}
	for name, c := range map[string]struct {
		value  []string
		status int
	}{
		"Upgrade": {nil, 426}, "Connection": {[]string{"close"}, 426}, "Sec-Websocket-Version": {[]string{"13", "8"}, 426}, "Sec-Websocket-Key": {[]string{"AAAA"}, 400},
	} {
		h := legal.Clone()
		h[name] = c.value
		if _, refused := ReadHandshake(func(name string) []string { return h[name] }); refused == nil || refused.Status != c.status {
			t.Errorf("%s: got %+v, want %d", name, refused, c.status)
		}
	}
}

// open returns an accepted Socket and the client's end of its connection.
func open(t *testing.T, c *Config) (*Socket, net.Conn) {
	t.Helper()
	client, server := net.Pipe()
	ctx, cancel := context.WithCancelCause(t.Context())
	s := New(ctx, cancel, Handshake{key: "dGhlIHNhbXBsZSBub25jZQ=="}, c, func(http.Header) (net.Conn, *bufio.ReadWriter, error) {
		return server, bufio.NewReadWriter(bufio.NewReader(server), bufio.NewWriter(server)), nil
	})
	if err := s.Accept(Accept{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = client.Close(); s.Cut(net.ErrClosed); s.Wait() })
	return s, client
}

// A Socket whose upgrade fails has the error for all uses, and a forgotten one cannot be accepted.
func TestAcceptFails(t *testing.T) {
	wrong := errors.New("wrong")
	ctx, cancel := context.WithCancelCause(t.Context())
	s := New(ctx, cancel, Handshake{key: "dGhlIHNhbXBsZSBub25jZQ=="}, &Config{}, func(http.Header) (net.Conn, *bufio.ReadWriter, error) { return nil, nil, wrong })
	for range 2 {
		if err := s.Accept(Accept{}); err != wrong || s.IsAccepted() {
			t.Errorf("got %v", err)
		}
	}
	if _, err := s.Read(ctx); err != wrong {
		t.Errorf("got %v", err)
	}
	s = New(ctx, cancel, Handshake{}, &Config{}, nil)
	s.Forget()
	if err := s.Write(ctx, true, nil); err != errEnded {
		t.Errorf("got %v", err)
	}
}

// Two goroutines that read at once are a mistake of the program, and the connection goes on.
func TestTwoReaders(t *testing.T) {
	s, client := open(t, &Config{MaxMessage: -1})
	first := make(chan string, 1)
	go func() {
		text, _ := s.ReadText(context.Background())
		first <- text
	}()
	for s.reading.TryLock() { // until the first reads
		s.reading.Unlock()
		time.Sleep(time.Millisecond)
	}
	if _, err := s.ReadText(context.Background()); err != errReaders {
		t.Errorf("got %v", err)
	}
	if _, err := client.Write([]byte{0x81, 0x81, 0, 0, 0, 0, 'x'}); err != nil {
		t.Fatal(err)
	}
	if got := <-first; got != "x" {
		t.Errorf("got %q", got)
	}
}

// The end of the request's context ends reads, also of a program with another context, with 1001.
func TestContextEnds(t *testing.T) {
	another, cancel := context.WithCancel(context.Background())
	defer cancel()
	for name, ctx := range map[string]context.Context{"no end": context.Background(), "another": another} {
		s, client := open(t, &Config{MaxMessage: -1})
		go func() {
			buf := make([]byte, 64)
			for {
				if _, err := client.Read(buf); err != nil {
					return
				}
			}
		}()
		cause := errors.New("stop")
		go func() { time.Sleep(10 * time.Millisecond); s.cancel(cause) }()
		_, err := s.ReadText(ctx)
		closed, ok := err.(*Closed)
		if !ok || closed.Code != GoingAway || !errors.Is(err, cause) || closed.ByPeer {
			t.Errorf("%s: got %v", name, err)
		}
		_ = client.Close()
	}
}
