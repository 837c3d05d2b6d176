package main

import (
	"log"

	"github.com/brio-go/brio"
)

type Greeting struct {
	Message string `json:"message"`
}

func hello() Greeting {
	return Greeting{Message: "Hello World"}
}

func main() {
	app := brio.New(brio.Title("Hello"), brio.Version("1.0.0"))
	app.Get("/", hello)
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
