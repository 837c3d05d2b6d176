package main

import (
	"log/slog"
	"testing"
	"time"

	"github.com/brio-go/brio/briotest"
)

// TestExplore: the app keeps to its document.
func TestExplore(t *testing.T) {
	old := slog.Default()
	slog.SetDefault(slog.New(slog.DiscardHandler)) // clients of /events go, and the app logs it
	t.Cleanup(func() { slog.SetDefault(old) })
	briotest.Explore(t, newApp(), briotest.Stateful(), briotest.LeaveOut("GET /whoami repeat", "the answer has the address of the client"), briotest.Requests(5), briotest.For(3*time.Second))
}
