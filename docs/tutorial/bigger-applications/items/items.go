// Package items is the part of the API about items.
package items

import "github.com/brio-go/brio"

type Item struct {
	ID   int    `json:"id"`
	Name string `json:"name"`
}

type Store struct{ items []Item }

func NewStore() *Store { return &Store{items: []Item{{ID: 1, Name: "Tea"}}} }

// Routes returns the routes, with the store that their handlers take.
func Routes(store *Store) *brio.Router {
	r := brio.NewRouter(brio.Prefix("/items"), brio.Tags("items"), brio.Supply(store))
	r.Get("", list)
	r.Get("/{id}", read)
	return r
}

func list(store *Store) []Item { return store.items }

func read(store *Store, in struct {
	ID int `path:"id"`
}) (Item, error) {
	for _, item := range store.items {
		if item.ID == in.ID {
			return item, nil
		}
	}
	return Item{}, brio.Error(404, "No such item")
}
