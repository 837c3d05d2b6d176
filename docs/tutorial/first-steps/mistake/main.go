package main

import (
	"log"

	"github.com/brio-go/brio"
)

type Clock struct{}

func now(c *Clock) string { return "noon" }

func main() {
	app := brio.New()
	app.Get("/now", now)
	app.Get("now", now)
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
