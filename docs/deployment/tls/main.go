package main

import (
	"log"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/middleware"
)

func hello() string { return "hello" }

func main() {
	app := brio.New(brio.Title("Hello"), brio.Use(middleware.HTTPSRedirect(), middleware.SecurityHeaders()))
	app.Get("/", hello)
	if err := app.Run("127.0.0.1:8000", brio.TLSSelfSigned()); err != nil {
		log.Fatal(err)
	}
}
