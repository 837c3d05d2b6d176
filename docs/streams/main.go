package main

import (
	"context"
	"iter"
	"log"
	"time"

	"github.com/brio-go/brio"
)

type Tick struct {
	At time.Time `json:"at"`
}

func ticks(ctx context.Context) iter.Seq[Tick] {
	return func(yield func(Tick) bool) {
		for {
			select {
			case at := <-time.After(time.Second):
				if !yield(Tick{at}) {
					return // the client has gone
				}
			case <-ctx.Done():
				return // the client has gone, or the app stops
			}
		}
	}
}

func main() {
	app := brio.New()
	app.Get("/ticks", ticks)                      // application/jsonl
	app.Get("/events", ticks, brio.EventStream()) // server-sent events
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
