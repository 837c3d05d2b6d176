package main

import (
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
)

// TestExplore: the app keeps to its document.
func TestExplore(t *testing.T) {
	app := newApp(filepath.Join(t.TempDir(), "test.db"), brio.Logger(slog.New(slog.DiscardHandler)))
	briotest.Explore(t, app, briotest.Stateful(), briotest.Requests(5), briotest.For(3*time.Second))
}
