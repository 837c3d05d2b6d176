package main

import (
	"log"

	"github.com/brio-go/brio"
)

type Item struct {
	Price int `json:"price"`
}

func createItem(in *brio.Body[Item]) *Item { return &in.Value } // accepts {"price":"3"}, as pydantic does

func main() {
	app := brio.New(brio.FastAPICompat(), brio.Title("Shop"))
	app.Post("/items", createItem)
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
