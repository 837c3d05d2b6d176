package main

import (
	"testing"
	"time"

	"github.com/brio-go/brio/briotest"
)

// TestExplore: the app keeps to its document.
func TestExplore(t *testing.T) {
	app, err := newApp()
	if err != nil {
		t.Fatal(err)
	}
	briotest.Explore(t, app, briotest.Requests(5), briotest.For(3*time.Second))
}
