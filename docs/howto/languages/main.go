package main

import (
	"log"

	"github.com/brio-go/brio"
)

// region german
var german = brio.Catalogue{
	Language: "de",
	Kinds: map[string]string{
		"missing":          "Das Feld fehlt",
		"string_too_short": "Mindestens {min_length:ein|#} Zeichen",
		"int_parsing":      "Das ist keine ganze Zahl",
	},
	Details: map[string]string{
		"Not Found":    "Nicht gefunden",
		"No such item": "Diesen Artikel gibt es nicht",
	},
}

// endregion

type Item struct {
	Name string `json:"name" validate:"min=3"`
}

func createItem(in brio.Body[Item]) Item { return in.Value }

func readItem(in struct {
	ID int `path:"id"`
}) (Item, error) {
	return Item{}, brio.Error(404, "No such item")
}

func main() {
	app := brio.New(brio.Messages(german))
	app.Post("/items", createItem)
	app.Get("/items/{id}", readItem)
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
