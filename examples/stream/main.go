// Command stream counts: as JSON Lines, as server-sent events that a browser resumes, and as plain text. Run it and send requests:
//
//	go run ./examples/stream
//	curl -N 'localhost:8000/lines?to=5'
//	curl -N localhost:8000/events -H 'Last-Event-ID: 41'
//	curl -N 'localhost:8000/text?to=3'
//
// and open http://localhost:8000/ in a browser. Ctrl-C ends the streams and the server.
package main

import (
	"context"
	"flag"
	"iter"
	"log"
	"strconv"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/response"
)

// Tick is one step of the count.
type Tick struct {
	N      int    `json:"n"`
	Secret string `json:"-"`
}

// Pace is the time between two steps.
type Pace time.Duration

// count yields numbers until the client closes the connection or the app stops: both end the context.
func count(ctx context.Context, from, to int, pace Pace) iter.Seq[int] {
	return func(yield func(int) bool) {
		ticker := time.NewTicker(time.Duration(pace))
		defer ticker.Stop()
		for n := from; n <= to && yield(n); n++ {
			select {
			case <-ticker.C:
			case <-ctx.Done():
				return
			}
		}
	}
}

type upTo struct {
	To int `query:"to" default:"10" validate:"min=1,max=1000"`
}

// lines streams the count as JSON Lines, because it returns an iterator.
func lines(ctx context.Context, in *upTo, pace Pace) iter.Seq[Tick] {
	return func(yield func(Tick) bool) {
		for n := range count(ctx, 1, in.To, pace) {
			if !yield(Tick{N: n}) {
				return
			}
		}
	}
}

type resume struct {
	Last int `header:"Last-Event-ID" default:"0"`
}

// events streams the count as server-sent events, from the event after Last-Event-ID.
func events(ctx context.Context, in *resume, pace Pace) response.Events[Tick] {
	return func(yield func(response.Event[Tick], error) bool) {
		for n := range count(ctx, in.Last+1, in.Last+1_000_000, pace) {
			if !yield(response.Event[Tick]{Data: Tick{N: n}, ID: strconv.Itoa(n)}, nil) {
				return
			}
		}
	}
}

// text streams the count as plain text, because of its response class.
func text(ctx context.Context, in *upTo, pace Pace) iter.Seq[string] {
	return func(yield func(string) bool) {
		for n := range count(ctx, 1, in.To, pace) {
			if !yield(strconv.Itoa(n) + "\n") {
				return
			}
		}
	}
}

const page = `<!doctype html><title>Count</title><h1></h1><script>
new EventSource("/events").onmessage = e => document.querySelector("h1").textContent = JSON.parse(e.data).n
</script>`

func newApp(pace time.Duration) *brio.App {
	app := brio.New(brio.Title("Count"), brio.Supply(Pace(pace)))
	app.Get("/", func() string { return page }, brio.ResponseClass(response.HTMLClass), brio.Name("page"))
	app.Get("/lines", lines)
	app.Get("/events", events)
	app.Get("/text", text, brio.ResponseClass(response.StreamOf("text/plain; charset=utf-8")))
	return app
}

func main() {
	addr := flag.String("addr", ":8000", "address to listen on")
	pace := flag.Duration("pace", time.Second, "time between two steps")
	flag.Parse()
	if err := newApp(*pace).Run(*addr); err != nil {
		log.Fatal(err)
	}
}
