package main

import (
	"testing"
	"time"

	"github.com/brio-go/brio/briotest"
)

// TestExplore: the app keeps to its document.
func TestExplore(t *testing.T) {
	briotest.Explore(t, newApp(time.Microsecond), briotest.Requests(5), briotest.For(3*time.Second))
}
