package routing_test

import (
	"errors"
	"fmt"
	"net/http/httptest"

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

// A route knows its pattern. A RouteInfo describes the matched route, and URLs makes links to others.
func ExampleRouteInfo() {
	var router *routing.Router = routing.NewRouter()
	var route *routing.Route = router.Get("/items/{id}", readItem)
	fmt.Println(route.Methods(), route.Path(), route.Name())
	router.Get("/links", func(info *routing.RouteInfo, urls *routing.URLs) (string, error) {
		fmt.Println(info.Method, info.Path)
		return urls.For("readItem", "id", 7)
	})
	app := brio.New()
	app.Include(router)
	w := httptest.NewRecorder()
	app.ServeHTTP(w, httptest.NewRequest("GET", "http://shop.example/links", nil))
	fmt.Println(w.Body)
	// Output:
	// [GET] /items/{id} readItem
	// GET /links
	// "http://shop.example/items/7"
}

// A Mistake says what is wrong, where, and what is legal.
func ExampleMistake() {
	app := brio.New()
	app.Get("items", func() {})
	report, _ := errors.AsType[routing.Report](app.Check())
	var m routing.Mistake = report[0]
	fmt.Println(m.Found)
	fmt.Println(m.Legal)
	// Output:
	// the path "items" does not begin with a slash
	// a path alone, as in /items, without method and host; it may be empty below a prefix
}
