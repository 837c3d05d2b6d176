package main

import (
	"log"

	"github.com/brio-go/brio"
)

// Item is what is sold.
type Item struct {
	SKU  string `json:"sku"` // three letters, three digits
	Name string `json:"name"`
	// Old price, in cents.
	//
	// Deprecated: use price.
	OldPrice int `json:"old_price"`
}

// createItem adds an item. The header `Location` has its URL.
//
// Clients must have signed in.
func createItem(in *brio.Body[Item]) *Item { return &in.Value }

func main() {
	app := brio.New()
	app.Post("/items", createItem)
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
