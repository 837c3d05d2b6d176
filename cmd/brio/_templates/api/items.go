package main

import (
	"github.com/brio-go/brio"
	"github.com/brio-go/brio/response"
)

// NewItem is what a client sends.
type NewItem struct {
	Name  string `json:"name" validate:"min=1,max=100"`
	Price int    `json:"price" validate:"min=0,max=1000000"` // in cents
}

// Item is what a client gets.
type Item struct {
	ID int `json:"id"`
	NewItem
}

// itemPath is the path of one item.
type itemPath struct {
	ID int `path:"id" validate:"min=1"`
}

// itemRoutes are the routes of items.
func itemRoutes() *brio.Router {
	r := brio.NewRouter(brio.Tags("items"))
	missing := brio.Responds[response.Detail](404, "There is no such item")
	r.Get("", listItems)
	r.Post("", createItem, brio.Status(201), brio.Responds[response.Detail](409, "There are too many items"))
	r.Get("/{id}", readItem, missing)
	r.Put("/{id}", replaceItem, missing)
	r.Delete("/{id}", deleteItem, brio.Status(204), missing)
	return r
}

// listItems lists a page of the items, in the order of their IDs.
func listItems(store *Store, in *struct {
	Offset int `query:"offset" default:"0" validate:"min=0"`
	Limit  int `query:"limit" default:"20" validate:"min=1,max=100"`
}) []Item {
	return store.List(in.Offset, in.Limit)
}

// createItem adds an item.
func createItem(store *Store, config Config, in *brio.Body[NewItem]) (Item, error) {
	item, ok := store.Add(in.Value, config.MaxItems)
	if !ok {
		return Item{}, brio.Error(409, "There are too many items")
	}
	return item, nil
}

// readItem returns one item.
func readItem(store *Store, in *itemPath) (Item, error) {
	return found(store.Get(in.ID))
}

// replaceItem replaces one item.
func replaceItem(store *Store, in *itemPath, body *brio.Body[NewItem]) (Item, error) {
	return found(store.Replace(in.ID, body.Value))
}

// deleteItem removes one item.
func deleteItem(store *Store, in *itemPath) error {
	_, err := found(store.Remove(in.ID))
	return err
}

// found returns a 404 for an item that does not exist.
func found(item Item, ok bool) (Item, error) {
	if !ok {
		return Item{}, brio.Error(404, "There is no such item")
	}
	return item, nil
}
