package main

import (
	"log"
	"time"

	"github.com/brio-go/brio"
)

func importItems(in *brio.Body[[]string]) int { return len(in.Value) }

func main() {
	app := brio.New(brio.MaxBody(4<<20), brio.ReadTimeout(10*time.Second))
	app.Post("/imports", importItems, brio.MaxBody(1<<30)) // the innermost level decides
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
