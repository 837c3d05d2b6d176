package main

import (
	"log"

	"github.com/brio-go/brio"
)

type Item struct {
	Name  string  `json:"name" validate:"min=2"`
	Price float64 `json:"price" validate:"gt=0"`
}

func updateItem(in *struct {
	ID    string           `path:"id"`
	Patch brio.Patch[Item] `body:""`
}) *Item {
	item := Item{Name: "Foo", Price: 1} // of a database
	in.Patch.Apply(&item)
	return &item // for {"price":2}: {"name":"Foo","price":2}
}

func editItem(in *struct {
	ID    string               `path:"id"`
	Patch brio.JSONPatch[Item] `body:""`
}) (*Item, error) {
	item := Item{Name: "Foo", Price: 1}
	if err := in.Patch.Apply(&item); err != nil {
		return nil, err
	}
	return &item, nil
}

func main() {
	app := brio.New()
	app.Patch("/items/{id}", updateItem)
	app.Patch("/edits/{id}", editItem)
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
