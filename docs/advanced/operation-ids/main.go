package main

import (
	"log"

	"github.com/brio-go/brio"
)

type Item struct {
	Name string `json:"name"`
}

func list() []Item { return nil }

func create(in brio.Body[Item]) Item { return in.Value }

func health() string { return "fine" }

// region ids
// operationID is the tag and the name of the handler: items_list.
func operationID(route brio.RouteInfo) string {
	if len(route.Tags) == 0 {
		return route.Name
	}
	return route.Tags[0] + "_" + route.Name
}

// endregion

func main() {
	app := brio.New(brio.Title("Shop"), brio.OperationIDs(operationID))
	for _, tag := range []string{"items", "users"} {
		router := brio.NewRouter(brio.Prefix("/"+tag), brio.Tags(tag))
		router.Get("", list)
		router.Post("", create)
		app.Include(router)
	}
	// region extra
	app.Get("/health", health, brio.Hidden())
	app.Get("/items/search", list, brio.OperationID("searchItems"), brio.OpenAPIExtra(map[string]any{"x-cost": 5}))
	// endregion
	if err := app.Run("127.0.0.1:8000"); err != nil {
		log.Fatal(err)
	}
}
