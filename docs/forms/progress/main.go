package main

import (
	"context"
	"io"
	"log"
	"net/http"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/hub"
	"github.com/brio-go/brio/params"
	"github.com/brio-go/brio/response"
)

// Progress is how far an upload is. The name of its event is its State.
type Progress struct {
	State    string `json:"state"` // receiving, done or failed
	Received int64  `json:"received"`
	Total    int64  `json:"total"` // of the body; -1 if the client has not said it
}

type Key struct {
	ID string `path:"id" validate:"alphanum,max=40"` // chosen by the client
}

// counter is a reader that tells how much was read, ten times a second.
type counter struct {
	io.Reader
	n    int64
	last time.Time
	tell func(n int64)
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += int64(n)
	if time.Since(c.last) > 100*time.Millisecond {
		c.last = time.Now()
		c.tell(c.n)
	}
	return n, err
}

func upload(ctx context.Context, r *http.Request, in Key, parts *brio.Parts, rooms *hub.Hub[Progress]) (p Progress, err error) {
	tell := func(state string, n int64) {
		p = Progress{State: state, Received: n, Total: r.ContentLength}
		_ = rooms.Broadcast(context.WithoutCancel(ctx), in.ID, p) // also to say that the client has gone
	}
	defer func() {
		if err != nil {
			tell("failed", p.Received)
		}
	}()
	for part, err := range parts.All() {
		if err != nil {
			return p, err // 413, 400 or 408
		}
		count := &counter{Reader: part, tell: func(n int64) { tell("receiving", n) }}
		if _, err := io.Copy(io.Discard, count); err != nil { // to a store, as it arrives
			return p, err
		}
		tell("receiving", count.n)
	}
	tell("done", p.Received)
	return p, nil
}

func progress(ctx context.Context, in Key, rooms *hub.Hub[Progress]) response.Events[Progress] {
	return func(yield func(response.Event[Progress], error) bool) {
		for p, err := range rooms.Messages(ctx, in.ID, "") {
			if !yield(response.Event[Progress]{Event: p.State, Data: p}, err) || p.State != "receiving" {
				return
			}
		}
	}
}

func main() {
	app := brio.New(brio.SupplyFunc(hub.Open(hub.Options[Progress]{Slow: hub.DropOldest})))
	app.Get("/uploads/{id}/progress", progress)
	app.Post("/uploads/{id}", upload, brio.MaxBody(2<<30), brio.UploadLimits(params.UploadLimits{FileSize: 2 << 30}))
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
