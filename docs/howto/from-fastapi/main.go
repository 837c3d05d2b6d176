package main

import (
	"log"
	"sync"

	"github.com/brio-go/brio"
)

type NewItem struct {
	Name  string  `json:"name" validate:"min=1"`
	Price float64 `json:"price" validate:"gt=0"`
	Note  *string `json:"note"`
}

type Item struct {
	NewItem
	ID int `json:"id"`
}

// Items is shared by all requests, which run at the same time.
type Items struct {
	mu  sync.Mutex
	all []Item
}

type Pages struct {
	Limit  int `query:"limit" default:"20" validate:"min=1,max=100"`
	Offset int `query:"offset" default:"0" validate:"min=0"`
}

func admin(in struct {
	Token string `header:"X-Token"`
}) error {
	if in.Token != "secret" {
		return brio.Error(403, "Wrong token")
	}
	return nil
}

func createItem(items *Items, in brio.Body[NewItem]) Item {
	items.mu.Lock()
	defer items.mu.Unlock()
	made := Item{in.Value, len(items.all) + 1}
	items.all = append(items.all, made)
	return made
}

func readItem(items *Items, in struct {
	ID int `path:"item_id"`
}) (Item, error) {
	items.mu.Lock()
	defer items.mu.Unlock()
	if in.ID < 1 || in.ID > len(items.all) {
		return Item{}, brio.Error(404, "No such item")
	}
	return items.all[in.ID-1], nil
}

func listItems(items *Items, in Pages) []Item {
	items.mu.Lock()
	defer items.mu.Unlock()
	rest := items.all[min(in.Offset, len(items.all)):]
	return rest[:min(in.Limit, len(rest))]
}

func main() {
	app := brio.New(brio.Title("Shop"), brio.Supply(&Items{}))
	app.Post("/items", createItem, brio.Status(201), brio.Depends(admin))
	app.Get("/items/{item_id}", readItem)
	app.Get("/items", listItems)
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
