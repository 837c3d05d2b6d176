package main

import (
	"encoding/json"
	"log"
	"os"

	"github.com/brio-go/brio"
)

type Item struct {
	ID   int    `json:"id"`
	Name string `json:"name" validate:"min=1"`
}

func readItem(in struct {
	ID int `path:"id"`
}) Item {
	return Item{in.ID, "tea"}
}

func newApp() *brio.App {
	app := brio.New(brio.Title("Shop"), brio.Version("1.0.0"))
	app.Get("/items/{id}", readItem)
	return app
}

func main() {
	app := newApp()
	if len(os.Args) > 1 && os.Args[1] == "openapi" {
		if err := json.NewEncoder(os.Stdout).Encode(app.OpenAPI()); err != nil {
			log.Fatal(err)
		}
		return
	}
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
