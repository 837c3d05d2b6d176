package main

import (
	"log"

	"github.com/brio-go/brio"
)

type Visit struct {
	Agent   string   `header:"User-Agent" default:"unknown"`
	Tokens  []string `header:"X-Token,omitempty"`
	Theme   string   `cookie:"theme" default:"light" validate:"oneof=light dark"`
	Tracker *string  `cookie:"tracker"`
}

func visit(in Visit) map[string]any {
	return map[string]any{"agent": in.Agent, "tokens": in.Tokens, "theme": in.Theme, "tracker": in.Tracker}
}

// region model
type Common struct {
	Host  string  `json:"host"`
	Trace *string `json:"x_trace"` // the header x-trace
}

func readCommon(in brio.Header[Common]) Common { return in.Value }

// endregion

func main() {
	app := brio.New(brio.Title("Visits"))
	app.Get("/visit", visit)
	app.Get("/common", readCommon)
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
