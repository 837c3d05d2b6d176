package main

import (
	"log"

	"github.com/brio-go/brio"
)

type Item struct {
	Name        string  `json:"name"`
	Description *string `json:"description"`
	Price       float64 `json:"price"`
	Tax         float64 `json:"tax" default:"0"`
}

func createItem(in brio.Body[Item]) Item {
	return in.Value
}

// region mixed
type ReplaceItem struct {
	ID     int  `path:"id"`
	Notify bool `query:"notify" default:"false"`
	Item   Item `body:""`
}

type Replaced struct {
	ID     int  `json:"id"`
	Item   Item `json:"item"`
	Notify bool `json:"notify"`
}

func replaceItem(in ReplaceItem) Replaced {
	return Replaced{ID: in.ID, Item: in.Item, Notify: in.Notify}
}

// endregion

// region members
type Order struct {
	Item  Item   `body:"item"`
	Buyer string `body:"buyer"`
	Count int    `body:"count" default:"1"`
}

func order(in Order) map[string]any {
	return map[string]any{"buyer": in.Buyer, "total": float64(in.Count) * in.Item.Price}
}

// endregion

func main() {
	app := brio.New(brio.Title("Items"))
	app.Post("/items", createItem, brio.Status(201))
	app.Put("/items/{id}", replaceItem)
	app.Post("/orders", order)
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
