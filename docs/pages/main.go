package main

import (
	"log"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/params"
	"github.com/brio-go/brio/response"
)

type Item struct {
	Name  string  `json:"name"`
	Price float64 `json:"price"`
}

// ListItems is what a client may ask for.
type ListItems struct {
	params.Page
	Price params.Filter[float64] `query:"price" filter:"lt,gte" validate:"gte=0"`
}

var items = []Item{{"hat", 20}, {"cap", 9.5}, {"scarf", 12}, {"glove", 8}}

func listItems(in ListItems) response.Page[Item] {
	var found []Item
	for _, item := range items {
		most, hasMost := in.Price.Lt.Get()
		least, hasLeast := in.Price.Gte.Get()
		if hasMost && item.Price >= most || hasLeast && item.Price < least {
			continue
		}
		found = append(found, item)
	}
	rest := found[min(in.Offset, len(found)):]
	return response.OffsetPage(rest[:min(in.Limit+1, len(rest))], in.Limit, in.Offset).WithTotal(int64(len(found)))
}

func main() {
	app := brio.New(brio.Title("Shop"))
	app.Get("/items", listItems)
	log.Fatal(app.Run("127.0.0.1:8000"))
}
