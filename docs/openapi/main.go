package main

import (
	"log"

	"github.com/brio-go/brio"
)

type Item struct {
	Name string `json:"name" validate:"min=2"`
}

// createItem adds an item.
func createItem(in *brio.Body[Item]) *Item { return &in.Value }

func main() {
	app := brio.New(brio.Title("Shop"), brio.Version("1.0"))
	app.Post("/items", createItem, brio.Status(201))
	if err := app.Run("127.0.0.1:8000"); err != nil { // the document is at /openapi.json
		log.Fatal(err)
	}
}
