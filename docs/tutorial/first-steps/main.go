package main

import (
	"log"

	"github.com/brio-go/brio"
)

func hello() map[string]string {
	return map[string]string{"message": "Hello World"}
}

func main() {
	app := brio.New()
	app.Get("/", hello)
	log.Fatal(app.Run("127.0.0.1:8000"))
}
