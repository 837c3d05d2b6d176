package main

import (
	"net/http"
	"testing"
	"time"

	"github.com/brio-go/brio/briotest"
)

// TestExplore: the app keeps to its document.
func TestExplore(t *testing.T) {
	token := func(r *http.Request, _ string, _ []string) { r.Header.Set("Authorization", "Bearer metrics-token") }
	counts := briotest.LeaveOut("GET /metrics repeat", "a request changes the counters")
	briotest.Explore(t, newApp(), briotest.Credentials(token), counts, briotest.Requests(5), briotest.For(3*time.Second))
}
