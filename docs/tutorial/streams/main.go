package main

import (
	"context"
	"iter"
	"log"
	"strconv"
	"time"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/response"
)

type Step struct {
	Number int    `json:"number"`
	Text   string `json:"text"`
}

func steps(ctx context.Context) iter.Seq[Step] {
	return func(yield func(Step) bool) {
		for i, text := range []string{"boil water", "add tea", "wait"} {
			if !yield(Step{Number: i + 1, Text: text}) {
				return // the client has gone
			}
			select {
			case <-time.After(10 * time.Millisecond):
			case <-ctx.Done():
				return // the client has gone, or the app stops
			}
		}
	}
}

// region events
func events(in struct {
	Last int `header:"Last-Event-ID" default:"0"`
}) response.Events[Step] {
	return func(yield func(response.Event[Step], error) bool) {
		for i, text := range []string{"boil water", "add tea", "wait"} {
			if i < in.Last {
				continue // the client has it
			}
			id := strconv.Itoa(i + 1)
			if !yield(response.Event[Step]{ID: id, Event: "step", Data: Step{Number: i + 1, Text: text}}, nil) {
				return
			}
		}
	}
}

// endregion

// region failing
func failing() iter.Seq2[Step, error] {
	return func(yield func(Step, error) bool) {
		yield(Step{}, brio.Error(503, "No water"))
	}
}

// endregion

func main() {
	app := brio.New(brio.Title("Tea"))
	app.Get("/steps", steps)
	app.Get("/events", events)
	app.Get("/failing", failing)
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
