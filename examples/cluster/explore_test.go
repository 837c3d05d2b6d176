package main

import (
	"testing"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/briotest"
	"github.com/brio-go/brio/internal/testkit"
	"github.com/brio-go/brio/internal/testkit/hubtest"
)

// TestExplore: the app keeps to its document.
func TestExplore(t *testing.T) {
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
	briotest.Explore(t, app, briotest.Requests(10), briotest.For(5*time.Second))
}
