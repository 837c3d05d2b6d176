package main

import (
	"log"

	"github.com/brio-go/brio"
)

func hello() string { return "Hello" }

func main() {
	app := brio.New()
	app.Get("/", hello)
	if err := app.Run("127.0.0.1:8000"); err != nil { // pages at /docs and /redoc
		log.Fatal(err)
	}
}
