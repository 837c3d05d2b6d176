package main

import (
	"strings"
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/internal/testkit/hubtest"
)

// newTestApp makes the app on servers of the test.
func newTestApp(t *testing.T) *brio.App {
	t.Helper()
	redis, nats := hubtest.Redis(t), hubtest.NATS(t)
	redis.Start()
	nats.Start()
	c := Config{Name: "a", Database: testkit.Postgres(t), Redis: redis.Addr(), NATS: "nats://" + nats.Addr(), Workers: true, Limit: brio.NoLimit}
	app, closeAll, err := newApp(t.Context(), c, testkit.Quiet())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := closeAll(); err != nil {
			t.Error(err)
		}
	})
	return app
}

// TestExplore: the app keeps to its document.
func TestExplore(t *testing.T) {
	briotest.Explore(t, newTestApp(t), briotest.Requests(10), briotest.For(5*time.Second))
}

// TestDocument: make openapi has the file judged, for it does not start this example.
func TestDocument(t *testing.T) {
	briotest.Snapshot(t, "testdata/openapi.json", newTestApp(t).OpenAPI())
}

// TestServersAreMissing: an app that cannot reach its database says so.
func TestServersAreMissing(t *testing.T) {
	c := Config{Database: "postgres://127.0.0.1:1/brio", Redis: "127.0.0.1:1", NATS: "nats://127.0.0.1:1"}
	if _, _, err := newApp(t.Context(), c, testkit.Quiet()); err == nil || !strings.Contains(err.Error(), "connect to the database") {
		t.Errorf("got %v, want that it does not reach the database", err)
	}
}
