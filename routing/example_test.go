package routing_test

import (
	"errors"
	"fmt"

	"github.com/brio-go/brio"
	"github.com/brio-go/brio/routing"
)

type byID struct {
	ID int `path:"id"`
}

func readItem(in *byID) string { return fmt.Sprint(in.ID) }

func Example() {
	items := routing.NewRouter(brio.Prefix("/items"), brio.Tags("items"))
	items.Get("/{id}", readItem)

	app := brio.New()
	app.Include(items, brio.Prefix("/api"))

	for _, r := range app.Routes() {
		fmt.Println(r.Method, r.Path, r.Name, r.Tags)
	}
	path, _ := app.URL("readItem", "id", 3)
	fmt.Println(path)
	// Output:
	// GET /api/items/{id} readItem [items]
	// /api/items/3
}

// The error of Check is a Report when declarations are wrong.
func ExampleReport() {
	app := brio.New()
	app.Get("/items/{id}", func(in *struct {
		ID int `path:"item_id"`
	}) string {
		return ""
	})

	report, ok := errors.AsType[routing.Report](app.Check())
	fmt.Println(ok, len(report), report[0].Method, report[0].Path)
	// Output: true 1 GET /items/{id}
}
