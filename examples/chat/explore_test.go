package main

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/brio-go/brio/briotest"
	"github.com/brio-go/brio/internal/testkit"
)

// TestExplore: the app keeps to its document.
func TestExplore(t *testing.T) {
	app, err := newApp(filepath.Join(t.TempDir(), "chat.db"), nil, testkit.Quiet())
	if err != nil {
		t.Fatal(err)
	}
	briotest.Explore(t, app, briotest.Requests(5), briotest.For(3*time.Second))
}
