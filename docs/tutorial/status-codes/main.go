package main

import (
	"log"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/response"
)

type Item struct {
	Name string `json:"name"`
}

var items = map[string]Item{"tea": {Name: "Tea"}}

func createItem(in brio.Body[Item]) Item { return in.Value }

func deleteItem(in struct {
	Name string `path:"name"`
}) {
	delete(items, in.Name)
}

// region upsert
func putItem(in struct {
	Name string `path:"name"`
	Item Item   `body:""`
}) *brio.Response {
	if _, exists := items[in.Name]; exists {
		items[in.Name] = in.Item
		return response.JSON(in.Item)
	}
	items[in.Name] = in.Item
	return response.JSON(in.Item).Status(201)
}

// endregion

func main() {
	app := brio.New(brio.Title("Items"))
	app.Post("/items", createItem, brio.Status(201))
	app.Delete("/items/{name}", deleteItem)
	app.Put("/items/{name}", putItem,
		brio.Responds[Item](200, "The item was replaced"),
		brio.Responds[Item](201, "The item was created"))
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
