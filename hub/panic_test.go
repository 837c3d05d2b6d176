package hub_test

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"

	"github.com/brio-go/brio/hub"
)

// TestPanicsOfOptions: a panic of Key or Announce is logged. Members still join, leave and get messages, and no lock stays taken.
func TestPanicsOfOptions(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	h, err := hub.New(hub.Options[string]{
		Queue: 1, Slow: hub.Coalesce, Logger: slog.New(slog.NewTextHandler(&log, nil)),
		Key:      func(string) string { panic("key canary") },
		Announce: func(hub.Presence) (string, bool) { panic("announce canary") },
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	slow, err := h.Join(ctx, "room", "ann")
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := h.Broadcast(ctx, "room", "hello"); err != nil {
			t.Fatal(err)
		}
	}
	if slow.Err() != hub.ErrSlow {
		t.Errorf("a full queue whose messages have no key: got %v, want %v", slow.Err(), hub.ErrSlow)
	}
	slow.Leave()
	other, err := h.Join(ctx, "room", "bob")
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Broadcast(ctx, "room", "again"); err != nil {
		t.Fatal(err)
	}
	for message, err := range other.Messages() {
		if message != "again" || err != nil {
			t.Errorf("got %q, %v", message, err)
		}
		break
	}
	other.Leave()
	if err := h.Close(ctx); err != nil {
		t.Error(err)
	}
	for _, canary := range []string{"key canary", "announce canary"} {
		if !strings.Contains(log.String(), canary) {
			t.Errorf("%q is not in the log", canary)
		}
	}
}
